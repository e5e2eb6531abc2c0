"""What differs between two snapshots: set arithmetic, and renames where they are certain."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any, Literal

from db_workflow.catalog.renames import find_renames
from db_workflow.catalog.snapshot import KINDS, SchemaObject, Snapshot
from db_workflow.catalog.translation import NO_NAMES, Names
from db_workflow.catalog.values import ValueChange, changes
from db_workflow.catalog.vocabulary import Key

Change = Literal["missing", "unexpected", "different", "renamed"]
# Gone with their table: reported once, as the table.
_FOLDED = frozenset({"column", "constraint", "index", "trigger", "policy", "rule", "statistics"})
# PostgreSQL's definition proves what nobody thought of; beside other properties it repeats them.
_ALSO_IN_WORDS = frozenset({"constraint", "index"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One object that is not the same on both sides.

    Attributes:
        kind: the object's kind, one of `KINDS`.
        name: the object's name; where it was expected, if it was renamed.
        change: "missing" (expected, not there), "unexpected" (there, not expected), "different",
            "renamed" (there, the same, under another name).
        table: the table it belongs to, if any.
        expected: its properties where it was expected; None when unexpected.
        actual: its properties as found; None when missing.
        properties: the names of the properties that differ; empty unless "different".
        actual_name: the name under which it is there; empty unless "renamed".

    """

    kind: str
    name: str
    change: Change
    table: str | None = None
    expected: Mapping[str, Any] | None = None
    actual: Mapping[str, Any] | None = None
    properties: tuple[str, ...] = ()
    actual_name: str = ""

    @property
    def values(self) -> tuple[ValueChange, ...]:
        """What differs, value by value, as a person reads it."""
        return changes(self.expected or {}, self.actual or {}, self.properties)

    def __str__(self) -> str:
        """Return one line: `column students.cost differs: type is real, expected numeric`."""
        if self.change == "renamed":
            return f"{self.kind} {self.name} is called {self.actual_name}"
        if self.change != "different":
            return f"{self.kind} {self.name} is {self.change}"
        parts = "; ".join(
            f"{one.what} is {one.actual}, expected {one.expected}" for one in self.values
        )
        return f"{self.kind} {self.name} differs: {parts}"


def differences(
    expected: Snapshot,
    actual: Snapshot,
    *,
    kinds: Collection[str] | None = None,
    ignore: Collection[str] = (),
    renames: bool = False,
) -> tuple[Difference, ...]:
    """Return what differs, in the order of `KINDS` and names.

    What belongs to a table that is itself missing or unexpected is not repeated; nor is what only
    follows from a rename, as far as that is certain. A column's position differs if it stands
    elsewhere among those that both sides have, not because others came, went or moved.

    Args:
        expected: how it should be.
        actual: how it is.
        kinds: only these kinds (default: all).
        ignore: properties to leave out, for every kind ("position") or one ("column.position").
        renames: tell what is there under another name as "renamed", where that is certain (see
            `find_renames`); otherwise it is missing under the one name, unexpected under the other.

    """
    left = _compared(expected, kinds, ignore)
    right = _compared(actual, kinds, ignore)
    names = find_renames(left.values(), right.values()) if renames else NO_NAMES
    # By its own name, each object as it reads in the other side's names.
    now = {key: names.translate(found) for key, found in left.items()}
    known = {found.key for found in now.values()}
    here, there = _relations(expected, names), _relations(actual, NO_NAMES)
    # What is told of an object is all of it, also what was not compared.
    old, new = expected.by_key, actual.by_key
    in_place = _in_place(now.values(), right)
    found = [_renamed(old[key], new[key[0], name]) for key, name in names.pairs.items()]
    found += [
        Difference(one.kind, one.name, "missing", one.table, expected=old[key].properties)
        for key, one in now.items()
        if one.key not in right and not _folded(one, there)
    ]
    found += [
        Difference(one.kind, one.name, "unexpected", one.table, actual=new[key].properties)
        for key, one in right.items()
        if key not in known and not _folded(one, here)
    ]
    found += [
        _different(one, old[key], new[one.key], unequal)
        for key, one in now.items()
        if one.key in right
        and key not in names.pairs
        and (unequal := _unequal(one, right[one.key], in_place))
    ]
    rank = {kind: position for position, kind in enumerate(KINDS)}
    return tuple(sorted(found, key=lambda one: (rank[one.kind], one.name)))


