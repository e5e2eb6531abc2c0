"""The rehearsal itself: restore, measure, migrate, measure, migrate again."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

from db_workflow.address import Address
from db_workflow.catalog import Snapshot, read_snapshot
from db_workflow.connection import session
from db_workflow.console import Reporter, Silent
from db_workflow.errors import WorkflowError
from db_workflow.release.integrity import Integrity, look_at
from db_workflow.release.rehearsal.archive import RowCounter, archive_rows
from db_workflow.release.rehearsal.inputs import rehearsal_digest
from db_workflow.release.rehearsal.measures import Measures, measure
from db_workflow.release.rehearsal.result import Rehearsal, RehearsedBackup, RehearsedStep
from db_workflow.schema.backup.dump import restore
from db_workflow.schema.backup.kept import facts_of
from db_workflow.schema.backup.manifest import Backup
from db_workflow.schema.keys import SCHEMA
from db_workflow.schema.ledger.ledger import Row, read_ledger
from db_workflow.schema.ledger.recorded import record_schema
from db_workflow.schema.plan import Plan
from db_workflow.schema.run.runner import migrate
from db_workflow.scratch import scratch_database
from db_workflow.server import Server
from db_workflow.settings import Settings
from db_workflow.state import recall

# Of a scratch database that holds production's rows: no error may show any.
ROLE = "rehearsal"
_TOLD_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class _Side:
    """The database before the steps, or after them."""

    measures: Measures
    snapshot: Snapshot
    integrity: Integrity
    rows: tuple[Row, ...]
    server: str


async def rehearse(
    server: Server,
    backup: Backup,
    plan: Plan,
    *,
    version: str,
    settings: Settings,
    reporter: Reporter = Silent(),
) -> Rehearsal:
    """Restore a backup into a scratch database, and migrate that as production would be.

    A step that fails is a problem of the result and no error. The scratch database is dropped at
    the end; a run that is killed leaves one that the next run drops.

    Args:
        server: where the scratch database is made.
        backup: of production.
        plan: every version's list, whole, as `load_plan` returns it.
        version: the last version to apply.
        settings: the repository.
        reporter: where progress goes.

    Raises:
        BackupError: the backup cannot be restored.
        ServerError: the server cannot be used.

    """
    async with scratch_database(
        server, settings=settings, what=ROLE, role=ROLE, facts=facts_of(backup)
    ) as address:
        reporter.say(f"  rehearsal: restoring {backup.name} ({backup.bytes:,} bytes)")
        async with _told(server, address, reporter):
            restore_seconds, archived = await _restored(server, backup, address, settings)
        await _accept_schema(address, settings)
        before = await _side(address, settings, reporter)
        reporter.say(f"  rehearsal: migrating to {version}")
        migrate_seconds, failed = await _migrated(address, plan, version, settings, reporter)
        after = await _side(address, settings, reporter)
        again = 0
        if failed is None:
            again, failed = await _again(address, plan, version, settings, after)
    return Rehearsal(
        digest=rehearsal_digest(
            plan.up_to(version), backup, settings=settings, server=before.server
        ),
        database=backup.database,
        backup=RehearsedBackup(backup.name, backup.created.isoformat(), backup.sha256),
        server_version=before.server,
        steps=_steps(before.rows, after.rows),
        restore_seconds=restore_seconds,
        migrate_seconds=migrate_seconds,
        bytes_before=before.measures.bytes,
        bytes_after=after.measures.bytes,
        rows_before=before.measures.rows,
        rows_after=after.measures.rows,
        before=before.snapshot,
        after=after.snapshot,
        second_run_steps=again,
        problems=(failed,) if failed else (),
        missing=missing_rows(before.measures, archived),
        archived=None if archived.inserts else archived.rows,
        faults=tuple(fault.text for fault in after.integrity.faults),
        faults_before=tuple(fault.text for fault in before.integrity.faults),
    )


@contextlib.asynccontextmanager
async def _told(server: Server, address: Address, reporter: Reporter) -> AsyncIterator[None]:
    """Tell how big a database is while a block fills it: pg_restore itself says nothing."""

    async def tell() -> None:
        async with session(server.address, purpose="rehearsal", read_only=True) as connection:
            while True:
                size = await connection.fetchval(
                    "SELECT pg_database_size($1::name)", address.database
                )
                reporter.progress("restored bytes", size)
                await asyncio.sleep(_TOLD_SECONDS)

    telling = asyncio.ensure_future(tell())
    try:
        yield
    finally:
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)


async def _restored(
    server: Server, backup: Backup, address: Address, settings: Settings
) -> tuple[float, RowCounter]:
    """Restore, and count the backup's own rows at the same time."""
    counting = asyncio.ensure_future(archive_rows(backup.path, server.binaries))
    try:
        started = time.perf_counter()
        await restore(backup.path, address, server.binaries, jobs=settings.jobs)
        async with session(address, purpose="rehearsal") as connection:
            await connection.execute("ANALYZE")  # production has statistics
        seconds = time.perf_counter() - started
        return seconds, await counting
    finally:
        counting.cancel()
        await asyncio.gather(counting, return_exceptions=True)


