"""A series of steps on one database: from the first pending one to the recorded schema."""

import asyncio
import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from db_workflow.address import Address
from db_workflow.catalog import Snapshot
from db_workflow.connection import DRIVER_ERRORS
from db_workflow.console import Reporter
from db_workflow.errors import MigrationError, WorkflowError
from db_workflow.schema.ledger.ledger import Row, read_ledger, write_row
from db_workflow.schema.ledger.recorded import record_schema
from db_workflow.schema.ledger.standing import complete_versions
from db_workflow.schema.plan import Entry, Plan
from db_workflow.schema.run import finish, interrupted
from db_workflow.schema.run.attempt import is_transactional
from db_workflow.schema.run.disclosure import may_show_rows
from db_workflow.schema.run.invalid import invalid_indexes
from db_workflow.schema.run.lock import MigrationLock
from db_workflow.schema.run.locks import Sightings, settle
from db_workflow.schema.run.measured import is_big, is_strong, lock_text, short_text
from db_workflow.schema.run.run import Run, ended_after
from db_workflow.schema.run.step import prepare, run_step
from db_workflow.schema.run.unfinished import require_taken_up
from db_workflow.schema.run.watch import Watch, watching
from db_workflow.schema.run.workplace import Workplace, workplace
from db_workflow.schema.script.script import Script
from db_workflow.settings import Settings

# A table, type, schema, column or function of that name exists.
_THERE_ALREADY = {"42P07", "42710", "42P06", "42701", "42723"}
# A lock timeout, a deadlock.
_TAKEN = {"55P03", "40P01"}
_ADOPT = (
    "the database has no ledger: if it had these steps before this tool came,"
    " invoke reset, then invoke baseline --version X with the version that it is at"
)


@dataclass(frozen=True, slots=True)
class Applied:
    """One step that ran.

    Attributes:
        name: in the ledger.
        seconds: by the clock, with waits and retries.
        rows_touched: inserted, updated and deleted; None where nobody counted.
        locks: on relations that were there before, strongest first; see `ledger.Row.locks`.

    """

    name: str
    seconds: float
    rows_touched: int | None = None
    locks: tuple[Mapping[str, Any], ...] = ()

    @property
    def strongest_lock(self) -> str:
        """The first of its locks in words; empty if none kept others from writing."""
        strong = [lock for lock in self.locks if is_strong(lock)]
        if not strong:
            return ""
        more = f" (+{len(strong) - 1})" if len(strong) > 1 else ""
        return f"{short_text(strong[0])}{more}"


@dataclass(frozen=True, slots=True)
class Done:
    """What a series did; see `runner.MigrateResult`."""

    applied: tuple[Applied, ...]
    skipped: tuple[str, ...]
    versions: tuple[str, ...]
    fingerprint: str
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Notes:
    """What is known of the steps so far.

    Attributes:
        names: the tables that were there when the run began, by oid; None where no step ran.
        seconds: by step, how long it took.
        seen: by step, the locks that the watch saw.
        skipped: the steps that were passed over.

    """

    names: Mapping[str, str] | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    seen: dict[str, Sightings] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)


async def run_series(
    address: Address,
    plan: Plan,
    pending: Sequence[Entry],
    *,
    lock: MigrationLock,
    settings: Settings,
    sql_only: bool,
    reporter: Reporter,
) -> Done:
    """Run steps in order, then record the schema that they leave. See `runner.migrate`.

    The books are kept in the lock's session, which no step has ever touched.

    Args:
        address: the database.
        plan: every version's list.
        pending: the steps.
        lock: the migration lock, held.
        settings: the repository.
        sql_only: pass Python steps over, and write that down.
        reporter: where progress goes.

    """
    scripts = prepare(pending, settings=settings)
    books = lock.connection
    await finish.install(books)
    rows = await interrupted.settle_left_over(books, await read_ledger(books))
    await require_taken_up(books, plan, pending, scripts, rows=rows)
    notes = _Notes()
    if pending:
        shown = await may_show_rows(books)
        async with workplace(address) as place:
            worker = await place.enter()
            run = Run(worker, lock, settings, rows_shown=shown, reporter=reporter)
            notes = _Notes(await interrupted.begin(books, rows, worker=worker))
            try:
                await _run_all(run, place, pending, scripts, notes, sql_only=sql_only)
            except MigrationError as error:
                await asyncio.shield(_end_early(run, place, plan, notes))
                if not rows and error.data.get("sqlstate") in _THERE_ALREADY:
                    raise error.but(next=_ADOPT) from error.__cause__
                raise
            except (Exception, asyncio.CancelledError):
                await asyncio.shield(_end_early(run, place, plan, notes))
                raise
    rows, snapshot = await _end(lock, plan, notes, settings)
    return Done(
        tuple(
            Applied(row.name, notes.seconds[row.name], row.rows_touched, row.locks)
            for row in rows
            if row.name in notes.seconds
        ),
        tuple(notes.skipped),
        complete_versions(plan, rows),
        snapshot.fingerprint,
        (
            *_strong_locks(rows, notes, settings),
            *_invalid(await invalid_indexes(books, schemas=settings.schemas)),
        ),
    )


