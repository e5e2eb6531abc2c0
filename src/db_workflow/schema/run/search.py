"""Looking for the statement that fails: one is sent after the other, and nothing of it is kept."""

import re
from dataclasses import dataclass
from typing import Any

import asyncpg

from db_workflow.schema.run.copied_rows import send_part
from db_workflow.schema.script.script import Script

# What a rollback does not take back, as far as a text tells. It would happen once more for nothing.
# That a sequence moves on once more harms nobody; that it is set anew may.
_REACHES_OUT = re.compile(
    r"\bprogram\s+(E?'|\$)|\b(call|dblink\w*|lo_export|lo_import|pg_file_\w+|http_\w+"
    r"|pg_logical_emit_message|setval)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Found:
    """Where a file fails.

    Attributes:
        at: the place, in characters from 1; None if it was not found.
        at_end: whether all of its statements went through, and what they deferred did not.
        is_row: whether a row of a COPY stands there.

    """

    at: int | None = None
    at_end: bool = False
    is_row: bool = False


def may_be_repeated(script: Script) -> bool:
    """Tell whether a file that was undone as a whole may be sent once more, to be undone again."""
    return script.transaction and _REACHES_OUT.search(script.text) is None


async def search(
    connection: "asyncpg.Connection[Any]", script: Script, error: asyncpg.PostgresError
) -> Found:
    """Send a file's statements one by one until one fails as the whole did.

    Args:
        connection: in the transaction of the search, which is the caller's to undo.
        script: the file.
        error: how the whole failed.

    """
    rows = {part.start: part.data for part in script.parts}
    at = 0
    try:
        for statement in script.statements:
            at = statement.start + 1
            text = script.text[statement.start : statement.end]
            await send_part(connection, text, rows.get(statement.start))
    except asyncpg.PostgresError as again:
        return Found(at if again.sqlstate == error.sqlstate else None)
    # Then it is a constraint that is checked later; anything else did not happen again.
    return Found(at_end=(error.sqlstate or "").startswith("23"))
