"""All phases at once: where one is, and the least that makes them all hold."""

from db_workflow import phases
from db_workflow.console import Reporter, Silent
from db_workflow.server import open_server
from db_workflow.settings import Settings
from db_workflow.steps.schema import needs_stand_in, phase1, sample_production
from db_workflow.steps.testdata import seed


async def provision(settings: Settings, *, reporter: Reporter = Silent()) -> phases.Status:
    """Make a seeded database for tests with the least work, from committed files only.

    Raises:
        PhaseError: the models do not agree with the lists, or committed files are stale; both
            are a person's to mend.

    """
    status = await phases.judge(open_server(settings), settings=settings)
    missing = status.first_missing
    if missing is None:
        return status
    if missing.number == 1:
        if await needs_stand_in(settings):
            await sample_production(settings, reporter=reporter)
        await phase1(settings, reporter=reporter)
    await seed(settings, reporter=reporter)
    return await phases.judge(open_server(settings), settings=settings)


async def status(settings: Settings) -> phases.Status:
    """Judge every phase now."""
    server = open_server(settings)
    return await phases.judge(server, settings=settings)
