"""The workflow's own schema inside a database: what it recorded there, as JSON by key.

The schema is left out of code generation, comparison and extraction, and it travels with dumps.
"""

import json
from collections.abc import Mapping
from typing import Any

import asyncpg

from db_workflow.errors import DatabaseRefusedError

HOME = "db_workflow"


async def ensure_home(connection: "asyncpg.Connection[Any]") -> None:
    """Create the schema and its `state` table if they are missing."""
    await connection.execute(
        f"CREATE SCHEMA IF NOT EXISTS {HOME};"
        f" CREATE TABLE IF NOT EXISTS {HOME}.state ("
        " key text PRIMARY KEY, value jsonb NOT NULL,"
        " recorded_at timestamptz NOT NULL DEFAULT clock_timestamp())"
    )


async def record(connection: "asyncpg.Connection[Any]", key: str, value: Mapping[str, Any]) -> None:
    """Write facts under a key, replacing earlier ones."""
    await ensure_home(connection)
    await connection.execute(
        # As a text: a codec for jsonb that a step has set would encode it once more.
        f"INSERT INTO {HOME}.state (key, value) VALUES ($1, $2::text::jsonb)"  # noqa: S608 - constant
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value, recorded_at = clock_timestamp()",
        key,
        json.dumps(dict(value)),
    )


async def recall(connection: "asyncpg.Connection[Any]", key: str) -> dict[str, Any] | None:
    """Return the facts recorded under a key, or None.

    Raises:
        DatabaseRefusedError: something else is there, which the workflow did not write so.

    """
    if not await connection.fetchval(f"SELECT to_regclass('{HOME}.state')"):
        return None
    text = await connection.fetchval(
        f"SELECT value::text FROM {HOME}.state WHERE key = $1",  # noqa: S608 - a constant
        key,
    )
    if text is None:
        return None
    value = json.loads(text)
    if not isinstance(value, dict):
        raise DatabaseRefusedError(
            f"{HOME}.state holds {key!r} as something else than the facts that were recorded.",
            why="somebody else wrote it, so nothing that it says of this database is proven",
            next="invoke phase1 makes a test database anew; elsewhere, delete that row by hand",
            data={"key": key},
        )
    return value


async def any_under(connection: "asyncpg.Connection[Any]", *prefixes: str) -> bool:
    """Tell whether anything is recorded under a key that begins with one of these."""
    if not await connection.fetchval(f"SELECT to_regclass('{HOME}.state')"):
        return False
    found = await connection.fetchval(
        f"SELECT EXISTS (SELECT FROM {HOME}.state, unnest($1::text[]) AS prefix"  # noqa: S608 - a constant
        " WHERE starts_with(key, prefix))",
        list(prefixes),
    )
    return bool(found)


async def forget(connection: "asyncpg.Connection[Any]", key: str) -> None:
    """Remove what is recorded under a key."""
    if await connection.fetchval(f"SELECT to_regclass('{HOME}.state')"):
        await connection.execute(f"DELETE FROM {HOME}.state WHERE key = $1", key)  # noqa: S608 - a constant
