"""Phase 1 behind its guard: reset, migrate, STOP."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from db_workflow.address import Address
from db_workflow.connection import opening
from db_workflow.console import Reporter, Silent
from db_workflow.databases import read_marker
from db_workflow.errors import SettingsError
from db_workflow.lock import exclusive
from db_workflow.modules import import_soon, load_file
from db_workflow.server import Server, open_server
from db_workflow.settings import Settings
from db_workflow.turn import look, turn

if TYPE_CHECKING:  # each step pays only for its own phase
    from db_workflow.schema.backup.baseline import ResetResult
    from db_workflow.schema.judge.preview import Preview
    from db_workflow.schema.run.runner import MigrateResult

# What `migrate` needs as soon as it has its turn.
_RUNNER = (
    "db_workflow.schema.plan",
    "db_workflow.catalog",
    "db_workflow.schema.ledger.standing",
    "db_workflow.schema.run.runner",
)
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


async def sample_production(
    settings: Settings, *, students: int = 50, reporter: Reporter = Silent()
) -> dict[str, int]:
    """Build the stand-in production, or keep it if nothing that makes it has changed.

    Returns:
        Its row counts by table.

    Raises:
        SettingsError: the repository has no `sample_production`, or names a real production.

    """
    if settings.sample_production is None or _has_real_production(settings):
        raise SettingsError(
            "There is no stand-in production to build.",
            why="PRODUCTION_DATABASE_URL or PRODUCTION_BACKUPS_URL names the real one"
            if _has_real_production(settings)
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
    async with turn(settings, step="reset", reporter=reporter) as server:
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
    import_soon(*_RUNNER)
    async with turn(settings, step="migrate", baseline=True, reporter=reporter) as server:
        return await _migrate(server, settings, to, sql_only, reporter)


async def plan(settings: Settings, *, to: str | None = None, sql_only: bool = False) -> "Preview":
    """Return what `migrate` would apply now, and why, changing nothing.

    Args:
        settings: the repository.
        to: the last version to apply.
        sql_only: as if Python steps were left out.

    Raises:
        PhaseError: the test database did not come out of `reset`.

    """
    from db_workflow.schema.judge.preview import preview
    from db_workflow.schema.plan import load_plan

    async with look(settings, step="migrate --plan") as server:
        address = server.address.at(settings.test_database)
        return await preview(
            address, load_plan(settings), settings=settings, to=to, sql_only=sql_only
        )


async def phase1(
    settings: Settings, *, download_recent: bool = False, reporter: Reporter = Silent()
) -> Phase1Result:
    """Reset, then migrate. What comes next is a person's work: see `STOP`.

    Raises:
        MigrationError: the lists are wrong; told before the test database is touched.

    """
    from db_workflow.schema.plan import load_plan
    from db_workflow.schema.run.step import prepare

    async with turn(settings, step="phase1", reporter=reporter) as server:
        lists = load_plan(settings)
        newest = lists.versions[-1]
        prepare([one for one in lists.entries if one.version == newest], settings=settings)
        restored = await _reset(server, settings, download_recent, reporter)
        return Phase1Result(restored, await _migrate(server, settings, None, False, reporter))


async def _production(server: Server, settings: Settings) -> Address | None:
    """Return where production is: the real one, the stand-in, or nowhere."""
    if settings.production_address is not None:
        return settings.production_address
    marker = await read_marker(server, settings.stand_in)
    if marker is not None and marker.role == "stand-in" and marker.facts.get("complete"):
        return server.address.at(settings.stand_in)
    return None


async def needs_stand_in(settings: Settings) -> bool:
    """Tell whether a stand-in can be built, and is not there yet."""
    return (
        settings.sample_production is not None
        and not _has_real_production(settings)
        and await _production(open_server(settings), settings) is None
    )


def _has_real_production(settings: Settings) -> bool:
    return settings.production_address is not None or settings.backups_url is not None


async def _back_up_stand_in(server: Server, settings: Settings, reporter: Reporter) -> None:
    """Dump a stand-in that is new, or the next reset would go on from the one before it."""
    from db_workflow.schema.backup.source import Source
    from db_workflow.schema.backup.taking import take_backup

    await take_backup(
        server.address.at(settings.stand_in),
        server.binaries,
        settings.backups,
        facts=Source(settings.stand_in, stand_in=True).facts,
        jobs=settings.jobs,
        reporter=reporter,
    )


async def _reset(
    server: Server, settings: Settings, download_recent: bool, reporter: Reporter
) -> "ResetResult":
    from db_workflow.schema.backup import baseline

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
    from db_workflow.schema.run.runner import migrate as run

    address = server.address.at(settings.test_database)
    async with opening(address, purpose="migrate") as coming:
        return await run(
            address,
            load_plan(settings),  # while the server makes the session
            settings=settings,
            to=to,
            sql_only=sql_only,
            reporter=reporter,
            coming=coming,
        )
