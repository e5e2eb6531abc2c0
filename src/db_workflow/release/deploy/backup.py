"""The backup that a deploy rests on: of one moment, restored and compared before it counts.

Unlike the backups that resets start from, it carries owners and rights: from it production itself
may have to come back.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from db_workflow.address import Address
from db_workflow.binaries import Binaries
from db_workflow.connection import session
from db_workflow.console import Reporter, Silent
from db_workflow.errors import BackupError
from db_workflow.release import kept
from db_workflow.release.deploy.comparison import copy_faults, told
from db_workflow.release.deploy.contents import Contents, read_contents
from db_workflow.release.deploy.listing import sequences
from db_workflow.release.ticking import ticking
from db_workflow.schema.backup.dump import dump, restore
from db_workflow.schema.backup.dump import read_contents as read_head
from db_workflow.schema.backup.manifest import Backup, measure
from db_workflow.schema.backup.partial import final_of, finish, new_partial
from db_workflow.schema.backup.retention import prune_backups
from db_workflow.schema.backup.source import real_source
from db_workflow.schema.judge.live import reading
from db_workflow.scratch import scratch_database
from db_workflow.server import Server
from db_workflow.settings import Settings

# Of real rows, whatever the server they lie on: see `schema.run.disclosure`.
_ROLE = "restored"
_FACTS = "contents"
# From this size on, several sessions dump faster than one; see `schema.backup.taking`.
_PARALLEL_BYTES = 128 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ProvenBackup:
    """A backup that has been restored, and what was found to be in it.

    Attributes:
        backup: the dump and its manifest.
        contents: what production held at that moment.

    """

    backup: Backup
    contents: Contents

    @classmethod
    def of(cls, backup: Backup) -> "ProvenBackup":
        """Read what a manifest says of its dump's contents.

        Raises:
            BackupError: it says nothing, or not so.

        """
        try:
            return cls(backup, Contents.from_json(backup.facts[_FACTS]))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BackupError(
                f"The manifest of {backup.name} does not say what the backup holds.",
                why="a restore of it could be compared with nothing",
                next="name another with --backup",
            ) from error


def release_backups(settings: Settings) -> Path:
    """Return the folder of the backups that deploys have taken, for its owner only."""
    return kept.folder(settings) / "backups"


async def take_proven_backup(
    production: Address,
    *,
    server: Server,
    settings: Settings,
    parallel_from: int = _PARALLEL_BYTES,
    reporter: Reporter = Silent(),
) -> ProvenBackup:
    """Dump production as it is at one moment, restore the dump, and compare the two.

    Failed or cancelled, it leaves nothing: neither a file nor a database.

    Args:
        production: only read.
        server: where the restore is tried, in a database that is dropped again.
        settings: the repository.
        parallel_from: the size in bytes from which on several sessions dump.
        reporter: where progress goes.

    Raises:
        BackupError: the dump or the restore failed, there is no room, or they differ.
        BusyError: somebody holds a table locked.
        ServerError: one of the two servers cannot be used.

    """
    folder = release_backups(settings)
    created = datetime.now(UTC).replace(microsecond=0)
    source = await real_source(production)
    several = settings.jobs > 1 and await _size(production) >= parallel_from
    with new_partial(folder, production.database, created, inside=several) as partial:
        moment = await _dumped(production, partial, server.binaries, settings, reporter)
        head = await read_head(partial, server.binaries)
        found, files = await asyncio.to_thread(measure, partial)
        reporter.say(f"  dumped {found.bytes:,} bytes; restoring them to compare")
        contents = _proven(moment, await _restored(partial, server, settings, reporter))
        backup = Backup(
            final_of(partial),
            production.database,
            created,
            found.bytes,
            found.sha256,
            head.server_version,
            {**source.facts, _FACTS: contents.to_json()},
            files,
        )
        finish(backup, partial)
    reporter.say(f"  backup {backup.name}: restored, and equal to production")
    prune_backups(folder, source, keep=settings.backups_kept, used=backup, reporter=reporter)
    return ProvenBackup(backup, contents)


@dataclass(frozen=True, slots=True)
class _Moment:
    """What production held when it was dumped, and where its sequences stood before and after."""

    contents: Contents
    before: Mapping[str, tuple[int, bool]]
    after: Mapping[str, tuple[int, bool]]


async def _size(production: Address) -> int:
    async with session(production, purpose="look", read_only=True) as connection:
        return int(await connection.fetchval("SELECT pg_database_size(current_database())"))


async def _dumped(
    production: Address, partial: Path, binaries: Binaries, settings: Settings, reporter: Reporter
) -> _Moment:
    """Dump production and read it, both as it is at one moment, and at the same time."""
    async with (
        session(production, purpose="backup", read_only=True) as reader,
        reading(reader, settings=settings),
        _readable(),
    ):
        await reader.execute(
            "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"
        )
        moment = str(await reader.fetchval("SELECT pg_export_snapshot()"))
        before = await sequences(reader)
        dumping = asyncio.ensure_future(
            dump(
                production,
                binaries,
                partial,
                whole=True,
                snapshot=moment,
                jobs=settings.jobs,
                reporter=reporter,
            )
        )
        counting = asyncio.ensure_future(read_contents(reader, reporter=reporter))
        try:
            # The first of them that fails ends both.
            contents, _ = await asyncio.gather(counting, dumping)
        finally:
            counting.cancel()
            dumping.cancel()
            await asyncio.wait({counting, dumping})
        return _Moment(contents, before, await sequences(reader))


@asynccontextmanager
async def _readable() -> AsyncIterator[None]:
    """Tell that the account may not read everything, if that is what stops a block.

    Raises:
        BackupError: it may not.

    """
    try:
        yield
    except asyncpg.InsufficientPrivilegeError as error:
        raise BackupError(
            f"The account may not read all of production: {error}",
            why="what cannot be read cannot be backed up, nor proven to come back",
            next="let PRODUCTION_DATABASE_URL name an account that may read every row",
        ) from error


async def _restored(
    partial: Path, server: Server, settings: Settings, reporter: Reporter
) -> Contents:
    """Restore a dump into a database of its own, and return what that holds."""
    async with scratch_database(server, settings=settings, what=_ROLE, role=_ROLE) as copy:
        async with ticking("restore, seconds", reporter):
            await restore(partial, copy, server.binaries, jobs=settings.jobs)
        async with (
            session(copy, purpose="compare", read_only=True) as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            return await read_contents(connection, reporter=reporter)


def _proven(moment: _Moment, restored: Contents) -> Contents:
    """Return what a dump is proven to hold, with its sequences as they came back.

    Raises:
        BackupError: it does not come back as production was.

    """
    faults = (
        *copy_faults(moment.contents, restored, same_server=False, exact_sequences=False),
        *_sequence_faults(moment, restored.sequences),
    )
    if faults:
        raise BackupError(
            f"The backup does not come back as production is: {told(faults)}.",
            why="production is changed only when there is a proven way back",
            next="the same command again; if it says the same, invoke integrity --production",
            data={"faults": list(faults)},
        )
    return replace(moment.contents, sequences=restored.sequences)


def _sequence_faults(moment: _Moment, restored: Mapping[str, tuple[int, bool]]) -> list[str]:
    """Return which sequences stand where they never stood while the dump was made.

    They are in no transaction: while others work, they go on.
    """
    found = []
    for name, first in moment.before.items():
        last, now = moment.after.get(name, first), restored.get(name)
        if now is None or not min(first, last) <= now <= max(first, last):
            found.append(f"sequence {name} stands elsewhere")
    return found
