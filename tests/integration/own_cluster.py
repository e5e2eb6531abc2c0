"""A server of a test's own, that it may kill, and a wire to it that it may cut."""

import asyncio
import contextlib
import os
import shutil
import signal
import tempfile
from dataclasses import replace
from pathlib import Path

from db_workflow.server import embedded_status, start_server, stop_server
from db_workflow.settings import load_settings

ROOT = Path(__file__).parents[2]


@contextlib.contextmanager
def own_cluster(binaries):
    """Start a server in a checkout of its own; stop it and remove all of it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="db_workflow_faults_"))
    folder.chmod(0o755)
    shutil.copy(ROOT / "pyproject.toml", folder)
    checkout = replace(load_settings(folder, environment={}), binaries=binaries.folder)
    try:
        yield OwnCluster(checkout)
    finally:
        stop_server(checkout)
        status = embedded_status(checkout)
        for rest in (status.folder, Path(status.address.host), folder):
            shutil.rmtree(rest, ignore_errors=True)


class OwnCluster:
    """The server; started again after each fault, at the same address."""

    def __init__(self, checkout):
        self.checkout = checkout
        self.server = start_server(checkout)

    async def end_with(self, number):
        """Send its postmaster a signal and wait until it is gone."""
        os.kill(embedded_status(self.checkout).pid, number)
        async with asyncio.timeout(20):
            while embedded_status(self.checkout).running:  # noqa: ASYNC110 - another process's end
                await asyncio.sleep(0.01)

    async def stop_at_once(self):
        """Stop it as `pg_ctl stop -m immediate` does: a crash with warning."""
        await self.end_with(signal.SIGQUIT)

    async def kill(self):
        """End it as kill -9 does."""
        await self.end_with(signal.SIGKILL)

    def start(self):
        self.server = start_server(self.checkout)


class Wire:
    """A TCP proxy before a server's socket: a connection that can be cut, or go silent."""

    def __init__(self, address):
        self._path = f"{address.host}/.s.PGSQL.{address.port}"
        self._address = address
        self._silent = asyncio.Event()
        self._writers = []
        self._tasks = []
        self._listener = None

    async def __aenter__(self):
        self._listener = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_):
        self._listener.close()
        self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def to(self, database):
        """Return the address of a database through the wire."""
        port = self._listener.sockets[0].getsockname()[1]
        return replace(self._address.at(database), host="127.0.0.1", port=port)

    def cut(self):
        """Cut every connection that there is."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    def fall_silent(self):
        """Carry nothing any more, in neither direction, and leave every connection open."""
        self._silent.set()

    async def _connected(self, reader, writer):
        there, to_server = await asyncio.open_unix_connection(self._path)
        self._writers += [writer, to_server]
        self._tasks += [
            asyncio.ensure_future(self._carry(reader, to_server)),
            asyncio.ensure_future(self._carry(there, writer)),
        ]

    async def _carry(self, source, target):
        with contextlib.suppress(OSError):
            while data := await source.read(65536):
                if self._silent.is_set():
                    await asyncio.Event().wait()
                target.write(data)
                await target.drain()
        target.transport.abort()
