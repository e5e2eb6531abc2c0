"""Bring the newest good backup from where others put it into the folder of backups.

It is written under a partial name, proven, and named like a dump of our own, its manifest last.
Interrupted, it leaves nothing.
"""

import asyncio
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from db_workflow.binaries import Binaries
from db_workflow.console import Reporter, Silent
from db_workflow.errors import BackupError
from db_workflow.schema.backup.archive import Archive, list_archives, looked_at
from db_workflow.schema.backup.backups import list_backups
from db_workflow.schema.backup.copying import copy_files
from db_workflow.schema.backup.dump import Contents, read_contents, read_whole
from db_workflow.schema.backup.location import Location
from db_workflow.schema.backup.manifest import Backup, measure, untimely
from db_workflow.schema.backup.partial import final_of, finish, new_partial
from db_workflow.schema.backup.seal import fault
from db_workflow.schema.backup.source import Source, origin
from db_workflow.schema.backup.store import Store, UnfitError, open_store, present, told


async def download_backup(
    location: Location,
    source: Source,
    binaries: Binaries,
    folder: Path,
    *,
    reporter: Reporter = Silent(),
) -> Backup:
    """Return the newest good backup of a store as one of our own.

    It is not downloaded if the folder has it, or has a newer one. What is newer there but broken
    is told by name and passed over.

    Args:
        location: where others put them.
        source: of which production it must be.
        binaries: whose pg_restore proves it.
        folder: our backups.
        reporter: where progress goes.

    Raises:
        BackupError: the store cannot be read, holds no good backup of this production or backups
            of several, or there is no room here.

    """
    with told(location):
        store = await asyncio.to_thread(open_store, location)
        archives = await asyncio.to_thread(list_archives, store, location)
    dated = [backup for backup in list_backups(folder) if not untimely(backup.created)]
    mine = [backup for backup in dated if source.owns(backup)]
    names = {archive.manifest.database for archive in archives if archive.manifest}
    want = _Wanted(location, source, names | {backup.database for backup in mine})
    want.refuse_several()
    passed: dict[str, str] = {}
    for archive in archives:
        if here := await _already_here(archive, mine, location, reporter):
            return here
        try:
            backup = await _fetch(
                store, archive, want, binaries=binaries, folder=folder, reporter=reporter
            )
        except UnfitError as unfit:
            passed[archive.name] = str(unfit)
            reporter.say(f"  {location.shown_of(archive.name)} is passed over: {unfit}")
        else:
            reporter.say(f"  backup {backup.name} ({backup.bytes:,} bytes) from {origin(backup)}")
            return backup
    reasons = "".join(f"\n  - {name}: {reason}" for name, reason in passed.items())
    raise BackupError(
        f"There is no good backup in {location}" + (f":{reasons}" if passed else ": it is empty."),
        why="the test database starts from production's schema and rows",
        next="put one there, made by pg_dump --format=custom; without --download-recent,"
        " invoke reset uses the newest one of .db_workflow/backups",
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
            reporter.say(f"  backup {backup.name} {what}; nothing is downloaded from {location}")
            return backup
    return None


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which backups may be taken: whose, from where, and of which databases."""

    location: Location
    source: Source
    databases: set[str] = field(default_factory=set)

    def facts(self, archive: Archive) -> dict[str, Any]:
        """Return what our manifest says of an archive: its server, by its own; and its place."""
        known = archive.manifest.facts if archive.manifest else {}
        return {
            # Never invented by a store's word: that would anonymise real rows with a public key.
            "stand_in": False,
            **{name: known.get(name) for name in ("host", "port", "system")},
            "store": self.location.shown,
            "remote": dict(archive.identity(self.location)),
        }

    def refuse_foreign(self, backup: Backup) -> None:
        """Raise `UnfitError` for a backup of another production."""
        if self.source.database not in {None, backup.database}:
            raise UnfitError(f"it is of the database {backup.database!r}")
        if not self.source.owns(backup):
            raise UnfitError("it is of another production of that name")

    def refuse_several(self, *more: str) -> None:
        """Refuse to choose between databases that nobody has named.

        Raises:
            BackupError: the store holds backups of more than one.

        """
        names = sorted(self.databases | set(more))
        if self.source.database is None and len(names) > 1:
            raise BackupError(
                f"{self.location} holds backups of several databases: {', '.join(names)}.",
                why="nothing says which of them is production",
                next="set PRODUCTION_DATABASE_URL, or let PRODUCTION_BACKUPS_URL end in a pattern"
                f" of one's files: …/{names[0]}_*",
                data={"databases": names},
            )


async def _fetch(
    store: Store,
    archive: Archive,
    want: _Wanted,
    *,
    binaries: Binaries,
    folder: Path,
    reporter: Reporter,
) -> Backup:
    """Download one archive, prove it, and make it count.

    Raises:
        BackupError: the store stopped answering, or there is no room.
        UnfitError: it is not a good backup of this production.

    """
    if archive.manifest:
        want.refuse_foreign(replace(archive.manifest, facts=want.facts(archive)))
    with told(want.location), present():
        archive = await asyncio.to_thread(looked_at, store, archive)
    if archive.unfit:
        raise UnfitError(archive.unfit)
    name = archive.manifest.database if archive.manifest else archive.name.partition(".")[0]
    with new_partial(folder, name, archive.created, inside=archive.is_folder) as partial:
        with told(want.location), present():
            await copy_files(store, archive.files, partial, reporter=reporter)
        backup = await _proven(partial, archive, want, binaries, reporter)
        # Not in a thread: nothing may be cancelled between the names that it gives.
        return finish(backup, partial)


async def _proven(
    partial: Path, archive: Archive, want: _Wanted, binaries: Binaries, reporter: Reporter
) -> Backup:
    """Prove what was downloaded whole, and ours; return what its manifest is to say."""
    content, files = await asyncio.to_thread(measure, partial)
    if content.bytes != archive.bytes:
        raise UnfitError(f"{content.bytes:,} bytes came of {archive.bytes:,}")
    if archive.sha256 not in {None, content.sha256}:
        raise UnfitError("its checksum is not the one beside it")
    try:
        contents: Contents = await read_contents(partial, binaries)
        if archive.sha256 is None:
            # Nothing vouches for its bytes, so each of them is unpacked.
            await read_whole(
                partial, binaries, waiting=lambda: reporter.progress("proving", content.bytes)
            )
    except BackupError as error:
        raise UnfitError(f"pg_restore cannot read it: {error.data['reason']}") from None
    backup = Backup(
        final_of(partial),
        contents.database,
        archive.created,
        content.bytes,
        content.sha256,
        contents.server_version,
        want.facts(archive),
        files,
    )
    if archive.manifest and archive.manifest.database != contents.database:
        raise UnfitError("its manifest is of another database")
    want.refuse_foreign(backup)
    want.refuse_several(contents.database)
    return backup
