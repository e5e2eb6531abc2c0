"""A whole class for one table of the migrated database, ready to be put into the models."""

import contextlib
import sys
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from db_workflow.catalog import Snapshot, read_snapshot
from db_workflow.console import Reporter, Silent
from db_workflow.errors import ModelsError
from db_workflow.models.compared.known import guessing_writer, writer_for
from db_workflow.models.naming.names import unquoted
from db_workflow.models.source.places import Places
from db_workflow.models.source.registry import load_models
from db_workflow.models.writing import Writer
from db_workflow.settings import Settings

if TYPE_CHECKING:
    import asyncpg

# What a person may mean by a table; of views and the like the writer says why they have no class.
_RELATIONS = ("table", "view", "materialised view")
_NAMED = 5


async def suggest_table(
    connection: "asyncpg.Connection[Any]",
    table: str,
    *,
    settings: Settings,
    reporter: Reporter = Silent(),
) -> str:
    """Return a file that adds a table's class to the models, with its relationships' other sides.

    The models are asked for the names of their classes, enums and constraints, if they import:
    a class is needed most when they do not.

    Args:
        connection: to the migrated database; only read.
        table: its name as a person types it: `users`, `billing.invoices`, `"My Table"`.
        settings: the repository.
        reporter: told when the models could not be asked.

    Raises:
        ModelsError: there is no such table, or it is none that gets a class.

    """
    database = await read_snapshot(connection, schemas=settings.schemas)
    printed = printed_name(table, database, schemas=settings.schemas)
    return _writer(database, settings, reporter).table(printed)


def printed_name(typed: str, database: Snapshot, *, schemas: tuple[str, ...]) -> str:
    """Return a relation's name as PostgreSQL prints it, for what a person typed.

    Raises:
        ModelsError: there is none; names those that are near.

    """
    names = [found.name for found in database.of_kind(*_RELATIONS)]
    by_parts = {_parts(name, schemas): name for name in names}
    wanted = typed.strip()
    found = by_parts.get(_parts(wanted, schemas)) if wanted else None
    if found is not None:
        return found
    near = _near(wanted, names)
    hint = f" Near: {', '.join(near)}." if near else ""
    raise ModelsError(
        f"There is no table {wanted!r} in the migrated database.{hint}"
        if wanted
        else f"--suggest needs the name of a table.{hint}",
        why=f"it has {len(names)} tables and views in {', '.join(schemas)}",
        next=f"invoke phase2 --suggest {_typed(near[0]) if near else 'TABLE'}",
        data={"table": wanted, "near": near},
    )


def _parts(name: str, schemas: tuple[str, ...]) -> tuple[str, ...]:
    """Return schema and name; without a schema, in the first one."""
    parts = unquoted(name)
    return (schemas[0], *parts) if len(parts) == 1 else parts


def _near(wanted: str, names: list[str]) -> list[str]:
    """Return the names that may have been meant: in other letters or schemas, or misspelled."""
    folded: dict[str, list[str]] = {}
    for name in names:
        parts = unquoted(name)
        for spelling in {".".join(parts).lower(), parts[-1].lower()}:
            folded.setdefault(spelling, []).append(name)
    typed = [part.lower() for part in unquoted(wanted)]
    spellings = [
        one
        for ask in (".".join(typed), *typed[-1:])
        for one in get_close_matches(ask, folded, n=_NAMED, cutoff=0.7)
    ]
    near = [name for spelling in spellings for name in folded[spelling]]
    return list(dict.fromkeys(near))[:_NAMED]


def _typed(printed: str) -> str:
    """Return a printed name as it is typed in a shell."""
    return f"'{printed}'" if '"' in printed else printed


def _writer(database: Snapshot, settings: Settings, reporter: Reporter) -> Writer:
    """Return a writer with the models' names; with guessed ones if they do not import."""
    try:
        # Standard output is for the class alone.
        with contextlib.redirect_stdout(sys.stderr):
            models = load_models(settings)
    except ModelsError as error:
        reporter.say(f"{error.found}\nSo the names of classes and enums below are guessed.")
        with contextlib.redirect_stdout(sys.stderr):
            return guessing_writer(database, settings)
    return writer_for(database, models, places=Places(models, settings), settings=settings)
