"""What an extraction gives back: how many rows, of how many, in which files."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class TableReport:
    """What was generated of one table.

    Attributes:
        rows: how many rows its files hold.
        total: how many rows the table has.
        asked: rows taken by the table's own declaration.
        parents: rows taken because others refer to them.
        children: rows taken because they refer to others.
        bytes: how large its files are.
        files: how many they are.

    """

    rows: int
    total: int
    asked: int
    parents: int
    children: int
    bytes: int
    files: int


@dataclass(frozen=True, slots=True)
class ExtractResult:
    """What was generated.

    Attributes:
        tables: a report of each table, in the order of TABLE_CONFIG.
        key_id: which key made the pseudonyms; "public" for the stand-in's rows.
        files: the files that are in the data folder now.
        changed: those of them whose bytes are new.
        seconds: how long it took.
        warnings: what somebody should look at, although it stopped nothing.
        unsearched: by column ("people.first_name"), how many of its values the leak gate did not
            search because they are too short or in everybody's data.

    """

    tables: Mapping[str, TableReport]
    key_id: str
    files: tuple[Path, ...]
    changed: tuple[Path, ...]
    seconds: float
    warnings: tuple[str, ...]
    unsearched: Mapping[str, int]

    @property
    def rows(self) -> int:
        """The number of rows of all tables."""
        return sum(report.rows for report in self.tables.values())
