"""How a Python step reaches the server: by its own statements, in one transaction or in many."""

from collections.abc import Awaitable, Callable

from db_workflow.errors import MigrationError, WorkflowError
from db_workflow.modules import load_file
from db_workflow.schema.plan import Entry
from db_workflow.schema.run.context import StepContext
from db_workflow.schema.run.step_session import StepSession
from db_workflow.settings import Settings


class PythonWork:
    """A Python step's work in a session."""

    def __init__(self, session: StepSession) -> None:
        """Import the step's file.

        Raises:
            MigrationError: it does not import.

        """
        run, entry = session.run, session.entry
        self._session = session
        self._upgrade = _load_upgrade(entry, run.settings)
        self._context = StepContext(
            session.connection, entry.name, run.reporter, run.lock.require, entry.checksum
        )

    async def run(self) -> None:
        """Run the step and write it into the ledger."""
        if self._session.entry.step.transaction:
            async with self._session.transaction():
                await self._upgrade(self._context)
        else:
            async with self._session.own_transactions():
                await self._upgrade(self._context)
                self._refuse_open_transaction()

    def _refuse_open_transaction(self) -> None:
        name = self._session.entry.name
        if self._session.connection.is_in_transaction():
            raise MigrationError(
                f"{name} left a transaction open.",
                why="what it did last would be lost, and the ledger would not know",
                next="use `async with context.connection.transaction()` in the step",
                data={"step": name},
            )


def _load_upgrade(entry: Entry, settings: Settings) -> Callable[[StepContext], Awaitable[None]]:
    try:
        module = load_file(entry.path, settings=settings)
    except WorkflowError as error:
        raise MigrationError(
            error.found,
            why=f"{entry.name} was not begun",
            next=f"mend {settings.relative(entry.path)}, then invoke migrate",
            data={"step": entry.name},
        ) from error
    upgrade: Callable[[StepContext], Awaitable[None]] = module.upgrade
    return upgrade
