"""What models gave once, kept in a file: they give the same as long as nothing else differs.

The file's name is a digest of everything that the result follows from. A file that is missing,
unreadable, or not what was written counts as not there.
"""

import contextlib
import hashlib
import os
import tempfile
import time
from functools import cache
from pathlib import Path

from db_workflow.catalog import Snapshot
from db_workflow.errors import WorkflowError
from db_workflow.settings import Settings

_KEPT = 8
_PACKAGE = Path(__file__).parents[2]
# The code that makes a snapshot from SQL: after a change of it nothing is remembered.
_CODE = (
    "catalog/**/*.py",
    "connection.py",
    "models/created/beside.py",
    "models/created/creation.py",
)
# What a run that was killed left half written is nobody's after so long.
_HALF_SECONDS = 3600.0


def key_of(*parts: str) -> str:
    """Return the digest of what a snapshot follows from, this code included."""
    digest = hashlib.sha256(_code().encode())
    for part in parts:
        data = part.encode()
        digest.update(f"{len(data)}:".encode())
        digest.update(data)
    return digest.hexdigest()


def recall(key: str, *, settings: Settings) -> Snapshot | None:
    """Return what was remembered under a key; None if there is nothing that can be trusted."""
    path = _path(key, settings)
    try:
        head, _, body = path.read_text("utf-8").partition("\n")
        if head != _head(key, body):
            return None
        with contextlib.suppress(OSError):
            os.utime(path)  # the least recently used goes first
        return Snapshot.from_json(body)
    except (OSError, ValueError, WorkflowError):
        return None


def remember(key: str, found: Snapshot, *, settings: Settings) -> None:
    """Keep a snapshot under a key. Where nothing can be written, nothing is kept."""
    body = found.to_json()
    with contextlib.suppress(OSError):
        settings.make_state()
        folder = _folder(settings)
        folder.mkdir(mode=0o700, exist_ok=True)
        handle, half_done = tempfile.mkstemp(dir=folder, suffix=".half")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(f"{_head(key, body)}\n{body}")
            Path(half_done).replace(_path(key, settings))
        except BaseException:
            Path(half_done).unlink(missing_ok=True)
            raise
        _forget(folder)


def _forget(folder: Path) -> None:
    """Remove all but the most recently used files, and what was never finished."""

    def used(path: Path) -> float:
        try:
            return path.stat().st_mtime
        except FileNotFoundError:  # another process forgets too
            return 0.0

    stale = time.time() - _HALF_SECONDS
    for path in (
        *sorted(folder.glob("*.json"), key=used, reverse=True)[_KEPT:],
        *(path for path in folder.glob("*.half") if used(path) < stale),
    ):
        path.unlink(missing_ok=True)


def _path(key: str, settings: Settings) -> Path:
    return _folder(settings) / f"{key}.json"


def _folder(settings: Settings) -> Path:
    return settings.state / "modelled"


def _head(key: str, body: str) -> str:
    return f"{key} {hashlib.sha256(body.encode()).hexdigest()}"


@cache
def _code() -> str:
    digest = hashlib.sha256()
    for pattern in _CODE:
        for path in sorted(_PACKAGE.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()
