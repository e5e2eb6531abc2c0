"""What a seeding did: how many rows of which kind, and which of them gave way to which."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class GaveWay:
    """Generated rows of one table that another row kept out.

    Attributes:
        by: the unique index or the constraint that does not let both in.
        rows: how many. A row that several keep out is counted with the first.
        examples: the first few, by primary key: the row that went, and the one that stayed. This
            is test data, so they may be shown. Empty for a table without a primary key.

    """

    by: str
    rows: int
    examples: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        pairs = [f"{gone} to {kept}" for gone, kept in self.examples]
        more = ["…"] if self.examples and self.rows > len(self.examples) else []
        shown = f": {', '.join([*pairs, *more])}" if pairs else ""
        return f"{self.rows:,} gave way by {self.by}{shown}"


@dataclass(frozen=True, slots=True)
class SeededTable:
    """What happened to one table.

    Attributes:
        table: its name.
        manual: rows that somebody wrote, or that a factory made beside them.
        generated: rows of the generated file that were loaded.
        dropped: rows of the generated file that gave way to others.
        loaded: rows in the table now.
        gave_way: by what they gave way; the rows of all together are `dropped`.
        changed: rows of the generated file that the table's own triggers made other ones.

    """

    table: str
    manual: int
    generated: int
    dropped: int
    loaded: int
    gave_way: tuple[GaveWay, ...] = ()
    changed: int = 0


@dataclass(frozen=True, slots=True)
class SeedReport:
    """What was loaded.

    Attributes:
        tables: in the order of SEEDING_ORDER.
        seconds: how long it took, statistics included.
        committed: after how many of them the rows were proven and committed.

    """

    tables: tuple[SeededTable, ...]
    seconds: float
    committed: float

    @property
    def rows(self) -> int:
        """The number of rows of all tables."""
        return sum(entry.loaded for entry in self.tables)

    @property
    def notes(self) -> tuple[str, ...]:
        """What deserves to be read: which rows gave way to which, and which were changed."""
        notes = []
        for entry in self.tables:
            notes += [f"{entry.table}: {each}" for each in entry.gave_way]
            if entry.changed:
                notes.append(
                    f"{entry.table}: {entry.changed:,} row(s) are not as in the file:"
                    " triggers changed them"
                )
        return tuple(notes)

    def to_json(self) -> Mapping[str, Any]:
        """Return everything as JSON values."""
        return {**asdict(self), "rows": self.rows}
