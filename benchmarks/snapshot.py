"""A snapshot of 500 tables beside the query that it consists of, and beside SQLAlchemy's MetaData.

SQLAlchemy reads tables, columns, keys and indexes of that, and no more.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from sqlalchemy import Connection, MetaData
from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks.measure import Contestant
from benchmarks.runners.bench import PROJECT, Bench
from db_workflow.address import Address
from db_workflow.catalog import read_snapshot
from db_workflow.catalog.queries import query
from db_workflow.connection import session

_DATABASE = f"{PROJECT}_snapshot"
_TABLE = """
CREATE TABLE t{n} (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name varchar(100) NOT NULL,
    state text NOT NULL DEFAULT 'new', amount numeric(10, 2) CHECK (amount > 0),
    created_at timestamptz NOT NULL DEFAULT now(), kind kind{kind}, note text, number int,
    parent_id uuid REFERENCES t{parent} ON DELETE CASCADE, other_id uuid REFERENCES t{other},
    UNIQUE (name, number)
);
CREATE INDEX ON t{n} (parent_id);
CREATE INDEX ON t{n} (other_id) WHERE note IS NOT NULL;
COMMENT ON COLUMN t{n}.amount IS 'an amount';
"""
_KINDS = 20


def contestants(tables: int = 500) -> Iterable[Contestant]:
    """Return ours, its query alone under the same settings, and SQLAlchemy's reflection."""
    bench = Bench.open()
    bench.fresh(_DATABASE)
    address = bench.address(_DATABASE)
    types = [f"CREATE TYPE kind{n} AS ENUM ('a', 'b');" for n in range(_KINDS)]
    made = [
        _TABLE.format(n=n, kind=n % _KINDS, parent=max(n - 1, 0), other=n // 2)
        for n in range(tables)
    ]

    asyncio.run(_create(address, "".join([*types, *made])))
    yield Contestant(f"ours: {tables} tables", lambda: asyncio.run(_timed(address, read_snapshot)))
    yield Contestant("the query alone", lambda: asyncio.run(_timed(address, _query_alone)))
    url = address.url().replace("postgresql:", "postgresql+asyncpg:", 1)
    yield Contestant("SQLAlchemy: MetaData.reflect", lambda: asyncio.run(_reflected(url)))


async def _create(address: Address, statements: str) -> None:
    async with session(address, purpose="benchmark") as connection:
        await connection.execute(statements)


async def _timed(address: Address, work: Callable[[Any], Awaitable[object]]) -> float:
    """Return the seconds that some work takes on a session that has done it before."""
    async with session(address, purpose="benchmark") as connection:
        await work(connection)
        started = time.perf_counter()
        await work(connection)
        return time.perf_counter() - started


async def _query_alone(connection: Any) -> None:
    await connection.execute("SET jit = off; SET enable_nestloop = off")
    await connection.fetchval(query(connection.get_server_version().major), ["public"])


async def _reflected(url: str) -> float:
    engine = create_async_engine(url)

    def reflect(connection: Connection) -> float:
        MetaData().reflect(connection)
        started = time.perf_counter()
        MetaData().reflect(connection)
        return time.perf_counter() - started

    async with engine.connect() as connection:
        seconds = await connection.run_sync(reflect)
    await engine.dispose()
    return seconds
