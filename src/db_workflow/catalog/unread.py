"""Kinds of things that no snapshot reads: whether there are any, so that it can be said."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from db_workflow.catalog.own import ELSEWHERE, FIRST_OWN, OWNED_SEQUENCE, by_itself

if TYPE_CHECKING:
    import asyncpg

_ALWAYS = f"o.oid >= {FIRST_OWN}"
_HERE = "IN (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = ANY ($1::text[]))"
_VIEW = "SELECT FROM pg_catalog.pg_class v WHERE v.oid = {} AND v.relkind IN ('v', 'm')"
# Of an index: that it is a constraint's.
_KEY = (
    "EXISTS (SELECT FROM pg_catalog.pg_constraint k"
    " WHERE k.conindid = c.oid AND k.contype IN ('p', 'u', 'x'))"
)
_SEQUENCE_OF_COLUMN = (
    "EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_class'::regclass"
    " AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i'))"
)
# Not those that come with a table or an array's element.
_OWN_TYPE = (
    "(o.typtype IN ('d', 'e', 'r') OR o.typtype = 'b' AND o.typelem = 0 OR EXISTS ("
    "SELECT FROM pg_catalog.pg_class c WHERE c.oid = o.typrelid AND c.relkind = 'c'))"
)
_THIS_DATABASE = "(SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())"


def _any(
    catalog: str, condition: str, *, key: str = "oid", of: str = "", left_out: str = "'e', 'i'"
) -> str:
    """Return the question whether a catalog has rows of somebody's own.

    Args:
        catalog: its rows are called `o`.
        condition: which rows count.
        key: the column that says which object a row is about.
        of: the catalog of that object, if it is another.
        left_out: objects with such dependencies, see `by_itself`.

    """
    return (
        f"EXISTS (SELECT FROM pg_catalog.{catalog} o WHERE {condition}"
        f" AND {by_itself(of or catalog, key=key, left_out=left_out)})"
    )


def _any_column(condition: str) -> str:
    table = (
        f"(SELECT FROM pg_catalog.pg_class c WHERE c.oid = o.attrelid AND c.relnamespace {_HERE})"
    )
    return _any("pg_attribute", f"{condition} AND EXISTS {table}", key="attrelid", of="pg_class")


def _any_index(condition: str) -> str:
    table = (
        f"(SELECT FROM pg_catalog.pg_class c WHERE c.oid = o.indrelid AND c.relnamespace {_HERE})"
    )
    return _any("pg_index", f"{condition} AND EXISTS {table}", key="indrelid", of="pg_class")


def _any_comment(catalog: str, schema: str, condition: str) -> str:
    """Return the question whether there are comments on some rows of a catalog, called `c`."""
    row = f"(SELECT FROM pg_catalog.{catalog} c WHERE c.oid = o.objoid AND {schema} {_HERE}"
    return _any(
        "pg_description",
        f"o.classoid = 'pg_catalog.{catalog}'::regclass AND EXISTS {row} AND ({condition}))",
        key="objoid",
        of=catalog,
        left_out="'e'",
    )


# By kind: the question whether there is any.
_UNREAD = {
    "base types": _any("pg_type", f"o.typtype = 'b' AND o.typelem = 0 AND o.typnamespace {_HERE}"),
    "casts": _any("pg_cast", _ALWAYS),
    "collations": _any("pg_collation", f"o.collnamespace {_HERE}"),
    "conversions": _any("pg_conversion", f"o.connamespace {_HERE}"),
    "event triggers": _any("pg_event_trigger", _ALWAYS),
    "foreign servers": _any("pg_foreign_server", _ALWAYS),
    "languages": _any("pg_language", _ALWAYS),
    "operators": _any("pg_operator", f"o.oprnamespace {_HERE}"),
    "operator classes": _any("pg_opclass", f"o.opcnamespace {_HERE}"),
    "operator families": _any("pg_opfamily", f"o.opfnamespace {_HERE}"),
    "publications": _any("pg_publication", _ALWAYS),
    "text search configurations": _any("pg_ts_config", f"o.cfgnamespace {_HERE}"),
    "text search dictionaries": _any("pg_ts_dict", f"o.dictnamespace {_HERE}"),
    "default privileges": _any("pg_default_acl", _ALWAYS),
    "grants on columns of views": _any_column(
        f"o.attacl IS NOT NULL AND EXISTS ({_VIEW.format('o.attrelid')})"
    ),
    "grants on the row types of tables": _any(
        "pg_type",
        f"o.typacl IS NOT NULL AND o.typtype = 'c' AND NOT {_OWN_TYPE} AND o.typnamespace {_HERE}",
        left_out="'e'",
    ),
    "grants on the database": _any(
        "pg_database", f"o.oid = {_THIS_DATABASE} AND o.datacl IS NOT NULL"
    ),
    "settings of the database": _any(
        "pg_db_role_setting",
        f"o.setdatabase = {_THIS_DATABASE}",
        key="setdatabase",
        of="pg_database",
    ),
    "comments on columns of views and composite types": _any_comment(
        "pg_class",
        "c.relnamespace",
        f"o.objsubid > 0 AND (c.relkind = 'c' OR EXISTS ({_VIEW.format('c.oid')}))",
    ),
    "comments on constraints of domains": _any_comment(
        "pg_constraint", "c.connamespace", "c.contypid <> 0"
    ),
    # What has no place of its own: the index of a constraint, the sequence of a column, what a
    # partition inherits, NOT NULL.
    "comments on parts of columns, constraints and partitions": " OR ".join(
        (
            _any_comment(
                "pg_class",
                "c.relnamespace",
                f"o.objsubid = 0 AND (c.relkind IN ('i', 'I') AND (c.relispartition OR {_KEY})"
                f" OR c.relkind = 'S' AND {_SEQUENCE_OF_COLUMN})",
            ),
            _any_comment(
                "pg_constraint", "c.connamespace", "c.conparentid <> 0 OR c.contype = 'n'"
            ),
        )
    ),
    "the order that CLUSTER keeps": _any_index("o.indisclustered"),
    "options of TOAST tables": _any(
        "pg_class",
        f"o.relnamespace {_HERE} AND EXISTS (SELECT FROM pg_catalog.pg_class t"
        " WHERE t.oid = o.reltoastrelid AND t.reloptions IS NOT NULL)",
    ),
    "functions outside `schemas`": _any("pg_proc", f"o.pronamespace {ELSEWHERE}"),
    "views outside `schemas`": _any("pg_class", f"o.relkind = 'v' AND o.relnamespace {ELSEWHERE}"),
    "sequences outside `schemas`": _any(
        "pg_class", f"o.relkind = 'S' AND NOT {OWNED_SEQUENCE} AND o.relnamespace {ELSEWHERE}"
    ),
    "types outside `schemas`": _any("pg_type", f"{_OWN_TYPE} AND o.typnamespace {ELSEWHERE}"),
}


async def kinds_unread(
    connection: "asyncpg.Connection[Any]", *, schemas: Sequence[str]
) -> tuple[str, ...]:
    """Return what no snapshot reads and is there, in some schemas or around them, by its kind.

    Args:
        connection: to the database; only read.
        schemas: the schemas' names.

    """
    row = await connection.fetchrow(f"SELECT {', '.join(_UNREAD.values())}", list(schemas))
    assert row is not None  # noqa: S101 - a SELECT without FROM has one row
    return tuple(kind for kind, there in zip(_UNREAD, row.values(), strict=True) if there)
