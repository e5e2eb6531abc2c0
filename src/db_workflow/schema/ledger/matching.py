"""Which step of the lists each row of a ledger means, when files were renamed or moved."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from db_workflow.schema.ledger.ledger import Row
from db_workflow.schema.plan import Plan
from db_workflow.schema.version import same_version


@dataclass(frozen=True, slots=True)
class Match:
    """A row of the ledger and the step that it means.

    Attributes:
        row: the row.
        index: where the step stands in the plan, from 0; None when no list has it.

    """

    row: Row
    index: int | None


def match_rows(plan: Plan, rows: Sequence[Row]) -> tuple[Match, ...]:
    """Find the step of every row, in the rows' order.

    The name decides. A row whose name is gone means the one unclaimed file that still has its
    checksum: in its own version if there is one there, and the nearest of several.
    """
    order = {entry.name: index for index, entry in enumerate(plan.entries)}
    claimed = {order[row.name] for row in rows if row.name in order}
    unclaimed: dict[str, list[int]] = {}
    for index, entry in enumerate(plan.entries):
        if index not in claimed:
            unclaimed.setdefault(entry.checksum, []).append(index)
    found: dict[str, int | None] = {}
    # What ran chooses first: of a step that never ran nothing is in the database.
    for row in sorted(rows, key=lambda row: (row.skipped, row.sequence)):
        if row.name in order:
            found[row.name] = order[row.name]
        else:
            found[row.name] = _same_file(plan, row, unclaimed)
    return tuple(Match(row, found[row.name]) for row in rows)


def longest_run(numbers: Sequence[int]) -> frozenset[int]:
    """Return the places of a longest rising subsequence: the most that is still in order."""
    ends: list[int] = []  # by length: the place of the smallest number that such a run ends with
    before: dict[int, int] = {}
    for place, number in enumerate(numbers):
        length = bisect_left(ends, number, key=lambda end: numbers[end])
        if length:
            before[place] = ends[length - 1]
        ends[length : length + 1] = [place]
    kept: set[int] = set()
    at = ends[-1] if ends else None
    while at is not None:
        kept.add(at)
        at = before.get(at)
    return frozenset(kept)


def _same_file(plan: Plan, row: Row, unclaimed: Mapping[str, list[int]]) -> int | None:
    candidates = unclaimed.get(row.checksum, [])
    if not candidates:
        return None

    def distance(index: int) -> tuple[bool, int]:
        entry = plan.entries[index]
        return not same_version(entry.version, row.version), abs(entry.position - row.position)

    best = min(candidates, key=distance)
    candidates.remove(best)
    return best
