"""The steps that change production, each behind its guard: deploy, rollback, purge."""

import contextlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from db_workflow.address import Address
from db_workflow.console import Reporter, Silent
from db_workflow.errors import SettingsError
from db_workflow.lock import exclusive
from db_workflow.server import Server
from db_workflow.settings import Settings
from db_workflow.turn import turn

if TYPE_CHECKING:  # each step pays only for what it uses
    from db_workflow.release.deploy.outlook import Outlook
    from db_workflow.release.deploy.result import DeployResult
    from db_workflow.release.rollback.outlook import RollbackOutlook
    from db_workflow.release.rollback.purge import Purged
    from db_workflow.release.rollback.rollback import RollbackResult


async def deploy_outlook(settings: Settings, *, version: str) -> "Outlook":
    """Return what a deploy would meet, if its turn has come. Production is only read.

    Args:
        settings: the repository.
        version: the one to deploy.

    Raises:
        SettingsError: no production is named.
        PhaseError: nothing to deploy; or the checklist is not green for what is there now.
        DatabaseRefusedError: the account may not do what a deploy does.
        MigrationError: ledger and lists disagree; or somebody has changed the schema by hand.

    """
    return (await _judged(settings, version))[0]


async def deploy(
    settings: Settings, *, version: str, confirmed: str = "", reporter: Reporter = Silent()
) -> "DeployResult":
    """Bring production to a version.

    Args:
        settings: the repository.
        version: the one to deploy.
        confirmed: production's database name, as a person typed it.
        reporter: where progress goes.

    Raises:
        WorkflowError: as `deploy_outlook`; it was not confirmed; there is no proven way back; a
            step failed, or production is not as it should be after them.

    """
    from db_workflow.release.deploy.deploy import deploy as run
    from db_workflow.release.deploy.guard import require_confirmed
    from db_workflow.release.deploy.result import keep_report
    from db_workflow.schema.plan import load_plan

    production = _production(settings)
    async with _held(settings, production, step="deploy", reporter=reporter) as (server, _):
        found, digest = await _judged(settings, version)
        require_confirmed(
            production.database, confirmed, why="a deploy changes production's schema and rows"
        )
        result = await run(
            production,
            load_plan(settings),
            outlook=found,
            digest=digest,
            server=server,
            settings=settings,
            reporter=reporter,
        )
    reporter.say(f"  report: {settings.relative(keep_report(result, settings))}")
    return result


async def _judged(settings: Settings, version: str) -> "tuple[Outlook, str]":
    """Return what a deploy would meet, and the digest of what its checklist rests on."""
    from db_workflow.release.deploy.guard import require_green, require_work
    from db_workflow.release.deploy.outlook import look_ahead
    from db_workflow.release.evidence import standing
    from db_workflow.schema.plan import load_plan

    plan = load_plan(settings)
    found = await look_ahead(_production(settings), plan, version=version, settings=settings)
    require_work(found)
    checklist = require_green(found, await standing(settings, found.version))
    return found, checklist.digest


async def rollback_outlook(
    settings: Settings, *, reporter: Reporter = Silent()
) -> "RollbackOutlook":
    """Return what a rollback would take back, and what was written since. Nothing is changed.

    Args:
        settings: the repository.
        reporter: where progress goes.

    Raises:
        SettingsError: no production is named.
        PhaseError: production has had no deployment.
        BackupError: the backup from before it is not here, or is damaged.
        DatabaseRefusedError: the account may not do what a rollback does.

    """
    from db_workflow.release.rollback.outlook import look_back
    from db_workflow.server import open_server

    production = _production(settings)
    server = _server_of(production, open_server(settings))
    return await look_back(server, production, settings=settings, reporter=reporter)


async def rollback(
    settings: Settings,
    *,
    confirmed: str = "",
    end_sessions: bool = False,
    reporter: Reporter = Silent(),
) -> "RollbackResult":
    """Give production back what it was before its last deployment.

    Args:
        settings: the repository.
        confirmed: production's database name, as a person typed it.
        end_sessions: end the sessions that are in the way.
        reporter: where progress goes.

    Raises:
        WorkflowError: as `rollback_outlook`; it was not confirmed; somebody is connected; what
            was restored is not what was backed up.

    """
    from db_workflow.release.deploy.guard import require_confirmed
    from db_workflow.release.rollback.outlook import look_back
    from db_workflow.release.rollback.rollback import roll_back

    production = _production(settings)
    async with _held(settings, production, step="rollback", reporter=reporter) as (_, server):
        require_confirmed(
            production.database,
            confirmed,
            why="a rollback puts production's backup in its place",
        )
        found = await look_back(server, production, settings=settings, reporter=reporter)
        return await roll_back(
            server,
            production,
            outlook=found,
            ending=end_sessions,
            settings=settings,
            reporter=reporter,
        )


async def purge_outlook(settings: Settings) -> "Purged":
    """Return what rollbacks of production have kept aside.

    Raises:
        SettingsError: no production is named.
        PhaseError: nothing is kept aside.

    """
    from db_workflow.release.rollback.purge import kept_aside
    from db_workflow.server import open_server

    production = _production(settings)
    server = _server_of(production, open_server(settings))
    return await kept_aside(server, production, settings=settings)


async def purge(
    settings: Settings, *, confirmed: str = "", reporter: Reporter = Silent()
) -> "Purged":
    """Drop what rollbacks of production have kept aside.

    Args:
        settings: the repository.
        confirmed: production's database name, as a person typed it.
        reporter: where progress goes.

    Raises:
        PhaseError: nothing is kept aside.
        DatabaseRefusedError: it was not confirmed; or it is not what its marker says.

    """
    from db_workflow.release.deploy.guard import require_confirmed
    from db_workflow.release.rollback.purge import kept_aside
    from db_workflow.release.rollback.purge import purge as drop

    production = _production(settings)
    async with _held(settings, production, step="purge", reporter=reporter) as (_, server):
        found = await kept_aside(server, production, settings=settings)
        require_confirmed(
            production.database, confirmed, why="what was written there is nowhere else"
        )
        return await drop(server, found, settings=settings)


@contextlib.asynccontextmanager
async def _held(
    settings: Settings, production: Address, *, step: str, reporter: Reporter
) -> AsyncIterator[tuple[Server, Server]]:
    """Hold the project's lock and production's; yield the test server, and production's."""
    async with turn(settings, step=step, reporter=reporter) as server:
        there = _server_of(production, server)
        async with exclusive(
            there, settings=settings, purpose=step, name=production.database, reporter=reporter
        ):
            yield server, there


def _server_of(production: Address, server: Server) -> Server:
    """Return production's server, seen from a database that is not renamed."""
    beside = "template1" if production.database == "postgres" else "postgres"
    return Server(production.at(beside), server.binaries, embedded=False)


def _production(settings: Settings) -> Address:
    if settings.production_address is None:
        raise SettingsError(
            "No production is named.",
            why="PRODUCTION_DATABASE_URL is not set; the stand-in is nobody's to deploy to",
            next="set it to production's URL",
        )
    return settings.production_address
