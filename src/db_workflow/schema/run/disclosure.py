"""What a failure may show. Errors carry values of rows, and production's are nobody's to print."""

import os
import re
from typing import Any

import asyncpg

from db_workflow import marker
from db_workflow.errors import TRACEBACK

# Databases that the workflow created empty, or filled with invented people.
_INVENTED = {"stand-in", "scratch"}
_WITHHELD = f"detail withheld: it may show real rows; {TRACEBACK}=1 shows it"
# Greedy, because a value may hold quotes of its own.
_DOUBLE = re.compile(r'".*"', re.DOTALL)
_LAST = re.compile(r': ".*"\Z', re.DOTALL)
_SINGLE = re.compile(r"'.*'", re.DOTALL)
# Where a function or a COPY was: names and numbers, and no value.
_HARMLESS = re.compile(
    r"COPY \S+, line \d+|PL/pgSQL function \S+ line \d+ at [\w ]+"
    r"|SQL function \S+( statement \d+| during \w+)?"
)
_COPY = re.compile(r"(COPY \S+, line \d+)\b.*", re.DOTALL)
# Around SQL inside SQL: a statement's text, and where a function's own text has one.
_INNER = re.compile(r'^SQL statement "', re.MULTILINE)
_FRAME = re.compile(r"^PL/pgSQL function .* at ([\w ]+)$", re.MULTILINE)
_STATIC = {"SQL statement", "PERFORM", "assignment", "IF", "RETURN", "RAISE"}
_ARGUMENT = re.compile(r"(query argument \$\d+: ).*", re.DOTALL)


async def may_show_rows(connection: "asyncpg.Connection[Any]") -> bool:
    """Tell whether a failure in this database may show what its rows hold.

    The database's marker says whether they are invented; a dump cannot bring one along, as it
    brings what is recorded inside. Without a marker they are real. DB_WORKFLOW_TRACEBACK=1 is a
    person's word that whoever reads the output may read the rows.
    """
    if os.environ.get(TRACEBACK):
        return True
    try:
        name = await connection.fetchval("SELECT current_database()")
        mark = await marker.read(connection, name)
    except asyncpg.PostgresError:  # some providers let nobody read the server's identifier
        return False
    return mark is not None and (mark.role in _INVENTED or mark.facts.get("stand_in") is True)


def message_of(error: BaseException, *, rows_shown: bool) -> str:
    """Return what an error says.

    Unless rows may be shown, values that PostgreSQL or Python quote are left out, and so is what
    other libraries add below the first line (their statements with the parameters). What a step's
    own RAISE or exception says outside quotes is its author's word, and stays.
    """
    message = str(_field(error, "message") or str(error) or type(error).__name__)
    if rows_shown:
        return message
    if isinstance(error, asyncpg.PostgresError):
        # "Data exception": quotes hold a value. In other classes they hold a name, unless last.
        if not (error.sqlstate or "").startswith("22") and not _is_dynamic(error):
            return without_last_value(message)
        return _DOUBLE.sub('"…"', _ARGUMENT.sub(r"\1…", message))
    first_line = message.partition("\n")[0]
    return _SINGLE.sub("'…'", _DOUBLE.sub('"…"', _ARGUMENT.sub(r"\1…", first_line)))


def without_last_value(message: str) -> str:
    """Return a message without the quoted value that it ends with: `invalid …: "…"`."""
    return _LAST.sub(': "…"', message)


def particulars(error: BaseException, *, rows_shown: bool) -> list[str]:
    """Return the lines that a server adds to its message, or one that says they are withheld."""
    hint = [f"hint: {text}"] if (text := _field(error, "hint")) else []
    rest = [f"{name}: {text}" for name in ("detail", "context") if (text := _field(error, name))]
    if rest and not rows_shown:
        context = _COPY.sub(r"\1", _field(error, "context") or "").splitlines()
        rest = [f"context: {line}" for line in context if _HARMLESS.fullmatch(line)]
        if _field(error, "detail") or len(rest) < len(context):
            rest.append(_WITHHELD)
    return hint + rest


def _is_dynamic(error: asyncpg.PostgresError) -> bool:
    """Tell whether the SQL may have been put together from what rows hold: so are its names."""
    context = str(_field(error, "context") or "")
    innermost = _FRAME.search(context)
    # While it is parsed, the server tells of it apart from the statements around it.
    depth = len(_INNER.findall(context)) + bool(_field(error, "internal_query"))
    if depth == 0 and innermost is None:
        return False
    return depth > 1 or innermost is None or innermost[1] not in _STATIC


def _field(error: BaseException, name: str) -> Any:
    """Return a field of a server error; the driver sets only those that the server sent."""
    return getattr(error, name, None) if isinstance(error, asyncpg.PostgresError) else None
