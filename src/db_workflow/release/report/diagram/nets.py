"""Which lines run together: all foreign keys that refer to one table from one side are one net."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from db_workflow.release.report.diagram.entities import Reference
from db_workflow.release.report.diagram.placing import ROW, Place

# The table that is referred to, and whether its net goes to the right.
Net = tuple[str, bool]


def columns_of(places: Mapping[str, Place]) -> list[list[str]]:
    """Return the tables of each column, from the top."""
    count = max(place.column for place in places.values()) + 1
    columns: list[list[str]] = [[] for _ in range(count)]
    for name, place in sorted(places.items(), key=lambda item: item[1].order):
        columns[place.column].append(name)
    return columns


def nets_of(
    references: Iterable[Reference], places: Mapping[str, Place]
) -> dict[Net, list[Reference]]:
    """Return the references of each net."""
    nets: dict[Net, list[Reference]] = defaultdict(list)
    for one in references:
        nets[one.parent, goes_right(one, places)].append(one)
    return dict(sorted(nets.items()))


def goes_right(one: Reference, places: Mapping[str, Place]) -> bool:
    """Tell whether a reference leaves the table that it refers to on that one's right side."""
    return places[one.child].column >= places[one.parent].column


def _crossed(one: Reference, places: Mapping[str, Place]) -> range:
    """Return the columns between a reference's two tables."""
    ends = sorted((places[one.child].column, places[one.parent].column))
    return range(ends[0] + 1, ends[1])


def gaps_of(
    nets: Mapping[Net, Sequence[Reference]],
    places: Mapping[str, Place],
    columns: Sequence[Sequence[str]],
) -> dict[tuple[Net, int], int]:
    """Return before which table of a column a net passes it: near where it comes from and goes."""
    found: dict[tuple[Net, int], int] = {}
    taken: dict[tuple[int, int], int] = defaultdict(int)
    for net, references in nets.items():
        for column in sorted({one for ref in references for one in _crossed(ref, places)}):
            ys = [
                places[one.child].row(one.column)
                for one in references
                if column in _crossed(one, places)
            ]
            wanted = (places[net[0]].head + sum(ys) / len(ys)) / 2
            edges = [places[name].y - ROW / 2 for name in columns[column]]
            last = places[columns[column][-1]]
            edges.append(last.y + last.height + ROW / 2)
            order = min(
                range(len(edges)),
                key=lambda one: abs(edges[one] - wanted) + ROW * taken[column, one],
            )
            taken[column, order] += 1
            found[net, column] = order
    return found
