"""Proving what was loaded before it is committed: counts, foreign keys, rows as in the files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

from db_workflow.connection import quoted
from db_workflow.errors import TestDataError
from db_workflow.testdata.digests import table_digest
from db_workflow.testdata.seeding.merge import Merge
from db_workflow.testdata.seeding.staging import listed
from db_workflow.testdata.structure import TableStructure


@dataclass(frozen=True, slots=True)
class Proven:
    """What a table holds, as it was found after loading.

    Attributes:
        count: how many rows.
        digest: of them, see `digests.table_digest`.
        changed: rows of the generated file that triggers made other ones.

    """

    count: int
    digest: str
    changed: int


async def verify(merge: Merge, tables: Sequence[TableStructure]) -> dict[str, Proven]:
    """Prove that every table holds what its file says. Returns what each holds.

    Raises:
        TestDataError: rows are not what the files say, although no trigger changes any; or a row
            refers to nothing.

    """
    await _require_references(merge.connection, tables)
    # Rows are read in the order in which they lie, from the first.
    await merge.connection.execute("SET LOCAL synchronize_seqscans = off")
    proven = {table.name: await _prove(merge, table) for table in tables}
    wrong = {name: found.changed for name, found in proven.items() if found.changed}
    if wrong and not any(traits.triggers for traits in merge.traits.values()):
        told = ", ".join(f"{count:,} of {name}" for name, count in wrong.items())
        raise TestDataError(
            f"Rows that were loaded are not what the generated files say: {told}.",
            why="the server wrote other values than it was sent, and no trigger of the tables would"
            " do that",
            next="invoke generate; if that does not help, look at the types of those tables",
            data={"tables": wrong},
        )
    return proven


async def _prove(merge: Merge, table: TableStructure) -> Proven:
    count, digest = await table_digest(merge.connection, table)
    sent = merge.sent.get(table.name)
    if sent is None and table.name not in merge.stages:
        return Proven(count, digest, 0)  # it has no generated rows
    if digest == sent or await _lies_as_sent(merge, table, sent):
        return Proven(count, digest, 0)
    return Proven(count, digest, await _changed(merge, table))


async def _lies_as_sent(merge: Merge, table: TableStructure, sent: str | None) -> bool:
    """Tell whether the rows lie in the file's order, where that is not the order of their key."""
    if sent is None:
        return False
    return (await table_digest(merge.connection, table, sorted_=False))[1] == sent


async def _changed(merge: Merge, table: TableStructure) -> int:
    """Count the staged rows that the table does not hold, value by value."""
    stage = await merge.stage(table.name)
    texts = f"SELECT ROW({listed(table.written)})::text FROM"
    count: int = await merge.connection.fetchval(
        f"SELECT count(*) FROM ({texts} {stage.name} EXCEPT ALL {texts} {table.source}) AS missing"  # noqa: S608 - quoted names
    )
    return count


async def _require_references(
    connection: "asyncpg.Connection[Any]", tables: Sequence[TableStructure]
) -> None:
    """Ask once more, over whole sets, whether each row refers to one that is there.

    The server has asked with each row, unless its triggers were switched off for this database,
    this account or these tables.
    """
    found = await connection.fetch(_REFERENCES, [table.sql for table in tables])
    if not found:
        return
    queries = " UNION ALL ".join(_torn(place, row) for place, row in enumerate(found))
    wrong = await connection.fetch(f"SELECT place, rows FROM ({queries}) AS q WHERE rows > 0")  # noqa: S608 - quoted names
    if wrong:
        told = [_told(found[row["place"]], row["rows"]) for row in wrong]
        raise TestDataError(
            "Rows refer to rows that are not there:\n" + "\n".join(f"  - {text}" for text in told),
            why="the server let them in: its foreign keys are switched off"
            " (session_replication_role, or ALTER TABLE … DISABLE TRIGGER)",
            next="switch them on again, and mend those rows",
            data={"problems": told},
        )


def _torn(place: int, row: Mapping[str, Any]) -> str:
    """Return a query that counts the rows of a table that refer to nothing."""
    pairs = zip(row["target_columns"], row["operators"], row["columns"], strict=True)
    there = " AND ".join(
        f"p.{quoted(target)} {operator} c.{quoted(column)}" for target, operator, column in pairs
    )
    full = " AND ".join(f"c.{quoted(column)} IS NOT NULL" for column in row["columns"])
    return (
        f"SELECT {place} AS place, count(*) AS rows FROM {row['source']} AS c"  # noqa: S608 - quoted names
        f" WHERE {full} AND NOT EXISTS (SELECT FROM {row['target']} AS p WHERE {there})"
    )


def _told(row: Mapping[str, Any], rows: int) -> str:
    columns = ", ".join(row["columns"])
    return f"{rows:,} of {row['relation']} ({columns}) by {row['name']} to {row['target_relation']}"


# Those that are no equalities (PERIOD, since PostgreSQL 18) or not enforced are left to the server.
_REFERENCES = """
SELECT f.conname AS name, f.conrelid::regclass::text AS relation,
       f.confrelid::regclass::text AS target_relation,
       CASE WHEN c.relkind = 'p' THEN '' ELSE 'ONLY ' END
           || format('%I.%I', cn.nspname, c.relname) AS source,
       CASE WHEN p.relkind = 'p' THEN '' ELSE 'ONLY ' END
           || format('%I.%I', pn.nspname, p.relname) AS target,
       ARRAY(SELECT a.attname::text FROM unnest(f.conkey) WITH ORDINALITY AS k(attnum, place)
             JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.attnum
             ORDER BY k.place) AS columns,
       ARRAY(SELECT a.attname::text FROM unnest(f.confkey) WITH ORDINALITY AS k(attnum, place)
             JOIN pg_attribute a ON a.attrelid = f.confrelid AND a.attnum = k.attnum
             ORDER BY k.place) AS target_columns,
       ARRAY(SELECT format('OPERATOR(%I.%s)', n.nspname, o.oprname)
             FROM unnest(f.conpfeqop) WITH ORDINALITY AS k(operator, place)
             JOIN pg_operator o ON o.oid = k.operator
             JOIN pg_namespace n ON n.oid = o.oprnamespace ORDER BY k.place) AS operators
FROM pg_constraint f
JOIN pg_class c ON c.oid = f.conrelid JOIN pg_namespace cn ON cn.oid = c.relnamespace
JOIN pg_class p ON p.oid = f.confrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
WHERE f.contype = 'f' AND f.conparentid = 0
  AND f.conrelid IN (SELECT unnest($1::text[])::regclass)
  AND NOT coalesce((to_jsonb(f) ->> 'conperiod')::boolean, false)
  AND coalesce((to_jsonb(f) ->> 'conenforced')::boolean, true)
ORDER BY f.conrelid, f.conname COLLATE "C"
"""
