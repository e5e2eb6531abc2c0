"""The front doors: what tasks and scripts call. Flags in, one guarded step, its result printed.

Results go to stdout, progress and errors to stderr.
"""

import sys
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db_workflow import show, steps
from db_workflow.command import Start, carry_out, door, leave
from db_workflow.console import Console
from db_workflow.settings import Settings

if TYPE_CHECKING:  # each command pays only for its own phase
    from db_workflow.testdata.extraction.preview import Preview


@door
def quickstart(*, students: int = 50) -> None:
    """Run everything once and print what ran."""
    from db_workflow.quickstart import run

    result = carry_out(lambda settings, console: run(settings, students, console))
    show.quickstart(result)
    if result.status.exit_code:
        raise SystemExit(result.status.exit_code)


@door
def sample_production(*, students: int = 50, start: Start = None) -> None:
    """Build the stand-in production and print its row counts."""
    show.counts(
        carry_out(
            lambda settings, console: steps.sample_production(
                settings, students=students, reporter=console
            ),
            start,
        )
    )


@door
def reset(*, download_recent: bool = False) -> None:
    """Reset the test database and print from what."""
    show.reset(
        carry_out(
            lambda settings, console: steps.reset(
                settings, download_recent=download_recent, reporter=console
            )
        )
    )


@door
def migrate(
    *, to: str | None = None, sql_only: bool = False, as_json: bool = False, start: Start = None
) -> None:
    """Apply what is pending and print what it did."""
    result = carry_out(
        lambda settings, console: steps.migrate(
            settings, to=to, sql_only=sql_only, reporter=console
        ),
        start,
        as_json=as_json,
    )
    show.migrated(result, json_wanted=as_json)


@door
def plan(
    *, to: str | None = None, sql_only: bool = False, as_json: bool = False, start: Start = None
) -> None:
    """Print what `migrate` would apply."""
    found = carry_out(
        lambda settings, console: steps.plan(settings, to=to, sql_only=sql_only),
        start,
        as_json=as_json,
    )
    show.result(found, json_wanted=as_json)


@door
def verify(*, production: bool = False, as_json: bool = False) -> None:
    """Judge a database by ledger, lists and catalog; exit 6 when something is wrong."""
    found = carry_out(
        lambda settings, console: steps.verify(settings, production=production, reporter=console),
        as_json=as_json,
    )
    show.result(found, json_wanted=as_json)
    if found.exit_code:
        raise SystemExit(found.exit_code)


@door
def lint(*, version: str | None = None, everything: bool = False, as_json: bool = False) -> None:
    """Judge the SQL; exit 1 while there is something to mend."""
    found = carry_out(
        lambda settings, console: steps.lint(settings, version=version, everything=everything),
        as_json=as_json,
    )
    show.result(found, json_wanted=as_json)
    if not found.ok:
        raise SystemExit(1)


@door
def schema_diff(
    version: str, other: str | None = None, *, as_json: bool = False, as_markdown: bool = False
) -> None:
    """Print what one version's schema is beside another's, whether or not they differ."""
    found = carry_out(
        lambda settings, console: steps.schema_diff(settings, version, other, reporter=console),
        as_json=as_json,
    )
    if as_markdown:
        show.text(found.to_markdown())
        return
    show.result(found, json_wanted=as_json)


@door
def baseline(
    *,
    version: str,
    accept_differences: bool = False,
    production: bool = False,
    yes_really: str = "",
    as_json: bool = False,
) -> None:
    """Adopt a database that has a version's schema, but no ledger."""
    confirmed = yes_really
    if production and not confirmed:
        confirmed = _typed("This writes a ledger into production. Type the database's name: ")
    found = carry_out(
        lambda settings, console: steps.adopt(
            settings,
            version=version,
            accept_differences=accept_differences,
            production=production,
            confirmed=confirmed,
            reporter=console,
        ),
        as_json=as_json,
    )
    show.result(found, json_wanted=as_json)


def _typed(question: str) -> str:
    """Return what a person types; nothing where nobody can."""
    if not sys.stdin.isatty():
        return ""
    try:
        return input(question).strip()
    except (EOFError, KeyboardInterrupt):
        return ""


