"""What is sent to the server for a step: limits before its SQL, proof and reset after it.

Small steps share a message, each still in a transaction of its own: the server runs one after the
other, and after an error nothing more of the message.
"""

import bisect
from collections.abc import Sequence
from dataclasses import dataclass

from db_workflow.connection import unlimited
from db_workflow.schema.declaration import Step
from db_workflow.schema.plan import Entry
from db_workflow.schema.run import finish
from db_workflow.schema.run.lock import MigrationLock
from db_workflow.settings import Settings

# Deferred constraints speak while the step can still be blamed; then the account that writes the
# ledger is the one that connected, and its time is not what the step left of its own.
_SETTLE = (
    "SET CONSTRAINTS ALL IMMEDIATE; SET SESSION AUTHORIZATION DEFAULT; RESET ROLE;"
    " RESET lock_timeout; RESET statement_timeout"
)
# DISCARD ALL by its parts, because that one cannot be sent together with anything else. Plans stay:
# the server keeps them right by itself.
_FORGET = (
    "SET SESSION AUTHORIZATION DEFAULT; {reset}; CLOSE ALL; UNLISTEN *; DEALLOCATE ALL;"
    " SELECT pg_catalog.pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES"
)
# So that what one step touched is not counted for the next. Known since PostgreSQL 15.
_EMPTY_COUNTERS = "; SELECT pg_catalog.pg_stat_force_next_flush()"
_COUNTERS_SINCE = 15


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a step's own SQL.

    Attributes:
        begin: sets the transaction's limits, and the mark by which it is known.
        end: proves, measures and records the step, and closes the transaction.
        forget: leaves nothing of the step to the next: settings, role, temporary tables, cursors,
            prepared statements, channels, locks. The session's own start values (pinned formats,
            search_path) come back by themselves.

    """

    begin: str
    end: str
    forget: str


@dataclass(frozen=True, slots=True)
class Message:
    """Steps as they are sent, one after the other in one message.

    Attributes:
        text: all of it.
        starts: how many characters of it stand before each step's own.

    """

    text: str
    starts: tuple[int, ...]

    @classmethod
    def of(cls, steps: Sequence[tuple[Frame, str]]) -> "Message":
        """Return the message for some steps: what stands around each, and its own SQL."""
        text = ""
        starts = []
        for frame, own in steps:
            text += f"BEGIN; {frame.begin};\n"
            starts.append(len(text))
            # The line break ends a comment on the text's last line.
            text += f"{own}\n;{frame.end}; COMMIT; {frame.forget}; "
        return cls(text.removesuffix("; "), tuple(starts))

    def step_at(self, position: int) -> int:
        """Return which step holds a character, by its number in the message from 0."""
        return max(bisect.bisect_left(self.starts, position) - 1, 0)


def frame(
    entry: Entry, *, settings: Settings, lock: MigrationLock, major: int, goes_on: bool = False
) -> Frame:
    """Return what stands around a step.

    Args:
        entry: the step.
        settings: for the limits that the step does not set itself.
        lock: proven to be held when the step ends.
        major: of the server.
        goes_on: whether another step follows in the same message.

    """
    mark = f"{entry.position} {entry.checksum[:12]}"
    begin = (
        f"{limits(entry.step, settings, word='SET LOCAL')};"
        f" SET LOCAL {finish.MARK} = {finish.literal(mark)}"
    )
    called = finish.call(entry, mark=mark, holder=lock.pid, key=lock.key, goes_on=goes_on)
    # A transaction of its own: it is not to be undone with the step that follows.
    forgets = (
        f"BEGIN; {_reset(finish.RESET_AND_GO_ON, major)}; COMMIT" if goes_on else forget(major)
    )
    return Frame(begin, f"{_SETTLE}; {called}", forgets)


def forget(major: int) -> str:
    """Return the statements that reset a session; in no transaction of their own."""
    return _reset("RESET ALL", major) + (_EMPTY_COUNTERS if major >= _COUNTERS_SINCE else "")


def _reset(settings: str, major: int) -> str:
    limits = f"; {found}" if (found := unlimited(major)) else ""
    return _FORGET.format(reset=settings) + limits


def limits(step: Step, settings: Settings, *, word: str) -> str:
    """Return the statements that set a step's limits; `word` is SET or SET LOCAL."""
    statement = step.statement_timeout_ms or settings.statement_timeout_ms
    lock = step.lock_timeout_ms or settings.lock_timeout_ms
    return f"{word} lock_timeout = {int(lock)}; {word} statement_timeout = {int(statement)}"
