"""Several small steps in one message, each in a transaction of its own.

What a small file costs beside its own work is the way to the server and back. The server runs the
transactions of one message in order and stops at the first error, as a run does: what was committed
before it stays, and nothing after it runs. The ledger says how far it came.

A message begins no further step when it is older than a moment (`between.sql`). So now() is never
far back, a step that takes long is the message's last, and nothing waits behind it.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from db_workflow.connection import DRIVER_ERRORS
from db_workflow.schema.plan import Entry
from db_workflow.schema.run import finish
from db_workflow.schema.run.attempt import SEARCH_SECONDS, TAKEN, Attempt, Failed
from db_workflow.schema.run.failure import connection_lost
from db_workflow.schema.run.invalid import lenient
from db_workflow.schema.run.message import Message, frame
from db_workflow.schema.run.ran import Tell, tell_ran
from db_workflow.schema.run.run import Run, ended_after
from db_workflow.schema.run.search import may_be_repeated
from db_workflow.schema.run.sql_work import is_one_message, own_text
from db_workflow.schema.run.step import too_long
from db_workflow.schema.run.step_session import StepSession
from db_workflow.schema.script.script import Script

# Of 300 small files, ten a message save three tenths of the time, fifty a message four.
_STEPS = 24
_CHARACTERS = 16_000
# How old a message may be when its last step begins; that one has its whole limit from then.
_MOMENT_SECONDS = 0.05
# "Operator intervention": somebody cancelled it, or a timeout did.
_INTERVENTION = "57"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message.

    Attributes:
        failed: how the first step that is not in the ledger has failed, if that counts.
        alone: whether that step is to be sent by itself.
        untold: the steps of it that are applied, and of which nobody has been told yet.

    """

    failed: Failed | None = None
    alone: bool = False
    untold: Sequence[Entry] = ()


def next_group(entries: Sequence[Entry], scripts: Mapping[str, Script]) -> tuple[Entry, ...]:
    """Return the first step, and those behind it that are sent in the same message.

    Args:
        entries: the steps that are left, at least one.
        scripts: the text of those that are SQL files, by step name.

    """
    group: list[Entry] = []
    characters = 0
    for entry in entries[:_STEPS]:
        script = scripts.get(entry.name)
        if script is None or not _may_share(entry, script):
            break
        characters += len(script.text)
        if characters > _CHARACTERS:
            break
        group.append(entry)
    return tuple(group) or (entries[0],)


def _may_share(entry: Entry, script: Script) -> bool:
    """Tell whether a step may stand in a message with others.

    Not one for which something is looked up before it is sent, that may not be sent twice, or that
    has declared limits: it expects to take its time.
    """
    step = entry.step
    return (
        may_be_repeated(script)
        and is_one_message(script)
        and not lenient(script)
        and not (step.lock_timeout_ms or step.statement_timeout_ms or step.time_limit_seconds)
    )


async def run_group(
    run: Run,
    entries: Sequence[Entry],
    scripts: Mapping[str, Script],
    *,
    tell: Tell,
    seen: Callable[[], str],
) -> Outcome:
    """Send several steps in one message; some of them, all, or none are applied.

    Args:
        run: what they run on.
        entries: the steps, all of them small files.
        scripts: their texts, by step name.
        tell: where not all of them were applied, told of those that were, and how many seconds
            each took.
        seen: returns the step that was last seen at work.

    Raises:
        MigrationError: one ran longer than its limit, or nobody can be asked what became of them.

    """
    message = _message(run, entries, scripts)
    limit = float(run.settings.step_time_limit_seconds)
    started = time.perf_counter()
    try:
        with ended_after(run.connection, limit + _MOMENT_SECONDS):
            async with asyncio.timeout(limit + _MOMENT_SECONDS) as clock:
                await _send(run, entries, message)
    except asyncio.CancelledError:
        await asyncio.shield(told(run, entries, tell))
        raise
    except Exception as error:  # noqa: BLE001 - whatever it was, the ledger says what is applied
        took = time.perf_counter() - started
        number = await told(run, entries, tell)
        if clock.expired():
            late = entries[min(number or 0, len(entries) - 1)]
            raise await too_long(Attempt(run, late, scripts[late.name]), limit) from None
        if number is None:
            at_work = next((entry for entry in entries if entry.name == seen()), entries[0])
            raise connection_lost(error, at_work, transaction=True, last=entries[-1]) from None
        code = getattr(error, "sqlstate", None)
        # A first step that raises as much itself has to fail by itself.
        if number == len(entries) or (number and code == finish.MESSAGE_ENDED):
            return Outcome()
        at = max(_place(error, message, number), number)
        if at > number:
            # A text that cannot be read, so nothing of the message ran. Those before it can.
            return await run_group(run, entries[number:at], scripts, tell=tell, seen=seen)
        return Outcome(_counts(run, error, took, message.starts[at]), alone=True)
    return Outcome(untold=entries)


async def told(
    run: Run, entries: Sequence[Entry], tell: Tell, *, at_work: bool = False
) -> int | None:
    """Tell of the steps that the ledger has; return how many, or None if nobody answers.

    Args:
        run: what they ran on.
        entries: the steps.
        tell: told of each, and how many seconds it took; may hear of a step more than once.
        at_work: whether others are running, in the steps' session.

    """
    names = [entry.name for entry in entries]
    for ask, asked in (
        (run.lock.fetch, run.lock.connection),
        (run.connection.fetch, run.connection),
    )[: 1 if at_work else 2]:
        with contextlib.suppress(*DRIVER_ERRORS), ended_after(asked):
            return await tell_ran(ask, names, tell)
    return None


def _message(run: Run, entries: Sequence[Entry], scripts: Mapping[str, Script]) -> Message:
    """Return the message; only its last step resets the session for good."""
    return Message.of(
        [
            (
                frame(
                    entry,
                    settings=run.settings,
                    lock=run.lock,
                    major=run.major,
                    goes_on=entry is not entries[-1],
                ),
                own_text(scripts[entry.name]),
            )
            for entry in entries
        ]
    )


async def _send(run: Run, entries: Sequence[Entry], message: Message) -> None:
    try:
        await run.connection.execute(message.text)
        # The driver's own prepared statements went with the session's.
        await run.connection.reload_schema_state()
    except (Exception, asyncio.CancelledError):
        await asyncio.shield(StepSession.of(run, entries[0]).recover())
        raise


def _place(error: Exception, message: Message, number: int) -> int:
    """Return which step an error is about, by its number in the message."""
    position = getattr(error, "position", None)
    return message.step_at(int(position)) if position else number


def _counts(run: Run, error: Exception, seconds: float, start: int) -> Failed | None:
    """Return how a step has failed, or None if only what it does when sent by itself is to count.

    In a message of its own it has a now() of its own, as in psql. But what took long is not done
    twice for that, and what stood in its way from outside has stood in its way.
    """
    code = getattr(error, "sqlstate", None) or ""
    quick = seconds < SEARCH_SECONDS
    outside = isinstance(error, TAKEN) or code.startswith(_INTERVENTION)
    if quick and not outside and not run.connection.is_closed():
        return None
    return Failed(error, seconds, start)
