"""What a runner script writes: the ordered list of one version's steps."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from db_workflow.console import Reporter, Silent
from db_workflow.errors import MigrationError

if TYPE_CHECKING:  # a script that only declares must not pay for the driver
    import asyncpg

    from db_workflow.schema.batches import Batch

Kind = Literal["sql", "python"]


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of a version's list; made by `sql_file` and `python_step`.

    Attributes:
        kind: "sql" or "python".
        path: as written in the list.
        transaction: whether the runner opens a transaction around it.
        statement_timeout_ms: instead of the settings' limit for each of its statements.
        lock_timeout_ms: instead of the settings' limit for each wait for a lock.
        time_limit_seconds: instead of the settings' limit for the step as a whole, by the clock.

    """

    kind: Kind
    path: str
    transaction: bool = True
    statement_timeout_ms: int | None = None
    lock_timeout_ms: int | None = None
    time_limit_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Migration:
    """One version: what it is about and its steps, in the order in which they run."""

    version: str
    title: str
    steps: tuple[Step, ...]


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

    """

    connection: "asyncpg.Connection[Any]"
    name: str
    reporter: Reporter = field(default_factory=Silent)
    still_held: Callable[[], Awaitable[None]] = _alone
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
    ) -> "AsyncIterator[Batch]":
        """Read a table in batches, each of which is written in a transaction of its own.

        ::

            async for batch in context.batches("people", columns=("email",), size=500):
                wanted = [slow(row["email"]) for row in batch.rows]  # no lock is held here
                async with batch as connection:  # the rows and the place together
                    await connection.executemany("UPDATE …", wanted)

        Rows come in the order of the primary key, each at most once, whatever the step's own
        writes make of `where`. A run that was interrupted goes on after the last batch that was
        written; a loop that has ended does not begin again.

        Args:
            table: its name as written in SQL.
            columns: what to read besides the primary key.
            where: which rows, as SQL; None for all.
            size: how many rows a batch holds.
            pause_seconds: to rest after each batch, so that others get their turn.
            name: tells two loops over one table apart.

        Raises:
            MigrationError: no such table, no primary key, a transaction is open (declare the step
                with `transaction=False`), a batch was passed over, or two loops have one name.

        """
        from db_workflow.schema.batches import batches

        if (table, name) in self._loops:
            raise MigrationError(
                f"{self.name} has two loops over {table} that have the same name.",
                why="the second would begin where the first has ended",
                next='name one of them: context.batches(…, name="second")',
            )
        if size < 1:
            raise MigrationError(f"{self.name}: a batch of {size} rows is none.", next="size=1000")
        self._loops.add((table, name))
        return batches(
            self,
            table,
            columns=columns,
            where=where,
            size=size,
            pause_seconds=pause_seconds,
            name=name,
        )


def sql_file(
    path: str,
    *,
    statement_timeout_ms: int | None = None,
    lock_timeout_ms: int | None = None,
    time_limit_seconds: float | None = None,
) -> Step:
    """Declare a SQL file, run as a whole in one transaction of its own.

    A file whose first lines hold `-- db_workflow: no-transaction` runs statement by statement
    instead, and is taken up again where it stopped.

    Args:
        path: below the version's SQL folder, such as `"devices/01_user_devices.sql"`.
        statement_timeout_ms: for each statement, instead of the settings' limit.
        lock_timeout_ms: for each wait for a lock, likewise.
        time_limit_seconds: for the file as a whole, likewise.

    """
    return Step(
        "sql",
        path,
        statement_timeout_ms=statement_timeout_ms,
        lock_timeout_ms=lock_timeout_ms,
        time_limit_seconds=time_limit_seconds,
    )


def python_step(
    path: str,
    *,
    transaction: bool = True,
    statement_timeout_ms: int | None = None,
    lock_timeout_ms: int | None = None,
    time_limit_seconds: float | None = None,
) -> Step:
    """Declare a Python file with `async def upgrade(context: StepContext) -> None`.

    Args:
        path: beside the runner, such as `"rehash_passwords.py"`.
        transaction: False for long work that commits in batches of its own. Such a step is run
            again after an interruption, so it must find out by itself what is already done, or
            use `context.batches`, which remembers.
        statement_timeout_ms: for each statement, instead of the settings' limit.
        lock_timeout_ms: for each wait for a lock, likewise.
        time_limit_seconds: for the step as a whole, likewise.

    """
    return Step(
        "python",
        path,
        transaction=transaction,
        statement_timeout_ms=statement_timeout_ms,
        lock_timeout_ms=lock_timeout_ms,
        time_limit_seconds=time_limit_seconds,
    )
