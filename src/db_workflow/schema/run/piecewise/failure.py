"""What a person reads when one statement of a no-transaction file fails."""

import asyncpg

from db_workflow.errors import MigrationError
from db_workflow.schema.run.disclosure import message_of, particulars
from db_workflow.schema.run.piecewise.piece import Piece
from db_workflow.schema.run.piecewise.work import Work
from db_workflow.schema.script.script import Place, Script, locate

_ADVICE = {
    "55P03": "end the session that holds the lock, or wait for it",
    "40P01": "end the session that it waits for, or wait for it",
    "57014": "if it was the timeout, declare sql_file(…, statement_timeout_ms=…) with more time",
}
_COMMITS = "this one was undone as far as it had not committed by itself, and begins anew"
_UNKNOWN = (
    "the connection was lost while this one ran; the next run finds out by facts what became of it"
)


class LeftBehindError(Exception):
    """A statement failed, and what it left behind could not be cleared away.

    Attributes:
        cause: what the driver raised for the statement.

    """

    def __init__(self, cause: BaseException) -> None:
        super().__init__(str(cause))
        self.cause = cause


def piece_failure(error: BaseException, work: Work, piece: Piece, *, lost: bool) -> MigrationError:
    """Return the error for a statement that the server refused, or whose connection died.

    Args:
        error: what the driver raised.
        work: the file.
        piece: the statement that failed; those before it are done.
        lost: whether the connection is gone.

    """
    total = len(work.pieces)
    remark = "this one left nothing unfinished"
    if piece.words[:1] in {("call",), ("do",)}:
        remark = _COMMITS
    if isinstance(error, LeftBehindError):
        error = error.cause
        remark = "what this one left unfinished is cleared away by the next run"
    if lost:
        remark = _UNKNOWN
    error = _first_cause(error)
    sqlstate = error.sqlstate if isinstance(error, asyncpg.PostgresError) else None
    message = message_of(error, rows_shown=work.rows_shown)
    place = _place(error, work.script, piece)
    shown = work.settings.relative(work.entry.path)
    lines = [str(place), *particulars(error, rows_shown=work.rows_shown)]
    code = f" (SQLSTATE {sqlstate})" if sqlstate else ""
    found = f"{work.entry.name} failed at statement {piece.number} of {total}: {message}{code}"
    mend = _ADVICE.get(sqlstate or "", f"mend that statement in {shown}")
    return MigrationError(
        "\n".join([found, *(f"  {line}" for text in lines for line in text.splitlines())]),
        why=f"{applied(piece.number - 1, total)}; {remark}",
        next=f"{'' if lost else mend + '; then '}invoke migrate goes on from this statement",
        data={
            "step": work.entry.name,
            "file": shown,
            "line": place.line,
            "column": place.column,
            "sqlstate": sqlstate,
            "message": message,
            "statement": piece.number,
            "statements": total,
        },
    )


def applied(done: int, total: int) -> str:
    """Return the sentence about the statements that stay."""
    if done == 0:
        return f"none of its {total} statements was applied" if total > 1 else "it was not applied"
    if done == 1:
        return f"statement 1 of {total} stays applied, and is recorded"
    return f"statements 1-{done} of {total} stay applied, and are recorded"


def _place(error: BaseException, script: Script, piece: Piece) -> Place:
    position = getattr(error, "position", None)
    return locate(script, piece.start + (int(position) if position else 1))


def _first_cause(error: BaseException) -> BaseException:
    """Return what the server said before the connection died and undoing failed for that."""
    inner: BaseException | None = error
    while inner is not None and not isinstance(inner, asyncpg.PostgresError):
        inner = inner.__context__
    return inner or error
