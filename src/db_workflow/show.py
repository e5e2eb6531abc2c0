"""Results as a person reads them: plain words and aligned columns on stdout, or JSON."""

import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:  # printing must not import what it prints
    from db_workflow.errors import WorkflowError
    from db_workflow.inventory import ServerStatus
    from db_workflow.models.compared.comparison import Comparison
    from db_workflow.phases import Status
    from db_workflow.quickstart import Quickstart
    from db_workflow.release.rehearsal import Rehearsal
    from db_workflow.schema.backup.baseline import ResetResult
    from db_workflow.schema.run.runner import MigrateResult
    from db_workflow.testdata.extraction.preview import Preview
    from db_workflow.testdata.extraction.report import ExtractResult
    from db_workflow.testdata.seeding.report import SeedReport


class Result(Protocol):
    """What prints itself, and has a form for machines."""

    def to_json(self) -> Mapping[str, Any]:
        """Return everything as JSON values."""
        ...


def text(words: str) -> None:
    """Print a text."""
    print(words)


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows in aligned columns; numbers to the right."""
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(header, *cells, strict=True)]
    right = [
        bool(rows) and all(isinstance(row[index], int | float) for row in rows)
        for index in range(len(header))
    ]

    def line(values: Sequence[str]) -> str:
        return "  ".join(
            value.rjust(width) if to_right else value.ljust(width)
            for value, width, to_right in zip(values, widths, right, strict=True)
        ).rstrip()

    print(line(header))
    print(line(["─" * width for width in widths]))
    for row in cells:
        print(line(row))


def as_json(value: Any) -> None:
    """Print a value as JSON."""
    print(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def failure(error: "WorkflowError") -> None:
    """Print an error as JSON; people read it on stderr."""
    told = {"found": error.found, "why": error.why, "next": error.next, "data": error.data}
    as_json({"error": {**told, "exit_code": error.exit_code}})


def counts(rows: Mapping[str, int]) -> None:
    """Print row counts by table."""
    table(("table", "rows"), [*rows.items(), ("together", sum(rows.values()))])


def reset(result: "ResetResult") -> None:
    """Print which backup the test database now holds."""
    how = "restored from" if result.restored else "cloned from the kept restore of"
    backup = f"{result.backup.path.name} of {result.origin}"
    print(f"test database {how} {backup} ({result.seconds:.1f} s)")


def result(found: "Result", *, json_wanted: bool = False) -> None:
    """Print a result that knows its own screen."""
    if json_wanted:
        as_json(found.to_json())
        return
    print(found)


def migrated(result: "MigrateResult", *, json_wanted: bool = False) -> None:
    """Print what was applied: time, rows, and the strongest lock that others had to wait for."""
    if json_wanted:
        as_json(asdict(result))
        return
    if result.applied:
        table(
            ("applied", "seconds", "rows", "strongest lock"),
            [
                (step.name, step.seconds, _or_dash(step.rows_touched), step.strongest_lock)
                for step in result.applied
            ],
        )
    print(
        f"{len(result.applied)} applied, {result.already} were already in the ledger;"
        f" schema {result.fingerprint[:12]} ({result.seconds:.1f} s)"
    )
    for warning in result.warnings:
        print(f"WARNING: {warning}")
    if result.skipped:
        print(
            f"{len(result.skipped)} Python steps were left out (--sql-only):"
            f" {', '.join(result.skipped)}.\n"
            "Phase 1 does not hold without them; to get there: invoke phase1"
        )


def rehearsed(result: "Rehearsal", *, json_wanted: bool = False) -> None:
    """Print what the steps did to a restore of production."""
    if json_wanted:
        print(result.to_json().rstrip("\n"))
        return
    if result.steps:
        table(
            ("rehearsed", "seconds", "rows", "strongest lock"),
            [
                (step.name, step.seconds, _or_dash(step.rows), step.strongest_lock)
                for step in result.steps
            ],
        )
    print(
        f"{len(result.steps)} steps on {result.backup.name}: restored in"
        f" {result.restore_seconds:.1f} s, migrated in {result.migrate_seconds:.1f} s;"
        f" {sum(result.rows_before.values()):,} rows before, {sum(result.rows_after.values()):,}"
        f" after; {result.bytes_before:,} bytes before, {result.bytes_after:,} after"
    )
    for problem in (*result.missing, *result.problems, *result.faults):
        print(f"✗ {problem}")
    if result.second_run_steps:
        print(f"✗ a second run did {result.second_run_steps} steps again")


def comparison(result: "Comparison", *, json_wanted: bool = False) -> None:
    """Print every difference between models and database, and what to write."""
    if json_wanted:
        as_json(result.to_json())
        return
    print(result)
    if result.breaches:
        from db_workflow.models.conventions import how_to_switch_off

        print(f"\n{how_to_switch_off(result.breaches[0].rule)}")


def code(table: str, written: str, *, json_wanted: bool = False) -> None:
    """Print code alone, so that it can be redirected into a file."""
    if json_wanted:
        as_json({"table": table, "code": written})
        return
    print(written.rstrip("\n"))


def extracted(result: "ExtractResult") -> None:
    """Print what was generated of each table: how many rows of how many, and why those."""
    from db_workflow.testdata.extraction.screen import size_of

    subset = any(report.rows < report.total for report in result.tables.values())
    why = ("of", "asked for", "parents", "children") if subset else ()
    rows = []
    for name, report in result.tables.items():
        chosen = (report.total, report.asked, report.parents, report.children) if subset else ()
        rows.append((name, report.rows, *chosen, size_of(report.bytes), report.files))
    table(("generated", "rows", *why, "size", "files"), rows)
    print(
        f"{result.rows:,} rows in {len(result.files)} files, {len(result.changed)} of them changed;"
        f" anonymised with key {result.key_id} ({result.seconds:.1f} s)"
    )
    if result.unsearched:
        listed = ", ".join(f"{name} {count:,}" for name, count in result.unsearched.items())
        print(f"not searched for, too short or in everybody's data: {listed}")
    for warning in result.warnings:
        print(f"WARNING: {warning}")


def require_terminal(table: str) -> None:
    """Refuse a preview where nobody would see it.

    Raises:
        TestDataError: stdout is no terminal.

    """
    from db_workflow.errors import TestDataError

    if not sys.stdout.isatty():
        raise TestDataError(
            "The preview is refused: its output is not a terminal.",
            why="it shows values of production; a file, a pipe or a log would keep them",
            next=f"invoke generate --preview {table}, on a terminal and without redirecting it",
        )


def preview(found: "Preview") -> None:
    """Print a table's rows before and after, and the report, as wide as the terminal is."""
    from db_workflow.testdata.extraction.screen import screen

    print(screen(found, width=shutil.get_terminal_size().columns))


