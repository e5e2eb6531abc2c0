"""A thousand tests of one query each, by what keeps them apart: milliseconds a test.

Everybody has the same seeded rows; each test changes one and commits. Seconds are for a thousand
tests, so they are milliseconds a test. What a run needs once (a clone, a template, imports) is not
in them: the clock starts when the first test has ended. The empty test is apart from nobody: it is
what pytest and pytest-asyncio cost.

Workers compare pytest-xdist with itself: two of them beside one.
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterable
from importlib.util import find_spec

from benchmarks.measure import Contestant
from benchmarks.runners.bench import PROJECT, ROOT, Bench, timed
from benchmarks.runners.isolating import CLONE, EMPTY, ENGINE, OURS, SAVEPOINT, Way
from db_workflow import steps
from db_workflow.address import Address
from db_workflow.databases import create_database
from db_workflow.settings import load_settings
from db_workflow.testdata.seeding.template import seeded_template

_TESTS = 1_000
_DATABASE = f"{PROJECT}_isolation"


def contestants(tests: int = _TESTS) -> Iterable[Contestant]:
    """Return ours, two usual set-ups, pytest-postgresql, an empty test, and ours on workers."""
    bench = Bench.open()
    address = asyncio.run(_seeded(bench))
    dump = _dump(bench, address)
    shared = {
        "BENCHMARK_ROOT": str(ROOT),
        "BENCHMARK_URL": address.url(driver="asyncpg"),
        "BENCHMARK_DUMP": str(dump),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONPATH": str(ROOT / "src"),
    }

    def contestant(name: str, way: Way, *flags: str, count: int = tests) -> Contestant:
        folder = bench.folder(name.partition(":")[0].replace(" ", "_"))
        for file, text in way.files(count).items():
            (folder / file).write_text(text, "utf-8")
        seconds = folder / "seconds"
        plugins = [word for plugin in way.plugins for word in ("-p", plugin)]
        command = [sys.executable, "-m", "pytest", "-q", *plugins, *flags]

        def run() -> float:
            timed(command, folder=folder, environment={**shared, "BENCHMARK_SECONDS": str(seconds)})
            return float(seconds.read_text()) * _TESTS

        return Contestant(name, run)

    yield contestant("ours: db_session, watched", OURS)
    yield contestant("savepoint: one engine a run", SAVEPOINT)
    yield contestant("engine: savepoint, one engine a test", ENGINE)
    if find_spec("pytest_postgresql"):
        flags = _server_flags(address)
        yield contestant("clone: pytest-postgresql", CLONE, *flags, count=max(10, tests // 20))
    else:
        yield Contestant("clone: pytest-postgresql", None, missing="pip install pytest-postgresql")
    yield contestant("empty: an async test that does nothing", EMPTY)
    if find_spec("xdist"):
        yield contestant("one worker: ours", OURS, "-p", "xdist.plugin", "-n1")
        yield contestant("two workers: ours", OURS, "-p", "xdist.plugin", "-n2")


async def _seeded(bench: Bench) -> Address:
    """Provision this repository, and clone its seeded rows for those who bring no clone."""
    settings = load_settings(ROOT, environment={})
    await steps.provision(settings)
    template = await seeded_template(bench.server, settings=settings)
    await create_database(
        bench.server, _DATABASE, project=PROJECT, role="scratch", template=template
    )
    return bench.address(_DATABASE)


def _dump(bench: Bench, address: Address) -> str:
    """Write the rows as statements that a driver can run, which is how pytest-postgresql loads."""
    command = [bench.server.binaries.program("pg_dump"), "--no-owner", "--inserts"]
    environment = address.libpq_environment()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    path = bench.settings.root / "seeded.sql"
    lines = done.stdout.splitlines()
    path.write_text("\n".join(line for line in lines if not line.startswith("\\")), "utf-8")
    return str(path)


def _server_flags(address: Address) -> list[str]:
    return [
        f"--postgresql-host={address.host}",
        f"--postgresql-port={address.port}",
        f"--postgresql-user={address.user}",
        "--postgresql-password=",
    ]
