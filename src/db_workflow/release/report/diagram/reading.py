"""Two schemas read as the one picture in which a diagram shows them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from db_workflow.catalog import Difference, SchemaObject, Snapshot
from db_workflow.catalog.report import MARKS
from db_workflow.catalog.vocabulary import name_parts, plain
from db_workflow.release.report.diagram.entities import Column, Entities, Reference, Table

_ALIASES = (
    ("timestamp with time zone", "timestamptz"),
    ("timestamp without time zone", "timestamp"),
    ("time with time zone", "timetz"),
    ("time without time zone", "time"),
    ("character varying", "varchar"),
    ("double precision", "float8"),
)


def entities(before: Snapshot, after: Snapshot, found: Sequence[Difference]) -> Entities:
    """Return the tables and foreign keys of two schemas.

    Args:
        before: the one schema.
        after: the other.
        found: the differences between them, renames told.

    """
    changes = _Changes(found)
    gone = [one for one in before.of_kind("table") if one.name in changes.gone]
    tables = [_table(one, after, changes) for one in after.of_kind("table")]
    tables += [Table(one.name, "-", _columns(one, before)) for one in gone]
    references = [
        _reference(one.name, str(one.table), one.properties, after, mark=changes.mark(one))
        for one in _foreign_keys(after.of_kind("constraint"))
    ]
    for table in gone:
        references += [
            _reference(one.name, table.name, one.properties, before, mark="-", changes=changes)
            for one in _foreign_keys(before.of_table(table.name, kinds={"constraint"}))
        ]
    references += [
        _reference(one.name, str(one.table), one.expected, before, mark="-", changes=changes)
        for one in found
        if one.kind == "constraint" and one.change == "missing" and one.expected
        if _is_foreign_key(one.expected)
    ]
    shown = {table.name for table in tables}
    return Entities(
        tuple(sorted(tables, key=lambda table: table.name)),
        tuple(_replaced(one for one in references if {one.child, one.parent} <= shown)),
    )


def _replaced(references: Iterable[Reference]) -> Iterator[Reference]:
    """Yield references; one that went and came again, perhaps under another name, has changed."""
    by_way: dict[tuple[str, str, str], list[Reference]] = defaultdict(list)
    for one in references:
        by_way[one.child, one.column, one.parent].append(one)
    for alike in by_way.values():
        if {one.mark for one in alike} == {"+", "-"}:
            yield from (replace(one, mark="~") for one in alike if one.mark == "+")
        else:
            yield from alike


class _Changes:
    """Differences, to be asked for by object."""

    def __init__(self, found: Sequence[Difference]) -> None:
        tables = [one for one in found if one.kind == "table"]
        self.gone = {one.name for one in tables if one.change == "missing"}
        # By its old name, what a table is called now; and the other way round.
        self.now = {one.name: one.actual_name for one in tables if one.change == "renamed"}
        self.was = {new: old for old, new in self.now.items()}
        self.of = {(one.kind, one.actual_name or one.name): one for one in found}
        self._touched = {self.now.get(one.table, one.table) for one in found if one.table}
        self._new = {one.name for one in tables if one.change == "unexpected"}

    def mark(self, found: SchemaObject) -> str:
        """Return an object's mark; a table's also if something of its own has changed."""
        if change := self.of.get(found.key):
            return MARKS[change.change]
        if found.kind == "table":
            return "~" if found.name in self._touched else ""
        return "+" if found.table in self._new else ""

    def columns_gone(self, table: str) -> list[SchemaObject]:
        """Return the columns that a table has no more."""
        return [
            SchemaObject("column", one.name, table, one.expected or {})
            for one in self.of.values()
            if one.kind == "column" and one.change == "missing" and one.table == table
        ]


def _table(one: SchemaObject, after: Snapshot, changes: _Changes) -> Table:
    mark = changes.mark(one)
    columns = [*_columns(one, after, None if mark == "+" else changes)]
    columns += [_column(column, {}, "-") for column in changes.columns_gone(one.name)]
    return Table(one.name, mark, tuple(columns), changes.was.get(one.name, ""))


def _columns(
    table: SchemaObject, side: Snapshot, changes: _Changes | None = None
) -> tuple[Column, ...]:
    keys = _keys(side.of_table(table.name, kinds={"constraint"}))
    found = []
    for one in side.of_table(table.name, kinds={"column"}):
        mark = changes.mark(one) if changes else ""
        found.append(_column(one, keys, mark, changes.of.get(one.key) if changes else None))
    return tuple(found)


def _column(
    found: SchemaObject, keys: Mapping[str, str], mark: str, change: Difference | None = None
) -> Column:
    name, kind = _plain_name(found.name), short_type(found.properties)
    was: tuple[str, str] | tuple[()] = ()
    if change and change.expected:
        old = _plain_name(change.name), short_type(change.expected)
        was = old if old != (name, kind) else ()
    return Column(name, kind, keys.get(name, ""), mark, was)


def short_type(properties: Mapping[str, Any]) -> str:
    """Return a column's type, the long names by PostgreSQL's short ones; `?` after a nullable."""
    kind = str(properties.get("type", ""))
    for name, alias in _ALIASES:
        kind = kind.replace(name, alias)
    return f"{kind}?" if properties.get("nullable", True) else kind


def _keys(constraints: Sequence[SchemaObject]) -> dict[str, str]:
    found: dict[str, str] = {}
    for kind, key in (("primary key", "PK"), ("foreign key", "FK")):
        columns = {
            column
            for one in constraints
            if one.properties["type"] == kind
            for column in one.properties.get("columns", ())
        }
        for column in columns:
            found[column] = f"{found[column]} {key}" if column in found else key
    return found


def _foreign_keys(constraints: Iterable[SchemaObject]) -> list[SchemaObject]:
    return [one for one in constraints if _is_foreign_key(one.properties)]


def _is_foreign_key(properties: Mapping[str, Any]) -> bool:
    return properties.get("type") == "foreign key" and bool(properties.get("references"))


def _reference(
    name: str,
    child: str,
    properties: Mapping[str, Any],
    side: Snapshot,
    *,
    mark: str,
    changes: _Changes | None = None,
) -> Reference:
    """Return a foreign key; with `changes` one that is gone, by what its tables are called now."""
    now, was = (changes.now, changes.was) if changes else ({}, {})
    parent = str(properties["references"])
    columns = properties["columns"]
    return Reference(
        name,
        child,
        columns[0],
        now.get(parent, parent),
        properties["definition"],
        "" if mark == "→" else mark,
        _is_single(side, was.get(child, child), frozenset(columns)),
    )


def _is_single(side: Snapshot, table: str, columns: frozenset[str]) -> bool:
    unique = [
        one.properties.get("columns", ())
        for one in side.of_table(table, kinds={"constraint"})
        if one.properties["type"] in {"primary key", "unique"}
    ]
    unique += [
        [element.get("column", "") for element in one.properties.get("elements", ())]
        for one in side.of_table(table, kinds={"index"})
        if one.properties.get("unique") and "predicate" not in one.properties
    ]
    return any(key and set(key) <= columns for key in unique)


def _plain_name(name: str) -> str:
    return plain(name_parts(name)[-1])
