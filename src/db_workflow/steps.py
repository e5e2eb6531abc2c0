"""The steps of the workflow, each behind its guard: the library that tasks, scripts and tests use.

Every function finds the server, takes the project's lock, asks `phases` whether its turn has
come, and hands over to the mechanism in its phase's folder.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db_workflow import phases
from db_workflow.address import Address
from db_workflow.connection import session
from db_workflow.console import Reporter, Silent
from db_workflow.databases import read_marker
from db_workflow.errors import PhaseError, SettingsError
from db_workflow.evidence import Fact
from db_workflow.lock import exclusive
from db_workflow.modules import load_file
from db_workflow.server import Server, open_server
from db_workflow.settings import Settings
from db_workflow.state import recall, record
from db_workflow.turn import refuse_foreign, turn

if TYPE_CHECKING:  # each step pays only for its own phase
    from db_workflow.models.comparison import Comparison
    from db_workflow.schema.baseline import ResetResult
    from db_workflow.schema.plan import Entry
    from db_workflow.schema.runner import MigrateResult
    from db_workflow.testdata.extract import ExtractResult
    from db_workflow.testdata.seed import SeedReport

# The state key that says that somebody emptied the tables.
_CLEARED = "cleared"

STOP = """\
STOP. The schema has changed; the models have not.
  1. invoke codegen    the database as generated classes, to read beside models.py
  2. refine models.py and db_enums.py by hand: never copy the generated file over them
  3. invoke phase2     proves that models and database agree
