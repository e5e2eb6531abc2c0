"""One pytest worker's database: cloned, watched, made anew after a leak, kept or dropped.

It asks the server from an event loop of its own, between tests, so that nothing depends on what
runs the tests.
"""

import asyncio
import datetime
import os
import secrets
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import asyncpg

from db_workflow import marker
from db_workflow.address import Address
from db_workflow.binaries import Binaries
from db_workflow.connection import quoted
from db_workflow.connection import session as database_session
from db_workflow.databases import create_database, derived_name, drop_database
from db_workflow.pytest_plugin.connections import Connections
from db_workflow.pytest_plugin.leftovers import drop_left_over
from db_workflow.pytest_plugin.watch import Seen, Session, Watch
from db_workflow.server import Server, open_server
from db_workflow.settings import Settings

# So long a connection that its test has closed may still be on its way out.
_GRACE_SECONDS = 0.5
# So long a busy machine may take to end one.
_END_SECONDS = 30.0
_POLL_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Left:
    """What a test left behind, in words.

    Attributes:
        contents: what was committed.
        sessions: connections that were open; they have been ended.
        renewed: whether the database has been made anew.

    """

    contents: Sequence[str]
    sessions: Sequence[str]
    renewed: bool = False

    def __bool__(self) -> bool:
        return bool(self.contents or self.sessions)

    def without_contents(self) -> "Left":
        """Return what is left if it was right to commit."""
        return Left((), self.sessions)


class Worker:
    """A clone of the seeded template, and what is known of it."""

    def __init__(self, server: Server, settings: Settings, shared: Sequence[str]) -> None:
        self._server = server
        self._template = ""
        self._settings = settings
        self._name = f"{derived_name(settings.test_database, 'worker')}{secrets.token_hex(4)}"
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._watch: Watch | None = None
        # Connections that were there when the test began, with whether they were in a transaction.
        self._wider: dict[int, bool] = {}
        self._lent = 0
        self._pristine = True
        self._shared = shared
        self.connections = Connections(self.address)

    @classmethod
    def open(cls, settings: Settings, *, shared: Sequence[str] = ()) -> "Worker":
        """Clone the seeded template.

        Args:
            settings: the repository.
            shared: patterns of the application names of connections that may outlive a test.

        Raises:
            WorkflowError: the phases do not hold, so tests would prove nothing; or the server
                refused.

        """
        worker = cls(open_server(settings), settings, shared)
        try:
            worker._runner.run(worker._first())
        except BaseException:
            worker._runner.close()
            raise
        return worker

    @property
    def address(self) -> Address:
        """Where the database is."""
        return self._server.address.at(self._name)

    @property
    def binaries(self) -> Binaries:
        """PostgreSQL's own programs."""
        return self._server.binaries

    @property
    def cached_sequences(self) -> bool:
        """Whether a sequence gives a session numbers in advance, which it then has to forget."""
        return self._watched.cached_sequences

    def begin(self) -> None:
        """Take the database as it is for what the next test finds: wider fixtures made it so."""
        self._runner.run(self._begin())

    def end(self) -> Left:
        """Tell what a test has left, and undo it: end connections, make the database anew."""
        return self._runner.run(self._end())

    def keep(self, test: str) -> str:
        """Set the database aside under another name, and clone another one in its place.

        Returns:
            The other name.

        """
        return self._runner.run(self._keep(test))

    def close(self) -> None:
        """Drop the database."""
        try:
            self._runner.run(self._close())
        finally:
            self._runner.close()

    @property
    def _watched(self) -> Watch:
        assert self._watch is not None  # noqa: S101 - open() has made it
        return self._watch

    async def _first(self) -> None:
        from db_workflow import phases
        from db_workflow.testdata.seeding.template import seeded_template

        settings = self._settings
        await phases.require(self._server, settings=settings, phase=3, step="the test run")
        self._template = await seeded_template(self._server, settings=settings)
        await drop_left_over(self._server, settings)
        await self._make()

    async def _make(self) -> None:
        await create_database(
            self._server,
            self._name,
            project=self._settings.project,
            role="worker",
            template=self._template,
            facts={"pid": os.getpid(), "host": socket.gethostname()},
        )
        self._watch = await Watch.open(self.address)
        self._wider, self._pristine = {}, True

    async def _begin(self) -> None:
        seen = await self._watched.look(())
        if await self._watched.settle(seen, rewind=False):
            self._pristine = False  # rows that a fixture of a wider scope has committed
        self._wider = {one.process: one.in_transaction for one in seen.sessions}
        self._lent = self.connections.lent

    async def _end(self) -> Left:
        seen = await self._look()
        sessions = self._strangers(seen)
        if sessions:
            seen = await self._until_gone(_GRACE_SECONDS)
            sessions = self._strangers(seen)
        if sessions:
            await self._watched.end(sessions)
            seen = await self._until_gone(_END_SECONDS)
        committed = bool(sessions or self._wider or self.connections.committed)
        self.connections.committed = False
        contents = await self._watched.settle(seen, committed=committed)
        lent = self.connections.lent - self._lent
        found = [str(one) for one in sessions]
        if lent > 0 and not found:
            found.append("a connection of db_engine that was not given back")
        self._lent = self.connections.lent
        renew = bool(contents) and self._pristine
        if renew:
            await self._anew()
        return Left(contents, found, renewed=renew)

    async def _look(self) -> Seen:
        idle = (process for process, busy in self._wider.items() if not busy)
        return await self._watched.look([*self.connections.processes, *idle])

    async def _until_gone(self, seconds: float) -> Seen:
        deadline = asyncio.get_running_loop().time() + seconds
        while True:
            await asyncio.sleep(_POLL_SECONDS)
            seen = await self._look()
            if not self._strangers(seen) or asyncio.get_running_loop().time() > deadline:
                return seen

    def _strangers(self, seen: Seen) -> list[Session]:
        return [
            one
            for one in seen.sessions
            if not self._wider.get(one.process)
            and not any(fnmatchcase(one.name or "", pattern) for pattern in self._shared)
        ]

    async def _anew(self) -> None:
        await self._let_go()
        await drop_database(self._server, self._name, settings=self._settings)
        await self._make()

    async def _let_go(self) -> None:
        self.connections.forget()
        await self._watched.close()

    async def _keep(self, test: str) -> str:
        await self._let_go()
        kept = f"{derived_name(self._settings.test_database, 'kept')}{secrets.token_hex(4)}"
        async with database_session(self._server.address, purpose="keep a database") as connection:
            await _end_sessions(connection, self._name)
            await connection.execute(
                f"ALTER DATABASE {quoted(self._name)} RENAME TO {quoted(kept)}"
            )
            facts = {"test": test, "when": datetime.datetime.now(datetime.UTC).isoformat()}
            project = self._settings.project
            await marker.write(connection, kept, role="kept", project=project, facts=facts)
        await self._make()
        return kept

    async def _close(self) -> None:
        await self._let_go()
        await drop_database(self._server, self._name, settings=self._settings)


async def _end_sessions(connection: "asyncpg.Connection[Any]", database: str) -> None:
    """End every connection to a database, and wait until they are gone."""
    ended = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = $1 AND backend_type = 'client backend'"
    )
    async with asyncio.timeout(_END_SECONDS):
        while await connection.fetch(ended, database):  # noqa: ASYNC110 - the server's own time
            await asyncio.sleep(_POLL_SECONDS)
