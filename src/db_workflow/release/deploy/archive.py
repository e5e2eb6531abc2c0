"""A whole database as a dump and back again: with owners, rights, publications and all."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from db_workflow.address import Address
from db_workflow.binaries import Binaries
from db_workflow.console import Reporter, Silent
from db_workflow.program import run_program
from db_workflow.schema.backup.dump import LOCK_WAIT_SECONDS, failure, size_of
from db_workflow.schema.backup.queue import PURPOSE, watching


async def dump_whole(
    address: Address,
    binaries: Binaries,
    target: Path,
    *,
    moment: str,
    jobs: int = 1,
    reporter: Reporter = Silent(),
) -> None:
    """Write a database as it was when a snapshot was exported.

    Args:
        address: the database; it is only read.
        binaries: whose pg_dump.
        target: an empty file (custom format) or an empty folder (directory format).
        moment: the snapshot's name; its transaction has to last as long as this.
        jobs: how many sessions read at once; only a folder takes several.
        reporter: where progress goes.

    Raises:
        BackupError: pg_dump failed; carries its last line, or whom it waited for in vain.

    """
    command = [
        str(binaries.program("pg_dump")),
        *form_of(target, jobs),
        "--compress=1",
        f"--snapshot={moment}",
        f"--lock-wait-timeout={LOCK_WAIT_SECONDS * 1000:.0f}",
        "--no-password",
        f"--file={target}",
    ]
    async with watching(address, reporter=reporter) as queue:
        ended = await run_program(
            command,
            address,
            purpose=PURPOSE,
            read_only=True,
            waiting=lambda: reporter.progress("backup, bytes", size_of(target)),
        )
    if ended.code != 0:
        error = failure(f"The dump of {address}", ended, address)
        if "statement timeout" in error.found and queue.last:
            raise error.but(found=f"The dump of {address} failed: it waited for {queue.last}")
        raise error


def form_of(target: Path, jobs: int) -> tuple[str, ...]:
    """Return the options that say in which format pg_dump writes: a folder's, or a file's."""
    if target.is_dir():
        return "--format=directory", f"--jobs={jobs}"
    return ("--format=custom",)


async def restore_whole(
    source: Path,
    address: Address,
    binaries: Binaries,
    *,
    jobs: int = 1,
    reporter: Reporter = Silent(),
) -> None:
    """Load a dump into an empty database, with all that it carries.

    Args:
        source: the dump.
        address: the database.
        binaries: whose pg_restore.
        jobs: how many sessions load at once.
        reporter: where progress goes.

    Raises:
        BackupError: pg_restore failed; carries its last line.

    """
    command = [
        str(binaries.program("pg_restore")),
        f"--jobs={jobs}",
        "--exit-on-error",
        "--no-password",
        f"--dbname={address.database}",
        str(source),
    ]
    async with ticking("restore, seconds", reporter):
        ended = await run_program(command, address, purpose=PURPOSE)
    if ended.code != 0:
        raise failure(f"The restore of {source.name}", ended, address)


@asynccontextmanager
async def ticking(label: str, reporter: Reporter) -> AsyncIterator[None]:
    """Tell, for the length of a block that says nothing itself, how long it has taken."""
    started = time.monotonic()

    async def tell() -> None:
        while True:
            await asyncio.sleep(1)
            reporter.progress(label, int(time.monotonic() - started))

    telling = asyncio.ensure_future(tell())
    try:
        yield
    finally:
        telling.cancel()
