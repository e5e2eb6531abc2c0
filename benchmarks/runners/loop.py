"""The least that a Python program can do: our driver in a loop, a transaction a file."""

import sys

from benchmarks.runners.bench import Bench, Runner

_SCRIPT = """\
import asyncio
from pathlib import Path

import asyncpg


async def main():
    connection = await asyncpg.connect()
    for file in sorted(Path("files").glob("*.sql")):
        async with connection.transaction():
            await connection.execute(file.read_text("utf-8"))
    await connection.close()


asyncio.run(main())
"""


def runner(bench: Bench) -> Runner:
    """Return a script that is told the database by the PG* variables."""
    folder = bench.folder("loop")
    for file in bench.files:
        (bench.folder("loop/files") / f"{file.name}.sql").write_text(file.sql, "utf-8")
    (folder / "loop.py").write_text(_SCRIPT, "utf-8")
    command = [sys.executable, "loop.py"]
    return bench.peer("plain asyncpg loop, no ledger", "loop", command, folder=folder)
