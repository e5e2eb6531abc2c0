"""The templates that resets have kept: which there are, whose they are, and which may go."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from db_workflow.catalog import reader_of
from db_workflow.databases import derived_name, drop_database
from db_workflow.marker import Marker
from db_workflow.schema.backup.manifest import Backup
from db_workflow.server import Server
from db_workflow.settings import Settings

# What a restore makes of a dump; a template made by another recipe is not reused.
_RECIPE = "3"
_WHAT = "baseline"


@dataclass(frozen=True, slots=True)
class Seen:
    """What is on the server, seen once: a connection costs more than all the questions together.

    Attributes:
        version: of the server.
        markers: of every database there that has one.

    """

    version: str
    markers: Mapping[str, Marker]

    def template_of(self, backup: Backup, *, settings: Settings) -> str:
        """Return the name of a backup's template: it follows from all that makes it."""
        # Whole facts, not the bytes alone: equal dumps of a stand-in and of a real production must
        # not share a template that says of one what is true of the other.
        # The reader too, because the template holds what it recorded of the schema.
        parts = [_RECIPE, self.version, reader_of(settings.schemas), facts_of(backup)]
        made_of = json.dumps(parts, sort_keys=True)
        digest = hashlib.sha256(made_of.encode()).hexdigest()
        return derived_name(settings.test_database, _WHAT, digest)

    def is_complete(self, template: str) -> bool:
        """Tell whether a template is there, whole and closed."""
        marker = self.markers.get(template)
        return marker is not None and bool(marker.facts.get("complete"))


async def drop_old_templates(server: Server, *, seen: Seen, settings: Settings, keep: str) -> None:
    """Drop this test database's baselines of earlier backups, and unfinished ones."""
    prefix = derived_name(settings.test_database, _WHAT)
    for name, marker in seen.markers.items():
        ours = marker.project == settings.project and marker.role == "template"
        if ours and name.startswith(prefix) and name != keep:
            await drop_database(server, name, settings=settings)


def facts_of(backup: Backup) -> Mapping[str, Any]:
    """Return what a database made from a backup says about itself.

    Whether the rows are invented is the dump's own word: who forgets to say so has real rows.
    """
    return {
        "stand_in": bool(backup.facts.get("stand_in", False)),
        "backup": backup.name,
        "sha256": backup.sha256,
        "created": backup.created.isoformat(),
    }