Only then may test data be generated and seeded: a factory built on the old models would insert
into columns that are gone, or leave new ones empty, and its rows would prove nothing."""


@dataclass(frozen=True, slots=True)
class Phase1Result:
    """What `phase1` did."""

    reset: "ResetResult"
    migrate: "MigrateResult"


@dataclass(frozen=True, slots=True)
class Phase3Result:
    """What `phase3` did; no extraction when the files were current."""

    extract: "ExtractResult | None"
    seed: "SeedReport"


async def sample_production(
    settings: Settings, *, students: int = 50, reporter: Reporter = Silent()
) -> dict[str, int]:
    """Build the stand-in production, or keep it if nothing that makes it has changed.

    Returns:
        Its row counts by table.

    Raises:
        SettingsError: the repository has no `sample_production`, or names a real production.

    """
    if settings.sample_production is None or settings.production_address is not None:
        raise SettingsError(
            "There is no stand-in production to build.",
            why="PRODUCTION_DATABASE_URL names the real one"
            if settings.production_address
            else "[tool.db_workflow] has no `sample_production`",
            next="invoke phase1",
        )
    script = load_file(settings.sample_production, settings=settings)
    server = open_server(settings)
    # Under the stand-in's own name too: two test databases on one server share it.
    async with (
        exclusive(server, settings=settings, purpose="sample-production"),
        exclusive(server, settings=settings, purpose="sample-production", name=settings.stand_in),
    ):
        before = await read_marker(server, settings.stand_in)
        counts: dict[str, int] = await script.build(
            server, settings=settings, students=students, reporter=reporter
        )
        after = await read_marker(server, settings.stand_in)
        if before is None or after is None or before.oid != after.oid:
            await _back_up_stand_in(server, settings, reporter)
        return counts


async def reset(
    settings: Settings, *, download_recent: bool = False, reporter: Reporter = Silent()
) -> "ResetResult":
    """Give the test database the contents of the newest good backup of production.

    Args:
        settings: the repository.
        download_recent: take a fresh backup first; one is also taken when there is none.
        reporter: where progress goes.

    """
    async with turn(settings, step="reset") as server:
        return await _reset(server, settings, download_recent, reporter)


async def migrate(
    settings: Settings,
    *,
    to: str | None = None,
    sql_only: bool = False,
    reporter: Reporter = Silent(),
) -> "MigrateResult":
    """Apply what the ledger does not have yet, in the order of the lists.

    Args:
        settings: the repository.
        to: the last version to apply.
        sql_only: leave Python steps out; phase 1 then does not hold, and says so.
        reporter: where progress goes.

    Raises:
        PhaseError: the test database did not come out of `reset`.

    """
    async with turn(settings, step="migrate") as server:
        await _require_baseline(server, settings)
        return await _migrate(server, settings, to, sql_only, reporter)


async def plan(settings: Settings, *, to: str | None = None) -> tuple["Entry", ...]:
    """Return what `migrate` would apply now, changing nothing.

    Raises:
        PhaseError: the test database did not come out of `reset`.

    """
    from db_workflow.schema.plan import load_plan
    from db_workflow.schema.runner import plan_only

    server = open_server(settings)
    await refuse_foreign(server, settings)
    await _require_baseline(server, settings)
    address = server.address.at(settings.test_database)
    return await plan_only(address, load_plan(settings), settings=settings, to=to)


async def phase1(
    settings: Settings, *, download_recent: bool = False, reporter: Reporter = Silent()
) -> Phase1Result:
    """Reset, then migrate. What comes next is a person's work: see `STOP`.

    Raises:
        MigrationError: the lists are wrong; told before the test database is touched.

    """
    from db_workflow.schema.plan import load_plan
    from db_workflow.schema.step import prepare

    async with turn(settings, step="phase1") as server:
        lists = load_plan(settings)
        newest = lists.versions[-1]
        prepare([one for one in lists.entries if one.version == newest], settings=settings)
        restored = await _reset(server, settings, download_recent, reporter)
        return Phase1Result(restored, await _migrate(server, settings, None, False, reporter))


async def codegen(settings: Settings, *, reporter: Reporter = Silent()) -> Path:
    """Write the migrated database as generated classes into the reference file.

    Raises:
        PhaseError: phase 1 does not hold.

    """
    from db_workflow.models.codegen import generate_reference

    async with turn(settings, step="codegen", phase=1) as server:
        address = server.address.at(settings.test_database)
        return await generate_reference(address, settings=settings, reporter=reporter)


async def phase2(settings: Settings) -> "Comparison":
    """Compare models and enums with the migrated database.

    Raises:
        PhaseError: phase 1 does not hold.

    """
    from db_workflow.models.comparison import compare_models

    async with turn(settings, step="phase2", phase=1) as server:
        address = server.address.at(settings.test_database)
        async with session(address, purpose="phase2", read_only=True) as connection:
            return await compare_models(server, connection, settings=settings)


async def generate(settings: Settings, *, reporter: Reporter = Silent()) -> "ExtractResult":
    """Extract anonymised rows from the migrated database into the `auto_*` files.

    Raises:
        PhaseError: phase 2 does not hold, or the database already holds seeded rows.

    """
    async with turn(settings, step="generate", phase=2) as server:
        return await _generate(server, settings, reporter)


async def seed(settings: Settings, *, reporter: Reporter = Silent()) -> "SeedReport":
    """Load manual and generated rows into the test database, replacing what it holds.

    Raises:
        PhaseError: phase 2 does not hold, or the generated files are not current.

    """
    async with turn(settings, step="seed", phase=2) as server:
        return await _seed(server, settings, reporter)


async def phase3(settings: Settings, *, reporter: Reporter = Silent()) -> Phase3Result:
    """Generate, then seed; on a seeded database with current files, only seed.

    Raises:
        PhaseError: phase 2 does not hold, or files are stale and the rows to extract are gone.

    """
    async with turn(settings, step="phase3", phase=2) as server:
        extracted = None
        if not (await _is_seeded(server, settings) and not await _stale(server, settings)):
            extracted = await _generate(server, settings, reporter)
        return Phase3Result(extracted, await _seed(server, settings, reporter))


async def provision(settings: Settings, *, reporter: Reporter = Silent()) -> phases.Status:
    """Make a seeded database for tests with the least work, from committed files only.

    Raises:
        PhaseError: the models do not agree with the lists, or committed files are stale; both
            are a person's to mend.

    """
    status = await phases.judge(open_server(settings), settings=settings)
    missing = status.first_missing
    if missing is None:
        return status
    if missing.number == 1:
        if await _needs_stand_in(settings):
            await sample_production(settings, reporter=reporter)
        await phase1(settings, reporter=reporter)
    await seed(settings, reporter=reporter)
    return await phases.judge(open_server(settings), settings=settings)


async def clear_database(settings: Settings) -> None:
    """Empty every table of SEEDING_ORDER in the test database.

    Raises:
        PhaseError: there is no migrated test database.

    """
    from db_workflow.testdata.seed import clear_tables

    async with turn(settings, step="clear_database", phase=1) as server:
        address = server.address.at(settings.test_database)
        await clear_tables(address, settings=settings)
        async with session(address, purpose="clear_database") as connection:
            await record(connection, _CLEARED, {})


async def status(settings: Settings) -> phases.Status:
    """Judge every phase now."""
    server = open_server(settings)
    return await phases.judge(server, settings=settings)


async def _require_baseline(server: Server, settings: Settings) -> None:
    marker = await read_marker(server, settings.test_database)
    if marker is None:
        raise PhaseError(
            1,
            f"migrate is refused: the test database {settings.test_database!r} does not exist.",
            why="the lists are applied to production's newest backup, never to an empty database",
            next="invoke phase1",
        )


async def _production(server: Server, settings: Settings) -> Address | None:
    """Return where production is: the real one, the stand-in, or nowhere."""
    if settings.production_address is not None:
        return settings.production_address
    marker = await read_marker(server, settings.stand_in)
    if marker is not None and marker.role == "stand-in" and marker.facts.get("complete"):
        return server.address.at(settings.stand_in)
    return None


async def _needs_stand_in(settings: Settings) -> bool:
    return (
        settings.sample_production is not None
        and await _production(open_server(settings), settings) is None
    )


async def _back_up_stand_in(server: Server, settings: Settings, reporter: Reporter) -> None:
    """Dump a stand-in that is new, or the next reset would go on from the one before it."""
    from db_workflow.schema.backups import take_backup
    from db_workflow.schema.source import Source

    await take_backup(
        server.address.at(settings.stand_in),
        server.binaries,
        settings.backups,
        facts=Source(settings.stand_in, stand_in=True).facts,
        reporter=reporter,
    )


async def _reset(
    server: Server, settings: Settings, download_recent: bool, reporter: Reporter
) -> "ResetResult":
    from db_workflow.schema import baseline

    return await baseline.reset(
        server,
        settings=settings,
        production=await _production(server, settings),
        stand_in=settings.production_address is None,
        download_recent=download_recent,
        reporter=reporter,
    )


async def _migrate(
    server: Server, settings: Settings, to: str | None, sql_only: bool, reporter: Reporter
) -> "MigrateResult":
    from db_workflow.schema.plan import load_plan
    from db_workflow.schema.runner import migrate as run

    return await run(
        server.address.at(settings.test_database),
        load_plan(settings),
        settings=settings,
        to=to,
        sql_only=sql_only,
        reporter=reporter,
    )


async def _generate(server: Server, settings: Settings, reporter: Reporter) -> "ExtractResult":
    from db_workflow.testdata.extract import extract

    for key, state in (("seeded", "holds seeded rows"), (_CLEARED, "has been emptied")):
        if await _recalled(server, settings, key) is not None:
            raise PhaseError(
                1,
                f"generate is refused: the test database {state}.",
                why="it extracts production's rows, and they are no longer there",
                next="invoke phase1, then invoke phase3",
            )
    marker = await read_marker(server, settings.test_database)
    return await extract(
        server.address.at(settings.test_database),
        settings=settings,
        # Nothing less than the marker's own word makes rows invented.
        stand_in=marker is not None and marker.facts.get("stand_in") is True,
        reporter=reporter,
    )


async def _seed(server: Server, settings: Settings, reporter: Reporter) -> "SeedReport":
    from db_workflow.testdata.seed import keep_template
    from db_workflow.testdata.seed import seed as load

    stale = await _stale(server, settings)
    if stale:
        raise phases.refusal(3, tuple(stale), step="seed")
    report = await load(
        server.address.at(settings.test_database), settings=settings, reporter=reporter
    )
    await keep_template(server, settings=settings)
    return report


async def _is_seeded(server: Server, settings: Settings) -> bool:
    return await _recalled(server, settings, "seeded") is not None


async def _recalled(server: Server, settings: Settings, key: str) -> Any:
    address = server.address.at(settings.test_database)
    async with session(address, purpose="look", read_only=True) as connection:
        return await recall(connection, key)


async def _stale(server: Server, settings: Settings) -> list[Fact]:
    """Return what is wrong with the declarations and the generated files."""
    from db_workflow.testdata.facts import file_facts

    address = server.address.at(settings.test_database)
    async with session(address, purpose="look", read_only=True) as connection:
        return [fact for fact in await file_facts(connection, settings=settings) if not fact.ok]
