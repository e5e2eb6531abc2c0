"""Copy files out of a store in pieces: flat in memory, and ended as soon as one is cancelled."""

import asyncio
import contextlib
import os
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from db_workflow.console import Reporter
from db_workflow.schema.backup.dump import size_of
from db_workflow.schema.backup.partial import room
from db_workflow.schema.backup.store import Entry, Store

_CHUNK = 1024 * 1024
_POLL_SECONDS = 0.2


async def copy_files(
    store: Store, files: Mapping[str, Entry], partial: Path, *, reporter: Reporter
) -> None:
    """Copy a dump's files into a partial dump.

    Stores' libraries block, so this runs in a thread; cancelled, it waits for the thread's end, or
    a file would be written after it was removed.

    Args:
        store: where the files are.
        files: by their names in the store.
        partial: an empty file, or an empty folder for files that have a folder.
        reporter: where progress goes.

    Raises:
        BackupError: there is no room.
        Exception: whatever the store's library raises.

    """
    stop = threading.Event()
    total = sum(entry.bytes for entry in files.values())
    copying = asyncio.ensure_future(asyncio.to_thread(_copy_all, store, files, partial, stop))
    try:
        while not (await asyncio.wait({copying}, timeout=_POLL_SECONDS))[0]:
            reporter.progress("download", size_of(partial), total)
    finally:
        stop.set()
        await asyncio.wait({copying})
    copying.result()


def _copy_all(
    store: Store, files: Mapping[str, Entry], partial: Path, stop: threading.Event
) -> None:
    for name, entry in files.items():
        target = partial / entry.name if partial.is_dir() else partial
        with store.open(name) as source, room(partial.parent), _owned(target) as file:
            while not stop.is_set() and (chunk := source.read(_CHUNK)):
                file.write(chunk)


@contextlib.contextmanager
def _owned(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for writing that only its owner may read, from the first byte."""
    handle = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "wb") as file:
        yield file
