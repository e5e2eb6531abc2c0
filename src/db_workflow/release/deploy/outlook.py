"""What a deploy would meet in production now; nothing is changed."""

from dataclasses import dataclass

from db_workflow.address import Address
from db_workflow.connection import session
from db_workflow.release.deploy.record import Deployment, last_deployment
from db_workflow.release.deploy.rights import lacking_to_deploy, lacking_to_roll_back
from db_workflow.release.deploy.sessions import Others, others
from db_workflow.schema.judge.preview import preview
from db_workflow.schema.plan import Plan
from db_workflow.settings import Settings


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a deploy would meet.

    Attributes:
        address: production's, without the password.
        database: production's name.
        version: the one to deploy.
        pending: the steps that would run, in order.
        last: the last deployment that production has had.
        others: who is connected.
        bytes: the database's size.
        lacking: what the account would need and has not.
        unable: what it would need for a rollback and has not.

    """

    address: str
    database: str
    version: str
    pending: tuple[str, ...]
    last: Deployment | None
    others: Others
    bytes: int
    lacking: tuple[str, ...]
    unable: tuple[str, ...] = ()

    @property
    def resumed(self) -> Deployment | None:
        """The deployment that did not come to its end, and now goes on.

        One of an earlier version whose steps are all there is over: it has been mended otherwise,
        and its backup is no way back from this one.
        """
        last = self.last
        if last is None or not last.unfinished:
            return None
        waiting = any(name.startswith(f"v{last.version}/") for name in self.pending)
        return last if waiting or last.version == self.version else None

    def __str__(self) -> str:
        """Return the screen a person sees before he is asked."""
        lines = [f"production  {self.address} ({self.bytes:,} bytes)"]
        if self.last is not None:
            lines.append(f"before      {self.last}")
        lines.append(f"connected   {self.others}")
        lines.append(f"version     {self.version}: {len(self.pending)} steps to run")
        lines += [f"  {name}" for name in self.pending]
        if self.unable:
            lines.append("WARNING: for invoke rollback, this account would lack:")
            lines += [f"  {one}" for one in self.unable]
        return "\n".join(lines)


async def look_ahead(
    production: Address, plan: Plan, *, version: str, settings: Settings
) -> Outlook:
    """Look at production.

    Args:
        production: only read.
        plan: every version's list, whole, as `load_plan` returns it.
        version: the one to deploy.
        settings: the repository.

    Raises:
        MigrationError: there is no such version; ledger and lists disagree; somebody has changed
            the schema by hand.
        BusyError: somebody holds a table locked.
        ServerError: production cannot be reached.

    """
    version = plan.version(version)
    planned = await preview(production, plan, settings=settings, to=version)
    async with session(production, purpose="look", read_only=True) as connection:
        return Outlook(
            str(production),
            production.database,
            version,
            tuple(step.name for step in planned.steps),
            await last_deployment(connection),
            await others(connection, production.database),
            int(await connection.fetchval("SELECT pg_database_size(current_database())")),
            await lacking_to_deploy(connection, schemas=settings.schemas),
            await lacking_to_roll_back(connection),
        )
