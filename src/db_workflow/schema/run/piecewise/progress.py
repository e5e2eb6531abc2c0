"""How far a step has come that runs statement by statement, as the database remembers it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from db_workflow.schema.keys import STEP
from db_workflow.schema.plan import Entry
from db_workflow.schema.run.piecewise.piece import Piece
from db_workflow.state import HOME, forget, recall, record

if TYPE_CHECKING:
    import asyncpg

# For the length of a transaction it is the account that connected which writes, whatever a SET ROLE
# of the file says; afterwards the file's role holds again.
AS_OURSELVES = "SET LOCAL SESSION AUTHORIZATION DEFAULT; SET LOCAL ROLE NONE"
# Which row this is, in which table. What a dump restores has other numbers, these and those of all
# relations; a copy of the database's files has the same.
_ROW = "jsonb_build_array(xmin::text, tableoid::bigint)"
_STAMP = (
    f"UPDATE {HOME}.state SET value = jsonb_set(value, '{{under_way,row}}', {_ROW})"  # noqa: S608 - constants
    " WHERE key = $1"
)
_STAMPED = f"SELECT value #> '{{under_way,row}}' = {_ROW} FROM {HOME}.state WHERE key = $1"  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class Progress:
    """What is done, and what is under way.

    Attributes:
        done: the digests of the statements that are done: the first ones of the file.
        rows: what they have touched.
        under_way: the statement that runs without a transaction now: its `digest`, and `facts`,
            what there was before it began, by the numbers that this database has for it.

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

    def without_facts(self) -> "Progress":
        """Return the progress as a copy of the database knows it, where all numbers are others.

        What was under way there runs again; what is there already, its name tells.
        """
        assert self.under_way is not None  # noqa: S101 - asked by the caller
        return replace(self, under_way={**self.under_way, "facts": {}})


async def read_progress(connection: "asyncpg.Connection[Any]", entry: Entry) -> Progress | None:
    """Return how far an earlier run came with a step; None if it had not begun."""
    value = await recall(connection, STEP + entry.name)
    if value is None:
        return None
    progress = Progress(**{**value, "done": tuple(value["done"])})
    if progress.under_way is None or await connection.fetchval(_STAMPED, STEP + entry.name):
        return progress
    return progress.without_facts()


async def write_progress(
    connection: "asyncpg.Connection[Any]", entry: Entry, progress: Progress
) -> None:
    """Write the progress down, as the account that connected."""
    async with connection.transaction():
        await connection.execute(AS_OURSELVES)
        await record(connection, STEP + entry.name, asdict(progress))
        if progress.under_way is not None:
            await connection.execute(_STAMP, STEP + entry.name)


async def forget_progress(connection: "asyncpg.Connection[Any]", entry: Entry) -> None:
    """Forget a step that is in the ledger; in the transaction that writes it there."""
    await forget(connection, STEP + entry.name)
