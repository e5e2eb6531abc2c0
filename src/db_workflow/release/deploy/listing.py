"""What there is in a database that a dump carries: tables, sequences, owners, large objects."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from db_workflow.state import HOME

if TYPE_CHECKING:
    import asyncpg

# What PostgreSQL and extensions brought comes back with them, and not from a dump.
_USERS = """
n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_depend d
    WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
)"""
_RELATIONS = f"""
SELECT format('%I.%I', n.nspname, c.relname)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind::text = $1 AND n.nspname <> ALL ($2::text[]) AND {_USERS}
ORDER BY 1
"""  # noqa: S608 - a constant
_SCHEMAS = """
SELECT nspname::text FROM pg_catalog.pg_namespace
WHERE nspname <> ALL ($1::text[])
    AND nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%'
ORDER BY nspname <> 'public', 1
"""
# Of what the account that made the cluster owns, pg_shdepend says nothing.
_OWNERS = f"""
SELECT 'relation ' || c.oid::regclass::text, pg_catalog.pg_get_userbyid(c.relowner)::text
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND {_USERS}
UNION ALL
SELECT 'schema ' || n.nspname, pg_catalog.pg_get_userbyid(n.nspowner)
FROM pg_catalog.pg_namespace n
WHERE n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
UNION ALL
SELECT 'function ' || c.oid::regprocedure::text, pg_catalog.pg_get_userbyid(c.proowner)
FROM pg_catalog.pg_proc c JOIN pg_catalog.pg_namespace n ON n.oid = c.pronamespace
WHERE {_USERS.replace("pg_class", "pg_proc")}
UNION ALL
SELECT 'type ' || c.oid::regtype::text, pg_catalog.pg_get_userbyid(c.typowner)
FROM pg_catalog.pg_type c JOIN pg_catalog.pg_namespace n ON n.oid = c.typnamespace
WHERE c.typtype IN ('e', 'd', 'r') AND {_USERS.replace("pg_class", "pg_type")}
"""  # noqa: S608 - a constant


async def schemas_of_users(connection: "asyncpg.Connection[Any]") -> list[str]:
    """Return every schema but PostgreSQL's and the workflow's own, `public` first."""
    return [row[0] for row in await connection.fetch(_SCHEMAS, [HOME])]


async def tables(connection: "asyncpg.Connection[Any]", *, but: Sequence[str] = ()) -> list[str]:
    """Return every table that holds rows itself, quoted; partitions one by one."""
    return [row[0] for row in await connection.fetch(_RELATIONS, "r", list(but))]


async def sequences(connection: "asyncpg.Connection[Any]") -> dict[str, tuple[int, bool]]:
    """Return every sequence's last value, and whether it was handed out.

    A sequence is in no transaction: what is read is its value now.
    """
    names = [row[0] for row in await connection.fetch(_RELATIONS, "S", [])]
    if not names:
        return {}
    parts = (f"SELECT {n}, last_value, is_called FROM {name}" for n, name in enumerate(names))  # noqa: S608 - quoted by the server
    rows = await connection.fetch(" UNION ALL ".join(parts))
    return {names[number]: (last, called) for number, last, called in rows}


async def owners(connection: "asyncpg.Connection[Any]") -> dict[str, str]:
    """Return who owns what: relations, schemas, functions, types."""
    return {row[0]: row[1] for row in await connection.fetch(_OWNERS)}


async def large_objects(connection: "asyncpg.Connection[Any]") -> int:
    """Return how many large objects there are."""
    return int(await connection.fetchval("SELECT count(*) FROM pg_catalog.pg_largeobject_metadata"))
