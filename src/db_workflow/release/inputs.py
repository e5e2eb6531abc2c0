"""Everything that a release rests on, as digests: read again each time, never remembered."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import asyncpg

from db_workflow import __version__
from db_workflow.catalog import read_snapshot
from db_workflow.connection import session
from db_workflow.databases import exists
from db_workflow.errors import WorkflowError
from db_workflow.release.boundary import look_at_boundary
from db_workflow.release.files import file_digest, sources
from db_workflow.release.production import Production, find_production
from db_workflow.schema.ledger.ledger import read_ledger
from db_workflow.schema.plan import Plan, load_plan
from db_workflow.server import Server, open_server
from db_workflow.settings import Settings
from db_workflow.state import recall

# What a test database says of itself.
_RECORDED = ("schema", "seeded", "db_tests")
# Of the settings: the files are judged by their bytes, the addresses by what is found there.
_NOT_COMPARED = {"root", "test_address", "production_address", "backups_url"}
_UNREADABLE = "cannot be read"


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a release rests on: by group ("lists", "production", …) and name, a digest."""

    groups: Mapping[str, Mapping[str, str]]

    @property
    def digest(self) -> str:
        """One SHA-256 over all of it, in hexadecimal."""
        return _digest(self.groups)

    def changes(self, before: "Inputs") -> Mapping[str, tuple[str, ...]]:
        """Return by group the names that are not as they were."""
        found = {}
        for group in sorted(self.groups.keys() | before.groups.keys()):
            new, old = self.groups.get(group, {}), before.groups.get(group, {})
            names = tuple(
                name for name in sorted(new.keys() | old.keys()) if new.get(name) != old.get(name)
            )
            if names:
                found[group] = names
        return found


async def read_inputs(settings: Settings, version: str) -> Inputs:
    """Read everything that the release of a version rests on.

    Args:
        settings: the repository.
        version: as the lists spell it.

    Raises:
        MigrationError: the lists are wrong.
        ServerError: the workflow's own server cannot be used.

    """
    plan = load_plan(settings)
    server = open_server(settings)
    production = await find_production(server, settings)
    backup = production.newest_backup(settings, thorough=False)
    return Inputs(
        {
            "lists": _lists(plan),
            "repository": _files(settings),
            "settings": {"[tool.db_workflow]": _settings(settings), "db_workflow": __version__},
            "backup": {backup.name: backup.sha256} if backup else {},
            "production": await _production(production, settings),
            "test database": await _test_database(server, settings),
            "boundary": _outside(settings),
            "version": {version: ""},
        }
    )


def _lists(plan: Plan) -> dict[str, str]:
    """Return every step with its place: another order is another release."""
    return {entry.name: f"{place} {entry.checksum}" for place, entry in enumerate(plan.entries, 1)}


def _files(settings: Settings) -> dict[str, str]:
    """Return every Python file of the repository's own: models, factories, rows, steps, tests."""
    found = list(sources(settings.root))
    found += [
        path
        for name in ("CHANGELOG.md", ".squawk.toml")
        if (path := settings.root / name).is_file()
    ]
    return {settings.relative(path): file_digest(path) for path in found}


def _settings(settings: Settings) -> str:
    values = {
        entry.name: getattr(settings, entry.name)
        for entry in fields(settings)
        if entry.name not in _NOT_COMPARED
    }
    shown = {
        name: settings.relative(value) if isinstance(value, Path) else str(value)
        for name, value in values.items()
        if name != "import_paths"
    }
    paths = [settings.relative(path) for path in settings.import_paths]
    return _digest({**shown, "import_paths": paths})


def _outside(settings: Settings) -> dict[str, str]:
    """Return what has changed outside the layer since `boundary_base`, if the settings name one."""
    if not settings.boundary_base:
        return {}
    try:
        found = look_at_boundary(settings, base=settings.boundary_base)
    except WorkflowError:
        return {settings.boundary_base: _UNREADABLE}
    return dict.fromkeys(found.outside, "outside")


async def _production(production: Production, settings: Settings) -> dict[str, str]:
    """Return production's schema and ledger as they are."""
    if production.address is None:
        return {}
    try:
        async with session(production.address, purpose="release", read_only=True) as connection:
            snapshot = await read_snapshot(connection, schemas=settings.schemas)
            rows = await read_ledger(connection)
    except (WorkflowError, asyncpg.PostgresError):
        return {"production": _UNREADABLE}
    ledger = [[row.version, row.name, row.checksum, row.outcome] for row in rows]
    return {
        "name": _digest(production.source.facts) + production.address.database,
        "schema": snapshot.fingerprint,
        "ledger": _digest(ledger),
    }


async def _test_database(server: Server, settings: Settings) -> dict[str, str]:
    if not await exists(server, settings.test_database):
        return {}
    address = server.address.at(settings.test_database)
    async with session(address, purpose="release", read_only=True) as connection:
        return {
            "server": connection.get_settings().server_version,
            **{key: _digest(await recall(connection, key)) for key in _RECORDED},
        }


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
