"""What a table holds, as a count and one number: equal contents, equal digests, in any order."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from db_workflow.testdata.structure import TableStructure


async def table_digest(
    connection: "asyncpg.Connection[Any]", table: TableStructure
) -> tuple[int, str]:
    """Return the number of rows and the sum of the hashes of their texts.

    The texts are those of the connection's pinned formats (`connection.PINNED`).
    """
    row = await connection.fetchrow(
        "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text"  # noqa: S608 - quoted names
        f" FROM {table.source} AS t"
    )
    assert row is not None  # noqa: S101 - an aggregate always gives a row
    return row[0], row[1]


async def table_digests(
    connection: "asyncpg.Connection[Any]", tables: Sequence[TableStructure]
) -> dict[str, list[int | str]]:
    """Return the digests of tables by name, as JSON keeps them."""
    return {table.name: list(await table_digest(connection, table)) for table in tables}
