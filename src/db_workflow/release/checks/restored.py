"""Production's newest backup: good, restored, compared, and migrated beforehand."""

from db_workflow.errors import WorkflowError
from db_workflow.release.checks.registry import Evidence, Subject, check, listed
from db_workflow.release.rehearsal import Rehearsal
from db_workflow.schema.run.measured import size_text


@check(
    "backup",
    "A good backup of production exists",
    command="invoke reset --download-recent, then invoke provision",
)
async def backup(subject: Subject) -> Evidence:
    """Name the newest backup whose every byte is still that of its manifest."""
    newest = subject.backup
    if newest is None:
        name = subject.production.source.database or "production"
        return Evidence.failed(f"no good backup of {name} in .db_workflow/backups")
    return Evidence.of(
        True,
        f"{newest.name}, checksum verified",
        name=newest.name,
        sha256=newest.sha256,
        bytes=newest.bytes,
    )


@check(
    "restorable",
    "The backup was restored, and holds every row that it should",
    command="invoke rehearse",
)
async def restorable(subject: Subject) -> Evidence:
    """Compare the rows that came out of the restore with those that the backup itself holds."""
    found = _rehearsal(subject)
    if found.missing:
        return Evidence.failed(*listed(found.missing))
    rows = sum(found.rows_before.values())
    restored = f"{rows:,} rows in {len(found.rows_before)} tables ({found.restore_seconds:.1f} s)"
    compared = "counted in the backup itself, too: the same in every table"
    if found.archived is None:
        compared = "the backup is written as INSERT statements, which nobody counted"
    return Evidence.of(True, restored, compared, rows=rows, seconds=found.restore_seconds)


@check(
    "rehearsal",
    "The pending steps ran on a restore of production",
    command="invoke rehearse",
)
async def rehearsal(subject: Subject) -> Evidence:
    """Tell what every step cost: seconds, rows, locks; and how much the database grew."""
    found = _rehearsal(subject)
    if found.problems:
        return Evidence.failed(*found.problems)
    grown = found.bytes_after - found.bytes_before
    size = f"{'grew' if grown >= 0 else 'shrank'} by {size_text(abs(grown))}"
    whole = (
        f"{len(found.steps)} steps in {found.migrate_seconds:.1f} s on PostgreSQL"
        f" {found.server_version}; the database {size}"
    )
    sentences = [
        whole,
        *(
            f"{step.name}: {step.seconds:.2f} s, {_count(step.rows)} rows"
            + (f", {step.strongest_lock}" if step.strongest_lock else "")
            for step in found.steps
        ),
    ]
    return Evidence.of(
        True,
        *listed(sentences, most=40),
        digest=found.digest,
        steps=len(found.steps),
        seconds=found.migrate_seconds,
        grown=grown,
    )


@check("second-run", "A second run of the lists does nothing", command="invoke rehearse")
async def second_run(subject: Subject) -> Evidence:
    """Look at what the rehearsal's second run did: what is applied twice there would be later."""
    found = _rehearsal(subject)
    if found.problems:
        return Evidence.failed("the rehearsal failed")
    return Evidence.of(
        not found.second_run_steps,
        f"{found.second_run_steps} steps ran again",
        steps=found.second_run_steps,
    )


@check(
    "rehearsed-integrity",
    "After the steps, production's rows keep every promise",
    command="invoke rehearse",
)
async def rehearsed_integrity(subject: Subject) -> Evidence:
    """Look at what integrity found in the migrated restore, and what was there before."""
    found = _rehearsal(subject)
    if found.faults:
        old = [text for text in found.faults if text in found.faults_before]
        told = [f"{text} (before the steps, too)" if text in old else text for text in found.faults]
        return Evidence.failed(*listed(told))
    mended = [f"the steps mended: {text}" for text in found.faults_before]
    return Evidence.of(True, "no fault", *listed(mended))


def _count(rows: int | None) -> str:
    return "?" if rows is None else f"{rows:,}"


def _rehearsal(subject: Subject) -> Rehearsal:
    if subject.rehearsal is None:
        raise WorkflowError(subject.unrehearsed)
    return subject.rehearsal
