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
# A process's number is used again; together with its beginning, to the microsecond, it is not.
_STARTED = "(extract(epoch FROM backend_start) * 1000000)::bigint::text"
_SELF = f"""
SELECT pid, {_STARTED} AS started, application_name AS name
FROM pg_catalog.pg_stat_activity WHERE pid = pg_backend_pid()"""  # noqa: S608 - a constant
# Of another account's session an ordinary one sees the name, but not the beginning. A step may have
# changed the name: it says nothing where the beginning is seen.
_FIND = f"""
SELECT backend_start IS NOT NULL FROM pg_catalog.pg_stat_activity
WHERE pid = $1 AND datname = current_database() AND pid <> pg_backend_pid()
    AND CASE WHEN backend_start IS NULL THEN application_name = $3 ELSE {_STARTED} = $2 END"""  # noqa: S608 - a constant


async def this_session(connection: "asyncpg.Connection[Any]") -> Mapping[str, Any]:
    """Return by what a later run knows this session: `pid`, `started` and `name`."""
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
    if session is None or (proven := await _find(connection, session)) is None:
        return
    pid = session["pid"]
    # What only bears the name may be a stranger's.
    ended = proven and await _terminate(connection, pid, step=step, reporter=reporter)
    deadline = time.monotonic() + _WAIT_SECONDS
    while await _find(connection, session) is not None:
        if not ended or time.monotonic() > deadline:
            raise MigrationError(
                f"An interrupted run's session (pid {pid}) still works on {step}.",
                why="what it will leave behind cannot be known before it has ended",
                next=f"let its owner end it: SELECT pg_terminate_backend({pid});"
                " then invoke migrate",
                data={"step": step, "pid": pid},
            )
        await asyncio.sleep(_POLL_SECONDS)


async def _find(connection: "asyncpg.Connection[Any]", session: Mapping[str, Any]) -> bool | None:
    """Return whether it is proven that this is the session that lives; None if there is none."""
    known = (session["pid"], session["started"], session.get("name"))
    found: bool | None = await connection.fetchval(_FIND, *known)
    return found


async def _terminate(
    connection: "asyncpg.Connection[Any]", pid: int, *, step: str, reporter: Reporter
) -> bool:
    import asyncpg

    reporter.say(f"  {step}  ends the session (pid {pid}) that an interrupted run left at work")
    try:
        return bool(await connection.fetchval("SELECT pg_terminate_backend($1)", pid))
    except asyncpg.InsufficientPrivilegeError:
        return False
