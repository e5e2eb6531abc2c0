"""What the lists give when they run from nothing: the schema that a database should have."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from db_workflow.address import Address
from db_workflow.catalog import Snapshot, kinds_unread, read_snapshot, tables_outside
from db_workflow.connection import session
from db_workflow.console import Reporter, Silent
from db_workflow.errors import MigrationError
from db_workflow.schema.plan import Plan
from db_workflow.schema.run.runner import migrate
from db_workflow.scratch import scratch_database
from db_workflow.server import Server
from db_workflow.settings import Settings

# What newer and older servers answer to CREATE EXTENSION when the extension is not installed.
_NOT_INSTALLED = {"0A000", "58P01"}
_OTHER_SERVER = (
    "let TEST_DATABASE_URL name a server with production's extensions: scratch databases are made"
    " where the test database is"
)
_MEND = (
    "mend the step so that the lists build the schema by themselves; what they rely on (a table"
    " from before the lists) belongs into a step"
)


@dataclass(frozen=True, slots=True)
class Expected:
    """What a fresh run gave.

    Attributes:
        snapshot: the schema.
        outside: the tables that it has outside the schemas that are looked after.
        unread: the kinds of objects in it that no snapshot reads.
        major: of the server that it ran on.

    """

    snapshot: Snapshot
    outside: tuple[str, ...]
    unread: tuple[str, ...]
    major: int


class FreshRun:
    """A scratch database that the lists run into, as far as they are wanted."""

    def __init__(self, address: Address, settings: Settings, reporter: Reporter) -> None:
        self._address = address
        self._settings = settings
        self._reporter = _OnlyProgress(reporter)

    async def apply(self, plan: Plan) -> Expected:
        """Run the steps of a plan that have not run here yet, in the plan's order.

        Raises:
            MigrationError: a step does not run from nothing; says which, and where it was tried.

        """
        try:
            await migrate(self._address, plan, settings=self._settings, reporter=self._reporter)
        except MigrationError as error:
            raise MigrationError(
                f"The lists do not run from nothing: {error.found}",
                why="this was tried in an empty scratch database, which is gone again;"
                " nothing else was changed",
                next=_OTHER_SERVER if error.data.get("sqlstate") in _NOT_INSTALLED else _MEND,
                data={"fresh_run": True, **error.data},
            ) from error
        schemas = self._settings.schemas
        async with session(self._address, purpose="fresh run", read_only=True) as connection:
            return Expected(
                await read_snapshot(connection, schemas=schemas),
                await tables_outside(connection, schemas=schemas),
                await kinds_unread(connection, schemas=schemas),
                connection.get_server_version().major,
            )


@asynccontextmanager
async def fresh_run(
    server: Server, *, settings: Settings, reporter: Reporter = Silent()
) -> AsyncIterator[FreshRun]:
    """Make a scratch database on a server for the length of a block.

    Args:
        server: the workflow's own; never the one that is judged, which may be only readable.
        settings: the repository.
        reporter: told how far a run is.

    """
    async with scratch_database(server, settings=settings, what="fresh") as address:
        yield FreshRun(address, settings, reporter)


async def expected_schema(
    server: Server, plan: Plan, *, settings: Settings, reporter: Reporter = Silent()
) -> Expected:
    """Run a plan from nothing and return what it gives. See `fresh_run` and `FreshRun.apply`."""
    async with fresh_run(server, settings=settings, reporter=reporter) as run:
        return await run.apply(plan)


class _OnlyProgress:
    """Passes progress on; what each step says of itself would read as if the target had run it."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter

    def say(self, text: str) -> None:
        """Drop the text."""

    def progress(self, label: str, done: int, total: int | None = None) -> None:
        """Report how far the fresh run is."""
        self._reporter.progress(f"fresh run: {label}", done, total)
