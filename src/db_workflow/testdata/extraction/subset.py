"""Which rows to take when a table has a condition or a limit: those, and all they refer to.

A table without a condition is taken whole. Rows are named by their place on disk (`ctid`), which
stays the same within one snapshot: it needs no primary key and no writable session.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg

from db_workflow.connection import quoted
from db_workflow.errors import TestDataError
from db_workflow.testdata.declared.tables import Classified
from db_workflow.testdata.structure import Reference, TableStructure

# Partition and place in it, both as text.
Place = tuple[str, str]
# None: the whole table.
Selection = Mapping[str, frozenset[Place] | None]


async def select_rows(
    connection: "asyncpg.Connection[Any]", tables: Sequence[Classified]
) -> Selection:
    """Return the rows to take from each table, closed under foreign keys.

    Args:
        connection: inside the repeatable-read transaction that will read the rows.
        tables: the declaration.

    Raises:
        TestDataError: a `where` or `order` is not valid SQL.

    """
    chosen: dict[str, set[Place] | None] = {}
    for entry in tables:
        limited = entry.table.where or entry.table.limit is not None
        chosen[entry.table.name] = await _first_choice(connection, entry) if limited else None
    structures = {entry.table.name: entry.structure for entry in tables}
    # Rows whose parents have not been looked for yet; None stands for a whole table.
    waiting: list[tuple[str, set[Place] | None]] = list(chosen.items())
    while waiting:
        name, rows = waiting.pop()
        for reference in structures[name].references:
            known = chosen.get(reference.target)
            if known is None:
                continue
            parents = await _parents(connection, structures, reference, rows)
            if new := parents - known:
                known |= new
                waiting.append((reference.target, new))
    return {name: None if rows is None else frozenset(rows) for name, rows in chosen.items()}


def arrays(places: frozenset[Place] | set[Place]) -> tuple[list[str], list[str]]:
    """Return places as the two arrays that `in_arrays` takes."""
    ordered = sorted(places)
    return [place[0] for place in ordered], [place[1] for place in ordered]


def in_arrays(alias: str) -> str:
    """Return a condition: a row's place is among the arrays $1 and $2."""
    places = "unnest($1::text[]::oid[], $2::text[]::tid[])"
    return f"({alias}.tableoid, {alias}.ctid) IN (SELECT * FROM {places})"  # noqa: S608 - an alias


def sort_key(structure: TableStructure) -> str:
    """Return what to sort a table `t` by: its primary key, or all columns as text without one."""
    parts = []
    for name in structure.primary_key or structure.written:
        column = structure.columns[name]
        if column.kind == "text":
            parts.append(f't.{quoted(name)}::text COLLATE "C"')
        elif structure.primary_key:
            parts.append(f"t.{quoted(name)}")
        else:
            parts.append(f't.{quoted(name)}::text COLLATE "C"')
    return ", ".join(parts)


async def _first_choice(connection: "asyncpg.Connection[Any]", entry: Classified) -> set[Place]:
    table = entry.table
    query = f"SELECT t.tableoid::text, t.ctid::text FROM {entry.structure.source} AS t"  # noqa: S608 - quoted; the rest is TABLE_CONFIG's own SQL
    if table.where:
        query += f" WHERE ({table.where})"
    query += f" ORDER BY {table.order or sort_key(entry.structure)}"
    if table.limit is not None:
        query += f" LIMIT {int(table.limit)}"
    try:
        return {(row[0], row[1]) for row in await connection.fetch(query)}
    except asyncpg.PostgresError as error:
        raise TestDataError(
            f"TABLE_CONFIG: `where` or `order` of {table.name} is refused by the server: {error}",
            next="correct it in generate_test_data.py",
        ) from error


async def _parents(
    connection: "asyncpg.Connection[Any]",
    structures: Mapping[str, TableStructure],
    reference: Reference,
    rows: set[Place] | None,
) -> set[Place]:
    matches = " AND ".join(
        f"p.{quoted(there)} = c.{quoted(here)}"
        for here, there in zip(reference.columns, reference.target_columns, strict=True)
    )
    query = (
        f"SELECT DISTINCT p.tableoid::text, p.ctid::text"  # noqa: S608 - quoted names
        f" FROM {structures[reference.table].source} AS c"
        f" JOIN {structures[reference.target].source} AS p ON {matches}"
    )
    if rows is None:
        found = await connection.fetch(query)
    else:
        found = await connection.fetch(f"{query} WHERE {in_arrays('c')}", *arrays(rows))
    return {(row[0], row[1]) for row in found}
