"""Findings in the order in which they are to be mended, so that no remedy is against another."""

from collections.abc import Iterable
from dataclasses import replace

from db_workflow.schema.judge.verdict import GOES_ON, RESET, Finding

# What half a step leaves, and the rest of it takes away again.
_OF_HALF_A_STEP = {"drift", "invalid index", "unpopulated view"}
# What `migrate` goes on with.
_NO_OBSTACLE = {"no ledger", "unfinished", "skipped", "fresh run", *_OF_HALF_A_STEP}
# What is in no file: a reset leaves nothing of it.
_ONLY_HERE = {"invalid index", "unpopulated view"}
# By kind; what is wrong with the ledger comes before.
_RANK = {
    "fresh run": 1,
    "changed by hand": 2,
    "drift": 3,
    "invalid index": 4,
    "unpopulated view": 5,
}


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings as they are to be mended: what is unfinished first, for the rest needs it.

    What only a reset mends comes behind what has to be mended by hand: a reset brings that back.
    """
    found = sorted(findings, key=_place)
    unfinished = next((one.next for one in found if one.kind == "unfinished"), None)
    if unfinished is None:
        return tuple(found)
    obstacles = [one.next for one in found if one.kind not in _NO_OBSTACLE]
    if not obstacles:
        ended = {"unfinished", *_OF_HALF_A_STEP}
        return tuple(replace(one, next=unfinished) if one.kind in ended else one for one in found)
    # A reset takes away what the step has left as well.
    way = obstacles[0] if RESET in obstacles else f"{obstacles[0]}; then {GOES_ON}"
    return tuple(replace(one, next=way) if one.kind == "unfinished" else one for one in found)


def _place(finding: Finding) -> tuple[int, int]:
    rank = _RANK.get(finding.kind, 0)
    if finding.kind in {"no ledger", "unfinished"}:
        return 0, finding.kind == "unfinished"
    if finding.kind in _ONLY_HERE:
        return 3, rank
    return (2 if finding.next == RESET else 1), rank
