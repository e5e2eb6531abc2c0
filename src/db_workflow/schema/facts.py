"""Phase 1's evidence: where the test database came from, its ledger, its schema."""

from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg

from db_workflow.catalog import read_snapshot, tables_outside
from db_workflow.errors import MigrationError
from db_workflow.evidence import Fact
from db_workflow.schema.keys import BASELINE
from db_workflow.schema.ledger.ledger import Row, read_ledger
from db_workflow.schema.ledger.reconcile import Problem, Reconciliation, reconcile
from db_workflow.schema.ledger.recorded import recorded_schema
from db_workflow.schema.ledger.refusals import first_remedy
from db_workflow.schema.plan import Entry, Plan, load_plan
from db_workflow.schema.run.unfinished import begun_steps, require_taken_up
from db_workflow.settings import Settings
from db_workflow.state import recall

# Names a fact spells out; the rest is counted.
_NAMED = 3
_REMOVED = {"removed", "renamed", "moved", "unknown version"}


async def facts(connection: "asyncpg.Connection[Any]", *, settings: Settings) -> list[Fact]:
    """Judge phase 1 on an open connection to the test database. Changes nothing."""
    baseline = await recall(connection, BASELINE)
    found = [_baseline_fact(baseline)]
    try:
        plan = load_plan(settings)
    except MigrationError as error:
        found.append(Fact(error.found, ok=False, next=error.next))
    else:
        rows = await read_ledger(connection)
        if plan.entries and not rows:
            found += await _no_ledger_facts(connection, settings)
        adopted = sum(row.outcome == "adopted" for row in rows)
        reconciled = reconcile(plan, rows)
        ledger = _ledger_facts(reconciled, len(plan.entries), adopted, baseline)
        begun = await _begun_facts(connection, plan, reconciled.pending, rows, settings)
        # The first that is wrong says what to do: only lists that are right can go on.
        found += [*ledger, *begun] if reconciled.problems else [*begun, *ledger]
    found.append(await _schema_fact(connection, settings))
    found.append(await _outside_fact(connection, settings))
    return found


def _baseline_fact(baseline: Mapping[str, Any] | None) -> Fact:
    if baseline is None:
        return Fact("no backup was restored into it", ok=False, next="invoke phase1")
    return Fact(f"restored from {baseline['backup']}", ok=True)


async def _no_ledger_facts(connection: "asyncpg.Connection[Any]", settings: Settings) -> list[Fact]:
    """Return what is wrong with a database whose ledger is missing, or empty, which is the same."""
    snapshot = await read_snapshot(connection, schemas=settings.schemas)
    if snapshot.is_empty:
        return []
    return [
        Fact(
            "the database holds a schema, but no ledger",
            ok=False,
            next="invoke baseline --version X, with the version that it is at; if it has none of"
            " the lists' steps, invoke migrate",
        )
    ]


def _ledger_facts(
    found: Reconciliation, total: int, adopted: int, baseline: Mapping[str, Any] | None
) -> list[Fact]:
    """Return one fact a kind of problem, or the two that say all is well."""
    by_kind: dict[str, list[Problem]] = {}
    for problem in found.problems:
        by_kind.setdefault(problem.kind, []).append(problem)
    wrong = [
        Fact(
            _listed([problem.text for problem in problems]),
            ok=False,
            next=first_remedy(problems, baseline=baseline),
        )
        for problems in by_kind.values()
    ]
    if found.pending:
        wrong.append(_pending_fact(found.pending, total))
    facts = []
    if not wrong:
        text = f"every one of {total} steps is in the ledger, as its file is now"
        # Whether those did what they say, `adopt` proved of the schema and nobody of the rows.
        facts.append(Fact(text + (f" ({adopted} were adopted)" if adopted else ""), ok=True))
    if not _REMOVED & by_kind.keys():
        facts.append(Fact("nothing in the ledger is missing from the lists", ok=True))
    return facts + wrong


def _pending_fact(pending: Sequence[Entry], total: int) -> Fact:
    names = _listed([entry.name for entry in pending])
    return Fact(f"{len(pending)} of {total} steps have not run: {names}", False, "invoke migrate")


async def _begun_facts(
    connection: "asyncpg.Connection[Any]",
    plan: Plan,
    pending: Sequence[Entry],
    rows: Sequence[Row],
    settings: Settings,
) -> list[Fact]:
    """Return one fact a step that has begun outside a transaction; none if there is no such step.

    What else is pending is read for it only then.
    """
    if not any(step.stays for step in await begun_steps(connection)):
        return []
    from db_workflow.schema.run.step import prepare

    try:
        scripts = prepare(pending, settings=settings)
        begun = await require_taken_up(connection, plan, pending, scripts, rows=rows)
    except MigrationError as error:
        return [Fact(error.found, ok=False, next=error.next)]
    return [
        Fact(f"{name} has begun and not ended: {step.stays}", ok=False, next="invoke migrate")
        for name, step in begun.items()
    ]


async def _schema_fact(connection: "asyncpg.Connection[Any]", settings: Settings) -> Fact:
    recorded = await recorded_schema(connection, schemas=settings.schemas)
    if recorded.outdated:
        text = recorded.doubt or "another version of this tool recorded the schema"
        step = "invoke verify; if it agrees, invoke migrate" if recorded.doubt else "invoke migrate"
        return Fact(text, ok=False, next=step)
    if recorded.fingerprint is None:
        return Fact("no migration has run to its end", ok=False, next="invoke migrate")
    if not recorded.holds:
        return Fact(
            "the schema is not the one that the migration left: someone changed it by hand"
            " (invoke verify names every difference)",
            ok=False,
            next="invoke phase1",
        )
    short = recorded.fingerprint[:12]
    return Fact(f"the schema is the one that the migration left ({short})", ok=True)


async def _outside_fact(connection: "asyncpg.Connection[Any]", settings: Settings) -> Fact:
    """Judge whether every table is where the workflow looks: elsewhere rows are not anonymised."""
    listed = ", ".join(settings.schemas)
    outside = await tables_outside(connection, schemas=settings.schemas)
    if outside:
        return Fact(
            f"tables outside `schemas` ({listed}): {_listed(outside)}",
            ok=False,
            next="add their schema to `schemas` in [tool.db_workflow], or drop them in a step",
        )
    return Fact(f"no table is outside `schemas` ({listed})", ok=True)


def _listed(texts: Sequence[str]) -> str:
    more = len(texts) - _NAMED
    return "; ".join(texts[:_NAMED]) + (f"; and {more} more" if more > 0 else "")
