"""Seeding: manual and generated rows into the test database, in one transaction.

Either everything is loaded and proven, or the database holds what it held before.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import asyncpg

from db_workflow import marker
from db_workflow.address import Address
from db_workflow.connection import connect, identity, session
from db_workflow.console import Reporter, Silent
from db_workflow.errors import BusyError, DatabaseRefusedError, TestDataError
from db_workflow.settings import Settings
from db_workflow.state import record
from db_workflow.testdata.declared.declarations import load_order
from db_workflow.testdata.digests import table_digests
from db_workflow.testdata.seeding.current import source_digests
from db_workflow.testdata.seeding.merge import Merge
from db_workflow.testdata.seeding.order import check_order
from db_workflow.testdata.seeding.prepare import Plan, prepare, require_order
from db_workflow.testdata.seeding.sequences import go_on_after, start_above
from db_workflow.testdata.seeding.staging import Stage, server_said, stage_file
from db_workflow.testdata.seeding.template import SEEDED, keep_template, seeded_template
from db_workflow.testdata.structure import TableStructure, read_structure

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

__all__ = ["SeedReport", "SeededTable", "clear_tables", "keep_template", "seed", "seeded_template"]

# Whose rows may be replaced. A stand-in production carries our marker too.
_WRITABLE = {"test", "worker", "scratch"}


@dataclass(frozen=True, slots=True)
class SeededTable:
    """What happened to one table.

    Attributes:
        table: its name.
        manual: rows that somebody wrote, or that a factory made beside them.
        generated: rows of the generated file that were loaded.
        dropped: rows of the generated file that gave way to others.
        loaded: rows in the table now.

    """

    table: str
    manual: int
    generated: int
    dropped: int
    loaded: int


@dataclass(frozen=True, slots=True)
class SeedReport:
    """What was loaded, in the order of SEEDING_ORDER, and in how many seconds."""

    tables: tuple[SeededTable, ...]
    seconds: float

    @property
    def rows(self) -> int:
        """The number of rows of all tables."""
        return sum(entry.loaded for entry in self.tables)


async def seed(
    address: Address, *, settings: Settings, reporter: Reporter = Silent()
) -> SeedReport:
    """Replace the rows of the test database by manual and generated ones.

    Args:
        address: the test database.
        settings: where the declarations and the data files are.
        reporter: where progress goes.

    Raises:
        DatabaseRefusedError: the workflow did not create this database for tests.
        TestDataError: declarations, files or rows are wrong; nothing was changed.
        BusyError: somebody else is using the tables.

    """
    from sqlalchemy import text
    from sqlalchemy.ext.asyncio import create_async_engine
    from sqlalchemy.pool import NullPool

    started = time.monotonic()
    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=lambda: connect(address, purpose="seed"),
        poolclass=NullPool,
    )
    try:
        async with engine.connect() as connection, connection.begin():
            # The transaction begins with the first statement that goes through SQLAlchemy.
            await connection.execute(text("SET CONSTRAINTS ALL DEFERRED"))
            raw = (await connection.get_raw_connection()).driver_connection
            assert raw is not None  # noqa: S101 - connected a moment ago
            await _require_ours(raw, settings)
            plan = await prepare(raw, settings=settings)
            run = _Run(connection, raw, plan, reporter)
            tables = await run.load(settings)
        await _analyse(address, plan)
    finally:
        await engine.dispose()
    return SeedReport(tables, time.monotonic() - started)


async def clear_tables(address: Address, *, settings: Settings) -> None:
    """Empty every table of SEEDING_ORDER, in one statement, and restart its numbers.

    Raises:
        DatabaseRefusedError: the workflow did not create this database for tests.
        TestDataError: the order is wrong, or a table that is not in it refers to one that is.
        BusyError: somebody else is using the tables.

    """
    async with session(address, purpose="clear") as connection, connection.transaction():
        await _require_ours(connection, settings)
        structure = await read_structure(connection, schemas=settings.schemas)
        order = load_order(settings)
        require_order(check_order(order, structure))
        await _truncate(connection, [structure[name] for name in order], settings)


@dataclass(frozen=True, slots=True)
class _Run:
    """One seeding, inside its transaction; `raw` is the driver's connection of `connection`."""

    connection: "AsyncConnection"
    raw: "asyncpg.Connection[Any]"
    plan: Plan
    reporter: Reporter

    async def load(self, settings: Settings) -> tuple[SeededTable, ...]:
        """Replace all rows, prove it, and record what the tables hold."""
        plan = self.plan
        await _truncate(self.raw, plan.ordered, settings)
        stages = await self._stage()
        given = {name: [row.values for row in rows] for name, rows in plan.manual.items()}
        await start_above(self.raw, plan.ordered, stages, given)
        dropped = await self._load_tables(stages)
        await self._check_constraints()
        await go_on_after(self.raw, plan.ordered)
        digests = await table_digests(self.raw, plan.ordered)
        tables = tuple(
            self._seeded(name, dropped[name], int(digests[name][0])) for name in plan.order
        )
        recorded = {
            "fingerprint": plan.fingerprint,
            "files": source_digests(settings, plan.tables),
            "tables": digests,
        }
        await record(self.raw, SEEDED, recorded)
        return tables

    async def _stage(self) -> dict[str, Stage]:
        stages = {}
        for number, (name, file) in enumerate(self.plan.files.items()):
            stages[name] = await stage_file(self.raw, self.plan.structure[name], file, number)
            self.reporter.progress(f"read {name}", stages[name].count)
        return stages

    async def _load_tables(self, stages: Mapping[str, Stage]) -> dict[str, int]:
        from db_workflow.testdata.seeding.insert import fill_late, insert_rows

        merge = Merge(self.raw, stages, self.plan.check.late)
        dropped = {}
        for done, name in enumerate(self.plan.order):
            self.reporter.progress("seeded tables", done, len(self.plan.order))
            if rows := self.plan.manual.get(name):
                await insert_rows(self.connection, rows, late=self._late(name))
            dropped[name] = await merge.load(name)
        await merge.fill_late()
        for name, rows in self.plan.manual.items():
            await fill_late(self.connection, rows, late=self._late(name))
        return dropped

    def _late(self, name: str) -> frozenset[str]:
        columns = self.plan.structure[name].columns
        return frozenset(
            column
            for reference in self.plan.check.late
            if reference.table == name and not reference.deferrable
            for column in reference.columns
            if not columns[column].not_null
        )

    async def _check_constraints(self) -> None:
        try:
            await self.raw.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except asyncpg.PostgresError as error:
            raise TestDataError(
                f"The rows contradict each other: {server_said(error)}",
                why="a constraint that is checked at the end of the transaction does not hold",
                next="mend the manual rows",
            ) from error

    def _seeded(self, name: str, dropped: int, loaded: int) -> SeededTable:
        manual = len(self.plan.manual.get(name, ()))
        generated = len(self.plan.files[name].rows) - dropped
        if loaded < manual + generated:
            raise TestDataError(
                f"{name} holds {loaded:,} rows; {manual + generated:,} were loaded.",
                why="something in the database removes rows while they are loaded (a trigger?)",
                next="look at the triggers of the tables that are seeded",
            )
        return SeededTable(name, manual, generated, dropped, loaded)


async def _require_ours(connection: "asyncpg.Connection[Any]", settings: Settings) -> None:
    here = await identity(connection)
    found = await marker.require(connection, here.name)
    if found.role not in _WRITABLE or found.project != settings.project:
        raise DatabaseRefusedError(
            f"The database {here.name!r} was created as {found.role!r} of {found.project!r}.",
            why="its rows are not this project's test data",
            next="let TEST_DATABASE_URL name another database",
        )


async def _truncate(
    connection: "asyncpg.Connection[Any]", tables: Sequence[TableStructure], settings: Settings
) -> None:
    """Empty tables in one statement. Never with CASCADE: only what is listed may lose its rows."""
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


async def _analyse(address: Address, plan: Plan) -> None:
    """Gather statistics; worker databases are cloned with them."""
    async with session(address, purpose="analyse") as connection:
        await connection.execute(f"ANALYZE {', '.join(table.sql for table in plan.ordered)}")
