"""The steps of a run, one after the other: in messages of their own, or several in one."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from db_workflow.errors import MigrationError
from db_workflow.schema.ledger.ledger import write_row
from db_workflow.schema.plan import Entry
from db_workflow.schema.run import interrupted
from db_workflow.schema.run.attempt import Failed, is_transactional
from db_workflow.schema.run.group import Outcome, next_group, run_group, told
from db_workflow.schema.run.locks import Sightings
from db_workflow.schema.run.run import Run
from db_workflow.schema.run.step import run_step
from db_workflow.schema.run.watch import Watch, watching
from db_workflow.schema.run.workplace import Workplace
from db_workflow.schema.script.script import Script

# A lock timeout, a deadlock.
_TAKEN = {"55P03", "40P01"}


@dataclass(frozen=True, slots=True)
class Notes:
    """What is known of the steps so far.

    Attributes:
        names: the tables that were there when the run began, by oid; None where no step ran.
        seconds: by step, how long it took.
        seen: by step, the locks that the watch saw.
        skipped: the steps that were passed over.

    """

    names: Mapping[str, str] | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    seen: dict[str, Sightings] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)


async def run_in_order(
    run: Run,
    place: Workplace,
    pending: Sequence[Entry],
    scripts: Mapping[str, Script],
    notes: Notes,
    *,
    sql_only: bool,
) -> None:
    """Run the steps in order, and write down what they did.

    Args:
        run: what they share.
        place: where a new session is had.
        pending: the steps.
        scripts: the text of those that are SQL files, by step name.
        notes: what they did.
        sql_only: pass Python steps over, and write that down.

    """
    pid = run.connection.get_server_pid()
    async with watching(run.lock, pid, reporter=run.reporter) as watch:
        order = _Order(run, place, scripts, notes, watch)
        done = 0
        while done < len(pending):
            run.reporter.progress("migrate", done + 1, len(pending))
            entry = pending[done]
            if sql_only and entry.kind == "python":
                await order.skip(entry)
                done += 1
                continue
            done += await order.next(pending[done:])
        await order.all_told()


class _Order:
    """What stays the same from step to step, but for the session."""

    def __init__(
        self,
        run: Run,
        place: Workplace,
        scripts: Mapping[str, Script],
        notes: Notes,
        watch: Watch,
    ) -> None:
        self._run = run
        self._place = place
        self._scripts = scripts
        self._notes = notes
        self._watch = watch
        # What became of the last message that several steps shared.
        self._outcome = Outcome()
        # Whoever tells of the last message while the next one is at work.
        self._telling: asyncio.Future[int | None] | None = None
        self._told: Sequence[Entry] = ()

    async def skip(self, entry: Entry) -> None:
        """Pass a step over, and write that down."""
        await self.all_told()
        await write_row(self._run.connection, entry, outcome="skipped")
        self._run.reporter.say(
            f"  {entry.name}  SKIPPED (--sql-only): phase 1 does not hold without it"
        )
        self._notes.skipped.append(entry.name)

    async def next(self, entries: Sequence[Entry]) -> int:
        """Run the first of some steps, and perhaps others behind it; return how many ran."""
        outcome, self._outcome = self._outcome, Outcome()
        group = next_group(entries, self._scripts)
        if len(group) == 1 or outcome.alone:
            await self.all_told()
            await self._alone(entries[0], outcome.failed)
            if entries[0].kind == "python" and len(entries) > 1:
                await self._elsewhere()
            return 1
        names = [entry.name for entry in group]
        self._watch.begin(*names, tell=self._ran)
        try:
            self._outcome = await run_group(
                self._run,
                group,
                self._scripts,
                tell=self._ran,
                seen=lambda: self._watch.step,
            )
        except MigrationError as error:
            raise _told(error, self._watch, self._notes) from error.__cause__
        finally:
            self._notes.seen.update(self._watch.end())
        await self._tell(self._outcome.untold)
        applied = {entry.name for entry in self._outcome.untold} | self._notes.seconds.keys()
        return len(applied & set(names))

    async def all_told(self) -> None:
        """Wait until every step that has run has been told of.

        Raises:
            MigrationError: nobody can be asked any more; the lock is lost, too.

        """
        telling, self._telling = self._telling, None
        if telling is None or await telling is not None:
            return
        # The lock's session is gone. The steps' own can be asked, too, now that it is idle.
        if await told(self._run, self._told, self._ran) is None:
            raise self._run.lock.lost()

    async def _tell(self, entries: Sequence[Entry]) -> None:
        """Begin to tell of steps that have run; the next ones need not wait for it."""
        await self.all_told()
        if entries:
            telling = told(self._run, entries, self._ran, at_work=True)
            self._told, self._telling = entries, asyncio.ensure_future(telling)

    async def _alone(self, entry: Entry, failed: Failed | None) -> None:
        script = self._scripts.get(entry.name)
        if not is_transactional(entry, script):
            await interrupted.changes_begin(self._run.connection)
        self._watch.begin(entry.name)
        try:
            seconds = await run_step(self._run, entry, script, failed)
        except MigrationError as error:
            raise _told(error, self._watch, self._notes) from error.__cause__
        finally:
            self._notes.seen.update(self._watch.end())
        self._ran(entry.name, seconds)

    async def _elsewhere(self) -> None:
        """Go on in another session: nobody knows what a Python step has done to the driver."""
        self._run = replace(self._run, connection=await self._place.enter())
        self._watch.pid = self._run.connection.get_server_pid()
        await interrupted.go_on_in(self._run.connection)

    def _ran(self, name: str, seconds: float) -> None:
        if name in self._notes.seconds:
            return
        self._notes.seconds[name] = seconds
        self._run.reporter.say(f"  {name}  {seconds * 1000:,.0f} ms")


def _told(error: MigrationError, watch: Watch, notes: Notes) -> MigrationError:
    """Return a step's error with what is known of the run around it."""
    if watch.blocked and error.data.get("sqlstate") in _TAKEN:
        error = error.but(found=f"{error.found}\n  it waited for {watch.blocked}")
    if notes.skipped:
        error = error.but(
            why=f"--sql-only left out {', '.join(notes.skipped)}, which it may need",
            next="invoke phase1, without --sql-only",
        )
    return error
