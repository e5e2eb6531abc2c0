"""What a person reads when a run may not begin."""

from collections.abc import Mapping, Sequence
from typing import Any

from db_workflow.errors import MigrationError
from db_workflow.schema.reconcile import Problem


def ledger_refusal(
    problems: Sequence[Problem], *, baseline: Mapping[str, Any] | None
) -> MigrationError:
    """Return the error that refuses to migrate a database whose ledger is not as the lists say.

    Args:
        problems: what `reconcile` found.
        baseline: what `reset` recorded in the database, if it did.

    """
    lines = [f"  - {problem.text}" for problem in problems]
    return MigrationError(
        "The ledger and the lists disagree:\n" + "\n".join(lines),
        why="a database that had other steps, or in another order, proves nothing about the lists",
        next=remedy(problems[0], baseline=baseline),
        data={"problems": [[problem.kind, problem.name] for problem in problems]},
    )


def remedy(problem: Problem, *, baseline: Mapping[str, Any] | None) -> str:
    """Return what mends a problem: it depends on whether production has had the step too."""
    shared = (baseline or {}).get("last_sequence", 0)
    if problem.sequence > shared:
        return "invoke phase1"
    if problem.kind == "unknown version":
        return f"get the runner and SQL of version {problem.name}: production already has it"
    if problem.kind == "inserted":
        return f"move {problem.name} to the end of the newest list: production is past its place"
    if problem.kind == "skipped":
        return "migrate production without --sql-only"
    return (
        f"undo the edit: production already has {problem.name}, and a reset would bring it back;"
        " write the change as a new step at the end of the newest list"
    )


def drift_refusal(database: str) -> MigrationError:
    """Return the error that refuses to migrate a schema that someone changed by hand."""
    return MigrationError(
        f"The schema of {database!r} is not the one that the last migration left:"
        " someone has changed it by hand.",
        why="the next step would be recorded on top of a change that no list holds",
        next="write the change as a migration step, then invoke phase1",
    )
