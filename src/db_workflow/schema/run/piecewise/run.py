"""Running a file statement by statement, each together with the record that it is done."""

from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg

from db_workflow.connection import DRIVER_ERRORS
from db_workflow.console import Reporter, Silent
from db_workflow.errors import MigrationError
from db_workflow.schema.plan import Entry
from db_workflow.schema.run.piecewise.alone import run_alone
from db_workflow.schema.run.piecewise.failure import LeftBehindError, piece_failure
from db_workflow.schema.run.piecewise.piece import Piece, pieces_of, problems_of
from db_workflow.schema.run.piecewise.progress import Progress, write_progress
from db_workflow.schema.run.piecewise.take_up import take_up
from db_workflow.schema.run.piecewise.target import target_of
from db_workflow.schema.run.piecewise.under_way import make_way
from db_workflow.schema.run.piecewise.work import Work, limits_of
from db_workflow.schema.run.retries import with_retries
from db_workflow.schema.script.script import Script
from db_workflow.settings import Settings

# The server's word that a statement, or a COMMIT in the procedure it calls, needs to be alone. What
# a procedure does before its first COMMIT is done twice, the first time for nothing.
_NEEDS_TO_BE_ALONE = (
    asyncpg.ActiveSQLTransactionError,
    asyncpg.InvalidTransactionTerminationError,
)


async def run_piecewise(
    connection: "asyncpg.Connection[Any]",
    entry: Entry,
    script: Script,
    *,
    settings: Settings,
    rows_shown: bool = False,
    reporter: Reporter = Silent(),
    still_held: Callable[[], Awaitable[None]],
) -> int:
    """Run a no-transaction file, or what an interrupted run has left of it.

    Every statement is tried in a transaction together with its record. One that the server refuses
    there runs alone, with a record before it and one after it. The records stay until the caller
    writes the step into the ledger and calls `forget_progress`, in one transaction.

    Args:
        connection: open on the database, in no transaction, the step's limits set in its session.
        entry: the step.
        script: its text.
        settings: the repository.
        rows_shown: whether a failure may show what rows hold.
        reporter: where progress goes.
        still_held: raises when the migration lock is lost; asked before a statement is kept.

    Returns:
        How many rows its statements have inserted, updated and deleted, interrupted runs included.

    Raises:
        MigrationError: a statement failed, cannot run this way, or was edited after it ran.

    """
    if problems := problems_of(script):
        raise _unfit(entry, problems)
    limits = await limits_of(connection)
    pieces = pieces_of(script)
    work = Work(
        connection, entry, script, pieces, settings, rows_shown, reporter, still_held, limits
    )
    progress, begun = await take_up(work)
    for piece in pieces[len(progress.done) :]:
        reporter.progress(entry.name, piece.number, len(pieces))
        try:
            progress = await _run(work, piece, progress, again=piece.digest == begun)
        except (*DRIVER_ERRORS, LeftBehindError) as error:
            failure = piece_failure(error, work, piece, lost=connection.is_closed())
            if rows_shown:
                raise failure from error
            raise failure from None  # a traceback would print the driver's own error
        begun = None
    return progress.rows


async def _run(work: Work, piece: Piece, progress: Progress, *, again: bool) -> Progress:
    """Run a statement, and return the progress once it is done and recorded."""
    target = target_of(piece.text)

    async def together() -> Progress | None:
        """Run it together with its record; return None if it needs to be alone."""
        if target is not None:
            async with work.patience():
                await make_way(
                    work.connection, target, step=work.entry.name, reporter=work.reporter
                )
        try:
            return await _in_transaction(work, piece, progress)
        except _NEEDS_TO_BE_ALONE:
            return None

    async def alone() -> Progress:
        return await run_alone(work, piece, target, progress, again=again)

    name, reporter = work.entry.name, work.reporter
    done = await with_retries(together, name=name, reporter=reporter)
    if done is not None:
        return done
    if target is None and not piece.repeats_safely:
        return await alone()
    return await with_retries(alone, name=name, reporter=reporter)


async def _in_transaction(work: Work, piece: Piece, progress: Progress) -> Progress:
    async with work.connection.transaction():
        rows = await work.send(piece)
        if piece.empties_session:
            await work.restore_driver()
        done = progress.finish(piece.digest, rows)
        await write_progress(work.connection, work.entry, done)
        await work.still_held()
    return done


def _unfit(entry: Entry, problems: list[str]) -> MigrationError:
    return MigrationError(
        f"{entry.name} cannot run statement by statement:\n"
        + "\n".join(f"  - {problem}" for problem in problems),
        why="nothing of it was sent to the server",
        next="mend the file, then invoke migrate",
        data={"step": entry.name, "problems": problems},
    )
