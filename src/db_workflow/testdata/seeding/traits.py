"""What a table does with rows that COPY would not know, or that nobody would expect."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

from db_workflow.testdata.structure import TableStructure


@dataclass(frozen=True, slots=True)
class Traits:
    """What is odd about one table.

    Attributes:
        triggers: whether it has triggers of its own, which may change rows, or write others.
        rules: whether it has rules for INSERT. COPY passes them by, and ON CONFLICT is refused.
        policies: whether row-level security is in force for this account: COPY is refused.

    """

    triggers: bool
    rules: bool
    policies: bool


async def read_traits(
    connection: "asyncpg.Connection[Any]", tables: Sequence[TableStructure]
) -> dict[str, Traits]:
    """Return the traits of tables by their names."""
    names, relations = [table.name for table in tables], [table.sql for table in tables]
    rows = await connection.fetch(_TRAITS, names, relations)
    return {row["name"]: Traits(row["triggers"], row["rules"], row["policies"]) for row in rows}


_TRAITS = """
SELECT t.name,
       EXISTS (SELECT FROM pg_trigger g
               WHERE (g.tgrelid = t.sql::regclass
                      OR g.tgrelid IN (SELECT relid FROM pg_partition_tree(t.sql::regclass)))
                 AND NOT g.tgisinternal AND g.tgenabled <> 'D') AS triggers,
       EXISTS (SELECT FROM pg_rewrite r
               WHERE r.ev_class = t.sql::regclass AND r.ev_type = '3') AS rules,
       row_security_active(t.sql::regclass) AS policies
FROM unnest($1::text[], $2::text[]) AS t(name, sql)
"""
