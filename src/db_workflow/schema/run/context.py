"""What a Python step is given to work with."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from db_workflow.console import Reporter, Silent
from db_workflow.errors import MigrationError

if TYPE_CHECKING:  # a script that only declares must not pay for the driver
    import asyncpg

    from db_workflow.schema.run.batches import Batch


async def _alone() -> None:
    """Hold nothing: without a runner nobody else migrates."""


@dataclass(frozen=True, slots=True)
class StepContext:
    """What a Python step's `async def upgrade(context)` is given.

    Attributes:
        connection: open on the database being migrated; in the step's own transaction, unless the
            step was declared with `transaction=False`.
        name: the step's name in the ledger.
        reporter: where progress goes.
        still_held: raises when the migration lock is lost; asked before each batch is kept.
        checksum: of the step's file: half of a table is not to be one version's work, and half
            another's.

    """

    connection: "asyncpg.Connection[Any]"
    name: str
    reporter: Reporter = field(default_factory=Silent)
    still_held: Callable[[], Awaitable[None]] = _alone
    checksum: str = ""
    _loops: set[tuple[str, str]] = field(default_factory=set)

    def progress(self, done: int, total: int | None = None) -> None:
        """Tell how many rows (or whatever the step counts) are done; call it often."""
        self.reporter.progress(self.name, done, total)

    def batches(
        self,
        table: str,
        *,
        columns: Sequence[str] = (),
        where: str | None = None,
        size: int = 1000,
        pause_seconds: float = 0.0,
        name: str = "",
        until_none: bool = False,
        goes_on_from: str = "",
    ) -> "AsyncIterator[Batch]":
        """Read a table in batches, each of which is written in a transaction of its own.

        ::

            async for batch in context.batches("people", columns=("email",), size=500):
                wanted = [slow(row["email"]) for row in batch.rows]  # no lock is held here
                async with batch as connection:  # the rows and the place together
                    await connection.executemany("UPDATE …", wanted)

        Rows come in the order of the primary key, each at most once, whatever the step's own
        writes make of `where`. A run that was interrupted goes on after the last batch that was
        written; a loop that has ended does not begin again. If the step was edited meanwhile, it
        is refused until somebody has said what that means.

        A row that somebody inserts behind the place that was reached is not seen: with random keys
        (UUIDs) that is every second one. Before such a loop let the application, or a trigger,
        write new rows rightly; or let `where` find what is still to do, and say `until_none=True`.

        Args:
            table: its name as written in SQL.
            columns: what to read besides the primary key.
            where: which rows, as SQL; None for all.
            size: how many rows a batch holds.
            pause_seconds: to rest after each batch, so that others get their turn.
            name: tells two loops over one table apart.
            until_none: read the table again from its beginning until `where` finds no row; what is
                written has to make it false.
            goes_on_from: the checksum of the version of this step whose rows are right as they
                are, although it was edited since; the refusal names it.

        Raises:
            MigrationError: no such table, no primary key, a transaction is open (declare the step
                with `transaction=False`), a batch was passed over, two loops have one name, the
                step was edited in the middle, or until_none would never end.

        """
        from db_workflow.schema.run.batches import batches

        if (table, name) in self._loops:
            raise MigrationError(
                f"{self.name} has two loops over {table} that have the same name.",
                why="the second would begin where the first has ended",
                next='name one of them: context.batches(…, name="second")',
            )
        if size < 1:
            raise MigrationError(f"{self.name}: a batch of {size} rows is none.", next="size=1000")
        if until_none and where is None:
            raise MigrationError(
                f"{self.name}: until_none=True needs `where`.",
                why="without it every row is found in every pass",
                next="say with where=… which rows are still to do",
            )
        self._loops.add((table, name))
        return batches(
            self,
            table,
            columns=columns,
            where=where,
            size=size,
            pause_seconds=pause_seconds,
            name=name,
            until_none=until_none,
            goes_on_from=goes_on_from,
        )
