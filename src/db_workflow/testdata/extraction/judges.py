"""Judges: which of some rows a demand of the table refuses.

A row that is judged has the fields (COPY text) of the judge's columns only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from db_workflow.testdata.files.copytext import NULL, decode

Row = tuple[str, ...]

# The way a data file protects it.
_ESCAPED_NUL = "\\x00"


class UnprovableError(Exception):
    """The server cannot judge any row. The message says why, with no value in it."""


class Judge(Protocol):
    """Knows one demand of a table. `columns` are those that it is about."""

    @property
    def columns(self) -> tuple[str, ...]: ...  # noqa: D102 - see above

    def passes(self, columns: Sequence[Sequence[str]]) -> bool:
        """Tell whether a glance at the fields of a block shows that there is nothing to refuse."""
        ...

    async def refused(self, rows: Sequence[Row]) -> Mapping[Row, str]:
        """Return the rows that do not satisfy it, each with what is to be said of it.

        Raises:
            UnprovableError: nobody can tell.

        """
        ...


@dataclass(frozen=True, slots=True)
class NotNull:
    """Refuses NULL in a column."""

    columns: tuple[str, ...]

    def passes(self, columns: Sequence[Sequence[str]]) -> bool:
        """See `Judge`."""
        return NULL not in columns[0]

    async def refused(self, rows: Sequence[Row]) -> Mapping[Row, str]:
        """See `Judge`."""
        return {row: "the column is NOT NULL" for row in rows if row[0] == NULL}


@dataclass(frozen=True, slots=True)
class PlainText:
    """Refuses texts that are too long, or hold what no text of PostgreSQL may hold."""

    columns: tuple[str, ...]
    length: int | None
    type: str

    def passes(self, columns: Sequence[Sequence[str]]) -> bool:
        """See `Judge`."""
        # An escape is longer than what it stands for.
        fits = self.length is None or max(map(len, columns[0]), default=0) <= self.length
        return fits and _ESCAPED_NUL not in "\t".join(columns[0])

    async def refused(self, rows: Sequence[Row]) -> Mapping[Row, str]:
        """See `Judge`."""
        longest = float("inf") if self.length is None else self.length
        found = {}
        for row in rows:
            if len(row[0]) <= longest and _ESCAPED_NUL not in row[0]:
                continue
            value = decode(row[0]) or ""
            # What is too long by spaces only is cut by the server itself.
            if len(value.rstrip(" ")) > longest:
                found[row] = f"too long for the type {self.type}"
            elif "\0" in value:
                found[row] = "a NUL character, which no text may hold"
        return found
