"""What a snapshot does not see: tables of other schemas, and kinds that no query here prints."""

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

# Oids below belong to PostgreSQL itself.
_FIRST_OWN = 16384
# Left out: what an extension brought (e), and what comes with another object (i): the cast from a
# range to its multirange, say.
_OWN = """
SELECT EXISTS (
    SELECT FROM pg_catalog.{catalog} o
    WHERE {condition}
      AND NOT EXISTS (
          SELECT FROM pg_catalog.pg_depend d
          WHERE d.classid = '{catalog}'::regclass AND d.objid = o.oid AND d.deptype IN ('e', 'i')
      )
)
"""
_COMMENTED = (
    "EXISTS (SELECT FROM pg_catalog.pg_description c"
    " WHERE c.classoid = 'pg_class'::regclass AND c.objoid = o.oid)"
)
_HERE = "IN (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = ANY ($1::text[]))"
_ALWAYS = f"o.oid >= {_FIRST_OWN}"
# By kind: the catalog, and which of its rows count.
_UNREAD = {
    "base types": ("pg_type", f"o.typtype = 'b' AND o.typelem = 0 AND o.typnamespace {_HERE}"),
    "casts": ("pg_cast", _ALWAYS),
    "collations": ("pg_collation", f"o.collnamespace {_HERE}"),
    "conversions": ("pg_conversion", f"o.connamespace {_HERE}"),
    "event triggers": ("pg_event_trigger", _ALWAYS),
    "foreign servers": ("pg_foreign_server", _ALWAYS),
    "languages": ("pg_language", _ALWAYS),
    "operators": ("pg_operator", f"o.oprnamespace {_HERE}"),
    "operator classes": ("pg_opclass", f"o.opcnamespace {_HERE}"),
    "operator families": ("pg_opfamily", f"o.opfnamespace {_HERE}"),
    "publications": ("pg_publication", _ALWAYS),
    "text search configurations": ("pg_ts_config", f"o.cfgnamespace {_HERE}"),
    "text search dictionaries": ("pg_ts_dict", f"o.dictnamespace {_HERE}"),
    "default privileges": ("pg_default_acl", _ALWAYS),
    "grants on tables": ("pg_class", f"o.relacl IS NOT NULL AND o.relnamespace {_HERE}"),
    "grants on functions": ("pg_proc", f"o.proacl IS NOT NULL AND o.pronamespace {_HERE}"),
    "comments on tables and columns": ("pg_class", f"{_COMMENTED} AND o.relnamespace {_HERE}"),
}


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


async def kinds_unread(
    connection: "asyncpg.Connection[Any]", *, schemas: Sequence[str]
) -> tuple[str, ...]:
    """Return the kinds of objects in some schemas that no snapshot reads, if there are any.

    Args:
        connection: to the database; only read.
        schemas: the schemas' names.

    """
    questions = ", ".join(
        f"({_OWN.format(catalog=catalog, condition=condition)})"
        for catalog, condition in _UNREAD.values()
    )
    row = await connection.fetchrow(f"SELECT {questions}", list(schemas))
    assert row is not None  # noqa: S101 - a SELECT without FROM has one row
    return tuple(kind for kind, there in zip(_UNREAD, row.values(), strict=True) if there)
