"""A statement that cannot run in a transaction: written down before it begins and after it ends."""

import asyncpg

from db_workflow.connection import DRIVER_ERRORS
from db_workflow.schema.run.piecewise.failure import LeftBehindError
from db_workflow.schema.run.piecewise.piece import Piece
from db_workflow.schema.run.piecewise.progress import Progress, write_progress
from db_workflow.schema.run.piecewise.target import Target
from db_workflow.schema.run.piecewise.under_way import Facts, facts_before, require_valid, settle
from db_workflow.schema.run.piecewise.work import Work

# What the server says when a statement has had its effect already. The ALTER is the one that
# detaches a partition: there is no such partition.
_DONE_ALREADY = {
    "alter": {"42P01"},
    "create": {"42P04", "42P06", "42P07", "42710"},
    "drop": {"3D000", "42704", "42P01"},
}


async def run_alone(
    work: Work, piece: Piece, target: Target | None, progress: Progress, *, again: bool
) -> Progress:
    """Run a statement outside a transaction, and return the progress once it is done.

    Args:
        work: the file.
        piece: the statement.
        target: what it works on, if something may be left behind.
        progress: what was done before it.
        again: whether an interrupted run had begun it, so that it may be done already.

    Raises:
        asyncpg.PostgresError: the server refused it; it left nothing behind.
        LeftBehindError: it failed, and what it left could not be cleared away.

    """
    await work.still_held()
    facts = await facts_before(work.connection, target)
    begun = progress.begin(piece, facts)
    await write_progress(work.connection, work.entry, begun)
    try:
        rows = await _send(work, piece, target)
    except asyncpg.PostgresError as error:
        if not (await _settled(work, facts, error) or (again and _done_already(piece, error))):
            await write_progress(work.connection, work.entry, begun.abandon())
            raise
        work.say(f"statement {piece.number}: its effect is there, so it counts as done")
        rows = 0
    if piece.empties_session:
        await work.restore_driver()
    await require_valid(work.connection, facts, step=work.entry.name)
    await work.still_held()
    done = begun.finish(piece.digest, rows)
    await write_progress(work.connection, work.entry, done)
    return done


async def _send(work: Work, piece: Piece, target: Target | None) -> int:
    if target is None or not target.waits_politely:
        return await work.send(piece)
    async with work.patience():
        return await work.send(piece)


async def _settled(work: Work, facts: Facts, error: asyncpg.PostgresError) -> bool:
    """Clear away what a failed statement left; return whether it has had its effect after all."""
    try:
        return await settle(work.connection, facts, step=work.entry.name, reporter=work.reporter)
    except DRIVER_ERRORS:
        raise LeftBehindError(error) from error


def _done_already(piece: Piece, error: asyncpg.PostgresError) -> bool:
    return error.sqlstate in _DONE_ALREADY.get(piece.words[0] if piece.words else "", ())
