"""What a table holds, as a count and one hash: equal contents, equal digests, in any order."""

import hashlib
from collections.abc import Sequence
from typing import Any

import asyncpg

from db_workflow.connection import quoted
from db_workflow.testdata.structure import TableStructure


async def table_digest(
    connection: "asyncpg.Connection[Any]", table: TableStructure, *, sorted_: bool = True
) -> tuple[int, str]:
    """Return the number of rows and the SHA-256 of them as COPY text, in the order of their key.

    The texts are those of the connection's pinned formats (`connection.PINNED`). What the server
    computes itself is left out.

    Args:
        connection: to the database.
        table: the table.
        sorted_: whether by the key; otherwise the rows stand in the order in which they lie.

    """
    digest = hashlib.sha256()

    async def add(text: bytes) -> None:
        digest.update(text)

    columns = ", ".join(f"t.{quoted(name)}" for name in table.written)
    order = f" ORDER BY {table.key_order}" if sorted_ and table.key_order else ""
    status = await connection.copy_from_query(
        f"SELECT {columns} FROM {table.source} AS t{order}",  # noqa: S608 - quoted names
        output=add,
        format="text",
    )
    return int(status.rpartition(" ")[2]), digest.hexdigest()


async def table_digests(
    connection: "asyncpg.Connection[Any]", tables: Sequence[TableStructure]
) -> dict[str, list[int | str]]:
    """Return the digests of tables by name, as JSON keeps them."""
    return {table.name: list(await table_digest(connection, table)) for table in tables}
