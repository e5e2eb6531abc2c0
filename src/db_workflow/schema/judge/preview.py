"""What `migrate` would run now, and why: the steps, the tables they name, what is left out."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from db_workflow.connection import session
from db_workflow.schema.judge.forecast import forecast_text
from db_workflow.schema.judge.live import reading, unfinished_steps
from db_workflow.schema.judge.sizes import TableSize, table_sizes
from db_workflow.schema.ledger.ledger import Row, read_ledger
from db_workflow.schema.ledger.standing import require_reconciled, require_recorded_schema
from db_workflow.schema.plan import Entry, Plan
from db_workflow.schema.run.step import prepare
from db_workflow.schema.run.unfinished import Begun, require_taken_up
from db_workflow.schema.script.named import named_tables
from db_workflow.schema.script.script import Script
from db_workflow.settings import Settings

if TYPE_CHECKING:
    from db_workflow.address import Address

Reason = Literal["version not begun", "new in the list", "skipped before", "goes on"]


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step that would run.

    Attributes:
        version: such as "0.4".
        position: in its version's list, from 1.
        name: in the ledger.
        kind: "sql" or "python".
        transaction: whether it runs as a whole or not at all.
        reason: why it is pending: its version has not begun; it is new in a list that has run; it
            was skipped by `--sql-only`; it began without a transaction and goes on.
        left_out: whether `--sql-only` passes it over.
        checksum: of its file.
        tables: those that are there and that its SQL names; what a Python step does is not known.
        notes: what is there of it already, and what is odd about its file.

    """

    version: str
    position: int
    name: str
    kind: str
    transaction: bool
    reason: Reason
    left_out: bool
    checksum: str
    tables: tuple[TableSize, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What `migrate` would run now.

    Attributes:
        database: its address, without the password.
        applied: how many steps it has.
        steps: those that it would run, in order, with those that `--sql-only` leaves out.
        later: how many are pending behind `--to`.
        needing: the steps that would run although a step that is left out stands before them.

    """

    database: str
    applied: int
    steps: tuple[PlannedStep, ...]
    later: int
    needing: tuple[str, ...]

    @property
    def left_out(self) -> tuple[str, ...]:
        """The steps that `--sql-only` passes over."""
        return tuple(step.name for step in self.steps if step.left_out)

    def to_json(self) -> Mapping[str, Any]:
        """Return everything, for a machine."""
        return {**asdict(self), "left_out": list(self.left_out)}

    def __str__(self) -> str:
        """Return the screen a person sees, 100 columns wide at the most."""
        return forecast_text(self)


async def preview(
    address: "Address",
    plan: Plan,
    *,
    settings: Settings,
    to: str | None = None,
    sql_only: bool = False,
) -> Preview:
    """Tell what `migrate` would do with these options, changing nothing.

    Args:
        address: the database.
        plan: every version's list, whole, as `load_plan` returns it.
        settings: the repository.
        to: the last version to apply (default: all).
        sql_only: pass Python steps over.

    Raises:
        MigrationError: what `migrate` would refuse to begin with.
        BusyError: somebody holds a table of the database locked.
        ServerError: the database cannot be reached.

    """
    versions = (plan if to is None else plan.up_to(to)).versions
    async with (
        session(address, purpose="plan", read_only=True) as connection,
        reading(connection, settings=settings),
    ):
        rows = await read_ledger(connection)
        found = await require_reconciled(connection, plan, rows)
        await require_recorded_schema(connection, settings=settings, database=address.database)
        pending = [entry for entry in found.pending if entry.version in versions]
        scripts = prepare(pending, settings=settings)
        begun = await require_taken_up(connection, plan, pending, scripts, rows=rows)
        named = {name: named_tables(script) for name, script in scripts.items()}
        every = {name for names in named.values() for name in names}
        sizes = await table_sizes(connection, sorted(every, key=str), settings=settings)
        unfinished = await unfinished_steps(connection, rows)
    reasons = _reasons(pending, rows, unfinished)
    steps = tuple(
        _planned(
            entry,
            scripts.get(entry.name),
            reason=reasons[entry.name],
            begun=begun.get(entry.name),
            left_out=sql_only and entry.kind == "python",
            tables=tuple(
                dict.fromkeys(sizes[name] for name in named.get(entry.name, ()) if name in sizes)
            ),
        )
        for entry in pending
    )
    first = next((place for place, step in enumerate(steps) if step.left_out), len(steps))
    return Preview(
        str(address),
        found.applied,
        steps,
        later=len(found.pending) - len(pending),
        needing=tuple(step.name for step in steps[first:] if not step.left_out),
    )


def _planned(
    entry: Entry,
    script: Script | None,
    *,
    reason: Reason,
    begun: Begun | None,
    left_out: bool,
    tables: tuple[TableSize, ...],
) -> PlannedStep:
    return PlannedStep(
        version=entry.version,
        position=entry.position,
        name=entry.name,
        kind=entry.kind,
        transaction=script.transaction if script else entry.step.transaction,
        reason=reason,
        left_out=left_out,
        checksum=entry.checksum,
        tables=tables,
        notes=(
            *((f"it goes on: {begun.stays}",) if begun else ()),
            *(script.notes if script else ()),
        ),
    )


def _reasons(
    pending: Sequence[Entry], rows: Sequence[Row], unfinished: Sequence[str]
) -> dict[str, Reason]:
    skipped = {row.name for row in rows if row.skipped}
    begun = {row.version for row in rows}

    def reason(entry: Entry) -> Reason:
        if entry.name in unfinished:
            return "goes on"
        if entry.name in skipped:
            return "skipped before"
        return "new in the list" if entry.version in begun else "version not begun"

    return {entry.name: reason(entry) for entry in pending}
