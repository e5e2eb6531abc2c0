"""The tables of a database as phase 3 needs them: columns, keys, references, sequences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

from db_workflow.connection import quoted

# pg_type.typcategory after domains, arrays and ranges are taken off.
_KINDS = {"B": "boolean", "D": "date", "E": "enum", "N": "number", "S": "text", "T": "interval"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        name: its name.
        type: as PostgreSQL prints it.
        kind: "text", "number", "date", "interval", "boolean", "enum", "json", "uuid", "array" or
            "other"; a domain is what it stands on.
        element: the kind of an array's or range's element, otherwise the same as `kind`.
        length: the most characters it holds, if limited.
        not_null: whether NULL is refused.
        computed: whether the server computes it from others, so that nothing may be written.

    """

    name: str
    type: str
    kind: str
    element: str
    length: int | None
    not_null: bool
    computed: bool


@dataclass(frozen=True, slots=True)
class Unique:
    """One unique index. `keys` are columns or expressions; `columns` all that take part."""

    name: str
    keys: tuple[str, ...]
    columns: tuple[str, ...]
    predicate: str | None
    primary: bool
    immediate: bool
    nulls_equal: bool


@dataclass(frozen=True, slots=True)
class Reference:
    """One foreign key, from the table it stands on."""

    name: str
    table: str
    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]
    deferrable: bool


@dataclass(frozen=True, slots=True)
class OwnedSequence:
    """A sequence that fills a column."""

    column: str
    name: str


@dataclass(frozen=True, slots=True)
class TableStructure:
    """One table. `name` is bare in the schema `public`, otherwise `schema.name`."""

    name: str
    schema: str
    relation: str
    partitioned: bool
    columns: Mapping[str, Column]
    uniques: tuple[Unique, ...]
    references: tuple[Reference, ...]
    sequences: tuple[OwnedSequence, ...]

    @property
    def sql(self) -> str:
        """The name to use in SQL, in quotes and with its schema."""
        return f"{quoted(self.schema)}.{quoted(self.relation)}"

    @property
    def source(self) -> str:
        """What to read: without the rows of tables that inherit, with those of partitions."""
        return self.sql if self.partitioned else f"ONLY {self.sql}"

    @property
    def primary_key(self) -> tuple[str, ...]:
        """The primary key's columns, in its order; empty without one."""
        return next((unique.columns for unique in self.uniques if unique.primary), ())

    @property
    def written(self) -> tuple[str, ...]:
        """The columns that are extracted and loaded: all but computed ones."""
        return tuple(name for name, column in self.columns.items() if not column.computed)

    @property
    def key_order(self) -> str:
        """What to sort a table `t` by: its primary key, or all columns as text without one."""
        parts = []
        for name in self.primary_key or self.written:
            text = self.columns[name].kind == "text" or not self.primary_key
            parts.append(f"t.{quoted(name)}" + ('::text COLLATE "C"' if text else ""))
        return ", ".join(parts)


Structure = Mapping[str, TableStructure]


async def read_structure(
    connection: "asyncpg.Connection[Any]", *, schemas: Sequence[str]
) -> dict[str, TableStructure]:
    """Read every table of the schemas, without partitions and extensions' tables, by name."""
    tables = await connection.fetch(_TABLES, list(schemas))
    oids = [row["oid"] for row in tables]
    columns = _grouped(await connection.fetch(_COLUMNS, oids))
    uniques = _grouped(await connection.fetch(_UNIQUES, oids))
    references = _grouped(await connection.fetch(_REFERENCES, oids))
    sequences = _grouped(await connection.fetch(_SEQUENCES, oids))
    names = {row["oid"]: _name(row["schema"], row["relation"]) for row in tables}
    return {
        names[row["oid"]]: TableStructure(
            names[row["oid"]],
            row["schema"],
            row["relation"],
            row["partitioned"],
            {entry["name"]: _column(entry) for entry in columns.get(row["oid"], ())},
            tuple(_unique(entry) for entry in uniques.get(row["oid"], ())),
            tuple(_reference(names[row["oid"]], entry) for entry in references.get(row["oid"], ())),
            tuple(
                OwnedSequence(entry["column"], entry["name"])
                for entry in sequences.get(row["oid"], ())
            ),
        )
        for row in tables
    }


def _grouped(rows: list[asyncpg.Record]) -> dict[int, list[asyncpg.Record]]:
    grouped: dict[int, list[asyncpg.Record]] = {}
    for row in rows:
        grouped.setdefault(row["relid"], []).append(row)
    return grouped


def _name(schema: str, relation: str) -> str:
    return relation if schema == "public" else f"{schema}.{relation}"


def _column(row: asyncpg.Record) -> Column:
    core = _KINDS.get(row["core_category"], "other")
    if row["core_name"] in {"json", "jsonb"}:
        core = "json"
    elif row["core_name"] == "uuid":
        core = "uuid"
    kind = "array" if row["is_array"] else "other" if row["is_range"] else core
    length = row["length"] if row["core_name"] in {"varchar", "bpchar"} else None
    return Column(
        row["name"], row["type"], kind, core, length, row["not_null"], bool(row["computed"])
    )


