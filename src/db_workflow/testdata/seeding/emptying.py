"""Emptying the tables, in one statement, of a database that is ours to empty."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from db_workflow import marker
from db_workflow.address import Address
from db_workflow.connection import identity, session
from db_workflow.errors import BusyError, DatabaseRefusedError, TestDataError
from db_workflow.settings import Settings
from db_workflow.testdata.declared.declarations import load_order
from db_workflow.testdata.seeding.order import check_order, require_order
from db_workflow.testdata.seeding.staging import server_said
from db_workflow.testdata.structure import TableStructure, read_structure

# Whose rows may be replaced. A stand-in production carries our marker too.
_WRITABLE = {"test", "worker", "scratch"}


async def clear_tables(address: Address, *, settings: Settings) -> None:
    """Empty every table of SEEDING_ORDER, in one statement, and restart its numbers.

    Raises:
        DatabaseRefusedError: the workflow did not create this database for tests.
        TestDataError: the order is wrong, or a table that is not in it refers to one that is.
        BusyError: somebody else is using the tables.

    """
    async with session(address, purpose="clear") as connection, connection.transaction():
        await require_ours(connection, settings)
        structure = await read_structure(connection, schemas=settings.schemas)
        order = load_order(settings)
        require_order(check_order(order, structure))
        await truncate(connection, [structure[name] for name in order], settings)


async def require_ours(connection: "asyncpg.Connection[Any]", settings: Settings) -> None:
    """Refuse a database that the workflow did not make for this project's tests.

    Raises:
        DatabaseRefusedError: it did not.

    """
    here = await identity(connection)
    found = await marker.require(connection, here.name)
    if found.role not in _WRITABLE or found.project != settings.project:
        raise DatabaseRefusedError(
            f"The database {here.name!r} was created as {found.role!r} of {found.project!r}.",
            why="its rows are not this project's test data",
            next="let TEST_DATABASE_URL name another database",
        )


async def truncate(
    connection: "asyncpg.Connection[Any]", tables: Sequence[TableStructure], settings: Settings
) -> None:
    """Empty tables in one statement. Never with CASCADE: only what is listed may lose its rows.

    Raises:
        TestDataError: a table that is not listed refers to one that is.
        BusyError: somebody else is using the tables.

    """
    if not tables:
        return
    await connection.execute(f"SET LOCAL lock_timeout = {int(settings.lock_timeout_ms)}")
    listed = ", ".join(table.sql for table in tables)
    try:
        await connection.execute(f"TRUNCATE {listed} RESTART IDENTITY")
    except asyncpg.LockNotAvailableError as error:
        raise BusyError(
            "Another session is using the tables of the test database.",
            why="its rows cannot be replaced while somebody reads them",
            next="end that session (a shell, a debugger, a test run) and try again",
        ) from error
    except asyncpg.FeatureNotSupportedError as error:
        raise TestDataError(
            f"The tables cannot be emptied: {server_said(error)}",
            why="the rows of a table that is not in SEEDING_ORDER would be lost with them",
            next="add the table's schema to `schemas` in [tool.db_workflow], and the table to"
            " SEEDING_ORDER",
        ) from error
