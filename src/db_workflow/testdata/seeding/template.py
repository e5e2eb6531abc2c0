"""The seeded state as a template database: what test workers are cloned from."""

import asyncio
import hashlib
import json
import time
from typing import Any

import asyncpg

from db_workflow.connection import session
from db_workflow.databases import (
    close_template,
    create_database,
    derived_name,
    drop_database,
    list_marked,
    read_marker,
)
from db_workflow.errors import DatabaseRefusedError, PhaseError, ServerError
from db_workflow.server import Server
from db_workflow.settings import Settings
from db_workflow.state import recall

# The key of `state` under which seeding records what the tables hold.
SEEDED = "seeded"
_POLL_SECONDS = 0.1


async def keep_template(server: Server, *, settings: Settings) -> str:
    """Clone the seeded test database into a closed template; drop the older ones.

    Returns:
        The template's name: the same contents have the same one, and are not cloned again.

    Raises:
        PhaseError: the test database is not seeded.
        ServerError: somebody stayed connected to the test database.

    """
    name = _name(settings, await _recorded(server, settings))
    if await read_marker(server, name) is None:
        await _clone(server, name, settings)
    await close_template(server, name)
    for other, mark in (await list_marked(server, project=settings.project)).items():
        if mark.role == "template" and other != name and other.startswith(_prefix(settings)):
            await drop_database(server, other, settings=settings)
    return name


async def seeded_template(server: Server, *, settings: Settings) -> str:
    """Return the template of the contents that the test database has, made now if need be.

    Raises as `keep_template` does.
    """
    name = _name(settings, await _recorded(server, settings))
    if await read_marker(server, name) is None:
        return await keep_template(server, settings=settings)
    return name


async def _recorded(server: Server, settings: Settings) -> Any:
    address = server.address.at(settings.test_database)
    async with session(address, purpose="look", read_only=True) as connection:
        recorded = await recall(connection, SEEDED)
    if recorded is None:
        raise PhaseError(
            3,
            f"The test database {settings.test_database!r} is not seeded.",
            why="tests are to run on seeded rows",
            next="invoke seed",
        )
    return recorded


def _prefix(settings: Settings) -> str:
    return derived_name(settings.test_database, "seeded")


def _name(settings: Settings, recorded: Any) -> str:
    text = json.dumps(recorded, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return derived_name(settings.test_database, "seeded", digest)


async def _clone(server: Server, name: str, settings: Settings) -> None:
    """Clone the test database as soon as nobody is connected to it."""
    deadline = time.monotonic() + settings.lock_wait_seconds
    while True:
        try:
            await create_database(
                server,
                name,
                project=settings.project,
                role="template",
                template=settings.test_database,
                facts={"of": settings.test_database, "what": "seeded"},
            )
        except DatabaseRefusedError:
            return  # another process was faster
        except ServerError as error:
            in_use = isinstance(error.__cause__, asyncpg.ObjectInUseError)
            if not in_use or time.monotonic() > deadline:
                raise
            await asyncio.sleep(_POLL_SECONDS)
        else:
            return
