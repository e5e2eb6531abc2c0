"""What is to be copied, cut into jobs: a table, or 100,000 rows of it in the order of its key.

Where a table is cut depends on nothing but its rows, so that the files are the same whoever does
the work.
"""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from db_workflow.connection import quoted
from db_workflow.testdata.declared.tables import Classified
from db_workflow.testdata.extraction.slices import Slices
from db_workflow.testdata.extraction.sorting import file_order, sort_key
from db_workflow.testdata.extraction.subset import Selection
from db_workflow.testdata.rules.pseudonyms import Pseudonyms
from db_workflow.testdata.structure import TableStructure

ROWS = 100_000
# What a row takes on disk at the least: a tuple's header and the pointer to it.
_SMALLEST_ROW = 28
# What one takes more or less, to tell small work from large without counting.
_USUAL_ROW = 100
_LARGE_ROW = 500
_UNKNOWN_SIZE = 1 << 40


@dataclass(frozen=True, slots=True)
class Job:
    """Rows of one table that are copied at once.

    Attributes:
        table: the table's name.
        stem: what its files are called by; no two jobs have the same.
        first: how many rows of the table come before it.
        rows: about how many it has; exact where a table is cut.
        condition: SQL that its rows satisfy; empty for all.
        places: a file of the rows' places instead of a condition: a relation and a place a line.

    """

    table: str
    stem: str
    first: int
    rows: int
    condition: str = ""
    places: Path | None = None


async def plan_jobs(
    connection: "asyncpg.Connection[Any]",
    tables: Sequence[Classified],
    selection: Selection,
    folder: Path,
    by: Pseudonyms,
) -> list[Job]:
    """Return all jobs, table by table, in the order of the rows.

    Args:
        connection: inside the snapshot.
        tables: the declaration.
        selection: which rows.
        folder: where files of places may go.
        by: those of the run, which the order of some tables depends on.

    """
    sizes = await _sizes(connection, [entry.structure for entry in tables])
    return [
        job
        for entry in tables
        for job in await _jobs_of(
            connection,
            entry,
            selection,
            folder,
            sizes[entry.structure.name],
            order=file_order(entry, by),
        )
    ]


