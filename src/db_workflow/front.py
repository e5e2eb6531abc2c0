"""The front doors: what tasks and scripts call. Flags in, one guarded step, its result printed.

Results go to stdout, progress and errors to stderr. `carry_out` is the one place where an error
becomes an exit.
"""

import atexit
import functools
import gc
import io
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from db_workflow import show, steps
from db_workflow.console import Console
from db_workflow.errors import TRACEBACK, ServerError, WorkflowError
from db_workflow.settings import Settings, load_settings

T = TypeVar("T")
Start = Path | None
_INTERRUPTED = """\
Interrupted.
  why:  Ctrl-C; a step in a transaction has been undone, what had ended before it stays
  next: the same command again, which goes on from there"""


def carry_out(
    work: Callable[[Settings, Console], Coroutine[Any, Any, T]],
    start: Start = None,
    *,
    as_json: bool = False,
) -> T:
    """Run one step to its end and return its result.

    A failure that a person can act on is printed to stderr and ends the process with the error's
    exit code (DB_WORKFLOW_TRACEBACK=1 shows the traceback as well); Ctrl-C ends it with 130, once
    the work has cleaned up after itself.

    Args:
        work: given the settings and a console.
        start: the folder whose repository is meant (default: the current one).
        as_json: whether the result is for a machine; then a failure is printed as JSON too.

    """
    _hasten()
    import asyncio

    import asyncpg

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal without ✓ gets a ?, and not a crash after the work is done.
            stream.reconfigure(errors="replace")
    try:
        return asyncio.run(work(load_settings(start), Console()))
    except (WorkflowError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        if os.environ.get(TRACEBACK):
            raise
        told = error if isinstance(error, WorkflowError) else _unforeseen(error)
        if as_json:
            show.failure(told)
        leave(str(told), told.exit_code)
    except KeyboardInterrupt:
        leave(_INTERRUPTED, 130)


@functools.cache
def _hasten() -> None:
    """Spare a process that lives for seconds most of the collector's work.

    A fifth of a short command went into looking for garbage among modules that stay, and into
    taking them apart at the end, which the system does at once.
    """
    gc.set_threshold(50_000, 20, 20)
    atexit.register(gc.freeze)


def _unforeseen(error: Exception) -> WorkflowError:
    """Return the screen for what a server or the system said when nobody expected it."""
    return ServerError(
        f"{type(error).__name__}: {error}",
        why="the server, or the system, ended the step's work",
        next="invoke status, and the same command again; DB_WORKFLOW_TRACEBACK=1 shows where",
    )


def leave(message: str, code: int) -> NoReturn:
    """Print a message to stderr and end the process."""
    print(message, file=sys.stderr)
    raise SystemExit(code)


def quickstart(*, students: int = 50) -> None:
    """Run everything once and print what ran."""
    from db_workflow.quickstart import run

    result = carry_out(lambda settings, console: run(settings, students, console))
    show.quickstart(result)
    if result.status.exit_code:
        raise SystemExit(result.status.exit_code)


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


def reset(*, download_recent: bool = False) -> None:
    """Reset the test database and print from what."""
    show.reset(
        carry_out(
            lambda settings, console: steps.reset(
                settings, download_recent=download_recent, reporter=console
            )
        )
    )


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


def verify(*, production: bool = False, as_json: bool = False) -> None:
    """Judge a database by ledger, lists and catalog; exit 6 when something is wrong."""
    found = carry_out(
        lambda settings, console: steps.verify(settings, production=production, reporter=console),
        as_json=as_json,
    )
    show.result(found, json_wanted=as_json)
    if found.exit_code:
        raise SystemExit(found.exit_code)


def lint(*, version: str = "", everything: bool = False, as_json: bool = False) -> None:
    """Judge the SQL; exit 1 while there is something to mend."""
    found = carry_out(
        lambda settings, console: steps.lint(
            settings, version=version or None, everything=everything
        ),
        as_json=as_json,
    )
    show.result(found, json_wanted=as_json)
    if not found.ok:
        raise SystemExit(1)


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


def codegen() -> None:
    """Write the reference file and print where it is."""
    show.text(str(carry_out(lambda settings, console: steps.codegen(settings, reporter=console))))


def phase2(*, as_json: bool = False) -> None:
    """Compare models and database; exit 12 while they differ."""
    comparison = carry_out(lambda settings, console: steps.phase2(settings), as_json=as_json)
    show.comparison(comparison, json_wanted=as_json)
    if not comparison.agrees:
        raise SystemExit(12)


def generate(*, start: Start = None) -> None:
    """Extract anonymised rows and print how many."""
    show.extracted(
        carry_out(lambda settings, console: steps.generate(settings, reporter=console), start)
    )


def seed(*, start: Start = None) -> None:
    """Load the test data and print what happened a table."""
    show.seeded(carry_out(lambda settings, console: steps.seed(settings, reporter=console), start))


def phase3() -> None:
    """Generate and seed."""
    result = carry_out(lambda settings, console: steps.phase3(settings, reporter=console))
    if result.extract:
        show.extracted(result.extract)
    show.seeded(result.seed)


def clear_database(*, start: Start = None) -> None:
    """Empty the tables of the test database."""
    carry_out(lambda settings, console: steps.clear_database(settings), start)


def provision() -> None:
    """Make a seeded test database from committed files."""
    found = carry_out(lambda settings, console: steps.provision(settings, reporter=console))
    show.status(found)
    raise SystemExit(found.exit_code)


def status(*, as_json: bool = False) -> None:
    """Print the phases; exit 0, 11, 12 or 13."""
    found = carry_out(lambda settings, console: steps.status(settings), as_json=as_json)
    show.status(found, json_wanted=as_json)
    raise SystemExit(found.exit_code)


def release_checklist(*, version: str, style: str, output: str) -> None:
    """Print or write the checklist; exit 1 while an item fails."""
    from db_workflow.release import check, render

    if style not in {"text", "md", "json"}:
        leave(f"There is no format {style!r}.\n  next: use text, md or json", 2)
    result = carry_out(lambda settings, console: check(settings, version=version))
    text = render(result, style=style)
    if output:
        try:
            Path(output).write_text(text, "utf-8")
        except OSError as error:
            leave(f"{output} cannot be written: {error.strerror}\n  next: name another file", 2)
        show.text(f"{output}: {result.summary}")
    else:
        show.text(text.rstrip("\n"))
    if not result.releasable:
        raise SystemExit(1)


def server_start() -> None:
    """Start the server that `status` would use."""
    from db_workflow.server import open_server

    async def work(settings: Settings, console: Console) -> str:
        return str(open_server(settings).address)

    show.text(carry_out(work))


def server_stop(*, wipe: bool = False) -> None:
    """Stop the embedded server."""
    from db_workflow.server import stop_server, wipe_server

    async def work(settings: Settings, console: Console) -> bool:
        stopped = stop_server(settings)
        if wipe:
            wipe_server(settings)
        return stopped

    show.text("stopped" if carry_out(work) else "was not running")


def show_server(*, as_json: bool = False) -> None:
    """Print where the server is, and the databases that the workflow made there."""
    from db_workflow.inventory import server_status

    found = carry_out(lambda settings, console: server_status(settings), as_json=as_json)
    show.server(found, json_wanted=as_json)
