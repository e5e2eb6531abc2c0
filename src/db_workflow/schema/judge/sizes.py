"""How big tables are, as the server estimates it: no table is read."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from db_workflow.schema.run.measured import is_big
from db_workflow.settings import Settings

if TYPE_CHECKING:
    import asyncpg

# A table that was never analysed has -1 rows, or before PostgreSQL 14 none: unknown, unless it has
# no pages. A partitioned table holds its partitions' rows.
_SIZES = """
WITH wanted AS (
    SELECT DISTINCT ON (w.place) w.place, c.oid, c.relkind, n.nspname, c.relname
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS w (space, name, place)
    JOIN pg_catalog.pg_class c ON c.relname = w.name AND c.relkind IN ('r', 'p', 'm', 'f')
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        AND n.nspname = ANY (CASE WHEN w.space IS NULL THEN $3::text[] ELSE ARRAY[w.space] END)
    ORDER BY w.place, array_position($3::text[], n.nspname::text)
)
SELECT w.place, format('%I.%I', w.nspname, w.relname) AS name, s.rows, s.bytes
FROM wanted w
CROSS JOIN LATERAL (
    SELECT sum(
        CASE
            WHEN pg_relation_size(p.oid) = 0 THEN 0
            WHEN p.reltuples > 0 OR (p.reltuples = 0 AND p.relpages > 0) THEN p.reltuples
        END
    )::bigint AS rows, sum(pg_total_relation_size(p.oid))::bigint AS bytes
    FROM pg_catalog.pg_class p
    WHERE p.oid = w.oid
       OR (w.relkind = 'p' AND p.oid IN (SELECT t.relid FROM pg_partition_tree(w.oid) t))
) s
ORDER BY w.place
"""


@dataclass(frozen=True, slots=True)
class TableSize:
    """A table that exists.

    Attributes:
        name: qualified and printed as SQL would need it.
        rows: as last estimated; None if nobody knows.
        bytes: with indexes and large values.
        big: whether work on it takes long enough to be planned for.

    """

    name: str
    rows: int | None
    bytes: int
    big: bool


async def table_sizes(
    connection: "asyncpg.Connection[Any]",
    names: Collection[tuple[str | None, str]],
    *,
    settings: Settings,
) -> dict[tuple[str | None, str], TableSize]:
    """Return the tables among some names; what is no table is left out.

    Args:
        connection: to the database; only read.
        names: (schema or None, name); without a schema those of the settings are searched.
        settings: for the schemas, and for what counts as big.

    """
    wanted = list(names)
    spaces: Sequence[str] = [*settings.schemas, *({"public"} - set(settings.schemas))]
    rows = await connection.fetch(
        _SIZES, [space for space, _ in wanted], [name for _, name in wanted], spaces
    )
    return {
        wanted[row["place"] - 1]: TableSize(
            row["name"], row["rows"], row["bytes"], is_big(dict(row), settings=settings)
        )
        for row in rows
    }
