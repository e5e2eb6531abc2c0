"""Reset from a template that is there, beside the bare statements that it cannot do without."""

import asyncio
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from benchmarks.measure import Contestant
from benchmarks.runners import ours, psql
from benchmarks.runners.bench import PROJECT, Bench, timed
from db_workflow import marker
from db_workflow.connection import session
from db_workflow.databases import exists, list_marked

_TEST = f"{PROJECT}_test"
_BARE = f"{PROJECT}_bare"
_DROP = f"DROP DATABASE {_BARE} WITH (FORCE)"
_SCRIPT = """\
import asyncio
import sys

import asyncpg


async def main():
    connection = await asyncpg.connect()
    for statement in sys.argv[1:]:
        await connection.execute(statement)
    await connection.close()


asyncio.run(main())
"""


def contestants() -> Iterable[Contestant]:
    """Return ours and bare statements, all cloning the same template."""
    bench = Bench.open()
    origin = psql.runner(bench)
    origin.fresh()
    origin.run()
    variables = ours.environment(bench, _TEST, origin=origin.database)
    ours.write_repository(bench)
    ours.reset(bench, variables)
    template = next(name for name in asyncio.run(_marked(bench)) if name.startswith(f"{_TEST}__"))
    asyncio.run(_mark(bench))  # a run that was killed may have left it bare
    bench.fresh(_BARE)
    statements = (_DROP, f"CREATE DATABASE {_BARE} TEMPLATE {template}")
    yield _ours(bench, "ours: invoke reset", (sys.executable, "-m", "invoke", "reset"), variables)
    yield _ours(bench, "ours: reset_test_db.sh", (ours.RESET_SCRIPT,), variables)
    script = bench.folder("bare") / "bare.py"
    script.write_text(_SCRIPT, "utf-8")
    yield _bare(
        bench, "bare asyncpg: DROP, CREATE … TEMPLATE", (sys.executable, script, *statements)
    )
    program = bench.server.binaries.program("psql")
    commands = [part for statement in statements for part in ("-c", statement)]
    yield _bare(bench, "bare psql: DROP, CREATE … TEMPLATE", (program, "-qX", *commands))


def _ours(
    bench: Bench, name: str, command: Sequence[str | Path], variables: Mapping[str, str]
) -> Contestant:
    root = bench.settings.root
    if command[0] == ours.RESET_SCRIPT:
        command = (root / ours.RESET_SCRIPT,)
    return Contestant(name, lambda: timed(command, folder=root, environment=variables))


def _bare(bench: Bench, name: str, command: Sequence[str | Path]) -> Contestant:
    variables = bench.server.address.libpq_environment()

    def run() -> float:
        try:
            return timed(command, folder=bench.settings.root, environment=variables)
        finally:
            asyncio.run(_mark(bench))  # so that it goes with the others

    return Contestant(name, run)


async def _marked(bench: Bench) -> list[str]:
    return list(await list_marked(bench.server, project=PROJECT))


async def _mark(bench: Bench) -> None:
    """Mark what bare statements have made; the server is the checkout's own, and so is the name."""
    if await exists(bench.server, _BARE):
        async with session(bench.server.address, purpose="mark") as connection:
            await marker.write(connection, _BARE, role="scratch", project=PROJECT, facts={})