async def _run_all(
    run: Run,
    place: Workplace,
    pending: Sequence[Entry],
    scripts: Mapping[str, Script],
    notes: _Notes,
    *,
    sql_only: bool,
) -> None:
    """Run the steps in order, and write down what they did."""
    pid = run.connection.get_server_pid()
    async with watching(run.lock, pid, reporter=run.reporter) as watch:
        for number, entry in enumerate(pending, start=1):
            run.reporter.progress("migrate", number, len(pending))
            if sql_only and entry.kind == "python":
                await write_row(run.connection, entry, outcome="skipped")
                run.reporter.say(
                    f"  {entry.name}  SKIPPED (--sql-only): phase 1 does not hold without it"
                )
                notes.skipped.append(entry.name)
                continue
            if not is_transactional(entry, scripts.get(entry.name)):
                await interrupted.changes_begin(run.connection)
            watch.begin(entry.name)
            try:
                seconds = await run_step(run, entry, scripts.get(entry.name))
            except MigrationError as error:
                raise _told(error, watch, notes) from error.__cause__
            finally:
                notes.seen[entry.name] = watch.end()
            notes.seconds[entry.name] = seconds
            run.reporter.say(f"  {entry.name}  {seconds * 1000:,.0f} ms")
            if entry.kind == "python" and number < len(pending):
                run = replace(run, connection=await place.enter())
                watch.pid = run.connection.get_server_pid()
                await interrupted.go_on_in(run.connection)


def _told(error: MigrationError, watch: Watch, notes: _Notes) -> MigrationError:
    """Return a step's error with what is known of the run around it."""
    if watch.blocked and error.data.get("sqlstate") in _TAKEN:
        error = error.but(found=f"{error.found}\n  it waited for {watch.blocked}")
    if notes.skipped:
        error = error.but(
            why=f"--sql-only left out {', '.join(notes.skipped)}, which it may need",
            next="invoke phase1, without --sql-only",
        )
    return error


async def _end(
    lock: MigrationLock, plan: Plan, notes: _Notes, settings: Settings
) -> tuple[tuple[Row, ...], Snapshot]:
    """Write down what the run leaves: the locks of its steps, and the schema as it is now."""
    books = lock.connection
    rows = await read_ledger(books)
    if notes.names is not None:
        rows = await settle(books, rows, notes.seen, names=notes.names)
    versions = complete_versions(plan, rows)
    return rows, await record_schema(books, versions=versions, schemas=settings.schemas)


async def _end_early(run: Run, place: Workplace, plan: Plan, notes: _Notes) -> None:
    """Do the same for a run whose step failed: what is changed by hand from here on must show.

    If that cannot be done, because the lock is lost or the server silent, the next run does it.
    """
    lock = run.lock
    with contextlib.suppress(*DRIVER_ERRORS, WorkflowError), ended_after(lock.connection):
        await lock.require()
        if place.is_lost:
            await interrupted.end_left_over(lock.connection, reporter=run.reporter)
        await _end(lock, plan, notes, run.settings)


def _strong_locks(rows: Sequence[Row], notes: _Notes, settings: Settings) -> Iterator[str]:
    """Yield what was locked so that others had to wait, although it is big."""
    for row in rows:
        for lock in row.locks if row.name in notes.seconds else ():
            if is_strong(lock) and is_big(lock, settings=settings):
                yield f"{row.name} held {lock_text(lock)}"


def _invalid(names: Sequence[str]) -> Iterator[str]:
    """Yield the indexes that no query uses."""
    for name in names:
        yield f"{name} is INVALID, so no query uses it: REINDEX INDEX CONCURRENTLY {name} mends it"
