"""SEEDING_ORDER against the foreign keys: parents first, every table once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from db_workflow.errors import TestDataError
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
    strict = [edge for edge in edges if not _may_wait(edge, structure, reach)]
    place = {name: position for position, name in enumerate(known)}
    late = set()
    for edge in edges:
        if edge.table not in place or edge.target not in place:
            continue
        if place[edge.target] < place[edge.table]:
            continue
        if edge in strict:
            problems.append(f"{edge.table} comes before {edge.target}, which it refers to")
        else:
            late.add(edge)
    right = _sorted([*known, *(name for name in structure if name not in place)], edges, strict)
    return OrderCheck(tuple(problems), right, frozenset(late))


def require_order(check: OrderCheck) -> None:
    """Refuse an order that does not work.

    Raises:
        TestDataError: says what is wrong, with the right order to paste.

    """
    if check.problems:
        raise TestDataError(
            "SEEDING_ORDER is wrong:\n" + "\n".join(f"  - {text}" for text in check.problems),
            why="a row cannot refer to one that is not there yet",
            next=f"paste into seed_test_db.py:\n{check.paste}",
            data={"problems": list(check.problems), "right": list(check.right)},
        )


def _may_wait(
    edge: Reference, structure: Mapping[str, TableStructure], reach: Mapping[str, set[str]]
) -> bool:
    """Tell whether a foreign key may be satisfied later: it has to, and it can.

    Only one that is part of a circle has to. It can if the server checks it at the end, or if a
    column may be empty until then.
    """
    columns = structure[edge.table].columns
    empty = any(not columns[name].not_null for name in edge.columns)
    return edge.table in reach[edge.target] and (edge.deferrable or empty)


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
    names: Sequence[str], edges: Sequence[Reference], strict: Sequence[Reference]
) -> tuple[str, ...]:
    """Sort parents first, and otherwise as little as possible.

    Args:
        names: the tables.
        edges: all foreign keys between them.
        strict: those of them that cannot wait.

    """
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
