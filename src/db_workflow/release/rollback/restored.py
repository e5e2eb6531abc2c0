"""The backup as a database beside production: restored whole, compared, not yet named."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from db_workflow import marker
from db_workflow.address import Address
from db_workflow.connection import identity, quoted, session
from db_workflow.console import Reporter, Silent
from db_workflow.errors import BackupError, DatabaseRefusedError
from db_workflow.release.deploy.backup import ProvenBackup
from db_workflow.release.deploy.comparison import copy_faults, told
from db_workflow.release.deploy.contents import read_contents
from db_workflow.release.rollback.names import is_ours, new_name
from db_workflow.release.rollback.properties import Properties, carrying_over, creation
from db_workflow.release.ticking import ticking
from db_workflow.schema.backup.dump import restore
from db_workflow.server import Server
from db_workflow.settings import Settings

# Of real rows: see `schema.run.disclosure`.
ROLE = "restored"


async def restored_database(
    server: Server,
    production: str,
    proven: ProvenBackup,
    *,
    like: Properties,
    settings: Settings,
    reporter: Reporter = Silent(),
) -> str:
    """Restore a backup into a new database on production's server; return its name.

    Whole and proven equal, or not there. One that an earlier rollback has restored of the same
    backup, and could not swap, is compared again and used. The caller holds production's lock.

    Args:
        server: production's.
        production: its name.
        proven: the backup, and what it holds.
        like: production's properties; the new database is created alike.
        settings: the repository.
        reporter: where progress goes.

    Raises:
        BackupError: the restore failed, or what came is not what was written down.
        DatabaseRefusedError: the account may not give it what production has.

    """
    async with session(server.address, purpose="rollback") as connection:
        left = await _left_over(connection, production, proven)
        if left is not None and await _still_whole(server, left, proven, reporter):
            return left
        name = new_name(production, (await identity(connection)).system)
        async with _dropped_unless_whole(server, name):
            await _create(connection, name, like, proven, settings)
            reporter.say(f"  restoring {proven.backup.name} into {name}")
            address = server.address.at(name)
            async with ticking("restore, seconds", reporter):
                await restore(
                    proven.backup.path, address, server.binaries, jobs=settings.jobs, whole=True
                )
            await _prove(address, proven, reporter)
            await _mark(connection, name, proven, settings, whole=True)
    return name


async def _still_whole(server: Server, name: str, proven: ProvenBackup, reporter: Reporter) -> bool:
    """Compare what an earlier rollback has restored; what is not whole any more is dropped."""
    reporter.say(f"  {name} was restored before; comparing it again")
    try:
        async with _dropped_unless_whole(server, name):
            await _prove(server.address.at(name), proven, reporter)
    except BackupError:
        return False
    return True


async def drop_restored(server: Server, name: str) -> None:
    """Drop a database that `new_name` has named, whoever is in it."""
    async with session(server.address, purpose="clean up") as connection:
        await connection.execute(f"DROP DATABASE IF EXISTS {quoted(name)} WITH (FORCE)")


@asynccontextmanager
async def _dropped_unless_whole(server: Server, name: str) -> AsyncIterator[None]:
    try:
        yield
    except BaseException:
        await asyncio.shield(drop_restored(server, name))
        raise


async def _left_over(
    connection: "asyncpg.Connection[Any]", production: str, proven: ProvenBackup
) -> str | None:
    """Return what an earlier rollback has restored whole of this backup; drop all other rests."""
    system = (await identity(connection)).system
    marks = await marker.read_all(connection)
    found = None
    for (name,) in await connection.fetch("SELECT datname FROM pg_database ORDER BY 1"):
        if not is_ours(name, production, system):
            continue
        facts = marks[name].facts if name in marks else {}
        if found is None and facts.get("whole") and facts["backup"] == proven.backup.sha256:
            found = name
        else:
            await connection.execute(f"DROP DATABASE IF EXISTS {quoted(name)} WITH (FORCE)")
    return found


async def _create(
    connection: "asyncpg.Connection[Any]",
    name: str,
    like: Properties,
    proven: ProvenBackup,
    settings: Settings,
) -> None:
    """Create it empty, and try whether it may be given what production has."""
    try:
        await connection.execute(await creation(connection, name, like))
        await _mark(connection, name, proven, settings, whole=False)
        trial = connection.transaction()
        await trial.start()
        try:
            for statement in await carrying_over(connection, name, like):
                await connection.execute(statement)
        finally:
            await trial.rollback()
    except asyncpg.PostgresError as error:
        raise DatabaseRefusedError(
            f"A database like production cannot be made: {error}",
            why="owner, rights and settings have to be the same; production is as it was",
            next="let PRODUCTION_DATABASE_URL name an account that may create it so",
        ) from error


async def _mark(
    connection: "asyncpg.Connection[Any]",
    name: str,
    proven: ProvenBackup,
    settings: Settings,
    *,
    whole: bool,
) -> None:
    facts = {"backup": proven.backup.sha256, "whole": whole}
    await marker.write(connection, name, role=ROLE, project=settings.project, facts=facts)


async def _prove(address: Address, proven: ProvenBackup, reporter: Reporter) -> None:
    """Compare a restored database with what was written down of the backup, and make it ready.

    Raises:
        BackupError: they differ.

    """
    async with session(address, purpose="rollback") as connection:
        await connection.execute("ANALYZE")
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            found = await read_contents(connection, reporter=reporter)
        faults = copy_faults(proven.contents, found, same_server=True)
        if faults:
            raise BackupError(
                f"What was restored is not what was backed up: {told(faults)}.",
                why="production is replaced only by what it was; it is as it was, and the restored"
                " database is gone again",
                next="the same command again; if it says the same, ask who has changed roles or"
                " extensions on the server since the backup",
                data={"faults": list(faults)},
            )
