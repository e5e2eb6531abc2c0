"""Batches: a large table changed by a Python step, some rows a transaction, resumable.

The rows of a batch are read and worked on while no transaction is open; then they are written
together with the place that has been reached. A run that was killed goes on exactly there.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from types import TracebackType
from typing import TYPE_CHECKING, Any

from db_workflow.errors import MigrationError
from db_workflow.schema.plan import Entry
from db_workflow.schema.run.context import StepContext
from db_workflow.schema.run.keyset import Keyset, Place, keyset_of
from db_workflow.schema.run.piecewise.progress import AS_OURSELVES
from db_workflow.state import HOME, recall, record

if TYPE_CHECKING:
    import asyncpg

_PREFIX = "batches:"


@dataclass(frozen=True, slots=True)
class _Reached:
    """How far one loop has come, as the database remembers it.

    Attributes:
        of: what is read: another question begins at the beginning.
        place: of the last row that was written.
        done: how many rows were.
        finished: whether there were no more.

    """

    of: Mapping[str, Any]
    place: Place | None = None
    done: int = 0
    finished: bool = False


class Batch:
    """Some rows, and the transaction in which to write them: `async with batch as connection`.

    Attributes:
        rows: the primary key's columns and those that were asked for, in the key's order.

    """

    def __init__(
        self, rows: tuple[Mapping[str, Any], ...], step: StepContext, key: str, reached: _Reached
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
            await self._step.connection.execute(AS_OURSELVES)
            await record(self._step.connection, self._key, asdict(self._reached))
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
) -> AsyncIterator[Batch]:
    """Yield a table's rows in batches; see `StepContext.batches`."""
    key = f"{_PREFIX}{step.name}:{table}" + (f":{name}" if name else "")
    _refuse_transaction(step)
    keyset = await keyset_of(step.connection, table, columns=columns, where=where)
    reached = await _take_up(step, key, keyset)
    total = reached.done + await keyset.remaining(step.connection, reached.place)
    while not reached.finished:
        _refuse_transaction(step)
        rows, place = await keyset.read(step.connection, reached.place, limit=size)
        if not rows:
            reached = replace(reached, finished=True)
            await _write(step, key, reached)
            return
        reached = replace(reached, place=place, done=reached.done + len(rows))
        batch = Batch(rows, step, key, reached)
        yield batch
        if not batch.written:
            raise MigrationError(
                f"{step.name} passes over a batch of {table}.",
                why="the place that has been reached is written together with a batch's rows",
                next="write each batch in an `async with batch as connection:`,"
                " with nothing in it if there is nothing to write",
                data={"step": step.name, "table": table},
            )
        step.progress(reached.done, max(total, reached.done))
        await asyncio.sleep(pause_seconds)


async def forget_batches(connection: "asyncpg.Connection[Any]", entry: Entry) -> None:
    """Forget the places of a step that is in the ledger; in the transaction that writes it there.

    Not before: a loop that has ended must not begin again when a later part of its step fails.
    """
    if await connection.fetchval(f"SELECT to_regclass('{HOME}.state')"):
        await connection.execute(
            f"DELETE FROM {HOME}.state WHERE starts_with(key, $1)",  # noqa: S608 - a constant
            f"{_PREFIX}{entry.name}:",
        )


async def _take_up(step: StepContext, key: str, keyset: Keyset) -> _Reached:
    """Return where an earlier run has stopped; its session has ended: the runner sees to it."""
    of = {"where": keyset.where, "key": [list(column) for column in keyset.key]}
    value = await recall(step.connection, key)
    if value is None:
        return _Reached(of)
    found = _Reached(**value)
    if found.of != of:
        step.reporter.say(f"  {step.name}  begins anew: it asks for other rows than before")
        return _Reached(of)
    if found.place is None:
        return found
    step.reporter.say(f"  {step.name}  goes on after {found.done:,} rows")
    return replace(found, place=tuple(found.place))


async def _write(step: StepContext, key: str, reached: _Reached) -> None:
    async with step.connection.transaction():
        await step.connection.execute(AS_OURSELVES)
        await record(step.connection, key, asdict(reached))


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