def _compared(
    snapshot: Snapshot, kinds: Collection[str] | None, ignore: Collection[str]
) -> dict[Key, SchemaObject]:
    """Return the objects that are compared, without what is not."""
    ignored = frozenset(ignore)
    wanted = frozenset(KINDS if kinds is None else kinds)
    found = {}
    for key, one in snapshot.by_key.items():
        if one.kind not in wanted:
            continue
        kept = {
            name: value
            for name, value in one.properties.items()
            if name not in ignored and f"{one.kind}.{name}" not in ignored
        }
        found[key] = one if len(kept) == len(one.properties) else replace(one, properties=kept)
    return found


def _relations(snapshot: Snapshot, names: Names) -> frozenset[str]:
    return frozenset(
        names.pairs.get(found.key, found.name)
        for found in snapshot.of_kind("table", "view", "materialised view")
    )


def _folded(found: SchemaObject, relations: Collection[str]) -> bool:
    """Tell whether an object is absent on the other side because its whole table is."""
    return found.kind in _FOLDED and found.table is not None and found.table not in relations


def _renamed(expected: SchemaObject, actual: SchemaObject) -> Difference:
    return Difference(
        expected.kind,
        expected.name,
        "renamed",
        expected.table,
        expected=expected.properties,
        actual=actual.properties,
        actual_name=actual.name,
    )


def _different(
    now: SchemaObject, expected: SchemaObject, actual: SchemaObject, names: tuple[str, ...]
) -> Difference:
    return Difference(
        now.kind,
        now.name,
        "different",
        now.table,
        expected=expected.properties,
        actual=actual.properties,
        properties=names,
    )


def _in_place(now: Iterable[SchemaObject], right: Mapping[Key, SchemaObject]) -> set[Key]:
    """Return the columns that stand where they stood among those which both sides have."""
    tables: dict[str | None, list[SchemaObject]] = defaultdict(list)
    for one in now:
        if one.kind == "column" and one.key in right:
            tables[one.table].append(one)
    found = set()
    for columns in tables.values():
        here = [one.key for one in sorted(columns, key=_position)]
        there = sorted(here, key=lambda key: _position(right[key]))
        found |= _kept(here, there)
        if here != there and all(
            _position(one) == _position(right[one.key]) or one.key in found for one in columns
        ):
            # Its number is the same by chance: what went past it is told instead.
            found -= {one for one, other in zip(here, there, strict=True) if one != other}
    return found


def _kept(here: Sequence[Key], there: Sequence[Key]) -> set[Key]:
    """Return what follows one another on both sides: if one has moved, the others have not."""
    if here == there:
        return set(here)
    matched = SequenceMatcher(None, here, there, autojunk=False).get_matching_blocks()
    return {key for block in matched for key in here[block.a : block.a + block.size]}


def _position(column: SchemaObject) -> int:
    position: int = column.properties.get("position", 0)
    return position


def _unequal(one: SchemaObject, other: SchemaObject, in_place: Collection[Key]) -> tuple[str, ...]:
    names = [
        name
        for name in sorted(one.properties.keys() | other.properties.keys())
        if one.properties.get(name) != other.properties.get(name)
        and not (name == "position" and one.key in in_place)
    ]
    if one.kind in _ALSO_IN_WORDS and len(names) > 1 and "definition" in names:
        names.remove("definition")
    return tuple(names)
