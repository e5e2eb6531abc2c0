"""Whether a run may begin: ledger and schema are as the last run left them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from db_workflow.schema.keys import BASELINE
from db_workflow.schema.ledger.ledger import Row
from db_workflow.schema.ledger.reconcile import Reconciliation, reconcile
from db_workflow.schema.ledger.recorded import Recorded, recorded_schema
from db_workflow.schema.ledger.refusals import drift_refusal, ledger_refusal
from db_workflow.schema.plan import Plan
from db_workflow.settings import Settings
from db_workflow.state import recall

if TYPE_CHECKING:
    import asyncpg


async def require_reconciled(
    connection: "asyncpg.Connection[Any]", plan: Plan, rows: Sequence[Row]
) -> Reconciliation:
    """Return what is left to run on a database.

    What was skipped on purpose does not stand in the way of going on; phase 1 reports it.

    Args:
        connection: to the database; only read.
        plan: every version's list, whole.
        rows: the database's ledger.

    Raises:
        MigrationError: the ledger and the plan disagree.

    """
    found = reconcile(plan, rows)
    blocking = [problem for problem in found.problems if problem.kind != "skipped"]
    if blocking:
        raise ledger_refusal(blocking, baseline=await recall(connection, BASELINE))
    return found


async def require_recorded_schema(
    connection: "asyncpg.Connection[Any]", *, settings: Settings, database: str
) -> Recorded:
    """Return what the last run recorded, proven as far as it can be.

    Raises:
        MigrationError: someone changed the schema since.

    """
    recorded = await recorded_schema(connection, schemas=settings.schemas)
    if recorded.changed:
        raise drift_refusal(database, baseline=await recall(connection, BASELINE))
    return recorded


def complete_versions(plan: Plan, rows: Sequence[Row]) -> tuple[str, ...]:
    """Return the versions that a database has in full, oldest first."""
    done = {row.name for row in rows if not row.skipped}
    missing = {entry.version for entry in plan.entries if entry.name not in done}
    return tuple(version for version in plan.versions if version not in missing)
