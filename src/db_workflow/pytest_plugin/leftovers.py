"""Databases that earlier runs have left: of workers that were killed, and kept ones grown old."""

import contextlib
import datetime
import os
import socket

from db_workflow.databases import drop_database, list_marked
from db_workflow.errors import WorkflowError
from db_workflow.marker import Marker
from db_workflow.server import Server
from db_workflow.settings import Settings

# Long enough for a weekend.
KEPT_DAYS = 3


async def drop_left_over(server: Server, settings: Settings) -> None:
    """Drop what nobody uses any more."""
    for name, found in (await list_marked(server, project=settings.project)).items():
        if _abandoned(found) or _kept_since(found, days=KEPT_DAYS):
            with contextlib.suppress(WorkflowError):  # another worker was faster
                await drop_database(server, name, settings=settings)


async def drop_kept(server: Server, settings: Settings) -> list[str]:
    """Drop every database that was kept, and return their names."""
    marked = await list_marked(server, project=settings.project)
    kept = [name for name, found in marked.items() if _kept_since(found, days=0)]
    return [name for name in kept if await drop_database(server, name, settings=settings)]


def _abandoned(found: Marker) -> bool:
    """Tell whether it is the clone of a worker that was killed on this machine."""
    if found.role != "worker" or found.facts.get("host") != socket.gethostname():
        return False
    try:
        os.kill(int(found.facts["pid"]), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _kept_since(found: Marker, *, days: int) -> bool:
    if found.role != "kept":
        return False
    age = datetime.datetime.now(datetime.UTC) - datetime.datetime.fromisoformat(found.facts["when"])
    return age >= datetime.timedelta(days=days)
