"""A release behind its guards: looked at from every side before production is touched."""

from typing import TYPE_CHECKING

from db_workflow.console import Reporter, Silent
from db_workflow.errors import SettingsError, WorkflowError
from db_workflow.server import open_server
from db_workflow.settings import Settings

if TYPE_CHECKING:  # each step pays only for what it uses
    from db_workflow.release.boundary import Boundary
    from db_workflow.release.checklist import Checked
    from db_workflow.release.integrity import Integrity
    from db_workflow.release.rehearsal import Rehearsal


async def release_checklist(
    settings: Settings, *, version: str, base: str = "", reporter: Reporter = Silent()
) -> "Checked":
    """Run every check for a version. Production is only read. See `release.checklist.check`."""
    from db_workflow.release.checklist import check

    return await check(settings, version=version, base=base, reporter=reporter)


async def integrity(
    settings: Settings, *, production: bool = False, reporter: Reporter = Silent()
) -> "Integrity":
    """Look at what a database promises about its rows. Nothing is written to it.

    Args:
        settings: the repository.
        production: look at production, and not at the test database.
        reporter: where progress goes.

    Raises:
        SettingsError: no production is named.
        ServerError: the database cannot be reached.

    """
    from db_workflow.release.integrity import look_at

    address = settings.production_address
    if not production:
        address = open_server(settings).address.at(settings.test_database)
    elif address is None:
        raise SettingsError(
            "No production is named.",
            why="PRODUCTION_DATABASE_URL is not set",
            next="set it, or leave --production out",
        )
    return await look_at(address, settings=settings, reporter=reporter)


async def rehearse(
    settings: Settings, *, version: str, reporter: Reporter = Silent()
) -> "Rehearsal":
    """Migrate a restore of production's newest backup, whether or not one is kept.

    Raises:
        MigrationError: there is no such version, or the lists are wrong.
        BackupError: there is no good backup, or it cannot be restored.

    """
    from db_workflow.errors import BackupError
    from db_workflow.release.production import find_production
    from db_workflow.release.rehearsal import rehearsed
    from db_workflow.schema.plan import load_plan

    plan = load_plan(settings)
    version = plan.version(version)
    server = open_server(settings)
    production = await find_production(server, settings)
    backup = production.newest_backup(settings)
    if backup is None:
        raise BackupError(
            f"There is no good backup of {production.source} to rehearse on.",
            why="a rehearsal migrates what production really holds",
            next="invoke reset --download-recent",
        )
    return await rehearsed(
        server, backup, plan, version=version, settings=settings, reporter=reporter, anew=True
    )


async def boundary(settings: Settings, *, base: str) -> "Boundary":
    """Tell which changes since a revision are outside the database layer's paths.

    Raises:
        WorkflowError: git does not know the revision.

    """
    from db_workflow.release.boundary import look_at_boundary

    if not (base or settings.boundary_base):
        raise WorkflowError(
            "No revision to compare with.",
            why="what has changed is told beside where the change began",
            next="invoke boundary --base main, or set `boundary_base` in [tool.db_workflow]",
        )
    return look_at_boundary(settings, base=base or settings.boundary_base)