async def _accept_schema(address: Address, settings: Settings) -> None:
    """Take the restored schema for the one that production's last run left.

    A restore may print it otherwise, which would look like a change by hand; whether there was
    one is judged on production itself.
    """
    async with session(address, purpose="rehearsal") as connection:
        left = await recall(connection, SCHEMA) or {}
        if left.get("fingerprint") is not None:
            versions = left.get("versions", [])
            await record_schema(connection, versions=versions, schemas=settings.schemas)


async def _side(address: Address, settings: Settings, reporter: Reporter) -> _Side:
    async with session(address, purpose="rehearsal", read_only=True) as connection:
        snapshot = await read_snapshot(connection, schemas=settings.schemas)
        rows = await read_ledger(connection)
        measures = await measure(connection, schemas=settings.schemas)
        version = connection.get_settings().server_version
    integrity = await look_at(address, settings=settings, reporter=reporter)
    return _Side(measures, snapshot, integrity, rows, version)


async def _migrated(
    address: Address, plan: Plan, version: str, settings: Settings, reporter: Reporter
) -> tuple[float, str | None]:
    """Migrate; return how long it took, and what went wrong."""
    started = time.perf_counter()
    try:
        await migrate(address, plan, settings=settings, to=version, reporter=reporter)
    except WorkflowError as error:
        return time.perf_counter() - started, error.found
    return time.perf_counter() - started, None


async def _again(
    address: Address, plan: Plan, version: str, settings: Settings, after: _Side
) -> tuple[int, str | None]:
    """Migrate once more; return how many steps ran, and what went wrong."""
    try:
        second = await migrate(address, plan, settings=settings, to=version)
    except WorkflowError as error:
        return 0, f"the second run failed: {error.found}"
    if second.fingerprint != after.snapshot.fingerprint:
        return len(second.applied), "the second run changed the schema"
    return len(second.applied), None


def missing_rows(measures: Measures, archived: RowCounter) -> tuple[str, ...]:
    """Return the tables whose rows are not those of the backup, in sentences.

    Args:
        measures: of the restored database.
        archived: what the backup itself holds.

    """
    if archived.inserts:
        return ()
    counted = {_plain(name): count for name, count in archived.rows.items()}
    return tuple(
        f"{name}: the backup holds {_rows(counted.get(_plain(name)))},"
        f" and {_rows(restored)} came out of it"
        for name, restored in measures.parts.items()
        if counted.get(_plain(name)) != restored
    )


def _plain(name: str) -> str:
    """Return a name without its quotes: programs of other versions quote other words."""
    return name.replace('"', "")


def _rows(count: int | None) -> str:
    return "no rows of it at all" if count is None else f"{count:,} rows"


def _steps(before: tuple[Row, ...], after: tuple[Row, ...]) -> tuple[RehearsedStep, ...]:
    """Return the steps that the ledger has now and had not before."""
    had = {row.name for row in before if not row.skipped}
    return tuple(
        RehearsedStep(
            row.name,
            row.version,
            row.kind,
            row.duration_ms / 1000,
            row.rows_touched,
            row.locks,
        )
        for row in after
        if row.name not in had
    )
