"""A database as it is: its ledger, what is recorded in it, its schema. Only read."""

import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from db_workflow.catalog import (
    Snapshot,
    kinds_unread,
    read_snapshot,
    tables_outside,
    unpopulated_views,
)
from db_workflow.errors import BusyError
from db_workflow.schema.judge.rights import unreadable
from db_workflow.schema.keys import BASELINE, BATCHES, SCHEMA, STEP
from db_workflow.schema.ledger.ledger import TABLE, Row, read_ledger
from db_workflow.schema.run.invalid import invalid_indexes
from db_workflow.settings import Settings
from db_workflow.state import HOME, recall

if TYPE_CHECKING:
    import asyncpg

# A loop's key holds more than the step's name, which its value has by itself. Where a record says
# that nothing is done, nothing has to go on.
_UNDER_WAY = f"""
SELECT coalesce(value ->> 'step', substr(key, length($2) + 1)) AS step
FROM {HOME}.state WHERE starts_with(key, $2) AND (value -> 'done' = '0') IS NOT TRUE
UNION
SELECT substr(key, length($1) + 1)
FROM {HOME}.state WHERE starts_with(key, $1)
    AND (value -> 'done' = '[]' AND value -> 'under_way' = 'null') IS NOT TRUE
"""  # noqa: S608 - a constant


@dataclass(frozen=True, slots=True)
class Live:
    """A database at one moment.

    Attributes:
        has_ledger: whether there is a ledger, if only an empty one.
        rows: the ledger's.
        baseline: what a reset recorded; None in a database that no reset made.
        recorded: what the last run recorded of the schema; None if none has begun.
        unfinished: the steps that began without a transaction and have not ended.
        invalid_indexes: what a failed CREATE INDEX CONCURRENTLY leaves.
        snapshot: the schema.
        outside: the tables outside the schemas that are looked after.
        unread: the kinds of objects that no snapshot reads.
        unpopulated: the materialised views that cannot be read until they are refreshed.
        major: the server's.

    """

    has_ledger: bool
    rows: tuple[Row, ...]
    baseline: Mapping[str, Any] | None
    recorded: Mapping[str, Any] | None
    unfinished: tuple[str, ...]
    invalid_indexes: tuple[str, ...]
    snapshot: Snapshot
    outside: tuple[str, ...]
    unread: tuple[str, ...]
    unpopulated: tuple[str, ...]
    major: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing but extensions and schemas is there."""
        return not self.outside and self.snapshot.is_empty


async def read_live(connection: "asyncpg.Connection[Any]", *, settings: Settings) -> Live:
    """Read a database in one transaction that could not write; a hot standby will do.

    Raises:
        MigrationError: the account may not read the workflow's own tables; says what to grant.
        BusyError: somebody holds a table locked.

    """
    schemas = settings.schemas
    async with reading(connection, settings=settings):
        rows = await read_ledger(connection)
        return Live(
            has_ledger=await connection.fetchval("SELECT to_regclass($1)", TABLE) is not None,
            rows=rows,
            baseline=await recall(connection, BASELINE),
            recorded=await recall(connection, SCHEMA),
            unfinished=await unfinished_steps(connection, rows),
            invalid_indexes=await invalid_indexes(connection, schemas=schemas),
            snapshot=await read_snapshot(connection, schemas=schemas),
            outside=await tables_outside(connection, schemas=schemas),
            unread=await kinds_unread(connection, schemas=schemas),
            unpopulated=await unpopulated_views(connection, schemas=schemas),
            major=connection.get_server_version().major,
        )


@contextlib.asynccontextmanager
async def reading(
    connection: "asyncpg.Connection[Any]", *, settings: Settings
) -> AsyncIterator[None]:
    """Look at a database that others work on, at one moment, and wait for none of them for long.

    PostgreSQL locks a table to print a view on it or to tell its size.

    Raises:
        MigrationError: the account may not read the workflow's own tables; says what to grant.
        BusyError: somebody holds a table locked.

    """
    import asyncpg

    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            await connection.execute(f"SET LOCAL lock_timeout = {int(settings.lock_timeout_ms)}")
            yield
    except asyncpg.InsufficientPrivilegeError as error:
        raise unreadable(error) from error
    except asyncpg.LockNotAvailableError as error:
        raise BusyError(
            "Somebody holds a table of this database locked: a change of its schema is under way.",
            why="what is read while it goes on would be neither the old schema nor the new one",
            next="wait for it to end, and try again",
        ) from error


async def unfinished_steps(
    connection: "asyncpg.Connection[Any]", rows: Sequence[Row]
) -> tuple[str, ...]:
    """Return the steps that began without a transaction and are not in the ledger yet."""
    if await connection.fetchval("SELECT to_regclass($1)", f"{HOME}.state") is None:
        return ()
    found = await connection.fetch(_UNDER_WAY, STEP, BATCHES)
    ended = {row.name for row in rows if not row.skipped}
    return tuple(sorted({row["step"] for row in found} - ended))
