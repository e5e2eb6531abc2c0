"""Connections: how the workflow opens one, what it pins, and where it really leads."""

import asyncio
import contextlib
import getpass
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import asyncpg

from db_workflow.address import Address
from db_workflow.errors import ServerError

# A database or an account may have it otherwise, and SQL would then be read otherwise than here.
_READ_ALIKE = {"standard_conforming_strings": "on"}
# What a connection changes: values as text have one spelling everywhere.
PINNED = {
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
    "TimeZone": "UTC",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "search_path": '"$user", public',
    **_READ_ALIKE,
}

# Waits for a session that is being opened.
Coming = Callable[[], "Awaitable[asyncpg.Connection[Any]]"]

# What the driver raises; the last one when a connection dies at the moment it is used.
DRIVER_ERRORS = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    OSError,
    asyncpg.InternalClientError,
)
# In so long what was begun has been sent, and the server is at work on it.
_SENT_SECONDS = 0.001
# What is longer than 15 kB the driver prepares anew each time; a snapshot's query has thirty.
_LONGEST_PREPARED = 64 * 1024
# What an account or a database may have set for an application's short work; whoever changes
# things sets limits of its own.
_UNLIMITED = {
    "statement_timeout": "0",
    "lock_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
}
# The same, by the first major that knows them: an older one refuses a connection that names them.
_UNLIMITED_SINCE = {"idle_session_timeout": 14, "transaction_timeout": 17}


@dataclass(frozen=True, slots=True)
class Identity:
    """Which database this really is, whatever the URL says."""

    system: int
    name: str
    oid: int


async def connect(
    address: Address, *, purpose: str, read_only: bool = False, pinned: bool = True
) -> "asyncpg.Connection[Any]":
    """Connect, with pinned text formats and a name that other sessions can read.

    Args:
        address: the database.
        purpose: what for ("migrate"); becomes part of `application_name`.
        read_only: refuse every write in this session, on the server.
        pinned: False leaves formats, time zone and `search_path` as the server has them for this
            database and account: others' SQL means there what it means in psql.

    Raises:
        ServerError: unreachable, refused, or no such database; says which and what to do.

    """
    settings = {
        **(PINNED if pinned else _READ_ALIKE),
        "application_name": application_name(purpose),
    }
    settings |= {"default_transaction_read_only": "on"} if read_only else _UNLIMITED
    try:
        connection = await asyncpg.connect(
            address.url(),
            server_settings=settings,
            timeout=15,
            max_cacheable_statement_size=_LONGEST_PREPARED,
        )
        return connection if read_only else await _freed(connection)
    except (asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError) as error:
        raise ServerError(
            f"{address} refused the user or the password.",
            next="check the user and password in the URL",
        ) from error
    except asyncpg.InvalidCatalogNameError as error:
        raise ServerError(
            f"There is no database {address.database!r} at {address}.",
            next="invoke phase1",
            data={"missing": address.database},
        ) from error
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as error:
        reason = str(error) or type(error).__name__
        if "unsupported startup parameter" in reason:
            raise ServerError(
                f"{address} is a connection pooler (such as PgBouncer), not the server: {reason}",
                why="the workflow needs settings and locks that belong to a session",
                next="let the URL name the server itself (its own host and port)",
            ) from error
        raise ServerError(
            f"{address} cannot be reached: {reason}",
            next="check that the server runs and that the URL's host and port are right",
        ) from error


@contextlib.asynccontextmanager
async def session(
    address: Address, *, purpose: str, read_only: bool = False, pinned: bool = True
) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """Connect for the length of a block. See `connect`."""
    connection = await connect(address, purpose=purpose, read_only=read_only, pinned=pinned)
    try:
        yield connection
    finally:
        await _close(connection)


@contextlib.asynccontextmanager
async def opening(
    address: Address, *, purpose: str, pinned: bool = True
) -> "AsyncIterator[Coming]":
    """Open a session while a block does something else first, and close it after the block.

    What is yielded waits for the connection; see `connect` for what that raises.
    """

    def begin() -> "asyncio.Future[asyncpg.Connection[Any]]":
        return asyncio.ensure_future(connect(address, purpose=purpose, pinned=pinned))

    coming = begin()

    async def arrived() -> "asyncpg.Connection[Any]":
        nonlocal coming
        try:
            return await coming
        except ServerError:
            # Nobody answered the server while the block did something else: perhaps for too long.
            coming = begin()
            return await coming

    try:
        await asyncio.sleep(_SENT_SECONDS)
        yield arrived
    finally:
        coming.cancel()
        await asyncio.wait([coming])
        if not coming.cancelled() and coming.exception() is None:
            await _close(coming.result())


async def _close(connection: "asyncpg.Connection[Any]") -> None:
    # Cancelled work (Ctrl-C) must not wait for a server that is busy with its last query.
    with contextlib.suppress(TimeoutError, OSError, asyncpg.PostgresError):
        await connection.close(timeout=2)


def unlimited(major: int) -> str:
    """Return the statements that free a session of the limits that only newer servers know.

    They are not the session's start values, so RESET ALL takes them back.

    Args:
        major: the server's; of one that knows none of them there is nothing to send.

    """
    return "; ".join(
        f"SET {name} = 0" for name, since in _UNLIMITED_SINCE.items() if major >= since
    )


async def _freed(connection: "asyncpg.Connection[Any]") -> "asyncpg.Connection[Any]":
    """Return a session without the limits that only newer servers know."""
    try:
        if limits := unlimited(connection.get_server_version().major):
            await connection.execute(limits)
    except BaseException:  # Ctrl-C as well: nobody else knows of this connection yet
        connection.terminate()
        raise
    return connection


def application_name(purpose: str) -> str:
    """Return the name a session carries, cut to PostgreSQL's 63 bytes."""
    name = f"db_workflow {purpose} [{_user()}@{socket.gethostname()} {os.getpid()}]"
    return name.encode("ascii", "replace").decode()[:63]


async def identity(connection: "asyncpg.Connection[Any]") -> Identity:
    """Return which database a connection really leads to."""
    row = await connection.fetchrow(
        "SELECT (SELECT system_identifier FROM pg_control_system()), datname, oid"
        " FROM pg_database WHERE datname = current_database()"
    )
    assert row is not None  # noqa: S101 - the current database is in pg_database
    return Identity(row[0], row[1], row[2])


def quoted(name: str) -> str:
    """Return an identifier in quotes."""
    return '"' + name.replace('"', '""') + '"'


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
