"""The proof that everybody did the same work: one schema and as many rows, whoever applied it."""

import asyncio
from collections.abc import Sequence

from benchmarks.runners.bench import Bench, Runner
from db_workflow.catalog import Snapshot, differences, read_snapshot
from db_workflow.connection import quoted, session

# What the peers keep in the public schema; sqitch and we have a schema of our own.
_BOOKKEEPING = (
    "schema_migrations", "pgmigrations", "alembic_version",
    "_yoyo_log", "_yoyo_migration", "_yoyo_version", "yoyo_lock",
)  # fmt: skip


def require_agreement(bench: Bench, runners: Sequence[Runner]) -> None:
    """Compare every runner's database with the first one's.

    Raises:
        RuntimeError: names the runner, and what differs.

    """
    expected, rows = asyncio.run(_state(bench, runners[0].database))
    for runner in runners[1:]:
        found, counted = asyncio.run(_state(bench, runner.database))
        wrong = [str(difference) for difference in differences(expected, found)]
        wrong += [f"{name}: {counted.get(name)} rows, not {rows[name]}" for name in rows
                  if counted.get(name) != rows[name]]  # fmt: skip
        if wrong or found.fingerprint != expected.fingerprint:
            listed = "\n".join(f"  - {line}" for line in wrong[:10])
            raise RuntimeError(f"{runner.name} did not end with the same database:\n{listed}")


async def _state(bench: Bench, database: str) -> tuple[Snapshot, dict[str, int]]:
    """Read the schema and count the rows without bookkeeping, and leave all as it is."""
    async with session(bench.address(database), purpose="agree") as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute(f"DROP TABLE IF EXISTS {', '.join(_BOOKKEEPING)} CASCADE")
        snapshot = await read_snapshot(connection)
        rows = {
            found.name: await connection.fetchval(f"SELECT count(*) FROM {quoted(found.name)}")
            for found in snapshot.of_kind("table")
        }
        await transaction.rollback()
    return snapshot, rows
