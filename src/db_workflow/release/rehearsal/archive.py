r"""How many rows a backup holds of each table, counted in the backup itself.

pg_restore writes what it would load; a line between `COPY … FROM stdin;` and `\.` is a row. The
count knows nothing of the server that the backup is restored into, so the two can be compared.
"""

import asyncio
import contextlib
import os
import re
import signal
from pathlib import Path

from db_workflow.binaries import Binaries
from db_workflow.errors import BackupError

_CHUNK = 1 << 20
_NAME = rb'(?:"(?:[^"]|"")+"|[^\s".(]+)'
_COPY = re.compile(rb"COPY (" + _NAME + rb"\." + _NAME + rb") (?:\(.*\) )?FROM stdin;")
_INSERT = b"INSERT INTO "
_END = b"\\."


class RowCounter:
    """Counts rows in what pg_restore writes, chunk by chunk.

    Attributes:
        rows: by table, printed as pg_dump does, so far.
        inserts: whether rows are written as statements, which are not counted.

    """

    def __init__(self) -> None:
        self.rows: dict[str, int] = {}
        self.inserts = False
        self._table = ""
        self._rest = b""

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for line in lines:
            if self._table:
                if line == _END:
                    self._table = ""
                else:
                    self.rows[self._table] += 1
            elif found := _COPY.fullmatch(line):
                self._table = found[1].decode("utf-8", "replace")
                self.rows.setdefault(self._table, 0)
            elif line.startswith(_INSERT):
                self.inserts = True


async def archive_rows(source: Path, binaries: Binaries) -> RowCounter:
    """Count the rows of a backup.

    Args:
        source: the dump: a file or a folder.
        binaries: whose pg_restore.

    Raises:
        BackupError: it cannot be read to its end.

    """
    process = await asyncio.create_subprocess_exec(
        str(binaries.program("pg_restore")),
        "--data-only",
        "--file=-",
        str(source),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        # What it complains of may be of any length, and nobody reads it here.
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    counter = RowCounter()
    try:
        while chunk := await process.stdout.read(_CHUNK):
            counter.feed(chunk)
        code = await process.wait()
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    if code != 0:
        raise BackupError(
            f"{source.name} cannot be read to its end (pg_restore ended with {code}).",
            why="what cannot be read cannot be restored",
            next="invoke reset --download-recent",
        )
    return counter
