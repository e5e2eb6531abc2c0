"""How tables are connected: lines of right angles that run between the tables, never through one.

Between two columns of tables lies a channel, in which each net that needs it has one vertical track
of its own; where a net has to pass a column it has one horizontal lane of its own between two of
that column's tables.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from db_workflow.release.report.diagram.choice import Choice
from db_workflow.release.report.diagram.entities import Reference
from db_workflow.release.report.diagram.nets import Net, columns_of, gaps_of, goes_right, nets_of
from db_workflow.release.report.diagram.placing import ROW, Place, stacked

WIDTH = 244
_TRACK = 7  # between two vertical lines
_MARGIN = 14  # between a table and the first one: room for the signs at a line's ends
_APART = 4  # between two lines that follow one another on one track
_LANE = ROW / 2  # within a row: as far as can be from where the next column's lines begin
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """A foreign key as it is drawn, from the table that has it to the one that it refers to."""

    reference: Reference
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """Where everything is.

    Attributes:
        places: the tables, by name.
        left: of each column of tables, its left edge.
        lines: the foreign keys.
        width: of all.
        height: of all.

    """

    places: Mapping[str, Place]
    left: tuple[float, ...]
    lines: tuple[Line, ...]
    width: float
    height: float


def route(choice: Choice, places: Mapping[str, Place]) -> Drawing:
    """Return where tables and lines are, tables moved apart where lines pass between them."""
    columns = columns_of(places)
    nets = nets_of(choice.references, places)
    gaps = gaps_of(nets, places, columns)
    lanes_in: dict[tuple[int, int], int] = defaultdict(int)
    for (_, column), order in gaps.items():
        lanes_in[column, order] += 1
    boxes = {box.table.name: box for box in choice.boxes}
    placed = stacked(columns, boxes, lambda *gap: ROW * max(1, lanes_in[gap] + (not gap[1])))
    lanes = _lanes(gaps, placed, columns)
    tracks, counts = _tracks(nets, placed, lanes, len(columns))
    left, channel = _across(counts)
    x = {key: channel[key[1]] + _MARGIN + _TRACK * track for key, track in tracks.items()}
    lines = [_line(one, placed, left, lanes, x) for one in choice.references]
    bottom = [place.y + place.height for place in placed.values()] + [*lanes.values()]
    return Drawing(
        placed, tuple(left), tuple(lines), channel[-1] + _width(counts[-1]), max(bottom) + ROW
    )


def _lanes(
    gaps: Mapping[tuple[Net, int], int],
    places: Mapping[str, Place],
    columns: Sequence[Sequence[str]],
) -> dict[tuple[Net, int], float]:
    """Return at which height each net passes each column that it has to."""
    found: dict[tuple[Net, int], float] = {}
    by_gap: dict[tuple[int, int], list[Net]] = defaultdict(list)
    for (net, column), order in gaps.items():
        by_gap[column, order].append(net)
    for (column, order), nets in by_gap.items():
        names = columns[column]
        if order:
            above = places[names[order - 1]]
            top = above.y + -(-above.height // ROW) * ROW
        else:
            top = places[names[0]].y - ROW * len(nets)
        # In the order in which they come, so that they cross as little as possible.
        for number, net in enumerate(sorted(nets, key=lambda one: (places[one[0]].head, one))):
            found[net, column] = top + number * ROW + _LANE
    return found


def _tracks(
    nets: Mapping[Net, Sequence[Reference]],
    places: Mapping[str, Place],
    lanes: Mapping[tuple[Net, int], float],
    columns: int,
) -> tuple[dict[tuple[Net, int], int], list[int]]:
    """Give each net a track in every channel that it needs.

    Returns:
        the tracks by net and channel, from 0; how many tracks each channel has.

    """
    spans: dict[int, list[tuple[float, float, Net]]] = defaultdict(list)
    for net, references in nets.items():
        ys: dict[int, list[float]] = defaultdict(list)
        for one in references:
            for channel, _, y in _stations(one, net, places, lanes):
                ys[channel].append(y)
        for channel, found in ys.items():
            spans[channel].append((min(found), max(found), net))
    tracks: dict[tuple[Net, int], int] = {}
    counts = [0] * (columns + 1)
    for channel, found_spans in spans.items():
        ends: list[float] = []
        for low, high, net in sorted(found_spans):
            free = (number for number, end in enumerate(ends) if end + _APART < low)
            track = next(free, len(ends))
            ends[track : track + 1] = [high]
            tracks[net, channel] = track
        counts[channel] = len(ends)
    return tracks, counts


def _stations(
    one: Reference,
    net: Net,
    places: Mapping[str, Place],
    lanes: Mapping[tuple[Net, int], float],
) -> list[tuple[int, float, float]]:
    """Return the channels that a reference runs through: at which height it enters and leaves."""
    child, parent = places[one.child], places[one.parent]
    right = net[1]
    first = child.column + (right and child.column == parent.column) + (not right)
    last = parent.column + right
    step = -1 if right else 1
    found = []
    y = child.row(one.column)
    for channel in range(first, last + step, step):
        crossed = channel - 1 if right else channel
        out = parent.head if channel == last else lanes[net, crossed]
        found += [(channel, y, y), (channel, y, out)]
        y = out
    return found


def _across(counts: Sequence[int]) -> tuple[list[float], list[float]]:
    """Return the left edges of the columns, and of the channels beside them."""
    left, channels, x = [], [], 0.0
    for number, count in enumerate(counts):
        channels.append(x)
        x += _width(count, outside=number in {0, len(counts) - 1})
        if number < len(counts) - 1:
            left.append(x)
            x += WIDTH
    return left, channels


def _width(tracks: int, *, outside: bool = False) -> float:
    if not tracks:
        return 2 if outside else 2 * _MARGIN
    return 2 * _MARGIN + _TRACK * (tracks - 1)


def _line(
    one: Reference,
    places: Mapping[str, Place],
    left: Sequence[float],
    lanes: Mapping[tuple[Net, int], float],
    x: Mapping[tuple[Net, int], float],
) -> Line:
    net = (one.parent, goes_right(one, places))
    child, parent = places[one.child], places[one.parent]
    starts_right = not net[1] or child.column == parent.column
    begin = left[child.column] + WIDTH * starts_right
    points = [(begin, child.row(one.column))]
    points += [(x[net, channel], y) for channel, _, y in _stations(one, net, places, lanes)]
    points.append((left[parent.column] + WIDTH * net[1], parent.head))
    return Line(one, tuple(_straight(points)))


def _straight(points: Sequence[Point]) -> list[Point]:
    """Leave out the points at which a line does not turn."""
    kept: list[Point] = []
    for point in points:
        if kept and point == kept[-1]:
            continue
        if len(kept) > 1 and any(
            before == corner == after
            for before, corner, after in zip(kept[-2], kept[-1], point, strict=True)
        ):
            kept.pop()
        kept.append(point)
    return kept
