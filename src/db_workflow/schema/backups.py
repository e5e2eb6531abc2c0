"""Backups of production: dated, checksummed, owner-only files, each proven before it counts.

A dump counts by its manifest (`<name>.dump.json`), which is written last. Whatever was killed
before that has left a file that nobody will restore.
"""

import asyncio
import contextlib
import os
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from db_workflow.address import Address
from db_workflow.binaries import Binaries
from db_workflow.console import Reporter, Silent
from db_workflow.errors import BackupError
from db_workflow.schema.dump import dump, dumped_from
from db_workflow.schema.manifest import (
    MANIFEST,
    PARTIAL,
    SUFFIX,
    Backup,
    checksum,
    damage,
    manifest_of,
    read_manifest,
    sync,
    write_manifest,
)
from db_workflow.schema.source import Source

# A partial file that nothing has written to for so long belongs to a run that was killed.
_ABANDONED_SECONDS = 3600


async def take_backup(
    address: Address,
    binaries: Binaries,
    folder: Path,
    *,
    facts: Mapping[str, Any],
    reporter: Reporter = Silent(),
) -> Backup:
    """Dump one database into a new file, and prove the file good.

    Failed or cancelled, it leaves the folder as it was: earlier backups are never touched.

    Args:
        address: the database; it is only read.
        binaries: whose pg_dump and pg_restore.
        folder: made if missing; only its owner may enter it.
        facts: JSON values to keep beside the dump.
        reporter: where progress goes.

    Raises:
        BackupError: the server refused, or what came is not a whole dump.

    """
    created = datetime.now(UTC).replace(microsecond=0)
    _owner_only(folder)
    final = _free_name(folder, f"{_file_name(address.database)}_{created:%Y%m%dT%H%M%SZ}")
    partial = final.with_name(final.name + PARTIAL)
    # Made here, and never opened to others for a moment: pg_dump obeys the umask.
    os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        await dump(
            address, binaries, partial, growing=lambda size: reporter.progress("backup", size)
        )
        version = await dumped_from(partial, binaries)
        digest = await asyncio.to_thread(checksum, partial)
        sync(partial)
        backup = Backup(
            final, address.database, created, partial.stat().st_size, digest, version, dict(facts)
        )
        partial.rename(final)
    finally:
        partial.unlink(missing_ok=True)
    write_manifest(backup)
    reporter.say(f"  backup {backup.name} ({backup.bytes:,} bytes)")
    return backup


def newest_good_backup(
    folder: Path, source: Source | None = None, *, reporter: Reporter = Silent()
) -> Backup | None:
    """Return the newest dump whose bytes are still those of its manifest.

    Args:
        folder: where the backups are.
        source: only dumps of this production.
        reporter: told of every dump that is passed over, and why.

    """
    for backup in list_backups(folder, reporter=reporter):
        wrong = None
        if source is not None and not source.owns(backup):
            if backup.database != source.database:
                continue
            wrong = "it is of another production of that name"
        wrong = wrong or damage(backup)
        if wrong is None:
            return backup
        reporter.say(f"  backup {backup.name} is passed over: {wrong}")
    return None


def list_backups(folder: Path, *, reporter: Reporter = Silent()) -> list[Backup]:
    """Return every dump that has a manifest, newest first; the bytes are not checked."""
    found = []
    for manifest in folder.glob(f"*{SUFFIX}{MANIFEST}"):
        try:
            found.append(read_manifest(manifest))
        except (OSError, ValueError, KeyError, TypeError):
            reporter.say(f"  {manifest.name} is passed over: it is not a manifest")
    return sorted(found, key=lambda backup: (backup.created, backup.name), reverse=True)


def prune_backups(folder: Path, *, database: str, keep: int) -> tuple[str, ...]:
    """Remove a database's oldest dumps, and what killed runs left. Returns the names removed.

    Args:
        folder: where the backups are.
        database: only dumps of this database.
        keep: how many to keep, at least one.

    """
    mine = [backup for backup in list_backups(folder) if backup.database == database]
    removed = []
    for backup in mine[max(keep, 1) :]:
        # The manifest first: without it the dump no longer counts.
        manifest_of(backup.path).unlink(missing_ok=True)
        backup.path.unlink(missing_ok=True)
        removed.append(backup.name)
    for path in _abandoned(folder):
        path.unlink(missing_ok=True)
        removed.append(path.name)
    return tuple(removed)


def _abandoned(folder: Path) -> Iterator[Path]:
    """Yield partial files that no run is still writing."""
    newest = time.time() - _ABANDONED_SECONDS
    for path in folder.glob(f"*{PARTIAL}"):
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < newest:
                yield path


def _owner_only(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid != os.geteuid():
        raise BackupError(
            f"{folder} belongs to someone else.",
            why="a backup holds production's rows in the clear",
            next="remove the folder, or run as its owner",
        )
    folder.chmod(0o700)


def _free_name(folder: Path, stem: str) -> Path:
    """Return a name that no file has; two dumps may begin in one second."""
    number = 1
    while True:
        path = folder / (stem + (f"_{number}" if number > 1 else "") + SUFFIX)
        if not path.exists() and not path.with_name(path.name + PARTIAL).exists():
            return path
        number += 1


def _file_name(database: str) -> str:
    """Return a database's name as part of a file name."""
    return "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in database)
