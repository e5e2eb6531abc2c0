"""How big a database is: bytes, and every row counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncpg

# Each table that holds rows itself, and the table that it is a part of, if it is. What an extension
# brought is not in a dump.
_TABLES = """
SELECT format('%I.%I', n.nspname, c.relname) AS qualified,
    coalesce(pg_partition_root(c.oid)::oid, c.oid)::regclass::text AS shown
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname = ANY ($1::text[])
WHERE c.relkind = 'r' AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_depend d
    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
)
ORDER BY 1"""


@dataclass(frozen=True, slots=True)
class Measures:
    """How big a database is.

    Attributes:
        bytes: on disk.
        rows: by table as a snapshot names it; a partitioned one with all its parts.
        parts: by table that holds rows itself, with its schema's name.

    """

    bytes: int
    rows: Mapping[str, int]
    parts: Mapping[str, int]


async def measure(connection: "asyncpg.Connection[Any]", *, schemas: Sequence[str]) -> Measures:
    """Measure a database that nobody else works on; its `search_path` is left changed.

    Args:
        connection: to the database.
        schemas: whose tables.

    """
    await connection.execute("SELECT set_config('search_path', $1, false)", _path(schemas))
    rows: dict[str, int] = {}
    parts: dict[str, int] = {}
    for qualified, shown in await connection.fetch(_TABLES, list(schemas)):
        count = await connection.fetchval(f"SELECT count(*) FROM ONLY {qualified}")  # noqa: S608 - quoted names
        parts[qualified] = count
        rows[shown] = rows.get(shown, 0) + count
    size = await connection.fetchval("SELECT pg_database_size(current_database())")
    return Measures(size, rows, parts)


def _path(schemas: Sequence[str]) -> str:
    return ", ".join('"' + name.replace('"', '""') + '"' for name in schemas)
