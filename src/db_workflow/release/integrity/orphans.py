"""Orphans: rows whose foreign key leads nowhere, counted by query whatever the catalog says."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from db_workflow.release.integrity.promises import OWN
from db_workflow.release.integrity.result import Fault

if TYPE_CHECKING:
    import asyncpg

# The copies that partitions have of their table's keys are looked at through the table. Columns and
# operators in the order of the key; the operators are PostgreSQL's choice for just these columns.
_KEYS = f"""
SELECT format('%I.%I', n.nspname, r.relname) AS child, r.relkind = 'p' AS child_partitioned,
    format('%I.%I', pn.nspname, p.relname) AS parent, p.relkind = 'p' AS parent_partitioned,
    quote_ident(c.conname) AS name, c.convalidated AS validated,
    c.confmatchtype = 'f' AS match_full,
    coalesce((to_jsonb(c) ->> 'conperiod')::boolean, false) AS period, k.*
FROM pg_catalog.pg_constraint c
JOIN pg_catalog.pg_class r ON r.oid = c.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
JOIN pg_catalog.pg_class p ON p.oid = c.confrelid
JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
CROSS JOIN LATERAL (
    SELECT array_agg(quote_ident(a.attname) ORDER BY u.place) AS columns,
        array_agg(quote_ident(b.attname) ORDER BY u.place) AS referenced,
        array_agg(format('OPERATOR(%I.%s)', o_n.nspname, o.oprname) ORDER BY u.place) AS operators
    FROM unnest(c.conkey, c.confkey, c.conpfeqop) WITH ORDINALITY AS u (mine, theirs, op, place)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = u.mine
    JOIN pg_catalog.pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = u.theirs
    JOIN pg_catalog.pg_operator o ON o.oid = u.op
    JOIN pg_catalog.pg_namespace o_n ON o_n.oid = o.oprnamespace
) k
WHERE c.contype = 'f' AND c.conparentid = 0
    AND coalesce((to_jsonb(c) ->> 'conenforced')::boolean, true) AND {OWN}
ORDER BY 1, 5"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """One foreign key; every name is printed as SQL would need it.

    Attributes:
        name: of the constraint.
        child: the table that refers.
        parent: the table that is referred to.
        condition: what is true of an orphan `c`.
        validated: whether the catalog says that every row has been checked.

    """

    name: str
    child: str
    parent: str
    condition: str
    validated: bool

    @property
    def label(self) -> str:
        """What a person calls it."""
        return f"{self.child.removeprefix('ONLY ')} {self.name}"


async def foreign_keys(connection: "asyncpg.Connection[Any]") -> list[ForeignKey]:
    """Return every foreign key that is enforced."""
    return [_foreign_key(row) for row in await connection.fetch(_KEYS)]


async def orphans(connection: "asyncpg.Connection[Any]", key: ForeignKey) -> Fault | None:
    """Count the rows of one foreign key that lead nowhere; None if every row has its parent."""
    source = f"FROM {key.child} AS c WHERE {key.condition}"
    count = await connection.fetchval(f"SELECT count(*) {source}")
    if not count:
        return None
    claimed = "though the constraint is marked as valid" if key.validated else "it is NOT VALID"
    rows = "1 row refers" if count == 1 else f"{count:,} rows refer"
    return Fault(
        "orphans",
        key.label,
        f"{key.label}: {rows} to what is not in {key.parent.removeprefix('ONLY ')}; {claimed}",
        f"they are shown by: SELECT c.* {source}",
    )


def _foreign_key(row: "asyncpg.Record") -> ForeignKey:
    """Look where PostgreSQL's own check looks: at a table's partitions, at no heir's rows."""
    child = row["child"] if row["child_partitioned"] else f"ONLY {row['child']}"
    parent = row["parent"] if row["parent_partitioned"] else f"ONLY {row['parent']}"
    condition = _leads_nowhere(row, parent)
    columns = row["columns"]
    if row["match_full"] and len(columns) > 1:
        some = f"num_nulls({', '.join(f'c.{name}' for name in columns)}) BETWEEN 1 AND"
        condition = f"({some} {len(columns) - 1} OR {condition})"
    return ForeignKey(row["name"], child, parent, condition, row["validated"])


def _leads_nowhere(row: "asyncpg.Record", parent: str) -> str:
    columns, referenced, operators = row["columns"], row["referenced"], row["operators"]
    given = " AND ".join(f"c.{name} IS NOT NULL" for name in columns)
    same = _same(columns, referenced, operators)
    if not row["period"]:
        return f"({given} AND NOT EXISTS (SELECT FROM {parent} AS p WHERE {same}))"
    # A period is covered by all of the parent's periods together.
    covered = f"SELECT pg_catalog.range_agg(p.{referenced[-1]}) FROM {parent} AS p WHERE {same}"  # noqa: S608 - quoted names
    return f"({given} AND NOT coalesce(c.{columns[-1]} <@ ({covered}), false))"


def _same(columns: Sequence[str], referenced: Sequence[str], operators: Sequence[str]) -> str:
    pairs = zip(columns, referenced, operators, strict=True)
    return " AND ".join(f"p.{theirs} {operator} c.{mine}" for mine, theirs, operator in pairs)
