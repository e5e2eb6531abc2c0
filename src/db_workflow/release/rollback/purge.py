"""Drop what rollbacks have kept aside: only what its own marker proves, and nobody is in."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from db_workflow import marker
from db_workflow.address import Address
from db_workflow.connection import session
from db_workflow.databases import drop_database
from db_workflow.errors import DatabaseRefusedError, PhaseError
from db_workflow.release.deploy.record import last_deployment
from db_workflow.release.deploy.sessions import others
from db_workflow.release.rollback.swap import ASIDE
from db_workflow.server import Server
from db_workflow.settings import Settings

_RELEASE = 4


@dataclass(frozen=True, slots=True)
class KeptAside:
    """One database that a rollback has kept.

    Attributes:
        name: its name now.
        version: the one whose deploy was taken back.
        deployment: the number of that deploy in its own record.
        since: when it was production last.
        bytes: its size.
        written: what was written between the deploy and the rollback; a line a table.

    """

    name: str
    version: str
    deployment: int
    since: str
    bytes: int
    written: tuple[str, ...]

    def __str__(self) -> str:
        """Return what a person sees before he is asked."""
        lines = [
            (
                f"{self.name} ({self.bytes:,} bytes), production until {self.since}, with the"
                f" deploy of {self.version}"
            )
        ]
        return "\n".join([*lines, *(f"  only here: {line}" for line in self.written)])


@dataclass(frozen=True, slots=True)
class Purged:
    """What is kept aside, or was dropped."""

    databases: tuple[KeptAside, ...]
    dropped: bool = False

    def to_json(self) -> Mapping[str, Any]:
        """Return everything, for a machine."""
        return asdict(self)

    def __str__(self) -> str:
        """Return one paragraph a database."""
        head = "dropped" if self.dropped else "would be dropped"
        return "\n".join([f"{head}:", *map(str, self.databases)])


async def kept_aside(server: Server, production: Address, *, settings: Settings) -> Purged:
    """Return the databases that rollbacks of this production have kept aside.

    Args:
        server: production's.
        production: whose.
        settings: the repository.

    Raises:
        PhaseError: there is none.

    """
    found = []
    async with session(server.address, purpose="look", read_only=True) as connection:
        for name, mark in (await marker.read_all(connection)).items():
            mine = (mark.role, mark.project) == (ASIDE, settings.project)
            if not mine or mark.facts["production"] != production.database:
                continue
            found.append(
                KeptAside(
                    name,
                    mark.facts["version"],
                    mark.facts["deployment"],
                    mark.facts["since"],
                    await connection.fetchval("SELECT pg_database_size($1::name)", name),
                    tuple(mark.facts["written"]),
                )
            )
    if not found:
        raise PhaseError(
            _RELEASE,
            f"Nothing of {production.database} is kept aside.",
            why="only a rollback keeps a database aside, and marks it",
            next="psql -l shows what is on the server",
        )
    return Purged(tuple(found))


async def purge(server: Server, found: Purged, *, settings: Settings) -> Purged:
    """Drop what is kept aside. Whoever calls has asked a person, and holds production's lock.

    Args:
        server: production's.
        found: what is to go.
        settings: the repository.

    Raises:
        DatabaseRefusedError: somebody is connected to one, or it is not what its marker says; what
            comes after it is not dropped either.

    """
    for one in found.databases:
        await _require_proof(server, one)
        await drop_database(server, one.name, settings=settings)
    return Purged(found.databases, dropped=True)


async def _require_proof(server: Server, one: KeptAside) -> None:
    async with session(server.address, purpose="purge") as connection:
        there = await others(connection, one.name)
    if there:
        raise DatabaseRefusedError(
            f"Somebody is connected to {one.name}: {there}.",
            why="he may be looking for what was written there",
            next="invoke rollback --purge again when he is done",
        )
    async with session(server.address.at(one.name), purpose="look", read_only=True) as connection:
        last = await last_deployment(connection)
    if last is None or (last.id, last.version) != (one.deployment, one.version):
        raise DatabaseRefusedError(
            f"{one.name} does not hold the deploy that its marker tells of.",
            why="it is dropped only if it is what a rollback has set aside",
            next="look into it, and drop it by hand if it may go",
        )