async def _jobs_of(
    connection: "asyncpg.Connection[Any]",
    entry: Classified,
    selection: Selection,
    folder: Path,
    size: int,
    *,
    order: str,
) -> list[Job]:
    places = selection.places(entry.table.name)
    if places is not None:
        condition = places.condition("t")
        if len(places) > ROWS:
            return await _by_place(connection, entry, folder, order, condition)
        return [Job(entry.table.name, _stem(entry, 0), 0, len(places), condition)]
    if size <= ROWS * _SMALLEST_ROW:
        return [Job(entry.table.name, _stem(entry, 0), 0, size // _USUAL_ROW)]
    if _is_indexed(entry.structure) and order == sort_key(entry.structure):
        total = selection.report(entry.table.name).total
        return await _by_key(connection, entry, total)
    return await _by_place(connection, entry, folder, order)


def _stem(entry: Classified, number: int) -> str:
    """Return a job's name: of the file's, for a table's own may hold anything."""
    return f"{Path(entry.table.file).stem}.{number:05}"


async def is_large(
    connection: "asyncpg.Connection[Any]", tables: Sequence[Classified], rows: int
) -> bool:
    """Tell whether the tables that are taken whole have surely more than so many rows."""
    whole = [entry.structure for entry in tables if entry.table.whole]
    sizes = await _sizes(connection, whole)
    return sum(size for size in sizes.values() if size < _UNKNOWN_SIZE) > rows * _LARGE_ROW


async def _sizes(
    connection: "asyncpg.Connection[Any]", tables: Sequence[TableStructure]
) -> Mapping[str, int]:
    """Return how many bytes the rows of each table take: no table has more than that many / 28.

    Of a storage that is not PostgreSQL's own nothing is known, which is told as a large table.
    """
    query = """
        SELECT wanted.name, coalesce(sum(
            CASE WHEN a.amname = 'heap' THEN pg_relation_size(part.relid) ELSE $3 END
        ), 0)::bigint AS size
        FROM unnest($1::text[], $2::text[]) AS wanted(name, relation)
        CROSS JOIN LATERAL (
            SELECT wanted.relation::regclass::oid AS relid
            UNION SELECT relid::oid FROM pg_partition_tree(wanted.relation::regclass)
        ) AS part
        JOIN pg_class c ON c.oid = part.relid AND c.relkind IN ('r', 'm')
        LEFT JOIN pg_am a ON a.oid = c.relam
        GROUP BY wanted.name
    """
    names, relations = [table.name for table in tables], [table.sql for table in tables]
    rows = await connection.fetch(query, names, relations, _UNKNOWN_SIZE)
    return {**dict.fromkeys(names, 0), **{row["name"]: row["size"] for row in rows}}


def _is_indexed(structure: TableStructure) -> bool:
    """Tell whether the server finds the rows behind a key without looking at all of them.

    Texts are sorted by their bytes, everywhere alike; the key's own index may have another order.
    """
    key = structure.primary_key
    return (
        bool(key)
        and not structure.partitioned
        and all(structure.columns[name].kind != "text" for name in key)
    )


async def _by_key(
    connection: "asyncpg.Connection[Any]", entry: Classified, total: int
) -> list[Job]:
    """Return jobs that are ranges of a primary key."""
    found = entry.structure
    order = ", ".join(f"t.{quoted(name)}" for name in found.primary_key)
    types = [found.columns[name].type for name in found.primary_key]
    texts = ", ".join(f"t.{quoted(name)}::text" for name in found.primary_key)
    borders: list[str] = []
    while (len(borders) + 1) * ROWS < total:
        # From border to border along the index, of which nothing else is made.
        rest = f"WHERE ({order}) > {borders[-1]}" if borders else ""
        row = await connection.fetchrow(
            f"SELECT {texts} FROM (SELECT {order} FROM {found.source} AS t {rest}"  # noqa: S608 - quoted names
            f" ORDER BY {order} OFFSET {ROWS - 1} LIMIT 1) AS t"
        )
        assert row is not None  # noqa: S101 - there are `total` rows in this snapshot
        borders.append(f"({', '.join(map(_literal, row.values(), types))})")
    jobs = []
    for number in range(len(borders) + 1):
        above = [f"({order}) > {border}" for border in borders[number - 1 : number]]
        below = [f"({order}) <= {border}" for border in borders[number : number + 1]]
        first = number * ROWS
        jobs.append(
            Job(
                entry.table.name,
                _stem(entry, number),
                first,
                min(ROWS, total - first),
                " AND ".join((*above, *below)),
            )
        )
    return jobs


def _literal(text: str, kind: str) -> str:
    escaped = text.replace("'", "''")
    return f"'{escaped}'::{kind}"


async def _by_place(
    connection: "asyncpg.Connection[Any]",
    entry: Classified,
    folder: Path,
    order: str,
    condition: str = "true",
) -> list[Job]:
    """Return jobs that are lists of rows' places, in the order of the rows."""
    query = (
        f"SELECT t.tableoid::text || ' ' || t.ctid::text FROM {entry.structure.source} AS t"  # noqa: S608 - quoted names
        f" WHERE {condition} ORDER BY {order}"
    )
    name = Path(entry.table.file).stem
    with contextlib.closing(Slices(folder, name, rows=ROWS)) as cut:
        await connection.copy_from_query(query, output=cut.take, format="text")
    return [
        Job(entry.table.name, _stem(entry, number), number * ROWS, rows, places=path)
        for number, (path, rows) in enumerate(cut.files)
    ] or [Job(entry.table.name, _stem(entry, 0), 0, 0)]
