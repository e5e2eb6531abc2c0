"""An empty database for a fresh run of the lists: made, used, dropped, whatever happens."""

import hashlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from db_workflow.address import Address
from db_workflow.connection import session
from db_workflow.databases import create_database, derived_name, drop_database, list_marked
from db_workflow.server import Server
from db_workflow.settings import Settings

if TYPE_CHECKING:
    import asyncpg

ROLE = "scratch"
# In the name, so that phase 2's scratch databases and these never clean up after each other.
_WHAT = "fresh"


@asynccontextmanager
async def empty_database(server: Server, *, settings: Settings) -> AsyncIterator[Address]:
    """Create an empty database for the length of a block.

    A run that is killed leaves its database behind; the next one drops it. A lock that is held
    as long as the database is in use, and ends with its holder, tells the two apart.
    """
    name = derived_name(settings.test_database, _WHAT, secrets.token_hex(4))
    async with session(server.address, purpose="fresh run") as holder:
        await holder.execute("SELECT pg_advisory_lock($1)", _key(name))
        await _drop_left_over(holder, server, settings)
        try:
            await create_database(server, name, project=settings.project, role=ROLE)
            yield server.address.at(name)
        finally:
            await drop_database(server, name, settings=settings)


async def _drop_left_over(
    holder: "asyncpg.Connection[Any]", server: Server, settings: Settings
) -> None:
    stem = derived_name(settings.test_database, _WHAT)
    for name, marker in (await list_marked(server, project=settings.project)).items():
        if marker.role != ROLE or not name.startswith(stem):
            continue
        if await holder.fetchval("SELECT pg_try_advisory_lock($1)", _key(name)):
            try:
                await drop_database(server, name, settings=settings)
            finally:
                await holder.execute("SELECT pg_advisory_unlock($1)", _key(name))


def _key(name: str) -> int:
    digest = hashlib.sha256(f"db_workflow fresh {name}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
