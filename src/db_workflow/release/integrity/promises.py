"""What the catalog itself admits: constraints that nobody checked, indexes that nobody uses."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from db_workflow.release.integrity.result import Fault
from db_workflow.state import HOME

if TYPE_CHECKING:
    import asyncpg

# Of a namespace `n`: somebody's own, and not the workflow's.
OWN = f"n.nspname NOT IN ('information_schema', '{HOME}') AND n.nspname NOT LIKE 'pg\\_%'"
# A constraint of a domain has no table. Before PostgreSQL 18 every constraint is enforced.
_CONSTRAINTS = f"""
SELECT CASE WHEN r.oid IS NULL THEN format_type(c.contypid, NULL)
        ELSE format('%I.%I', n.nspname, r.relname) END AS owner,
    quote_ident(c.conname) AS name, r.oid IS NULL AS of_domain, c.convalidated AS validated,
    coalesce((to_jsonb(c) ->> 'conenforced')::boolean, true) AS enforced
FROM pg_catalog.pg_constraint c
JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace
LEFT JOIN pg_catalog.pg_class r ON r.oid = c.conrelid
WHERE {OWN} ORDER BY 1, 2"""  # noqa: S608 - constants
_INDEXES = f"""
SELECT format('%I.%I', n.nspname, t.relname) AS owner,
    format('%I.%I', n.nspname, x.relname) AS name,
    i.indisvalid AND i.indisready AND i.indislive AS valid, x.relkind = 'I' AS partitioned
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
JOIN pg_catalog.pg_namespace n ON n.oid = x.relnamespace
WHERE {OWN} ORDER BY 1, 2"""  # noqa: S608 - constants
# PostgreSQL's own triggers are those that enforce foreign keys; "O" is how they are made.
_TRIGGERS = f"""
SELECT format('%I.%I', n.nspname, r.relname) AS owner, quote_ident(c.conname) AS name,
    quote_ident(t.tgname) AS trigger
FROM pg_catalog.pg_trigger t
JOIN pg_catalog.pg_class r ON r.oid = t.tgrelid
JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
JOIN pg_catalog.pg_constraint c ON c.oid = t.tgconstraint
WHERE t.tgisinternal AND t.tgenabled IN ('D', 'R') AND {OWN} ORDER BY 1, 2, 3"""  # noqa: S608 - constants


async def constraints(
    connection: "asyncpg.Connection[Any]",
) -> tuple[int, list[Fault], list[str]]:
    """Return how many constraints there are, those never validated, and what is not enforced."""
    rows = await connection.fetch(_CONSTRAINTS)
    faults = [_unvalidated(row) for row in rows if row["enforced"] and not row["validated"]]
    notes = [
        f"{row['owner']} {row['name']} is NOT ENFORCED: nobody promises that rows obey it"
        for row in rows
        if not row["enforced"]
    ]
    return len(rows), faults, notes


def _unvalidated(row: "asyncpg.Record") -> Fault:
    kind = "DOMAIN" if row["of_domain"] else "TABLE"
    return Fault(
        "unvalidated constraint",
        f"{row['owner']} {row['name']}",
        f"{row['name']} of {row['owner']} is NOT VALID: rows that were there before it have never"
        " been checked",
        f"ALTER {kind} {row['owner']} VALIDATE CONSTRAINT {row['name']}",
    )


async def indexes(connection: "asyncpg.Connection[Any]") -> tuple[int, list[Fault]]:
    """Return how many indexes there are, and the INVALID ones."""
    rows = await connection.fetch(_INDEXES)
    return len(rows), [_invalid(row) for row in rows if not row["valid"]]


def _invalid(row: "asyncpg.Record") -> Fault:
    mend = f"REINDEX INDEX CONCURRENTLY {row['name']}"
    if row["partitioned"]:
        mend = f"attach an index of every partition to {row['name']}"
    return Fault(
        "invalid index",
        f"{row['owner']} {row['name']}",
        f"{row['name']} on {row['owner']} is INVALID: no query uses it, and if it is unique it"
        " keeps no row out that was there before",
        mend,
    )


async def switched_off(connection: "asyncpg.Connection[Any]") -> list[Fault]:
    """Return the foreign keys whose triggers are switched off: valid, and enforced by nobody."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in await connection.fetch(_TRIGGERS):
        found.setdefault((row["owner"], row["name"]), []).append(row["trigger"])
    return list(_switched_off(found))


def _switched_off(found: dict[tuple[str, str], list[str]]) -> Iterator[Fault]:
    for owner, name in found:
        yield Fault(
            "switched-off trigger",
            f"{owner} {name}",
            f"{name} is not enforced on {owner}: its triggers are switched off there",
            f"ALTER TABLE {owner} ENABLE TRIGGER ALL",
        )
