"""What the account may do, asked before anything begins: each lack is one sentence."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncpg

_NAMED = 5
_DEPLOY = """
SELECT format('%I.%I', n.nspname, c.relname), pg_catalog.pg_get_userbyid(c.relowner)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY ($1::text[]) AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
    AND NOT pg_catalog.pg_has_role(c.relowner, 'USAGE')
ORDER BY 1
"""
_SCHEMAS = """
SELECT nspname::text FROM pg_catalog.pg_namespace
WHERE nspname = ANY ($1::text[]) AND NOT pg_catalog.has_schema_privilege(oid, 'CREATE')
ORDER BY 1
"""

_ACCOUNT = """
SELECT r.rolsuper, r.rolcreatedb, pg_catalog.pg_has_role(d.datdba, 'MEMBER') AS owner,
    pg_catalog.pg_get_userbyid(d.datdba)::text AS name
FROM pg_catalog.pg_roles r, pg_catalog.pg_database d
WHERE r.rolname = current_user AND d.datname = current_database()
"""
# Who owns anything in the database: the restore gives it back to each of them.
_OWNERS = """
SELECT DISTINCT pg_catalog.pg_get_userbyid(s.refobjid)::text
FROM pg_catalog.pg_shdepend s JOIN pg_catalog.pg_database d ON d.oid = s.dbid
WHERE d.datname = current_database()
    AND s.refclassid = 'pg_catalog.pg_authid'::regclass AND s.deptype = 'o'
    AND NOT pg_catalog.pg_has_role(s.refobjid, 'MEMBER')
ORDER BY 1
"""
# What only a superuser can create, and so restore. PostgreSQL's own extension is there already.
_RESTRICTED = """
SELECT 'extension ' || quote_ident(e.extname) FROM pg_catalog.pg_extension e
JOIN pg_catalog.pg_available_extension_versions v
    ON v.name = e.extname AND v.version = e.extversion
WHERE v.superuser AND NOT v.trusted AND e.extname <> 'plpgsql'
UNION ALL SELECT 'event trigger ' || quote_ident(evtname) FROM pg_catalog.pg_event_trigger
UNION ALL SELECT 'publication ' || quote_ident(pubname) FROM pg_catalog.pg_publication
WHERE puballtables
ORDER BY 1
"""


async def lacking_to_deploy(
    connection: "asyncpg.Connection[Any]", *, schemas: Sequence[str]
) -> tuple[str, ...]:
    """Return what the account would need to change a database, and has not."""
    found = []
    if await connection.fetchval("SELECT pg_is_in_recovery()"):
        found.append("the server is a standby: it takes no writes")
    if not await connection.fetchval(
        "SELECT pg_catalog.has_database_privilege(current_database(), 'CREATE')"
    ):
        found.append("CREATE on the database, for the workflow's own schema")
    unwritable = await connection.fetch(_SCHEMAS, list(schemas))
    found += [f"CREATE on schema {row[0]}" for row in unwritable]
    owned = [f"{name} (owner {owner})" for name, owner in await _fetch(connection, schemas)]
    if owned:
        more = f" and {len(owned) - _NAMED} more" if len(owned) > _NAMED else ""
        found.append(f"membership in the owner's role of {', '.join(owned[:_NAMED])}{more}")
    return tuple(found)


async def _fetch(
    connection: "asyncpg.Connection[Any]", schemas: Sequence[str]
) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in await connection.fetch(_DEPLOY, list(schemas))]


async def lacking_to_roll_back(connection: "asyncpg.Connection[Any]") -> tuple[str, ...]:
    """Return what the account would need to replace a database with its backup, and has not."""
    row = await connection.fetchrow(_ACCOUNT)
    assert row is not None  # noqa: S101 - the current account and database are there
    if await connection.fetchval("SELECT pg_is_in_recovery()"):
        return ("the server is a standby: it takes no writes",)
    if row["rolsuper"]:
        return ()
    found = []
    if not row["rolcreatedb"]:
        found.append("CREATEDB: the backup is restored into a new database")
    if not row["owner"]:
        found.append(f"membership in {row['name']}, which owns the database: it is renamed")
    found += [
        f"membership in {role}, which owns objects in the database: they are given back to it"
        for (role,) in await connection.fetch(_OWNERS)
    ]
    found += [
        f"superuser: nobody else can create {what}, as the restore has to"
        for (what,) in await connection.fetch(_RESTRICTED)
    ]
    return tuple(found)
