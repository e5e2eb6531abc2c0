"""Which production a backup is of: two may have the same database name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import asyncpg

from db_workflow.address import Address
from db_workflow.connection import identity, session
from db_workflow.errors import ServerError
from db_workflow.schema.manifest import Backup


@dataclass(frozen=True, slots=True)
class Source:
    """One production.

    Attributes:
        database: its name.
        stand_in: whether it is the stand-in. That is known by its name alone: a checkout has one,
            and its embedded server moves with the checkout.
        host: where the URL leads; None for the stand-in.
        port: likewise.
        system: the server's own identifier, when it could be asked.

    """

    database: str
    stand_in: bool
    host: str | None = None
    port: int | None = None
    system: int | None = None

    @property
    def facts(self) -> Mapping[str, Any]:
        """What a manifest keeps of it, beside the database's name."""
        if self.stand_in:
            return {"stand_in": True}
        place = {"host": self.host, "port": self.port, "system": self.system}
        return {"stand_in": False, **place}

    def owns(self, backup: Backup) -> bool:
        """Tell whether a backup is of this production.

        The servers' identifiers decide when both are known: a tunnel's `localhost` may lead to
        another server every day, and a replica's name to the same one.
        """
        known = backup.facts
        same_kind = bool(known.get("stand_in", False)) == self.stand_in
        if backup.database != self.database or not same_kind:
            return False
        if self.stand_in:
            return True
        if self.system is not None and known.get("system") is not None:
            return bool(known["system"] == self.system)
        place = (known.get("host"), known.get("port"))
        return None not in place and place == (self.host, self.port)


async def real_source(address: Address) -> Source:
    """Return a real production as it can be known now; it need not be reachable."""
    system = None
    try:
        async with session(address, purpose="look", read_only=True) as connection:
            system = (await identity(connection)).system
    except (ServerError, asyncpg.PostgresError):
        # Not reachable, or its provider lets nobody read the identifier: host and port remain.
        pass
    return Source(address.database, False, address.host.lower(), address.port, system)
