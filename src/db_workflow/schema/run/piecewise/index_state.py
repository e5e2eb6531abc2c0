"""Indexes as the server's catalog shows them: valid, INVALID, or not there."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from db_workflow.console import Reporter

if TYPE_CHECKING:
    import asyncpg

_SELECT = """
SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name, c.relname, c.relkind::text AS kind,
    i.indrelid AS table, coalesce(i.indisvalid AND i.indisready AND i.indislive, false) AS valid
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
"""


@dataclass(frozen=True, slots=True)
class IndexState:
    """A relation that is, or might be taken for, an index.

    Attributes:
        oid: its number.
        name: qualified and quoted.
        relname: its bare name.
        kind: "i" for an index; "I" for one of a partitioned table, which is INVALID until all its
            partitions have theirs, and rightly so.
        table: the number of the index's table; None for what is no index.
        valid: whether queries may use it.

    """

    oid: int
    name: str
    relname: str
    kind: str
    table: int | None
    valid: bool


async def indexes_on(
    connection: "asyncpg.Connection[Any]", tables: Sequence[int] | None = None
) -> list[IndexState]:
    """Return the indexes of some tables, or of all."""
    rows = await connection.fetch(
        f"{_SELECT} WHERE c.relkind = 'i' AND ($1::oid[] IS NULL OR i.indrelid = ANY ($1))"
        " ORDER BY c.oid",
        tables,
    )
    return [IndexState(**row) for row in rows]


async def index_named(
    connection: "asyncpg.Connection[Any]", name: str, *, beside: int
) -> IndexState | None:
    """Return what bears a name, as spelled in SQL, in the schema of a table."""
    row = await connection.fetchrow(
        f"{_SELECT} WHERE c.relname = (pg_catalog.parse_ident($1))[1]::name"  # noqa: S608 - a constant
        " AND c.relnamespace = (SELECT relnamespace FROM pg_catalog.pg_class WHERE oid = $2)",
        name,
        beside,
    )
    return None if row is None else IndexState(**row)


async def number_of(connection: "asyncpg.Connection[Any]", name: str | None) -> int | None:
    """Return the number of a relation by its name as spelled in SQL, as the session finds it."""
    if name is None:
        return None
    oid: int | None = await connection.fetchval("SELECT to_regclass($1)::oid", name)
    return oid


async def tables_around(connection: "asyncpg.Connection[Any]", relation: int) -> list[int]:
    """Return a table, or an index's table, with its partitions and their TOAST tables."""
    rows = await connection.fetch(
        """
        WITH RECURSIVE tree (oid) AS (
            SELECT coalesce((SELECT indrelid FROM pg_catalog.pg_index WHERE indexrelid = $1), $1)
            UNION
            SELECT h.inhrelid FROM pg_catalog.pg_inherits h JOIN tree ON h.inhparent = tree.oid
        )
        SELECT oid FROM tree UNION
        SELECT c.reltoastrelid FROM pg_catalog.pg_class c JOIN tree USING (oid)
        WHERE c.reltoastrelid <> 0""",
        relation,
    )
    return [row["oid"] for row in rows]


async def builder_of(connection: "asyncpg.Connection[Any]", index: int) -> int | None:
    """Return the server process of another session that builds an index at this moment."""
    pid: int | None = await connection.fetchval(
        "SELECT pid FROM pg_catalog.pg_stat_progress_create_index"
        " WHERE index_relid = $1 AND pid <> pg_backend_pid()",
        index,
    )
    return pid


async def drop_invalid(
    connection: "asyncpg.Connection[Any]",
    found: Collection[IndexState],
    *,
    step: str,
    reporter: Reporter,
) -> None:
    """Drop INVALID indexes without keeping anybody out of their tables.

    One that a living session builds is left to it: waiting for its lock, the DROP would find the
    index finished and take it away.
    """
    for index in found:
        if await builder_of(connection, index.oid):
            continue
        reporter.say(f"  {step}  drops {index.name}: it is INVALID, left by a build that broke off")
        await connection.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {index.name}")
