"""A look at the values of columns, for what they look like. No value leaves this module."""

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import asyncpg

from db_workflow.connection import quoted
from db_workflow.testdata.declared.classify import judge, refusal
from db_workflow.testdata.declared.json_paths import recognised_json
from db_workflow.testdata.declared.shapes import Shape, recognised
from db_workflow.testdata.declared.suggestions import looks_secret
from db_workflow.testdata.declared.tables import Classified, Table
from db_workflow.testdata.rules import each, keep
from db_workflow.testdata.structure import Column, Structure, TableStructure

_ROWS = 1_000
# Of a larger table some pages are looked at, wherever they are: 16 MB.
_PAGES = 2_000
_LONGEST = 8_000
_LONGEST_JSON = 50_000
_TIMEOUT = "5s"
_LOOKED_AT = frozenset({"text", "json"})
# What is signed in with, by its look.
_SECRET_SHAPES = frozenset({"password", "token"})

# A column by its table's and its own name.
Place = tuple[str, str]


async def classify_sampled(
    connection: "asyncpg.Connection[Any]", tables: Sequence[Table], structure: Structure
) -> tuple[Classified, ...]:
    """Return what `classify` does; its error suggests rules by what the values look like.

    Only the values of columns that nobody decided about are read, about a thousand of each, and
    none of them is in the error.

    Raises:
        TestDataError: as `classify` does.

    """
    judgement = judge(tables, structure)
    if judgement.problems:
        raise refusal(judgement, await read_shapes(connection, judgement.undecided, structure))
    return judgement.classified


async def secret_warnings(
    connection: "asyncpg.Connection[Any]", classified: Sequence[Classified]
) -> tuple[str, ...]:
    """Return a sentence for each kept column that looks like passwords or tokens.

    By its name, or by its values: a key of the database's own is none.
    """
    found = []
    for entry in classified:
        structure = entry.structure
        keys = {*structure.primary_key, *(name for r in structure.references for name in r.columns)}
        for name, rule in entry.rules.items():
            column = structure.columns[name]
            if not rule.keeps or column.element != "text" or name in keys:
                continue
            reason = "its name says so" if looks_secret(name) else ""
            shape = None if reason else await read_shape(connection, structure, column)
            if shape is not None and shape.kind in _SECRET_SHAPES:
                reason = shape.why
            if reason:
                found.append(
                    f"{structure.name}.{name} is kept, but seems to be secret: {reason};"
                    " rules.token() or rules.constant(…) would hide it"
                )
    return tuple(found)


async def read_shape(
    connection: "asyncpg.Connection[Any]", table: TableStructure, column: Column
) -> Shape | None:
    """Return what a column's values look like; None if there are none, or none may be read."""
    if column.element not in _LOOKED_AT:
        return None
    values = await _read(connection, table, column)
    if column.kind == "array":
        elements = each(keep())
        values = [part.text for value in values for part in elements.parts(value)][:_ROWS]
    if column.element == "json":
        return recognised_json(values)
    shape = recognised(values)
    if shape is not None and shape.kind == "json":
        return recognised_json(values) or shape
    return shape


async def read_shapes(
    connection: "asyncpg.Connection[Any]", places: Iterable[Place], structure: Structure
) -> Mapping[Place, Shape]:
    """Return what the values of columns look like, as far as there are any; in a transaction."""
    found = {}
    for table, column in places:
        shape = await read_shape(connection, structure[table], structure[table].columns[column])
        if shape is not None:
            found[table, column] = shape
    return found


async def _read(
    connection: "asyncpg.Connection[Any]", table: TableStructure, column: Column
) -> list[str]:
    """Return up to a thousand values that are not NULL, as text.

    In a savepoint that is always undone: a column that may not be read, or takes too long, must
    not end the transaction around it.
    """
    name = f"t.{quoted(column.name)}::text"
    longest = _LONGEST if column.kind == "text" else _LONGEST_JSON
    # A piece of a text has its look; a piece of JSON, or of an array, has none.
    wanted = f"left({name}, {longest})" if column.kind == "text" else name
    whole = "" if column.kind == "text" else f" AND length({name}) <= {longest}"
    savepoint = connection.transaction()
    await savepoint.start()
    try:
        with contextlib.suppress(asyncpg.PostgresError):
            await connection.execute(f"SET LOCAL statement_timeout = '{_TIMEOUT}'")
            some = await _pages(connection, table)
            rows: Iterable[asyncpg.Record] = await connection.fetch(
                f"SELECT {wanted} FROM {table.source} AS t{some}"  # noqa: S608 - quoted names
                f" WHERE t.{quoted(column.name)} IS NOT NULL{whole} LIMIT {_ROWS}"
            )
            return [row[0] for row in rows]
        return []
    finally:
        await savepoint.rollback()


async def _pages(connection: "asyncpg.Connection[Any]", table: TableStructure) -> str:
    """Return the clause that takes some pages of a large table; empty for all of a small one."""
    pages = await connection.fetchval(_COUNT_PAGES, table.sql)
    if pages <= _PAGES:
        return ""
    return f" TABLESAMPLE SYSTEM ({100 * _PAGES / pages:.6f}) REPEATABLE (1)"


_COUNT_PAGES = """
SELECT coalesce(sum(pg_relation_size(part.relid)), 0)::bigint
       / current_setting('block_size')::bigint
FROM (SELECT relid FROM pg_partition_tree($1::text::regclass) WHERE isleaf
      UNION SELECT $1::text::regclass) AS part
"""
