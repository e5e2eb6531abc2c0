"""One attempt at a step, and what a person reads when it fails.

| step | what is sent |
|---|---|
| SQL file | one message: limits, the file, proof and ledger row, commit, session reset |
| small SQL files | the same, several in one message: see `group` |
| SQL file with COPY data, or that changes how SQL is read | the same, part by part |
| Python step | limits; the step's own statements; proof and ledger row, commit; session reset |
| no-transaction file, Python step with transactions of its own | its pieces; then the ledger row |
"""

import asyncio
import time
from dataclasses import dataclass

import asyncpg

from db_workflow.connection import DRIVER_ERRORS
from db_workflow.errors import MigrationError, WorkflowError
from db_workflow.schema.plan import Entry
from db_workflow.schema.run.failure import connection_lost, python_failure, sql_failure
from db_workflow.schema.run.finish_failure import finish_failure
from db_workflow.schema.run.python_work import PythonWork
from db_workflow.schema.run.run import Run
from db_workflow.schema.run.sql_work import SqlWork
from db_workflow.schema.run.step_session import StepSession
from db_workflow.schema.script.script import Script

# What trying again may mend: the step was rolled back as a whole.
TAKEN = (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError)
# A failure without a place is looked for once more, statement by statement, if that costs no more.
SEARCH_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Failed:
    """How a step has failed that was sent together with others.

    Attributes:
        error: what the driver raised.
        seconds: how long ago it was sent, at the most.
        start: how many characters of the message stood before its own.

    """

    error: Exception
    seconds: float
    start: int


class Attempt:
    """A step that can be tried.

    Attributes:
        run: what it shares with the other steps.
        entry: the step.
        transaction: whether it runs as a whole or not at all.

    """

    def __init__(
        self, run: Run, entry: Entry, script: Script | None, failed: Failed | None = None
    ) -> None:
        self.run = run
        self.entry = entry
        self.transaction = is_transactional(entry, script)
        self._session = StepSession.of(run, entry)
        self._work = PythonWork(self._session) if script is None else SqlWork(self._session, script)
        self._failed = failed
        self._took = 0.0

    async def once(self) -> None:
        """Run the step and write it into the ledger; both happen or neither does.

        What failed among others counts as the first time.

        Raises:
            asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError: another session stood in
                the way; nothing was kept.
            MigrationError: the step failed; says where and how.

        """
        started = time.perf_counter() - (self._failed.seconds if self._failed else 0)
        try:
            await self._run()
        except asyncio.CancelledError as error:
            await asyncio.shield(self._session.recover())
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            # Nobody asked for it: the step's own code has let one slip out.
            raise await self.failure(error, look=False) from None
        except (WorkflowError, *TAKEN):
            self._took = time.perf_counter() - started
            await self._session.recover()
            raise
        except (Exception, SystemExit, GeneratorExit) as error:  # or half a migration would be left
            await self._session.recover()
            self._took = time.perf_counter() - started
            failure = await self.failure(error, look=self.is_quick)
            if self.run.rows_shown:
                raise failure from error
            raise failure from None  # a traceback would print the driver's own error, rows and all

    async def _run(self) -> None:
        failed, self._failed = self._failed, None
        if failed is None:
            return await self._work.run()
        if isinstance(self._work, SqlWork):
            self._work.was_sent(failed.start)
        raise failed.error

    @property
    def is_lost(self) -> bool:
        """Whether its session has ended."""
        return self.run.connection.is_closed()

    @property
    def is_quick(self) -> bool:
        """Whether trying once more costs little beside what the last time took."""
        lock = self.entry.step.lock_timeout_ms or self.run.settings.lock_timeout_ms
        return self._took < SEARCH_SECONDS + lock / 1000

    async def failure(self, error: BaseException, *, look: bool = False) -> MigrationError:
        """Return what a person reads of an error.

        Args:
            error: what the driver or the step raised.
            look: whether to look for its place by trying once more.

        """
        told = finish_failure(error, self.entry, self.run.lock)
        if told is not None:
            return told
        if self.is_lost:
            return connection_lost(error, self.entry, transaction=self.transaction)
        settings, rows_shown = self.run.settings, self.run.rows_shown
        if isinstance(self._work, SqlWork) and isinstance(error, DRIVER_ERRORS):
            return sql_failure(
                error,
                self.entry,
                self._work.script,
                await self._work.find(error, look=look),
                settings=settings,
                rows_shown=rows_shown,
            )
        return python_failure(
            error,
            self.entry,
            transaction=self.transaction,
            settings=settings,
            rows_shown=rows_shown,
        )


def is_transactional(entry: Entry, script: Script | None) -> bool:
    """Tell whether a step runs as a whole or not at all; a SQL file says so itself."""
    return entry.step.transaction if script is None else script.transaction
