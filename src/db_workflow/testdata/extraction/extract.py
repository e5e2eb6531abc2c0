"""Generating test data: one read-only snapshot, transformed on the fly, proven, then put in place.

Nothing in the data folder changes before every file is written and the leak gate has passed.
"""

import contextlib
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg

from db_workflow.address import Address
from db_workflow.console import Reporter, Silent
from db_workflow.errors import TestDataError
from db_workflow.settings import Settings
from db_workflow.testdata.declared.declarations import load_tables
from db_workflow.testdata.extraction.crew import LARGE, Alone, Crew, most_workers
from db_workflow.testdata.extraction.jobs import ROWS, is_large
from db_workflow.testdata.extraction.orders import (
    Compare,
    Copied,
    Copy,
    MakeIndex,
    Order,
    Proof,
    Prove,
    Task,
    Write,
)
from db_workflow.testdata.extraction.passing import passing_folder
from db_workflow.testdata.extraction.plan import Plan, make_plan, order_of, read_declared
from db_workflow.testdata.extraction.report import ExtractResult, TableReport
from db_workflow.testdata.extraction.snapshot import Source, export, reading
from db_workflow.testdata.files.placing import put_in_place
from db_workflow.testdata.gate.leaks import require_clean
from db_workflow.testdata.rules.key import load_key

if TYPE_CHECKING:  # small work imports nothing of this
    from db_workflow.testdata.extraction.workers import Workers


async def extract(
    address: Address, *, settings: Settings, stand_in: bool, reporter: Reporter = Silent()
) -> ExtractResult:
    """Write an anonymised file for every table of TABLE_CONFIG.

    Args:
        address: the migrated database to read, or a standby of it; in one snapshot, read-only.
        settings: where the declarations, the data folder and the key are.
        stand_in: whether the rows are the local stand-in's, see `load_key`.
        reporter: where progress goes.

    Raises:
        TestDataError: a column is not classified, a rule cannot treat a value, rows would not fit
            into the database, or a source value was found in the files. The old files are then as
            they were.
        ServerError: the server, or a worker process, ended the work; likewise.

    """
    started = time.monotonic()
    tables = load_tables(settings)
    key = load_key(settings, stand_in=stand_in)
    source = Source(address, settings.statement_timeout_ms, settings.lock_timeout_ms)
    with passing_folder(settings) as folder:
        async with contextlib.AsyncExitStack() as stack:
            connection = await stack.enter_async_context(reading(source))
            # First of all: later on somebody may have left a savepoint open.
            shared = replace(source, snapshot=await export(connection))
            declared = await read_declared(connection, settings, tables)
            hands = _Hands(stack, settings)
            if await is_large(connection, declared.tables, LARGE):
                await hands.more()  # they start while the rows are chosen
            plan = await make_plan(connection, declared, folder, key)
            order = order_of(plan, shared, settings, key)
            crew = await hands.crew(plan, order, connection)
            made = await _Run(plan, crew, reporter).made()
        files, changed = put_in_place(folder, settings.data, [table.file for table in tables])
    seconds = time.monotonic() - started
    return ExtractResult(
        made.tables, key.id, files, changed, seconds, plan.warnings, made.unsearched
    )


@dataclass(frozen=True, slots=True)
class _Made:
    """What was done: files in the passing folder, proven."""

    tables: Mapping[str, TableReport]
    unsearched: Mapping[str, int]


@dataclass(slots=True)
class _Hands:
    """Whoever does the work: for little of it this process alone, on its session."""

    stack: contextlib.AsyncExitStack
    settings: Settings
    workers: "Workers | None" = None

    async def more(self) -> None:
        """Start processes beside this one, if there may be any."""
        count = most_workers(self.settings)
        if count > 1 and self.workers is None:
            from db_workflow.testdata.extraction.workers import workers

            self.workers = await self.stack.enter_async_context(workers(count))

    async def crew(self, plan: Plan, order: Order, connection: "asyncpg.Connection[Any]") -> Crew:
        """Return who does a plan's work."""
        if len(plan.jobs) > 1 and sum(job.rows for job in plan.jobs) > LARGE:
            await self.more()
        if self.workers is not None:
            self.workers.begin(order)
            return self.workers
        from db_workflow.testdata.extraction.work import Work

        return Alone(Work(order, plan.tables, connection))


