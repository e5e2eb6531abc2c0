"""Bring the newest good backup from where others put it into the folder of backups.

It is written under a partial name, proven, renamed, and counts by its manifest, which is written
last: like a dump of our own. Interrupted, it leaves nothing.
"""

import asyncio
import errno
import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from db_workflow.binaries import Binaries
from db_workflow.console import Reporter, Silent
from db_workflow.errors import BackupError
from db_workflow.schema.archive import Archive, list_archives, looked_at
from db_workflow.schema.backups import list_backups
from db_workflow.schema.dump import read_contents, read_whole
from db_workflow.schema.files import finish, new_partial
from db_workflow.schema.location import Location
from db_workflow.schema.manifest import Backup, measure
from db_workflow.schema.seal import fault
from db_workflow.schema.source import Source, origin
from db_workflow.schema.store import Store, open_store, told

_CHUNK = 1024 * 1024
_POLL_SECONDS = 0.2


async def download_backup(
    location: Location,
    source: Source,
    binaries: Binaries,
    folder: Path,
    *,
    reporter: Reporter = Silent(),
) -> Backup:
    """Return the newest good backup of a store as one of our own.

    It is not downloaded if the folder has it, or has a newer one. What is newer but broken is
    told by name and passed over.

    Args:
        location: where others put them.
        source: of which production it must be.
        binaries: whose pg_restore proves it.
        folder: our backups.
        reporter: where progress goes.

    Raises:
        BackupError: the store cannot be read, holds no good backup of this production, or there
            is no room here.

    """
    with told(location):
        store = await asyncio.to_thread(open_store, location)
        archives = await asyncio.to_thread(list_archives, store, location)
    mine = [backup for backup in list_backups(folder) if source.owns(backup)]
    passed = {}
    for archive in archives:
        if here := await _already_here(archive, mine, location, reporter):
            return here
        try:
            fetch = _Fetch(store, location, archive, source, binaries, folder)
            backup = await fetch.run(reporter)
        except _UnfitError as unfit:
            passed[archive.name] = str(unfit)
            reporter.say(f"  {location.shown_of(archive.name)} is passed over: {unfit}")
        else:
            reporter.say(f"  backup {backup.name} ({backup.bytes:,} bytes) from {origin(backup)}")
            return backup
    raise BackupError(
        f"There is no good backup in {location}"
        + (f": {len(passed)} were passed over, each for the reason above." if passed else "."),
        why="the test database starts from production's schema and rows",
        next="put one there, made by pg_dump --format=custom; or invoke reset without"
        " --download-recent, to use an earlier one",
        data={"location": str(location), "passed_over": passed},
    )


async def _already_here(
    archive: Archive, mine: list[Backup], location: Location, reporter: Reporter
) -> Backup | None:
    """Return the backup of ours that makes a download needless: the very one, or a newer one."""
    identity = archive.identity(location)
    for backup in mine:
        same = backup.facts.get("remote") == identity
        if not same and backup.created <= archive.created:
            continue
        if await asyncio.to_thread(fault, backup, thorough=False) is None:
            what = "is unchanged there" if same else "is newer than what is there"
            reporter.say(f"  backup {backup.name} {what}: nothing to download from {location}")
            return backup
    return None


class _UnfitError(Exception):
    """This archive cannot be used; another may."""


@dataclass(frozen=True, slots=True)
class _Fetch:
    """One download: from where, of what, to where."""

    store: Store
    location: Location
    archive: Archive
    source: Source
    binaries: Binaries
    folder: Path
    stop: threading.Event = field(default_factory=threading.Event)

    async def run(self, reporter: Reporter) -> Backup:
        """Download, prove and name the archive.

        Raises:
            BackupError: the store stopped answering, or there is no room.
            _UnfitError: it is not a good backup of this production.

        """
        self._refuse_foreign(self.archive.manifest)
        with self._reading():
            archive = await asyncio.to_thread(looked_at, self.store, self.archive)
        if archive.unfit:
            raise _UnfitError(archive.unfit)
        inside = any("/" in name for name in archive.files)
        name = archive.manifest.database if archive.manifest else archive.name.partition(".")[0]
        with new_partial(self.folder, name, archive.created, inside=inside) as partial:
            await self._copy_all(partial, reporter)
            return finish(await self._proven(partial, reporter), partial)

    def _refuse_foreign(self, backup: Backup | None) -> None:
        """Refuse what is known to be of another production."""
        if backup is None:
            return
        if self.source.database not in {None, backup.database}:
            raise _UnfitError(f"it is of the database {backup.database!r}")
        told_of = replace(backup, facts={**backup.facts, "store": self.location.shown})
        if not self.source.owns(told_of):
            raise _UnfitError("it is of another production of that name")

    async def _copy_all(self, partial: Path, reporter: Reporter) -> None:
        """Copy in a thread, and end that thread when this is cancelled."""
        copying = asyncio.ensure_future(asyncio.to_thread(self._copy, partial))
        try:
            while not (await asyncio.wait({copying}, timeout=_POLL_SECONDS))[0]:
                reporter.progress("download", _bytes_of(partial), self.archive.bytes)
        finally:
            self.stop.set()
            await asyncio.wait({copying})
        with self._reading():
            copying.result()

    def _copy(self, partial: Path) -> None:
        for name, entry in self.archive.files.items():
            target = partial / entry.name if partial.is_dir() else partial
            copied = 0
            with self.store.open(name) as source, _room(target), _owned(target) as file:
                while not self.stop.is_set() and (chunk := source.read(_CHUNK)):
                    file.write(chunk)
                    copied += len(chunk)
