"""What `benchmarks.extract` times, each in a process of its own: `… ours`, `copy FILE`, `select`.

The database is the one of TEST_DATABASE_URL, the repository the current folder.
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from db_workflow.address import Address

if TYPE_CHECKING:  # what each way imports is part of its time
    from sqlalchemy import Connection, Table


async def _ours() -> None:
    from db_workflow.settings import load_settings
    from db_workflow.testdata.extraction.extract import extract

    settings = load_settings(Path.cwd(), environment={})
    await extract(_address(), settings=settings, stand_in=True)


async def _copy(file: str) -> None:
    from db_workflow.connection import session

    async with session(_address(), purpose="benchmark", read_only=True) as connection:
        await connection.copy_from_query("SELECT * FROM people ORDER BY id", output=file)


async def _select() -> None:
    from sqlalchemy import select
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(_address().url(driver="asyncpg"))
    async with engine.connect() as connection:
        people = await connection.run_sync(_reflected)
        async for _row in await connection.stream(select(people).order_by(people.c.id)):
            pass
    await engine.dispose()


def _reflected(connection: "Connection") -> "Table":
    from sqlalchemy import MetaData, Table

    return Table("people", MetaData(), autoload_with=connection)


def _address() -> Address:
    return Address.parse(os.environ["TEST_DATABASE_URL"], source="TEST_DATABASE_URL")


_WAYS = {"ours": _ours, "copy": _copy, "select": _select}

if __name__ == "__main__":
    asyncio.run(_WAYS[sys.argv[1]](*sys.argv[2:]))
