"""How far a loop over batches has come, as the database remembers it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from db_workflow.errors import MigrationError
from db_workflow.schema.keys import BATCHES
from db_workflow.schema.plan import Entry
from db_workflow.schema.run.context import StepContext
from db_workflow.schema.run.keyset import Keyset, Place
from db_workflow.schema.run.piecewise.progress import AS_OURSELVES
from db_workflow.state import HOME, recall, record

if TYPE_CHECKING:
    import asyncpg

# Of a checksum: so much tells two versions of a step apart, and a person may copy it.
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Reached:
    """How far one loop has come.

    Attributes:
        step: whose loop it is.
        checksum: of the step's file, whose code has written the rows.
        of: what is read: another question begins at the beginning.
        place: of the last row that was written in this pass over the table.
        done: how many rows were, in all passes.
        passed: how many of them before this pass.
        finished: whether there were no more.

    """

    step: str
    checksum: str
    of: Mapping[str, Any]
    place: Place | None = None
    done: int = 0
    passed: int = 0
    finished: bool = False

    def after(self, rows: int, place: Place | None) -> "Reached":
        """Return how far it is once some more rows are written."""
        return replace(self, place=place, done=self.done + rows)

    @property
    def in_pass(self) -> int:
        """How many rows were written in this pass."""
        return self.done - self.passed

    def end_pass(self, *, another: bool) -> "Reached":
        """Return how far it is when a pass finds no more rows.

        Args:
            another: whether there is another pass after one that found any.

        """
        if another and self.in_pass:
            return replace(self, place=None, passed=self.done)
        return replace(self, finished=True)


def key_of(step: StepContext, table: str, name: str) -> str:
    """Return the key under which a loop's place is recorded."""
    return f"{BATCHES}{step.name}:{table}" + (f":{name}" if name else "")


async def take_up(step: StepContext, key: str, keyset: Keyset, *, goes_on_from: str) -> Reached:
    """Return where an earlier run has stopped; its session has ended: the runner sees to it.

    Raises:
        MigrationError: the step was edited since, and nobody says what that means.

    """
    of = {"where": keyset.where, "key": [list(column) for column in keyset.key]}
    beginning = Reached(step.name, step.checksum, of)
    value = await recall(step.connection, key)
    if value is None:
        return beginning
    found = Reached(**value)
    edited = found.checksum != step.checksum
    if edited and not found.done:
        return beginning
    if found.of != of:
        step.reporter.say(f"  {step.name}  begins anew: it asks for other rows than before")
        return beginning
    before = found.checksum[:_SHOWN]
    if edited and before != goes_on_from:
        raise _edited(step, found, before)
    found = replace(found, checksum=step.checksum, place=found.place and tuple(found.place))
    if not found.finished:
        step.reporter.say(f"  {step.name}  goes on after {found.done:,} rows")
    return found


async def write_reached(connection: "asyncpg.Connection[Any]", key: str, reached: Reached) -> None:
    """Write down how far a loop is, in the caller's transaction; as the account that connected."""
    await connection.execute(AS_OURSELVES)
    await record(connection, key, asdict(reached))


async def forget_batches(connection: "asyncpg.Connection[Any]", entry: Entry) -> None:
    """Forget the places of a step that is in the ledger; in the transaction that writes it there.

    Not before: a loop that has ended must not begin again when a later part of its step fails.
    """
    if await connection.fetchval(f"SELECT to_regclass('{HOME}.state')"):
        await connection.execute(
            f"DELETE FROM {HOME}.state WHERE starts_with(key, $1)",  # noqa: S608 - a constant
            f"{BATCHES}{entry.name}:",
        )


def _edited(step: StepContext, found: Reached, before: str) -> MigrationError:
    return MigrationError(
        f"{step.name} was edited after it had written {found.done:,} rows.",
        why="the rows before that place are the old code's work, and the rest would be the new's",
        next="choose: undo the edit;"
        ' or begin anew under another name: step.batches(…, name="again");'
        " or, if what is written is right as it is, go on:"
        f' step.batches(…, goes_on_from="{before}"). Then invoke migrate',
        data={"step": step.name, "done": found.done, "checksum": before},
    )
