"""What keeps two rows of a table from standing side by side, as the server checks it.

Every unique index and every exclusion constraint: their keys, their conditions, and the very
operators that they compare with, whatever `=` would mean here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

from db_workflow.connection import quoted
from db_workflow.testdata.structure import TableStructure


@dataclass(frozen=True, slots=True)
class Key:
    """One unique index or exclusion constraint.

    Attributes:
        name: its name.
        constraint: the name as a constraint in quotes, with its schema; empty if it is an index
            alone.
        exprs: columns or expressions, as PostgreSQL prints them: with bare column names.
        operators: for each of them, what is true of two rows that conflict.
        predicate: of which rows it speaks; None: of all.
        equality: whether the operators are equalities, so that conflicting rows form groups.
        nulls_equal: whether two NULLs conflict.
        immediate: whether it is checked with each row; otherwise ON CONFLICT knows nothing of it.

    """

    name: str
    constraint: str
    exprs: tuple[str, ...]
    operators: tuple[str, ...]
    predicate: str | None
    equality: bool
    nulls_equal: bool
    immediate: bool

    @property
    def columns(self) -> tuple[str, ...]:
        """The names that the expressions have in `keyed`."""
        return tuple(f"db_workflow_key_{place}" for place in range(len(self.exprs)))

    def keyed(self, source: str) -> str:
        """Return a subquery of the rows that this speaks of, with its keys as columns.

        In there, the bare names of its expressions are those of the source's columns.
        """
        named = zip(self.exprs, self.columns, strict=True)
        keys = ", ".join(f"({expression}) AS {name}" for expression, name in named)
        where = f" WHERE {self.predicate}" if self.predicate else ""
        return f"(SELECT *, {keys} FROM {source}{where})"  # noqa: S608 - PostgreSQL's own printing

    def conflict(self, one: str, other: str) -> str:
        """Return the condition that rows of two aliases of `keyed` conflict."""
        conditions = []
        for name, operator in zip(self.columns, self.operators, strict=True):
            condition = f"{one}.{name} {operator} {other}.{name}"
            if self.nulls_equal:
                both = f"{one}.{name} IS NULL AND {other}.{name} IS NULL"
                condition = f"({condition} OR ({both}))"
            conditions.append(condition)
        return " AND ".join(conditions)


async def read_keys(
    connection: "asyncpg.Connection[Any]", tables: Sequence[TableStructure]
) -> dict[str, tuple[Key, ...]]:
    """Return the keys of tables by the tables' names, the primary key first."""
    rows = await connection.fetch(
        _KEYS, [table.name for table in tables], [table.sql for table in tables]
    )
    found: dict[str, list[Key]] = {table.name: [] for table in tables}
    for row in rows:
        schema, name = row["schema"], row["constraint_name"]
        found[row["table_name"]].append(
            Key(
                row["name"],
                f"{quoted(schema)}.{quoted(name)}" if name else "",
                tuple(row["exprs"]),
                tuple(row["operators"]),
                row["predicate"],
                row["equality"],
                row["nulls_equal"],
                row["immediate"],
            )
        )
    return {name: tuple(keys) for name, keys in found.items()}


# The operators of an exclusion constraint, or of a key WITHOUT OVERLAPS, stand in its constraint;
# those of a unique index are the equalities (strategy 3 of btree) of its operator classes.
# NULLS NOT DISTINCT came with PostgreSQL 15; through jsonb its absence is no error.
_KEYS = """
SELECT t.name AS table_name, c.relname AS name, n.nspname AS schema, k.conname AS constraint_name,
       ARRAY(SELECT pg_get_indexdef(i.indexrelid, place, false)
             FROM generate_series(1, i.indnkeyatts) AS place ORDER BY place) AS exprs,
       CASE WHEN k.conexclop IS NULL THEN ARRAY(
           SELECT format('OPERATOR(%I.%s)', s.nspname, o.oprname)
           FROM unnest(i.indclass[0:i.indnkeyatts - 1]) WITH ORDINALITY AS part(class, place)
           JOIN pg_opclass p ON p.oid = part.class
           JOIN pg_amop a ON a.amopfamily = p.opcfamily AND a.amopstrategy = 3
                AND a.amoplefttype = p.opcintype AND a.amoprighttype = p.opcintype
           JOIN pg_operator o ON o.oid = a.amopopr
           JOIN pg_namespace s ON s.oid = o.oprnamespace ORDER BY part.place)
       ELSE ARRAY(
           SELECT format('OPERATOR(%I.%s)', s.nspname, o.oprname)
           FROM unnest(k.conexclop) WITH ORDINALITY AS part(operator, place)
           JOIN pg_operator o ON o.oid = part.operator
           JOIN pg_namespace s ON s.oid = o.oprnamespace ORDER BY part.place)
       END AS operators,
       k.conexclop IS NULL AS equality,
       pg_get_expr(i.indpred, i.indrelid) AS predicate,
       coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false) AS nulls_equal,
       i.indimmediate AS immediate
FROM unnest($1::text[], $2::text[]) AS t(name, sql)
JOIN pg_index i ON i.indrelid = t.sql::regclass
JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid
     AND k.contype IN ('p', 'u', 'x')
WHERE (i.indisunique OR i.indisexclusion) AND i.indisvalid
ORDER BY t.name COLLATE "C", i.indisprimary DESC, c.relname COLLATE "C"
"""
