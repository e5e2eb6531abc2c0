"""Which tables hold something that was committed, and whether the schema is another."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import asyncpg

_TABLES = """
SELECT CASE WHEN pg_table_is_visible(c.oid) THEN relname ELSE nspname || '.' || relname END AS name,
    format('%I.%I', nspname, relname) AS sql
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace
WHERE relkind IN ('r', 'm') AND relpersistence <> 't' AND relispopulated
  AND nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%'
ORDER BY 1
"""
# What a schema is made of. What only statistics and vacuum write is not among them, and each
# session that makes a temporary table adds a namespace for good.
_CATALOGS = {
    name: f"pg_catalog.{name}"
    for name in (
        "pg_attrdef",
        "pg_attribute",
        "pg_class",
        "pg_constraint",
        "pg_enum",
        "pg_index",
        "pg_policy",
        "pg_proc",
        "pg_rewrite",
        "pg_sequence",
        "pg_trigger",
        "pg_type",
    )
} | {"pg_namespace": "pg_catalog.pg_namespace WHERE nspname NOT LIKE 'pg\\_%temp\\_%'"}


@dataclass(frozen=True, slots=True)
class Count:
    """A relation's rows: how many there are, and how many a given transaction has written."""

    rows: int
    written: int


@dataclass(frozen=True, slots=True)
class Contents:
    """What each table and each catalog of a database holds, by name."""

    tables: Mapping[str, Count]
    catalogs: Mapping[str, Count]


async def read_contents(
    connection: "asyncpg.Connection[Any]", committed: Collection[int] = ()
) -> Contents:
    """Count the rows; those that the transactions `committed` have written are counted apart.

    Raises:
        asyncpg.LockNotAvailableError: somebody has locked a table.

    """
    tables = {row["name"]: row["sql"] for row in await connection.fetch(_TABLES)}
    relations = [*tables.values(), *_CATALOGS.values()]
    rows = await connection.fetch(
        " UNION ALL ".join(
            f"(SELECT {index}, count(*), count(*) FILTER (WHERE xmin::text = ANY ($1::text[]))"  # noqa: S608 - names that format() has quoted
            f" FROM {sql})"
            for index, sql in enumerate(relations)
        ),
        [str(number % 2**32) for number in committed],  # a row keeps the lower half only
    )
    counts = [Count(all_, written) for _, all_, written in sorted(map(tuple, rows))]
    return Contents(
        dict(zip(tables, counts, strict=False)),
        dict(zip(_CATALOGS, counts[len(tables) :], strict=True)),
    )


def changes(before: Contents, after: Contents) -> list[str]:
    """Return in words what has been committed; `after` counts apart what is to be looked at."""
    names = sorted(before.tables.keys() | after.tables.keys())
    found = [_change(name, before.tables.get(name), after.tables.get(name)) for name in names]
    changed = [text for text in found if text]
    catalogs = [
        name for name in _CATALOGS if _change(name, before.catalogs[name], after.catalogs[name])
    ]
    # TRUNCATE gives a table another file, which is all that pg_class has to say of it.
    if catalogs and not (changed and catalogs == ["pg_class"]):
        changed.append(f"the schema: {', '.join(catalogs)}")
    return changed


def _change(name: str, before: Count | None, after: Count | None) -> str:
    if before is None or after is None:
        return f"{name}: the table is {'new' if before is None else 'gone'}"
    if more := after.rows - before.rows:
        return f"{name}: {_rows(abs(more))} {'more' if more > 0 else 'fewer'}"
    return f"{name}: {_rows(after.written)} written" if after.written else ""


def _rows(number: int) -> str:
    return f"{number:,} row{'' if number == 1 else 's'}"
