"""Production as it is now, only read: what its ledger says, and what was rehearsed."""

from db_workflow.catalog import GRANTS, differences
from db_workflow.connection import session
from db_workflow.release.checks.registry import Evidence, Subject, check, listed
from db_workflow.schema.judge.live import read_live
from db_workflow.schema.judge.preview import preview
from db_workflow.schema.judge.verify import verify

_NONE = "no production is named: PRODUCTION_DATABASE_URL is not set, and there is no stand-in"


@check(
    "production",
    "Production is what the lists say at its version: nobody changed it by hand",
    command="invoke verify --production",
)
async def production(subject: Subject) -> Evidence:
    """Compare its schema with a fresh run of the steps that its ledger has."""
    address = subject.production.address
    if address is None:
        return Evidence.absent(_NONE)
    found = await verify(
        address,
        subject.plan,
        server=subject.server,
        settings=subject.settings,
        reporter=subject.reporter,
    )
    wrong = [f"{one.kind}: {' '.join(one.text.split())}" for one in found.findings]
    good = (
        f"{found.applied} steps in its ledger, {len(found.pending)} pending;"
        f" schema {found.fingerprint[:12]}"
    )
    return Evidence.of(
        found.ok,
        *(listed(wrong) or (good,)),
        fingerprint=found.fingerprint,
        pending=found.pending,
        not_compared=found.not_compared,
    )


@check(
    "plan",
    "Production would get just the steps that were rehearsed",
    command="invoke verify --production",
)
async def plan(subject: Subject) -> Evidence:
    """Ask the runner what it would do to production, and compare that with the rehearsal."""
    address = subject.production.address
    if address is None:
        return Evidence.absent(_NONE)
    if subject.rehearsal is None:
        return Evidence.failed(subject.unrehearsed)
    found = await preview(address, subject.plan, settings=subject.settings, to=subject.version)
    wanted = [step.name for step in found.steps]
    rehearsed = [step.name for step in subject.rehearsal.steps]
    if wanted != rehearsed and not subject.rehearsal.problems:
        text = "the newest backup is of another state than production is in now: take a fresh one"
        return Evidence.failed(
            text,
            *listed([f"pending and not rehearsed: {name}" for name in wanted
                     if name not in rehearsed]),
            *listed([f"rehearsed and not pending: {name}" for name in rehearsed
                     if name not in wanted]),
        )  # fmt: skip
    nothing = () if wanted else ("nothing is pending: it has the version already",)
    return Evidence.of(
        wanted == rehearsed,
        f"{len(wanted)} steps, {found.applied} in its ledger already",
        *nothing,
        steps=wanted,
    )


@check(
    "backup-current",
    "The rehearsed backup has production's schema as it is now",
    command="invoke reset --download-recent, then invoke provision",
)
async def backup_current(subject: Subject) -> Evidence:
    """Compare the restored schema with production's, catalog with catalog."""
    address = subject.production.address
    if address is None:
        return Evidence.absent(_NONE)
    if subject.rehearsal is None:
        return Evidence.failed(subject.unrehearsed)
    async with session(address, purpose="checklist", read_only=True) as connection:
        live = (await read_live(connection, settings=subject.settings)).snapshot
    restored = subject.rehearsal.before
    same = not differences(live, restored, ignore=tuple(GRANTS))
    first, second = live.fingerprint[:12], restored.fingerprint[:12]
    return Evidence.of(
        same,
        f"production's is {first}" if same else f"production {first}, restored {second}",
    )
