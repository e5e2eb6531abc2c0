"""The baseline: the test database as production was when its newest good backup was taken.

A backup is restored once, into a template; every reset after that is a clone of it, and imports
nothing that only a restore needs.
"""

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from db_workflow import marker
from db_workflow.address import Address
from db_workflow.connection import session
from db_workflow.console import Reporter, Silent
from db_workflow.databases import create_database, drop_database, refuse_production
from db_workflow.errors import BackupError, DatabaseRefusedError
from db_workflow.schema.backup.backups import newest_good_backup
from db_workflow.schema.backup.kept import Seen, drop_old_templates, facts_of
from db_workflow.schema.backup.manifest import Backup
from db_workflow.schema.backup.retention import prune_backups
from db_workflow.schema.backup.source import Source, backups_location, known_source, origin
from db_workflow.server import Server
from db_workflow.settings import Settings

if TYPE_CHECKING:
    import asyncpg


@dataclass(frozen=True, slots=True)
class ResetResult:
    """What a reset did.

    Attributes:
        backup: what the test database now holds.
        template: the database it is a clone of.
        restored: whether the backup had to be restored, or a template of it was there.
        seconds: how long it all took.
        origin: where the backup came from: a server, a file in a store, the stand-in.

    """

    backup: Backup
    template: str
    restored: bool
    seconds: float
    origin: str


async def reset(
    server: Server,
    *,
    settings: Settings,
    production: Address | None,
    stand_in: bool,
    download_recent: bool = False,
    reporter: Reporter = Silent(),
) -> ResetResult:
    """Replace the test database by the newest good backup of production.

    The caller holds `lock.exclusive`. Interrupted, it leaves the old test database, or none, or
    the new one; the next call repairs all three.

    Args:
        server: where the test database is, or will be.
        settings: the repository.
        production: where backups come from; None when there is nowhere, so that only one taken
            earlier can be used.
        stand_in: whether that is the stand-in. Its backups are never mixed with a real one's.
        download_recent: take or download a fresh backup even if there is a good one.
        reporter: where progress goes.

    Raises:
        DatabaseRefusedError: the test database is not ours, or is production; nothing was done.
        BackupError: no backup could be had, or it could not be restored.
        ServerError: a server cannot be reached.

    """
    started = time.perf_counter()
    source = await known_source(settings, production, stand_in=stand_in)
    # One session for all: each costs more than the questions that are asked in it.
    async with session(server.address, purpose="reset") as connection:
        test = settings.test_database
        await refuse_production(server, test, settings=settings, connection=connection)
        seen = await _look(connection, settings)
        backup, template, restored = await _template(
            server,
            seen,
            source,
            settings=settings,
            production=production,
            download_recent=download_recent,
            reporter=reporter,
        )
        await drop_database(server, test, settings=settings, connection=connection)
        await create_database(
            server,
            test,
            project=settings.project,
            role="test",
            template=template,
            facts=facts_of(backup),
            connection=connection,
        )
    await drop_old_templates(server, seen=seen, settings=settings, keep=template)
    prune_backups(
        settings.backups, source, keep=settings.backups_kept, used=backup, reporter=reporter
    )
    seconds = time.perf_counter() - started
    reporter.say(f"  {test} is {backup.name} of {origin(backup)} again ({seconds:.2f} s)")
    return ResetResult(backup, template, restored, seconds, origin(backup))


async def _template(
    server: Server,
    seen: Seen,
    source: Source,
    *,
    settings: Settings,
    production: Address | None,
    download_recent: bool,
    reporter: Reporter,
) -> tuple[Backup, str, bool]:
    """Return the backup to use, the template that holds it, and whether it had to be restored."""
    here = None if download_recent else await _newest(settings, source, reporter)
    backup = here or await _fresh(server, settings, source, production, reporter)
    template = seen.template_of(backup, settings=settings)
    if seen.is_complete(template):
        return backup, template, False
    if here is not None:
        # A seal was enough so far; what is restored is read again, every byte.
        here = await _newest(settings, source, reporter, thorough=True)
        backup = here or await _fresh(server, settings, source, production, reporter)
    from db_workflow.schema.backup.template import make_template  # most resets clone one

    template = await make_template(server, backup, seen=seen, settings=settings, reporter=reporter)
    return backup, template, True


async def _look(connection: "asyncpg.Connection[Any]", settings: Settings) -> Seen:
    """See what is on the server; refuse a test database that is not ours.

    Raises:
        DatabaseRefusedError: it is somebody else's, or was made for something else.

    """
    test = settings.test_database
    version = connection.get_settings().server_version
    seen = Seen(version, await marker.read_all(connection))
    found = seen.markers.get(test)
    if found is None and await connection.fetchval(
        "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", test
    ):
        found = await marker.require(connection, test)
    if found is not None and found.role != "test":
        raise DatabaseRefusedError(
            f"The database {test!r} was created as {found.role!r}, not as a test database.",
            why="a reset replaces it, and what it holds is of use elsewhere",
            next="let TEST_DATABASE_URL name another database",
        )
    return seen


async def _newest(
    settings: Settings, source: Source, reporter: Reporter, *, thorough: bool = False
) -> Backup | None:
    """Return the newest good backup that is here."""
    return await asyncio.to_thread(
        newest_good_backup, settings.backups, source, thorough=thorough, reporter=reporter
    )


async def _fresh(
    server: Server,
    settings: Settings,
    source: Source,
    production: Address | None,
    reporter: Reporter,
) -> Backup:
    """Bring a backup: from where others put them, if that is said, else from production itself."""
    location = backups_location(settings)
    if location is not None:
        from db_workflow.schema.backup.download import download_backup

        return await download_backup(
            location, source, server.binaries, settings.backups, reporter=reporter
        )
    if production is None:
        raise BackupError(
            "There is no production to back up, and no good backup of it.",
            why="the test database starts from production's schema and rows",
            next="invoke sample-production"
            if settings.sample_production
            else "set PRODUCTION_DATABASE_URL or PRODUCTION_BACKUPS_URL",
        )
    from db_workflow.schema.backup.taking import take_backup

    return await take_backup(
        production,
        server.binaries,
        settings.backups,
        facts=source.facts,
        jobs=settings.jobs,
        reporter=reporter,
    )
