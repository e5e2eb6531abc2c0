"""The keys along which a subset is closed, in the server's own words.

Read from the catalog rather than from `structure`: keys of single partitions, and references to
them, count as well, and values are compared by the operators that the server's own checks use.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

from db_workflow.connection import quoted
from db_workflow.testdata.declared.tables import Classified
from db_workflow.testdata.declared.virtual_keys import VirtualKey, names

# In `Key.children`: all of them, however many.
ALL = -1


@dataclass(frozen=True, slots=True)
class Relation:
    """What rows stand in: a table, or one partition of it.

    Attributes:
        table: the table.
        sql: what to read.
        within: itself and all that it is a partition of, as OIDs.

    """

    table: str
    sql: str
    within: frozenset[int]


@dataclass(frozen=True, slots=True)
class Key:
    """A foreign key, declared or virtual.

    Attributes:
        table: the table of the rows that refer.
        relation: what of it they stand in: the table, or the partition that has the key.
        source: the same, to read.
        target: the table that they refer to.
        target_relation: what of it: the table, or one partition.
        target_source: the same, to read.
        columns: the columns that refer.
        matches: SQL: the row `t` refers to the row `p`.
        where: SQL: whether the row refers at all; with the table as the nearest, or only, in FROM.
        children: how many rows come along with each that they refer to: None for none, `ALL`.
        inherits: whether both rows are one thing, so that it comes along whole.
        virtual: whether it is TABLE_CONFIG that says so.

    """

    table: str
    relation: int
    source: str
    target: str
    target_relation: int
    target_source: str
    columns: tuple[str, ...]
    matches: str
    where: str = ""
    children: int | None = None
    inherits: bool = False
    virtual: bool = False

    @property
    def partition(self) -> str:
        """The columns that refer, as SQL: equal in rows `t` that refer to the same row."""
        return ", ".join(f"t.{quoted(name)}" for name in self.columns)


@dataclass(frozen=True, slots=True)
class Keys:
    """All keys between the declared tables, and what their rows stand in, by OID."""

    all: tuple[Key, ...]
    relations: Mapping[int, Relation]


async def read_keys(connection: "asyncpg.Connection[Any]", tables: Sequence[Classified]) -> Keys:
    """Return the keys between tables, the declared ones first, and what holds the tables' rows."""
    by_sql = {entry.structure.sql: entry for entry in tables}
    found = await connection.fetch(
        "SELECT name, name::regclass::oid AS oid FROM unnest($1::text[]) AS name", list(by_sql)
    )
    roots = {row["oid"]: by_sql[row["name"]] for row in found}
    oids = {entry.table.name: oid for oid, entry in roots.items()}
    relations = {
        row["oid"]: Relation(
            roots[row["root"]].table.name,
            roots[row["root"]].structure.source if row["oid"] == row["root"] else row["sql"],
            frozenset(row["within"]),
        )
        for row in await connection.fetch(_RELATIONS, list(roots))
    }
    keys = [_declared(row, roots) for row in await connection.fetch(_KEYS, list(roots))]
    entries = {entry.table.name: entry for entry in tables}
    keys += [
        _virtual(entry, key, entries[key.target], oids)
        for entry in tables
        for key in entry.table.references
        if key.target in entries
    ]
    return Keys(tuple(keys), relations)


def _declared(row: asyncpg.Record, roots: Mapping[int, Classified]) -> Key:
    child, parent = roots[row["root"]], roots[row["target_root"]]
    columns = tuple(row["columns"])
    whole = row["relation"] == row["root"]
    shares = (
        child is not parent
        and whole
        and set(columns) == set(child.structure.primary_key)
        and set(row["target_columns"]) == set(parent.structure.primary_key)
    )
    return Key(
        table=child.table.name,
        relation=row["relation"],
        source=child.structure.source if whole else row["sql"],
        target=parent.table.name,
        target_relation=row["target_relation"],
        target_source=(
            parent.structure.source
            if row["target_relation"] == row["target_root"]
            else row["target_sql"]
        ),
        columns=columns,
        matches=row["matches"],
        children=_children(child, columns),
        inherits=shares and child.table.inherits,
    )


