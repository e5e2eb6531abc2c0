"""Which production a backup is of: two may have the same database name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from db_workflow.address import Address
from db_workflow.databases import production_identity
from db_workflow.errors import SettingsError
from db_workflow.schema.backup.location import Location
from db_workflow.schema.backup.manifest import Backup
from db_workflow.settings import Settings


@dataclass(frozen=True, slots=True)
class Source:
    """One production.

    Attributes:
        database: its name; None when only the place of its backups is known.
        stand_in: whether it is the stand-in. That is known by its name alone: a checkout has one,
            and its embedded server moves with the checkout.
        host: where the URL leads; None for the stand-in, and when there is no URL.
        port: likewise.
        system: the server's own identifier, when it could be asked.
        store: where others put its backups (`Location.shown`).

    """

    database: str | None
    stand_in: bool
    host: str | None = None
    port: int | None = None
    system: int | None = None
    store: str | None = None

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
        another server every day, and a replica's name to the same one. Then host and port. A dump
        that says nothing of its server is of the production whose backups are said to be where it
        was found: that is the word of the person who named the place.
        """
        known = backup.facts
        same_kind = bool(known.get("stand_in", False)) == self.stand_in
        if self.database not in {None, backup.database} or not same_kind:
            return False
        if self.stand_in:
            return True
        if self.system is not None and known.get("system") is not None:
            return bool(known["system"] == self.system)
        place = (known.get("host"), known.get("port"))
        if None not in place and self.host is not None:
            return place == (self.host, self.port)
        return self.store is not None and known.get("store") == self.store

    def __str__(self) -> str:
        """Return what a person calls it."""
        return self.database or f"the production at {self.store}"


async def known_source(settings: Settings, production: Address | None, *, stand_in: bool) -> Source:
    """Return the production whose backups count, as it can be known now.

    Args:
        settings: the repository. Who names a place of backups has a real production, even if its
            server is not named: the stand-in's backups then never count.
        production: its server, or the stand-in's; None if there is none.
        stand_in: whether that is the stand-in.

    Raises:
        SettingsError: the place of backups is not a URL.

    """
    location = backups_location(settings)
    if stand_in and location is None:
        return Source(production.database if production else settings.stand_in, stand_in=True)
    store = None if location is None else location.shown
    if stand_in or production is None:
        return Source(None, stand_in=False, store=store)
    return await real_source(production, store=store)


def backups_location(settings: Settings) -> Location | None:
    """Return where others put production's backups, if the settings say so.

    Raises:
        SettingsError: it is not a URL, or leads to our own folder.

    """
    if settings.backups_url is None:
        return None
    location = Location.parse(settings.backups_url, root=settings.root)
    if location.folder == settings.backups.resolve():
        raise SettingsError(
            f"{location} is the workflow's own folder of backups.",
            why="what is there is used anyhow; it would be copied into itself",
            next="let PRODUCTION_BACKUPS_URL name the place where others put production's backups,"
            " or unset it",
        )
    return location


async def real_source(address: Address, *, store: str | None = None) -> Source:
    """Return a real production as it can be known now; it need not be reachable."""
    real = await production_identity(address)
    system = real.system if real else None
    return Source(address.database, False, address.host.lower(), address.port, system, store)


def origin(backup: Backup) -> str:
    """Return where a backup came from, as a person says it."""
    facts = backup.facts
    if facts.get("stand_in"):
        return "the stand-in"
    if remote := facts.get("remote"):
        return str(remote["url"])
    return f"{facts.get('host') or 'an unnamed server'}:{facts.get('port') or '?'}"
