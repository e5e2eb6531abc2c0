"""What stands outside of what a snapshot is of: tables of other schemas, and rows."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from db_workflow.state import HOME

if TYPE_CHECKING:
    import asyncpg

_TABLES = """
SELECT format('%I.%I', n.nspname, c.relname)
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'f', 'm')
  AND n.nspname <> ALL ($1::text[])
  AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
  AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend d
      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
  )
ORDER BY 1
"""

_UNPOPULATED = """
SELECT format('%I.%I', n.nspname, c.relname)
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname = ANY ($1::text[])
WHERE c.relkind = 'm' AND NOT c.relispopulated
ORDER BY 1
"""


async def tables_outside(
    connection: "asyncpg.Connection[Any]", *, schemas: Sequence[str]
) -> tuple[str, ...]:
    """Return the tables and materialised views that stand in none of some schemas.

    Left out: PostgreSQL's own, those that an extension brought, and the workflow's.

    Args:
        connection: to the database; only read.
        schemas: the schemas that are looked after.

    """
    rows = await connection.fetch(_TABLES, [*schemas, HOME])
    return tuple(row[0] for row in rows)


async def unpopulated_views(
    connection: "asyncpg.Connection[Any]", *, schemas: Sequence[str]
) -> tuple[str, ...]:
    """Return the materialised views in some schemas that hold nothing and cannot be read.

    No part of a snapshot: REFRESH is work on rows, and says nothing about the schema.

    Args:
        connection: to the database; only read.
        schemas: the schemas' names.

    """
    rows = await connection.fetch(_UNPOPULATED, list(schemas))
    return tuple(row[0] for row in rows)
