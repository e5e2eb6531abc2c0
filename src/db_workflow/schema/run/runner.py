"""The runner: what the ledger does not have yet, step by step, each in its own transaction."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from db_workflow.address import Address
from db_workflow.connection import Coming
from db_workflow.console import Reporter, Silent
from db_workflow.modules import import_soon
from db_workflow.schema.keys import BATCHES, SCHEMA, STEP
from db_workflow.schema.ledger.ledger import read_ledger
from db_workflow.schema.ledger.reconcile import Reconciliation
from db_workflow.schema.ledger.standing import (
    complete_versions,
    require_reconciled,
    require_recorded_schema,
)
from db_workflow.schema.plan import Entry, Plan
from db_workflow.schema.run.lock import migration_lock
from db_workflow.settings import Settings
from db_workflow.state import any_under, recall

if TYPE_CHECKING:
    import asyncpg

    from db_workflow.schema.run.series import Applied

# What a run needs that has something to do.
_SERIES = (
    "db_workflow.schema.script.script",
    "db_workflow.schema.run.failure",
    "db_workflow.schema.run.attempt",
    "db_workflow.schema.run.in_order",
    "db_workflow.schema.run.series",
)


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
        warnings: strong locks on big tables, INVALID indexes, and a schema that an earlier run has
            left where nobody can say whether it was changed by hand.

    """

    applied: "tuple[Applied, ...]"
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
    coming: Coming | None = None,
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
        coming: see `migration_lock`.

    Raises:
        MigrationError: the ledger and the plan disagree, the schema was changed by hand, a file
            cannot run, or a step failed.
        BusyError: another run is migrating this database.
        ServerError: the database cannot be reached, or only through a connection pooler.

    """
    started = time.perf_counter()
    wait = settings.lock_wait_seconds
    async with migration_lock(address, wait_seconds=wait, reporter=reporter, coming=coming) as lock:
        look = lock.connection
        await _end_left_over(look, reporter)
        rows = await read_ledger(look)
        found = await require_reconciled(look, plan, rows)
        pending = _wanted(found, plan, to)
        if pending:
            import_soon(*_SERIES)
        recorded = await require_recorded_schema(look, settings=settings, database=address.database)
        doubts = tuple(
            text
            for text in (
                recorded.doubt,
                *(one.text for one in found.problems if one.kind == "skipped"),
            )
            if text
        )
        if pending or recorded.fingerprint is None:
            # Imported here: a run that has nothing to do pays for nothing of it.
            from db_workflow.schema.run.series import run_series

            done = await run_series(
                address,
                plan,
                pending,
                rows=rows,
                lock=lock,
                settings=settings,
                sql_only=sql_only,
                reporter=reporter,
            )
            return MigrateResult(
                done.applied,
                found.applied,
                done.skipped,
                done.versions,
                done.fingerprint,
                time.perf_counter() - started,
                (*doubts, *done.warnings),
            )
        if await any_under(look, STEP, BATCHES):
            from db_workflow.schema.run.unfinished import require_taken_up

            await require_taken_up(look, plan, (), {}, rows=rows)
    versions = complete_versions(plan, rows)
    took = time.perf_counter() - started
    return MigrateResult((), found.applied, (), versions, recorded.fingerprint, took, doubts)


def _wanted(found: Reconciliation, plan: Plan, to: str | None) -> tuple[Entry, ...]:
    versions = (plan if to is None else plan.up_to(to)).versions
    return tuple(entry for entry in found.pending if entry.version in versions)


async def _end_left_over(connection: "asyncpg.Connection[Any]", reporter: Reporter) -> None:
    """End what a killed run has left at work, before the ledger is read."""
    left = await recall(connection, SCHEMA) or {}
    if "session" in left:
        from db_workflow.schema.run import interrupted

        await interrupted.end_left_over(connection, reporter=reporter)