@dataclass(frozen=True, slots=True)
class _Run:
    """The work itself, step by step."""

    plan: Plan
    crew: Crew
    reporter: Reporter

    async def made(self) -> _Made:
        """Copy, write, prove."""
        copied = await self._copied()
        files, unsearched = await self._written(copied)
        await self._prove(files)
        reports = {
            entry.table.name: self._report(entry.table.name, copied, files[entry.table.name])
            for entry in self.plan.tables
        }
        return _Made(reports, unsearched)

    async def _copied(self) -> list[Copied]:
        """Bring the rows of all tables onto disk, transformed."""
        wanted = Counter[str]()
        for job in self.plan.jobs:
            wanted[job.table] += job.rows
        done = Counter[str]()

        def told(copied: Copied) -> None:
            table = copied.job.table
            done[table] += copied.rows
            total = wanted[table] if wanted[table] >= ROWS else None
            self.reporter.progress(f"generated {table}", done[table], total)

        return await self.crew.do([Copy(job) for job in self.plan.jobs], told)

    async def _written(
        self, copied: Sequence[Copied]
    ) -> tuple[dict[str, tuple[Path, ...]], Mapping[str, int]]:
        """Write the files, and whatever proves them; by table, and what is not searched for."""
        names = [entry.table.name for entry in self.plan.tables]
        by_table = {name: [one for one in copied if one.job.table == name] for name in names}
        index = MakeIndex(tuple(one.secrets for one in copied), self._index)
        writes = [
            Write(name, tuple(spool for one in made for spool in one.spools))
            for name, made in by_table.items()
        ]
        compares = [
            Compare(name, keys)
            for name, made in by_table.items()
            if (keys := tuple(one.keys for one in made if one.keys is not None))
        ]
        tasks: list[Task[Any]] = [index, *writes, *compares]
        unsearched, *others = await self.crew.do(tasks)
        _refuse([problem for found in others[len(writes) :] for problem in found])
        return dict(zip(names, others[: len(writes)], strict=True)), unsearched

    async def _prove(self, files: Mapping[str, Sequence[Path]]) -> None:
        """Read the files back, and refuse them if they hold a secret or would not fit."""
        tasks = [Prove(name, path, self._index) for name, paths in files.items() for path in paths]
        done = 0

        def told(_: Proof) -> None:
            nonlocal done
            done += 1
            self.reporter.progress("searched files", done, len(tasks))

        proofs = await self.crew.do(tasks, told)
        require_clean([leak for proof in proofs for leak in proof.leaks])
        _refuse([problem for proof in proofs for problem in proof.problems])

    def _report(self, name: str, copied: Sequence[Copied], files: Sequence[Path]) -> TableReport:
        rows = sum(one.rows for one in copied if one.job.table == name)
        chosen = self.plan.selection.report(name)
        size = sum(path.stat().st_size for path in files)
        return TableReport(
            rows, chosen.total, chosen.asked, chosen.parents, chosen.children, size, len(files)
        )

    @property
    def _index(self) -> Path:
        return self.plan.folder / "index"


def _refuse(problems: Sequence[str]) -> None:
    if problems:
        raise TestDataError(
            "The transformed rows would not fit into the database:\n"
            + "\n".join(f"  - {problem}" for problem in problems),
            why="seeding would fail or lose rows",
            next="in TABLE_CONFIG, choose rules that fit there: unique (email, url, token, uuid),"
            " shorter (length=…), or of the form that the type or the CHECK wants (custom)",
            data={"problems": list(problems)},
        )
