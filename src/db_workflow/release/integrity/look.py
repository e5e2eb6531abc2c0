"""The look itself: the catalog first, then the rows, one query at a time."""

import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import asyncpg

from db_workflow.address import Address
from db_workflow.connection import session
from db_workflow.console import Reporter, Silent
from db_workflow.release.integrity import checks, enums, orphans, promises, sequences
from db_workflow.release.integrity.result import Fault, Integrity
from db_workflow.settings import Settings

if TYPE_CHECKING:
    # What one query found.
    Query = Callable[[], Awaitable[Sequence[Fault] | Fault | str | None]]


async def look_at(
    address: Address, *, settings: Settings, reporter: Reporter = Silent()
) -> Integrity:
    """Look at every promise of a database; nothing is written, a hot standby will do.

    Each query is a transaction of its own, so no lock outlives its query and nobody's DDL waits
    for the whole look.

    Args:
        address: the database, whichever it is.
        settings: for how long a lock is waited for.
        reporter: where progress goes.

    Raises:
        ServerError: it cannot be reached.

    """
    async with session(address, purpose="integrity", read_only=True) as connection:
        return await inspect(connection, str(address), settings=settings, reporter=reporter)


async def inspect(
    connection: "asyncpg.Connection[Any]",
    database: str,
    *,
    settings: Settings,
    reporter: Reporter = Silent(),
) -> Integrity:
    """Do the same in a session that is open and in no transaction; its limits are changed.

    Args:
        connection: to the database.
        database: its name in the result.
        settings: for how long a lock is waited for.
        reporter: where progress goes.

    """
    started = time.perf_counter()
    await connection.execute(
        # An account that a policy keeps rows from would count too few: better an error.
        "SET row_security = off; SET statement_timeout = 0;"
        f" SET lock_timeout = {int(settings.lock_timeout_ms)}"
    )
    faults, notes, counted = await _promises(connection)
    queries, asked = await _queries(connection)
    for done, (name, query) in enumerate(queries, 1):
        reporter.progress("integrity", done, len(queries))
        found = await _ask(name, query)
        if isinstance(found, str):
            notes.append(found)
        elif isinstance(found, Fault):
            faults.append(found)
        else:
            faults += found or ()
    seconds = time.perf_counter() - started
    return Integrity(database, tuple(faults), tuple(notes), {**asked, **counted}, seconds)


async def _promises(
    connection: "asyncpg.Connection[Any]",
) -> tuple[list[Fault], list[str], dict[str, int]]:
    """Return what the catalog alone says: faults, notes, and how much it has."""
    constraints, faults, notes = await promises.constraints(connection)
    indexes, invalid = await promises.indexes(connection)
    faults += await promises.switched_off(connection) + invalid
    return faults, notes, {"constraints": constraints, "indexes": indexes}


async def _queries(
    connection: "asyncpg.Connection[Any]",
) -> "tuple[list[tuple[str, Query]], dict[str, int]]":
    """Return what has to be asked of the rows, and how much that is by kind."""
    keys = await orphans.foreign_keys(connection)
    by_table = await checks.checks(connection)
    feeds = await sequences.sequences(connection)
    kinds = await enums.enums(connection)
    queries: list[tuple[str, Query]] = [
        *((one.label, partial(orphans.orphans, connection, one)) for one in keys),
        *(
            (source, partial(checks.violations, connection, source, wanted))
            for source, wanted in by_table.items()
        ),
        *((one.name, partial(sequences.behind, connection, one)) for one in feeds),
        *((one.name, partial(enums.unused, connection, one)) for one in kinds),
    ]
    asked = {
        "foreign keys": len(keys),
        "checks": sum(map(len, by_table.values())),
        "sequences": len(feeds),
        "enums": len(kinds),
    }
    return queries, asked


async def _ask(name: str, query: "Query") -> Sequence[Fault] | Fault | str | None:
    """Ask one thing; what cannot be read is a fault, or the look would prove less than it says."""
    try:
        return await query()
    except asyncpg.InsufficientPrivilegeError as error:
        why, mend = str(error), "let the URL name an account that may read every row"
    except asyncpg.LockNotAvailableError:
        why, mend = "somebody holds it locked", "wait for them to end, and look again"
    return Fault("not readable", name, f"{name} cannot be read: {why}", mend)
