"""What the models' columns send to enum types and CHECK lists, beside what is taken there."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from db_workflow.catalog import Snapshot
from db_workflow.models.created.ddl import Named, full, named
from db_workflow.models.naming.names import snake_case, unquoted
from db_workflow.nouns import singular

if TYPE_CHECKING:
    from sqlalchemy import Column, MetaData
    from sqlalchemy import Enum as EnumType

# `status IN ('a', 'b')` as PostgreSQL prints it; of a varchar with casts around.
_COLUMN = r"""\(* (?P<column> "(?:[^"]|"")+" | \w+ ) \)* (?: ::[\w\ ]+ )?"""
_TEXT = r"""\(? E?'(?:[^']|'')*' :: [\w\ ]+ (?: \) ::[\w\ ]+ )?"""
_LIST = re.compile(
    rf"""{_COLUMN} \ =\ ANY\ \(+ ARRAY\[ (?P<list> {_TEXT} (?: ,\ {_TEXT} )* ) \]
    (?: \)* ::[\w\ \[\]]+ )? \)*""",
    re.VERBOSE,
)
_ONE = re.compile(rf"{_COLUMN} \ =\ (?P<list> {_TEXT} ) \)*", re.VERBOSE)
_LITERAL = re.compile(r"(E?)'((?:[^']|'')*)'::")


@dataclass(frozen=True, slots=True)
class EnumColumn:
    """A column of the models that takes labels.

    Attributes:
        table: schema (None: the first) and name of its table.
        name: the column's.
        labels: as SQLAlchemy sends them.
        enum_class: the class that they come from, if they come from one.
        type_name: schema (None: the first) and name of the enum type; None where it is a text.

    """

    table: Named
    name: str
    labels: tuple[str, ...]
    enum_class: type[Enum] | None
    type_name: Named | None


@dataclass(frozen=True, slots=True)
class LabelDifference:
    """A column that sends other labels than the database takes there.

    Attributes:
        table: as printed.
        column: its name.
        source: where the database says which: "enum mood" or "constraint books.ck_state".
        expected: the database's labels in order.
        sent: the labels that the models send, in order.
        class_name: the enum class that they come from or should, if any.
        names: whether the names of the class's members are sent, and their values were right.

    """

    table: str
    column: str
    source: str
    expected: tuple[str, ...]
    sent: tuple[str, ...]
    class_name: str = ""
    names: bool = False

    @property
    def type_name(self) -> str:
        """The enum type, as printed; nothing where a constraint says which labels there are."""
        kind, _, name = self.source.partition(" ")
        return name if kind == "enum" else ""

    def __str__(self) -> str:
        """Return one line: which column sends what, and what is taken."""
        sent, expected = _shown(self.sent), _shown(self.expected)
        what = f"column {self.table}.{self.column} sends {sent}"
        if self.names:
            what += f", the names of {self.class_name}'s members"
        return f"{what}; {self.source} takes {expected}"

    @property
    def write(self) -> str:
        """What to write in Python."""
        if self.names:
            return "values_callable=lambda cls: [member.value for member in cls]"
        if self.class_name:
            return f"class {self.class_name}: its values in the order {_shown(self.expected)}"
        return f"the labels {_shown(self.expected)}"


def enum_columns(metadata: "MetaData") -> list[EnumColumn]:
    """Return the columns of the models that take labels."""
    return [
        EnumColumn(
            table=(table.schema, table.name),
            name=column.name,
            labels=tuple(found.enums),
            enum_class=found.enum_class,
            type_name=(found.schema, str(found.name)) if found.native_enum and found.name else None,
        )
        for table in metadata.tables.values()
        for column in table.columns
        if (found := _enum_type(column)) is not None
    ]


def check_lists(database: Snapshot) -> dict[tuple[str, str], tuple[str, tuple[str, ...]]]:
    """Return CHECK constraints that list labels: constraint and labels by table and column."""
    found = {}
    for one in database.of_kind("constraint"):
        if (expression := one.properties.get("expression")) is None or one.table is None:
            continue
        match = _LIST.fullmatch(expression) or _ONE.fullmatch(expression)
        if match is not None and (labels := tuple(_literals(match["list"]))):
            found[one.table, unquoted(match["column"])[-1]] = (one.name, labels)
    return found


