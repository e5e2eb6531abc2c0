"""Is a database what its ledger says, and what a fresh run of the lists gives? Only read."""

import time

from db_workflow.address import Address
from db_workflow.catalog import Difference, is_of_this_reader
from db_workflow.connection import session
from db_workflow.console import Reporter, Silent
from db_workflow.errors import MigrationError
from db_workflow.schema.judge.comparison import compare
from db_workflow.schema.judge.expected import Expected, expected_schema
from db_workflow.schema.judge.live import Live, read_live
from db_workflow.schema.judge.nearest import Nearest, flag_of, nearest_versions
from db_workflow.schema.judge.order import in_order
from db_workflow.schema.judge.verdict import GOES_ON, RESET, Finding, VerifyResult
from db_workflow.schema.ledger.matching import match_rows
from db_workflow.schema.ledger.reconcile import Reconciliation, reconcile
from db_workflow.schema.ledger.refusals import remedy
from db_workflow.schema.plan import Plan
from db_workflow.server import Server
from db_workflow.settings import Settings

_WRITE_A_STEP = "write the change as a step at the end of the newest list, or take it back by hand"
# Problems of steps that a database does not have, though it has later ones.
_NOT_THERE = {"inserted", "skipped"}


async def verify(
    address: Address,
    plan: Plan,
    *,
    server: Server,
    settings: Settings,
    reporter: Reporter = Silent(),
) -> VerifyResult:
    """Judge a database by its ledger, its recorded schema and a fresh run of what it has had.

    Nothing is written to it: a read replica will do, and an account that may only SELECT. The
    fresh run is made in a scratch database on the workflow's own server. What SQL does to a whole
    server is left out of it; Python steps run again, with whatever they do outside the database.

    Args:
        address: the database, whichever it is.
        plan: every version's list, whole, as `load_plan` returns it.
        server: where scratch databases are made.
        settings: the repository.
        reporter: where progress goes.

    Raises:
        MigrationError: the account may not read the ledger.
        BusyError: somebody holds a table of the database locked.
        ServerError: one of the two servers cannot be used.

    """
    started = time.perf_counter()
    async with session(address, purpose="verify", read_only=True) as connection:
        live = await read_live(connection, settings=settings)
    found = reconcile(plan, live.rows)
    findings = _invalid_indexes(live)
    differences: tuple[Difference, ...] = ()
    # A first run that failed leaves an empty ledger, which says as little as none.
    if live.rows or (live.has_ledger and not plan.entries):
        findings += _ledger_findings(live, found) + _recorded_findings(live, settings)
        chosen, unknown = _had(plan, live)
        if unknown:
            left_out = [f"the schema: no list has {', '.join(unknown)}, so no fresh run gives it"]
        else:
            reporter.say(f"  running {len(chosen.entries)} steps in a scratch database")
            try:
                expected = await expected_schema(
                    server, chosen, settings=settings, reporter=reporter
                )
            except MigrationError as error:
                step = error.data.get("step", "")
                findings.append(Finding("fresh run", step, error.found, error.next))
                left_out = ["the schema: the fresh run of the lists failed"]
            else:
                drift = compare(live, expected)
                differences = drift.differences
                findings += [Finding("drift", *text, _mend(live)) for text in drift.texts]
                findings += _unpopulated(live, expected)
                left_out = [*drift.not_compared, *_skipped(live)]
    else:
        flag = flag_of(address, settings)
        nearest = None
        if not live.is_empty:
            reporter.say("  it has no ledger; looking for the version that fits best")
            nearest = await nearest_versions(
                live, plan, server=server, settings=settings, reporter=reporter
            )
        findings += [_without_ledger(live, nearest, flag)]
        left_out = ["the schema: without a ledger nobody can say which one it should have"]
        left_out += nearest.notes if nearest else ()
    return VerifyResult(
        database=str(address),
        applied=found.applied,
        adopted=sum(row.outcome == "adopted" for row in live.rows),
        versions=_complete(plan, found),
        pending=tuple(entry.name for entry in found.pending),
        findings=in_order(findings),
        differences=differences,
        not_compared=tuple(left_out),
        fingerprint=live.snapshot.fingerprint,
        seconds=time.perf_counter() - started,
    )


