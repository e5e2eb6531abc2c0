"""The template that holds a restored backup: made once, cloned by every reset."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import asyncpg

from db_workflow.connection import session
from db_workflow.console import Reporter
from db_workflow.databases import (
    close_template,
    create_database,
    derived_name,
    drop_database,
    mark_facts,
)
from db_workflow.errors import BackupError
from db_workflow.marker import Marker
from db_workflow.schema.backup.dump import restore
from db_workflow.schema.backup.manifest import Backup
from db_workflow.schema.keys import BASELINE, SCHEMA
from db_workflow.schema.ledger.ledger import read_ledger
from db_workflow.schema.ledger.recorded import record_schema
from db_workflow.server import Server
from db_workflow.settings import Settings
from db_workflow.state import forget, recall, record

# What a restore makes of a dump; a template made by another recipe is not reused.
_RECIPE = "2"
_WHAT = "baseline"
# pg_dump and pg_restore of this major and later write a setting that older servers do not know.
_TRANSACTION_TIMEOUT_SINCE = 17


@dataclass(frozen=True, slots=True)
class Seen:
    """What is on the server, seen once: a connection costs more than all the questions together.

    Attributes:
        version: of the server.
        markers: of every database there that has one.

    """

    version: str
    markers: Mapping[str, Marker]

    def template_of(self, backup: Backup, *, settings: Settings) -> str:
        """Return the name of a backup's template: it follows from all that makes it."""
        # Whole facts, not the bytes alone: equal dumps of a stand-in and of a real production must
        # not share a template that says of one what is true of the other.
        made_of = json.dumps([_RECIPE, self.version, facts_of(backup)], sort_keys=True)
        digest = hashlib.sha256(made_of.encode()).hexdigest()
        return derived_name(settings.test_database, _WHAT, digest)

    def is_complete(self, template: str) -> bool:
        """Tell whether a template is there, whole and closed."""
        marker = self.markers.get(template)
        return marker is not None and bool(marker.facts.get("complete"))


async def make_template(
    server: Server, backup: Backup, *, seen: Seen, settings: Settings, reporter: Reporter
) -> str:
    """Restore a backup into a template that resets are cloned from; return its name.

    Raises:
        BackupError: the backup could not be restored into this server.

    """
    name = seen.template_of(backup, settings=settings)
    _refuse_newer_programs(server, seen.version)
    # A run may have been ended while it restored.
    await drop_database(server, name, settings=settings)
    reporter.say(f"  restoring {backup.name}")
    facts = {**facts_of(backup), "complete": False}
    await create_database(server, name, project=settings.project, role="template", facts=facts)
    await restore(backup.path, server.address.at(name), server.binaries, jobs=settings.jobs)
    async with session(server.address.at(name), purpose="baseline") as connection:
        await connection.execute("ANALYZE")
        rows = await read_ledger(connection)
        last = max((row.sequence for row in rows), default=0)
        # Written here and not in the clone: a clone is then complete from its first moment.
        await record(connection, BASELINE, {**facts_of(backup), "last_sequence": last})
        await forget(connection, "seeded")
        await _record_schema(connection, settings, reporter)
    # Complete means closed as well: killed in between, it is made anew.
    await close_template(server, name)
    await mark_facts(server, name, {**facts, "complete": True})
    return name


async def _record_schema(
    connection: "asyncpg.Connection[Any]", settings: Settings, reporter: Reporter
) -> None:
    """Take production's schema as it is for the state that migration starts from.

    Production may never have been migrated by this tool, or may have been changed by hand: both
    are told, neither can be mended here.
    """
    left = await recall(connection, SCHEMA) or {}
    snapshot = await record_schema(
        connection, versions=left.get("versions", []), schemas=settings.schemas
    )
    expected = left.get("fingerprint")
    if expected is not None and expected != snapshot.fingerprint:
        reporter.say(
            "  WARNING: production's schema is not the one its last migration left:"
            " someone has changed it by hand"
        )


async def drop_old_templates(server: Server, *, seen: Seen, settings: Settings, keep: str) -> None:
    """Drop this test database's baselines of earlier backups, and unfinished ones."""
    prefix = derived_name(settings.test_database, _WHAT)
    for name, marker in seen.markers.items():
        ours = marker.project == settings.project and marker.role == "template"
        if ours and name.startswith(prefix) and name != keep:
            await drop_database(server, name, settings=settings)


def facts_of(backup: Backup) -> Mapping[str, Any]:
    """Return what a database made from a backup says about itself.

    Whether the rows are invented is the dump's own word: who forgets to say so has real rows.
    """
    return {
        "stand_in": bool(backup.facts.get("stand_in", False)),
        "backup": backup.name,
        "sha256": backup.sha256,
        "created": backup.created.isoformat(),
    }


def _refuse_newer_programs(server: Server, version: str) -> None:
    ours = int(server.binaries.version().partition(".")[0])
    theirs = int(version.partition(".")[0])
    if ours >= _TRANSACTION_TIMEOUT_SINCE > theirs:
        raise BackupError(
            f"pg_restore {ours} cannot restore into PostgreSQL {theirs}.",
            why="it sets transaction_timeout, which that server does not know",
            next=f"set `binaries` in [tool.db_workflow] to the programs of PostgreSQL {theirs}",
        )