def _virtual(
    child: Classified, key: VirtualKey, parent: Classified, oids: Mapping[str, int]
) -> Key:
    return Key(
        table=child.table.name,
        relation=oids[child.table.name],
        source=child.structure.source,
        target=parent.table.name,
        target_relation=oids[parent.table.name],
        target_source=parent.structure.source,
        columns=key.columns,
        matches=" AND ".join(
            _matches(child, here, parent, there)
            for here, there in zip(key.columns, key.target_columns, strict=True)
        ),
        where=key.where,
        children=_children(child, key.columns),
        virtual=True,
    )


def _matches(child: Classified, here: str, parent: Classified, there: str) -> str:
    kinds = {child.structure.columns[here].kind, parent.structure.columns[there].kind}
    # "17" beside 17: what may refer to several tables is often kept as text.
    cast = "::text" if len(kinds) > 1 and "text" in kinds else ""
    return f"p.{quoted(there)}{cast} = t.{quoted(here)}{cast}"


def _children(child: Classified, columns: tuple[str, ...]) -> int | None:
    for given, count in child.table.children_of.items():
        if names(given) == columns:
            return ALL if count is None else count
    return None


_RELATIONS = """
SELECT c.oid, coalesce(tree.root, c.oid) AS root,
       quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS sql,
       coalesce(tree.within, ARRAY[c.oid]) AS within
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN LATERAL (
    SELECT pg_partition_root(c.oid)::oid AS root,
           ARRAY(SELECT relid::oid FROM pg_partition_ancestors(c.oid)) AS within
    WHERE c.relispartition
) tree ON true
WHERE c.relkind IN ('r', 'f') AND coalesce(tree.root, c.oid) = ANY($1::oid[])
"""

# `conpfeqop` are the operators of the server's own checks; for a key with PERIOD the last one is
# "overlaps", so that all rows that cover the period are taken. The server compares by the
# collation of the column that is referred to.
_KEYS = """
SELECT f.conrelid AS relation, coalesce(pg_partition_root(f.conrelid)::oid, f.conrelid) AS root,
       quote_ident(cn.nspname) || '.' || quote_ident(c.relname) AS sql,
       f.confrelid AS target_relation,
       coalesce(pg_partition_root(f.confrelid)::oid, f.confrelid) AS target_root,
       quote_ident(pn.nspname) || '.' || quote_ident(p.relname) AS target_sql,
       key.columns, key.target_columns, key.matches
FROM pg_constraint f
JOIN pg_class c ON c.oid = f.conrelid JOIN pg_namespace cn ON cn.oid = c.relnamespace
JOIN pg_class p ON p.oid = f.confrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
CROSS JOIN LATERAL (
    SELECT array_agg(here.attname::text ORDER BY k.place) AS columns,
           array_agg(there.attname::text ORDER BY k.place) AS target_columns,
           string_agg(format('p.%I OPERATOR(%I.%s) t.%I', there.attname, opn.nspname, o.oprname,
                             here.attname)
                      || CASE WHEN here.attcollation <> there.attcollation
                              THEN format(' COLLATE %I.%I', ln.nspname, l.collname) ELSE '' END,
                      ' AND ' ORDER BY k.place) AS matches
    FROM unnest(f.conkey, f.confkey, f.conpfeqop) WITH ORDINALITY
         AS k(here, there, operator, place)
    JOIN pg_attribute here ON here.attrelid = f.conrelid AND here.attnum = k.here
    JOIN pg_attribute there ON there.attrelid = f.confrelid AND there.attnum = k.there
    JOIN pg_operator o ON o.oid = k.operator JOIN pg_namespace opn ON opn.oid = o.oprnamespace
    LEFT JOIN pg_collation l ON l.oid = there.attcollation
    LEFT JOIN pg_namespace ln ON ln.oid = l.collnamespace
) key
WHERE f.contype = 'f' AND f.conparentid = 0
  AND coalesce(pg_partition_root(f.conrelid)::oid, f.conrelid) = ANY($1::oid[])
  AND coalesce(pg_partition_root(f.confrelid)::oid, f.confrelid) = ANY($1::oid[])
ORDER BY c.relname COLLATE "C", f.conrelid, f.conname COLLATE "C"
"""
