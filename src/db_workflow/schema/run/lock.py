"""One migration at a time on one database, whoever runs it and from wherever."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from db_workflow.address import Address
from db_workflow.connection import DRIVER_ERRORS, Coming, session
from db_workflow.console import Reporter, Silent
from db_workflow.errors import MigrationError
from db_workflow.lock import take

if TYPE_CHECKING:
    import asyncpg

# Advisory locks belong to one database, so one number serves all: "migrate" in ASCII.
KEY = int.from_bytes(b"migrate", "big")


@dataclass(frozen=True, slots=True)
class MigrationLock:
    """The lock, for as long as its session lives.

    Attributes:
        pid: the server process that holds it.
        key: the lock.
        connection: its session; once a watch is on, it is used through `fetch` only.

    """

    pid: int
    key: int
    connection: "asyncpg.Connection[Any]"
    _database: str
    # Steps and the watch over them share the session; a connection does one thing at a time.
    _in_use: asyncio.Lock = field(default_factory=asyncio.Lock)

    @contextlib.asynccontextmanager
    async def asked(self) -> "AsyncIterator[asyncpg.Connection[Any]]":
        """Use the lock's own session for more than one question."""
        async with self._in_use:
            yield self.connection

    async def fetch(self, query: str, *values: object) -> "list[asyncpg.Record]":
        """Ask something in the lock's own session."""
        async with self.asked() as connection:
            return await connection.fetch(query, *values)

    async def require(self) -> None:
        """Prove that the lock is still held.

        Raises:
            MigrationError: its session has ended.

        """
        try:
            await self.fetch("SELECT")
        except DRIVER_ERRORS as error:
            raise self.lost() from error

    def lost(self) -> MigrationError:
        """Return the error for a lock whose session ended while a step was under way."""
        return MigrationError(
            f"The lock on {self._database!r} was lost: its session ended.",
            why="another run may have begun, so this step was rolled back",
            next="invoke migrate",
        )


@contextlib.asynccontextmanager
async def migration_lock(
    address: Address,
    *,
    wait_seconds: float,
    reporter: Reporter = Silent(),
    coming: Coming | None = None,
) -> AsyncIterator[MigrationLock]:
    """Hold the database's migration lock.

    The lock has a session of its own: a step that ends with DISCARD ALL, or unlocks everything it
    finds, does not release it.

    Args:
        address: the database.
        wait_seconds: how long to try.
        reporter: told of another run that has to end first.
        coming: a session there that is being opened for the lock (default: opened here); whoever
            opens it closes it.

    Raises:
        BusyError: still held by another session after `wait_seconds`; says by whom.
        ServerError: the database cannot be reached, or only through a connection pooler.

    """
    async with contextlib.AsyncExitStack() as stack:
        own = session(address, purpose="migrate")
        connection = await (coming() if coming else stack.enter_async_context(own))
        await take(
            connection,
            KEY,
            wait_seconds=wait_seconds,
            found=f"Another run is migrating {address.database!r}",
            why="two runs at once would apply steps twice or out of order",
            reporter=reporter,
        )
        yield MigrationLock(connection.get_server_pid(), KEY, connection, address.database)