@door
def phase1(*, download_recent: bool = False) -> None:
    """Reset, migrate, and print what a person has to do next."""
    result = carry_out(
        lambda settings, console: steps.phase1(
            settings, download_recent=download_recent, reporter=console
        )
    )
    show.reset(result.reset)
    show.migrated(result.migrate)
    show.text(steps.STOP)


@door
def codegen() -> None:
    """Write the reference file and print where it is."""
    show.text(str(carry_out(lambda settings, console: steps.codegen(settings, reporter=console))))


@door
def phase2(*, as_json: bool = False) -> None:
    """Compare models and database; exit 12 while they differ."""
    comparison = carry_out(lambda settings, console: steps.phase2(settings), as_json=as_json)
    show.comparison(comparison, json_wanted=as_json)
    if not comparison.agrees:
        raise SystemExit(12)


@door
def suggest(*, table: str, as_json: bool = False) -> None:
    """Print the code of a table's class, and nothing else on stdout."""
    code = carry_out(
        lambda settings, console: steps.suggest(settings, table, reporter=console),
        as_json=as_json,
    )
    show.code(table, code, json_wanted=as_json)


@door
def conventions(*, as_json: bool = False) -> None:
    """Print the conventions of the models, and which are kept here."""

    async def work(settings: Settings, console: Console) -> show.Result:
        from db_workflow.models.conventions import list_conventions

        return list_conventions(settings)

    show.result(carry_out(work, as_json=as_json), json_wanted=as_json)


@door
def scaffold(*, tables: Sequence[str], everything: bool = False, as_json: bool = False) -> None:
    """Write a new table's declarations and print what is left to decide."""
    found = carry_out(
        lambda settings, console: steps.scaffold(
            settings, tables, everything=everything, reporter=console
        ),
        as_json=as_json,
    )
    show.result(found, json_wanted=as_json)


@door
def generate(*, start: Start = None) -> None:
    """Extract anonymised rows and print how many."""
    show.extracted(
        carry_out(lambda settings, console: steps.generate(settings, reporter=console), start)
    )


@door
def preview(*, table: str, rows: int = 5) -> None:
    """Show on the terminal what generating would do to a table."""

    async def work(settings: Settings, console: Console) -> "Preview":
        show.require_terminal(table)
        return await steps.preview(settings, table, rows=rows, reporter=console)

    show.preview(carry_out(work))


@door
def seed(*, as_json: bool = False, start: Start = None) -> None:
    """Load the test data and print what happened to each table."""
    report = carry_out(
        lambda settings, console: steps.seed(settings, reporter=console), start, as_json=as_json
    )
    show.seeded(report, json_wanted=as_json)


@door
def phase3() -> None:
    """Generate and seed."""
    result = carry_out(lambda settings, console: steps.phase3(settings, reporter=console))
    if result.extract:
        show.extracted(result.extract)
    show.seeded(result.seed)


@door
def clear_database(*, start: Start = None) -> None:
    """Empty the tables of the test database."""
    carry_out(lambda settings, console: steps.clear_database(settings), start)


@door
def provision() -> None:
    """Make a seeded test database from committed files."""
    found = carry_out(lambda settings, console: steps.provision(settings, reporter=console))
    show.status(found)
    raise SystemExit(found.exit_code)


@door
def status(*, as_json: bool = False) -> None:
    """Print the phases; exit 0, 11, 12 or 13."""
    found = carry_out(lambda settings, console: steps.status(settings), as_json=as_json)
    show.status(found, json_wanted=as_json)
    raise SystemExit(found.exit_code)


@door
def release_checklist(*, version: str, style: str, output: str, base: str = "") -> None:
    """Print or write the checklist; exit 1 while an item fails."""
    from db_workflow.release.render import STYLES, render

    if style not in STYLES:
        leave(f"There is no format {style!r}.\n  next: use {', '.join(STYLES)}", 2)
    found = carry_out(
        lambda settings, console: steps.release_checklist(
            settings, version=version, base=base, reporter=console
        ),
        as_json=style == "json",
    )
    text = render(found, style=style)
    if output:
        try:
            Path(output).write_text(text, "utf-8")
        except OSError as error:
            leave(f"{output} cannot be written: {error.strerror}\n  next: name another file", 2)
        show.text(f"{output}: {found.checklist.summary}")
    else:
        show.text(text.rstrip("\n"))
    if not found.checklist.releasable:
        raise SystemExit(1)


