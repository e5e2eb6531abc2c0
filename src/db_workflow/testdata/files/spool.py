"""Rows on disk until their file's header can be written: protected, hashed, cut to size."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from db_workflow.errors import TestDataError
from db_workflow.testdata.files.copytext import protect

# What one data file holds at most, unless one single row is longer. Most hosts of repositories
# warn of files over 50 MB and refuse those over 100.
MOST_BYTES = 32_000_000


@dataclass(frozen=True, slots=True)
class Spooled:
    """Rows on disk.

    Attributes:
        path: the file that holds nothing else.
        count: how many rows.
        digest: SHA-256 of the file.
        bytes: its size, at most `MOST_BYTES` unless it is a single row.

    """

    path: Path
    count: int
    digest: str
    bytes: int


class Spool:
    """Takes a table's rows, or a stretch of them, in a memory that does not grow.

    Where the rows are cut depends on the rows alone, never on how they were handed over: as many
    as fit into `most_bytes` stand together.
    """

    def __init__(self, folder: Path, stem: str, *, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._stem = stem
        self._most_bytes = most_bytes
        self._done: list[Spooled] = []
        self._current: _Current | None = None

    def add(self, lines: Sequence[str]) -> None:
        """Append rows of COPY text, without their line ends.

        Raises:
            TestDataError: a text is none that PostgreSQL can hold.

        """
        if not lines:
            return
        try:
            data = protect("\n".join(lines) + "\n").encode()
        except UnicodeEncodeError:
            # Its message, and the chain, hold what stands there.
            raise _half_a_character(self._stem) from None
        start = 0
        while start < len(data):
            start = self._write(data, start)

    def close(self) -> tuple[Spooled, ...]:
        """Return what was added, in order; nothing, if that was nothing."""
        self._finish()
        return tuple(self._done)

    def _write(self, data: bytes, start: int) -> int:
        """Write the lines that fit; return where those begin that do not."""
        current = self._current or self._begin()
        room = self._most_bytes - current.bytes
        end = len(data)
        if end - start > room:
            end = data.rfind(b"\n", start, start + room) + 1 if room > 0 else 0
            if end <= start and not current.bytes:
                end = data.index(b"\n", start) + 1  # one row that is longer than a file should be
        if end > start:
            current.write(memoryview(data)[start:end], data.count(b"\n", start, end))
            start = end
        if start < len(data):
            self._finish()
        return start

    def _begin(self) -> "_Current":
        path = self._folder / f"{self._stem}-{len(self._done) + 1:03}.rows"
        self._current = _Current(path)
        return self._current

    def _finish(self) -> None:
        if self._current is not None:
            self._done.append(self._current.finish())
            self._current = None


class _Current:
    """The file that is being written; open only while that happens, so it is never left open."""

    def __init__(self, path: Path) -> None:
        self.bytes = 0
        self._path = path
        self._count = 0
        self._hash = hashlib.sha256()
        path.write_bytes(b"")

    def write(self, data: memoryview, count: int) -> None:
        with self._path.open("ab") as target:
            target.write(data)
        self._hash.update(data)
        self._count += count
        self.bytes += len(data)

    def finish(self) -> Spooled:
        return Spooled(self._path, self._count, self._hash.hexdigest(), self.bytes)


def _half_a_character(stem: str) -> TestDataError:
    return TestDataError(
        f"A rule made a text with half a character in it ({stem}).",
        why="a surrogate without its other half is no text: PostgreSQL takes none",
        next="mend the custom rule of that table in TABLE_CONFIG",
    )
