"""One attempt at a step: the ways in which SQL and Python reach the server, and what a failure is.

| step | what is sent |
|---|---|
| SQL file | one message: limits, the file, proof and ledger row, commit, session reset |
| SQL file with COPY data, or that changes how SQL is read | the same, part by part |
| Python step | limits; the step's own statements; proof and ledger row, commit; session reset |
| no-transaction file, Python step with transactions of its own | its pieces; then the ledger row |
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import asyncpg

from db_workflow.connection import DRIVER_ERRORS
from db_workflow.errors import MigrationError, WorkflowError
from db_workflow.modules import load_file
from db_workflow.schema.ledger.ledger import write_row
from db_workflow.schema.plan import Entry
from db_workflow.schema.run import finish
from db_workflow.schema.run.context import StepContext
from db_workflow.schema.run.copied_rows import row_of, send_part
from db_workflow.schema.run.failure import connection_lost, python_failure, sql_failure
from db_workflow.schema.run.finish_failure import finish_failure
from db_workflow.schema.run.invalid import refuse_passing_over
from db_workflow.schema.run.message import forget, frame, limits
from db_workflow.schema.run.run import Run, ended_after
from db_workflow.schema.run.search import Found, may_be_repeated, search
from db_workflow.schema.script.script import Part, Script
from db_workflow.settings import Settings

# What trying again may mend: the step was rolled back as a whole.
TAKEN = (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError)
# A failure without a place is looked for once more, statement by statement, if that costs no more.
_SEARCH_SECONDS = 2.0


class Attempt:
    """A step that can be tried."""

    def __init__(self, run: Run, entry: Entry, script: Script | None) -> None:
        self.run = run
        self.entry = entry
        self._connection = run.connection
        self._frame = frame(entry, settings=run.settings, lock=run.lock, major=run.major)
        self._script = script
        # What to add to the place that the server names to get the place in the file.
        self._offset = 0
        # What was sent last, where the file is sent part by part.
        self._part: Part | None = None
        self._took = 0.0
        lock = entry.step.lock_timeout_ms or run.settings.lock_timeout_ms
        self._lock_seconds = lock / 1000
        self.transaction = is_transactional(entry, script)
        self._work = self._python() if script is None else self._sql(script)

    async def once(self) -> None:
        """Run the step and write it into the ledger; both happen or neither does.

        Raises:
            asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError: another session stood in
                the way; nothing was kept.
            MigrationError: the step failed; says where and how.

        """
        started = time.perf_counter()
        try:
            await self._work()
        except asyncio.CancelledError:
            await asyncio.shield(self._recover())
            raise
        except (WorkflowError, *TAKEN):
            self._took = time.perf_counter() - started
            await self._recover()
            raise
        except (Exception, SystemExit) as error:  # a step that exits would leave half a migration
            await self._recover()
            self._took = time.perf_counter() - started
            failure = await self.failure(error, look=self.is_quick)
            if self.run.rows_shown:
                raise failure from error
            raise failure from None  # a traceback would print the driver's own error, rows and all

    @property
    def is_lost(self) -> bool:
        """Whether its session has ended."""
        return self._connection.is_closed()

    @property
    def is_quick(self) -> bool:
        """Whether trying once more costs little beside what the last time took."""
        return self._took < _SEARCH_SECONDS + self._lock_seconds

    async def failure(self, error: BaseException, *, look: bool = False) -> MigrationError:
        """Return what a person reads of an error.

        Args:
            error: what the driver or the step raised.
            look: whether to look for its place by trying once more.

        """
        told = finish_failure(error, self.entry, self.run.lock)
        if told is not None:
            return told
        if self._connection.is_closed():
            return connection_lost(error, self.entry, transaction=self.transaction)
        settings, rows_shown = self.run.settings, self.run.rows_shown
        if self._script is None or not isinstance(error, DRIVER_ERRORS):
            return python_failure(
                error,
                self.entry,
                transaction=self.transaction,
                settings=settings,
                rows_shown=rows_shown,
            )
        place = getattr(error, "position", None)
        row = row_of(error, self._script, self._part)
        at = int(place) + self._offset if place else row
        found = Found(at, at_end=at is None and finish.is_inside(error))
        if found == Found() and look and isinstance(error, asyncpg.PostgresError):
            found = await self._search(self._script, error)
        return sql_failure(
            error,
            self.entry,
            self._script,
            at=found.at,
            at_end=found.at_end,
            is_row=row is not None,
            settings=settings,
            rows_shown=rows_shown,
        )

    def _sql(self, script: Script) -> Callable[[], Awaitable[None]]:
        async def one_message() -> None:
            await refuse_passing_over(self._connection, self.entry, script)
            text = script.parts[0].text if script.parts else ""
            self._offset = (script.parts[0].start if script.parts else 0) - self._frame.offset
            await self._connection.execute(self._frame.around(text))
            # The driver's own prepared statements went with the session's.
            await self._connection.reload_schema_state()

        async def several_messages() -> None:
            await refuse_passing_over(self._connection, self.entry, script)
            async with self._transaction():
                before = await self._number() if _resets_all(script) else None
                for part in script.parts:
                    self._offset, self._part = part.start, part
                    await send_part(self._connection, part.text, part.data)
                if before is not None and await self._number() == before:
                    # RESET ALL has taken the mark along; the transaction's number is as good.
                    await self._connection.execute(self._frame.begin)
                self._offset, self._part = len(script.text) + 1, None

        async def pieces() -> None:
            from db_workflow.schema.run.piecewise import run_piecewise

            await self._connection.execute(self._limits)
            async with self._outside() as counted:
                counted.rows = await run_piecewise(
                    self._connection,
                    self.entry,
                    script,
                    settings=self.run.settings,
                    rows_shown=self.run.rows_shown,
                    reporter=self.run.reporter,
                    still_held=self.run.lock.require,
                )

        if not self.transaction:
            return pieces
        whole = not script.parts or (script.complete and len(script.parts) == 1)
        return one_message if whole and not _resets_all(script) else several_messages

    def _python(self) -> Callable[[], Awaitable[None]]:
        upgrade = _load_upgrade(self.entry, self.run.settings)
        held = self.run.lock.require
        entry = self.entry
        context = StepContext(self._connection, entry.name, self.run.reporter, held, entry.checksum)

        async def inside() -> None:
            async with self._transaction():
                await upgrade(context)

        async def outside() -> None:
            await self._connection.execute(self._limits)
            async with self._outside():
                await upgrade(context)
                if self._connection.is_in_transaction():
                    raise MigrationError(
                        f"{self.entry.name} left a transaction open.",
                        why="what it did last would be lost, and the ledger would not know",
                        next="use `async with context.connection.transaction()` in the step",
                        data={"step": self.entry.name},
                    )

        return inside if self.transaction else outside

    @contextlib.asynccontextmanager
    async def _transaction(self) -> AsyncIterator[None]:
        """Frame statements that are sent one after the other."""
        async with self._connection.transaction():
            await self._connection.execute(self._frame.begin)
            yield
            await self._connection.execute(self._frame.end)
        await self._forget()

    @contextlib.asynccontextmanager
    async def _outside(self) -> AsyncIterator["_Counted"]:
        """Write the ledger row after work that had transactions of its own."""
        started = time.perf_counter()
        counted = _Counted()
        yield counted
        await self._forget()
        await self.run.lock.require()
        took = (time.perf_counter() - started) * 1000
        async with self._connection.transaction():
            await write_row(
                self._connection, self.entry, duration_ms=took, rows_touched=counted.rows
            )
            if self.entry.kind == "sql":
                from db_workflow.schema.run.piecewise import forget_progress

                await forget_progress(self._connection, self.entry)
            else:
                from db_workflow.schema.run.reached import forget_batches

                await forget_batches(self._connection, self.entry)

    @property
    def _limits(self) -> str:
        return limits(self.entry.step, self.run.settings, word="SET")

    async def _number(self) -> str:
        return str(await self._connection.fetchval("SELECT pg_catalog.pg_current_xact_id()::text"))

    async def _forget(self) -> None:
        await self._connection.execute(forget(self.run.major))
        await self._connection.reload_schema_state()

    async def _recover(self) -> None:
        """Leave the session as it was before the step, if it is still there."""
        if self._connection.is_closed():
            return
        with contextlib.suppress(*DRIVER_ERRORS), ended_after(self._connection):
            if self._connection.is_in_transaction():
                await self._connection.execute("ROLLBACK")
            await self._forget()

    async def _search(self, script: Script, error: asyncpg.PostgresError) -> Found:
        if not may_be_repeated(script):
            return Found()
        try:
            await self._connection.execute(f"BEGIN; {self._frame.begin}")
            return await search(self._connection, script, error)
        except DRIVER_ERRORS:
            return Found()
        finally:
            await self._recover()


@dataclass(slots=True)
class _Counted:
    """Rows that a step touched, where somebody counts them."""

    rows: int | None = None


def is_transactional(entry: Entry, script: Script | None) -> bool:
    """Tell whether a step runs as a whole or not at all; a SQL file says so itself."""
    return entry.step.transaction if script is None else script.transaction


def _resets_all(script: Script) -> bool:
    return any(statement.words[:2] == ("reset", "all") for statement in script.statements)


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
