"""Inserting manual rows, and finding out which one the server refused."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import asyncpg
from sqlalchemy import Column, Table, and_, insert, text, update
from sqlalchemy.exc import DBAPIError

from db_workflow.errors import TestDataError
from db_workflow.testdata.seeding.manual import ManualRow
from db_workflow.testdata.seeding.staging import server_said

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

# Below PostgreSQL's 32,767 parameters of a statement, for tables of up to 60 columns.
_ROWS_AT_ONCE = 500
_DEFAULT = text("DEFAULT")


async def insert_rows(
    connection: "AsyncConnection", rows: Sequence[ManualRow], *, late: frozenset[str]
) -> None:
    """Insert the manual rows of one table.

    Args:
        connection: inside the transaction that seeds.
        rows: rows of one table.
        late: columns to leave empty for now, see `fill_late`.

    Raises:
        TestDataError: the server refuses a row; names the row, and the other one if two conflict.

    """
    try:
        async with connection.begin_nested():
            for start in range(0, len(rows), _ROWS_AT_ONCE):
                # One statement: rows of a table may refer to each other in any order.
                await _insert(connection, rows[start : start + _ROWS_AT_ONCE], late)
    except DBAPIError as error:
        raise await _explained(connection, rows, late, error) from error


async def fill_late(
    connection: "AsyncConnection", rows: Sequence[ManualRow], *, late: frozenset[str]
) -> None:
    """Fill the columns that `insert_rows` left empty.

    Raises:
        TestDataError: a row refers to nothing.

    """
    for row in rows:
        values = {name: row.values[name] for name in late if row.values.get(name) is not None}
        if not values:
            continue
        key = and_(*(column == row.values.get(column.name) for column in row.table.primary_key))
        try:
            await connection.execute(update(row.table).where(key).values(values))
        except DBAPIError as error:
            raise _refused(row, _cause(error)) from error


async def _insert(
    connection: "AsyncConnection", rows: Sequence[ManualRow], late: frozenset[str]
) -> None:
    table = rows[0].table
    names = {name for row in rows for name in row.values} - late
    values = [{name: _value(table, name, row.values) for name in names} for row in rows]
    await connection.execute(insert(table).values(values))


def _value(table: Table, name: str, values: Mapping[str, Any]) -> Any:
    """Return a row's value, or what the model or the database puts where there is none."""
    if name in values:
        return values[name]
    column: Column[Any] = table.columns[name]
    default: Any = column.default
    if default is None or default.is_sequence or default.is_clause_element:
        return _DEFAULT
    return default.arg(None) if default.is_callable else default.arg


async def _explained(
    connection: "AsyncConnection",
    rows: Sequence[ManualRow],
    late: frozenset[str],
    error: DBAPIError,
) -> TestDataError:
    """Insert row by row to find the one that is refused, then the one that it conflicts with."""
    for position, row in enumerate(rows):
        cause = await _attempt(connection, [*rows[:position], row], late)
        if cause is None:
            continue
        if isinstance(cause, asyncpg.UniqueViolationError | asyncpg.ExclusionViolationError):
            for other in rows[:position]:
                if await _attempt(connection, [other, row], late) is not None:
                    return _conflict(other, row, cause)
        return _refused(row, cause)
    return TestDataError(
        f"The manual rows of {rows[0].table.name} cannot be inserted: {server_said(_cause(error))}"
    )


async def _attempt(
    connection: "AsyncConnection", rows: Sequence[ManualRow], late: frozenset[str]
) -> BaseException | None:
    """Insert rows and undo it. Returns what the server refused them with."""
    savepoint = await connection.begin_nested()
    try:
        await _insert(connection, rows, late)
    except DBAPIError as error:
        return _cause(error)
    finally:
        await savepoint.rollback()
    return None


def _cause(error: DBAPIError) -> BaseException:
    """Return the driver's own error, without SQLAlchemy's statement and parameters."""
    original: BaseException = error.orig or error
    return original.__cause__ or original


def _conflict(other: ManualRow, row: ManualRow, cause: BaseException) -> TestDataError:
    return TestDataError(
        f"{other.origin} and {row.origin} cannot both be loaded: {server_said(cause)}",
        why="manual rows win over generated ones, but none of them over another",
        next="change or remove one of the two",
    )


def _refused(row: ManualRow, cause: BaseException) -> TestDataError:
    return TestDataError(
        f"{row.origin} is refused by the database: {server_said(cause)}",
        why="nothing was changed: the database holds what it held before",
        next="mend the row, or the factory that completes it",
    )
