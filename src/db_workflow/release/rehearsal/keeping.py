"""Rehearsals that are kept: one that follows from the same is not made again."""

from db_workflow.connection import session
from db_workflow.console import Reporter, Silent
from db_workflow.errors import WorkflowError
from db_workflow.release import kept
from db_workflow.release.rehearsal.inputs import rehearsal_digest
from db_workflow.release.rehearsal.rehearse import rehearse
from db_workflow.release.rehearsal.result import Rehearsal
from db_workflow.schema.backup.manifest import Backup
from db_workflow.schema.plan import Plan
from db_workflow.server import Server
from db_workflow.settings import Settings

_STEM = "rehearsal-v"


async def rehearsed(
    server: Server,
    backup: Backup,
    plan: Plan,
    *,
    version: str,
    settings: Settings,
    anew: bool = False,
    reporter: Reporter = Silent(),
) -> Rehearsal:
    """Return the kept rehearsal of just these lists on just this backup, or make it.

    Only one that found nothing wrong is kept. See `rehearse` for the other arguments and errors.

    Args:
        server: where the scratch database is made.
        backup: of production.
        plan: every version's list.
        version: the last version to apply.
        settings: the repository.
        anew: make it even if one is kept.
        reporter: where progress goes.

    """
    async with session(server.address, purpose="rehearsal", read_only=True) as connection:
        running = connection.get_settings().server_version
    digest = rehearsal_digest(plan.up_to(version), backup, settings=settings, server=running)
    path = kept.folder(settings) / f"{_STEM}{version}.json"
    found = kept_rehearsal(settings, version)
    if found is not None and found.digest == digest and not anew:
        reporter.say(f"  rehearsal: the kept one is of the same lists and {backup.name}")
        return found
    found = await rehearse(
        server, backup, plan, version=version, settings=settings, reporter=reporter
    )
    if found.ok:
        kept.write(path, found.to_json())
    return found


def kept_rehearsal(settings: Settings, version: str) -> Rehearsal | None:
    """Return the rehearsal that is kept for a version, whatever it follows from."""
    text = kept.read(kept.folder(settings) / f"{_STEM}{version}.json")
    if text is None:
        return None
    try:
        return Rehearsal.from_json(text)
    except WorkflowError:
        return None