@door
def rehearse(*, version: str, as_json: bool = False) -> None:
    """Print what the steps did to a restore of production; exit 1 when something is wrong."""
    found = carry_out(
        lambda settings, console: steps.rehearse(settings, version=version, reporter=console),
        as_json=as_json,
    )
    show.rehearsed(found, json_wanted=as_json)
    if not found.ok:
        raise SystemExit(1)


@door
def integrity(*, production: bool = False, as_json: bool = False) -> None:
    """Print which promises of a database do not hold; exit 1 when there is one."""
    found = carry_out(
        lambda settings, console: steps.integrity(
            settings, production=production, reporter=console
        ),
        as_json=as_json,
    )
    show.result(found, json_wanted=as_json)
    if found.exit_code:
        raise SystemExit(found.exit_code)


@door
def boundary(*, base: str = "", as_json: bool = False) -> None:
    """Print what has changed outside the layer's paths; exit 1 when something has."""
    found = carry_out(
        lambda settings, console: steps.boundary(settings, base=base), as_json=as_json
    )
    show.result(found, json_wanted=as_json)
    if not found.ok:
        raise SystemExit(1)


@door
def deploy(*, version: str, yes_really: str = "", as_json: bool = False) -> None:
    """Show what a deploy would do to production, ask for its name, and do it."""
    _on_production(
        lambda settings, _: steps.deploy_outlook(settings, version=version),
        "This changes production. Type the database's name: ",
        lambda confirmed, settings, console: steps.deploy(
            settings, version=version, confirmed=confirmed, reporter=console
        ),
        yes_really=yes_really,
        as_json=as_json,
    )


@door
def rollback(*, end_sessions: bool = False, yes_really: str = "", as_json: bool = False) -> None:
    """Show what a rollback would take from production, ask for its name, and do it."""
    _on_production(
        lambda settings, console: steps.rollback_outlook(settings, reporter=console),
        "This replaces production. Type the database's name: ",
        lambda confirmed, settings, console: steps.rollback(
            settings, confirmed=confirmed, end_sessions=end_sessions, reporter=console
        ),
        yes_really=yes_really,
        as_json=as_json,
    )


@door
def purge(*, yes_really: str = "", as_json: bool = False) -> None:
    """Show what rollbacks have kept aside, ask for production's name, and drop it."""
    _on_production(
        lambda settings, _: steps.purge_outlook(settings),
        "This drops them. Type production's database name: ",
        lambda confirmed, settings, console: steps.purge(
            settings, confirmed=confirmed, reporter=console
        ),
        yes_really=yes_really,
        as_json=as_json,
    )


def _on_production(
    outlook: Callable[[Settings, Console], Awaitable[object]],
    question: str,
    act: Callable[[str, Settings, Console], Coroutine[Any, Any, Any]],
    *,
    yes_really: str,
    as_json: bool,
) -> None:
    """Show what would happen to production, let a person type its name, and do it."""

    async def look(settings: Settings, console: Console) -> None:
        console.say(str(await outlook(settings, console)))

    carry_out(look, as_json=as_json)
    confirmed = yes_really or _typed(question)
    done = carry_out(lambda settings, console: act(confirmed, settings, console), as_json=as_json)
    show.result(done, json_wanted=as_json)


@door
def server_start() -> None:
    """Start the server that `status` would use."""
    from db_workflow.server import open_server

    async def work(settings: Settings, console: Console) -> str:
        return str(open_server(settings).address)

    show.text(carry_out(work))


@door
def server_stop(*, wipe: bool = False) -> None:
    """Stop the embedded server."""
    from db_workflow.server import stop_server, wipe_server

    async def work(settings: Settings, console: Console) -> bool:
        stopped = stop_server(settings)
        if wipe:
            wipe_server(settings)
        return stopped

    show.text("stopped" if carry_out(work) else "was not running")


@door
def show_server(*, as_json: bool = False) -> None:
    """Print where the server is, and the databases that the workflow made there."""
    from db_workflow.inventory import server_status

    found = carry_out(lambda settings, console: server_status(settings), as_json=as_json)
    show.server(found, json_wanted=as_json)
