"""How a database's ledger agrees with the lists: what is left to run, and what is wrong.

What ran and was adopted counts alike: its effect is in the database. What was skipped never ran,
so its file may still change in every way.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from db_workflow.schema.ledger.edits import harmless_edit
from db_workflow.schema.ledger.ledger import Row
from db_workflow.schema.ledger.matching import Match, longest_run, match_rows
from db_workflow.schema.plan import Entry, Plan
from db_workflow.schema.version import same_version

ProblemKind = Literal[
    "unknown version",
    "removed",
    "renamed",
    "moved",
    "changed",
    "reordered",
    "inserted",
    "skipped",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why the ledger and the plan cannot both be right, for one step or version.

    Attributes:
        kind: what is wrong.
        name: the step (or version) it is about, as the ledger knows it if it does.
        text: the sentence to show.
        sequence: of the ledger row it is about; for an inserted step, of the row that follows it.
        now: the name in the lists of a step that was renamed or moved.

    """

    kind: ProblemKind
    name: str
    text: str
    sequence: int
    now: str = ""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What is left to run, and what is wrong.

    Attributes:
        pending: the steps that have not run, in the order of the lists; while there are problems,
            only those behind everything that ran in order.
        problems: everything that is wrong.
        applied: how many steps of the lists the database has.

    """

    pending: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    applied: int


def reconcile(plan: Plan, rows: Sequence[Row]) -> Reconciliation:
    """Compare the plan, whole and as it is on disk now, with a ledger.

    A step that `--sql-only` skipped is pending again as long as nothing was applied after it.
    """
    matches = match_rows(plan, rows)
    had = [match for match in matches if not match.row.skipped]
    # Another version's list is another place by intention: that is told as such, once.
    placed = [match for match in had if match.index is not None and not _is_moved(plan, match)]
    kept, astray = _in_order(placed)
    last = max((_index(match) for match in kept), default=-1)
    problems = [
        *_unlisted(plan, had),
        *_elsewhere(plan, had),
        *_changed(plan, had),
        *_reordered(plan, kept, astray),
        *_passed_over(plan, matches, kept, last),
    ]
    taken = {match.index for match in had}
    pending = [
        entry for index, entry in enumerate(plan.entries) if index > last and index not in taken
    ]
    return Reconciliation(
        tuple(pending), tuple(problems), applied=sum(match.index is not None for match in had)
    )


def _unlisted(plan: Plan, had: Iterable[Match]) -> list[Problem]:
    problems: dict[str, Problem] = {}
    for match in had:
        row = match.row
        if match.index is not None:
            continue
        if not any(same_version(version, row.version) for version in plan.versions):
            text = (
                f"the database is at version {row.version}, which has no runner here"
                f" (known: {', '.join(plan.versions)})"
            )
            problems.setdefault(
                row.version, Problem("unknown version", row.version, text, row.sequence)
            )
        else:
            text = f"{row.name} was applied, but is no longer in version {row.version}'s list"
            problems[row.name] = Problem("removed", row.name, text, row.sequence)
    return list(problems.values())


def _elsewhere(plan: Plan, had: Iterable[Match]) -> list[Problem]:
    """Find steps whose file is still the same, under another name or in another version."""
    problems = []
    for match in had:
        row = match.row
        if match.index is None or (entry := plan.entries[match.index]).name == row.name:
            continue
        if _is_moved(plan, match):
            text = f"{row.name} was moved to version {entry.version} after it was applied:"
            problem = Problem("moved", row.name, f"{text} {entry.name}", row.sequence, entry.name)
        else:
            text = f"{row.name} was renamed to {entry.name} after it was applied"
            problem = Problem("renamed", row.name, text, row.sequence, entry.name)
        problems.append(problem)
    return problems


def _changed(plan: Plan, had: Iterable[Match]) -> list[Problem]:
    problems = []
    for match in had:
        row = match.row
        if match.index is None or (entry := plan.entries[match.index]).checksum == row.checksum:
            continue
        what = harmless_edit(entry.path, row.checksum)
        text = f"{row.name} was edited after it was applied" + (f" ({what})" if what else "")
        problems.append(Problem("changed", row.name, text, row.sequence))
    return problems


def _in_order(placed: Sequence[Match]) -> tuple[list[Match], list[Match]]:
    """Part what ran into the most that is still in order, and the rest."""
    kept = longest_run([_index(match) for match in placed])
    return (
        [match for place, match in enumerate(placed) if place in kept],
        [match for place, match in enumerate(placed) if place not in kept],
    )


def _reordered(plan: Plan, kept: Sequence[Match], astray: Iterable[Match]) -> list[Problem]:
    """Name the fewest steps whose move explains the order."""
    problems = []
    for match in astray:
        ran, listed = match.row.sequence, _index(match)
        name = plan.entries[listed].name
        # Some step in order contradicts it, or it would be in order itself.
        other = next(one for one in kept if (one.row.sequence < ran) != (_index(one) < listed))
        there = plan.entries[_index(other)].name
        text = (
            f"{name} ran after {there}, but is listed before it"
            if other.row.sequence < ran
            else f"{name} ran before {there}, but is listed after it"
        )
        problems.append(Problem("reordered", match.row.name, text, ran))
    return problems


def _passed_over(
    plan: Plan, matches: Iterable[Match], kept: Sequence[Match], last: int
) -> list[Problem]:
    """Find steps without effect in the database that stand before one that ran."""
    known = {match.index: match.row for match in matches if match.index is not None}
    in_order = {match.index for match in kept}
    problems = []
    behind, sequence = "", 0
    for index in range(last, -1, -1):
        entry, row = plan.entries[index], known.get(index)
        if row is not None and index in in_order:
            behind, sequence = entry.name, row.sequence
        elif row is not None and row.skipped:
            text = f"{entry.name} was skipped by --sql-only, and later steps have run without it"
            problems.append(Problem("skipped", entry.name, text, row.sequence))
        elif row is None:
            text = f"{entry.name} was put into the list before {behind}, which has run already"
            problems.append(Problem("inserted", entry.name, text, sequence))
    return problems[::-1]


def _is_moved(plan: Plan, match: Match) -> bool:
    return match.index is not None and not same_version(
        plan.entries[match.index].version, match.row.version
    )


def _index(match: Match) -> int:
    assert match.index is not None  # noqa: S101 - only asked of matches that have a place
    return match.index
