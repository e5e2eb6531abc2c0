"""The workbench: one server, a folder for everybody's files, and databases that go away again."""

import asyncio
import atexit
import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.runners.files import File, every_file
from db_workflow.address import Address
from db_workflow.databases import create_database, drop_database, list_marked
from db_workflow.server import Server, open_server
from db_workflow.settings import Settings, load_settings

ROOT = Path(__file__).parents[2]
PROJECT = "benchmark"
_PYPROJECT = f"""\
[tool.db_workflow]
project = "{PROJECT}"
sql = "sql"
runners = "scripts/v{{version}}_migration/run_migrations.py"
models = "benchmark_models:Base"
enums = "benchmark_enums"
test_data = "tests/database"
"""
# Containers often set these. Nobody's machine compiles its sources anew at every start, and the
# peers' packages were compiled when they were installed: ours is measured with the same right.
_NOT_INHERITED = {"PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}


class PeerMissingError(Exception):
    """A peer cannot be had on this machine; says why."""


@dataclass(frozen=True, slots=True)
class Runner:
    """One program and the database it works on.

    Attributes:
        name: as printed.
        database: its own.
        command: what is timed, from spawn to exit.
        folder: where it is run.
        environment: added to the process's own.
        fresh: gives it an empty database; not timed.

    """

    name: str
    database: str
    command: Sequence[str | Path]
    folder: Path
    environment: Mapping[str, str]
    fresh: Callable[[], None]

    def run(self) -> float:
        """Run the program once and return the seconds it took."""
        return timed(self.command, folder=self.folder, environment=self.environment)


@dataclass(frozen=True, slots=True)
class Bench:
    """Where the contest takes place.

    Attributes:
        server: the checkout's embedded server, the same for all.
        settings: of a repository made for the contest.
        cache: where peers are installed; kept.
        files: what everybody applies.

    """

    server: Server
    settings: Settings
    cache: Path
    files: tuple[File, ...] = field(default_factory=every_file)

    @classmethod
    def open(cls) -> "Bench":
        """Make a repository, and drop what a killed run left; all goes when the process ends.

        Raises:
            SystemExit: another contest is under way; each would drop the other's databases, and
                neither would measure anything.

        """
        checkout = load_settings(ROOT, environment={})
        _hold_alone(checkout.state / "benchmark.lock")
        folder = Path(tempfile.mkdtemp(prefix="benchmark_"))
        (folder / "pyproject.toml").write_text(_PYPROJECT, "utf-8")
        settings = load_settings(folder, environment={})
        bench = cls(open_server(checkout), settings, checkout.state / "benchmark")
        bench.drop_all()
        atexit.register(bench.close)
        return bench

    def folder(self, name: str) -> Path:
        """Make a folder for one contestant's files."""
        path = self.settings.root / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def address(self, database: str) -> Address:
        """Return where a database is."""
        return self.server.address.at(database)

    def fresh(self, database: str) -> None:
        """Make a database anew and empty, marked so that it may be dropped again."""

        async def work() -> None:
            await drop_database(self.server, database, settings=self.settings)
            await create_database(self.server, database, project=PROJECT, role="scratch")

        asyncio.run(work())

    def drop_all(self) -> None:
        """Drop every database of the contest."""

        async def work() -> None:
            for name in await list_marked(self.server, project=PROJECT):
                await drop_database(self.server, name, settings=self.settings)

        asyncio.run(work())

    def close(self) -> None:
        """Leave nothing but the installed peers."""
        self.drop_all()
        shutil.rmtree(self.settings.root)

    def peer(
        self,
        name: str,
        database: str,
        command: Sequence[str | Path],
        *,
        folder: Path,
        environment: Mapping[str, str] | None = None,
    ) -> Runner:
        """Return a program that works on an empty database named by the PG* variables."""
        database = f"{PROJECT}_{database}"
        return Runner(
            name,
            database,
            command,
            folder,
            {**self.address(database).libpq_environment(), **(environment or {})},
            lambda: self.fresh(database),
        )


def _hold_alone(path: Path) -> None:
    """Hold a lock until this process ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SystemExit("Another benchmark is under way here; wait for its end.") from None


def timed(command: Sequence[str | Path], *, folder: Path, environment: Mapping[str, str]) -> float:
    """Run a program and return the seconds from spawn to exit.

    Raises:
        RuntimeError: it failed; carries what it wrote.

    """
    inherited = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    started = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env={**inherited, **environment}, capture_output=True, check=False
    )
    seconds = time.perf_counter() - started
    if done.returncode:
        said = (done.stdout + done.stderr).decode("utf-8", "replace")
        raise RuntimeError(f"{command[0]} ended with {done.returncode}:\n{said}")
    return seconds
