"""How far a step has come that runs statement by statement, as the database remembers it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from db_workflow.schema.plan import Entry
from db_workflow.schema.run.piecewise.piece import Piece
from db_workflow.state import HOME, forget, recall, record

if TYPE_CHECKING:
    import asyncpg

_PREFIX = "step:"
# For the length of a transaction it is the account that connected which writes, whatever a SET ROLE
# of the file says; afterwards the file's role holds again.
AS_OURSELVES = "SET LOCAL SESSION AUTHORIZATION DEFAULT; SET LOCAL ROLE NONE"


@dataclass(frozen=True, slots=True)
class Progress:
    """What is done, and what is under way.

    Attributes:
        done: the digests of the statements that are done: the first ones of the file.
        rows: what they have touched.
        under_way: the statement that runs without a transaction now: its `digest`, and `facts`,
            what there was before it began.

    """

    done: tuple[str, ...] = ()
    rows: int = 0
    under_way: Mapping[str, Any] | None = None

    def begin(self, piece: Piece, facts: Mapping[str, Any]) -> "Progress":
        """Return the progress once a statement has begun that cannot be rolled back."""
        return replace(self, under_way={"digest": piece.digest, "facts": dict(facts)})

    def finish(self, digest: str, rows: int = 0) -> "Progress":
        """Return the progress once the next statement is done."""
        return replace(self, done=(*self.done, digest), rows=self.rows + rows, under_way=None)

    def abandon(self) -> "Progress":
        """Return the progress once the statement that was under way has left nothing behind."""
        return replace(self, under_way=None)


async def read_progress(connection: "asyncpg.Connection[Any]", entry: Entry) -> Progress | None:
    """Return how far an earlier run came with a step; None if it had not begun."""
    value = await recall(connection, _PREFIX + entry.name)
    return None if value is None else Progress(**{**value, "done": tuple(value["done"])})


async def write_progress(
    connection: "asyncpg.Connection[Any]", entry: Entry, progress: Progress
) -> None:
    """Write the progress down, as the account that connected."""
    async with connection.transaction():
        await connection.execute(AS_OURSELVES)
        await record(connection, _PREFIX + entry.name, asdict(progress))


async def forget_progress(connection: "asyncpg.Connection[Any]", entry: Entry) -> None:
    """Forget a step that is in the ledger; in the transaction that writes it there."""
    await forget(connection, _PREFIX + entry.name)


async def unfinished_steps(connection: "asyncpg.Connection[Any]") -> tuple[str, ...]:
    """Return the steps that a run began statement by statement and did not finish."""
    if not await connection.fetchval(f"SELECT to_regclass('{HOME}.state')"):
        return ()
    rows = await connection.fetch(
        f"SELECT key FROM {HOME}.state WHERE starts_with(key, $1) ORDER BY key",  # noqa: S608 - a constant
        _PREFIX,
    )
    return tuple(row["key"].removeprefix(_PREFIX) for row in rows)
