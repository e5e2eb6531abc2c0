"""SEEDING_ORDER against the foreign keys: parents first, every table once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from db_workflow.testdata.structure import Reference, TableStructure


@dataclass(frozen=True, slots=True)
class OrderCheck:
    """What an order is worth.

    Attributes:
        problems: what is wrong with it, in sentences.
        right: the nearest order that works.
        late: foreign keys that no order can satisfy, because tables refer to each other in a
            circle; their columns are filled by an UPDATE once the other table is there.

    """

    problems: tuple[str, ...]
    right: tuple[str, ...]
    late: frozenset[Reference]

    @property
    def paste(self) -> str:
        """The right order as Python, ready to paste."""
        return "SEEDING_ORDER = (\n" + "".join(f'    "{name}",\n' for name in self.right) + ")"


def check_order(order: Sequence[str], structure: Mapping[str, TableStructure]) -> OrderCheck:
    """Compare an order with the tables there are and the foreign keys between them."""
    problems = [
        f"{name} is named twice" for name in sorted({n for n in order if order.count(n) > 1})
    ]
    problems += [
        f"{name}: the database has no such table" for name in order if name not in structure
    ]
    problems += [f"{name} is missing" for name in structure if name not in order]
    known = list(dict.fromkeys(name for name in order if name in structure))
    edges = [
        reference
        for table in structure.values()
        for reference in table.references
        if reference.target != table.name and reference.target in structure
    ]
    reach = _reachable(structure, edges)
    place = {name: position for position, name in enumerate(known)}
    late = set()
    for edge in edges:
        if edge.table not in place or edge.target not in place:
            continue
        if place[edge.target] < place[edge.table]:
            continue
        circular = edge.table in reach[edge.target]
        if circular and (edge.deferrable or _may_be_null(edge, structure)):
            late.add(edge)
        else:
            problems.append(f"{edge.table} comes before {edge.target}, which it refers to")
    right = _sorted([*known, *(n for n in structure if n not in place)], structure, edges)
    return OrderCheck(tuple(problems), right, frozenset(late))


def _may_be_null(edge: Reference, structure: Mapping[str, TableStructure]) -> bool:
    columns = structure[edge.table].columns
    return any(not columns[name].not_null for name in edge.columns)


def _reachable(
    structure: Mapping[str, TableStructure], edges: Sequence[Reference]
) -> dict[str, set[str]]:
    """Return for each table all that it refers to, directly or through others."""
    targets: dict[str, set[str]] = {name: set() for name in structure}
    for edge in edges:
        targets[edge.table].add(edge.target)
    reach = {}
    for name in structure:
        found: set[str] = set()
        waiting = list(targets[name])
        while waiting:
            target = waiting.pop()
            if target not in found:
                found.add(target)
                waiting += targets[target]
        reach[name] = found
    return reach


def _sorted(
    names: Sequence[str], structure: Mapping[str, TableStructure], edges: Sequence[Reference]
) -> tuple[str, ...]:
    """Sort parents first, and otherwise as little as possible."""
    strict = [edge for edge in edges if not (edge.deferrable or _may_be_null(edge, structure))]
    left = list(names)
    placed: list[str] = []
    while left:
        chosen = next(
            (
                name
                for among in (edges, strict)
                for name in left
                if not any(edge.table == name and edge.target in left for edge in among)
            ),
            left[0],  # a circle of columns that must not be empty: no order works
        )
        left.remove(chosen)
        placed.append(chosen)
    return tuple(placed)