def seeded(report: "SeedReport", *, json_wanted: bool = False) -> None:
    """Print what happened to each table's rows, and which of them gave way to which."""
    if json_wanted:
        as_json(report.to_json())
        return
    table(
        ("seeded", "manual", "generated", "replaced"),
        [(entry.table, entry.manual, entry.generated, entry.dropped) for entry in report.tables],
    )
    for note in report.notes:
        print(note)
    print(f"{report.rows:,} rows ({report.seconds:.1f} s)")


def status(found: "Status", *, json_wanted: bool = False) -> None:
    """Print the phases with their evidence and the next command."""
    if json_wanted:
        as_json(
            {
                "phases": [
                    {
                        "number": phase.number,
                        "name": phase.name,
                        "holds": phase.holds,
                        "evidence": [{"fact": fact.text, "ok": fact.ok} for fact in phase.facts],
                    }
                    for phase in found.phases
                ],
                "next": found.next,
                "database": found.database,
            }
        )
        return
    place = "embedded server" if found.database["embedded"] else "TEST_DATABASE_URL"
    print(f"database  {found.database['address']}  ({place})")
    for key, value in sorted(found.database["baseline"].items()):
        print(f"          {key}: {value}")
    for phase in found.phases:
        print(f"\n{'✓' if phase.holds else '✗'} phase {phase.number}: {phase.name}")
        for fact in phase.facts:
            print(f"    {'✓' if fact.ok else '✗'} {fact.text}")
    print(f"\nnext: {found.next}")


def server(found: "ServerStatus", *, json_wanted: bool = False) -> None:
    """Print where the server is and which of its databases are ours."""
    if json_wanted:
        as_json(asdict(found))
        return
    print(f"server    {found.address}")
    print(f"version   {found.version or 'not running'}")
    if found.databases:
        print()
        table(("database", "role", "size"), [tuple(row) for row in found.databases])


def quickstart(result: "Quickstart") -> None:
    """Print the closing table and what to try next."""
    print()
    table(
        ("step", "outcome", "seconds"),
        [(row.step, row.outcome, row.seconds) for row in result.ran]
        + [("together", "", sum(row.seconds for row in result.ran))],
    )
    print(
        "\nWhat to try next:\n"
        "  invoke status              every phase with its evidence\n"
        "  nox -s db_tests            the tests, on the database you have just seeded\n"
        "  invoke migrate --plan      after adding a SQL file to the newest version's list\n"
        "  invoke release-checklist --version X.Y\n"
        "  invoke --list              everything there is"
    )


def _or_dash(value: int | None) -> int | str:
    return "-" if value is None else value


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
