"""The watch over a running step, from the lock's session: what it holds, and whom it waits for.

The server knows which locks a step holds but not since when. Looking now and then gives a bound: a
lock is counted from the last look at which it was not yet there.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

from db_workflow.connection import DRIVER_ERRORS
from db_workflow.console import Reporter, Silent
from db_workflow.schema.run.lock import MigrationLock

_LOOK_SECONDS = 0.1
_TELL_AGAIN_SECONDS = 10.0
_HELD = """
SELECT format('%I.%I', n.nspname, c.relname) AS relation, l.mode, l.granted
FROM pg_catalog.pg_locks l
LEFT JOIN pg_catalog.pg_class c ON c.oid = l.relation
LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE l.pid = $1 AND (NOT l.granted OR (l.locktype = 'relation' AND l.relation >= 16384))"""
_BLOCKERS = """
SELECT a.pid, a.application_name AS name, a.usename AS account, a.state,
    extract(epoch FROM clock_timestamp() - a.xact_start)::double precision AS seconds
FROM unnest(pg_catalog.pg_blocking_pids($1)) AS blocking (pid)
JOIN pg_catalog.pg_stat_activity a USING (pid) ORDER BY a.pid"""


@dataclass(slots=True)
class Watch:
    """Looks at one session, step after step.

    Attributes:
        lock: whose session is used to look.
        pid: the server process that is looked at.
        reporter: told who blocks a step.
        blocked: what the step last waited for, and who held it; empty if it never waited long.

    """

    lock: MigrationLock
    pid: int
    reporter: Reporter = Silent()
    blocked: str = ""
    _step: str | None = None
    _looked: float = 0.0
    _told: float = 0.0
    # Relation and mode: from when they count, and until when if they were let go.
    _since: dict[tuple[str, str], float] = field(default_factory=dict)
    _until: dict[tuple[str, str], float] = field(default_factory=dict)

    def begin(self, step: str) -> None:
        """Look at a step that begins now."""
        self._step = step
        self._looked = time.monotonic()
        self._told = 0.0
        self.blocked = ""
        self._since = {}
        self._until = {}

    def end(self) -> Mapping[tuple[str, str], float]:
        """Return for how many milliseconds each relation was locked in each mode, at the most.

        Empty for a step that ended before the first look.
        """
        now = time.monotonic()
        self._step = None
        return {
            held: (self._until.get(held, now) - since) * 1000 for held, since in self._since.items()
        }

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            if self._step is not None:
                await self._look(self._step)

    async def _look(self, step: str) -> None:
        before = time.monotonic()
        rows = await self.lock.fetch(_HELD, self.pid)
        if step != self._step:  # another has begun while the server answered
            return
        held = {(row["relation"], row["mode"]) for row in rows if row["granted"]}
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

    async def _ask(self, step: str, relation: str | None, mode: str) -> None:
        blockers = [
            f"{row['name'] or 'a session'} (pid {row['pid']}, {row['account']}, {row['state']}"
            + (f" for {row['seconds']:.0f} s)" if row["seconds"] is not None else ")")
            for row in await self.lock.fetch(_BLOCKERS, self.pid)
        ]
        if blockers and step == self._step:
            what = f"{mode} on {relation}" if relation and relation != "." else mode
            self.blocked = f"{what}; blocked by {', '.join(blockers)}"


@contextlib.asynccontextmanager
async def watching(lock: MigrationLock, pid: int, *, reporter: Reporter) -> AsyncIterator[Watch]:
    """Watch over a session for the length of a block."""
    watch = Watch(lock, pid, reporter)
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
