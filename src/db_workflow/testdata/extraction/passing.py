"""The folder that lives as long as a run: nothing unproven is ever where it could be committed."""

import contextlib
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from db_workflow.settings import Settings

_ATTEMPTS = 50


@contextlib.contextmanager
def passing_folder(settings: Settings) -> Iterator[Path]:
    """Make a folder for a run; what a killed one left behind goes first.

    It is in the git-ignored state folder, for its owner only. Its name is new each time, so that a
    worker of a killed run that cleans up late does not take the next run's files away.
    """
    parent = settings.make_state() / "generating"
    shutil.rmtree(parent, ignore_errors=True)
    folder = parent / secrets.token_hex(8)
    folder.mkdir(parents=True, mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(parent, ignore_errors=True)


def remove(folder: Path) -> None:
    """Remove a run's folder although others may still be writing into it."""
    for _ in range(_ATTEMPTS):
        if not folder.exists():
            break
        shutil.rmtree(folder, ignore_errors=True)
    with contextlib.suppress(OSError):  # another run has begun there
        folder.parent.rmdir()
