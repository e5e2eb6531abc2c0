"""What a rollback would do now, and to what; nothing is changed."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from db_workflow.address import Address
from db_workflow.connection import session
from db_workflow.console import Reporter, Silent
from db_workflow.errors import DatabaseRefusedError, PhaseError
from db_workflow.release.deploy.backup import ProvenBackup
from db_workflow.release.deploy.kept import kept_backup
from db_workflow.release.deploy.record import Deployment, last_deployment
from db_workflow.release.deploy.rights import lacking_to_roll_back
from db_workflow.release.deploy.sessions import Others, others
from db_workflow.release.rollback.properties import Properties, read_properties
from db_workflow.release.rollback.written import Written, written_since
from db_workflow.schema.judge.live import reading
from db_workflow.server import Server
from db_workflow.settings import Settings

if TYPE_CHECKING:
    import asyncpg

_RELEASE = 4
_SLOTS = (
    "SELECT slot_name::text FROM pg_catalog.pg_replication_slots WHERE database = $1 ORDER BY 1"
)
_SUBSCRIPTIONS = """
SELECT s.subname::text FROM pg_catalog.pg_subscription s
JOIN pg_catalog.pg_database d ON d.oid = s.subdbid WHERE d.datname = $1 ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class RollbackOutlook:
    """What a rollback would do.

    Attributes:
        address: production's, without the password.
        database: production's name.
        deployment: the one that it takes back.
        proven: the backup from before it.
        properties: what production has outside itself.
        others: who is connected.
        written: what was written since.
        notes: what else a person should know, in sentences.

    """

    address: str
    database: str
    deployment: Deployment
    proven: ProvenBackup
    properties: Properties
    others: Others
    written: Written
    notes: tuple[str, ...]

    def __str__(self) -> str:
        """Return the screen a person sees before he is asked."""
        backup = self.proven.backup
        lines = [
            f"production  {self.address}",
            f"taken back  {self.deployment}",
            f"backup      {backup.name}, of {backup.created:%Y-%m-%d %H:%M:%S} UTC, intact",
            f"connected   {self.others}",
            "",
            str(self.written),
        ]
        if self.written.tables:
            lines.append("it stays in the database that is kept aside, and leaves production")
        lines += [f"note: {text}" for text in self.notes]
        return "\n".join(lines)


async def look_back(
    server: Server, production: Address, *, settings: Settings, reporter: Reporter = Silent()
) -> RollbackOutlook:
    """Look at production and at the backup that leads back; every byte of the backup is read.

    Args:
        server: production's.
        production: only read.
        settings: the repository.
        reporter: where progress goes.

    Raises:
        PhaseError: production has had no deployment.
        BackupError: its backup is not here, or is damaged.
        DatabaseRefusedError: the account may not do what a rollback does.
        BusyError: somebody holds a table locked.
        ServerError: production cannot be reached.

    """
    async with (
        session(production, purpose="look", read_only=True) as connection,
        reading(connection, settings=settings),
    ):
        deployment = await last_deployment(connection)
        if deployment is None:
            raise PhaseError(
                _RELEASE,
                "There is nothing to roll back: production has had no deployment.",
                why="a deploy writes down which backup leads back, and none has",
                next="invoke verify --production shows where production stands",
            )
        if lacking := await lacking_to_roll_back(connection):
            raise _lacking(lacking)
        proven = await kept_backup(settings, deployment)
        reporter.say("  looking what was written since the deploy")
        written = await written_since(
            connection, deployment, proven.contents.rows, reporter=reporter
        )
    async with session(server.address, purpose="look", read_only=True) as connection:
        properties = await read_properties(connection, production.database)
        assert properties is not None  # noqa: S101 - it was open a moment ago
        return RollbackOutlook(
            str(production),
            production.database,
            deployment,
            proven,
            properties,
            await others(connection, production.database),
            written,
            await _notes(connection, production.database),
        )


def _lacking(lacking: tuple[str, ...]) -> DatabaseRefusedError:
    lines = "\n".join(f"  - {one}" for one in lacking)
    return DatabaseRefusedError(
        f"The account of PRODUCTION_DATABASE_URL lacks:\n{lines}",
        why="a rollback restores into a new database and swaps the names; nothing has begun",
        next="let the URL name an account that may, or grant what is missing",
        data={"lacking": list(lacking)},
    )


async def _notes(connection: "asyncpg.Connection[Any]", database: str) -> tuple[str, ...]:
    """Return what does not come along by itself."""
    slots = await connection.fetch(_SLOTS, database)
    subscriptions = await connection.fetch(_SUBSCRIPTIONS, database)
    return (
        *(
            f"the replication slot {name} stays with the database that is kept aside: whoever"
            " reads it needs a new one"
            for (name,) in slots
        ),
        *(
            f"the subscription {name} comes back switched off, and stays on in the database that"
            " is kept aside: ALTER SUBSCRIPTION moves it"
            for (name,) in subscriptions
        ),
    )
