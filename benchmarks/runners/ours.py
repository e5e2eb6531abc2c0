"""Ours: a repository with one version's list, on a database that a real reset has made."""

import asyncio
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.runners.bench import PROJECT, ROOT, Bench, Runner
from db_workflow import steps
from db_workflow.databases import create_database, drop_database
from db_workflow.settings import load_settings

SCRIPT = "scripts/v1.0_migration/run_migrations.py"
RESET_SCRIPT = "tests/database/reset_test_db.sh"
_LIST = """\
from db_workflow.schema import Migration, sql_file
from db_workflow.scripts import run_migrations

MIGRATION = Migration(
    version="1.0",
    title="three hundred small files",
    steps=(
{steps}    ),
)

if __name__ == "__main__":
    run_migrations(__file__)
"""


def by_script(bench: Bench) -> Runner:
    """Return the runner's own script, with a production that an URL names."""
    origin = f"{PROJECT}_origin"
    bench.fresh(origin)
    return _runner(
        bench, "ours: run_migrations.py", "script", [sys.executable, SCRIPT], origin=origin
    )


def by_script_with_stand_in(bench: Bench) -> Runner:
    """Return the runner's own script in a repository that has no production yet."""
    name = bench.settings.stand_in

    async def make() -> None:
        await drop_database(bench.server, name, settings=bench.settings)
        await create_database(
            bench.server, name, project=PROJECT, role="stand-in", facts={"complete": True}
        )

    asyncio.run(make())
    title = "ours: run_migrations.py, stand-in for production"
    return _runner(bench, title, "local", [sys.executable, SCRIPT], origin=None)


def by_invoke(bench: Bench) -> Runner:
    """Return the task, with a production that an URL names."""
    origin = f"{PROJECT}_origin"
    command = [sys.executable, "-m", "invoke", "migrate"]
    return _runner(bench, "ours: invoke migrate", "invoke", command, origin=origin)


def environment(bench: Bench, database: str, *, origin: str | None) -> dict[str, str]:
    """Return the variables that name the test database and, if there is one, production."""
    return {
        "TEST_DATABASE_URL": bench.address(database).url(),
        "PRODUCTION_DATABASE_URL": bench.address(origin).url() if origin else "",
        "VIRTUAL_ENV": sys.prefix,  # where reset_test_db.sh looks for an interpreter
    }


def write_repository(bench: Bench) -> Path:
    """Write the list, its files and the front doors; return the folder."""
    root = bench.settings.root
    steps_listed = []
    for file in bench.files:
        path = f"{file.feature}/{file.number:04}_{file.title}.sql"
        (bench.folder(f"sql/v1.0/{file.feature}") / Path(path).name).write_text(file.sql, "utf-8")
        steps_listed.append(f'        sql_file("{path}"),\n')
    script = root / SCRIPT
    script.parent.mkdir(parents=True, exist_ok=True)
    script.write_text(_LIST.format(steps="".join(steps_listed)), "utf-8")
    for front_door in ("tasks.py", RESET_SCRIPT):
        (root / front_door).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / front_door, root / front_door)
    return root


def reset(bench: Bench, variables: Mapping[str, str]) -> None:
    """Reset the test database that the environment names."""
    asyncio.run(steps.reset(load_settings(bench.settings.root, environment=variables)))


def _runner(
    bench: Bench, name: str, database: str, command: list[str], *, origin: str | None
) -> Runner:
    database = f"{PROJECT}_{database}"
    variables = environment(bench, database, origin=origin)
    return Runner(
        name,
        database,
        command,
        write_repository(bench),
        variables,
        lambda: reset(bench, variables),
    )
