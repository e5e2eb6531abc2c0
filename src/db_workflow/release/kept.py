"""Files in `.db_workflow/release/`: owner-only, there whole or not at all."""

import os
import secrets
from pathlib import Path

from db_workflow.schema.backup.manifest import sync
from db_workflow.settings import Settings


def folder(settings: Settings) -> Path:
    """Return the folder of what a release rests on; made if it is missing."""
    path = settings.make_state() / "release"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def write(path: Path, text: str) -> None:
    """Write a file so that a reader, or a power failure, finds the old one or the new one."""
    staged = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        handle = os.open(staged, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        sync(staged)
        staged.rename(path)
    except BaseException:
        staged.unlink(missing_ok=True)
        raise
    sync(path.parent)


def read(path: Path) -> str | None:
    """Return a file's text; None if it is not there, or cannot be read."""
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError):
        return None
