"""The watch over a running step, from the lock's session: what it holds, and whom it waits for.

The server knows which locks a step holds but not since when. Looking now and then gives a bound: a
lock is counted from the last look at which it was not yet there.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from db_workflow.connection import DRIVER_ERRORS
from db_workflow.console import Reporter, Silent
from db_workflow.schema.run.lock import MigrationLock
from db_workflow.schema.run.locks import Sightings
from db_workflow.schema.run.ran import Tell, tell_ran

_LOOK_SECONDS = 0.1
_TELL_AGAIN_SECONDS = 10.0
# What the step has created nobody else sees yet: it has no name, and nobody waits for it.
_HELD = """
SELECT CASE WHEN c.oid IS NOT NULL THEN format('%I.%I', n.nspname, c.relname) END AS relation,
    l.mode, l.granted
FROM pg_catalog.pg_locks l
LEFT JOIN pg_catalog.pg_class c ON c.oid = l.relation
LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE l.pid = $1 AND (NOT l.granted OR (l.locktype = 'relation' AND l.relation >= 16384))"""
_BLOCKERS = """
SELECT a.pid, a.application_name AS name, a.usename AS account, a.state,
    extract(epoch FROM clock_timestamp() - a.xact_start)::double precision AS seconds
FROM unnest(pg_catalog.pg_blocking_pids($1)) AS blocking (pid)
JOIN pg_catalog.pg_stat_activity a USING (pid) ORDER BY a.pid"""

# A request to cancel that reaches the server before the statement does is lost. The statement would
# be waited for to its end; what undoes it never lasts so long.
_CANCEL_AGAIN = """
SELECT pg_catalog.pg_cancel_backend(pid) FROM pg_catalog.pg_stat_activity
WHERE pid = $1 AND state = 'active' AND query_start < clock_timestamp() - interval '1 second'"""


def _nobody(name: str, seconds: float) -> None:
    """Keep it: a step that is alone in its message has nobody waiting behind it."""


def _never() -> bool:
    """Say that nobody wants the run to end."""
    return False


@dataclass(slots=True)
class Watch:
    """Looks at one session, step after step.

    Attributes:
        lock: whose session is used to look.
        pid: the server process that is looked at.
        reporter: told who blocks a step.
        ending: tells whether somebody wants the run to end.
        step: the one that was at work at the last look.
        blocked: what the step last waited for, and who held it; empty if it never waited long.

    """

    lock: MigrationLock
    pid: int
    reporter: Reporter = Silent()
    ending: Callable[[], bool] = _never
    blocked: str = ""
    step: str = ""
    _steps: Sequence[str] = ()
    _tell: Tell = _nobody
    _looked: float = 0.0
    _told: float = 0.0
    # Relation and mode: from when they count, and until when if they were let go.
    _since: dict[tuple[str, str], float] = field(default_factory=dict)
    _until: dict[tuple[str, str], float] = field(default_factory=dict)
    _seen: dict[str, Sightings] = field(default_factory=dict)

    def begin(self, *steps: str, tell: Tell = _nobody) -> None:
        """Look at steps that are sent now, in one message.

        Args:
            steps: their names.
            tell: told of those that are over while others of the message are at work.

        """
        self._steps = steps
        self._tell = tell
        self._looked = time.monotonic()
        self._seen = {}
        self._go_on_with(steps[0])

    def end(self) -> Mapping[str, Sightings]:
        """Return for how many milliseconds each relation was locked in each mode, at the most.

        By step; of one that ended before the first look there is nothing.
        """
        self._keep()
        self._steps = ()
        return self._seen

    def _go_on_with(self, step: str) -> None:
        self._keep()
        if self.step != step:  # or it is the one that has just failed among others
            self.blocked = ""
        self.step = step
        self._told = 0.0

    def _keep(self) -> None:
        """Keep what was seen of the step at work; no look after this one is about it."""
        if self._since:
            now = time.monotonic()
            self._seen[self.step] = {
                held: (self._until.get(held, now) - since) * 1000
                for held, since in self._since.items()
            }
        self._since = {}
        self._until = {}

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            if self.ending():
                await self.lock.fetch(_CANCEL_AGAIN, self.pid)
            if self._steps:
                await self._look(self._steps)

    async def _look(self, steps: Sequence[str]) -> None:
        before = time.monotonic()
        step = await self._at_work(steps)
        rows = await self.lock.fetch(_HELD, self.pid)
        if step != await self._at_work(steps) or steps is not self._steps:
            return  # another has begun while the server answered
        if step != self.step:
            self._go_on_with(step)
        held = {
            (row["relation"], row["mode"]) for row in rows if row["granted"] and row["relation"]
        }
        after = time.monotonic()
        for one in held:
            self._since.setdefault(one, self._looked)
            self._until.pop(one, None)
        for one in self._since.keys() - held:
            self._until.setdefault(one, after)
        self._looked = before
        waiting = [row for row in rows if not row["granted"]]
        if waiting:
            await self._ask(step, waiting[0]["relation"], waiting[0]["mode"])
        if waiting and self.blocked and before - self._told > _TELL_AGAIN_SECONDS:
            self._told = before
            self.reporter.say(f"  {step}  waits for {self.blocked}")

    async def _at_work(self, steps: Sequence[str]) -> str:
        if len(steps) == 1:
            return steps[0]
        # Of the steps in one message the first that the ledger does not have.
        done = await tell_ran(self.lock.fetch, steps, self._tell)
        return steps[min(done, len(steps) - 1)]

    async def _ask(self, step: str, relation: str | None, mode: str) -> None:
        blockers = [
            f"{row['name'] or 'a session'} (pid {row['pid']}, {row['account']}, {row['state']}"
            + (f" for {row['seconds']:.0f} s)" if row["seconds"] is not None else ")")
            for row in await self.lock.fetch(_BLOCKERS, self.pid)
        ]
        if blockers and step == self.step:
            what = f"{mode} on {relation}" if relation else mode
            self.blocked = f"{what}; blocked by {', '.join(blockers)}"


@contextlib.asynccontextmanager
async def watching(lock: MigrationLock, pid: int, *, reporter: Reporter) -> AsyncIterator[Watch]:
    """Watch over a session for the length of a block."""
    at_work = asyncio.current_task()
    assert at_work is not None  # noqa: S101 - a coroutine runs in a task
    watch = Watch(lock, pid, reporter, ending=lambda: at_work.cancelling() > 0)
    task = asyncio.ensure_future(_until_lost(watch))
    try:
        yield watch
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _until_lost(watch: Watch) -> None:
    # The step itself notices that the lock is lost; a watch only stops looking.
    with contextlib.suppress(*DRIVER_ERRORS):
        await watch.run()
