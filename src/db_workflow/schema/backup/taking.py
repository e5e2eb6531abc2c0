"""Take a backup of production: dumped under a partial name, proven, and only then counted."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from db_workflow.address import Address
from db_workflow.binaries import Binaries
from db_workflow.connection import session
from db_workflow.console import Reporter, Silent
from db_workflow.errors import ServerError
from db_workflow.schema.backup.dump import LOCK_WAIT_SECONDS, dump, read_contents
from db_workflow.schema.backup.manifest import Backup, measure
from db_workflow.schema.backup.partial import final_of, finish, new_partial
from db_workflow.schema.backup.source import origin

# From this size on, several sessions dump faster than one: of 220 MB, two took 1.0 s and one
# took 1.5 s. Below it nobody notices, and one file is easier to copy and to keep than a folder.
_PARALLEL_BYTES = 128 * 1024 * 1024


async def take_backup(
    address: Address,
    binaries: Binaries,
    folder: Path,
    *,
    facts: Mapping[str, Any],
    jobs: int = 1,
    parallel_from: int = _PARALLEL_BYTES,
    lock_wait_seconds: float = LOCK_WAIT_SECONDS,
    reporter: Reporter = Silent(),
) -> Backup:
    """Dump one database into a new file or folder, and prove it good.

    Failed or cancelled, it leaves the folder as it was: earlier backups are never touched.

    Args:
        address: the database; it is only read.
        binaries: whose pg_dump and pg_restore.
        folder: made if missing; only its owner may enter it.
        facts: JSON values to keep beside the dump.
        jobs: how many sessions may read at once.
        parallel_from: the size in bytes from which on they do; a smaller database is one file.
        lock_wait_seconds: how long to wait for a lock on a table.
        reporter: where progress goes.

    Raises:
        BackupError: the server refused, or what came is not a whole dump.

    """
    created = datetime.now(UTC).replace(microsecond=0)
    parallel = jobs > 1 and await _size(address) >= parallel_from
    with new_partial(folder, address.database, created, inside=parallel) as partial:
        await dump(
            address,
            binaries,
            partial,
            jobs=jobs,
            lock_wait_seconds=lock_wait_seconds,
            reporter=reporter,
        )
        contents = await read_contents(partial, binaries)
        content, files = await asyncio.to_thread(measure, partial)
        backup = Backup(
            final_of(partial),
            address.database,
            created,
            content.bytes,
            content.sha256,
            contents.server_version,
            dict(facts),
            files,
        )
        finish(backup, partial)
    reporter.say(f"  backup {backup.name} ({backup.bytes:,} bytes) of {origin(backup)}")
    return backup


async def _size(address: Address) -> int:
    """Return a database's size; 0 if it cannot be asked: pg_dump then says why, and better."""
    try:
        async with session(address, purpose="look", read_only=True) as connection:
            return int(await connection.fetchval("SELECT pg_database_size(current_database())"))
    except (ServerError, asyncpg.PostgresError):
        return 0
