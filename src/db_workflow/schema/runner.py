"""The runner: what the ledger does not have yet, step by step, each in its own transaction."""

import contextlib
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from db_workflow.address import Address
from db_workflow.catalog import read_snapshot
from db_workflow.connection import session
from db_workflow.console import Reporter, Silent
from db_workflow.errors import MigrationError
from db_workflow.schema import finish, interrupted
from db_workflow.schema.attempt import Run
from db_workflow.schema.disclosure import may_show_rows
from db_workflow.schema.failure import DRIVER_ERRORS
from db_workflow.schema.keys import SCHEMA
from db_workflow.schema.ledger import Row, read_ledger, write_row
from db_workflow.schema.lock import migration_lock
from db_workflow.schema.locks import Sightings, settle
from db_workflow.schema.measured import is_big, is_strong, lock_text, short_text
from db_workflow.schema.plan import Entry, Plan
from db_workflow.schema.reconcile import Reconciliation
from db_workflow.schema.script import Script
from db_workflow.schema.standing import require_reconciled, require_recorded_schema
from db_workflow.schema.step import prepare, run_step
from db_workflow.schema.watch import watching
from db_workflow.settings import Settings
from db_workflow.state import record

# A table, type, schema, column or function of that name exists.
_THERE_ALREADY = {"42P07", "42710", "42P06", "42701", "42723"}
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
class MigrateResult:
    """What a run did.

    Attributes:
        applied: the steps that ran, in order.
        already: how many had run before.
        skipped: the Python steps that `sql_only` passed over, in order.
        versions: every version that the database now has in full.
        fingerprint: of the schema as it now is.
        seconds: how long it all took.
        warnings: strong locks on big tables.

    """

    applied: tuple[Applied, ...]
    already: int
    skipped: tuple[str, ...]
    versions: tuple[str, ...]
    fingerprint: str
    seconds: float
    warnings: tuple[str, ...] = ()


async def migrate(
    address: Address,
    plan: Plan,
    *,
    settings: Settings,
    to: str | None = None,
    sql_only: bool = False,
    reporter: Reporter = Silent(),
) -> MigrateResult:
    """Apply every step that the database does not have yet.

    Interrupted or failed, it leaves every step before applied and recorded, and the one under way
    undone; the next call goes on from there.

    Args:
        address: the database; it need not be the test database.
        plan: every version's list, whole, as `load_plan` returns it.
        settings: the repository.
        to: the last version to apply (default: all).
        sql_only: pass Python steps over, and write that down.
        reporter: where progress goes.

    Raises:
        MigrationError: the ledger and the plan disagree, the schema was changed by hand, a file
            cannot run, or a step failed.
        BusyError: another run is migrating this database.
        ServerError: the database cannot be reached, or only through a connection pooler.

    """
    started = time.perf_counter()
    wait = settings.lock_wait_seconds
    async with (
        migration_lock(address, wait_seconds=wait, reporter=reporter) as lock,
        session(address, purpose="migrate") as connection,
    ):
        await interrupted.end_left_over(connection, reporter=reporter)
        await finish.install(connection)
        rows = await read_ledger(connection)
        found = await require_reconciled(connection, plan, rows)
        fingerprint = await require_recorded_schema(
            connection, settings=settings, database=address.database
        )
        if fingerprint is None:
            rows = await interrupted.settle_left_over(connection, rows)
        pending = _wanted(found, plan, to)
        scripts = prepare(pending, settings=settings)
        done = _Done()
        if pending:
            shown = await may_show_rows(connection)
            run = Run(connection, lock, settings, rows_shown=shown, reporter=reporter)
            names = await interrupted.begin(connection)
            try:
                await _run_all(run, pending, scripts, done, sql_only=sql_only)
            except MigrationError as error:
                if not rows and error.data.get("sqlstate") in _THERE_ALREADY:
                    error.next = _ADOPT
                with contextlib.suppress(*DRIVER_ERRORS):  # the next run does it otherwise
                    await settle(connection, await read_ledger(connection), done.seen, names=names)
                raise
            rows = await settle(connection, await read_ledger(connection), done.seen, names=names)
        versions = _versions(plan, rows)
        if pending or fingerprint is None:
            fingerprint = await _record_schema(connection, versions, settings)
    return MigrateResult(
        tuple(_applied(row, done.seconds[row.name]) for row in rows if row.name in done.seconds),
        found.applied,
        tuple(done.skipped),
        versions,
        fingerprint,
        time.perf_counter() - started,
        tuple(_warnings(rows, done, settings)),
    )


@dataclass(frozen=True, slots=True)
class _Done:
    """What the steps of one run did: seconds and locks by name, and what was passed over."""

    seconds: dict[str, float] = field(default_factory=dict)
    seen: dict[str, Sightings] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)


async def _run_all(
    run: Run,
    pending: Sequence[Entry],
    scripts: Mapping[str, Script],
    done: _Done,
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
                done.skipped.append(entry.name)
                continue
            watch.begin(entry.name)
            try:
                seconds = await run_step(run, entry, scripts.get(entry.name))
            except MigrationError as error:
                if done.skipped:
                    error.why = f"--sql-only left out {', '.join(done.skipped)}, which it may need"
                    error.next = "invoke phase1, without --sql-only"
                raise
            finally:
                done.seen[entry.name] = watch.end()
            done.seconds[entry.name] = seconds
            run.reporter.say(f"  {entry.name}  {seconds * 1000:,.0f} ms")


def _warnings(rows: Sequence[Row], done: _Done, settings: Settings) -> Iterator[str]:
    """Yield what was locked so that others had to wait, although it is big."""
    for row in rows:
        for lock in row.locks if row.name in done.seconds else ():
            if is_strong(lock) and is_big(lock, settings=settings):
                yield f"{row.name} held {lock_text(lock)}"


def _applied(row: Row, seconds: float) -> Applied:
    return Applied(row.name, seconds, row.rows_touched, row.locks)


def _wanted(found: Reconciliation, plan: Plan, to: str | None) -> tuple[Entry, ...]:
    versions = (plan.up_to(to) if to else plan).versions
    return tuple(entry for entry in found.pending if entry.version in versions)


def _versions(plan: Plan, rows: Sequence[Row]) -> tuple[str, ...]:
    """Return the versions that a database has in full."""
    done = {row.name for row in rows if not row.skipped}
    missing = {entry.version for entry in plan.entries if entry.name not in done}
    return tuple(version for version in plan.versions if version not in missing)


async def _record_schema(
    connection: "asyncpg.Connection[Any]", versions: Sequence[str], settings: Settings
) -> str:
    snapshot = await read_snapshot(connection, schemas=settings.schemas)
    found = {"fingerprint": snapshot.fingerprint, "versions": list(versions)}
    await record(connection, SCHEMA, found)
    return snapshot.fingerprint
