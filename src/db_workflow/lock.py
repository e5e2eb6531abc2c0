"""One run of the workflow at a time."""

import asyncio
import contextlib
import hashlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from db_workflow.connection import DRIVER_ERRORS, session
from db_workflow.console import Reporter, Silent
from db_workflow.errors import BusyError, ServerError
from db_workflow.server import Server
from db_workflow.settings import Settings

_POLL_SECONDS = 0.1
# So often the holder's session is spoken to: a network forgets a connection that is silent.
_PING_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Held:
    """A lock, for as long as its session lives: nothing else gives it back.

    Attributes:
        name: the database that it is for.

    """

    name: str
    _connection: "asyncpg.Connection[Any]"
    # A connection does one thing at a time.
    _in_use: asyncio.Lock = field(default_factory=asyncio.Lock)

    @contextlib.asynccontextmanager
    async def asked(self) -> AsyncIterator["asyncpg.Connection[Any]"]:
        """Ask the server something in the lock's own session."""
        async with self._in_use:
            yield self._connection

    async def require(self) -> None:
        """Prove that the lock is still held.

        Raises:
            BusyError: its session has ended.

        """
        try:
            async with self.asked() as connection:
                await connection.execute("SELECT")
        except DRIVER_ERRORS as error:
            raise self._lost() from error

    @contextlib.asynccontextmanager
    async def guarding(self) -> AsyncIterator[None]:
        """Stop the work of a block as soon as the lock's session ends.

        Raises:
            BusyError: it has ended; the work was cancelled, as Ctrl-C cancels it.

        """
        work = asyncio.current_task()
        assert work is not None  # noqa: S101 - whoever awaits this is a task
        lost = asyncio.Event()

        def stop(_: object) -> None:
            if not lost.is_set():
                lost.set()
                work.cancel()

        self._connection.add_termination_listener(stop)
        pings = asyncio.ensure_future(self._ping())
        try:
            yield
            await self.require()
        except asyncio.CancelledError:
            if not lost.is_set() or work.uncancel():  # somebody else wants it to end, too
                raise
            raise self._lost() from None
        finally:
            pings.cancel()
            self._connection.remove_termination_listener(stop)

    async def _ping(self) -> None:
        with contextlib.suppress(BusyError):  # then the listener has been told
            while True:
                await asyncio.sleep(_PING_SECONDS)
                await self.require()

    def _lost(self) -> BusyError:
        return BusyError(
            f"The lock on {self.name!r} was lost: its session ended.",
            why="another run may have begun, so this one was stopped where it was",
            next="invoke status, and the same command again",
        )


@contextlib.asynccontextmanager
async def exclusive(
    server: Server,
    *,
    settings: Settings,
    purpose: str,
    name: str | None = None,
    reporter: Reporter = Silent(),
) -> AsyncIterator[Held]:
    """Hold the lock of a database on this server: one run of the workflow at a time.

    The lock lives in the maintenance database, because the test database comes and goes. The work
    that is done under it is stopped when the lock is lost.

    Args:
        server: where the database is, or will be.
        settings: the repository.
        purpose: what for; whoever has to wait is told.
        name: the database (default: the test database).
        reporter: told of another run that has to end first.

    Raises:
        BusyError: still held by another session after `lock_wait_seconds`, and by whom; or lost
            while the work was under way.

    """
    held = name or settings.test_database
    digest = hashlib.sha256(f"db_workflow:{held}".encode()).digest()
    key = int.from_bytes(digest[:8], "big", signed=True)
    async with session(server.address, purpose=purpose) as connection:
        await take(
            connection,
            key,
            wait_seconds=settings.lock_wait_seconds,
            found=f"Another run holds {held!r}",
            why="two runs at once would undo each other's work",
            reporter=reporter,
        )
        lock = Held(held, connection)
        async with lock.guarding():
            yield lock


async def take(
    connection: "asyncpg.Connection[Any]",
    key: int,
    *,
    wait_seconds: float,
    found: str,
    why: str,
    reporter: Reporter = Silent(),
) -> None:
    """Take an advisory lock of the connection's database, for as long as the session lives.

    It is polled: a blocked `pg_advisory_lock` and a CREATE INDEX CONCURRENTLY elsewhere can
    deadlock.

    Args:
        connection: the session that will hold it.
        key: the lock.
        wait_seconds: how long to try.
        found: begins the error's sentence; the holder's name follows it.
        why: the error's reason.
        reporter: told once that there is something to wait for.

    Raises:
        BusyError: still held by another session; says by whom.
        ServerError: a connection pooler stands in between, so a session's lock is nobody's.

    """
    deadline = time.monotonic() + wait_seconds
    told = False
    while not await _try(connection, key):
        if not told:
            reporter.say(f"  {found}: {await _holder(connection, key)}; waiting for it to end")
            told = True
        if time.monotonic() > deadline:
            raise BusyError(
                f"{found}: {await _holder(connection, key)}.",
                why=why,
                next="wait for it to end, or end it, and try again",
            )
        await asyncio.sleep(_POLL_SECONDS)


async def _try(connection: "asyncpg.Connection[Any]", key: int) -> bool:
    row = await connection.fetchrow("SELECT pg_backend_pid(), pg_try_advisory_lock($1)", key)
    assert row is not None  # noqa: S101 - a SELECT without FROM has a row
    if row[0] != connection.get_server_pid():
        # A pooler makes up the process number that it tells its clients.
        await connection.execute("SELECT pg_advisory_unlock_all()")
        raise ServerError(
            "A connection pooler (such as PgBouncer) stands between this process and the server.",
            why="it may give every transaction to another session, and the lock that keeps two"
            " runs apart belongs to a session",
            next="let the URL name the server itself (its own host and port), not the pooler",
        )
    return bool(row[1])


async def _holder(connection: "asyncpg.Connection[Any]", key: int) -> str:
    row = await connection.fetchrow(
        "SELECT a.application_name, a.pid, a.backend_start FROM pg_locks l"
        " JOIN pg_stat_activity a USING (pid)"
        " WHERE l.locktype = 'advisory' AND l.granted"
        " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        " AND (l.classid::bigint << 32) | l.objid::bigint = $1",
        key,
    )
    if row is None:
        return "a session that has just ended"
    since = f", since {row[2]:%H:%M:%S} UTC" if row[2] else ""  # of others' accounts nobody tells
    return f"{row[0] or 'a session'} (pid {row[1]}){since}"
