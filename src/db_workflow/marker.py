"""The proof that the workflow created a database.

It is the database's comment: seen from outside (a closed template included), not copied by
`CREATE DATABASE … TEMPLATE`, and naming the database's own oid and server, so that a dump restored
elsewhere with its comment proves nothing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from db_workflow.connection import quoted
from db_workflow.errors import DatabaseRefusedError


@dataclass(frozen=True, slots=True)
class Marker:
    """What the workflow wrote on a database it created.

    Attributes:
        role: "test", "template", "scratch", "worker", "kept" (a worker's, for a look) or
            "stand-in".
        project: the settings' project.
        oid: the database's own oid.
        system: the server's system identifier.
        facts: what the creator knew (hashes, sources); JSON values.

    """

    role: str
    project: str
    oid: int
    system: int
    facts: Mapping[str, Any] = field(default_factory=dict)


async def read(connection: "asyncpg.Connection[Any]", name: str) -> Marker | None:
    """Return a database's marker if it has a true one."""
    return (await read_all(connection, name)).get(name)


async def read_all(
    connection: "asyncpg.Connection[Any]", name: str | None = None
) -> dict[str, Marker]:
    """Return every true marker on the server by database, or only one database's."""
    rows = await connection.fetch(
        "SELECT datname, oid, shobj_description(oid, 'pg_database') AS comment,"
        " (SELECT system_identifier FROM pg_control_system()) AS system"
        " FROM pg_database WHERE datname = coalesce($1, datname) ORDER BY datname",
        name,
    )
    found = {row["datname"]: _true(row) for row in rows}
    return {name: mark for name, mark in found.items() if mark is not None}


def _true(row: asyncpg.Record) -> Marker | None:
    """Read a marker that names the very database it stands on."""
    try:
        marker = Marker(**json.loads(row["comment"] or "")["db_workflow"])
    except (ValueError, KeyError, TypeError):
        return None
    return marker if (marker.oid, marker.system) == (row["oid"], row["system"]) else None


async def require(connection: "asyncpg.Connection[Any]", name: str) -> Marker:
    """Return a database's marker.

    Raises:
        DatabaseRefusedError: it has none, so it is not ours to touch.

    """
    marker = await read(connection, name)
    if marker is None:
        raise DatabaseRefusedError(
            f"The database {name!r} was not created by the workflow.",
            why="its rows may be somebody's only copy; only a database that carries the"
            " workflow's own marker is ever changed or dropped",
            next="let TEST_DATABASE_URL name a database that does not exist yet,"
            " and the workflow creates it",
        )
    return marker


async def write(
    connection: "asyncpg.Connection[Any]",
    name: str,
    *,
    role: str,
    project: str,
    facts: Mapping[str, Any],
) -> None:
    """Mark a database as ours, or replace its marker."""
    row = await connection.fetchrow(
        "SELECT oid, (SELECT system_identifier FROM pg_control_system()) AS system"
        " FROM pg_database WHERE datname = $1",
        name,
    )
    assert row is not None  # noqa: S101 - created or read a moment ago
    written = {
        "role": role,
        "project": project,
        "oid": row["oid"],
        "system": row["system"],
        "facts": dict(facts),
    }
    comment = json.dumps({"db_workflow": written}, sort_keys=True)
    literal = await connection.fetchval("SELECT quote_literal($1::text)", comment)
    await connection.execute(f"COMMENT ON DATABASE {quoted(name)} IS {literal}")
