"""Which database a release is for: the real production, or the stand-in while none is named."""

from dataclasses import dataclass

from db_workflow.address import Address
from db_workflow.databases import read_marker
from db_workflow.schema.backup.backups import newest_good_backup
from db_workflow.schema.backup.manifest import Backup
from db_workflow.schema.backup.source import Source, known_source
from db_workflow.server import Server
from db_workflow.settings import Settings


@dataclass(frozen=True, slots=True)
class Production:
    """The database that a release is for.

    Attributes:
        address: where it is; None if only the place of its backups is known, or nothing at all.
        source: what its backups are known by.

    """

    address: Address | None
    source: Source

    @property
    def stand_in(self) -> bool:
        """Whether it is the stand-in."""
        return self.source.stand_in

    def newest_backup(self, settings: Settings, *, thorough: bool = True) -> Backup | None:
        """Return its newest good backup.

        Args:
            settings: the repository.
            thorough: read every byte; else the seal of an earlier reading is enough.

        """
        return newest_good_backup(settings.backups, self.source, thorough=thorough)


async def find_production(server: Server, settings: Settings) -> Production:
    """Find out which database a release is for; it need not be reachable.

    Args:
        server: where a stand-in would be.
        settings: the repository.

    """
    address = settings.production_address
    if address is None and settings.backups_url is None:
        marker = await read_marker(server, settings.stand_in)
        if marker is not None and marker.role == "stand-in" and marker.facts.get("complete"):
            address = server.address.at(settings.stand_in)
    stand_in = settings.production_address is None
    return Production(address, await known_source(settings, address, stand_in=stand_in))
