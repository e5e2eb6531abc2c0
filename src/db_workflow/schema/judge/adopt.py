"""Give a database that has the schema, but no ledger, the ledger that it would have."""

import time
from typing import Any

import asyncpg

from db_workflow.address import Address
from db_workflow.connection import session
from db_workflow.console import Reporter, Silent
from db_workflow.errors import MigrationError
from db_workflow.schema.judge.adoption import AdoptResult, difference_refusal
from db_workflow.schema.judge.comparison import compare
from db_workflow.schema.judge.expected import expected_schema
from db_workflow.schema.judge.live import Live, read_live
from db_workflow.schema.judge.nearest import flag_of, nearest_versions
from db_workflow.schema.keys import BASELINE
from db_workflow.schema.ledger.ledger import ensure_ledger, read_ledger, write_row
from db_workflow.schema.ledger.recorded import record_schema
from db_workflow.schema.plan import Plan
from db_workflow.schema.run.lock import MigrationLock, migration_lock
from db_workflow.server import Server
from db_workflow.settings import Settings
from db_workflow.state import recall, record


async def adopt(
    address: Address,
    plan: Plan,
    *,
    version: str,
    server: Server,
    settings: Settings,
    accept_differences: bool = False,
    reporter: Reporter = Silent(),
) -> AdoptResult:
    """Prove that a database's schema is that of a version, and write the ledger for it.

    This writes, and asks for no marker: whoever calls has made sure that it may. Nothing but the
    workflow's own schema is written, in one transaction under the migration lock.

    Args:
        address: the database.
        plan: every version's list, whole, as `load_plan` returns it.
        version: the last one that the database has.
        server: where the scratch database for the fresh run is made.
        settings: the repository.
        accept_differences: adopt although the schemas differ; the result says in what.
        reporter: where progress goes.

    Raises:
        MigrationError: the database has a ledger, is only readable, or its schema is not that of
            the version; or the lists do not run from nothing. Nothing was written.
        BusyError: another run is migrating this database, or somebody holds a table locked.
        ServerError: one of the two servers cannot be used.

    """
    started = time.perf_counter()
    chosen = plan.up_to(version)
    asked = chosen.versions[-1]
    wait = settings.lock_wait_seconds
    flag = flag_of(address, settings)
    async with (
        migration_lock(address, wait_seconds=wait, reporter=reporter) as lock,
        session(address, purpose="baseline") as connection,
    ):
        await _refuse_read_only(connection, address)
        live = await read_live(connection, settings=settings)
        _refuse_ledger(live, address, flag)
        reporter.say(f"  running {len(chosen.entries)} steps in a scratch database")
        expected = await expected_schema(server, chosen, settings=settings, reporter=reporter)
        drift = compare(live, expected)
        if drift.texts and not accept_differences:
            reporter.say("  it differs; looking for the version that fits best")
            nearest = await nearest_versions(
                live, plan, server=server, settings=settings, reporter=reporter
            )
            if nearest is not None and asked in nearest.versions:
                nearest = None
            raise difference_refusal(address, asked, drift, nearest, flag=flag)
        await _write(connection, chosen, live, lock, settings=settings)
    return AdoptResult(
        database=str(address),
        version=asked,
        adopted=tuple(entry.name for entry in chosen.entries),
        unproven=tuple(entry.name for entry in chosen.entries if entry.kind == "python"),
        drift=drift,
        fingerprint=live.snapshot.fingerprint,
        seconds=time.perf_counter() - started,
        next=f"invoke verify{flag}",
    )


async def _refuse_read_only(connection: "asyncpg.Connection[Any]", address: Address) -> None:
    """Refuse what could not be written to before minutes are spent on a proof."""
    if await connection.fetchval("SELECT current_setting('transaction_read_only')") == "on":
        raise MigrationError(
            f"{address} can only be read: it is a replica, or its account may not write.",
            why="the ledger is written into the database that it is about",
            next="name the primary server, and an account that may create a schema",
        )


def _refuse_ledger(live: Live, address: Address, flag: str) -> None:
    if live.rows:
        raise MigrationError(
            f"{address.database!r} has a ledger already: {len(live.rows)} steps, the last one"
            f" {live.rows[-1].name}.",
            why="adopting would claim steps that ran, or did not, under another name",
            next=f"invoke verify{flag}",
        )
    if live.is_empty:
        raise MigrationError(
            f"{address.database!r} is empty: there is nothing to adopt.",
            why="a ledger would say that steps have run there, and none would run again",
            next="let PRODUCTION_DATABASE_URL name the database that holds production"
            if flag
            else "invoke migrate",
        )


async def _write(
    connection: "asyncpg.Connection[Any]",
    chosen: Plan,
    live: Live,
    lock: MigrationLock,
    *,
    settings: Settings,
) -> None:
    """Write ledger and recorded schema, both or neither, if the schema is still the one proven."""
    try:
        async with connection.transaction():
            await ensure_ledger(connection)
            for entry in chosen.entries:
                await write_row(connection, entry, outcome="adopted")
            await _share_with_production(connection)
            snapshot = await record_schema(
                connection, versions=chosen.versions, schemas=settings.schemas
            )
            if snapshot.fingerprint != live.snapshot.fingerprint:
                raise MigrationError(
                    "The schema was changed while it was being proven.",
                    why="what is there now is not what was compared; nothing was written",
                    next="invoke baseline again, when nobody is at work on the database",
                )
            await lock.require()
    except asyncpg.InsufficientPrivilegeError as error:
        raise MigrationError(
            f"The account may not write the ledger: {error}.",
            why="it is written into the workflow's own schema; nothing was written",
            next="name an account that may create a schema in this database",
        ) from error


async def _share_with_production(connection: "asyncpg.Connection[Any]") -> None:
    """Let a test database's adopted steps count as production's: they came with its backup."""
    baseline = await recall(connection, BASELINE)
    if baseline is not None:
        rows = await read_ledger(connection)
        last = max((row.sequence for row in rows), default=0)
        await record(connection, BASELINE, {**baseline, "last_sequence": last})
