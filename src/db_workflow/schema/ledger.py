"""The ledger: which steps a database has had, and how that agrees with the plan.

It lives in the database that it is about, so it travels with every dump.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from db_workflow import __version__
from db_workflow.errors import MigrationError
from db_workflow.schema.plan import Entry, Plan
from db_workflow.state import HOME, ensure_home

if TYPE_CHECKING:  # judging lists against rows needs no driver
    import asyncpg

_TABLE = f"{HOME}.migration"
_CREATE = f"""
CREATE TABLE IF NOT EXISTS {_TABLE} (
    sequence bigint GENERATED ALWAYS AS IDENTITY,
    version text NOT NULL,
    name text NOT NULL,
    position integer NOT NULL,
    kind text NOT NULL,
    checksum text NOT NULL,
    skipped boolean NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    applied_by text NOT NULL DEFAULT session_user,
    duration_ms integer NOT NULL,
    server_version text NOT NULL DEFAULT current_setting('server_version'),
    tool_version text NOT NULL,
    CONSTRAINT pk_migration PRIMARY KEY (version, name),
    CONSTRAINT uq_migration_sequence UNIQUE (sequence)
)"""
# A step that was skipped and now runs takes its place in the order in which steps really ran; one
# that ran is never written over: no row comes back.
_WRITE = f"""
INSERT INTO {_TABLE} AS old
    (version, name, position, kind, checksum, skipped, duration_ms, tool_version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (version, name) DO UPDATE SET
    sequence = DEFAULT, position = excluded.position, kind = excluded.kind,
    checksum = excluded.checksum, skipped = excluded.skipped, applied_at = excluded.applied_at,
    applied_by = excluded.applied_by, duration_ms = excluded.duration_ms,
    server_version = excluded.server_version, tool_version = excluded.tool_version
WHERE old.skipped
RETURNING sequence"""  # noqa: S608 - a constant
_READ = f"""
SELECT sequence, version, name, checksum, skipped, applied_at
FROM {_TABLE} ORDER BY sequence"""  # noqa: S608 - a constant

ProblemKind = Literal["unknown version", "removed", "changed", "reordered", "inserted", "skipped"]


@dataclass(frozen=True, slots=True)
class Row:
    """One step that a database has had.

    Attributes:
        sequence: rises in the order in which steps ran.
        version: such as "0.4".
        name: such as "v0.4/devices/01_user_devices.sql".
        checksum: of the file as it ran.
        skipped: passed over by `--sql-only`.
        applied_at: when.

    """

    sequence: int
    version: str
    name: str
    checksum: str
    skipped: bool = False
    applied_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Why the ledger and the plan cannot both be right, for one step or version.

    Attributes:
        kind: what is wrong.
        name: the step (or version) it is about.
        text: the sentence to show.
        sequence: of the ledger row it is about; for an inserted step, of the row that follows it.

    """

    kind: ProblemKind
    name: str
    text: str
    sequence: int


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What is left to run, and what is wrong."""

    pending: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    applied: int


async def ensure_ledger(connection: "asyncpg.Connection[Any]") -> None:
    """Create the ledger if it is missing."""
    await ensure_home(connection)
    await connection.execute(_CREATE)


async def read_ledger(connection: "asyncpg.Connection[Any]") -> tuple[Row, ...]:
    """Return every row in the order in which the steps ran; none where there is no ledger."""
    if not await connection.fetchval("SELECT to_regclass($1)", _TABLE):
        return ()
    return tuple(Row(**dict(row)) for row in await connection.fetch(_READ))


async def write_row(
    connection: "asyncpg.Connection[Any]",
    entry: Entry,
    *,
    duration_ms: int = 0,
    skipped: bool = False,
) -> None:
    """Write down that a step ran, or was skipped; inside the step's own transaction.

    Raises:
        MigrationError: the step is in the ledger already.

    """
    written = await connection.fetchval(
        _WRITE,
        entry.version,
        entry.name,
        entry.position,
        entry.kind,
        entry.checksum,
        skipped,
        duration_ms,
        __version__,
    )
    if written is None:
        raise MigrationError(
            f"{entry.name} is in the ledger already.",
            why="another run applied it while this one was under way",
            next="invoke status",
        )


def reconcile(plan: Plan, rows: Sequence[Row]) -> Reconciliation:
    """Compare the plan, whole and as it is on disk now, with a ledger.

    A step that `--sql-only` skipped is pending again as long as nothing was applied after it.
    """
    order = {entry.name: index for index, entry in enumerate(plan.entries)}
    by_name = {row.name: row for row in rows}
    done = [row for row in rows if not row.skipped and row.name in order]
    last = max((order[row.name] for row in done), default=-1)
    problems = [
        *_unlisted(plan, order, rows),
        *_changed(plan, by_name),
        *_reordered(order, done),
        *_passed_over(plan, by_name, last),
    ]
    pending = [
        entry
        for entry in plan.entries[last + 1 :]
        if entry.name not in by_name or by_name[entry.name].skipped
    ]
    return Reconciliation(tuple(pending), tuple(problems), applied=len(done))


def _unlisted(plan: Plan, order: Mapping[str, int], rows: Iterable[Row]) -> list[Problem]:
    problems: dict[str, Problem] = {}
    for row in rows:
        if row.version not in plan.versions:
            text = (
                f"the database is at version {row.version}, which has no runner here"
                f" (known: {', '.join(plan.versions)})"
            )
            problems.setdefault(
                row.version, Problem("unknown version", row.version, text, row.sequence)
            )
        elif row.name not in order:
            text = f"{row.name} was applied, but is no longer in version {row.version}'s list"
            problems[row.name] = Problem("removed", row.name, text, row.sequence)
    return list(problems.values())


def _changed(plan: Plan, by_name: Mapping[str, Row]) -> list[Problem]:
    return [
        Problem(
            "changed", entry.name, f"{entry.name} was edited after it was applied", row.sequence
        )
        for entry in plan.entries
        # A skipped step never ran, so any version of it may still run.
        if (row := by_name.get(entry.name)) and row.checksum != entry.checksum and not row.skipped
    ]


def _reordered(order: Mapping[str, int], done: Sequence[Row]) -> list[Problem]:
    return [
        Problem(
            "reordered",
            after.name,
            f"{after.name} ran after {before.name}, but is listed before it",
            after.sequence,
        )
        for before, after in pairwise(done)
        if order[after.name] < order[before.name]
    ]


def _passed_over(plan: Plan, by_name: Mapping[str, Row], last: int) -> list[Problem]:
    """Find steps without effect in the database that stand before one that ran."""
    problems = []
    behind: Row | None = None
    for entry in reversed(plan.entries[: last + 1]):
        row = by_name.get(entry.name)
        if row is not None and not row.skipped:
            behind = row
        elif row is not None:
            text = f"{entry.name} was skipped by --sql-only, and later steps have run without it"
            problems.append(Problem("skipped", entry.name, text, row.sequence))
        elif behind is not None:
            text = f"{entry.name} was put into the list before {behind.name}, which has run already"
            problems.append(Problem("inserted", entry.name, text, behind.sequence))
    return problems[::-1]
