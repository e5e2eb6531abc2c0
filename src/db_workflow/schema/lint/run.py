"""The lint itself: squawk run on the steps' files, and what it says judged by what is known."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from db_workflow.binaries import find_binaries
from db_workflow.errors import ServerError
from db_workflow.schema.keys import BASELINE
from db_workflow.schema.ledger.ledger import Row, read_ledger
from db_workflow.schema.lint.result import Finding, LeftOut, LintResult, Measured
from db_workflow.schema.lint.rules import (
    ADVICE,
    CANNOT_RUN,
    NOT_ASKED,
    NOT_READ,
    STRONG_LOCK,
    SYNTAX_ERROR,
    UNKNOWN_TO_SQUAWK,
)
from db_workflow.schema.lint.selection import select
from db_workflow.schema.lint.sources import read_sources
from db_workflow.schema.lint.squawk import (
    Report,
    Source,
    find_squawk,
    refuse_unknown_rules,
    run_squawk,
)
from db_workflow.schema.plan import Entry, Plan
from db_workflow.schema.run.measured import is_big, is_strong, lock_text
from db_workflow.settings import Settings
from db_workflow.state import recall

if TYPE_CHECKING:  # without a database there is no need of the driver
    import asyncpg

_EXCLUDED = "lint_exclude in [tool.db_workflow]"


async def lint(
    connection: "asyncpg.Connection[Any] | None",
    plan: Plan,
    *,
    settings: Settings,
    version: str | None = None,
    everything: bool = False,
) -> LintResult:
    """Lint the steps that production has not had yet, or those that are named.

    Changes nothing, neither in the database nor in the files.

    Args:
        connection: open on the test database; None if there is none: then nothing is measured,
            and the newest version is linted.
        plan: every version's list, as `load_plan` returns it.
        settings: the repository.
        version: this version's steps instead.
        everything: every version's steps instead.

    Raises:
        MigrationError: there is no such version.
        WorkflowError: no squawk, or it does not understand `.squawk.toml` or `lint_exclude`.

    """
    rows = await read_ledger(connection) if connection else ()
    baseline = await recall(connection, BASELINE) if connection else None
    chosen = select(plan, rows, baseline=baseline, version=version, everything=everything)
    major = connection.get_server_version().major if connection else _own_major(settings)
    ran = _ran(chosen.entries, rows)
    sources, findings = read_sources(chosen.entries, settings=settings)
    reports = await asyncio.to_thread(_reports, sources, settings, major)
    findings += _judged(reports, chosen.entries, ran, settings)
    findings += _strong_locks(chosen.entries, ran, settings)
    kept, left_out = _asked(findings, settings)
    order = {settings.relative(entry.path): at for at, entry in enumerate(chosen.entries)}
    kept.sort(key=lambda one: (order[one.file], one.line or 0, one.column or 0, one.rule))
    return LintResult(
        scope=chosen.scope,
        files=sum(entry.kind == "sql" for entry in chosen.entries),
        findings=tuple(kept),
        measured=tuple(Measured(name, row.locks) for name, row in ran.items()),
        not_measured=tuple(entry.name for entry in chosen.entries if entry.name not in ran),
        left_out=left_out,
        server=major,
    )


def _own_major(settings: Settings) -> int | None:
    """Return the major of the server that a database will be made on, where it is known."""
    if settings.test_address is not None:
        return None
    try:
        version = re.match(r"\d+", find_binaries(settings.binaries).version())
    except ServerError:
        return None
    return int(version.group()) if version else None


def _ran(entries: Iterable[Entry], rows: Iterable[Row]) -> dict[str, Row]:
    """Return the rows of steps that ran with the text that they have now, by name."""
    by_name = {row.name: row for row in rows if row.outcome == "ran"}
    return {
        entry.name: row
        for entry in entries
        if (row := by_name.get(entry.name)) and row.checksum == entry.checksum
    }


def _reports(sources: Sequence[Source], settings: Settings, major: int | None) -> list[Report]:
    if not sources:
        return []
    program = find_squawk()
    theirs = [rule for rule in settings.lint_exclude if rule not in UNKNOWN_TO_SQUAWK]
    refuse_unknown_rules(program, theirs, root=settings.root)
    return run_squawk(program, sources, root=settings.root, major=major)


def _judged(
    reports: Iterable[Report],
    entries: Iterable[Entry],
    ran: Mapping[str, Row],
    settings: Settings,
) -> list[Finding]:
    """Return squawk's reports as findings; where the server has run a text, its word counts."""
    understood = {entry.path for entry in entries if entry.name in ran}
    findings: list[Finding] = []
    for report in reports:
        shown = settings.relative(report.path)
        if report.rule == SYNTAX_ERROR and report.path in understood:
            findings.append(_not_read(report, shown))
            continue
        findings.append(
            Finding(
                file=shown,
                rule=report.rule,
                message=report.message,
                level="error" if report.level == "error" else "warning",
                source="squawk",
                line=report.line,
                column=report.column,
                help=ADVICE.get(report.rule, report.help),
            )
        )
    return findings


def _not_read(report: Report, shown: str) -> Finding:
    return Finding(
        file=shown,
        rule=NOT_READ,
        message=f"squawk does not understand this, PostgreSQL did ({report.message})",
        level="warning",
        source="db_workflow",
        line=report.line,
        column=report.column,
        help="what stands near it has not been linted",
    )


def _strong_locks(
    entries: Iterable[Entry], ran: Mapping[str, Row], settings: Settings
) -> list[Finding]:
    """Return a warning for every strong lock on something big that was there before the step."""
    return [
        Finding(
            file=settings.relative(entry.path),
            rule=STRONG_LOCK,
            message=f"held {lock_text(lock)}",
            level="warning",
            source="db_workflow",
            help="in production others wait as long: who writes there; ACCESS EXCLUSIVE: all",
        )
        for entry in entries
        if entry.name in ran
        for lock in ran[entry.name].locks
        if is_strong(lock) and is_big(lock, settings=settings)
    ]


def _asked(
    findings: Iterable[Finding], settings: Settings
) -> tuple[list[Finding], tuple[LeftOut, ...]]:
    """Part the findings from those of rules that are left out."""
    reasons = {**NOT_ASKED, **dict.fromkeys(settings.lint_exclude, _EXCLUDED)}
    reasons.pop(CANNOT_RUN, None)  # not a matter of taste: the runner refuses the file
    kept: list[Finding] = []
    counts: Counter[str] = Counter()
    for found in findings:
        if found.rule in reasons:
            counts[found.rule] += 1
        else:
            kept.append(found)
    return kept, tuple(LeftOut(rule, reasons[rule], counts[rule]) for rule in sorted(counts))
