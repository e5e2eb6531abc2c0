"""Whom pg_dump waits for, seen from a session beside it: it says nothing itself while it waits."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from db_workflow.address import Address
from db_workflow.connection import DRIVER_ERRORS, application_name, session
from db_workflow.console import Reporter
from db_workflow.errors import ServerError

if TYPE_CHECKING:
    import asyncpg

# What the programs' sessions are called.
PURPOSE = "backup"
# A dump that is done before the first look costs no session.
_LOOK_SECONDS = 1.0
_TELL_AGAIN_SECONDS = 10.0
_BLOCKERS = """
SELECT l.mode, format('%I.%I', n.nspname, c.relname) AS relation, a.pid,
    a.application_name AS name, a.usename AS account, a.state,
    extract(epoch FROM clock_timestamp() - a.xact_start)::double precision AS seconds
FROM pg_catalog.pg_stat_activity d
CROSS JOIN unnest(pg_catalog.pg_blocking_pids(d.pid)) AS blocking (pid)
JOIN pg_catalog.pg_stat_activity a ON a.pid = blocking.pid
LEFT JOIN pg_catalog.pg_locks l ON l.pid = d.pid AND NOT l.granted
LEFT JOIN pg_catalog.pg_class c ON c.oid = l.relation
LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE d.datname = pg_catalog.current_database() AND d.application_name = $1
ORDER BY a.pid"""


@dataclass(slots=True)
class Queue:
    """What pg_dump waits for.

    Attributes:
        last: the lock it last waited for, and who held it; empty if it was never seen to wait.

    """

    last: str = ""


@contextlib.asynccontextmanager
async def watching(address: Address, *, reporter: Reporter) -> AsyncIterator[Queue]:
    """Look, for the length of a block, whom the pg_dump that this process runs waits for."""
    queue = Queue()
    task = asyncio.ensure_future(_watch(queue, address, reporter))
    try:
        yield queue
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _watch(queue: Queue, address: Address, reporter: Reporter) -> None:
    await asyncio.sleep(_LOOK_SECONDS)
    told = -_TELL_AGAIN_SECONDS
    # Not being able to look only means that nobody is named: pg_dump itself says what is wrong.
    with contextlib.suppress(ServerError, *DRIVER_ERRORS):
        async with session(address, purpose="look", read_only=True) as connection:
            while True:
                blocked = await _blocked(connection)
                queue.last = blocked or queue.last
                if blocked and time.monotonic() - told >= _TELL_AGAIN_SECONDS:
                    told = time.monotonic()
                    reporter.say(f"  pg_dump waits for {blocked}")
                await asyncio.sleep(_LOOK_SECONDS)


async def _blocked(connection: "asyncpg.Connection[Any]") -> str:
    rows = await connection.fetch(_BLOCKERS, application_name(PURPOSE))
    if not rows:
        return ""
    holders = [
        # What an account may not see of another's session is null.
        f"{row['name'] or 'a session'} (pid {row['pid']}, {row['account']}"
        + (f", {row['state']}" if row["state"] else "")
        + (f" for {row['seconds']:.0f} s)" if row["seconds"] is not None else ")")
        for row in rows
    ]
    mode, relation = rows[0]["mode"] or "a lock", rows[0]["relation"]
    what = f"{mode} on {relation}" if relation and relation != "." else mode
    return f"{what}; blocked by {', '.join(holders)}"
