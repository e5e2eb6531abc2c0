"""A seal: the note that a dump's bytes were read and found good, and how its files looked then.

Reading gigabytes before each reset proves nothing new while the files are the very ones that were
read. Who changes a file's bytes changes its ctime, which no call sets back. What a seal cannot
show is a disk that rots; so bytes are always read before they are restored.
"""

import contextlib
import hashlib
import os
import time
from dataclasses import dataclass
from pathlib import Path

from db_workflow.schema.backup.manifest import Backup, damage

SEAL = ".sealed"
# A change in the same tick of the file system's clock would not show: git calls it racy.
_TICK_NANOSECONDS = 1_000_000_000


def seal_of(path: Path) -> Path:
    """Return where a dump's seal is."""
    return path.with_name(path.name + SEAL)


def fault(backup: Backup, *, thorough: bool = True) -> str | None:
    """Return how a dump differs from its manifest, if it does.

    Args:
        backup: the dump.
        thorough: read every byte, whatever the seal says.

    """
    seal = seal_of(backup.path)
    now = time.time_ns()
    try:
        # Looked at before the bytes are read: a change in between must not be sealed.
        before = _look(backup)
    except OSError as error:
        return error.strerror or str(error)
    if not thorough and _read(seal) == before.digest:
        return None
    wrong = damage(backup)
    # As old as that at the look: what changes later, however long the reading takes, shows.
    if wrong is None and before.changed < now - _TICK_NANOSECONDS:
        # Not being able to write it down only means reading again.
        with contextlib.suppress(OSError):
            _write(seal, before.digest)
    return wrong


@dataclass(frozen=True, slots=True)
class _Look:
    """How a dump's files look without their bytes, and when the last of them changed."""

    digest: str
    changed: int


def _look(backup: Backup) -> _Look:
    paths = [backup.path, *(sorted(backup.path.iterdir()) if backup.files else ())]
    stats = [path.stat() for path in paths]
    seen = [
        (path.name, one.st_dev, one.st_ino, one.st_size, one.st_mtime_ns, one.st_ctime_ns)
        for path, one in zip(paths, stats, strict=True)
    ]
    files = sorted((name, one.bytes, one.sha256) for name, one in backup.files.items())
    told = repr((backup.bytes, backup.sha256, files, seen))
    return _Look(hashlib.sha256(told.encode()).hexdigest(), max(one.st_ctime_ns for one in stats))


def _read(path: Path) -> str | None:
    try:
        return path.read_text("ascii")
    except (OSError, ValueError):
        return None


def _write(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as file:
        file.write(text)
