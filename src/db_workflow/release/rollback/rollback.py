"""Bring production back: the proven backup in a new database, which takes over the name."""

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from db_workflow.address import Address
from db_workflow.console import Reporter, Silent
from db_workflow.errors import DatabaseRefusedError
from db_workflow.release.rollback.names import aside_name
from db_workflow.release.rollback.outlook import RollbackOutlook
from db_workflow.release.rollback.restored import restored_database
from db_workflow.release.rollback.swap import Swap, swap
from db_workflow.server import Server
from db_workflow.settings import Settings


@dataclass(frozen=True, slots=True)
class RollbackResult:
    """What a rollback did.

    Attributes:
        database: production's address, without the password; now the restored database.
        version: the one whose deploy was taken back.
        backup: the backup that production now is.
        aside: the name of the database that was production.
        written: what was written since the deploy, and is in that one only; a line a table.
        notes: what else a person should know.
        seconds: how long it took.

    """

    database: str
    version: str
    backup: str
    aside: str
    written: tuple[str, ...]
    notes: tuple[str, ...]
    seconds: float

    def to_json(self) -> Mapping[str, Any]:
        """Return everything, for a machine."""
        return asdict(self)

    def __str__(self) -> str:
        """Return the screen a person sees."""
        lines = [
            f"production  {self.database}",
            (
                f"is again    as before the deploy of {self.version}: catalog and rows of"
                f" {self.backup}, compared ({self.seconds:.1f} s)"
            ),
            f"kept aside  {self.aside}, with all that was written since",
            *(f"  {line}" for line in self.written),
            *(f"note        {text}" for text in self.notes),
            "then        invoke rollback --purge drops what is kept aside, once nobody needs it",
        ]
        return "\n".join(lines)


async def roll_back(
    server: Server,
    production: Address,
    *,
    outlook: RollbackOutlook,
    ending: bool,
    settings: Settings,
    reporter: Reporter = Silent(),
) -> RollbackResult:
    """Roll back. Whoever calls has looked, asked a person, and holds production's lock.

    Until the names change nothing is different for anybody; they change in one transaction.

    Args:
        server: production's.
        production: where it is.
        outlook: what was looked at.
        ending: end the sessions that are in the way.
        settings: the repository.
        reporter: where progress goes.

    Raises:
        BackupError: the restore failed, or is not what was backed up.
        DatabaseRefusedError: somebody is connected; or the account may not.
        ServerError: the server refused.

    """
    started = time.perf_counter()
    if outlook.others and not ending:
        raise DatabaseRefusedError(
            f"Somebody is connected to production: {outlook.others}.",
            why="PostgreSQL renames only a database that nobody is connected to",
            next="stop what uses it, or end its sessions: invoke rollback --end-sessions",
            data={"sessions": outlook.others.count},
        )
    name = await restored_database(
        server,
        production.database,
        outlook.proven,
        like=outlook.properties,
        settings=settings,
        reporter=reporter,
    )
    names = Swap(
        production.database,
        name,
        aside_name(production.database),
        settings.project,
        _facts(outlook),
    )
    reporter.say(f"  {production.database} becomes {names.aside}; {name} takes its name")
    await swap(server, names, like=outlook.properties, ending=ending)
    return RollbackResult(
        str(production),
        outlook.deployment.version,
        outlook.proven.backup.name,
        names.aside,
        outlook.written.lines,
        outlook.notes,
        time.perf_counter() - started,
    )


def _facts(outlook: RollbackOutlook) -> dict[str, Any]:
    """Return what the marker of the database that is kept aside says: why it may be dropped."""
    return {
        "production": outlook.database,
        "version": outlook.deployment.version,
        "deployment": outlook.deployment.id,
        "backup": outlook.proven.backup.sha256,
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
        "written": list(outlook.written.lines),
    }
