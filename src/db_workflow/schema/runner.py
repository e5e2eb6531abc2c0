"""The runner: what the ledger does not have yet, step by step, each in its own transaction."""

import time
from dataclasses import dataclass
from typing import Any

import asyncpg

from db_workflow.address import Address
from db_workflow.catalog import read_snapshot
from db_workflow.connection import session
from db_workflow.console import Reporter, Silent
from db_workflow.errors import MigrationError
from db_workflow.schema.disclosure import may_show_rows
from db_workflow.schema.keys import BASELINE, SCHEMA
from db_workflow.schema.ledger import ensure_ledger, read_ledger, write_row
from db_workflow.schema.lock import migration_lock
from db_workflow.schema.plan import Entry, Plan
from db_workflow.schema.reconcile import Reconciliation, reconcile
from db_workflow.schema.refusals import drift_refusal, ledger_refusal
from db_workflow.schema.step import prepare, run_step
from db_workflow.settings import Settings
from db_workflow.state import recall, record


@dataclass(frozen=True, slots=True)
class Applied:
    """One step that ran."""

    name: str
    seconds: float


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

    """

    applied: tuple[Applied, ...]
    already: int
    skipped: tuple[str, ...]
    versions: tuple[str, ...]
    fingerprint: str
    seconds: float


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
        ServerError: the database cannot be reached.

    """
    started = time.perf_counter()
    async with (
        migration_lock(address, wait_seconds=settings.lock_wait_seconds) as still_held,
        session(address, purpose="migrate") as connection,
    ):
        await ensure_ledger(connection)
        found = await _reconciled(connection, plan, settings)
        await _refuse_drift(connection, settings, address)
        pending = _wanted(found, plan, to)
        scripts = prepare(pending, settings=settings)
        rows_shown = await may_show_rows(connection)
        if pending:
            # From here until the end of the run nobody can say what the schema should be.
            await record(connection, SCHEMA, {"fingerprint": None, "versions": []})
        applied: list[Applied] = []
        skipped: list[str] = []
        for number, entry in enumerate(pending, start=1):
            reporter.progress("migrate", number, len(pending))
            if sql_only and entry.kind == "python":
                await _skip(connection, entry, reporter)
                skipped.append(entry.name)
                continue
            try:
                seconds = await run_step(
                    connection,
                    entry,
                    scripts.get(entry.name),
                    settings=settings,
                    rows_shown=rows_shown,
                    reporter=reporter,
                    still_held=still_held,
                )
            except MigrationError as error:
                if skipped:
                    error.why = f"--sql-only left out {', '.join(skipped)}, which it may need"
                    error.next = "invoke phase1, without --sql-only"
                raise
            applied.append(Applied(entry.name, seconds))
            reporter.say(f"  {entry.name}  {seconds * 1000:,.0f} ms")
        versions, fingerprint = await _record_schema(connection, plan, settings)
    return MigrateResult(
        tuple(applied),
        found.applied,
        tuple(skipped),
        versions,
        fingerprint,
        time.perf_counter() - started,
    )


async def plan_only(
    address: Address, plan: Plan, *, settings: Settings, to: str | None = None
) -> tuple[Entry, ...]:
    """Return the steps that `migrate` would run now, in order, changing nothing.

    Raises:
        MigrationError: what `migrate` would refuse to begin with.
        ServerError: the database cannot be reached.

    """
    async with session(address, purpose="plan", read_only=True) as connection:
        found = await _reconciled(connection, plan, settings)
        await _refuse_drift(connection, settings, address)
    pending = _wanted(found, plan, to)
    prepare(pending, settings=settings)
    return pending


async def _reconciled(
    connection: "asyncpg.Connection[Any]", plan: Plan, settings: Settings
) -> Reconciliation:
    found = reconcile(plan, await read_ledger(connection))
    # What was skipped on purpose does not stand in the way of going on; phase 1 reports it.
    blocking = [problem for problem in found.problems if problem.kind != "skipped"]
    if blocking:
        baseline = await recall(connection, BASELINE)
        raise ledger_refusal(blocking, baseline=baseline)
    return found


async def _refuse_drift(
    connection: "asyncpg.Connection[Any]", settings: Settings, address: Address
) -> None:
    """Refuse to build on a schema that is not the one the last run left."""
    recorded = (await recall(connection, SCHEMA) or {}).get("fingerprint")
    if recorded is None:
        return
    snapshot = await read_snapshot(connection, schemas=settings.schemas)
    if snapshot.fingerprint != recorded:
        raise drift_refusal(address.database)


def _wanted(found: Reconciliation, plan: Plan, to: str | None) -> tuple[Entry, ...]:
    versions = (plan.up_to(to) if to else plan).versions
    return tuple(entry for entry in found.pending if entry.version in versions)


async def _skip(connection: "asyncpg.Connection[Any]", entry: Entry, reporter: Reporter) -> None:
    await write_row(connection, entry, outcome="skipped")
    reporter.say(f"  {entry.name}  SKIPPED (--sql-only): phase 1 does not hold without it")


async def _record_schema(
    connection: "asyncpg.Connection[Any]", plan: Plan, settings: Settings
) -> tuple[tuple[str, ...], str]:
    rows = {row.name for row in await read_ledger(connection) if not row.skipped}
    missing = {entry.version for entry in plan.entries if entry.name not in rows}
    versions = tuple(version for version in plan.versions if version not in missing)
    snapshot = await read_snapshot(connection, schemas=settings.schemas)
    await record(
        connection, SCHEMA, {"fingerprint": snapshot.fingerprint, "versions": list(versions)}
    )
    return versions, snapshot.fingerprint
