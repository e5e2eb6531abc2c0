"""Two databases change names in one transaction: both renames, or none."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import asyncpg

from db_workflow import marker
from db_workflow.connection import quoted, session
from db_workflow.errors import DatabaseRefusedError, ServerError
from db_workflow.release.deploy.sessions import end_sessions, others
from db_workflow.release.rollback.properties import Properties, carrying_over, read_properties
from db_workflow.server import Server

ASIDE = "set aside"
# PostgreSQL itself waits five seconds for sessions to go; new ones wait for the rename.
_POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Swap:
    """Who takes whose name.

    Attributes:
        production: the name that both want.
        restored: the new database's name until then.
        aside: the old one's from then on.
        project: whose.
        facts: what the old one's marker is to say.

    """

    production: str
    restored: str
    aside: str
    project: str
    facts: Mapping[str, Any]


async def swap(server: Server, names: Swap, *, like: Properties, ending: bool) -> None:
    """Give the restored database production's name, and all that production has outside itself.

    From the first rename on, whoever wants to connect waits for the end of the transaction, and
    then reaches the restored database. Killed at any moment, nothing has happened, or all of it.

    Args:
        server: production's.
        names: who takes whose name.
        like: production's properties, as they were before anything began.
        ending: end the sessions that are in the way.

    Raises:
        DatabaseRefusedError: somebody is connected; or production's properties have changed.
        ServerError: the server refused.

    """
    async with session(server.address, purpose="rollback") as connection:
        try:
            async with connection.transaction():
                await connection.execute("SET LOCAL lock_timeout = '10s'")
                await _rename(connection, server, names.production, names.aside, ending=ending)
                await _rename(connection, server, names.restored, names.production, ending=ending)
                for statement in await carrying_over(connection, names.production, like):
                    await connection.execute(statement)
                await _require_alike(connection, names, like)
                # Last: it takes the place of the comment that production had.
                await marker.write(
                    connection, names.aside, role=ASIDE, project=names.project, facts=names.facts
                )
        except asyncpg.ObjectInUseError as error:
            async with session(server.address, purpose="look") as looking:
                there = await others(looking, names.production)
            raise DatabaseRefusedError(
                f"Somebody is connected to production: {there}.",
                why="PostgreSQL renames only a database that nobody is connected to; nothing has"
                " changed, and the restored database is kept for the next attempt",
                next="stop what uses it, or end its sessions: invoke rollback --end-sessions",
            ) from error
        except asyncpg.PostgresError as error:
            raise ServerError(
                f"The server refused to swap the names: {error}",
                why="nothing has changed: both names change together, or neither",
                next="mend what it says, then invoke rollback again",
            ) from error


async def _rename(
    connection: "asyncpg.Connection[Any]", server: Server, old: str, new: str, *, ending: bool
) -> None:
    renaming = asyncio.ensure_future(
        connection.execute(f"ALTER DATABASE {quoted(old)} RENAME TO {quoted(new)}")
    )
    try:
        if ending:
            await _end_meanwhile(server, old, renaming)
        await renaming
    finally:
        if not renaming.done():
            renaming.cancel()
            await asyncio.wait({renaming})


async def _end_meanwhile(server: Server, name: str, renaming: "asyncio.Future[Any]") -> None:
    """End sessions for as long as the rename waits for them; no new one gets in meanwhile."""
    async with session(server.address, purpose="rollback") as connection:
        oid = await connection.fetchval("SELECT oid FROM pg_database WHERE datname = $1", name)
        while oid is not None and not renaming.done():
            await end_sessions(connection, oid)
            await asyncio.wait({renaming}, timeout=_POLL_SECONDS)


async def _require_alike(
    connection: "asyncpg.Connection[Any]", names: Swap, like: Properties
) -> None:
    """Prove, before anybody can see it, that the new database has what the old one had.

    Raises:
        DatabaseRefusedError: it has not; or another database has taken production's name.

    """
    old = await read_properties(connection, names.aside)
    new = await read_properties(connection, names.production)
    if old is not None and new is not None and old == like and new.like(like):
        return
    raise DatabaseRefusedError(
        "Owner, rights or settings of production are not what they were a moment ago.",
        why="somebody changes them meanwhile, or they cannot be carried over; nothing has changed",
        next="invoke rollback again; if it says the same, see \\l+ and \\drds in psql",
    )
