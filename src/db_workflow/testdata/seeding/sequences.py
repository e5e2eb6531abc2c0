"""Sequences behind numbers that rows bring along."""

from collections.abc import Iterable, Mapping
from typing import Any

import asyncpg

from db_workflow.connection import quoted
from db_workflow.testdata.seeding.staging import Stage
from db_workflow.testdata.structure import TableStructure


async def start_above(
    connection: "asyncpg.Connection[Any]",
    tables: Iterable[TableStructure],
    stages: Mapping[str, Stage],
    given: Mapping[str, Iterable[Mapping[str, Any]]],
) -> None:
    """Let sequences begin above every number that is about to be loaded.

    Otherwise a manual row without a number would be given one that a generated row has.
    """
    for table in tables:
        for sequence in table.sequences:
            numbers = [
                values[sequence.column]
                for values in given.get(table.name, ())
                if isinstance(values.get(sequence.column), int)
            ]
            if (stage := stages.get(table.name)) is not None:
                staged = await _greatest(connection, stage.name, sequence.column)
                numbers += [] if staged is None else [staged]
            await _set(connection, sequence.name, max(numbers, default=None))


async def go_on_after(
    connection: "asyncpg.Connection[Any]", tables: Iterable[TableStructure]
) -> None:
    """Let sequences go on after the greatest number in their column."""
    for table in tables:
        for sequence in table.sequences:
            greatest = await _greatest(connection, table.sql, sequence.column)
            await _set(connection, sequence.name, greatest)


async def _greatest(connection: "asyncpg.Connection[Any]", table: str, column: str) -> int | None:
    query = f"SELECT max({quoted(column)})::bigint FROM {table}"  # noqa: S608 - quoted names
    found: int | None = await connection.fetchval(query)
    return found


async def _set(connection: "asyncpg.Connection[Any]", sequence: str, number: int | None) -> None:
    if number is not None and number > 0:
        await connection.execute("SELECT setval($1::text::regclass, $2)", sequence, number)
