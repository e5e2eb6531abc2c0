"""What a person reads when the end of a step refuses it: what `finish` raises, in sentences."""

from db_workflow.errors import MigrationError
from db_workflow.schema.plan import Entry
from db_workflow.schema.run import finish
from db_workflow.schema.run.lock import MigrationLock


def finish_failure(
    error: BaseException, entry: Entry, lock: MigrationLock
) -> MigrationError | None:
    """Return the error for a step that ran, but may not be kept; None for any other failure.

    Args:
        error: what the driver raised.
        entry: the step.
        lock: the migration lock.

    """
    code = getattr(error, "sqlstate", None)
    if code == finish.TOUCHED_LEDGER or finish.is_missing(error):
        return MigrationError(
            f"{entry.name} changed the workflow's own schema.",
            why="the ledger would no longer say what this database has had; the step was"
            " rolled back, and every step before it stays applied",
            next="take out of the step what it does to db_workflow, then invoke migrate",
            data={"step": entry.name},
        )
    if code == finish.LOST_LOCK:
        return lock.lost()
    if code == finish.RECORDED_ALREADY:
        return MigrationError(
            f"{entry.name} is in the ledger already.",
            why="another run applied it while this one was under way",
            next="invoke status",
        )
    if code == finish.ENDED_TRANSACTION:
        # A COMMIT that no scanner saw (in dynamic SQL, say): what came before it is kept, and
        # a rollback now would succeed and undo nothing.
        return MigrationError(
            f"{entry.name} ended the runner's transaction, or took its mark away.",
            why="if it was a COMMIT, what came before it is kept, but is not in the ledger",
            next="take COMMIT, ROLLBACK, and RESET ALL in dynamic SQL out of the step,"
            " then invoke phase1",
            data={"step": entry.name},
        )
    return None