def _without_ledger(live: Live, nearest: Nearest | None, flag: str) -> Finding:
    if live.is_empty:
        mend = "let PRODUCTION_DATABASE_URL name the database that holds production"
        return Finding("no ledger", "", "the database is empty", mend if flag else RESET)
    text = "the database holds a schema, but no ledger: something else than the workflow made it"
    if nearest is None:
        mend = f"invoke baseline --version X{flag}, with the version that it is at"
        return Finding("no ledger", "", text, mend)
    mend = f"invoke baseline --version {nearest.choice}{flag}"
    if len(nearest.versions) > 1:
        mend += ": their schemas are the same, and only its rows tell which one it is at"
    return Finding("no ledger", "", f"{text}; {nearest}", mend)


def _ledger_findings(live: Live, found: Reconciliation) -> list[Finding]:
    return [
        Finding(
            problem.kind,
            problem.name,
            problem.text,
            remedy(problem, baseline=live.baseline),
        )
        for problem in found.problems
    ]


def _recorded_findings(live: Live, settings: Settings) -> list[Finding]:
    """Judge what the runs themselves recorded, which needs no fresh run."""
    findings = [
        Finding(
            "unfinished",
            step,
            f"{step} began without a transaction and has not ended",
            GOES_ON,
        )
        for step in live.unfinished
    ]
    left = live.recorded or {}
    recorded = left.get("fingerprint")
    # What another version of the reader recorded cannot be compared; the fresh run can.
    comparable = is_of_this_reader(left.get("stamp") or "", schemas=settings.schemas)
    if recorded is None and live.rows:
        text = "no migration has run to its end: one is under way, or broke off"
        findings.append(Finding("unfinished", "", text, "invoke migrate"))
    elif recorded is not None and comparable and recorded != live.snapshot.fingerprint:
        text = (
            f"the schema ({live.snapshot.fingerprint[:12]}) is not the one that the last run"
            f" left ({recorded[:12]}): someone changed it by hand"
        )
        findings.append(Finding("changed by hand", "", text, _mend(live)))
    return findings


def _invalid_indexes(live: Live) -> list[Finding]:
    return [
        Finding(
            "invalid index",
            name,
            f"index {name} is INVALID: its CREATE INDEX CONCURRENTLY failed",
            f"DROP INDEX CONCURRENTLY {name}, then create it again as its step does",
        )
        for name in live.invalid_indexes
    ]


def _unpopulated(live: Live, expected: Expected) -> list[Finding]:
    """Find the views that the steps fill and that are empty; others are filled when they please."""
    return [
        Finding(
            "unpopulated view",
            name,
            f"materialised view {name} has not been populated: it cannot be read",
            f"REFRESH MATERIALIZED VIEW {name}",
        )
        for name in live.unpopulated
        if name not in expected.unpopulated
    ]


def _had(plan: Plan, live: Live) -> tuple[Plan, tuple[str, ...]]:
    """Return what the ledger has, in the order in which it ran, and the steps of no list.

    A file that was renamed or moved still says what it did.
    """
    had = [match for match in match_rows(plan, live.rows) if not match.row.skipped]
    entries = tuple(plan.entries[match.index] for match in had if match.index is not None)
    unknown = tuple(match.row.name for match in had if match.index is None)
    return Plan(plan.migrations, entries), unknown


def _skipped(live: Live) -> list[str]:
    names = [row.name for row in live.rows if row.skipped]
    return [f"what --sql-only left out: {', '.join(names)}"] if names else []


def _complete(plan: Plan, found: Reconciliation) -> tuple[str, ...]:
    absent = {entry.name for entry in found.pending}
    absent |= {problem.name for problem in found.problems if problem.kind in _NOT_THERE}
    missing = {entry.version for entry in plan.entries if entry.name in absent}
    return tuple(version for version in plan.versions if version not in missing)


def _mend(live: Live) -> str:
    return RESET if live.baseline is not None else _WRITE_A_STEP
