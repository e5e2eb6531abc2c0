"""Enum values that no row has: left over, or never taken up. To be known, and no fault."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from db_workflow.release.integrity.promises import OWN

if TYPE_CHECKING:
    import asyncpg

_ENUMS = f"""
SELECT t.oid, format('%I.%I', n.nspname, t.typname) AS name,
    (SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e
     WHERE e.enumtypid = t.oid) AS labels
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE t.typtype = 'e' AND {OWN} ORDER BY 2"""  # noqa: S608 - constants
# A column has it as it is, as an array, or through a domain on either.
_COLUMNS = f"""
WITH RECURSIVE like_it AS (
    SELECT $1::oid AS oid, false AS many
    UNION
    SELECT t.oid, l.many OR t.typelem = l.oid
    FROM pg_catalog.pg_type t JOIN like_it l
        ON (t.typtype = 'd' AND t.typbasetype = l.oid)
        OR (t.typelem = l.oid AND t.typcategory = 'A')
)
SELECT format('%I.%I', n.nspname, r.relname) AS source, quote_ident(a.attname) AS name, l.many
FROM like_it l
JOIN pg_catalog.pg_attribute a ON a.atttypid = l.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_class r ON r.oid = a.attrelid AND r.relkind IN ('r', 'p')
    AND NOT r.relispartition
JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
WHERE {OWN} ORDER BY 1, 2"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class EnumType:
    """An enum type: its oid, its name as SQL would need it, its labels in order."""

    oid: int
    name: str
    labels: tuple[str, ...]


async def enums(connection: "asyncpg.Connection[Any]") -> list[EnumType]:
    """Return every enum type that has labels."""
    rows = await connection.fetch(_ENUMS)
    return [
        EnumType(row["oid"], row["name"], tuple(row["labels"])) for row in rows if row["labels"]
    ]


async def unused(connection: "asyncpg.Connection[Any]", kind: EnumType) -> str | None:
    """Return which labels no row has, in a sentence; None if every one is in use."""
    columns = await connection.fetch(_COLUMNS, kind.oid)
    if not columns:
        return f"enum {kind.name}: no column has it"
    left = dict.fromkeys(kind.labels)
    for source, column, many in columns:
        value = f"unnest({column})" if many else column
        rows = await connection.fetch(f"SELECT DISTINCT {value}::text FROM {source}")  # noqa: S608 - quoted names
        for (label,) in rows:
            left.pop(label, None)
    if not left:
        return None
    places = ", ".join(f"{source}.{column}" for source, column, _ in columns)
    return f"enum {kind.name}: no row has {', '.join(map(repr, left))} ({places})"
