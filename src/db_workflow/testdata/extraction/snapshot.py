"""One view of the source for every session of a run: exported once, imported by the others."""

import contextlib
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

from db_workflow.address import Address
from db_workflow.connection import session, unlimited
from db_workflow.errors import ServerError, TestDataError
from db_workflow.testdata.structure import TableStructure

_PURPOSE = "generate"
# What an account may have set for short work, and would end a session that waits for others.
_PATIENT = "SET idle_in_transaction_session_timeout = 0"
# Since 14 a server looks in the middle of a query whether its client is still there: a killed run
# must not leave a sort of a large table behind.
_LOOK_FOR_CLIENT = "SET client_connection_check_interval = '1s'"
_LOOKS_SINCE = 14
# Policies would leave rows out, and nobody would hear of it: then an error is better.
_ALL_ROWS = "SET row_security = off"
_POLICY = "row-level security policy"
_DENIED = re.compile(r"permission denied for \w+ .*|query would be affected by row-level .*")
_CONFLICT = "conflict with recovery"
_TIMED_OUT = "statement timeout"
_GONE = "invalid snapshot identifier"
_CLOSED = "connection is closed"


@dataclass(frozen=True, slots=True)
class Source:
    """What to read, and how.

    Attributes:
        address: the database.
        timeout_ms: the most that one statement may take.
        lock_timeout_ms: the most that a table may be waited for.
        snapshot: the exported snapshot's name; empty for the session that exports it.

    """

    address: Address
    timeout_ms: int
    lock_timeout_ms: int
    snapshot: str = ""


@contextlib.asynccontextmanager
async def reading(source: Source) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """Open a read-only session on the source's snapshot, for the length of a block.

    It works on a hot standby as well: nothing is written, not even to temporary tables.

    Raises:
        ServerError: the server cannot be reached, or cancelled a query because of replication.
        TestDataError: a query took longer than the settings allow.

    """
    with told(source):
        async with session(source.address, purpose=_PURPOSE, read_only=True) as connection:
            await connection.execute(_limits(connection, source))
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                if source.snapshot:
                    name = source.snapshot.replace("'", "''")
                    await connection.execute(f"SET TRANSACTION SNAPSHOT '{name}'")
                yield connection


async def export(connection: "asyncpg.Connection[Any]") -> str:
    """Return the name of the session's snapshot; it is valid as long as its transaction."""
    return str(await connection.fetchval("SELECT pg_export_snapshot()"))


async def hold(connection: "asyncpg.Connection[Any]", tables: Sequence[TableStructure]) -> None:
    """Keep tables from being dropped, changed or emptied by TRUNCATE as long as they are read."""
    if tables:
        names = ", ".join(table.source for table in tables)
        await connection.execute(f"LOCK TABLE {names} IN ACCESS SHARE MODE")


@contextlib.contextmanager
def told(source: Source) -> Iterator[None]:
    """Say what to do about the ends that reading a busy server or a standby may come to."""
    try:
        yield
    except asyncpg.PostgresError as error:
        message = str(error)
        if _CONFLICT in message:
            raise _conflicting(source) from None
        if isinstance(error, asyncpg.QueryCanceledError) and _TIMED_OUT in message:
            raise _slow(source) from None
        # A function of the database may raise the same, with a message of its own.
        if isinstance(error, asyncpg.InsufficientPrivilegeError) and _DENIED.fullmatch(message):
            raise _forbidden(source, message) from None
        if isinstance(error, asyncpg.LockNotAvailableError):
            raise _in_use(source) from None
        if _GONE in message:
            raise _left() from None
        if isinstance(error, asyncpg.ConnectionDoesNotExistError):
            raise _cut_off(source) from None
        raise
    except asyncpg.InterfaceError as error:
        if _CLOSED in str(error):
            raise _cut_off(source) from None
        raise


def _limits(connection: "asyncpg.Connection[Any]", source: Source) -> str:
    major = connection.get_server_version().major
    statements = [
        f"SET statement_timeout = {source.timeout_ms}",
        f"SET lock_timeout = {source.lock_timeout_ms}",
        _PATIENT,
        _ALL_ROWS,
        unlimited(major),
    ]
    if major >= _LOOKS_SINCE:
        statements.append(_LOOK_FOR_CLIENT)
    return "; ".join(filter(None, statements))


def _conflicting(source: Source) -> ServerError:
    return ServerError(
        f"{source.address} cancelled the reading of rows: a conflict with recovery.",
        why="it is a standby, and its primary has removed row versions or taken locks that this"
        " snapshot still needed; the new files were removed, the old ones are as they were",
        next="the same command again in a quiet hour; or raise max_standby_streaming_delay on the"
        " standby, switch hot_standby_feedback on there, or read from the primary",
        data={"conflict": "recovery"},
    )


def _slow(source: Source) -> TestDataError:
    return TestDataError(
        f"A query took longer than {source.timeout_ms / 1000:g} s, so it was cancelled.",
        why="statement_timeout_ms limits what reading costs the source; the new files were removed,"
        " the old ones are as they were",
        next="raise statement_timeout_ms in [tool.db_workflow], or take fewer rows by `limit` and"
        " `where` in TABLE_CONFIG",
        data={"timeout_ms": source.timeout_ms},
    )


def _in_use(source: Source) -> ServerError:
    return ServerError(
        f"A table could not be read within {source.lock_timeout_ms / 1000:g} s: it is locked.",
        why="somebody changes it (ALTER TABLE, TRUNCATE, VACUUM FULL); whoever comes after a reader"
        " that waits would have to wait as well",
        next="the same command again when that has ended",
    )


def _forbidden(source: Source, message: str) -> ServerError:
    right = "BYPASSRLS" if _POLICY in message else "SELECT on it"
    return ServerError(
        f"{source.address} does not let all rows be read: {message}.",
        why="every table of TABLE_CONFIG is read whole or by what it declares; rows that are not"
        " shown would be missing without a word",
        next=f"give the account {right}, or take another one; then the same command again",
    )


def _cut_off(source: Source) -> ServerError:
    return ServerError(
        f"{source.address} ended a session in the middle of the reading of rows.",
        why="it was restarted, or somebody ended the session; a standby does so when its primary"
        " takes a lock or removes row versions that this snapshot still needed",
        next="the same command again; of a standby: see max_standby_streaming_delay and"
        " hot_standby_feedback",
    )


def _left() -> ServerError:
    return ServerError(
        "The snapshot that all rows are read from is gone.",
        why="the session that held it has ended; rows of another moment would not fit together",
        next="invoke generate once more",
    )
