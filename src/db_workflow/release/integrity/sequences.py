"""Sequences that are behind their column: the next INSERT takes a number that a row has."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from db_workflow.release.integrity.promises import OWN
from db_workflow.release.integrity.result import Fault

if TYPE_CHECKING:
    import asyncpg

# A sequence feeds the column that owns it (serial, identity), and every column whose default
# names it. Only columns that hold numbers can be compared with one.
_SEQUENCES = f"""
WITH feeds AS (
    SELECT d.objid AS sequence, d.refobjid AS relation, d.refobjsubid AS number
    FROM pg_catalog.pg_depend d
    WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
        AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
    UNION
    SELECT d.refobjid, f.adrelid, f.adnum
    FROM pg_catalog.pg_depend d
    JOIN pg_catalog.pg_attrdef f ON f.oid = d.objid
    WHERE d.classid = 'pg_attrdef'::regclass AND d.refclassid = 'pg_class'::regclass
)
SELECT format('%I.%I', sn.nspname, s.relname) AS name,
    format('%I.%I', n.nspname, r.relname) AS source,
    quote_ident(a.attname) AS column_name, q.seqincrement AS step
FROM feeds f
JOIN pg_catalog.pg_sequence q ON q.seqrelid = f.sequence AND NOT q.seqcycle
JOIN pg_catalog.pg_class s ON s.oid = f.sequence
JOIN pg_catalog.pg_namespace sn ON sn.oid = s.relnamespace
JOIN pg_catalog.pg_class r ON r.oid = f.relation AND r.relkind IN ('r', 'p')
JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = f.relation AND a.attnum = f.number
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid AND t.typcategory = 'N'
WHERE NOT r.relispartition AND {OWN}
ORDER BY 1, 2, 3"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class Feed:
    """A sequence and one column that it feeds; every name is printed as SQL would need it."""

    name: str
    source: str
    column: str
    step: int


async def sequences(connection: "asyncpg.Connection[Any]") -> list[Feed]:
    """Return every sequence with the columns that it feeds; those that begin again are left out."""
    return [Feed(*row) for row in await connection.fetch(_SEQUENCES)]


async def behind(connection: "asyncpg.Connection[Any]", feed: Feed) -> Fault | None:
    """Compare a sequence with its column; None if its next number is free.

    The column is read first: a sequence only moves on, so what others insert meanwhile is no harm.
    """
    furthest = "max" if feed.step > 0 else "min"
    taken = await connection.fetchval(
        f"SELECT {furthest}({feed.column})::numeric FROM {feed.source}"  # noqa: S608 - quoted names
    )
    row = await connection.fetchrow(
        f"SELECT last_value, is_called FROM {feed.name}"  # noqa: S608 - quoted names
    )
    assert row is not None  # noqa: S101 - a sequence has exactly one row
    coming = row["last_value"] + (feed.step if row["is_called"] else 0)
    if taken is None or (taken < coming if feed.step > 0 else taken > coming):
        return None
    place = f"{feed.source}.{feed.column}"
    name = feed.name.replace("'", "''")
    furthest_row = f"SELECT {furthest}({feed.column}) FROM {feed.source}"  # noqa: S608 - quoted names
    return Fault(
        "sequence behind",
        f"{feed.source} {feed.name}",
        f"{feed.name} is behind {place}: a number that it will give is taken",
        f"SELECT setval('{name}', ({furthest_row}))",
    )
