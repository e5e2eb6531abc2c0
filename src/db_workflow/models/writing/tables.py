"""The tables of a snapshot that models have: each with what belongs to it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from db_workflow.catalog import SchemaObject, Snapshot
from db_workflow.models.naming.names import unquoted


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes:
        printed: its name as the snapshot has it.
        schema: its schema; None for the models' default one.
        name: its name alone, unquoted.
        properties: as the snapshot has them.
        columns: by name, as they stand in the table.
        constraints: its constraints, by name.
        indexes: its indexes that are no constraint's, by name.
        others: the names of what else belongs to it, such as `trigger keep_last`.
        has_heirs: whether another table inherits from it.

    """

    printed: str
    schema: str | None
    name: str
    properties: Mapping[str, Any]
    columns: Mapping[str, Mapping[str, Any]]
    constraints: Mapping[str, Mapping[str, Any]]
    indexes: Mapping[str, Mapping[str, Any]]
    others: tuple[str, ...]
    has_heirs: bool = False

    @cached_property
    def primary_key(self) -> tuple[str, ...]:
        """The primary key's columns, in its order."""
        for found in self.constraints.values():
            if found["type"] == "primary key":
                return tuple(found["columns"])
        return ()

    @cached_property
    def identity(self) -> tuple[str, ...]:
        """The columns that tell rows apart: the primary key, or a unique key without NULLs."""
        if self.primary_key:
            return self.primary_key
        keys = [
            *(
                found["columns"]
                for found in self.constraints.values()
                if found["type"] in {"unique", "primary key"}
            ),
            *self._unique_indexes,
        ]
        return next(
            (
                tuple(key)
                for key in keys
                if not any(self.columns[name].get("nullable") for name in key)
            ),
            (),
        )

    @cached_property
    def foreign_keys(self) -> Mapping[str, Mapping[str, Any]]:
        """The foreign keys by name."""
        return {
            name: found
            for name, found in self.constraints.items()
            if found["type"] == "foreign key"
        }

    def is_sayable(self, constraint: Mapping[str, Any]) -> bool:
        """Tell whether a model can say a constraint: of a CHECK, heirs always have it too."""
        return not (self.has_heirs and constraint.get("inherited by none"))

    def is_in_key(self, column: str) -> bool:
        """Tell whether a column is in a foreign key: SQLAlchemy then makes no serial of it."""
        return any(column in found["columns"] for found in self.foreign_keys.values())

    def is_unique(self, columns: Collection[str]) -> bool:
        """Tell whether no two rows have the same values in some columns."""
        keys = [
            *(
                found["columns"]
                for found in self.constraints.values()
                if found["type"] in {"unique", "primary key"}
            ),
            *self._unique_indexes,
        ]
        return any(set(key) <= set(columns) for key in keys)

    @cached_property
    def _unique_indexes(self) -> list[list[str]]:
        found = [
            [element.get("column") for element in index["elements"]]
            for index in self.indexes.values()
            if index.get("unique") and not index.get("predicate")
        ]
        return [key for key in found if all(key)]


def is_nameable(key: Mapping[str, Any]) -> bool:
    """Tell whether a foreign key's target has a name: a dot would part table and column."""
    return not any("." in column for column in key["referenced columns"])


def joined_columns(tables: Iterable[Table]) -> frozenset[tuple[str, str]]:
    """Return the columns of all foreign keys, on both sides: printed table, column."""
    return frozenset(
        pair
        for table in tables
        for key in table.foreign_keys.values()
        for pair in (
            *((table.printed, name) for name in key["columns"]),
            *((key["references"], name) for name in key["referenced columns"]),
        )
    )


def read_tables(database: Snapshot, *, schemas: Sequence[str]) -> dict[str, Table]:
    """Return the tables that models have, by printed name.

    Views, foreign tables and partitions are none: what a partition has follows from its parent.

    Args:
        database: the schema.
        schemas: the first is the models' default.

    """
    parts: dict[str, list[SchemaObject]] = {}
    for found in database.objects:
        if found.table is not None:
            parts.setdefault(found.table, []).append(found)
    above = {
        parent
        for found in database.of_kind("table")
        for parent in found.properties.get("parents") or ()
    }
    return {
        found.name: _table(found, parts.get(found.name, []), schemas, has_heirs=found.name in above)
        for found in database.of_kind("table")
        if found.properties.get("form") != "foreign" and "partition bound" not in found.properties
    }


def _table(
    found: SchemaObject, parts: Sequence[SchemaObject], schemas: Sequence[str], *, has_heirs: bool
) -> Table:
    def of(kind: str) -> dict[str, Mapping[str, Any]]:
        return {
            unquoted(part.local_name)[-1]: part.properties for part in parts if part.kind == kind
        }

    schema, name = place(found.name, schemas=schemas)
    columns = sorted(of("column").items(), key=lambda one: one[1].get("position", 0))
    return Table(
        printed=found.name,
        schema=schema,
        name=name,
        properties=found.properties,
        columns=dict(columns),
        constraints=of("constraint"),
        indexes=of("index"),
        others=tuple(
            f"{part.kind} {unquoted(part.local_name)[-1]}"
            for part in parts
            if part.kind not in {"column", "constraint", "index"}
        ),
        has_heirs=has_heirs,
    )


def place(printed: str, *, schemas: Sequence[str]) -> tuple[str | None, str]:
    """Return the schema (None for the models' default) and the name of a printed name."""
    names = unquoted(printed)
    schema = names[0] if len(names) > 1 else None
    return (None if schema in schemas[:1] else schema), names[-1]
