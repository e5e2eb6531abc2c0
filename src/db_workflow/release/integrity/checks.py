"""CHECK constraints, evaluated over the rows: all those of a table in one reading of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import asyncpg

from db_workflow.release.integrity.promises import OWN
from db_workflow.release.integrity.result import Fault

if TYPE_CHECKING:
    from collections.abc import Mapping

# What a table inherits, its parent's rows include; a foreign table's is the other server's matter.
_CHECKS = f"""
SELECT CASE WHEN c.connoinherit THEN 'ONLY ' ELSE '' END
    || format('%I.%I', n.nspname, r.relname) AS source, quote_ident(c.conname) AS name,
    pg_catalog.pg_get_expr(c.conbin, c.conrelid) AS expression
FROM pg_catalog.pg_constraint c
JOIN pg_catalog.pg_class r ON r.oid = c.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
WHERE c.contype = 'c' AND c.coninhcount = 0 AND r.relkind IN ('r', 'p')
    AND coalesce((to_jsonb(c) ->> 'conenforced')::boolean, true) AND {OWN}
ORDER BY 1, 2"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class Check:
    """One CHECK constraint: its name, and its expression as PostgreSQL prints it."""

    name: str
    expression: str


async def checks(connection: "asyncpg.Connection[Any]") -> "Mapping[str, list[Check]]":
    """Return every CHECK constraint that is enforced, by what to select from."""
    found: dict[str, list[Check]] = {}
    for source, name, expression in await connection.fetch(_CHECKS):
        found.setdefault(source, []).append(Check(name, expression))
    return found


async def violations(
    connection: "asyncpg.Connection[Any]", source: str, wanted: Sequence[Check]
) -> list[Fault]:
    """Count the rows of a table that break its CHECK constraints."""
    counted = ", ".join(f"count(*) FILTER (WHERE NOT ({one.expression}))" for one in wanted)
    try:
        row = await connection.fetchrow(f"SELECT {counted} FROM {source}")  # noqa: S608 - quoted names
    except asyncpg.PostgresError as error:
        if len(wanted) == 1:
            return [_failed(source, wanted[0], error)]
        every = [await violations(connection, source, [one]) for one in wanted]
        return [fault for faults in every for fault in faults]
    assert row is not None  # noqa: S101 - an aggregate always gives a row
    return [_violated(source, one, count) for one, count in zip(wanted, row, strict=True) if count]


def _violated(source: str, one: Check, count: int) -> Fault:
    table = source.removeprefix("ONLY ")
    rows = "1 row breaks" if count == 1 else f"{count:,} rows break"
    return Fault(
        "violated check",
        f"{table} {one.name}",
        f"{table} {one.name}: {rows} it",
        f"they are shown by: SELECT * FROM {source} WHERE NOT ({one.expression})",  # noqa: S608 - quoted names
    )


def _failed(source: str, one: Check, error: asyncpg.PostgresError) -> Fault:
    table = source.removeprefix("ONLY ")
    # The server's message may hold what the expression met in a row.
    return Fault(
        "not readable",
        f"{table} {one.name}",
        f"{table} {one.name} cannot be evaluated over its rows (SQLSTATE {error.sqlstate})",
        f"look at what it calls: {one.expression}",
    )
