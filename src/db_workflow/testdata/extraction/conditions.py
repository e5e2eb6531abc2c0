"""The SQL that TABLE_CONFIG holds: heard by the server before it is run, and told when it fails."""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import asyncpg

from db_workflow.errors import TestDataError
from db_workflow.testdata.declared.tables import Classified
from db_workflow.testdata.extraction.sorting import first_rows

# A conflict, a connection, resources, an administrator or a timeout: not the condition's fault.
_OTHERS_FAULT = ("08", "40", "53", "57", "58")
_READ_ONLY = "25006"


async def check_conditions(
    connection: "asyncpg.Connection[Any]", tables: Sequence[Classified]
) -> None:
    """Let the server parse each `where` and order, by itself and as one statement.

    Raises:
        TestDataError: one is no valid SQL, or more than a condition; with the server's words,
            which know nothing yet of what the rows hold.

    """
    for entry in tables:
        table, source = entry.table, entry.structure.source
        if table.where:
            query = f"SELECT FROM {source} AS t WHERE {condition(table.where)}"
            await parse(connection, f"`where` of {table.name}", query)
        if table.order:
            query = f"SELECT FROM {source} AS t ORDER BY {first_rows(entry)}"
            await parse(connection, f"`order` of {table.name}", query)
        for key in table.references:
            if key.where:
                query = f"SELECT FROM {source} AS t WHERE {condition(key.where)}"
                place = f"`where` of the VirtualKey {table.name} ({', '.join(key.columns)})"
                await parse(connection, place, query)


def condition(where: str) -> str:
    """Return a condition as it stands inside of others."""
    # The line's end: it may end in a comment.
    return f"({where}\n)"


@contextlib.contextmanager
def told(what: str) -> Iterator[None]:
    """Tell of SQL that fails while it runs, without the values that the server tells of.

    Raises:
        TestDataError: it failed because of a value, or because it would change something.

    """
    try:
        yield
    except asyncpg.PostgresError as error:
        code = error.sqlstate or ""
        if code[:2] in _OTHERS_FAULT:
            raise
        # "cannot execute INSERT in a read-only transaction": the one that names no value for sure.
        words = error.args[0] if code == _READ_ONLY else type(error).__name__
        raise _refused(what, f"{words} (SQLSTATE {code})") from None


async def parse(connection: "asyncpg.Connection[Any]", what: str, query: str) -> None:
    """Let the server parse a query that is made of somebody's SQL.

    Raises:
        TestDataError: it is refused; with the server's words.

    """
    try:
        # Only parsed, and refused if it is more than one statement.
        await connection.prepare(query)
    except asyncpg.PostgresError as error:
        if (error.sqlstate or "")[:2] in _OTHERS_FAULT:
            raise
        raise _refused(what, str(error)) from None


def _refused(what: str, words: str) -> TestDataError:
    return TestDataError(
        f"TABLE_CONFIG: {what} is refused by the server: {words}",
        why="which rows to take has to be certain",
        next="correct it in generate_test_data.py",
    )
