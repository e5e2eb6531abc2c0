"""Batches: a large table changed by a Python step, some rows a transaction, resumable.

The rows of a batch are read and worked on while no transaction is open; then they are written
together with the place that has been reached. A run that was killed goes on exactly there.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

from db_workflow.errors import MigrationError
from db_workflow.schema.run.context import StepContext
from db_workflow.schema.run.keyset import keyset_of
from db_workflow.schema.run.reached import Reached, key_of, take_up, write_reached

if TYPE_CHECKING:
    import asyncpg


class Batch:
    """Some rows, and the transaction in which to write them: `async with batch as connection`.

    Attributes:
        rows: the primary key's columns and those that were asked for, in the key's order.

    """

    def __init__(
        self, rows: tuple[Mapping[str, Any], ...], step: StepContext, key: str, reached: Reached
    ) -> None:
        self.rows = rows
        self.written = False
        self._step = step
        self._key = key
        self._reached = reached
        self._transaction = contextlib.AsyncExitStack()

    async def __aenter__(self) -> "asyncpg.Connection[Any]":
        """Begin the transaction.

        Raises:
            MigrationError: the batch was written already.

        """
        if self.written:
            raise MigrationError(
                f"{self._step.name} writes a batch twice.",
                why="the place that it has reached is written together with the rows, once",
                next="use one `async with batch` for each batch",
            )
        await self._transaction.enter_async_context(self._step.connection.transaction())
        return self._step.connection

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Write the place that was reached, and end the transaction; or undo everything."""
        opened = self._transaction.pop_all()
        if error is not None:
            await opened.__aexit__(kind, error, traceback)
            return
        async with opened:
            await write_reached(self._step.connection, self._key, self._reached)
            await self._step.still_held()
        self.written = True


async def batches(
    step: StepContext,
    table: str,
    *,
    columns: Sequence[str] = (),
    where: str | None = None,
    size: int = 1000,
    pause_seconds: float = 0.0,
    name: str = "",
    until_none: bool = False,
    goes_on_from: str = "",
) -> AsyncIterator[Batch]:
    """Yield a table's rows in batches; see `StepContext.batches`."""
    key = key_of(step, table, name)
    _refuse_transaction(step)
    keyset = await keyset_of(step.connection, table, columns=columns, where=where)
    reached = await take_up(step, key, keyset, goes_on_from=goes_on_from)
    total, former = 0, None
    while not reached.finished:
        _refuse_transaction(step)
        if not total:
            total = reached.done + await keyset.remaining(step.connection, reached.place)
        rows, place = await keyset.read(step.connection, reached.place, limit=size)
        if rows:
            reached = reached.after(len(rows), place)
            batch = Batch(rows, step, key, reached)
            yield batch
            if not batch.written:
                raise _passed_over(step, table)
            step.progress(reached.done, max(total, reached.done))
            await asyncio.sleep(pause_seconds)
            continue
        seen = (reached.in_pass, reached.place)
        reached = reached.end_pass(another=until_none)
        async with step.connection.transaction():
            await write_reached(step.connection, key, reached)
        if not reached.finished and seen == former:
            raise _endless(step, table)
        total, former = 0, seen


def _passed_over(step: StepContext, table: str) -> MigrationError:
    return MigrationError(
        f"{step.name} passes over a batch of {table}.",
        why="the place that has been reached is written together with a batch's rows",
        next="write each batch in an `async with batch as connection:`,"
        " with nothing in it if there is nothing to write",
        data={"step": step.name, "table": table},
    )


def _endless(step: StepContext, table: str) -> MigrationError:
    return MigrationError(
        f"{step.name} finds the same rows of {table} in every pass.",
        why="with until_none=True the table is read until `where` finds no row, so what the step"
        " writes has to make it false",
        next="mend `where` or what is written, or leave until_none out; then invoke migrate",
        data={"step": step.name, "table": table},
    )


def _refuse_transaction(step: StepContext) -> None:
    if step.connection.is_in_transaction():
        raise MigrationError(
            f"{step.name} reads batches inside a transaction.",
            why="each batch has a transaction of its own; inside another one nothing would be"
            " kept before the end, and every lock held until then",
            next="declare it with python_step(…, transaction=False), and open no transaction"
            " around the loop",
            data={"step": step.name},
        )
