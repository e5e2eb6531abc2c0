"""Proves that transformed columns stay unique where the database demands it."""

from collections.abc import Iterator, Sequence

from db_workflow.connection import quoted
from db_workflow.testdata.declared.tables import Classified
from db_workflow.testdata.files.copytext import NULL
from db_workflow.testdata.structure import Unique


class UniquenessProof:
    """Watches the rows of one table: different keys have to stay different.

    If that holds, what was unique in the source is unique in the file, for partial indexes too. An
    expression such as lower(email) is met by comparing without case; of others that change more,
    the seeding server has the last word.
    """

    def __init__(self, classified: Classified, columns: Sequence[str]) -> None:
        self._classified = classified
        self._watched = [
            _Watched(unique, columns)
            for unique in classified.structure.uniques
            if set(unique.columns) <= set(columns)
            and any(not classified.rules[name].keeps for name in unique.columns)
        ]

    def add(self, before: Sequence[str], after: Sequence[str]) -> None:
        """Take a row into account: its COPY text fields before and after."""
        for watched in self._watched:
            watched.add(before, after)

    @property
    def needed(self) -> bool:
        """Whether any unique index has a transformed column."""
        return bool(self._watched)

    def problems(self) -> Iterator[str]:
        """Yield a line for each unique index whose keys collided."""
        for watched in self._watched:
            if watched.collisions:
                table = self._classified.table.name
                rules = ", ".join(
                    f"{name}: {self._classified.rules[name]}"
                    for name in watched.unique.columns
                    if not self._classified.rules[name].keeps
                )
                yield (
                    f"{table}: {watched.collisions:,} row(s) would share a key of the unique index"
                    f" {watched.unique.name} ({rules})"
                )


class _Watched:
    def __init__(self, unique: Unique, columns: Sequence[str]) -> None:
        self.unique = unique
        self.collisions = 0
        self._places = [columns.index(name) for name in unique.columns]
        plain = {*unique.columns, *map(quoted, unique.columns)}
        self._folds = not set(unique.keys) <= plain
        self._seen: dict[tuple[str, ...], tuple[str, ...]] = {}

    def add(self, before: Sequence[str], after: Sequence[str]) -> None:
        source, made = self._key(before), self._key(after)
        if NULL in made and not self.unique.nulls_equal:
            return
        if self._seen.setdefault(made, source) != source:
            self.collisions += 1

    def _key(self, fields: Sequence[str]) -> tuple[str, ...]:
        if self._folds:
            return tuple(
                field if field == NULL else field.casefold()
                for field in (fields[place] for place in self._places)
            )
        return tuple(fields[place] for place in self._places)
