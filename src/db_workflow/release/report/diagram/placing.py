"""Where each table stands: in columns, what is referred to before what refers to it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from db_workflow.release.report.diagram.choice import Box, Choice
from db_workflow.release.report.diagram.entities import Reference

ROW = 18
HEADER = 22
# Four of them and what lies between fill a page of 1,200.
_COLUMNS = 4
_SWEEPS = 12


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table stands.

    Attributes:
        box: the table.
        column: from the left, from 0.
        order: from the top, from 0.
        y: of its upper edge.

    """

    box: Box
    column: int
    order: int
    y: float = 0

    @property
    def height(self) -> float:
        """How high it is."""
        return box_height(self.box)

    @property
    def head(self) -> float:
        """Where lines that refer to it arrive."""
        return self.y + ROW / 2

    def row(self, column: str) -> float:
        """Return where the line of one of its columns begins."""
        return self.y + HEADER + ROW * (self.box.line(column) + 0.5)


def box_height(box: Box) -> float:
    """Return how high a table is drawn."""
    return HEADER + ROW * max(box.lines, 1)


def place(choice: Choice) -> dict[str, Place]:
    """Return every table's place by its name; the same for the same tables.

    What is referred to stands left of what refers to it, as far as the columns come out about
    equally high; within a column, tables stand beside those with which they are connected.
    """
    boxes = {box.table.name: box for box in choice.boxes}
    depths = _depths(sorted(boxes), choice.references)
    sequence = sorted(boxes, key=lambda name: (depths[name], name))
    columns = _split(sequence, boxes, min(_COLUMNS, len(boxes)))
    return _ordered(columns, boxes, choice.references)


def _depths(names: Sequence[str], references: Sequence[Reference]) -> Mapping[str, int]:
    """Return how long the longest way from each table to one that refers to none is."""
    parents: dict[str, set[str]] = {name: set() for name in names}
    for one in references:
        if one.child != one.parent:
            parents[one.child].add(one.parent)
    found: dict[str, int] = {}

    def depth(name: str, above: frozenset[str]) -> int:
        if name not in found:
            # A reference that closes a circle does not count.
            nearer = sorted(parents[name] - above - {name})
            found[name] = max((depth(one, above | {name}) + 1 for one in nearer), default=0)
        return found[name]

    for name in names:
        depth(name, frozenset())
    return found


def _split(sequence: Sequence[str], boxes: Mapping[str, Box], count: int) -> list[list[str]]:
    """Cut a sequence into columns so that the highest is as low as possible."""
    sums = [0.0, *accumulate(box_height(boxes[name]) + ROW for name in sequence)]

    @cache
    def best(end: int, columns: int) -> tuple[float, int]:
        if columns == 1:
            return sums[end], 0
        return min(
            (max(best(start, columns - 1)[0], sums[end] - sums[start]), start)
            for start in range(columns - 1, end)
        )

    columns: list[list[str]] = []
    end = len(sequence)
    for left in range(count, 0, -1):
        start = best(end, left)[1]
        columns.insert(0, list(sequence[start:end]))
        end = start
    return columns


def _ordered(
    columns: list[list[str]], boxes: Mapping[str, Box], references: Sequence[Reference]
) -> dict[str, Place]:
    """Order each column by where its tables' connections are, and keep the best of some rounds."""
    found = best = stacked(columns, boxes, lambda _column, _order: ROW)
    shortest = _length(found, references)
    for sweep in range(_SWEEPS):
        for column in columns[:: -1 if sweep % 2 else 1]:
            wanted = {name: _wanted(name, found, references) for name in column}
            column.sort(key=lambda name: (wanted[name], name))
            found = stacked(columns, boxes, lambda _column, _order: ROW)
        length = _length(found, references)
        if length < shortest:
            best, shortest = found, length
    return best


def stacked(
    columns: Sequence[Sequence[str]],
    boxes: Mapping[str, Box],
    gap: Callable[[int, int], float],
) -> dict[str, Place]:
    """Put each column's tables below one another, a gap before each."""
    places: dict[str, Place] = {}
    for number, column in enumerate(columns):
        # Lines of neighbouring columns never lie on one another: they begin half a row apart.
        y = ROW / 2 * (number % 2)
        for order, name in enumerate(column):
            y += gap(number, order) if order else gap(number, 0) - ROW
            place = Place(boxes[name], number, order, y)
            places[name] = place
            y += -(-place.height // ROW) * ROW
    return places


def _wanted(name: str, places: Mapping[str, Place], references: Sequence[Reference]) -> float:
    mine = places[name]
    others = [
        places[one.parent].head if one.child == name else places[one.child].row(one.column)
        for one in references
        if name in {one.child, one.parent} and one.child != one.parent
    ]
    return sum(others) / len(others) - mine.height / 2 if others else mine.y


def _length(places: Mapping[str, Place], references: Sequence[Reference]) -> float:
    return sum(
        abs(places[one.parent].head - places[one.child].row(one.column)) for one in references
    )
