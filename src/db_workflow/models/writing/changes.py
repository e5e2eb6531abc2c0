"""For a difference, what to write in the models.

The database is right by definition (its migrations have been applied); the models follow.
"""

from collections.abc import Callable, Mapping
from typing import Any

from db_workflow.catalog import Difference
from db_workflow.models.naming.names import unquoted
from db_workflow.models.writing.alone import others_below
from db_workflow.models.writing.code import assigned, lines, literal, remark
from db_workflow.models.writing.columns import column_keys
from db_workflow.models.writing.definitions import enum_class
from db_workflow.models.writing.draft import Draft, Schema
from db_workflow.models.writing.module import sequence
from db_workflow.models.writing.renames import columns_naming, entries_naming, keys_naming
from db_workflow.models.writing.tables import Table, is_nameable

_INSIDE = 4


class Changes:
    """Writes what a difference asks for.

    Args:
        schema: the database's.
        piece: the piece of code that it goes into.

    """

    def __init__(self, schema: Schema, piece: Draft) -> None:
        self._schema = schema
        self._piece = piece

    def lines(self, difference: Difference) -> list[str]:
        """Return the lines to write, or what to remove."""
        if difference.change == "unexpected":
            return [_removal(difference)]
        found = difference.expected or {}
        writers: dict[str, Callable[[], list[str]]] = {
            "table": lambda: self._table(difference),
            "enum": lambda: self.enum(difference.name),
            "domain": lambda: lines(self._piece.types.written(difference.name).code),
            "sequence": lambda: self._sequence(difference.name, found),
        }
        table = self._schema.tables.get(difference.table or "")
        if table is not None:
            name = unquoted(difference.name.removeprefix(f"{difference.table}."))[-1]
            writers |= {
                "column": lambda: [
                    *self._column(table, name),
                    *(self._follow(table, name) if difference.change == "renamed" else []),
                ],
                "constraint": lambda: self._constraint(table, name, found),
                "index": lambda: self._index(table, name, found),
            }
        writer = writers.get(difference.kind)
        if writer is None:
            said = f"{difference.kind} {difference.name}"
            return [f"# {remark(said)}: SQLAlchemy has no words for it"]
        return writer()

    def enum(self, printed: str, *, base: str = "StrEnum") -> list[str]:
        """Return an enum type's class.

        Args:
            printed: the type.
            base: what enum classes derive from in the models.

        """
        labels = self._schema.labels[printed]
        if not labels:
            return [f"# {remark(printed)} has no labels yet: no class is needed"]
        name = self._schema.names.enums[printed]
        return enum_class(printed, name, labels, base=base).splitlines()

    def _sequence(self, printed: str, found: Mapping[str, Any]) -> list[str]:
        return lines(sequence(printed, found, schema=self._schema, piece=self._piece))

    def _constraint(self, table: Table, name: str, found: Mapping[str, Any]) -> list[str]:
        columns = found.get("columns") or []
        if found["type"] == "foreign key":
            if any(name in column_keys(table, column) for column in columns):
                return self._column(table, columns[0])
            if not is_nameable(found):
                code = self._piece.classes.later_key(table, name)
                return [*self._sides(table, [name]), "# below the classes:", *lines(code)]
            return [*self._args(table, name, found), *self._sides(table, [name])]
        explicit = self._piece.constraints.has_explicit_key(table)
        if found["type"] == "primary key" and not explicit:
            return [line for column in columns for line in self._column(table, column)]
        return self._args(table, name, found)

    def _table(self, difference: Difference) -> list[str]:
        table = self._schema.tables.get(difference.name)
        if table is None:
            return [f"# {remark(difference.name)} is a table that models do not have"]
        if difference.change == "missing":
            return self._class(table)
        if difference.change == "renamed":
            return [f"__tablename__ = {literal(table.name)}", *self._follow(table)]
        args = self._piece.classes.table_args(table)
        if args is None:
            return [f"# no __table_args__ in {self._schema.names.tables[table.printed]}"]
        return lines(assigned("__table_args__", args))

    def _class(self, table: Table) -> list[str]:
        """Return a new class; below it what it adds to classes that there are."""
        sides = self._schema.relationships.of_table(table)
        written = self._piece.classes.written(table).splitlines()
        below = others_below(self._schema, self._piece, table, sides)
        last = self._piece.classes.afterwards(table)
        if last:
            below += ["# below the classes:", *last]
        return [*written, *(["", "", *below] if below else [])]

    def _is_there(self, printed: str) -> bool:
        """Tell whether a table has a class; one of no models is taken to be there."""
        return not self._schema.existing or printed in self._schema.existing

    def _follow(self, table: Table, column: str | None = None) -> list[str]:
        """Return what has to be written anew because a table or a column is called otherwise."""
        written = []
        if column is not None:
            for other in columns_naming(table, column):
                written += self._column(table, other)
            sides = [key for key, found in table.foreign_keys.items() if column in found["columns"]]
            written += self._sides(
                table, [key for key in sides if key not in column_keys(table, column)]
            )
            entries = [
                line
                for kind, name in entries_naming(table, column)
                for line in self._entry(table, kind, name)[1:]
            ]
            written += _in_args(entries) if entries else []
        for other_table, key in keys_naming(self._schema.tables, table, column):
            if self._is_there(other_table.printed):
                written += self._key(other_table, key)
        return written

    def _entry(self, table: Table, kind: str, name: str) -> list[str]:
        """Return an entry of `__table_args__`; nothing if it stands at a column that is written."""
        if kind == "index":
            found = table.indexes[name]
            if self._piece.constraints.is_column_index(table, name, found):
                return []
            return self._index(table, name, found)
        found = table.constraints[name]
        explicit = self._piece.constraints.has_explicit_key(table)
        if found["type"] == "primary key" and not explicit:
            return []
        if found["type"] == "foreign key" and not is_nameable(found):
            return []
        return self._args(table, name, found)

    def _key(self, table: Table, key: str) -> list[str]:
        """Return a foreign key of another class, where it stands there."""
        found = table.foreign_keys[key]
        cls = self._schema.names.tables[table.printed]
        for column in found["columns"]:
            if key in column_keys(table, column):
                return [
                    f"# and in class {cls}:",
                    *lines(self._piece.columns.attribute(table, column).code),
                ]
        args = lines(self._piece.constraints.constraint(table, key, found), after=",")
        return [f"# and in __table_args__ of {cls}:", *args]

    def _column(self, table: Table, name: str) -> list[str]:
        written = self._piece.columns.attribute(table, name)
        said = f"not said here: {'; '.join(written.unsaid)}" if written.unsaid else ""
        return [
            *lines(written.code, comment=remark(said)),
            *self._sides(table, list(column_keys(table, name))),
        ]

    def _sides(self, table: Table, keys: list[str]) -> list[str]:
        """Return both sides of relationships, the other ones below a comment that says where."""
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
        if not self._is_there(other.owner):
            return []  # a class that is itself still to be written has it already
        # As long as they may be where they will stand, inside a class.
        side = self._piece.classes.side(other, indent=_INSIDE)
        cls = self._schema.names.tables[other.owner]
        return [f"# and in class {cls}:", *(line[_INSIDE:] for line in side)]

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
    what = remark(difference.name.removeprefix(f"{difference.table}."))
    return (
        f"# remove {difference.kind} {what} from the models,"
        " or add it to the database by a migration"
    )
