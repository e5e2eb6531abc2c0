"""One step of a run: read before it begins, limited in time, tried again when a lock was taken."""

import asyncio
import contextlib
import hashlib
import time
from collections.abc import Mapping, Sequence

from db_workflow.connection import DRIVER_ERRORS
from db_workflow.errors import MigrationError
from db_workflow.schema.ledger.ledger import TABLE
from db_workflow.schema.plan import Entry
from db_workflow.schema.run.attempt import TAKEN, Attempt, Failed
from db_workflow.schema.run.retries import with_retries
from db_workflow.schema.run.run import Run, ended_after
from db_workflow.schema.script.script import Script, read_script
from db_workflow.settings import Settings

# The limit may fall while the server answers a commit.
_HAS = f"SELECT FROM {TABLE} WHERE version = $1 AND name = $2 AND outcome = 'ran'"
_CANCELLED = "it was cancelled and rolled back, so nothing of it was applied"
_APPLIED = "its commit had just gone through, so it is applied and in the ledger; the run ended"
_KEPT = "it was cancelled; what it had committed stays, and it will go on from there"
_UNKNOWN = (
    "its session was ended, and the server undoes what was under way, unless its commit had"
    " already arrived; the ledger knows which"
)


def prepare(entries: Sequence[Entry], *, settings: Settings) -> Mapping[str, Script]:
    """Read every SQL file that is about to run, by step name, before the first one runs.

    Raises:
        MigrationError: files that cannot run as migration steps, all of them at once; a file that
            was edited since the plan was read.

    """
    scripts: dict[str, Script] = {}
    problems: list[str] = []
    for entry in entries:
        if entry.kind != "sql":
            continue
        try:
            script = read_script(entry.path, shown=settings.relative(entry.path))
        except MigrationError as error:
            problems += error.data["problems"]
            continue
        _refuse_edited(entry, script.checksum)
        scripts[entry.name] = script
    if problems:
        raise MigrationError(
            "SQL files cannot run as migration steps:\n"
            + "\n".join(f"  - {line}" for line in problems),
            why="nothing was sent to the server",
            next="mend the files, then invoke migrate",
            data={"problems": problems},
        )
    return scripts


async def run_step(
    run: Run, entry: Entry, script: Script | None, failed: Failed | None = None
) -> float:
    """Run one step and write it into the ledger; both happen or neither does.

    Args:
        run: what it runs on.
        entry: the step.
        script: its text, if it is a SQL file.
        failed: how it has failed among others, if that is to count as its first attempt.

    Returns:
        How long it took, in seconds.

    Raises:
        MigrationError: the step failed; says where and how.

    """
    if script is None:
        _refuse_edited(entry, hashlib.sha256(entry.path.read_bytes()).hexdigest())
    attempt = Attempt(run, entry, script, failed)
    limit = float(entry.step.time_limit_seconds or run.settings.step_time_limit_seconds)
    before = failed.seconds if failed else 0.0
    started = time.perf_counter() - before
    try:
        with ended_after(run.connection, limit - before):
            async with asyncio.timeout(limit - before) as clock:
                await _try(attempt)
    except (TimeoutError, MigrationError):
        if not clock.expired():
            raise
        raise await too_long(attempt, limit) from None
    return time.perf_counter() - started


async def _try(attempt: Attempt) -> None:
    try:
        if not attempt.transaction:  # what it did before it met the lock is kept
            return await attempt.once()
        await with_retries(attempt.once, name=attempt.entry.name, reporter=attempt.run.reporter)
    except TAKEN as error:
        # It was tried several times; once more tells at which line.
        raise await attempt.failure(error, look=attempt.is_quick) from None


async def too_long(attempt: Attempt, limit: float) -> MigrationError:
    """Return the error for a step that its limit has ended; what became of it, the ledger says."""
    name = attempt.entry.name
    kept, mend = _CANCELLED, "declare it with time_limit_seconds=…, or make it smaller; then"
    applied = await _is_applied(attempt)
    if applied:
        kept, mend = _APPLIED, "declare it with time_limit_seconds=… for other databases;"
    elif not attempt.transaction:
        kept = _KEPT
    elif applied is None or attempt.is_lost:
        kept = _UNKNOWN
    return MigrationError(
        f"{name} ran longer than its limit of {limit:g} s.",
        why=f"{kept}; every step before it stays applied",
        next=f"{mend} invoke migrate",
        data={"step": name, "limit_seconds": limit, "applied": applied},
    )


async def _is_applied(attempt: Attempt) -> bool | None:
    """Tell whether a step is in the ledger; None if nobody answers."""
    lock, entry = attempt.run.lock, attempt.entry
    with contextlib.suppress(*DRIVER_ERRORS), ended_after(lock.connection):
        return bool(await lock.fetch(_HAS, entry.version, entry.name))
    return None


def _refuse_edited(entry: Entry, checksum: str) -> None:
    if checksum != entry.checksum:
        raise MigrationError(
            f"{entry.name} was edited while the run was under way.",
            why="the ledger would hold the checksum of another text than the one that ran",
            next="invoke migrate",
            data={"step": entry.name},
        )
