"""What the lists give when they run from nothing: the schema that a database should have."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from db_workflow.address import Address
from db_workflow.catalog import (
    Snapshot,
    kinds_unread,
    read_snapshot,
    tables_outside,
    unpopulated_views,
)
from db_workflow.connection import session
from db_workflow.console import Reporter, Silent
from db_workflow.errors import MigrationError
from db_workflow.schema.judge.local import LocalPlan, local_plan
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
# No such role, or something else that has a name.
_UNDEFINED = "42704"
_BY_HAND = (
    "what acts on the whole server is left out of a fresh run; what the rest needs of it (a role,"
    " say) has to be there: create it by hand on the server where scratch databases are made"
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
        unpopulated: the materialised views that the steps leave without rows.
        notes: what the run left out, and what it did once more, in sentences.
        major: of the server that it ran on.

    """

    snapshot: Snapshot
    outside: tuple[str, ...]
    unread: tuple[str, ...]
    unpopulated: tuple[str, ...]
    notes: tuple[str, ...]
    major: int


class FreshRun:
    """A scratch database that the lists run into, as far as they are wanted.

    What their SQL does to the whole server (roles, say) is left out: it would be done to what
    others use. Python steps run as they are, with whatever they do outside the database.
    """

    def __init__(
        self, address: Address, folder: Path, settings: Settings, reporter: Reporter
    ) -> None:
        self._address = address
        self._folder = folder
        self._settings = settings
        self._reporter = _OnlyProgress(reporter)

    async def apply(self, plan: Plan) -> Expected:
        """Run the steps of a plan that have not run here yet, in the plan's order.

        Raises:
            MigrationError: a step does not run from nothing; says which, and where it was tried.

        """
        local = local_plan(plan, self._folder, settings=self._settings)
        try:
            await migrate(
                self._address, local.plan, settings=self._settings, reporter=self._reporter
            )
        except MigrationError as error:
            raise _failure(error, local) from error
        schemas = self._settings.schemas
        async with session(self._address, purpose="fresh run", read_only=True) as connection:
            return Expected(
                await read_snapshot(connection, schemas=schemas),
                await tables_outside(connection, schemas=schemas),
                await kinds_unread(connection, schemas=schemas),
                await unpopulated_views(connection, schemas=schemas),
                tuple(_notes(local)),
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
    with TemporaryDirectory() as folder:
        async with scratch_database(server, settings=settings, what="fresh") as address:
            yield FreshRun(address, Path(folder), settings, reporter)


async def expected_schema(
    server: Server, plan: Plan, *, settings: Settings, reporter: Reporter = Silent()
) -> Expected:
    """Run a plan from nothing and return what it gives. See `fresh_run` and `FreshRun.apply`."""
    async with fresh_run(server, settings=settings, reporter=reporter) as run:
        return await run.apply(plan)


def _failure(error: MigrationError, local: LocalPlan) -> MigrationError:
    sqlstate = error.data.get("sqlstate")
    step = _OTHER_SERVER if sqlstate in _NOT_INSTALLED else _MEND
    if sqlstate == _UNDEFINED and local.left_out:
        step = f"{_BY_HAND}: {', '.join(local.left_out)}"
    data = {
        key: local.told(value) if isinstance(value, str) else value
        for key, value in error.data.items()
    }
    return MigrationError(
        f"The lists do not run from nothing: {local.told(error.found)}",
        why="this was tried in an empty scratch database, which is gone again;"
        " nothing else was changed",
        next=step,
        data={"fresh_run": True, **data},
    )


def _notes(local: LocalPlan) -> Iterator[str]:
    if local.left_out:
        listed = ", ".join(local.left_out)
        yield f"what acts on the whole server, so the fresh run left it out: {listed}"
    python = [entry.name for entry in local.plan.entries if entry.kind == "python"]
    if python:
        yield (
            "what Python steps do outside the database; for the fresh run they ran once more:"
            f" {', '.join(python)}"
        )


class _OnlyProgress:
    """Passes progress on; what each step says of itself would read as if the target had run it."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter

    def say(self, text: str) -> None:
        """Drop the text."""

    def progress(self, label: str, done: int, total: int | None = None) -> None:
        """Report how far the fresh run is."""
        self._reporter.progress(f"fresh run: {label}", done, total)
