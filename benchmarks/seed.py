r"""A hundred thousand rows of ten columns into a table, beside ways that prove nothing.

Ours begins with the data file and ends with a table that is proven: emptied, loaded, compared with
the file row by row, counted, recorded and committed; in a process that has imported what it needs.
Statistics come after that, so both ours and psql's \copy are measured with them as well.
psql loads the same rows from a plain file; the others have them as Python values already, and load
them into a table that was emptied for them. What takes long is given fewer rows, and its time is
multiplied.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks import extract
from benchmarks.measure import Contestant
from benchmarks.runners import seeding
from benchmarks.runners.bench import PROJECT, Bench, timed
from db_workflow.address import Address
from db_workflow.connection import session
from db_workflow.testdata.seeding.seed import seed

_DATABASE = f"{PROJECT}_seed"
_Load = Callable[[Address, Sequence[tuple[Any, ...]]], Awaitable[None]]


def contestants(rows: int = 100_000) -> Iterable[Contestant]:
    r"""Return ours, psql's \copy, asyncpg's COPY of records, SQLAlchemy twice, and factories."""
    bench = Bench.open()
    bench.fresh(_DATABASE)
    address, settings = bench.address(_DATABASE), bench.settings
    asyncio.run(extract.fill(bench, _DATABASE, rows))
    values = asyncio.run(seeding.declare(address, settings))
    sys.path.insert(0, str(settings.test_data))
    plain = bench.folder("out") / "rows.txt"
    asyncio.run(_write(address, plain))

    def ours() -> float:
        return asyncio.run(seed(address, settings=settings)).committed

    def ours_analysed() -> float:
        return asyncio.run(seed(address, settings=settings)).seconds

    def psql(*further: str) -> Callable[[], float]:
        command = [bench.server.binaries.program("psql"), "-qX"]
        for words in (f"\\copy people FROM '{plain}'", *further):
            command += ["-c", words]

        def run() -> float:
            asyncio.run(_empty(address))
            return timed(command, folder=plain.parent, environment=address.libpq_environment())

        return run

    def by(load: _Load, share: int = 1) -> Callable[[], float]:
        def run() -> float:
            asyncio.run(_empty(address))
            started = time.perf_counter()
            asyncio.run(load(address, values[: rows // share]))
            return (time.perf_counter() - started) * share

        return run

    yield Contestant(f"ours: {rows:,} rows, proven", ours)
    yield Contestant("psql: \\copy", psql())
    yield Contestant("ours: proven, and analysed", ours_analysed)
    yield Contestant("psql: \\copy, and ANALYZE", psql("ANALYZE people"))
    yield Contestant("asyncpg: copy_records_to_table", by(seeding.copy_records))
    yield Contestant("SQLAlchemy Core: insert", by(seeding.insert_by_core, 2))
    yield Contestant("SQLAlchemy ORM: add_all", by(seeding.add_all, 10))
    yield Contestant("factory: create, one by one", by(seeding.create, 100))


async def _empty(address: Address) -> None:
    async with session(address, purpose="benchmark") as connection:
        await connection.execute("TRUNCATE people RESTART IDENTITY")


async def _write(address: Address, path: Path) -> None:
    async with session(address, purpose="benchmark") as connection:
        await connection.copy_from_query("SELECT * FROM people ORDER BY id", output=path)
