"""Phase 2 behind its guard: classes to read or to take over, and the proof that yours agree."""

from pathlib import Path
from typing import TYPE_CHECKING

from db_workflow.connection import session
from db_workflow.console import Reporter, Silent
from db_workflow.settings import Settings
from db_workflow.turn import turn

if TYPE_CHECKING:  # each step pays only for its own phase
    from db_workflow.models.compared.comparison import Comparison


async def codegen(settings: Settings, *, reporter: Reporter = Silent()) -> Path:
    """Write the migrated database as generated classes into the reference file.

    Raises:
        PhaseError: phase 1 does not hold.

    """
    from db_workflow.models.reference.codegen import generate_reference

    async with turn(settings, step="codegen", phase=1, reporter=reporter) as server:
        address = server.address.at(settings.test_database)
        return await generate_reference(address, settings=settings, reporter=reporter)


async def phase2(settings: Settings) -> "Comparison":
    """Compare models and enums with the migrated database.

    Raises:
        PhaseError: phase 1 does not hold.

    """
    from db_workflow.models.compared.comparison import compare_models

    async with turn(settings, step="phase2", phase=1) as server:
        address = server.address.at(settings.test_database)
        async with session(address, purpose="phase2", read_only=True) as connection:
            return await compare_models(server, connection, settings=settings)


async def suggest(settings: Settings, table: str, *, reporter: Reporter = Silent()) -> str:
    """Return the code of a class for a table of the migrated database.

    Raises:
        PhaseError: phase 1 does not hold.
        ModelsError: there is no such table, or it is none that gets a class.

    """
    from db_workflow.models.suggestion import suggest_table

    async with turn(settings, step="phase2 --suggest", phase=1, reporter=reporter) as server:
        address = server.address.at(settings.test_database)
        async with session(address, purpose="phase2", read_only=True) as connection:
            return await suggest_table(connection, table, settings=settings, reporter=reporter)
