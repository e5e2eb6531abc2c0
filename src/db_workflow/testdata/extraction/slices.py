"""Rows' places in the order of a table's key, on disk, cut into files of so many."""

from pathlib import Path
from typing import IO


class Slices:
    """Writes the lines of a COPY into files of so many."""

    def __init__(self, folder: Path, stem: str, *, rows: int) -> None:
        self.files: list[tuple[Path, int]] = []
        self._folder = folder
        self._stem = stem
        self._rows = rows
        self._rest = b""
        self._file: IO[bytes] | None = None
        self._failed: OSError | None = None

    async def take(self, data: bytes) -> None:
        """Take the next bytes; never raises, see `Lines.take`."""
        if self._failed is None:
            try:
                self._write(data)
            except OSError as error:
                self._failed = error

    def close(self) -> None:
        """End the last file; raise what kept the lines from being written."""
        if self._file is not None:
            self._file.close()
        if self._failed is not None:
            raise self._failed

    def _write(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        while lines:
            if self._file is None or self.files[-1][1] == self._rows:
                self._next()
            assert self._file is not None  # noqa: S101 - the line above opens it
            path, count = self.files[-1]
            now, lines = lines[: self._rows - count], lines[self._rows - count :]
            self._file.write(b"".join(line + b"\n" for line in now))
            self.files[-1] = (path, count + len(now))

    def _next(self) -> None:
        if self._file is not None:
            self._file.close()
        path = self._folder / f"{self._stem}.{len(self.files):05}.places"
        self._file = path.open("wb")
        self.files.append((path, 0))


def in_places(path: Path) -> str:
    """Return a condition: a row of the table `t` is one of those in a file of places."""
    words = path.read_text("ascii").split()
    relations: dict[str, list[str]] = {}
    for relation, place in zip(words[0::2], words[1::2], strict=True):
        relations.setdefault(relation, []).append(place)
    sets = []
    for relation, places in relations.items():
        array = '","'.join(places)
        sets.append(f"SELECT {relation}::oid, unnest('{{\"{array}\"}}'::tid[])")
    return f"(t.tableoid, t.ctid) IN ({' UNION ALL '.join(sets)})"
