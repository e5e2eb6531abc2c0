"""A scratch database: made, used, dropped, whatever happens in between."""

import hashlib
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from db_workflow import marker
from db_workflow.address import Address
from db_workflow.connection import DRIVER_ERRORS, session
from db_workflow.databases import create_database, derived_name, drop_database
from db_workflow.server import Server
from db_workflow.settings import Settings

ROLE = "scratch"


@asynccontextmanager
async def scratch_database(
    server: Server,
    *,
    settings: Settings,
    what: str = ROLE,
    role: str = ROLE,
    facts: Mapping[str, Any] | None = None,
) -> AsyncIterator[Address]:
    """Create an empty database for the length of a block.

    A run that is killed leaves its database behind; the next one drops it. A lock that is held
    as long as the database is in use, and ends with its holder, tells the two apart.

    Args:
        server: where.
        settings: the repository.
        what: it is for; becomes a part of its name, and left-overs of that name are dropped.
        role: its marker's. "scratch" says that its rows are invented, so that an error may show
            them: what is to hold production's rows needs another one.
        facts: JSON values to keep in its marker.

    """
    stem = derived_name(settings.test_database, what)
    name = derived_name(settings.test_database, what, secrets.token_hex(4))
    async with session(server.address, purpose="scratch") as holder:
        await holder.execute("SELECT pg_advisory_lock($1)", _key(name))
        await _drop_left_over(holder, server, settings, stem, role)
        try:
            await create_database(
                server, name, project=settings.project, role=role, facts=facts, connection=holder
            )
            yield server.address.at(name)
        finally:
            await _drop(holder, server, name, settings)


async def _drop(
    holder: "asyncpg.Connection[Any]", server: Server, name: str, settings: Settings
) -> None:
    try:
        await drop_database(server, name, settings=settings, connection=holder)
    except DRIVER_ERRORS:  # the session has died, or is still busy with what was interrupted
        await drop_database(server, name, settings=settings)


async def _drop_left_over(
    holder: "asyncpg.Connection[Any]", server: Server, settings: Settings, stem: str, role: str
) -> None:
    for name, mark in (await marker.read_all(holder)).items():
        mine = (mark.project, mark.role) == (settings.project, role)
        if not mine or not name.startswith(stem):
            continue
        if await holder.fetchval("SELECT pg_try_advisory_lock($1)", _key(name)):
            try:
                await _drop(holder, server, name, settings)
            finally:
                await holder.execute("SELECT pg_advisory_unlock($1)", _key(name))


def _key(name: str) -> int:
    digest = hashlib.sha256(f"db_workflow scratch {name}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
