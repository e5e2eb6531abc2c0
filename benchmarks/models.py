"""The models of 500 tables beside the database that has them: ours, and Alembic's comparison."""

import functools
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from benchmarks.measure import Contestant
from benchmarks.runners.bench import PROJECT, Bench, PeerMissingError
from benchmarks.runners.install import python_peers
from benchmarks.runners.many_models import enums, models

_DATABASE = f"{PROJECT}_test"
_EMPTY = f"{PROJECT}_empty"
# Each is a process of its own that imports the models first, and prints the seconds it then took.
_CREATE = """\
import asyncio
import sys

from benchmark_models import Base
from sqlalchemy.ext.asyncio import create_async_engine


async def main():
    engine = create_async_engine(sys.argv[1])
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    await engine.dispose()
    print(0)


asyncio.run(main())
"""
_OURS = """\
import asyncio
import shutil
import sys
import time
from pathlib import Path

from db_workflow.connection import session
from db_workflow.models import compare_models
from db_workflow.models import load_models
from db_workflow.server import open_server
from db_workflow.settings import load_settings

settings = load_settings(Path.cwd(), environment={"TEST_DATABASE_URL": sys.argv[1]})


async def main():
    server = open_server(settings)
    load_models(settings)
    if sys.argv[2] == "cold":
        shutil.rmtree(settings.state / "modelled", ignore_errors=True)
    async with session(settings.test_address, purpose="benchmark") as connection:
        started = time.perf_counter()
        found = await compare_models(server, connection, settings=settings)
        seconds = time.perf_counter() - started
    assert found.agrees, str(found)[:2000]
    print(seconds)


asyncio.run(main())
"""
_ALEMBIC = """\
import sys
import time

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from benchmark_models import Base
from sqlalchemy import create_engine

with create_engine(sys.argv[1]).connect() as connection:
    options = {"compare_type": True, "compare_server_default": True}
    context = MigrationContext.configure(connection, opts=options)
    started = time.perf_counter()
    found = compare_metadata(context, Base.metadata)
    print(time.perf_counter() - started)
assert not found, found[:5]
"""
_CREATE_ALL = """\
import sys
import time

from benchmark_models import Base
from sqlalchemy import create_engine

engine = create_engine(sys.argv[1])
with engine.connect():
    started = time.perf_counter()
    Base.metadata.create_all(engine)
    print(time.perf_counter() - started)
"""
_QUERY = """\
import asyncio
import sys
import time

import asyncpg
from db_workflow.catalog.queries import query


async def main():
    connection = await asyncpg.connect(sys.argv[1], server_settings={"jit": "off"})
    started = time.perf_counter()
    await connection.fetch(query(connection.get_server_version().major), ["public"])
    print(time.perf_counter() - started)


asyncio.run(main())
"""


def contestants(tables: int = 500) -> Iterable[Contestant]:
    """Return ours, with and without what is remembered, and peers, on models that agree."""
    bench = Bench.open()
    root = bench.settings.root
    (root / "benchmark_models.py").write_text(models(tables), "utf-8")
    (root / "benchmark_enums.py").write_text(enums(tables), "utf-8")
    scripts = {
        "create": _CREATE,
        "ours": _OURS,
        "alembic": _ALEMBIC,
        "create_all": _CREATE_ALL,
        "query": _QUERY,
    }
    for name, text in scripts.items():
        (root / f"run_{name}.py").write_text(text, "utf-8")
    url = bench.address(_DATABASE).url()
    ours = functools.partial(_seconds, root, sys.executable, "run_ours.py", url)
    bench.fresh(_DATABASE)
    try:
        peers: Path | None = python_peers(bench.cache)
    except PeerMissingError as error:
        peers, missing = None, str(error)
    _seconds(root, sys.executable, "run_create.py", _url(bench, _DATABASE, "asyncpg"))
    yield Contestant(f"ours, {tables} tables, nothing remembered", lambda: ours("cold"))
    yield Contestant("ours again", lambda: ours("again"))
    if peers is None:
        yield Contestant("Alembic, compare_metadata", None, missing=missing)
    else:
        python = peers
        to = _url(bench, _DATABASE, "psycopg2")
        empty = _url(bench, _EMPTY, "psycopg2")
        yield Contestant(
            "Alembic, compare_metadata", lambda: _seconds(root, python, "run_alembic.py", to)
        )

        def create() -> float:
            bench.fresh(_EMPTY)
            return _seconds(root, python, "run_create_all.py", empty)

        yield Contestant("metadata.create_all alone", create)
    yield Contestant(
        "our catalog query alone", lambda: _seconds(root, sys.executable, "run_query.py", url)
    )


def _url(bench: Bench, database: str, driver: str) -> str:
    return bench.address(database).url(driver=driver)


def _seconds(folder: Path, python: str | Path, *arguments: str) -> float:
    """Run a script and return the seconds that it prints."""
    done = subprocess.run(
        [python, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{arguments[0]} ended with {done.returncode}:\n{done.stderr}")
    return float(done.stdout.split()[-1])
