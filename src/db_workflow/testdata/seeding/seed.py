"""Seeding: manual and generated rows into the test database, in one transaction.

Either everything is loaded and proven, or the database holds what it held before.
"""

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import asyncpg

from db_workflow.address import Address
from db_workflow.console import Reporter, Silent
from db_workflow.errors import TestDataError
from db_workflow.settings import Settings
from db_workflow.state import record
from db_workflow.testdata.seeding.current import source_digests
from db_workflow.testdata.seeding.emptying import clear_tables, require_ours, truncate
from db_workflow.testdata.seeding.keys import read_keys
from db_workflow.testdata.seeding.merge import Merge
from db_workflow.testdata.seeding.opening import opened
from db_workflow.testdata.seeding.prepare import Plan, prepare
from db_workflow.testdata.seeding.report import GaveWay, SeededTable, SeedReport
from db_workflow.testdata.seeding.sequences import go_on_after, start_above
from db_workflow.testdata.seeding.staging import server_said
from db_workflow.testdata.seeding.template import SEEDED, keep_template, seeded_template
from db_workflow.testdata.seeding.traits import read_traits
from db_workflow.testdata.seeding.verify import Proven, verify

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

__all__ = ["SeedReport", "SeededTable", "clear_tables", "keep_template", "seed", "seeded_template"]


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
        ServerError: the session ended before it was done.

    """
    from sqlalchemy import text

    started = time.monotonic()
    async with opened(address) as (connection, raw):
        async with connection.begin():
            # The transaction begins with the first statement that goes through SQLAlchemy.
            await connection.execute(text("SET CONSTRAINTS ALL DEFERRED"))
            await require_ours(raw, settings)
            plan = await prepare(raw, settings=settings)
            tables = await _load(_Run(connection, raw, plan, reporter), settings)
        committed = time.monotonic() - started
        # Worker databases are cloned with the statistics.
        await raw.execute(f"ANALYZE {', '.join(table.sql for table in plan.ordered)}")
    return SeedReport(tables, time.monotonic() - started, committed)


async def _load(run: "_Run", settings: Settings) -> tuple[SeededTable, ...]:
    """Replace all rows, prove it, and record what the tables hold."""
    plan = run.plan
    # The files are hashed beside the server's work.
    hashing = asyncio.ensure_future(asyncio.to_thread(source_digests, settings, plan.tables))
    try:
        await truncate(run.raw, plan.ordered, settings)
        gave_way, proven = await run.load()
        files = await hashing
    finally:
        hashing.cancel()
    recorded = {
        "fingerprint": plan.fingerprint,
        "files": files,
        "tables": {name: [found.count, found.digest] for name, found in proven.items()},
    }
    await record(run.raw, SEEDED, recorded)
    return tuple(_seeded(plan, name, gave_way[name], proven[name]) for name in plan.order)


@dataclass(frozen=True, slots=True)
class _Run:
    """One seeding, inside its transaction; `raw` is the driver's connection of `connection`."""

    connection: "AsyncConnection"
    raw: "asyncpg.Connection[Any]"
    plan: Plan
    reporter: Reporter

    async def load(self) -> tuple[dict[str, tuple[GaveWay, ...]], dict[str, Proven]]:
        """Load all rows into empty tables and prove it. Returns what gave way and what is there."""
        plan = self.plan
        keys = await read_keys(self.raw, plan.ordered)
        traits = await read_traits(self.raw, plan.ordered)
        merge = Merge(self.raw, plan.structure, plan.files, keys, traits, plan.check.late)
        # Two rows with one key are told where they are inserted, with the places of both.
        waiting = [key.constraint for each in keys.values() for key in each if not key.immediate]
        if waiting:
            await self.raw.execute(f"SET CONSTRAINTS {', '.join(waiting)} IMMEDIATE")
        await self._number(merge)
        gave_way = await self._load_tables(merge)
        await self._check_constraints()
        await go_on_after(self.raw, plan.ordered)
        return gave_way, await verify(merge, plan.ordered)

    async def _number(self, merge: Merge) -> None:
        """Let sequences begin above every number that is about to be loaded."""
        triggers = any(traits.triggers for traits in merge.traits.values())
        for name in self.plan.files:
            # Whoever else inserts rows there asks the sequence for numbers.
            if name in self.plan.manual or (triggers and self.plan.structure[name].sequences):
                stage = await merge.stage(name)
                self.reporter.progress(f"read {name}", stage.count)
        given = {name: [row.values for row in rows] for name, rows in self.plan.manual.items()}
        await start_above(self.raw, self.plan.ordered, merge.stages, given)

    async def _load_tables(self, merge: Merge) -> dict[str, tuple[GaveWay, ...]]:
        from db_workflow.testdata.seeding.insert import fill_late, insert_rows

        gave_way = {}
        for done, name in enumerate(self.plan.order):
            self.reporter.progress("seeded tables", done, len(self.plan.order))
            if rows := self.plan.manual.get(name):
                await insert_rows(self.connection, rows, late=self._late(name))
            gave_way[name] = await merge.load(name)
        await merge.fill_late()
        for name, rows in self.plan.manual.items():
            await fill_late(self.connection, rows, late=self._late(name))
        return gave_way

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


def _seeded(plan: Plan, name: str, gave_way: tuple[GaveWay, ...], proven: Proven) -> SeededTable:
    manual = len(plan.manual.get(name, ()))
    dropped = sum(each.rows for each in gave_way)
    generated = len(plan.files[name].rows) - dropped
    if proven.count < manual + generated:
        raise TestDataError(
            f"{name} holds {proven.count:,} rows; {manual + generated:,} were loaded.",
            why="something in the database removes rows while they are loaded (a trigger?)",
            next="look at the triggers of the tables that are seeded",
        )
    return SeededTable(name, manual, generated, dropped, proven.count, gave_way, proven.changed)
