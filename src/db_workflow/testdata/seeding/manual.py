"""Manual rows: what somebody wrote, completed by the factory, taken apart into rows of tables.

Nothing here touches a database. An object of joined inheritance has a part in each of its tables;
what a SubFactory built beside it are rows as well.
"""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table
from sqlalchemy.orm import Mapper

from db_workflow.errors import TestDataError
from db_workflow.settings import Settings
from db_workflow.testdata.declared.declarations import ManualRows
from db_workflow.testdata.factories import BaseFactory, mapper_of
from db_workflow.testdata.factories.apart import Apart


@dataclass(frozen=True, slots=True)
class ManualRow:
    """One row of one table, ready to be inserted.

    Attributes:
        table: SQLAlchemy's table.
        values: Python values by column name; what is not there is left to the database.
        origin: where it comes from, for messages: `data/users.py row 3`.
        written: whether somebody wrote it; otherwise a factory made it beside such a row.

    """

    table: Table
    values: Mapping[str, Any]
    origin: str
    written: bool


@dataclass(slots=True)
class _Entry:
    """A row as written, on its way to an object."""

    mapper: Mapper[Any]
    factory: type[BaseFactory[Any]]
    values: dict[str, Any]
    origin: str


def build_rows(
    manual: Mapping[str, ManualRows],
    factories: Mapping[str, type[BaseFactory[Any]]],
    *,
    settings: Settings,
) -> dict[str, list[ManualRow]]:
    """Complete manual rows with their factories.

    Args:
        manual: the rows by table.
        factories: the factory of each of those tables.
        settings: for paths in messages.

    Returns:
        The rows by table; tables of parents that a factory made are among them.

    Raises:
        TestDataError: a row names an unknown column, or its factory cannot build it.

    """
    entries = _entries(manual, factories, settings)
    apart = Apart()
    rows: dict[str, list[ManualRow]] = {}
    for entry in _one_object_each(entries):
        try:
            made = entry.factory.build(**entry.values)
            for piece in apart.take(made):
                origin = entry.origin if piece.asked else f"{entry.origin} (made beside it)"
                row = ManualRow(piece.table, piece.values, origin, piece.asked)
                rows.setdefault(table_name(piece.table), []).append(row)
        except TestDataError:
            raise
        except Exception as error:
            raise TestDataError(
                f"{entry.origin} cannot be completed by {entry.factory.__name__}:"
                f" {type(error).__name__}: {error}",
                next="mend the row or the factory",
            ) from error
    return rows


def _entries(
    manual: Mapping[str, ManualRows],
    factories: Mapping[str, type[BaseFactory[Any]]],
    settings: Settings,
) -> list[_Entry]:
    entries = []
    for name, file in manual.items():
        mapper = mapper_of(factories[name])
        keys = {attribute.key for attribute in mapper.column_attrs}
        columns = {
            column.name: attribute.key
            for attribute in mapper.column_attrs
            for column in attribute.columns
            if isinstance(column, Column)
        }
        for number, row in enumerate(file.rows, 1):
            origin = f"{settings.relative(file.path)} row {number}"
            values = {}
            for given, value in row.items():
                key = given if given in keys else columns.get(given)
                if key is None:
                    raise _unknown_column(origin, given, keys)
                values[key] = value
            entries.append(_Entry(mapper, factories[name], values, origin))
    return entries


def _unknown_column(origin: str, name: str, known: set[str]) -> TestDataError:
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return TestDataError(
        f"{origin} has a column {name!r} that its model has not{hint}",
        why="the value would be lost",
        next="mend the row",
    )


def _one_object_each(entries: Sequence[_Entry]) -> Iterator[_Entry]:
    """Join the rows that one object of joined inheritance has in several files."""
    by_key: dict[tuple[Table, tuple[str, ...]], _Entry] = {}
    for entry in entries:
        if (key := _key(entry)) is not None:
            by_key[entry.mapper.local_table, key] = entry  # type: ignore[index] # a table
    joined: set[int] = set()
    for entry in sorted(entries, key=lambda entry: -_depth(entry.mapper)):
        key = _key(entry)
        for mapper in entry.mapper.iterate_to_root():
            if mapper is entry.mapper or key is None or id(entry) in joined:
                continue
            base = by_key.get((mapper.local_table, key))  # type: ignore[arg-type] # a table
            if base is not None and base.mapper.local_table is not entry.mapper.local_table:
                entry.values = {**base.values, **entry.values}
                entry.origin = f"{base.origin} and {entry.origin}"
                joined.add(id(base))
    return (entry for entry in entries if id(entry) not in joined)


def _key(entry: _Entry) -> tuple[str, ...] | None:
    names = [entry.mapper.get_property_by_column(column).key for column in entry.mapper.primary_key]
    # As text: the same UUID may be written as one in one file and as a text in another.
    return (
        tuple(str(entry.values[name]) for name in names)
        if all(entry.values.get(name) is not None for name in names)
        else None
    )


def _depth(mapper: Mapper[Any]) -> int:
    return len(list(mapper.iterate_to_root()))


def table_name(table: Table) -> str:
    """Return the name that `structure` gives a table."""
    return table.name if table.schema in {None, "public"} else f"{table.schema}.{table.name}"