def _unique(row: asyncpg.Record) -> Unique:
    return Unique(
        row["name"],
        tuple(row["keys"]),
        tuple(row["columns"]),
        row["predicate"],
        row["primary_key"],
        row["immediate"],
        row["nulls_equal"],
    )


def _reference(table: str, row: asyncpg.Record) -> Reference:
    return Reference(
        row["name"],
        table,
        tuple(row["columns"]),
        _name(row["target_schema"], row["target_relation"]),
        tuple(row["target_columns"]),
        row["deferrable"],
    )


_TABLES = """
SELECT c.oid, n.nspname AS schema, c.relname AS relation, c.relkind = 'p' AS partitioned
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY($1::text[]) AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                  AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
"""

# Each type is followed through domains, arrays and ranges down to what its values are made of.
_COLUMNS = """
WITH RECURSIVE step AS (
    SELECT DISTINCT a.atttypid AS start, a.atttypid AS now, false AS is_array, false AS is_range
    FROM pg_attribute a WHERE a.attrelid = ANY($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT step.start, coalesce(nullif(t.typbasetype, 0), r.rngsubtype, t.typelem),
           step.is_array OR t.typcategory = 'A', step.is_range OR r.rngsubtype IS NOT NULL
    FROM step JOIN pg_type t ON t.oid = step.now LEFT JOIN pg_range r ON r.rngtypid = t.oid
    WHERE t.typtype = 'd' OR r.rngsubtype IS NOT NULL OR (t.typcategory = 'A' AND t.typelem <> 0)
), core AS (
    SELECT step.* FROM step JOIN pg_type t ON t.oid = step.now
    WHERE NOT EXISTS (SELECT FROM pg_range r WHERE r.rngtypid = t.oid)
      AND t.typtype <> 'd' AND NOT (t.typcategory = 'A' AND t.typelem <> 0)
)
SELECT a.attrelid AS relid, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
       t.typname AS core_name, t.typcategory::text AS core_category, core.is_array, core.is_range,
       nullif(greatest(coalesce(nullif(o.typtypmod, -1), a.atttypmod) - 4, -1), -1) AS length,
       a.attnotnull OR (o.typtype = 'd' AND o.typnotnull) AS not_null,
       a.attgenerated <> '' AS computed
FROM pg_attribute a
JOIN core ON core.start = a.atttypid
JOIN pg_type t ON t.oid = core.now
JOIN pg_type o ON o.oid = a.atttypid
WHERE a.attrelid = ANY($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum
"""

# NULLS NOT DISTINCT came with PostgreSQL 15; through jsonb its absence is no error.
_UNIQUES = """
SELECT i.indrelid AS relid, c.relname AS name, i.indisprimary AS primary_key,
       i.indimmediate AS immediate,
       coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false) AS nulls_equal,
       ARRAY(SELECT pg_get_indexdef(i.indexrelid, k, true)
             FROM generate_series(1, i.indnkeyatts) k ORDER BY k) AS keys,
       pg_get_expr(i.indpred, i.indrelid, true) AS predicate,
       ARRAY(SELECT a.attname::text FROM pg_attribute a
             LEFT JOIN LATERAL unnest(i.indkey[0:i.indnkeyatts - 1]) WITH ORDINALITY
                 AS part(attnum, place) ON part.attnum = a.attnum
             WHERE a.attrelid = i.indrelid AND (part.place IS NOT NULL
                 OR a.attnum IN (SELECT d.refobjsubid FROM pg_depend d
                                 WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
                                   AND d.refobjid = i.indrelid AND d.refobjsubid > 0
                                   AND (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL)))
             ORDER BY part.place NULLS LAST, a.attnum) AS columns
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = ANY($1::oid[]) AND i.indisunique AND i.indisvalid
ORDER BY i.indrelid, i.indisprimary DESC, c.relname COLLATE "C"
"""

_REFERENCES = """
SELECT f.conrelid AS relid, f.conname AS name, f.condeferrable AS deferrable,
       n.nspname AS target_schema, c.relname AS target_relation,
       ARRAY(SELECT a.attname::text FROM unnest(f.conkey) WITH ORDINALITY k(attnum, place)
             JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.attnum
             ORDER BY k.place) AS columns,
       ARRAY(SELECT a.attname::text FROM unnest(f.confkey) WITH ORDINALITY k(attnum, place)
             JOIN pg_attribute a ON a.attrelid = f.confrelid AND a.attnum = k.attnum
             ORDER BY k.place) AS target_columns
FROM pg_constraint f
JOIN pg_class c ON c.oid = f.confrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE f.contype = 'f' AND f.conrelid = ANY($1::oid[]) AND f.conparentid = 0
ORDER BY f.conrelid, f.conname COLLATE "C"
"""

_SEQUENCES = """
SELECT d.refobjid AS relid, a.attname AS column, quote_ident(n.nspname) || '.' ||
       quote_ident(s.relname) AS name
FROM pg_depend d
JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
JOIN pg_namespace n ON n.oid = s.relnamespace
JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
  AND d.deptype IN ('a', 'i') AND d.refobjid = ANY($1::oid[])
ORDER BY d.refobjid, a.attnum
"""
