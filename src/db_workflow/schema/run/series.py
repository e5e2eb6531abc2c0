"""A series of steps on one database: from the first pending one to the recorded schema."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db_workflow.address import Address
from db_workflow.catalog import Snapshot
from db_workflow.catalog.read import get_ready
from db_workflow.connection import DRIVER_ERRORS
from db_workflow.console import Reporter
from db_workflow.errors import MigrationError, WorkflowError
from db_workflow.schema.ledger.ledger import Row, read_ledger
from db_workflow.schema.ledger.recorded import record_schema
from db_workflow.schema.ledger.standing import complete_versions
from db_workflow.schema.plan import Entry, Plan
from db_workflow.schema.run import finish, interrupted
from db_workflow.schema.run.disclosure import may_show_rows
from db_workflow.schema.run.in_order import Notes, run_in_order
from db_workflow.schema.run.invalid import invalid_indexes
from db_workflow.schema.run.lock import MigrationLock
from db_workflow.schema.run.locks import settle
from db_workflow.schema.run.measured import is_big, is_strong, lock_text, short_text
from db_workflow.schema.run.run import Run, ended_after
from db_workflow.schema.run.step import prepare
from db_workflow.schema.run.unfinished import require_taken_up
from db_workflow.schema.run.workplace import Workplace, workplace
from db_workflow.settings import Settings

# A table, type, schema, column or function of that name exists.
_THERE_ALREADY = {"42P07", "42710", "42P06", "42701", "42723"}
# Longer than getting ready ever takes where catalogs are small.
_READY_SECONDS = 1.0
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


async def run_series(
    address: Address,
    plan: Plan,
    pending: Sequence[Entry],
    *,
    rows: Sequence[Row],
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
        rows: the database's ledger.
        lock: the migration lock, held.
        settings: the repository.
        sql_only: pass Python steps over, and write that down.
        reporter: where progress goes.

    """
    books = lock.connection
    async with workplace(address) as place:
        scripts = prepare(pending, settings=settings)  # while the server makes the session
        await finish.install(books)
        rows = await interrupted.settle_left_over(books, rows)
        await require_taken_up(books, plan, pending, scripts, rows=rows)
        notes = Notes()
        if pending:
            shown = await may_show_rows(books)
            worker = await place.enter()
            run = Run(worker, lock, settings, rows_shown=shown, reporter=reporter)
            notes = Notes(await interrupted.begin(books, rows, worker=worker))
            try:
                async with _made_ready(lock, settings.schemas):
                    await run_in_order(run, place, pending, scripts, notes, sql_only=sql_only)
            except MigrationError as error:
                await asyncio.shield(_end_early(run, place, plan, notes))
                if not rows and error.data.get("sqlstate") in _THERE_ALREADY:
                    raise error.but(next=_ADOPT) from error.__cause__
                raise
            except (Exception, asyncio.CancelledError):
                await asyncio.shield(_end_early(run, place, plan, notes))
                raise
        (rows, snapshot), _ = await asyncio.gather(_end(lock, plan, notes, settings), place.leave())
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


@contextlib.asynccontextmanager
async def _made_ready(lock: MigrationLock, schemas: Sequence[str]) -> AsyncIterator[None]:
    """Let the lock's session get ready for the snapshot at the end while the steps run.

    It has nothing else to do.
    """

    async def read() -> None:
        with contextlib.suppress(*DRIVER_ERRORS):  # a lost lock the steps notice by themselves
            async with lock.asked() as books:
                await get_ready(books, schemas=schemas)

    reading = asyncio.ensure_future(read())
    try:
        yield
    finally:
        with ended_after(lock.connection):
            await asyncio.shield(_ended(reading))


async def _ended(reading: "asyncio.Future[None]") -> None:
    """Let what only saves time come to its end, but wait no longer than it could save."""
    await asyncio.wait({reading}, timeout=_READY_SECONDS)
    reading.cancel()
    await asyncio.wait({reading})


async def _end(
    lock: MigrationLock, plan: Plan, notes: Notes, settings: Settings
) -> tuple[tuple[Row, ...], Snapshot]:
    """Write down what the run leaves: the locks of its steps, and the schema as it is now."""
    books = lock.connection
    rows = await read_ledger(books)
    if notes.names is not None:
        rows = await settle(books, rows, notes.seen, names=notes.names)
    versions = complete_versions(plan, rows)
    return rows, await record_schema(books, versions=versions, schemas=settings.schemas)


async def _end_early(run: Run, place: Workplace, plan: Plan, notes: Notes) -> None:
    """Do the same for a run whose step failed: what is changed by hand from here on must show.

    If that cannot be done, because the lock is lost or the server silent, the next run does it.
    """
    lock = run.lock
    with contextlib.suppress(*DRIVER_ERRORS, WorkflowError), ended_after(lock.connection):
        await lock.require()
        if place.is_lost:
            await interrupted.end_left_over(lock.connection, reporter=run.reporter)
        await _end(lock, plan, notes, run.settings)


def _strong_locks(rows: Sequence[Row], notes: Notes, settings: Settings) -> Iterator[str]:
    """Yield what was locked so that others had to wait, although it is big."""
    for row in rows:
        for lock in row.locks if row.name in notes.seconds else ():
            if is_strong(lock) and is_big(lock, settings=settings):
                yield f"{row.name} held {lock_text(lock)}"


def _invalid(names: Sequence[str]) -> Iterator[str]:
    """Yield the indexes that no query uses."""
    for name in names:
        yield f"{name} is INVALID, so no query uses it: REINDEX INDEX CONCURRENTLY {name} mends it"
