"""For a difference, what to write in the models.

The database is right by definition (its migrations have been applied); the models follow.
"""

from collections.abc import Callable, Mapping
from typing import Any

from db_workflow.catalog import Difference
from db_workflow.models.names import unquoted
from db_workflow.models.writing.code import assigned, lines, literal
from db_workflow.models.writing.columns import column_keys
from db_workflow.models.writing.definitions import enum_class
from db_workflow.models.writing.draft import Draft, Schema
from db_workflow.models.writing.module import sequence
from db_workflow.models.writing.tables import Table


class Changes:
    """Writes what a difference asks for.

    Args:
        schema: the database's.
        piece: the piece of code that it goes into.
        enum_base: what enum classes derive from in the models.

    """

    def __init__(self, schema: Schema, piece: Draft, *, enum_base: str = "StrEnum") -> None:
        self._schema = schema
        self._piece = piece
        self._enum_base = enum_base

    def lines(self, difference: Difference) -> list[str]:
        """Return the lines to write, or what to remove."""
        if difference.change == "unexpected":
            return [_removal(difference)]
        found = difference.expected or {}
        writers: dict[str, Callable[[], list[str]]] = {
            "table": lambda: self._table(difference),
            "enum": lambda: self._enum(difference.name),
            "domain": lambda: lines(self._piece.types.written(difference.name).code),
            "sequence": lambda: self._sequence(difference.name, found),
        }
        table = self._schema.tables.get(difference.table or "")
        if table is not None:
            name = unquoted(difference.name.removeprefix(f"{difference.table}."))[-1]
            writers |= {
                "column": lambda: self._column(table, name),
                "constraint": lambda: self._constraint(table, name, found),
                "index": lambda: self._index(table, name, found),
            }
        writer = writers.get(difference.kind)
        if writer is None:
            return [f"# {difference.kind} {difference.name}: SQLAlchemy has no words for it"]
        return writer()

    def _enum(self, printed: str) -> list[str]:
        name = self._schema.names.enums[printed]
        labels = self._schema.labels[printed]
        return enum_class(printed, name, labels, base=self._enum_base).splitlines()

    def _sequence(self, printed: str, found: Mapping[str, Any]) -> list[str]:
        return lines(sequence(printed, found, schemas=self._schema.schemas, piece=self._piece))

    def _constraint(self, table: Table, name: str, found: Mapping[str, Any]) -> list[str]:
        columns = found.get("columns") or []
        if found["type"] == "foreign key":
            if any(name in column_keys(table, column) for column in columns):
                return self._column(table, columns[0])
            return [*self._args(table, name, found), *self._sides(table, [name])]
        explicit = self._piece.constraints.has_explicit_key(table)
        if found["type"] == "primary key" and not explicit:
            return [line for column in columns for line in self._column(table, column)]
        return self._args(table, name, found)

    def _table(self, difference: Difference) -> list[str]:
        table = self._schema.tables.get(difference.name)
        if table is None:
            return [f"# {difference.name} is a table that models do not have"]
        if difference.change == "missing":
            return self.table(table)
        if difference.change == "renamed":
            return [f"__tablename__ = {literal(table.name)}"]
        args = self._piece.classes.table_args(table)
        if args is None:
            return [f"# no __table_args__ in {self._schema.names.tables[table.printed]}"]
        return lines(assigned("__table_args__", args))

    def table(self, table: Table) -> list[str]:
        """Return a table's class, and the other sides of its relationships as comments."""
        written = self._piece.classes.written(table).splitlines()
        keys = [side.key for side in self._schema.relationships.of_table(table) if side.holds_key]
        others = [
            line
            for key in keys
            for line in self._other_side(table, key)
            if self._schema.tables[table.printed].foreign_keys[key]["references"] != table.printed
        ]
        last = [*self._piece.classes.dependencies(table), *others]
        return [*written, *(["", "", *last] if last else [])]

    def _column(self, table: Table, name: str) -> list[str]:
        written = self._piece.columns.attribute(table, name)
        said = f"not said here: {'; '.join(written.unsaid)}" if written.unsaid else ""
        return [
            *lines(written.code, comment=said),
            *self._sides(table, list(column_keys(table, name))),
        ]

    def _sides(self, table: Table, keys: list[str]) -> list[str]:
        """Return both sides of relationships, the other ones as comments."""
        written = []
        for key in keys:
            both = self._schema.relationships.of_key(table, key)
            if both is not None:
                written += self._piece.classes.side(both[0])
                written += self._other_side(table, key)
        return written

    def _other_side(self, table: Table, key: str) -> list[str]:
        both = self._schema.relationships.of_key(table, key)
        if both is None:
            return []
        other = both[1]
        side = self._piece.classes.side(other)
        cls = self._schema.names.tables[other.owner]
        return [f"# and in class {cls}:", *(f"# {line}" for line in side)]

    def _index(self, table: Table, name: str, found: Mapping[str, Any]) -> list[str]:
        if self._piece.constraints.is_column_index(table, name, found):
            return self._column(table, found["elements"][0]["column"])
        code = self._piece.constraints.index(table, name, found)
        return _in_args(lines(code, after=","))

    def _args(self, table: Table, name: str, found: Mapping[str, Any]) -> list[str]:
        code = self._piece.constraints.constraint(table, name, found)
        return _in_args(lines(code, after=","))


def _in_args(written: list[str]) -> list[str]:
    return ["# in __table_args__:", *written]


def _removal(difference: Difference) -> str:
    what = difference.name.removeprefix(f"{difference.table}.")
    return (
        f"# remove {difference.kind} {what} from the models,"
        " or add it to the database by a migration"
    )