def compare_columns(
    columns: Sequence[EnumColumn],
    classes: Mapping[tuple[str, str], type[Enum]],
    database: Snapshot,
    *,
    first: str,
) -> tuple[LabelDifference, ...]:
    """Return the columns that send other labels than the database takes.

    A class that is itself not the database's is told elsewhere; here it is told what a column
    makes of its class.

    Args:
        columns: of the models.
        classes: that are called like a text column with a CHECK list, by table and column.
        database: the migrated schema.
        first: the schema whose names are printed plain.

    """
    types = {found.name: found for found in database.of_kind("enum")}
    by_name = {full(named(name), first): name for name in types}
    tables = {full(named(found.name), first): found.name for found in database.of_kind("table")}
    lists = check_lists(database)
    found = []
    for column in columns:
        table = tables.get(full(column.table, first))
        if table is None:
            continue
        if column.type_name is not None:
            printed = by_name.get(full(column.type_name, first))
            if printed is None:
                continue
            source = f"enum {printed}"
            expected = tuple(types[printed].properties.get("labels") or ())
        elif (listed := lists.get((table, column.name))) is not None:
            source, expected = f"constraint {listed[0]}", listed[1]
        else:
            continue
        if (one := _compare(column, table, source, expected)) is not None:
            found.append(one)
    for (table, name), enum_class in classes.items():
        constraint, expected = lists[table, name]
        values = tuple(str(member.value) for member in enum_class)
        if values != expected:
            source = f"constraint {constraint}"
            found.append(
                LabelDifference(table, name, source, expected, values, enum_class.__name__)
            )
    return tuple(found)


def classes_of_lists(
    columns: Sequence[EnumColumn], classes: Sequence[type[Enum]], database: Snapshot
) -> dict[tuple[str, str], type[Enum]]:
    """Return the classes that are called like a text column with a CHECK list.

    `LessonState` belongs to `lessons.state`, whatever else there is; `State` to a column `state`
    if only one column of that name has a list.
    """
    by_name = {snake_case(found.__name__): found for found in classes}
    lists = check_lists(database)
    sent = {(column.table[1], column.name) for column in columns}
    names = [name for _, name in lists]
    found = {}
    for table, name in lists:
        local = unquoted(table)[-1]
        if (local, name) in sent:
            continue
        one = by_name.get(f"{singular(local)}_{name}")
        if one is None and names.count(name) == 1:
            one = by_name.get(name)
        if one is not None:
            found[table, name] = one
    return found


def _compare(
    column: EnumColumn, table: str, source: str, expected: tuple[str, ...]
) -> LabelDifference | None:
    if column.labels == expected:
        return None
    values = tuple(str(member.value) for member in column.enum_class or ())
    if column.type_name is not None and column.labels == values:
        return None  # the class is what is wrong
    return LabelDifference(
        table,
        column.name,
        source,
        expected,
        column.labels,
        column.enum_class.__name__ if column.enum_class else "",
        names=values == expected,
    )


def _enum_type(column: "Column[Any]") -> "EnumType | None":
    """Return a column's enum, also from within an array, a domain or a decorator."""
    from sqlalchemy import ARRAY, Enum, TypeDecorator
    from sqlalchemy.dialects.postgresql import DOMAIN

    found: Any = column.type
    while True:
        if isinstance(found, Enum):
            return found
        if isinstance(found, ARRAY):
            found = found.item_type
        elif isinstance(found, DOMAIN):
            found = found.data_type
        elif isinstance(found, TypeDecorator):
            found = found.impl_instance
        else:
            return None


def _literals(listed: str) -> Iterator[str]:
    for escaped, text in _LITERAL.findall(listed):
        plain = text.replace("''", "'")
        yield plain.replace("\\\\", "\\") if escaped else plain


def _shown(labels: Sequence[str]) -> str:
    return ", ".join(map(repr, labels)) or "nothing"
