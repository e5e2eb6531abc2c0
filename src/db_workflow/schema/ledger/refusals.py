"""What a person reads when a run may not begin."""

from collections.abc import Mapping, Sequence
from typing import Any

from db_workflow.errors import MigrationError
from db_workflow.schema.ledger.reconcile import Problem

# What mends a step that production has too: by the kind of problem.
_MEND = {
    "unknown version": "get the runner and SQL of version {name}: production already has it",
    "removed": "put {name} back into its list: production already has it",
    "renamed": "rename {now} back to {name}: production has it under that name",
    "moved": "move {now} back to {name}: production has it in that version",
    "changed": "undo the edit: production already has {name}, and a reset would bring it back;"
    " write the change as a new step at the end of the newest list",
    "reordered": "put {name} back into its place in the list: production had the steps in that"
    " order",
    "inserted": "move {name} to the end of the newest list: production is past its place",
    "skipped": "write what {name} was to do as a new step at the end of the newest list:"
    " production has gone on without it",
}
_RESET = "invoke phase1"


def ledger_refusal(
    problems: Sequence[Problem], *, baseline: Mapping[str, Any] | None
) -> MigrationError:
    """Return the error that refuses to migrate a database whose ledger is not as the lists say.

    Args:
        problems: what `reconcile` found.
        baseline: what `reset` recorded in the database; see `remedy`.

    """
    remedies = [remedy(problem, baseline=baseline) for problem in problems]
    several = len(set(remedies)) > 1
    lines = [
        f"  - {problem.text}" + (f"\n    mend: {mend}" if several else "")
        for problem, mend in zip(problems, remedies, strict=True)
    ]
    return MigrationError(
        "The ledger and the lists disagree:\n" + "\n".join(lines),
        why="a database that had other steps, or in another order, proves nothing about the lists",
        next=_first(remedies),
        data={
            "problems": [[problem.kind, problem.name] for problem in problems],
            "remedies": remedies,
        },
    )


def remedy(problem: Problem, *, baseline: Mapping[str, Any] | None) -> str:
    """Return what mends a problem: it depends on whether production has had the step too.

    Args:
        problem: what is wrong.
        baseline: what `reset` recorded in the database: how far its ledger was production's. None
            where no reset was: the ledger is its own, and no reset takes anything back.

    """
    if baseline is not None and problem.sequence > baseline.get("last_sequence", 0):
        return _RESET
    return _MEND[problem.kind].format(name=problem.name, now=problem.now)


def first_remedy(problems: Sequence[Problem], *, baseline: Mapping[str, Any] | None) -> str:
    """Return what is to be done first about several problems. See `remedy`."""
    return _first([remedy(problem, baseline=baseline) for problem in problems])


def _first(remedies: Sequence[str]) -> str:
    # What production has comes back with every reset, so that is to be mended first.
    return next((mend for mend in remedies if mend != _RESET), _RESET)


def drift_refusal(database: str, *, baseline: Mapping[str, Any] | None) -> MigrationError:
    """Return the error that refuses to migrate a schema that someone changed by hand.

    Args:
        database: its name.
        baseline: what `reset` recorded in it; see `remedy`.

    """
    mend = (
        "take it back by hand, and write it as a migration step if it is to stay"
        if baseline is None
        else f"write the change as a migration step, then {_RESET}"
    )
    return MigrationError(
        f"The schema of {database!r} is not the one that the last migration left:"
        " someone has changed it by hand.",
        why="the next step would be recorded on top of a change that no list holds",
        next=f"invoke verify names every difference; {mend}",
    )
