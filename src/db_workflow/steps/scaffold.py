"""What phase 3 wants to know of a new table, behind its guard: the models have to know it first."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from db_workflow.connection import session
from db_workflow.console import Reporter, Silent
from db_workflow.settings import Settings
from db_workflow.turn import turn

if TYPE_CHECKING:  # each step pays only for its own phase
    from db_workflow.scaffold import Scaffolded


async def scaffold(
    settings: Settings,
    tables: Sequence[str] = (),
    *,
    everything: bool = False,
    reporter: Reporter = Silent(),
) -> "Scaffolded":
    """Write the declarations of tables, as far as they are missing; all files, or none.

    Args:
        settings: the repository.
        tables: their names, as a person types them.
        everything: all tables of which something is missing, instead.
        reporter: told of another run that has to end first.

    Raises:
        PhaseError: phase 2 does not hold.
        TestDataError: there is no such table, or a file cannot be added to; with what to paste.

    """
    from db_workflow.scaffold import scaffold as mechanism

    async with turn(settings, step="scaffold", phase=2, reporter=reporter) as server:
        address = server.address.at(settings.test_database)
        async with (
            session(address, purpose="scaffold", read_only=True) as connection,
            connection.transaction(),
        ):
            return await mechanism(connection, tables, settings=settings, everything=everything)
