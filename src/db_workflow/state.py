"""The workflow's own schema inside a database: what it recorded there, as JSON by key.

The schema is left out of code generation, comparison and extraction, and it travels with dumps.
"""

import json
from typing import Any

import asyncpg

HOME = "db_workflow"


async def ensure_home(connection: "asyncpg.Connection[Any]") -> None:
    """Create the schema and its `state` table if they are missing."""
    await connection.execute(
        f"CREATE SCHEMA IF NOT EXISTS {HOME};"
        f" CREATE TABLE IF NOT EXISTS {HOME}.state ("
        " key text PRIMARY KEY, value jsonb NOT NULL,"
        " recorded_at timestamptz NOT NULL DEFAULT clock_timestamp())"
    )


async def record(connection: "asyncpg.Connection[Any]", key: str, value: Any) -> None:
    """Write a JSON value, replacing an earlier one."""
    await ensure_home(connection)
    await connection.execute(
        f"INSERT INTO {HOME}.state (key, value) VALUES ($1, $2::jsonb)"  # noqa: S608 - a constant
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value, recorded_at = clock_timestamp()",
        key,
        json.dumps(value),
    )


async def recall(connection: "asyncpg.Connection[Any]", key: str) -> Any:
    """Return the value recorded under a key, or None."""
    if not await connection.fetchval(f"SELECT to_regclass('{HOME}.state')"):
        return None
    text = await connection.fetchval(
        f"SELECT value::text FROM {HOME}.state WHERE key = $1",  # noqa: S608 - a constant
        key,
    )
    return None if text is None else json.loads(text)


async def forget(connection: "asyncpg.Connection[Any]", key: str) -> None:
    """Remove what is recorded under a key."""
    if await connection.fetchval(f"SELECT to_regclass('{HOME}.state')"):
        await connection.execute(f"DELETE FROM {HOME}.state WHERE key = $1", key)  # noqa: S608 - a constant
