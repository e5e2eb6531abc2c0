"""What psql sends: a listener between it and the server that keeps every query.

Loaded by path: `runpy.run_path(…)["Recorder"]`. It speaks the protocol as far as to know where a
message ends; the bytes pass through untouched.
"""

import asyncio
import contextlib
import shutil
import tempfile
from pathlib import Path


class Recorder:
    """Listens on a socket of its own and passes everything on."""

    def __init__(self, address):
        self.address = address
        # A socket's path is limited to 107 bytes, so not below a test's folder.
        self.folder = Path(tempfile.mkdtemp(prefix="dbw_rec_"))
        self.queries = []

    async def __aenter__(self):
        path = self.folder / f".s.PGSQL.{self.address.port}"
        self._server = await asyncio.start_unix_server(self._serve, path)
        return self

    async def __aexit__(self, *_error):
        self._server.close()
        await self._server.wait_closed()
        shutil.rmtree(self.folder)

    async def _serve(self, reader, writer):
        their_reader, their_writer = await self._connect()
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            await asyncio.gather(
                self._forward(reader, their_writer), self._back(their_reader, writer)
            )
        for end in (writer, their_writer):
            end.close()
            with contextlib.suppress(ConnectionError):
                await end.wait_closed()

    async def _connect(self):
        host, port = self.address.host, self.address.port
        if host.startswith("/"):
            return await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
        return await asyncio.open_connection(host, port)

    async def _forward(self, reader, writer):
        """Pass messages to the server; the first one has no type."""
        kind = b""
        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                size = await reader.readexactly(4)
                body = await reader.readexactly(int.from_bytes(size) - 4)
                if kind == b"Q":
                    self.queries.append(body.rstrip(b"\0").decode())
                writer.write(kind + size + body)
                await writer.drain()
                kind = await reader.readexactly(1)
        writer.close()

    async def _back(self, reader, writer):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
