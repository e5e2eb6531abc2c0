"""What a table demands of its rows, besides types and keys: as the server prints it."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import asyncpg

from db_workflow.connection import quoted
from db_workflow.testdata.structure import TableStructure


@dataclass(frozen=True, slots=True)
class Check:
    """A condition that must not be false for any row. `name` says in a sentence what it is."""

    name: str
    columns: tuple[str, ...]
    condition: str


@dataclass(frozen=True, slots=True)
class Exclusion:
    """What no two rows may have in common: for each key the operator that must not hold."""

    name: str
    columns: tuple[str, ...]
    keys: tuple[str, ...]
    operators: tuple[str, ...]
    predicate: str | None


@dataclass(frozen=True, slots=True)
class Demands:
    """Everything of one table. `computed` are the expressions of computed columns."""

    checks: tuple[Check, ...]
    exclusions: tuple[Exclusion, ...]
    computed: dict[str, str]


def mentioned(columns: Iterable[str], texts: Iterable[str]) -> tuple[str, ...]:
    """Return the columns of which the names stand in expressions that the server printed.

    A word of a literal counts as well: one too many is harmless, one too few is not.
    """
    text = " ".join(texts)
    words = set(re.findall(r"[\w$]+", text))
    return tuple(name for name in columns if name in words or quoted(name) in text)


async def read_demands(connection: "asyncpg.Connection[Any]", structure: TableStructure) -> Demands:
    """Read what a table demands. Columns are those that are written: computed ones are followed.

    A check that speaks of the whole row, or of its table, is left out: only the table itself can
    tell. So is one that the server doesn't enforce.
    """
    computed = {
        row["name"]: row["expression"] for row in await connection.fetch(_COMPUTED, structure.sql)
    }
    needed = _Needed(structure, computed)
    checks = [
        Check(f"the check {row['name']}", needed.columns(row["condition"]), row["condition"])
        for row in await connection.fetch(_CHECKS, structure.sql)
    ]
    if structure.partitioned:
        bounds = [row["bounds"] for row in await connection.fetch(_PARTITIONS, structure.sql)]
        if None not in bounds:  # one takes everything
            condition = " OR ".join(f"({bound})" for bound in bounds) or "false"
            checks.append(
                Check("the bounds of all partitions", needed.columns(condition), condition)
            )
    exclusions = [
        Exclusion(
            row["name"],
            needed.columns(*row["keys"], row["predicate"] or ""),
            tuple(row["keys"]),
            tuple(row["operators"]),
            row["predicate"],
        )
        for row in await connection.fetch(_EXCLUSIONS, structure.sql)
    ]
    return Demands(tuple(checks), tuple(exclusions), computed)


class _Needed:
    """Finds which written columns an expression depends on."""

    def __init__(self, structure: TableStructure, computed: dict[str, str]) -> None:
        self._structure = structure
        self._computed = computed

    def columns(self, *texts: str) -> tuple[str, ...]:
        named: Collection[str] = mentioned(self._structure.columns, texts)
        through = [self._computed[name] for name in named if name in self._computed]
        found = {*named, *mentioned(self._structure.columns, through)}
        return tuple(name for name in self._structure.written if name in found)


_COMPUTED = """
SELECT a.attname::text AS name, pg_get_expr(d.adbin, d.adrelid) AS expression
FROM pg_attribute a JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = $1::text::regclass AND a.attgenerated <> '' AND NOT a.attisdropped
ORDER BY a.attnum
"""

# NOT ENFORCED came with PostgreSQL 18; through jsonb its absence is no error.
_CHECKS = """
SELECT k.conname::text AS name, pg_get_expr(k.conbin, k.conrelid) AS condition
FROM pg_constraint k
WHERE k.conrelid = $1::text::regclass AND k.contype = 'c' AND NOT 0 >= ANY (k.conkey)
  AND coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true)
ORDER BY k.conname COLLATE "C"
"""

_PARTITIONS = """
SELECT pg_get_partition_constraintdef(p.relid) AS bounds
FROM pg_partition_tree($1::text::regclass) p
WHERE p.isleaf AND p.parentrelid IS NOT NULL ORDER BY p.relid::text COLLATE "C"
"""

_EXCLUSIONS = """
SELECT k.conname::text AS name, pg_get_expr(i.indpred, i.indrelid) AS predicate,
       ARRAY(SELECT pg_get_indexdef(i.indexrelid, place, false)
             FROM generate_series(1, i.indnkeyatts) place ORDER BY place) AS keys,
       ARRAY(SELECT format('OPERATOR(%I.%s)', n.nspname, o.oprname)
             FROM unnest(k.conexclop) WITH ORDINALITY x(operator, place)
             JOIN pg_operator o ON o.oid = x.operator
             JOIN pg_namespace n ON n.oid = o.oprnamespace ORDER BY x.place) AS operators
FROM pg_constraint k JOIN pg_index i ON i.indexrelid = k.conindid
WHERE k.conrelid = $1::text::regclass AND i.indisexclusion
ORDER BY k.conname COLLATE "C"
"""
