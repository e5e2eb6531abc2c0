"""Run every check and gather what each found, with what all of it rests on."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

from db_workflow import phases
from db_workflow.console import Reporter, Silent
from db_workflow.errors import WorkflowError
from db_workflow.evidence import Fact
from db_workflow.release.checks import Check, Evidence, Subject, every_check
from db_workflow.release.evidence import described, keep
from db_workflow.release.inputs import read_inputs
from db_workflow.release.production import find_production
from db_workflow.release.rehearsal import Rehearsal, rehearsed
from db_workflow.release.result import Checklist, ChecklistPhase, Item
from db_workflow.schema.backup.manifest import Backup
from db_workflow.schema.plan import Plan, load_plan
from db_workflow.server import Server, open_server
from db_workflow.settings import Settings


@dataclass(frozen=True, slots=True)
class Checked:
    """A checklist, and the rehearsal that a report shows with it.

    Attributes:
        checklist: every item.
        rehearsal: what the steps did to a restore of production; None if there was none.

    """

    checklist: Checklist
    rehearsal: Rehearsal | None


async def check(
    settings: Settings, *, version: str, base: str = "", reporter: Reporter = Silent()
) -> Checked:
    """Run every registered check for a version, and keep what was found.

    Args:
        settings: the repository.
        version: what is to be released.
        base: the revision that the change began at.
        reporter: where progress goes.

    Raises:
        MigrationError: there is no such version, or the lists are wrong.
        ServerError: the workflow's own server cannot be used.

    """
    plan = load_plan(settings)
    version = plan.version(version)
    server = open_server(settings)
    inputs = await read_inputs(settings, version)
    production = await find_production(server, settings)
    backup = await asyncio.to_thread(production.newest_backup, settings)
    rehearsal, unrehearsed = await _rehearsed(
        server, backup, plan, version=version, settings=settings, reporter=reporter
    )
    status = await phases.judge(server, settings=settings)
    subject = Subject(
        settings=settings,
        server=server,
        version=version,
        plan=plan,
        status=status,
        production=production,
        backup=backup,
        rehearsal=rehearsal,
        unrehearsed=unrehearsed,
        base=base,
        reporter=reporter,
    )
    checks = every_check(settings)
    items = []
    for done, entry in enumerate(checks, 1):
        reporter.progress(f"checklist: {entry.name}", done, len(checks))
        items.append(await _item(entry, subject))
    changes = (await read_inputs(settings, version)).changes(inputs)
    if changes:
        items.append(_changed(described(changes)))
    checklist = Checklist(
        version,
        inputs.digest,
        tuple(items),
        tuple(
            ChecklistPhase(
                phase.number,
                phase.name,
                phase.holds,
                tuple(fact.text for fact in sorted(phase.facts, key=_is_right)),
            )
            for phase in status.phases
        ),
        datetime.now(UTC).isoformat(timespec="seconds"),
    )
    keep(settings, checklist, inputs)
    return Checked(checklist, rehearsal)


async def _rehearsed(
    server: Server,
    backup: Backup | None,
    plan: Plan,
    *,
    version: str,
    settings: Settings,
    reporter: Reporter,
) -> tuple[Rehearsal | None, str]:
    """Rehearse on the newest backup; return why not, if it cannot be."""
    if backup is None:
        return None, "there is no good backup of production to rehearse on"
    try:
        found = await rehearsed(
            server, backup, plan, version=version, settings=settings, reporter=reporter
        )
    except WorkflowError as error:
        return None, f"not rehearsed: {error.found}"
    return found, ""


async def _item(entry: Check, subject: Subject) -> Item:
    """Run one check; whatever it raises is a fail of its own, or one check would hide the rest."""
    try:
        found = await entry.function(subject)
    except WorkflowError as error:
        found = Evidence.failed(" ".join(error.found.split()))
    except Exception as error:  # noqa: BLE001 - a repository's own checks are anybody's code
        # Its message may hold what a row holds.
        found = Evidence.failed(f"the check itself failed: {type(error).__name__}")
    return Item(entry.name, entry.title, found.state, found.sentences, entry.command, found.data)


def _is_right(fact: Fact) -> bool:
    """Put what is wrong first: a report shows little more than the first fact."""
    return fact.ok


def _changed(what: str) -> Item:
    return Item(
        "unchanged",
        "Nothing changed while the checklist was made",
        "fail",
        (f"changed meanwhile: {what}",),
        "invoke release-checklist --version X.Y",
    )
