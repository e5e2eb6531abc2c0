"""For a difference, the line to write in the models, in SQLAlchemy 2 style.

The database is right by definition (its migrations have been applied); the models follow.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from db_workflow.catalog import Difference, SchemaObject, Snapshot
from db_workflow.models.arguments import (
    DIALECT,
    column_key,
    filled,
    foreign_key,
    index_column,
    literal,
    literals,
    sequence,
    timing,
)
from db_workflow.models.definitions import parse_check, parse_columns, parse_index
from db_workflow.models.names import attribute, member, pascal_case, singular, unquoted
from db_workflow.models.python_types import python_type


class Suggestions:
    """Writes suggestions for one database.

    Args:
        database: the migrated schema.
        enums: the names of the enum classes by printed type name; others are guessed.
        naming: the metadata's naming convention, which a CHECK's name passes through.

    """

    def __init__(
        self,
        database: Snapshot,
        *,
        enums: Mapping[str, str] | None = None,
        naming: Mapping[str, Any] | None = None,
    ) -> None:
        guessed = {
            found.name: pascal_case(unquoted(found.name)[-1]) for found in database.of_kind("enum")
        }
        self._enums = {**guessed, **(enums or {})}
        self._naming = naming or {}
        self._database = database

    def line(self, difference: Difference) -> str:
        """Return what to write, or what to remove."""
        if difference.change == "unexpected":
            return self._removal(difference)
        properties = difference.expected or {}
        table = difference.table or ""
        local = difference.name.removeprefix(f"{table}.")
        writers: dict[str, Callable[[], str]] = {
            "table": lambda: self._table(difference),
            "column": lambda: self.column(table, local, properties),
            "constraint": lambda: (
                column_key(local, properties) or self.constraint(table, local, properties)
            ),
            "index": lambda: self.index(difference.name, properties),
            "enum": lambda: self._enum(difference.name, properties),
            "sequence": lambda: sequence(difference.name, properties),
        }
        if difference.kind in writers:
            return writers[difference.kind]()
        return f"{difference.kind} {difference.name}: {json.dumps(dict(properties))}"

    def column(self, table: str, printed_name: str, properties: Mapping[str, Any]) -> str:
        """Return `phone: Mapped[str | None] = mapped_column(Text)` for a column."""
        name = unquoted(printed_name)[-1]
        found = python_type(properties["type"], enums=self._enums)
        written = found.written
        if collation := properties.get("collation"):
            bare = written.removesuffix(")")
            separator = "(" if bare == written else ", "
            written = f"{bare}{separator}collation={literal(unquoted(collation)[-1])})"
        arguments = [literal(name)] if attribute(name) != name else []
        arguments += [written, *filled(properties)]
        if printed_name in self._primary_key(table):
            arguments.append("primary_key=True")
        optional = " | None" if properties.get("nullable") else ""
        note = f"  # {found.note}" if found.note else ""
        return (
            f"{attribute(name)}: Mapped[{found.annotation}{optional}]"
            f" = mapped_column({', '.join(arguments)}){note}"
        )

    def constraint(self, table: str, printed_name: str, properties: Mapping[str, Any]) -> str:
        """Return the constraint as it stands in `__table_args__`."""
        definition = properties["definition"]
        name = unquoted(printed_name)[-1]
        given = f"name={literal(name)}"
        options = timing(definition)
        match properties["type"]:
            case "primary key":
                columns = literals(parse_columns(definition))
                return f"PrimaryKeyConstraint({', '.join([*columns, given, *options])})"
            case "unique":
                if "NULLS NOT DISTINCT" in definition:
                    options.append(f"{DIALECT}_nulls_not_distinct=True")
                columns = literals(parse_columns(definition))
                return f"UniqueConstraint({', '.join([*columns, given, *options])})"
            case "check":
                given = f"name={self._check_name(table, name)}"
                parts = [literal(parse_check(definition)), given, *options]
                return f"CheckConstraint({', '.join(parts)})"
            case "foreign key":
                return foreign_key(definition, given)
            case _:
                return f"ExcludeConstraint(…, {given})  # {definition}"

    def index(self, printed_name: str, properties: Mapping[str, Any]) -> str:
        """Return the index as it stands in `__table_args__`."""
        parts = parse_index(properties["definition"])
        name = literal(unquoted(printed_name)[-1])
        if parts is None:
            return f"Index({name}, …)  # {properties['definition']}"
        arguments = [name, *(index_column(column) for column in parts.columns)]
        if parts.unique:
            arguments.append("unique=True")
        if parts.method != "btree":
            arguments.append(f"{DIALECT}_using={literal(parts.method)}")
        if parts.include:
            arguments.append(f"{DIALECT}_include=[{', '.join(literals(parts.include))}]")
        if parts.nulls_not_distinct:
            arguments.append(f"{DIALECT}_nulls_not_distinct=True")
        if parts.where:
            arguments.append(f"{DIALECT}_where=text({literal(parts.where)})")
        return f"Index({', '.join(arguments)})"

    def _table(self, difference: Difference) -> str:
        """Return a whole class, relationships left to a person."""
        if difference.change == "different":
            wanted = {name: (difference.expected or {}).get(name) for name in difference.properties}
            return f"__table_args__ for {difference.name}: {json.dumps(wanted)}"
        table = difference.name
        name = unquoted(table)[-1]
        parts = [
            *(
                self.constraint(table, found.local_name, found.properties)
                for found in self._database.of_table(table, kinds=("constraint",))
                if not self._goes_without_saying(table, found)
            ),
            *(
                self.index(found.name, found.properties)
                for found in self._database.of_table(table, kinds=("index",))
            ),
        ]
        lines = [
            f"class {pascal_case(singular(name))}(Base):",
            f"    __tablename__ = {literal(name)}",
        ]
        if parts:
            lines += ["    __table_args__ = (", *(f"        {part}," for part in parts), "    )"]
        lines += [
            f"    {self.column(table, found.local_name, found.properties)}"
            for found in self._database.of_table(table, kinds=("column",))
        ]
        return "\n".join(lines)

    def _enum(self, printed_name: str, properties: Mapping[str, Any]) -> str:
        name = self._enums.get(printed_name, pascal_case(printed_name))
        labels = properties.get("labels") or []
        body = "\n".join(f"    {member(label)} = {literal(label)}" for label in labels)
        return f"class {name}(StrEnum):\n{body}"

    @staticmethod
    def _removal(difference: Difference) -> str:
        what = difference.name.removeprefix(f"{difference.table}.")
        return (
            f"remove {difference.kind} {what} from the models,"
            " or add it to the database by a migration"
        )

    def _primary_key(self, table: str) -> tuple[str, ...]:
        for found in self._database.of_table(table, kinds=("constraint",)):
            if found.properties["type"] == "primary key":
                return parse_columns(found.properties["definition"])
        return ()

    def _goes_without_saying(self, table: str, found: SchemaObject) -> bool:
        """Tell whether `primary_key=True` on the columns gives this constraint, name included."""
        name = unquoted(table)[-1]
        convention = self._naming.get("pk", "%(table_name)s_pkey")
        return (
            found.properties["type"] == "primary key"
            and isinstance(convention, str)
            and unquoted(found.local_name)[-1] == convention.replace("%(table_name)s", name)
        )

    def _check_name(self, table: str, name: str) -> str:
        """Return a CHECK's name before the naming convention adds to it."""
        convention = self._naming.get("ck")
        if not isinstance(convention, str):
            return literal(name)
        try:
            prefix, suffix = (
                convention % {"table_name": unquoted(table)[-1], "constraint_name": "\0"}
            ).split("\0")
        except (KeyError, ValueError):
            return f"conv({literal(name)})"
        if name.startswith(prefix) and name.endswith(suffix):
            return literal(name.removeprefix(prefix).removesuffix(suffix))
        return f"conv({literal(name)})"
