"""How a database's ledger agrees with the lists: what is left to run, and what is wrong."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from db_workflow.schema.ledger import Row
from db_workflow.schema.plan import Entry, Plan

ProblemKind = Literal["unknown version", "removed", "changed", "reordered", "inserted", "skipped"]


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
