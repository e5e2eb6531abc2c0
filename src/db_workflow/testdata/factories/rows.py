"""Objects as rows of tables, for Core's INSERT and for COPY. Nothing here touches a database."""

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Table
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.exc import SAWarning
from sqlalchemy.schema import sort_tables

from db_workflow.errors import TestDataError
from db_workflow.testdata.factories.apart import Apart

Values = dict[str, Any]


class Rows(Mapping[Table, Sequence[Values]]):
    """Rows by table, parents first; all of a table have the same columns.

    For SQLAlchemy's Core:

        for table, rows in StudentFactory.rows(1_000).items():
            await session.execute(insert(table), rows)

    For COPY, on a connection of asyncpg:

        made = StudentFactory.rows(1_000)
        for table in made:
            await connection.copy_records_to_table(
                table.name, columns=made.columns(table), records=made.records(table)
            )
    """

    def __init__(self, rows: Mapping[Table, Sequence[Values]]) -> None:
        self._rows = rows

    def __getitem__(self, table: Table) -> Sequence[Values]:
        return self._rows[table]

    def __iter__(self) -> Iterator[Table]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def columns(self, table: Table) -> tuple[str, ...]:
        """Return the names of the columns that the rows of a table fill."""
        return tuple(next(iter(self._rows[table])))

    def records(self, table: Table) -> list[tuple[Any, ...]]:
        """Return a table's rows as the driver takes them: an enum by its label, JSON as text."""
        dialect: Any = PGDialect_asyncpg()  # type: ignore[no-untyped-call]
        binds = [
            table.columns[name].type.dialect_impl(dialect).bind_processor(dialect)
            for name in self.columns(table)
        ]
        return [
            tuple(
                value if bind is None else bind(value)
                for bind, value in zip(binds, row.values(), strict=True)
            )
            for row in self._rows[table]
        ]


def rows_of(objects: Iterable[Any]) -> Rows:
    """Take objects, and all that hangs on them, apart into rows.

    Raises:
        TestDataError: a row has no value for a column that others have, or no key that another
            row refers to.

    """
    found: dict[Table, list[Values]] = {}
    apart = Apart()
    for made in objects:
        for piece in apart.take(made):
            found.setdefault(piece.table, []).append(piece.values)
    return Rows({table: _even(table, found[table]) for table in _sorted(found)})


def _sorted(tables: Iterable[Table]) -> list[Table]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # a circle: no order is right, any will do
        return sort_tables(tables)


def _even(table: Table, rows: Sequence[Values]) -> list[Values]:
    """Give all rows the same columns, in the table's order: COPY and executemany ask for it."""
    named = {name for row in rows for name in row}
    columns = [
        column for column in table.columns if column.name in named or _has_own_default(column)
    ]
    return [
        {
            column.name: row[column.name] if column.name in row else _missing(column)
            for column in columns
        }
        for row in rows
    ]


def _has_own_default(column: Column[Any]) -> bool:
    default = column.default
    return default is not None and (default.is_scalar or default.is_callable)


def _missing(column: Column[Any]) -> Any:
    default: Any = column.default
    if default is not None and default.is_scalar:
        return default.arg
    if default is not None and default.is_callable:
        return default.arg(None)
    if column.nullable and column.server_default is None:
        return None
    raise TestDataError(
        f"Some rows of {column.table.name} have a {column.name}, and some have not.",
        why="one statement loads all of them, and cannot leave a column to the database for some",
        next=f"let the factories fill {column.name}",
    )
