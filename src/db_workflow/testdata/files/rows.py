"""The rows of a table as a sequence: what an imported data file holds."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import overload

from db_workflow.testdata.files.copytext import decode

Row = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that stand in a file of their own, as another file says they do."""

    path: Path
    count: int
    digest: str

    def blocks(self) -> Iterator[list[str]]:
        """Yield the lines of the file in blocks.

        Raises:
            TestDataError: it is missing or damaged, or it is another file than was meant.

        """
        # Whoever only imports rows does not pay for reading files.
        from db_workflow.testdata.files.reading import read_blocks

        return read_blocks(self.path, digest=self.digest)


class CopyRows(Sequence[Row]):
    """Rows in COPY text that become dicts only when someone looks at one.

    The values are PostgreSQL's text of them. Adds to a list on either side, as a list. Rows of
    further files are read when someone looks at one of them: one after the other without keeping
    any; by their number all of the file, which is then kept.
    """

    __slots__ = ("_ends", "_kept", "_parts", "_text", "columns")

    def __init__(
        self, columns: Sequence[str], text: str = "", *, parts: Sequence[Part] = ()
    ) -> None:
        self.columns = tuple(columns)
        # The first row stands on a line of its own, below the opening quotes.
        self._text = text.removeprefix("\n")
        self._parts = tuple(parts)
        counts = (self._text.count("\n"), *(part.count for part in parts))
        self._ends = tuple(accumulate(counts))
        self._kept: dict[int, list[str]] = {}

    def blocks(self) -> Iterator[list[str]]:
        """Yield the rows as COPY text, one a line, without line ends; some thousand at a time."""
        if self._text:
            yield self._lines(0)
        for part in self._parts:
            yield from part.blocks()

    @property
    def lines(self) -> list[str]:
        """All rows as COPY text at once."""
        return [line for block in self.blocks() for line in block]

    def __len__(self) -> int:
        return self._ends[-1]

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        places = range(len(self))
        if isinstance(index, slice):
            return [self._row(self._line(place)) for place in places[index]]
        try:
            place = places[index]
        except IndexError:
            raise IndexError(f"there are {len(self)} rows, none is number {index}") from None
        return self._row(self._line(place))

    def __iter__(self) -> Iterator[Row]:
        return (self._row(line) for block in self.blocks() for line in block)

    def __add__(self, other: Iterable[dict[str, object]]) -> list[dict[str, object]]:
        return [*self._objects(), *other]

    def __radd__(self, other: Iterable[dict[str, object]]) -> list[dict[str, object]]:
        return [*other, *self._objects()]

    def __repr__(self) -> str:
        return f"<{len(self)} rows of {', '.join(self.columns)}>"

    def _line(self, place: int) -> str:
        number = bisect_right(self._ends, place)
        start = self._ends[number - 1] if number else 0
        return self._lines(number)[place - start]

    def _lines(self, number: int) -> list[str]:
        """Return the lines of the text (0) or of a part (from 1)."""
        if number not in self._kept:
            if number:
                found = [line for block in self._parts[number - 1].blocks() for line in block]
            else:
                found = self._text.split("\n")[:-1]
            self._kept[number] = found
        return self._kept[number]

    def _row(self, line: str) -> Row:
        return dict(zip(self.columns, map(decode, line.split("\t")), strict=True))

    def _objects(self) -> Iterator[dict[str, object]]:
        return (dict(row) for row in self)


def rows(
    *,
    columns: Sequence[str],
    text: str,
    file: str = "",
    parts: Mapping[str, tuple[int, str]] | None = None,
) -> CopyRows:
    """Return the rows of a generated data file; what such a file calls when it is imported.

    Args:
        columns: their columns.
        text: the rows as COPY text.
        file: the path of the file that calls, if the table has further ones.
        parts: how many rows each of those has, and its digest, by name.

    """
    listed = [
        Part(Path(file).with_name(name), count, digest)
        for name, (count, digest) in (parts or {}).items()
    ]
    return CopyRows(columns, text, parts=listed)
