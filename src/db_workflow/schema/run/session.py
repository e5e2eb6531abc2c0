"""The session that works on a step, and the one that an interrupted run may have left behind."""

import asyncio
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from db_workflow.console import Reporter
from db_workflow.errors import MigrationError

if TYPE_CHECKING:
    import asyncpg

_WAIT_SECONDS = 10.0
_POLL_SECONDS = 0.05
# Started is compared as text: to the microsecond, whatever the session's formats are.
_SELF = """
SELECT pid, extract(epoch FROM backend_start)::text AS started
FROM pg_catalog.pg_stat_activity WHERE pid = pg_backend_pid()"""
_ALIVE = """
SELECT EXISTS (SELECT FROM pg_catalog.pg_stat_activity WHERE pid = $1
    AND datname = current_database() AND pid <> pg_backend_pid()
    AND coalesce(extract(epoch FROM backend_start)::text = $2, true))"""


async def this_session(connection: "asyncpg.Connection[Any]") -> Mapping[str, Any]:
    """Return by what a later run knows this session: `pid` and `started`."""
    row = await connection.fetchrow(_SELF)
    assert row is not None  # noqa: S101 - a session always sees itself
    return dict(row)


async def end_session(
    connection: "asyncpg.Connection[Any]",
    session: Mapping[str, Any] | None,
    *,
    step: str,
    reporter: Reporter,
) -> None:
    """End the session of an interrupted run, if the server still works for it.

    A server notices only at the end of a statement that nobody waits for its answer. Whoever calls
    this holds the migration lock, so the other run has lost it.

    Raises:
        MigrationError: it is still there after some seconds, or belongs to another account.

    """
    if session is None or not await _is_alive(connection, session):
        return
    pid = session["pid"]
    reporter.say(f"  {step}  ends the session (pid {pid}) that an interrupted run left at work")
    ended = await _terminate(connection, pid)
    deadline = time.monotonic() + _WAIT_SECONDS
    while await _is_alive(connection, session):
        if not ended or time.monotonic() > deadline:
            raise MigrationError(
                f"An interrupted run's session (pid {pid}) still works on {step}.",
                why="what it will leave behind cannot be known before it has ended",
                next=f"let its owner end it: SELECT pg_terminate_backend({pid});"
                " then invoke migrate",
                data={"step": step, "pid": pid},
            )
        await asyncio.sleep(_POLL_SECONDS)


async def _is_alive(connection: "asyncpg.Connection[Any]", session: Mapping[str, Any]) -> bool:
    return bool(await connection.fetchval(_ALIVE, session["pid"], session["started"]))


async def _terminate(connection: "asyncpg.Connection[Any]", pid: int) -> bool:
    import asyncpg

    try:
        return bool(await connection.fetchval("SELECT pg_terminate_backend($1)", pid))
    except asyncpg.InsufficientPrivilegeError:
        return False
