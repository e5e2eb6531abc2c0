"""Proves that the rows of a data file fit into their table, before any file is replaced."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg

from db_workflow.testdata.declared.tables import Classified
from db_workflow.testdata.extraction.constraints import read_demands
from db_workflow.testdata.extraction.judges import (
    Judge,
    NotNull,
    PlainText,
    Row,
    UnprovableError,
)
from db_workflow.testdata.extraction.server_judges import (
    check_judge,
    exclusion_judge,
    type_judge,
)
from db_workflow.testdata.files.reading import read_blocks

# Rows that were judged are remembered, so that each is judged once; beyond so many they are not.
_MOST_REMEMBERED = 50_000
# After so many different ones that are refused, somebody has enough to mend.
_MOST_REFUSED = 10_000
# What takes any text, but for its length.
_PLAIN_TEXT = re.compile(r"text|citext|character varying(?:\(\d+\))?|character\(\d+\)")
# Rules that may write anything, NULL included; also inside of others.
_ANYTHING = re.compile(r"\b(?:custom|constant|null)\(")


async def fit_problems(
    connection: "asyncpg.Connection[Any]", classified: Classified, path: Path
) -> list[str]:
    """Return what the table would refuse of the rows of one data file: a line for each demand.

    Judged is what a transformed column takes part in: NOT NULL, types with their limits, domains,
    checks (validated or not, over computed columns too), partitions' bounds, exclusions. Different
    values are judged once. Left to the seeding server are what only a table can tell: rows that
    exclude each other over more than a thousand rows, checks of whole rows and of single
    partitions, triggers. What a volatile or stable function says is true at this moment only.

    Args:
        connection: a read-only session, inside a transaction or not.
        classified: the table.
        path: one of its finished files.

    Raises:
        TestDataError: the file was changed since it was written.

    """
    watches = await _watches(connection, classified)
    if not watches:
        return []
    namer = _RowNamer(classified, path)
    width = len(classified.rules)
    for lines in read_blocks(path):
        fields = "\t".join(lines).split("\t")  # several times as fast as line by line
        columns = [fields[place::width] for place in range(width)]
        for watch in watches:
            await watch.take(columns, namer)
        namer.before += len(lines)
    return [problem for watch in watches for problem in watch.problems()]


@dataclass(slots=True)
class _RowNamer:
    """Names a row by a key that says nothing about a person, or by its number in the file."""

    classified: Classified
    path: Path
    before: int = 0

    def name(self, columns: Sequence[Sequence[str]], place: int) -> str:
        """Return what to call a row of the present block."""
        key = ", ".join(columns[number][place] for number in self.classified.plain_key)
        return f"row {key}" if key else f"row number {self.before + place + 1} of {self.path.name}"


@dataclass(slots=True)
class _Watch:
    """One demand, and what it refused so far.

    Attributes:
        subject: which columns it is about, with their rules.
        places: of the judge's columns.
        judge: who knows.
        after: demands of single columns; what they refuse is not judged again.
        pairs: whether rows are judged against each other, so that equal ones count.
        refused: the different rows that do not satisfy it, each with what is to be said.

    """

    subject: str
    places: tuple[int, ...]
    judge: Judge
    after: Sequence["_Watch"] = ()
    pairs: bool = False
    refused: dict[Row, str] = field(default_factory=dict)
    _known: set[Row] = field(default_factory=set)
    _count: int = 0
    _first: str = ""
    _unprovable: str = ""

    async def take(self, columns: Sequence[Sequence[str]], namer: _RowNamer) -> None:
        """Judge the rows of a block."""
        chosen = [columns[place] for place in self.places]
        if self._unprovable or len(self.refused) >= _MOST_REFUSED or self.judge.passes(chosen):
            return
        rows = list(zip(*chosen, strict=True))
        try:
            self.refused |= await self.judge.refused(self._new(rows))
        except UnprovableError as error:
            self._unprovable = str(error)
        if self.refused and (count := sum(map(self.refused.__contains__, rows))):
            if not self._count:
                place = next(place for place, row in enumerate(rows) if row in self.refused)
                self._first = f"{namer.name(columns, place)}: {self.refused[rows[place]]}"
            self._count += count

    def problems(self) -> Iterator[str]:
        """Yield what there is to say: nothing, or a line."""
        if self._unprovable:
            yield f"{self.subject}: cannot be proven: {self._unprovable}"
        if self._count:
            yield f"{self.subject}: {self._count:,} row(s) would be refused, first {self._first}"

    def _new(self, rows: list[Row]) -> list[Row]:
        """Return the rows that nobody has judged; of exclusions all that their columns allow."""
        new = rows
        if not self.pairs:
            # In the order of the rows, so that every run says the same.
            new = [row for row in dict.fromkeys(rows) if row not in self._known]
            if len(self._known) < _MOST_REMEMBERED:
                self._known.update(new)
        for watch in self.after:
            if watch.refused:
                place = self.places.index(watch.places[0])
                new = [row for row in new if (row[place],) not in watch.refused]
        return new


async def _watches(connection: "asyncpg.Connection[Any]", classified: Classified) -> list[_Watch]:
    changed = [name for name, rule in classified.rules.items() if not rule.keeps]
    if not changed:
        return []
    single: list[_Watch] = []
    for name in changed:
        for judge in _column_judges(connection, classified, name):
            single.append(_watch(classified, judge, single))
    structure = classified.structure
    demands = await read_demands(connection, structure)
    checks = [
        _watch(classified, check_judge(connection, structure, demands.computed, check), single)
        for check in demands.checks
        if not set(changed).isdisjoint(check.columns)
    ]
    exclusions = [
        _watch(
            classified,
            exclusion_judge(connection, structure, demands.computed, exclusion),
            single,
            pairs=True,
        )
        for exclusion in demands.exclusions
        if not set(changed).isdisjoint(exclusion.columns)
    ]
    return [*single, *checks, *exclusions]


def _column_judges(
    connection: "asyncpg.Connection[Any]", classified: Classified, name: str
) -> Iterator[Judge]:
    column, rule = classified.structure.columns[name], classified.rules[name]
    free = _ANYTHING.search(str(rule)) is not None
    if column.not_null and free:
        yield NotNull((name,))
    if _PLAIN_TEXT.fullmatch(column.type):
        if free or column.length is not None:
            yield PlainText((name,), column.length, column.type)
    elif (rule.name, column.type) != ("uuid", "uuid"):
        yield type_judge(connection, column)


def _watch(
    classified: Classified, judge: Judge, single: Sequence[_Watch] = (), *, pairs: bool = False
) -> _Watch:
    names = list(classified.rules)
    places = tuple(map(names.index, judge.columns))
    changed = [name for name in judge.columns if not classified.rules[name].keeps]
    listed = ", ".join(f"{classified.table.name}.{name}" for name in changed)
    rules = ", ".join(str(classified.rules[name]) for name in changed)
    after = [watch for watch in single if watch.places[0] in places]
    return _Watch(f"{listed} ({rules})", places, judge, after, pairs)
