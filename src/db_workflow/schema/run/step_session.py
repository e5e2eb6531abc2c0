"""A session while one step works in it: limits before, proof and ledger row after, nothing left."""

import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from db_workflow.connection import DRIVER_ERRORS
from db_workflow.schema.ledger.ledger import write_row
from db_workflow.schema.plan import Entry
from db_workflow.schema.run.message import Frame, forget, frame, limits
from db_workflow.schema.run.run import Run, ended_after

if TYPE_CHECKING:
    import asyncpg


@dataclass(slots=True)
class Counted:
    """Rows that a step touched, where somebody counts them."""

    rows: int | None = None


@dataclass(frozen=True, slots=True)
class StepSession:
    """The session in which one step works.

    Attributes:
        run: what it shares with the other steps.
        entry: the step.
        frame: what stands around its own SQL.

    """

    run: Run
    entry: Entry
    frame: Frame

    @classmethod
    def of(cls, run: Run, entry: Entry) -> "StepSession":
        """Return a run's session as a step's."""
        return cls(run, entry, frame(entry, settings=run.settings, lock=run.lock, major=run.major))

    @property
    def connection(self) -> "asyncpg.Connection[Any]":
        """What reaches the server."""
        return self.run.connection

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """Frame statements that are sent one after the other."""
        async with self.connection.transaction():
            await self.connection.execute(self.frame.begin)
            yield
            await self.connection.execute(self.frame.end)
        await self.forget()

    @contextlib.asynccontextmanager
    async def own_transactions(self) -> AsyncIterator[Counted]:
        """Set the limits for work with transactions of its own, and write its ledger row after."""
        await self.connection.execute(limits(self.entry.step, self.run.settings, word="SET"))
        started = time.perf_counter()
        counted = Counted()
        yield counted
        await self.forget()
        await self.run.lock.require()
        took = (time.perf_counter() - started) * 1000
        async with self.connection.transaction():
            await write_row(
                self.connection, self.entry, duration_ms=took, rows_touched=counted.rows
            )
            await self._forget_progress()

    async def forget(self) -> None:
        """Leave nothing of the step in the session."""
        await self.connection.execute(forget(self.run.major))
        # The driver's own prepared statements went with the session's.
        await self.connection.reload_schema_state()

    async def recover(self) -> None:
        """Leave the session as it was before the step, if it is still there."""
        if self.connection.is_closed():
            return
        with contextlib.suppress(*DRIVER_ERRORS), ended_after(self.connection):
            if self.connection.is_in_transaction():
                await self.connection.execute("ROLLBACK")
            await self.forget()

    async def _forget_progress(self) -> None:
        if self.entry.kind == "sql":
            from db_workflow.schema.run.piecewise import forget_progress

            await forget_progress(self.connection, self.entry)
        else:
            from db_workflow.schema.run.reached import forget_batches

            await forget_batches(self.connection, self.entry)
