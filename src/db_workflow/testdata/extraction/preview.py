"""What `generate` would do to a table: a few rows before and after, and a report. Read-only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from db_workflow.address import Address
from db_workflow.connection import quoted
from db_workflow.errors import TestDataError
from db_workflow.settings import Settings
from db_workflow.testdata.declared.declarations import load_tables
from db_workflow.testdata.declared.problems import did_you_mean
from db_workflow.testdata.declared.sample import classify_sampled, secret_warnings
from db_workflow.testdata.declared.tables import Classified
from db_workflow.testdata.extraction.companions import Companions, companions
from db_workflow.testdata.extraction.lines import Lines
from db_workflow.testdata.extraction.snapshot import Source, hold, reading
from db_workflow.testdata.extraction.sorting import file_order
from db_workflow.testdata.extraction.subset import Chosen, Selection, select_rows
from db_workflow.testdata.extraction.transform import Transformer
from db_workflow.testdata.files.copytext import decode, protect
from db_workflow.testdata.gate.secrets import Secrets
from db_workflow.testdata.rules.key import load_key
from db_workflow.testdata.rules.pseudonyms import Pseudonyms
from db_workflow.testdata.structure import read_structure

MOST_ROWS = 100
# What sizes, and what the gate cannot search, are judged by; fewer rows where they are large.
_LOOKED_AT = 1_000
_BYTES = 16 << 20

Row = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """A look at a table. Printing it as a value shows none of its rows.

    Attributes:
        table: its name.
        columns: (name, type, rule) of every column that is written.
        kept: the columns whose values go out as they are.
        before: the first rows as they are; None is NULL.
        after: the same rows as they would be written.
        chosen: how many rows would be taken, and why.
        looked_at: how many rows `bytes` and `unsearched` come from.
        bytes: how large the rows would be in the files; an estimate if not all were looked at.
        unsearched: by column, how many of the values looked at the leak gate would not search for,
            because they are too short or in everybody's data.
        key_id: which key makes the pseudonyms.
        warnings: what somebody should look at.

    """

    table: str
    columns: tuple[tuple[str, str, str], ...]
    kept: frozenset[str]
    before: tuple[Row, ...] = field(repr=False)
    after: tuple[Row, ...] = field(repr=False)
    chosen: Chosen
    looked_at: int
    bytes: int
    unsearched: Mapping[str, int]
    key_id: str
    warnings: tuple[str, ...]


async def preview(
    address: Address, *, settings: Settings, stand_in: bool, table: str, rows: int
) -> Preview:
    """Return what `extract` would make of a table. Writes no file but, on first use, the key.

    Args:
        address: the migrated database to read; in one snapshot, read-only.
        settings: where the declarations and the key are.
        stand_in: whether the rows are the local stand-in's, see `load_key`.
        table: a table of TABLE_CONFIG.
        rows: how many rows to show.

    Raises:
        TestDataError: there is no such table, TABLE_CONFIG does not fit the database, or a rule
            cannot treat a value.

    """
    tables = load_tables(settings)
    _require(table, [entry.name for entry in tables], rows)
    pseudonyms = Pseudonyms(key := load_key(settings, stand_in=stand_in))
    source = Source(address, settings.statement_timeout_ms, settings.lock_timeout_ms)
    async with reading(source) as connection:
        structure = await read_structure(connection, schemas=settings.schemas)
        classified = await classify_sampled(connection, tables, structure)
        await hold(connection, [entry.structure for entry in classified])
        selection = await select_rows(connection, classified)
        (entry,) = (one for one in classified if one.table.name == table)
        beside = companions(entry, classified, pseudonyms)
        order = file_order(entry, pseudonyms)
        lines = await _read(connection, entry, selection, beside, rows, order=order)
        warnings = await secret_warnings(connection, [entry])
    secrets = Secrets()
    made = Transformer(entry, pseudonyms, beside, note=secrets.note).block(lines)
    found = entry.structure.columns
    chosen = selection.report(table)
    return Preview(
        table,
        tuple((name, found[name].type, str(rule)) for name, rule in entry.rules.items()),
        frozenset(name for name, rule in entry.rules.items() if rule.keeps),
        _decoded(lines[:rows], len(entry.rules)),
        _decoded(made[:rows], len(entry.rules)),
        chosen,
        len(lines),
        _bytes(made, chosen.taken),
        {origin.removeprefix(f"{table}."): n for origin, n in secrets.unsearched.items() if n},
        key.id,
        warnings,
    )


def _require(table: str, known: Sequence[str], rows: int) -> None:
    if not 1 <= rows <= MOST_ROWS:
        raise TestDataError(
            f"A preview shows 1 to {MOST_ROWS} rows, not {rows}.",
            next=f"invoke generate --preview {table} --rows 5",
        )
    if table not in known:
        raise TestDataError(
            f"TABLE_CONFIG has no table {table!r}{did_you_mean(table, known)}.",
            why="the rules of its columns stand there",
            next=f"choose one of {', '.join(sorted(known))}" if known else "write TABLE_CONFIG",
            data={"tables": sorted(known)},
        )


async def _read(
    connection: "asyncpg.Connection[Any]",
    entry: Classified,
    selection: Selection,
    beside: Companions,
    rows: int,
    *,
    order: str,
) -> list[str]:
    """Return some of the chosen rows as lines of COPY text, in the order of the files."""
    structure = entry.structure
    wanted = ", ".join([*(f"t.{quoted(name)}" for name in entry.rules), *beside.select])
    count = await _worth(connection, entry, selection.report(entry.table.name).total, rows)
    condition, places = "", selection.places(entry.table.name)
    if places is not None:
        if not len(places):
            return []
        relation, first, _ = next(places.batches(count))
        condition = f" WHERE t.tableoid = {relation} AND t.ctid = ANY({first})"
    query = (
        f"SELECT {wanted} FROM {structure.source} AS t{condition}"  # noqa: S608 - quoted names
        f" ORDER BY {order} LIMIT {count}"
    )
    found: list[str] = []
    lines = Lines(found.extend)
    await connection.copy_from_query(query, output=lines.take, format="text")
    lines.finish()
    return found


async def _worth(
    connection: "asyncpg.Connection[Any]", entry: Classified, total: int, rows: int
) -> int:
    """Return how many rows to look at: fewer where they are large, but all that are shown."""
    size = int(await connection.fetchval(_SIZE, entry.structure.sql))
    average = size // max(total, 1) + 1
    return max(rows, min(_LOOKED_AT, _BYTES // average))


def _decoded(lines: Sequence[str], width: int) -> tuple[Row, ...]:
    return tuple(tuple(map(decode, line.split("\t")[:width])) for line in lines)


def _bytes(lines: Sequence[str], rows: int) -> int:
    size = sum(len(protect(line).encode()) + 1 for line in lines)
    return size * rows // len(lines) if lines else 0


_SIZE = """
SELECT sum(pg_table_size(part.relid))::bigint
FROM (SELECT relid FROM pg_partition_tree($1::text::regclass)
      UNION SELECT $1::text::regclass) AS part
"""
