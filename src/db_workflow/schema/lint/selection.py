"""Which steps are linted: by default what can still be mended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db_workflow.errors import WorkflowError
from db_workflow.schema.ledger.ledger import Row
from db_workflow.schema.plan import Entry, Plan


@dataclass(frozen=True, slots=True)
class Selection:
    """Which steps to lint, and which those are in words."""

    entries: tuple[Entry, ...]
    scope: str


def select(
    plan: Plan,
    rows: Sequence[Row],
    *,
    baseline: Mapping[str, Any] | None,
    version: str | None = None,
    everything: bool = False,
) -> Selection:
    """Return the steps to lint: those that production has not had, unless others are named.

    Args:
        plan: every version's list.
        rows: the test database's ledger.
        baseline: what `reset` recorded there: up to which row the ledger is production's. None
            where that is not known; the newest version is then taken.
        version: only this one's steps.
        everything: all steps.

    Raises:
        MigrationError: there is no such version.
        WorkflowError: one version and everything at once.

    """
    if version is not None and everything:
        raise WorkflowError(
            "--version and --all contradict each other.", next="leave one of them out"
        )
    if everything:
        return Selection(plan.entries, "every version")
    if version is not None:
        wanted = plan.up_to(version).versions[-1]
        return Selection(_of(plan, wanted), f"version {wanted}")
    if baseline is None or "last_sequence" not in baseline:
        newest = plan.versions[-1] if plan.versions else "none"
        scope = f"version {newest}, the newest: what production has had is not known here"
        return Selection(_of(plan, newest), scope)
    had = {row.name for row in rows if row.sequence <= baseline["last_sequence"]}
    left = tuple(entry for entry in plan.entries if entry.name not in had)
    return Selection(left, "what production has not had yet")


def _of(plan: Plan, version: str) -> tuple[Entry, ...]:
    return tuple(entry for entry in plan.entries if entry.version == version)
