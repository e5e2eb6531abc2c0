"""What a person reads when a step fails: which step, where in its file, what the server said."""

import asyncpg

from db_workflow.errors import MigrationError
from db_workflow.modules import where
from db_workflow.schema.plan import Entry
from db_workflow.schema.run.disclosure import message_of, particulars
from db_workflow.schema.run.search import Found
from db_workflow.schema.script.script import Place, Script, locate, statement_lines
from db_workflow.settings import Settings

# SQLSTATEs whose message alone does not say what to do in a migration.
_ADVICE = {
    "55P04": "a new enum value cannot be used in the transaction that adds it: put ALTER TYPE …"
    " ADD VALUE into a file of its own, listed before this one",
    "25001": "this statement cannot run in a transaction: write `-- db_workflow: no-transaction`"
    " into the first lines of the file",
    "2D000": "a step runs in one transaction, and nothing in it may end that: write"
    " `-- db_workflow: no-transaction` into the first lines of the file",
    "25006": "the runner has to write: take READ ONLY out of the step, or"
    " default_transaction_read_only from the account and the database",
    "55P03": "another session holds a lock that this step needs; end it, or wait for it",
    "25P02": "a statement failed before this one, and the step went on: put"
    " `async with context.connection.transaction()` around what may fail",
    "57014": "if it was the timeout, declare sql_file(…, statement_timeout_ms=…) with more time",
}
_LINES_SHOWN = 12
_END = "after its last statement, when what it deferred was checked and the ledger written"


def sql_failure(
    error: BaseException,
    entry: Entry,
    script: Script,
    found: Found,
    *,
    settings: Settings,
    rows_shown: bool,
) -> MigrationError:
    """Return the error for a SQL file that the server refused.

    Args:
        error: what the driver raised.
        entry: the step.
        script: its text, to find the place in.
        found: the place, if it is known.
        settings: the repository.
        rows_shown: whether what the server says of rows may be shown.

    """
    at = found.at
    inside = at is not None and 1 <= at <= len(script.text) + 1
    place = locate(script, at) if at is not None and inside else None
    at_end = found.at_end or (at is not None and not inside)
    location = f"{script.shown}: {_END}" if at_end else _where_in(script, place)
    if found.is_row and place is not None and not rows_shown:
        location = f"{script.shown}:{place.line}"
    return _failure(
        error,
        entry,
        settings,
        location,
        place,
        transaction=script.transaction,
        rows_shown=rows_shown,
    )


def python_failure(
    error: BaseException, entry: Entry, *, transaction: bool, settings: Settings, rows_shown: bool
) -> MigrationError:
    """Return the error for a Python step that raised. See `sql_failure`.

    Args:
        error: what it raised.
        entry: the step.
        transaction: whether it ran in one, which was rolled back.
        settings: the repository.
        rows_shown: whether what the server says of rows may be shown.

    """
    # Without its text: the first line has that, as far as it may be shown.
    location = where(error, entry.path, settings=settings).removesuffix(f": {error}")
    return _failure(
        error, entry, settings, location, None, transaction=transaction, rows_shown=rows_shown
    )


def connection_lost(
    error: BaseException, entry: Entry, *, transaction: bool, last: Entry | None = None
) -> MigrationError:
    """Return the error for a step whose session ended: that says nothing of the step's worth.

    Args:
        error: what the driver raised.
        entry: the step.
        transaction: whether it ran in one.
        last: the last of the steps that were sent with it, if nobody can tell which was at work.

    """
    message = message_of(first_cause(error), rows_shown=False)
    kept = (
        "the server has undone what was under way, unless its commit had already arrived;"
        " the ledger knows which"
        if transaction
        else "what it had committed stays, and it goes on from there"
    )
    among = f", or a step after it up to {last.name}," if last and last is not entry else ""
    return MigrationError(
        f"The connection ended while {entry.name}{among} was under way: {message}",
        why=f"{kept}; every step before it stays applied",
        next="see that the server runs, then invoke migrate",
        data={"step": entry.name, "message": message, "connection": "lost"},
    )


def first_cause(error: BaseException) -> BaseException:
    """Return what was said before the connection died and undoing failed for that."""
    while not isinstance(error, asyncpg.PostgresError) and error.__context__ is not None:
        error = error.__context__
    return error


def _failure(
    error: BaseException,
    entry: Entry,
    settings: Settings,
    location: str,
    place: Place | None,
    *,
    transaction: bool,
    rows_shown: bool,
) -> MigrationError:
    sqlstate = error.sqlstate if isinstance(error, asyncpg.PostgresError) else None
    message = message_of(error, rows_shown=rows_shown)
    code = f" (SQLSTATE {sqlstate})" if sqlstate else ""
    lines = [f"{entry.name} failed: {message}{code}", location]
    lines += particulars(error, rows_shown=rows_shown)
    advice = _ADVICE.get(sqlstate or "")
    shown = settings.relative(entry.path)
    mend = advice or f"mend {shown}"
    kept = (
        "its transaction was rolled back, so nothing of it was applied"
        if transaction
        else "it runs in transactions of its own: what it committed stays, and it will run again"
    )
    return MigrationError(
        _indented(lines),
        why=f"{kept}; every step before it stays applied",
        next=f"{mend}; then invoke migrate goes on from this step",
        data={
            "step": entry.name,
            "file": shown,
            "line": place.line if place else None,
            "column": place.column if place else None,
            "sqlstate": sqlstate,
            "message": message,
        },
    )


def _where_in(script: Script, place: Place | None) -> str:
    if place is not None:
        return str(place)
    lines = sorted(set(statement_lines(script)))
    if len(lines) == 1:
        return f"{script.shown}:{lines[0]}"
    # The server names no place for what goes wrong while a statement runs.
    listed = ", ".join(str(line) for line in lines[:_LINES_SHOWN])
    more = ", …" if len(lines) > _LINES_SHOWN else ""
    return f"{script.shown}: in one of its statements, which begin on lines {listed}{more}"


def _indented(lines: list[str]) -> str:
    first, *rest = lines
    inner = [f"  {line}" for text in rest for line in text.splitlines()]
    return "\n".join([first, *inner])
