"""Phase 3 behind its guard: generate, seed, and empty."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from db_workflow import phases
from db_workflow.connection import session
from db_workflow.console import Reporter, Silent
from db_workflow.databases import read_marker
from db_workflow.errors import PhaseError
from db_workflow.evidence import Fact
from db_workflow.server import Server
from db_workflow.settings import Settings
from db_workflow.state import recall, record
from db_workflow.turn import turn

if TYPE_CHECKING:  # each step pays only for its own phase
    from db_workflow.testdata.extraction.preview import Preview
    from db_workflow.testdata.extraction.report import ExtractResult
    from db_workflow.testdata.seeding.report import SeedReport

# The state key that says that somebody emptied the tables.
_CLEARED = "cleared"


@dataclass(frozen=True, slots=True)
class Phase3Result:
    """What `phase3` did; no extraction when the files were current."""

    extract: "ExtractResult | None"
    seed: "SeedReport"


async def generate(settings: Settings, *, reporter: Reporter = Silent()) -> "ExtractResult":
    """Extract anonymised rows from the migrated database into the `auto_*` files.

    Raises:
        PhaseError: phase 2 does not hold, or the database already holds seeded rows.

    """
    async with turn(settings, step="generate", phase=2, reporter=reporter) as server:
        return await _generate(server, settings, reporter)


async def preview(
    settings: Settings, table: str, *, rows: int = 5, reporter: Reporter = Silent()
) -> "Preview":
    """Show what `generate` would do to a table, by its first rows. Writes no file.

    The result holds production's values: it is for a terminal, and for nothing that keeps it.

    Raises:
        PhaseError: as `generate` does.
        TestDataError: there is no such table, or a column is not classified.

    """
    from db_workflow.testdata.extraction import preview as mechanism

    async with turn(settings, step="generate --preview", phase=2, reporter=reporter) as server:
        return await mechanism.preview(
            server.address.at(settings.test_database),
            settings=settings,
            stand_in=await _is_stand_in(server, settings, step="generate --preview"),
            table=table,
            rows=rows,
        )


async def seed(settings: Settings, *, reporter: Reporter = Silent()) -> "SeedReport":
    """Load manual and generated rows into the test database, replacing what it holds.

    Raises:
        PhaseError: phase 2 does not hold, or the generated files are not current.

    """
    async with turn(settings, step="seed", phase=2, reporter=reporter) as server:
        return await _seed(server, settings, reporter)


async def phase3(settings: Settings, *, reporter: Reporter = Silent()) -> Phase3Result:
    """Generate, then seed; on a seeded database with current files, only seed.

    Raises:
        PhaseError: phase 2 does not hold, or files are stale and the rows to extract are gone.

    """
    async with turn(settings, step="phase3", phase=2, reporter=reporter) as server:
        extracted = None
        if not (await _is_seeded(server, settings) and not await _stale(server, settings)):
            extracted = await _generate(server, settings, reporter)
        return Phase3Result(extracted, await _seed(server, settings, reporter))


async def clear_database(settings: Settings) -> None:
    """Empty every table of SEEDING_ORDER in the test database.

    Raises:
        PhaseError: there is no migrated test database.

    """
    from db_workflow.testdata.seeding.seed import clear_tables

    async with turn(settings, step="clear_database", phase=1) as server:
        address = server.address.at(settings.test_database)
        await clear_tables(address, settings=settings)
        async with session(address, purpose="clear_database") as connection:
            await record(connection, _CLEARED, {})


async def _generate(server: Server, settings: Settings, reporter: Reporter) -> "ExtractResult":
    from db_workflow.testdata.extraction.extract import extract

    return await extract(
        server.address.at(settings.test_database),
        settings=settings,
        stand_in=await _is_stand_in(server, settings, step="generate"),
        reporter=reporter,
    )


async def _is_stand_in(server: Server, settings: Settings, *, step: str) -> bool:
    """Tell whether the rows to extract are invented; refuse a database that has lost them."""
    for key, state in (("seeded", "holds seeded rows"), (_CLEARED, "has been emptied")):
        if await _recalled(server, settings, key) is not None:
            raise PhaseError(
                1,
                f"{step} is refused: the test database {state}.",
                why="it extracts production's rows, and they are no longer there",
                next="invoke phase1, then invoke phase3",
            )
    marker = await read_marker(server, settings.test_database)
    # Nothing less than the marker's own word makes rows invented.
    return marker is not None and marker.facts.get("stand_in") is True


async def _seed(server: Server, settings: Settings, reporter: Reporter) -> "SeedReport":
    from db_workflow.testdata.seeding.seed import keep_template
    from db_workflow.testdata.seeding.seed import seed as load

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
