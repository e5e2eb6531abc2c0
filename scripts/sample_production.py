"""Build the stand-in production: an invented tutoring business, as it stands at v0.3.

While no real production is named, phase 1 dumps this database instead. It grows up as a real one
does: v0.1's list, then rows of v0.1; v0.2's list, whose backfills take the rows apart, then rows
of v0.2; and so on. The same number of students gives the same rows on every machine, byte for
byte. The business itself is in `sample_business`, beside this file.

    python scripts/sample_production.py --students 200
"""

import hashlib
import importlib.util
import sys
from pathlib import Path
from typing import Any

import asyncpg

from db_workflow.address import Address
from db_workflow.connection import quoted, session
from db_workflow.console import Reporter, Silent
from db_workflow.databases import create_database, drop_database, exists, mark_facts, read_marker
from db_workflow.errors import DatabaseRefusedError, WorkflowError
from db_workflow.schema.plan import Plan, load_plan
from db_workflow.schema.run.runner import migrate
from db_workflow.scripts import run_sample_production
from db_workflow.server import Server
from db_workflow.settings import Settings

HERE = Path(__file__).resolve().parent
if str(HERE) not in sys.path:  # it is not when the workflow loads this file by its path
    sys.path.append(str(HERE))

from sample_business.filling import Business  # noqa: E402 - only now can it be found

VERSIONS = ("0.1", "0.2", "0.3")
"""What production has. The version in hand is not among them."""

ROLE = "stand-in"


async def build(
    server: Server, *, settings: Settings, students: int = 50, reporter: Reporter = Silent()
) -> dict[str, int]:
    """Build the stand-in, or keep the one that these files have already built.

    Interrupted, it leaves a database that is marked as incomplete; the next call starts again.
    The caller holds the project's lock.

    Args:
        server: where to build it.
        settings: the repository; `settings.stand_in` is the database's name.
        students: the size of the business; everything else grows with it.
        reporter: where progress goes.

    Returns:
        Its row counts by table.

    Raises:
        WorkflowError: `students` is not above 0.
        DatabaseRefusedError: a database of that name is there and is no stand-in of this project.
        MigrationError: a list could not be applied.

    """
    if students < 1:
        raise WorkflowError(
            f"A business with {students} students has no history to stand in for production.",
            next="give --students a number above 0",
            data={"students": students},
        )
    plan = load_plan(settings)
    wanted = {"complete": True, "students": students, "inputs": _inputs(plan)}
    name = settings.stand_in
    if await _is_built(server, settings, wanted):
        reporter.say(f"{name}: kept; nothing that makes it has changed")
    else:
        await drop_database(server, name, settings=settings)
        await create_database(
            server,
            name,
            project=settings.project,
            role=ROLE,
            facts={**wanted, "complete": False},
        )
        await _grow(server.address.at(name), plan, Business(students, reporter), settings, reporter)
        await mark_facts(server, name, wanted)
        reporter.say(f"{name}: built, {students:,} students, at v{VERSIONS[-1]}")
    address = server.address.at(name)
    async with session(address, purpose="sample-production", read_only=True) as connection:
        return await _count_rows(connection)


async def _grow(
    address: Address, plan: Plan, business: Business, settings: Settings, reporter: Reporter
) -> None:
    """Take an empty database through the versions, with rows of each before the next."""
    for version in VERSIONS:
        await migrate(address, plan, settings=settings, to=version, reporter=reporter)
        async with session(address, purpose="sample-production") as connection:
            await business.fill(connection, version)
    async with session(address, purpose="sample-production") as connection:
        await _put_in_order(connection)


async def _is_built(server: Server, settings: Settings, wanted: dict[str, object]) -> bool:
    """Tell whether the stand-in is there and is what `wanted` says; refuse what is no stand-in."""
    name = settings.stand_in
    if not await exists(server, name):
        return False
    marker = await read_marker(server, name)
    if marker is None or (marker.role, marker.project) != (ROLE, settings.project):
        raise DatabaseRefusedError(
            f"The database {name!r} is not a stand-in of this project.",
            why="its rows may be somebody's only copy",
            next="rename it, or choose another `project` in [tool.db_workflow]",
        )
    return dict(marker.facts) == wanted


def _inputs(plan: Plan) -> str:
    """Return a digest of all that decides the rows: this script, the business, and the lists."""
    digest = hashlib.sha256()
    for entry in plan.up_to(VERSIONS[-1]).entries:
        digest.update(f"{entry.name} {entry.checksum}\n".encode())
    files = [Path(__file__), *sorted((HERE / "sample_business").glob("*.py"))]
    # v0.3 rewrites passwords by what this module says.
    passwords = importlib.util.find_spec("efficient_tutor_backend.passwords")
    if passwords and passwords.origin:
        files.append(Path(passwords.origin))
    for file in files:
        digest.update(f"{file.name} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


async def _put_in_order(connection: "asyncpg.Connection[Any]") -> None:
    """Write every table anew, in the order of its primary key.

    Backfills leave rows in the order of the planner's joins, which depends on statistics and so
    on the time of day: two dumps of the same rows would differ.
    """
    for table, key in await connection.fetch(
        "SELECT conrelid::regclass::text, quote_ident(conname) FROM pg_constraint"
        " WHERE contype = 'p' AND connamespace = 'public'::regnamespace ORDER BY 1"
    ):
        await connection.execute(f"CLUSTER {table} USING {key}")
        # Or it would be remembered, and dumped, as a property of the table.
        await connection.execute(f"ALTER TABLE {table} SET WITHOUT CLUSTER")
    await connection.execute("ANALYZE")


async def _count_rows(connection: "asyncpg.Connection[Any]") -> dict[str, int]:
    tables = await connection.fetch(
        "SELECT relname FROM pg_class"
        " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
    )
    return {
        row["relname"]: await connection.fetchval(
            f"SELECT count(*) FROM public.{quoted(row['relname'])}"  # noqa: S608 - from pg_class
        )
        for row in tables
    }


if __name__ == "__main__":
    run_sample_production(__file__)
