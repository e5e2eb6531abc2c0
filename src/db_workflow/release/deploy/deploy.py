"""Bring production to a version: backup proven, steps run, the outcome judged and written down."""

import asyncio
import contextlib
import time

from db_workflow.address import Address
from db_workflow.connection import DRIVER_ERRORS, session
from db_workflow.console import Reporter, Silent
from db_workflow.errors import BackupError, MigrationError, WorkflowError
from db_workflow.release.deploy import record
from db_workflow.release.deploy.backup import ProvenBackup, take_proven_backup
from db_workflow.release.deploy.contents import Rows, rows_beside_the_books
from db_workflow.release.deploy.kept import kept_backup
from db_workflow.release.deploy.outlook import Outlook
from db_workflow.release.deploy.result import DeployResult
from db_workflow.release.deploy.stopped import stopped
from db_workflow.release.integrity import look_at
from db_workflow.schema.judge.verify import verify
from db_workflow.schema.plan import Plan
from db_workflow.schema.run.runner import migrate
from db_workflow.server import Server
from db_workflow.settings import Settings
from db_workflow.state import HOME


async def deploy(
    production: Address,
    plan: Plan,
    *,
    outlook: Outlook,
    digest: str,
    server: Server,
    settings: Settings,
    reporter: Reporter = Silent(),
) -> DeployResult:
    """Deploy. Whoever calls has asked the guard, and a person.

    Killed at any moment it leaves production with whole steps only and a record of which backup
    leads back; the next call goes on from there.

    Args:
        production: the only database that is written.
        plan: every version's list, whole, as `load_plan` returns it.
        outlook: what the guard has judged.
        digest: of what the release rests on.
        server: where the backup is tried and the lists are run afresh.
        settings: the repository.
        reporter: where progress goes.

    Raises:
        BackupError: there is no proven way back. Nothing was changed.
        WorkflowError: a step failed, or production is not as it should be after them; says what is
            applied, and the two ways on.

    """
    started = time.perf_counter()
    proven = await _way_back(production, outlook, server, settings, reporter)
    ready = time.perf_counter()
    async with session(production, purpose="deploy") as connection:
        number = await record.begin(
            connection, version=outlook.version, digest=digest, backup=proven.backup
        )
    reporter.say(f"  running {len(outlook.pending)} steps on production")
    try:
        ran = await migrate(
            production, plan, settings=settings, to=outlook.version, reporter=reporter
        )
        reporter.say("  comparing production with a fresh run of the lists")
        notes = await _judge(production, plan, server, settings, reporter)
    except (WorkflowError, *DRIVER_ERRORS) as error:
        await _end(production, number, "failed", reporter)
        raise await stopped(error, production, outlook) from error.__cause__
    except asyncio.CancelledError:
        await asyncio.shield(_end(production, number, "failed"))
        reporter.say(str(await asyncio.shield(stopped(None, production, outlook))))
        raise
    rows = await _end(production, number, "done", reporter) or {}
    counted = proven.contents.counts.items()
    return DeployResult(
        outlook.address,
        outlook.version,
        digest,
        proven.backup.name,
        outlook.resumed is not None,
        ran.applied,
        {name: count for name, count in counted if not name.startswith(f"{HOME}.")},
        {name: count for name, (count, _) in rows.items()},
        (*ran.warnings, *notes),
        time.perf_counter() - started,
        ready - started,
        ran.seconds,
    )


async def _way_back(
    production: Address,
    outlook: Outlook,
    server: Server,
    settings: Settings,
    reporter: Reporter,
) -> ProvenBackup:
    """Return a proven backup from before this release: a new one, or that of a cut-off deploy."""
    if outlook.resumed is not None:
        try:
            proven = await kept_backup(settings, outlook.resumed)
        except BackupError as error:
            raise error.but(
                found=f"{error.found} {_sentence(outlook)}, and its backup is the only way back.",
            ) from None
        reporter.say(f"  {outlook.resumed}; going on, with {proven.backup.name} as the way back")
        return proven
    return await take_proven_backup(production, server=server, settings=settings, reporter=reporter)


def _sentence(outlook: Outlook) -> str:
    text = str(outlook.resumed)
    return text[:1].upper() + text[1:]


async def _judge(
    production: Address, plan: Plan, server: Server, settings: Settings, reporter: Reporter
) -> tuple[str, ...]:
    """Compare production with the lists, and look whether its rows keep its promises.

    Returns:
        What is worth a note, in sentences.

    Raises:
        MigrationError: it is not what the lists give, or a promise is broken.

    """
    found = await verify(production, plan, server=server, settings=settings, reporter=reporter)
    sound = await look_at(production, settings=settings, reporter=reporter)
    wrong = [one.text for one in found.findings] + [one.text for one in sound.faults]
    if wrong:
        raise MigrationError(
            "Every step ran, but production is not as it should be:\n"
            + "\n".join(f"  ✗ {text}" for text in wrong),
            why="the release promised otherwise",
            next="invoke verify --production; invoke integrity --production",
            data={"wrong": wrong},
        )
    return tuple(sound.notes)


async def _end(
    production: Address, number: int, outcome: record.Outcome, reporter: Reporter | None = None
) -> dict[str, Rows] | None:
    """Write down how it ended, as far as production still answers.

    And what the tables hold, if there is a reporter, and so time, for reading them: what is written
    from here on is then told before a rollback.
    """
    rows = None
    reaching = contextlib.suppress(WorkflowError, *DRIVER_ERRORS)
    with contextlib.nullcontext() if outcome == "done" else reaching:
        async with session(production, purpose="deploy") as connection:
            if reporter is not None:
                reporter.say("  writing down what the tables hold")
                with reaching:
                    async with connection.transaction(isolation="repeatable_read", readonly=True):
                        rows = await rows_beside_the_books(connection, reporter=reporter)
            await record.end(connection, number, outcome, rows)
    return rows
