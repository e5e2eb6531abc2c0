"""The foreign keys between classes, which relationships go along."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from db_workflow.models.naming.names import snake_case
from db_workflow.models.writing.tables import Table


@dataclass(frozen=True, slots=True)
class Key:
    """A foreign key between two classes.

    Attributes:
        table: that has it.
        name: its own.
        found: its properties.
        target: the table that it references.

    """

    table: Table
    name: str
    found: Mapping[str, Any]
    target: Table

    @property
    def columns(self) -> tuple[str, ...]:
        """Its columns in the table that has it."""
        return tuple(self.found["columns"])

    @property
    def pair(self) -> frozenset[str]:
        """The tables between which it goes."""
        return frozenset({self.table.printed, self.target.printed})

    @property
    def role(self) -> str:
        """What it calls its target: `sender` for `sender_id`; else nothing."""
        own = self.columns
        if len(own) > 1:
            shared = {
                column
                for name, other in self.table.foreign_keys.items()
                if name != self.name
                for column in other["columns"]
            }
            own = tuple(column for column in own if column not in shared)
        if len(own) != 1:
            return ""
        for suffix in ("_id", "_uuid", "Id"):
            if own[0].endswith(suffix) and own[0] != suffix:
                return snake_case(own[0].removesuffix(suffix))
        return ""


def keys_between_classes(table: Table, tables: Mapping[str, Table]) -> Iterable[Key]:
    """Yield a class's foreign keys to other classes, one for each way to go."""
    seen = set()
    places = {name: place for place, name in enumerate(table.columns)}
    in_order = sorted(
        table.foreign_keys.items(), key=lambda one: [places[name] for name in one[1]["columns"]]
    )
    for name, found in in_order:
        target = tables.get(found["references"])
        way = (found["references"], frozenset(found["columns"]))
        if target is None or way in seen:
            continue
        if target is table and found["columns"] == found["referenced columns"]:
            continue  # each row points to itself
        if table.identity and target.identity:
            seen.add(way)
            yield Key(table, name, found, target)


def pairs(found: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    """Return which column of a foreign key references which, whatever their order."""
    return frozenset(zip(found["columns"], found["referenced columns"], strict=True))
