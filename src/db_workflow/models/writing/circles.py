"""Foreign keys that close a circle of tables: created after the tables, written in two steps."""

from collections.abc import Mapping

from db_workflow.models.writing.tables import Table


def late_keys(tables: Mapping[str, Table]) -> frozenset[tuple[str, str]]:
    """Return the foreign keys without which the tables have an order: table, name.

    In a circle the keys that may be NULL are taken first: a row can be written without them.
    """
    parents = {name: set(table.properties.get("parents") or ()) for name, table in tables.items()}
    needs = {
        name: {
            other
            for other in (*parents[name], *_references(table))
            if other in tables and other != name
        }
        for name, table in tables.items()
    }
    late: set[tuple[str, str]] = set()
    while True:
        _take_ordered(needs)
        if not needs:
            return frozenset(late)
        # A parent comes first whatever happens: only keys can wait.
        circle_of = _circles(needs)
        circles = {
            name: {
                other for other in others - parents[name] if circle_of.get(other) == circle_of[name]
            }
            for name, others in needs.items()
        }
        closing = [name for name, others in circles.items() if others]
        chosen = min(closing, key=lambda name: (_is_firm(tables[name], circles[name]), name))
        late |= {
            (chosen, key)
            for key, found in tables[chosen].foreign_keys.items()
            if found["references"] in circles[chosen]
        }
        needs[chosen] -= circles[chosen]


def _references(table: Table) -> set[str]:
    return {found["references"] for found in table.foreign_keys.values()}


def _take_ordered(needs: dict[str, set[str]]) -> None:
    """Remove every table that needs none of the rest."""
    while True:
        free = [name for name, others in needs.items() if not others & needs.keys()]
        if not free:
            return
        for name in free:
            del needs[name]


def _circles(needs: Mapping[str, set[str]]) -> dict[str, str]:
    """Return for each table one that stands for its circle: all that need each other.

    Those are found by going along the needs, and from the last one left, back against them.
    """
    needed_by: dict[str, set[str]] = {name: set() for name in needs}
    for name, others in needs.items():
        for other in others & needs.keys():
            needed_by[other].add(name)
    left: dict[str, None] = {}
    for name in sorted(needs):
        _leave(name, needs, left)
    found: dict[str, str] = {}
    seen: dict[str, None] = {}
    for name in reversed(left):
        found |= dict.fromkeys(_leave(name, needed_by, seen), name)
    return found


def _leave(start: str, ways: Mapping[str, set[str]], left: dict[str, None]) -> list[str]:
    """Go along the ways from a table, depth first; note each as it is left, and return those."""
    if start in left:
        return []
    mine = []
    entered = {start}
    path = [(start, iter(sorted(ways[start])))]
    while path:
        name, others = path[-1]
        step = next(
            (one for one in others if one in ways and one not in left and one not in entered), None
        )
        if step is None:
            left[name] = None
            mine.append(name)
            path.pop()
        else:
            entered.add(step)
            path.append((step, iter(sorted(ways[step]))))
    return mine


def _is_firm(table: Table, others: set[str]) -> bool:
    """Tell whether a table has a key to one of others that may not be NULL."""
    return any(
        not any(table.columns[name].get("nullable") for name in found["columns"])
        for found in table.foreign_keys.values()
        if found["references"] in others
    )
