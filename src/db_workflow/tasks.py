"""The Invoke tasks: flags in, one call, its result printed.

Tasks are plain functions (Invoke never awaits a coroutine), carry no guard (Invoke skips `pre`
tasks on direct calls; the guards are in `steps`), and import what they need when they run, so that
`invoke --list` costs little more than Invoke itself.
"""

from invoke.collection import Collection
from invoke.context import Context
from invoke.tasks import task

_STUDENTS = "how many students the invented business has (default 50)"
_DOWNLOAD = "take a fresh backup of production first (production is only read)"
_JSON = "print the result as JSON on stdout"


@task(help={"students": _STUDENTS})
def quickstart(context: Context, students: int = 50) -> None:
    """Run the whole workflow once, from an invented production to seeded test data."""
    from db_workflow import front

    front.quickstart(students=students)


@task(help={"students": _STUDENTS})
def sample_production(context: Context, students: int = 50) -> None:
    """Build the stand-in production: invented people and history at the previous version."""
    from db_workflow import front

    front.sample_production(students=students)


@task(help={"download-recent": _DOWNLOAD})
def reset(context: Context, download_recent: bool = False) -> None:
    """Phase 1: give the test database the newest good backup of production."""
    from db_workflow import front

    front.reset(download_recent=download_recent)


@task(
    help={
        "to": "apply the lists up to this version, such as 0.4 (default: all)",
        "plan": "show what would be applied, and change nothing",
        "sql-only": "leave Python steps out; phase 1 then does not hold until the next reset",
    }
)
def migrate(context: Context, to: str = "", plan: bool = False, sql_only: bool = False) -> None:
    """Phase 1: apply the versions' ordered lists to the test database."""
    from db_workflow import front

    front.migrate(to=to or None, plan=plan, sql_only=sql_only)


@task(help={"download-recent": _DOWNLOAD})
def phase1(context: Context, download_recent: bool = False) -> None:
    """Phase 1: reset, migrate, then STOP and refine the models."""
    from db_workflow import front

    front.phase1(download_recent=download_recent)


@task
def codegen(context: Context) -> None:
    """Phase 2: write the database as generated classes, a reference to read."""
    from db_workflow import front

    front.codegen()


@task(help={"json": _JSON})
def phase2(context: Context, json: bool = False) -> None:
    """Phase 2: prove that models and enums agree with the database, or list what to write."""
    from db_workflow import front

    front.phase2(as_json=json)


@task
def generate(context: Context) -> None:
    """Phase 3: extract anonymised rows into the auto_<table>.py files."""
    from db_workflow import front

    front.generate()


@task
def seed(context: Context) -> None:
    """Phase 3: load manual and generated rows into the test database."""
    from db_workflow import front

    front.seed()


@task
def phase3(context: Context) -> None:
    """Phase 3: generate, then seed."""
    from db_workflow import front

    front.phase3()


@task
def provision(context: Context) -> None:
    """Make a seeded test database from committed files, with the least work."""
    from db_workflow import front

    front.provision()


@task(help={"json": _JSON})
def status(context: Context, json: bool = False) -> None:
    """Show every phase with its evidence, and the next command (exit 0, 11, 12 or 13)."""
    from db_workflow import front

    front.status(as_json=json)


@task(
    help={
        "version": "the version to release, such as 0.4",
        "format": "text, md or json (default text)",
        "output": "write to this file instead of stdout",
    }
)
def release_checklist(
    context: Context,
    version: str,
    format: str = "text",  # noqa: A002 - the flag's name
    output: str = "",
) -> None:
    """Check everything a release needs, with evidence; fails while an item fails."""
    from db_workflow import front

    front.release_checklist(version=version, style=format, output=output)


@task(name="start")
def server_start(context: Context) -> None:
    """Start the embedded PostgreSQL, or find it running."""
    from db_workflow import front

    front.server_start()


@task(name="stop", help={"wipe": "remove its data too; everything in it can be rebuilt"})
def server_stop(context: Context, wipe: bool = False) -> None:
    """Stop the embedded PostgreSQL."""
    from db_workflow import front

    front.server_stop(wipe=wipe)


@task(name="status", help={"json": _JSON})
def server_status(context: Context, json: bool = False) -> None:
    """Show whether the embedded PostgreSQL runs, where, and which databases are ours."""
    from db_workflow import front

    front.server_status(as_json=json)


namespace = Collection(
    quickstart,
    status,
    sample_production,
    reset,
    migrate,
    phase1,
    codegen,
    phase2,
    generate,
    seed,
    phase3,
    provision,
    release_checklist,
)
namespace.add_collection(Collection("server", server_start, server_stop, server_status))
