"""For a difference, the line to write in the models, in SQLAlchemy 2 style.

The database is right by definition (its migrations have been applied); the models follow.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from db_workflow.catalog import Difference, Snapshot
from db_workflow.models.definitions import (
    ForeignKeyParts,
    parse_check,
    parse_columns,
    parse_foreign_key,
    parse_index,
)
from db_workflow.models.names import attribute, member, pascal_case, singular, unquoted
from db_workflow.models.python_types import python_type

_DIALECT = "postgresql"


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
                _column_key(local, properties) or self.constraint(table, local, properties)
            ),
            "index": lambda: self.index(difference.name, properties),
            "enum": lambda: self._enum(difference.name, properties),
            "sequence": lambda: _sequence(difference.name, properties),
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
            written = f"{bare}{separator}collation={_text(unquoted(collation)[-1])})"
        arguments = [_text(name)] if attribute(name) != name else []
        arguments += [written, *_filled(properties)]
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
        given = f"name={_text(name)}"
        timing = _timing(definition)
        match properties["type"]:
            case "primary key":
                columns = _texts(parse_columns(definition))
                return f"PrimaryKeyConstraint({', '.join([*columns, given, *timing])})"
            case "unique":
                if "NULLS NOT DISTINCT" in definition:
                    timing.append(f"{_DIALECT}_nulls_not_distinct=True")
                columns = _texts(parse_columns(definition))
                return f"UniqueConstraint({', '.join([*columns, given, *timing])})"
            case "check":
                given = f"name={self._check_name(table, name)}"
                parts = [_text(parse_check(definition)), given, *timing]
                return f"CheckConstraint({', '.join(parts)})"
            case "foreign key":
                return _foreign_key(definition, given)
            case _:
                return f"ExcludeConstraint(…, {given})  # {definition}"

    def index(self, printed_name: str, properties: Mapping[str, Any]) -> str:
        """Return the index as it stands in `__table_args__`."""
        parts = parse_index(properties["definition"])
        name = _text(unquoted(printed_name)[-1])
        if parts is None:
            return f"Index({name}, …)  # {properties['definition']}"
        arguments = [name, *(_index_column(column) for column in parts.columns)]
        if parts.unique:
            arguments.append("unique=True")
        if parts.method != "btree":
            arguments.append(f"{_DIALECT}_using={_text(parts.method)}")
        if parts.include:
            arguments.append(f"{_DIALECT}_include=[{', '.join(_texts(parts.include))}]")
        if parts.nulls_not_distinct:
            arguments.append(f"{_DIALECT}_nulls_not_distinct=True")
        if parts.where:
            arguments.append(f"{_DIALECT}_where=text({_text(parts.where)})")
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
                if found.properties["type"] != "primary key"
            ),
            *(
                self.index(found.name, found.properties)
                for found in self._database.of_table(table, kinds=("index",))
            ),
        ]
        lines = [
            f"class {pascal_case(singular(name))}(Base):",
            f"    __tablename__ = {_text(name)}",
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
        body = "\n".join(f"    {member(label)} = {_text(label)}" for label in labels)
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

    def _check_name(self, table: str, name: str) -> str:
        """Return a CHECK's name before the naming convention adds to it."""
        convention = self._naming.get("ck")
        if not isinstance(convention, str):
            return _text(name)
        try:
            prefix, suffix = (
                convention % {"table_name": unquoted(table)[-1], "constraint_name": "\0"}
            ).split("\0")
        except (KeyError, ValueError):
            return f"conv({_text(name)})"
        if name.startswith(prefix) and name.endswith(suffix):
            return _text(name.removeprefix(prefix).removesuffix(suffix))
        return f"conv({_text(name)})"


def _filled(properties: Mapping[str, Any]) -> list[str]:
    """Return the arguments for what the server fills in."""
    if expression := properties.get("generated"):
        stored = properties.get("generated kind") == "stored"
        return [f"Computed({_text(expression)}, persisted={stored})"]
    if identity := properties.get("identity"):
        options = properties.get("sequence") or {}
        usual = {"start": "1", "increment": "1"}
        unusual = [
            f"{name}={options[name]}"
            for name, value in usual.items()
            if options.get(name, value) != value
        ]
        arguments = [f"always={identity == 'always'}", *unusual]
        return [f"Identity({', '.join(arguments)})"]
    default = properties.get("default")
    if default is None or default == "nextval(own sequence)":
        return []
    return [f"server_default=text({_text(default)})"]


def _sequence(printed_name: str, properties: Mapping[str, Any]) -> str:
    name = unquoted(printed_name)[-1]
    return (
        f"Sequence({_text(name)}, start={properties['start']},"
        f" increment={properties['increment']}, metadata=Base.metadata)"
    )


def _column_key(printed_name: str, properties: Mapping[str, Any]) -> str:
    """Return a foreign key of one column as it stands in `mapped_column`; else nothing."""
    parts = parse_foreign_key(properties["definition"])
    if parts is None or len(parts.columns) != 1:
        return ""
    name = attribute(unquoted(parts.columns[0])[-1])
    given = f"name={_text(unquoted(printed_name)[-1])}"
    arguments = [_targets(parts)[0], given, *_key_options(parts, properties["definition"])]
    return f"{name}: mapped_column(ForeignKey({', '.join(arguments)}), …)"


def _foreign_key(definition: str, given: str) -> str:
    parts = parse_foreign_key(definition)
    if parts is None:
        return f"ForeignKeyConstraint(…, {given})  # {definition}"
    arguments = [
        f"[{', '.join(_texts(parts.columns))}]",
        f"[{', '.join(_targets(parts))}]",
        given,
        *_key_options(parts, definition),
    ]
    return f"ForeignKeyConstraint({', '.join(arguments)})"


def _targets(parts: ForeignKeyParts) -> list[str]:
    table = ".".join(unquoted(parts.table))
    return [_text(f"{table}.{unquoted(target)[-1]}") for target in parts.targets]


def _key_options(parts: ForeignKeyParts, definition: str) -> list[str]:
    return [
        *([f"onupdate={_text(parts.on_update)}"] if parts.on_update else []),
        *([f"ondelete={_text(parts.on_delete)}"] if parts.on_delete else []),
        *_timing(definition),
    ]


def _timing(definition: str) -> list[str]:
    deferrable = " DEFERRABLE" in definition and " NOT DEFERRABLE" not in definition
    return [
        *(["deferrable=True"] if deferrable else []),
        *(['initially="DEFERRED"'] if " INITIALLY DEFERRED" in definition else []),
        *([f"{_DIALECT}_not_valid=True"] if definition.endswith(" NOT VALID") else []),
    ]


def _index_column(printed: str) -> str:
    name = unquoted(printed)
    plain = len(name) == 1 and (printed.startswith('"') or printed.isidentifier())
    return _text(name[0]) if plain else f"text({_text(printed)})"


def _texts(printed: tuple[str, ...]) -> list[str]:
    return [_text(unquoted(name)[-1]) for name in printed]


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
