"""A dump while it is written: under a partial name, for its owner only, or not there at all."""

import contextlib
import errno
import os
import shutil
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from db_workflow.errors import BackupError
from db_workflow.schema.backup.manifest import (
    MANIFEST,
    PARTIAL,
    SUFFIX,
    Backup,
    manifest_of,
    publish,
    stage_manifest,
    sync,
)

# A partial file that nothing has written to for so long belongs to a run that was killed.
_ABANDONED_SECONDS = 3600
# The disk is full, the quota is used up, the file is larger than it may be.
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NOT_OURS = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextlib.contextmanager
def new_partial(
    folder: Path, database: str, created: datetime, *, inside: bool = False
) -> Iterator[Path]:
    """Make an empty dump under a partial name, and remove it unless it was finished.

    Args:
        folder: our backups; made if missing.
        database: begins the name.
        created: the date in the name.
        inside: make a folder, for pg_dump's directory format, instead of a file.

    Raises:
        BackupError: the folder is somebody else's, or cannot be written.

    """
    with room(folder), _writable(folder):
        _owner_only(folder)
        partial = _make(folder, f"{_file_name(database)}_{created:%Y%m%dT%H%M%SZ}", inside=inside)
    try:
        with room(folder):
            yield partial
    finally:
        remove(partial)


@contextlib.contextmanager
def room(folder: Path) -> Iterator[None]:
    """Tell that the disk is full, if that is what stops a block.

    Raises:
        BackupError: it is.

    """
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        raise BackupError(
            f"There is no room for a backup in {folder}: {error.strerror}.",
            why="what is not whole does not count; nothing of it was kept",
            next="make room, or set `backups_kept` in [tool.db_workflow] to fewer",
        ) from None


@contextlib.contextmanager
def _writable(folder: Path) -> Iterator[None]:
    """Tell that a folder may not be written, if that is what stops a block.

    Raises:
        BackupError: it may not.

    """
    try:
        yield
    except OSError as error:
        if error.errno not in _NOT_OURS:
            raise
        raise BackupError(
            f"{folder} cannot be written: {error.strerror}.",
            why="backups of production are kept there",
            next="let this account write there",
        ) from None


def finish(backup: Backup, partial: Path) -> Backup:
    """Give a proven dump its final name, and make it count.

    The manifest is written first and named last: killed at any moment, this leaves a dump that
    counts, or left-overs that `abandoned` knows as ours.
    """
    for file in partial.iterdir() if partial.is_dir() else ():
        sync(file)
    sync(partial)
    staged = stage_manifest(backup)
    partial.rename(backup.path)
    publish(staged, backup)
    return backup


def final_of(partial: Path) -> Path:
    """Return the name that a partial dump will have."""
    return partial.with_name(partial.name.removesuffix(PARTIAL))


def abandoned(folder: Path) -> Iterator[Path]:
    """Yield what killed runs left and no run is still writing."""
    newest = time.time() - _ABANDONED_SECONDS
    for path in folder.glob(f"*{PARTIAL}"):
        with contextlib.suppress(FileNotFoundError):
            if _last_written(path) >= newest:
                continue
            yield path
            if path.name.endswith(SUFFIX + MANIFEST + PARTIAL):
                # Killed between the two names: the dump has its own, its manifest has not.
                dump = path.with_name(path.name.removesuffix(MANIFEST + PARTIAL))
                if dump.exists() and not manifest_of(dump).exists():
                    yield dump


def remove(path: Path) -> None:
    """Remove a file or a whole folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _last_written(path: Path) -> float:
    inside = path.iterdir() if path.is_dir() else ()
    times: list[float] = [one.stat().st_mtime for one in (path, *inside)]
    return max(times)


def _owner_only(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError:
        raise BackupError(
            f"{folder} is not a folder.",
            why="backups of production are kept there",
            next="remove it, or give it another name",
        ) from None
    if folder.stat().st_uid != os.geteuid():
        raise BackupError(
            f"{folder} belongs to someone else.",
            why="a backup holds production's rows in the clear",
            next="remove the folder, or run as its owner",
        )
    folder.chmod(0o700)


def _make(folder: Path, stem: str, *, inside: bool) -> Path:
    """Make a partial dump by a name that nothing has; two dumps may begin in one second."""
    number = 1
    while True:
        final = folder / (stem + (f"_{number}" if number > 1 else "") + SUFFIX)
        partial = final.with_name(final.name + PARTIAL)
        number += 1
        if final.exists():
            continue
        with contextlib.suppress(FileExistsError):
            # Never open to others for a moment, whatever the umask.
            if inside:
                partial.mkdir(mode=0o700)
            else:
                os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            return partial


def _file_name(database: str) -> str:
    """Return a database's name as part of a file name."""
    return "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in database)
