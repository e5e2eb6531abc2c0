"""One step: its limits, its transaction, its proof that it stayed inside, its ledger row."""

import asyncio
import hashlib
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import asyncpg

from db_workflow.console import Reporter, Silent
from db_workflow.errors import MigrationError, WorkflowError
from db_workflow.modules import load_file
from db_workflow.schema.declaration import StepContext
from db_workflow.schema.failure import DRIVER_ERRORS, python_failure, sql_failure
from db_workflow.schema.ledger import write_row
from db_workflow.schema.plan import Entry
from db_workflow.schema.script import Script, read_script
from db_workflow.settings import Settings

# A lock that is taken just now is worth waiting for, but never in the lock's queue: everybody
# else's queries would stand behind this one.
_ATTEMPTS = 5
_FIRST_PAUSE_SECONDS = 0.2
# Deferred constraints speak while the step can still be blamed; then the account that writes the
# ledger is the one that connected, whatever the step left behind.
_SETTLE = "SET CONSTRAINTS ALL IMMEDIATE; SET SESSION AUTHORIZATION DEFAULT; RESET ROLE"


def prepare(entries: Sequence[Entry], *, settings: Settings) -> Mapping[str, Script]:
    """Read every SQL file that is about to run, by step name, before the first one runs.

    Raises:
        MigrationError: files that cannot run as migration steps; all of them at once.

    """
    scripts: dict[str, Script] = {}
    problems: list[str] = []
    for entry in entries:
        if entry.kind != "sql":
            continue
        try:
            scripts[entry.name] = read_script(entry.path, shown=settings.relative(entry.path))
        except MigrationError as error:
            problems += error.data["problems"]
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
    connection: "asyncpg.Connection[Any]",
    entry: Entry,
    script: Script | None,
    *,
    settings: Settings,
    rows_shown: bool = False,
    reporter: Reporter = Silent(),
    still_held: Callable[[], Awaitable[None]],
) -> float:
    """Run one step and write it into the ledger; both happen or neither does.

    Args:
        connection: open on the database, in no transaction.
        entry: the step.
        script: its text, if it is a SQL file.
        settings: for the time limits.
        rows_shown: whether a failure may show what rows hold.
        reporter: where a Python step's progress goes.
        still_held: raises when the migration lock is lost; asked before the step is kept.

    Returns:
        How long it took, in seconds.

    Raises:
        MigrationError: the step failed; says where and how.

    """
    _refuse_edited(entry)
    upgrade = None if script else _load_upgrade(entry, settings)

    async def work() -> None:
        if script is None:
            assert upgrade is not None  # noqa: S101 - loaded above
            await upgrade(StepContext(connection, entry.name, reporter))
        elif not script.is_empty:
            await connection.execute(script.text)

    started = time.perf_counter()
    try:
        if entry.step.transaction:
            await _with_retries(
                lambda: _inside(connection, entry, work, settings, still_held), entry, reporter
            )
        else:
            await _outside(connection, entry, work, settings, still_held)
        await _forget_session(connection)
    except WorkflowError:
        raise
    except (Exception, SystemExit) as error:  # a step that exits would leave half a migration
        failure = (
            sql_failure(error, entry, script, settings=settings, rows_shown=rows_shown)
            if script is not None and isinstance(error, DRIVER_ERRORS)
            else python_failure(error, entry, settings=settings, rows_shown=rows_shown)
        )
        if rows_shown:
            raise failure from error
        raise failure from None  # a traceback would print the driver's own error, rows and all
    return time.perf_counter() - started


async def _inside(
    connection: "asyncpg.Connection[Any]",
    entry: Entry,
    work: Callable[[], Awaitable[None]],
    settings: Settings,
    still_held: Callable[[], Awaitable[None]],
) -> None:
    """Run a step in one transaction with its ledger row."""
    started = time.perf_counter()
    async with connection.transaction():
        await connection.execute(_limits(entry, settings, word="SET LOCAL"))
        transaction = await connection.fetchval(_CURRENT)
        await work()
        # A COMMIT that no scanner saw (in dynamic SQL, say) has ended the transaction: what came
        # before it is kept, and a rollback now would succeed and undo nothing.
        if await connection.fetchval(_CURRENT) != transaction:
            raise MigrationError(
                f"{entry.name} ended the runner's transaction.",
                why="what it did before that is kept, but is not in the ledger",
                next="take COMMIT or ROLLBACK out of the step, then invoke phase1",
                data={"step": entry.name},
            )
        await connection.execute(_SETTLE)
        await write_row(connection, entry, duration_ms=_milliseconds(started))
        await still_held()


async def _outside(
    connection: "asyncpg.Connection[Any]",
    entry: Entry,
    work: Callable[[], Awaitable[None]],
    settings: Settings,
    still_held: Callable[[], Awaitable[None]],
) -> None:
    """Run a step that opens transactions of its own; its ledger row comes after it."""
    started = time.perf_counter()
    await connection.execute(_limits(entry, settings, word="SET"))
    await work()
    if connection.is_in_transaction():
        raise MigrationError(
            f"{entry.name} left a transaction open.",
            why="what it did last would be lost, and the ledger would not know",
            next="use `async with context.connection.transaction()` in the step",
            data={"step": entry.name},
        )
    await _forget_session(connection)
    await still_held()
    await write_row(connection, entry, duration_ms=_milliseconds(started))


async def _with_retries(
    attempt: Callable[[], Awaitable[None]], entry: Entry, reporter: Reporter
) -> None:
    """Try again when another session held a lock: the step was rolled back as a whole."""
    for number in range(1, _ATTEMPTS):
        try:
            return await attempt()
        except asyncpg.LockNotAvailableError:
            # Jitter, so that two runners that met once do not meet for ever.
            pause = _FIRST_PAUSE_SECONDS * 2 ** (number - 1) * random.uniform(0.5, 1.5)  # noqa: S311 - not a secret
            reporter.say(f"  {entry.name}  waits for a lock, tries again in {pause:.1f} s")
            await asyncio.sleep(pause)
    return await attempt()


_CURRENT = "SELECT pg_current_xact_id()::text"


def _limits(entry: Entry, settings: Settings, *, word: str) -> str:
    statement = entry.step.statement_timeout_ms or settings.statement_timeout_ms
    lock = int(settings.lock_timeout_ms)
    return f"{word} lock_timeout = {lock}; {word} statement_timeout = {int(statement)}"


async def _forget_session(connection: "asyncpg.Connection[Any]") -> None:
    """Leave nothing of a step to the next one: settings, role, temporary tables, cached plans.

    The session's own start values (pinned formats, search_path) come back by themselves.
    """
    await connection.execute("DISCARD ALL")
    await connection.reload_schema_state()


def _load_upgrade(entry: Entry, settings: Settings) -> Callable[[StepContext], Awaitable[None]]:
    try:
        module = load_file(entry.path, settings=settings)
    except WorkflowError as error:
        raise MigrationError(
            error.found,
            why=f"{entry.name} was not begun",
            next=f"mend {settings.relative(entry.path)}, then invoke migrate",
            data={"step": entry.name},
        ) from error
    upgrade: Callable[[StepContext], Awaitable[None]] = module.upgrade
    return upgrade


def _refuse_edited(entry: Entry) -> None:
    if hashlib.sha256(entry.path.read_bytes()).hexdigest() != entry.checksum:
        raise MigrationError(
            f"{entry.name} was edited while the run was under way.",
            why="the ledger would hold the checksum of another text than the one that ran",
            next="invoke migrate",
            data={"step": entry.name},
        )


def _milliseconds(started: float) -> int:
    return round((time.perf_counter() - started) * 1000)
