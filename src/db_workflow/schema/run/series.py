"""A series of steps on one database: from the first pending one to the recorded schema."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from db_workflow.address import Address
from db_workflow.connection import DRIVER_ERRORS, session
from db_workflow.console import Reporter
from db_workflow.errors import MigrationError
from db_workflow.schema.ledger.ledger import Row, read_ledger, write_row
from db_workflow.schema.ledger.recorded import record_schema
from db_workflow.schema.ledger.standing import complete_versions
from db_workflow.schema.plan import Entry, Plan
from db_workflow.schema.run import finish, interrupted
from db_workflow.schema.run.attempt import Run
from db_workflow.schema.run.disclosure import may_show_rows
from db_workflow.schema.run.lock import MigrationLock
from db_workflow.schema.run.locks import Sightings, settle
from db_workflow.schema.run.measured import is_big, is_strong, lock_text, short_text
from db_workflow.schema.run.step import prepare, run_step
from db_workflow.schema.run.watch import watching
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
    """What is known of the steps so far: seconds and locks by name, and what was passed over."""

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
    notes = _Notes()
    async with session(address, purpose="migrate") as connection:
        await finish.install(connection)
        rows = await interrupted.settle_left_over(connection, await read_ledger(connection))
        if pending:
            shown = await may_show_rows(connection)
            run = Run(connection, lock, settings, rows_shown=shown, reporter=reporter)
            names = await interrupted.begin(connection)
            try:
                await _run_all(run, pending, scripts, notes, sql_only=sql_only)
            except MigrationError as error:
                if not rows and error.data.get("sqlstate") in _THERE_ALREADY:
                    error.next = _ADOPT
                with contextlib.suppress(*DRIVER_ERRORS):  # the next run does it otherwise
                    await settle(connection, await read_ledger(connection), notes.seen, names=names)
                raise
            rows = await settle(connection, await read_ledger(connection), notes.seen, names=names)
        versions = complete_versions(plan, rows)
        snapshot = await record_schema(connection, versions=versions, schemas=settings.schemas)
    return Done(
        tuple(
            Applied(row.name, notes.seconds[row.name], row.rows_touched, row.locks)
            for row in rows
            if row.name in notes.seconds
        ),
        tuple(notes.skipped),
        versions,
        snapshot.fingerprint,
        tuple(_warnings(rows, notes, settings)),
    )


async def _run_all(
    run: Run,
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
            watch.begin(entry.name)
            try:
                seconds = await run_step(run, entry, scripts.get(entry.name))
            except MigrationError as error:
                if watch.blocked and error.data.get("sqlstate") in _TAKEN:
                    error.found += f"\n  it waited for {watch.blocked}"
                if notes.skipped:
                    error.why = f"--sql-only left out {', '.join(notes.skipped)}, which it may need"
                    error.next = "invoke phase1, without --sql-only"
                raise
            finally:
                notes.seen[entry.name] = watch.end()
            notes.seconds[entry.name] = seconds
            run.reporter.say(f"  {entry.name}  {seconds * 1000:,.0f} ms")


def _warnings(rows: Sequence[Row], notes: _Notes, settings: Settings) -> Iterator[str]:
    """Yield what was locked so that others had to wait, although it is big."""
    for row in rows:
        for lock in row.locks if row.name in notes.seconds else ():
            if is_strong(lock) and is_big(lock, settings=settings):
                yield f"{row.name} held {lock_text(lock)}"
