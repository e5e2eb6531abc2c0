"""Taking up a file where an interrupted run has left it."""

from db_workflow.connection import DRIVER_ERRORS
from db_workflow.errors import MigrationError
from db_workflow.schema.run.piecewise.failure import LeftBehindError, piece_failure
from db_workflow.schema.run.piecewise.piece import Piece
from db_workflow.schema.run.piecewise.progress import Progress, read_progress, write_progress
from db_workflow.schema.run.piecewise.under_way import settle
from db_workflow.schema.run.piecewise.work import Work
from db_workflow.schema.run.unfinished import refuse_edited


async def take_up(work: Work) -> tuple[Progress, str | None]:
    """Return what is done already, and the digest of a statement that may be.

    What the last statement of an interrupted run left is cleared away, and what the statements that
    are done did to its session is done to this one. That session has ended: the runner sees to it.

    Raises:
        MigrationError: a statement that is done was edited, or cannot be repeated.

    """
    earlier = await read_progress(work.connection, work.entry)
    if earlier is None:
        return Progress(), None
    progress, begun = earlier, None
    if earlier.under_way is not None:
        begun = earlier.under_way["digest"]
        progress = await _settled(work, earlier)
    refuse_edited(work.entry.name, work.script, progress.done)
    await write_progress(work.connection, work.entry, progress)
    done, total = len(progress.done), len(work.pieces)
    work.say(f"goes on where a run broke off: {done} of {total} statements are done")
    await _repeat_session(work, done)
    return progress, begun


async def _settled(work: Work, progress: Progress) -> Progress:
    assert progress.under_way is not None  # noqa: S101 - asked by the caller
    digest, facts = progress.under_way["digest"], progress.under_way["facts"]
    number = len(progress.done) + 1
    try:
        async with work.patience():
            done = await settle(
                work.connection, facts, step=work.entry.name, reporter=work.reporter
            )
    except DRIVER_ERRORS as error:
        raise _failure(LeftBehindError(error), work, number) from (
            error if work.rows_shown else None
        )
    if done:
        work.say(f"statement {number} had its effect before the run broke off")
        return progress.finish(digest)
    work.say(f"statement {number} was under way when the run broke off; it runs again")
    # It stays written down as under way: until it has run, this run may break off as well.
    return progress


async def _repeat_session(work: Work, done: int) -> None:
    """Repeat what was good for the other run's session only."""
    for piece in work.pieces[:done]:
        if not piece.is_of_session:
            continue
        try:
            await work.send(piece)
            if piece.empties_session:
                await work.restore_driver()
        except DRIVER_ERRORS as error:
            raise _failure(error, work, piece.number) from (error if work.rows_shown else None)


def _failure(error: BaseException, work: Work, number: int) -> MigrationError:
    # The file may have fewer statements now than when the other run read it.
    piece = work.pieces[min(number, len(work.pieces)) - 1] if work.pieces else Piece(1, 0, "")
    return piece_failure(error, work, piece, lost=work.connection.is_closed())
