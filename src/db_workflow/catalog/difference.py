"""What differs between two snapshots: set arithmetic, nothing cleverer."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from db_workflow.catalog.snapshot import KINDS, SchemaObject, Snapshot

Change = Literal["missing", "unexpected", "different"]
# Gone with their table: reported once, as the table.
_FOLDED = frozenset({"column", "constraint", "index", "trigger", "policy", "rule"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One object that is not the same on both sides.

    Attributes:
        kind: the object's kind, one of `KINDS`.
        name: the object's name.
        change: "missing" (expected, not there), "unexpected" (there, not expected), "different".
        table: the table it belongs to, if any.
        expected: its properties where it was expected; None when unexpected.
        actual: its properties as found; None when missing.
        properties: the names of the properties that differ; empty unless "different".

    """

    kind: str
    name: str
    change: Change
    table: str | None = None
    expected: Mapping[str, Any] | None = None
    actual: Mapping[str, Any] | None = None
    properties: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return one line: `column students.cost differs: type is real, expected numeric`."""
        if self.change != "different":
            return f"{self.kind} {self.name} is {self.change}"
        parts = "; ".join(
            f"{name} is {_shown(self.actual, name)}, expected {_shown(self.expected, name)}"
            for name in self.properties
        )
        return f"{self.kind} {self.name} differs: {parts}"


def differences(
    expected: Snapshot,
    actual: Snapshot,
    *,
    kinds: Collection[str] | None = None,
    ignore: Collection[str] = (),
) -> tuple[Difference, ...]:
    """Return what differs, in the order of `KINDS` and names.

    What belongs to a table that is itself missing or unexpected is not repeated.

    Args:
        expected: how it should be.
        actual: how it is.
        kinds: only these kinds (default: all).
        ignore: properties to leave out, for every kind ("position") or one ("column.position").

    """
    wanted = frozenset(KINDS if kinds is None else kinds)
    ignored = frozenset(ignore)
    left = {key: found for key, found in expected.by_key.items() if key[0] in wanted}
    right = {key: found for key, found in actual.by_key.items() if key[0] in wanted}
    missing = [
        Difference(found.kind, found.name, "missing", found.table, expected=found.properties)
        for key, found in left.items()
        if key not in right and not _folded(found, right, actual)
    ]
    unexpected = [
        Difference(found.kind, found.name, "unexpected", found.table, actual=found.properties)
        for key, found in right.items()
        if key not in left and not _folded(found, left, expected)
    ]
    different = [
        Difference(
            found.kind,
            found.name,
            "different",
            found.table,
            expected=found.properties,
            actual=right[key].properties,
            properties=names,
        )
        for key, found in left.items()
        if key in right and (names := _unequal(found, right[key], ignored))
    ]
    rank = {kind: position for position, kind in enumerate(KINDS)}
    return tuple(
        sorted(missing + unexpected + different, key=lambda one: (rank[one.kind], one.name))
    )


def _folded(
    found: SchemaObject, others: Mapping[tuple[str, str], SchemaObject], other_side: Snapshot
) -> bool:
    """Tell whether an object is absent on the other side because its whole table is."""
    if found.kind not in _FOLDED or found.table is None:
        return False
    owners = (("table", found.table), ("view", found.table), ("materialised view", found.table))
    return not any(owner in others or owner in other_side.by_key for owner in owners)


def _unequal(one: SchemaObject, other: SchemaObject, ignored: frozenset[str]) -> tuple[str, ...]:
    names = sorted(one.properties.keys() | other.properties.keys())
    return tuple(
        name
        for name in names
        if name not in ignored
        and f"{one.kind}.{name}" not in ignored
        and one.properties.get(name) != other.properties.get(name)
    )


def _shown(properties: Mapping[str, Any] | None, name: str) -> str:
    value = (properties or {}).get(name)
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(entry) for entry in value) or "nothing"
    return str(value)
