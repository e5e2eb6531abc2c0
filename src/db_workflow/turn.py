"""A step's turn: one at a time, on a database that is ours, when its phase has come."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from db_workflow import marker
from db_workflow.connection import session
from db_workflow.console import Reporter, Silent
from db_workflow.databases import production_identity, refuse_production
from db_workflow.errors import DatabaseRefusedError, PhaseError
from db_workflow.lock import exclusive
from db_workflow.server import Server, open_server
from db_workflow.settings import Settings

if TYPE_CHECKING:
    import asyncpg


@contextlib.asynccontextmanager
async def turn(
    settings: Settings,
    *,
    step: str,
    phase: int = 0,
    baseline: bool = False,
    reporter: Reporter = Silent(),
) -> AsyncIterator[Server]:
    """Hold the lock while a step has its turn; refuse it when its turn has not come.

    Args:
        settings: the repository.
        step: whose turn it is.
        phase: the phase that must hold, with all before it.
        baseline: whether the test database must have come out of `reset`.
        reporter: told of another run that has to end first.

    """
    server = open_server(settings)
    async with (
        _asking_production(settings) as asking,
        exclusive(server, settings=settings, purpose=step) as lock,
    ):
        async with lock.asked() as connection:
            await asking
            await _refuse(connection, server, settings, step=step, baseline=baseline)
        if phase:
            from db_workflow import phases  # imported when asked: a command pays for what it uses

            await phases.require(server, settings=settings, phase=phase, step=step)
        yield server


@contextlib.asynccontextmanager
async def look(settings: Settings, *, step: str) -> AsyncIterator[Server]:
    """Look at a test database that came out of `reset`, beside whatever else is under way."""
    server = open_server(settings)
    async with session(server.address, purpose=step) as connection:
        await _refuse(connection, server, settings, step=step, baseline=True)
    yield server


@contextlib.asynccontextmanager
async def _asking_production(settings: Settings) -> AsyncIterator["asyncio.Future[Any]"]:
    """Ask which database production is while the lock's session is opened, and remember it."""
    production = settings.production_address
    asking = asyncio.ensure_future(
        production_identity(production) if production else asyncio.sleep(0)
    )
    try:
        yield asking
    finally:
        asking.cancel()


async def _refuse(
    connection: "asyncpg.Connection[Any]",
    server: Server,
    settings: Settings,
    *,
    step: str,
    baseline: bool,
) -> None:
    """Refuse a test database that is production, or that the workflow did not create as one."""
    name = settings.test_database
    await refuse_production(server, name, settings=settings)
    found = await marker.read(connection, name)
    if found is not None and found.role == "test" and found.project == settings.project:
        return
    there = "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)"
    if found is not None or await connection.fetchval(there, name):
        made_as = "by somebody else"
        if found is not None:
            made_as = f"as {found.role!r} of the project {found.project!r}"
        raise DatabaseRefusedError(
            f"{server.address.at(name)} is not a test database of the workflow:"
            f" it was created {made_as}.",
            why="the next step would replace its rows, and they may be the only copy",
            next="let TEST_DATABASE_URL name a database that does not exist yet;"
            " the workflow creates it",
        )
    if baseline:
        raise PhaseError(
            1,
            f"{step} is refused: the test database {name!r} does not exist.",
            why="the lists are applied to production's newest backup, never to an empty database",
            next="invoke phase1",
        )
