"""What the whole workflow costs in one process, beside a command for each step, and by hand."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from benchmarks.measure import Contestant
from db_workflow.address import Address
from db_workflow.databases import create_database, drop_database
from db_workflow.server import open_server
from db_workflow.settings import load_settings

_ROOT = Path(__file__).parents[1]
_STEPS = ("sample-production", "phase1 --download-recent", "codegen", "phase2", "phase3", "status")


def contestants() -> Iterable[Contestant]:
    """Return ours, the same steps as separate commands, and bare programs without any check."""
    yield Contestant("ours: invoke quickstart", lambda: _timed(["quickstart"]))
    yield Contestant("a command a step", lambda: _timed(_STEPS))
    try:
        import psycopg  # noqa: F401 - sqlacodegen's command line needs a synchronous driver
    except ImportError:
        name = "dump, restore, psql, sqlacodegen (no check, no data)"
        yield Contestant(name, None, missing="psycopg is not installed")
    else:
        yield Contestant("dump, restore, psql, sqlacodegen (no check, no data)", _by_hand)


def _timed(tasks: Iterable[str]) -> float:
    started = time.perf_counter()
    for task in tasks:
        command = [sys.executable, "-m", "invoke", *task.split()]
        subprocess.run(command, cwd=_ROOT, check=True, capture_output=True)
    return time.perf_counter() - started


def _by_hand() -> float:
    settings = load_settings(_ROOT)
    server = open_server(settings)
    target = server.address.at(f"{settings.project}__by_hand")
    dump = settings.state / "benchmark.dump"
    files = sorted((settings.sql / "v0.4").rglob("*.sql"))
    program = server.binaries.program
    source = server.address.at(settings.stand_in)

    def run(address: Address, *command: str | Path) -> None:
        environment = {**os.environ, **address.libpq_environment()}
        subprocess.run(command, check=True, capture_output=True, env=environment)

    asyncio.run(drop_database(server, target.database, settings=settings))
    dump.touch(mode=0o600)
    started = time.perf_counter()
    run(source, program("pg_dump"), "-Fc", "-f", dump, source.database)
    asyncio.run(create_database(server, target.database, project=settings.project, role="scratch"))
    run(target, program("pg_restore"), "-j2", "-d", target.database, dump)
    for file in files:
        if "argon2id" not in file.name:  # those need the Python step before them
            run(target, program("psql"), "-qX1", "-v", "ON_ERROR_STOP=1", "-f", file)
    url = target.url(driver="psycopg")
    output = settings.state / "benchmark_models.py"
    run(target, sys.executable, "-m", "sqlacodegen", "--outfile", str(output), url)
    seconds = time.perf_counter() - started
    asyncio.run(drop_database(server, target.database, settings=settings))
    dump.unlink()
    output.unlink()
    return seconds
