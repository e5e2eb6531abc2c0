"""A step's turn: one at a time, on a database that is ours, when its phase has come."""

import contextlib
from collections.abc import AsyncIterator

from db_workflow import phases
from db_workflow.databases import exists, read_marker, refuse_production
from db_workflow.errors import DatabaseRefusedError
from db_workflow.lock import exclusive
from db_workflow.server import Server, open_server
from db_workflow.settings import Settings


@contextlib.asynccontextmanager
async def turn(settings: Settings, *, step: str, phase: int = 0) -> AsyncIterator[Server]:
    """Hold the lock while a step has its turn; refuse it when its turn has not come."""
    server = open_server(settings)
    await refuse_foreign(server, settings)
    async with exclusive(server, settings=settings, purpose=step):
        if phase:
            await phases.require(server, settings=settings, phase=phase, step=step)
        yield server


async def refuse_foreign(server: Server, settings: Settings) -> None:
    """Refuse a test database that is production, or that the workflow did not create as one."""
    name = settings.test_database
    await refuse_production(server, name, settings=settings)
    marker = await read_marker(server, name)
    if (marker is None or marker.role != "test") and await exists(server, name):
        made_as = f"as {marker.role!r}" if marker else "by somebody else"
        raise DatabaseRefusedError(
            f"{server.address.at(name)} is not a test database of the workflow:"
            f" it was created {made_as}.",
            why="the next step would replace its rows, and they may be the only copy",
            next="let TEST_DATABASE_URL name a database that does not exist yet;"
            " the workflow creates it",
        )
