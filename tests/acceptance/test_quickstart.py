"""The main job, on a copy of this repository: everything once, and nothing git tracks changes."""

import json
import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from db_workflow.databases import drop_database, list_marked
from db_workflow.server import open_server
from db_workflow.settings import load_settings

ROOT = Path(__file__).parents[2]
COPIED = ("src", "scripts", "tests/database", "pyproject.toml", "tasks.py", "CHANGELOG.md")


class Copy:
    """A copy of this repository under a project name of its own."""

    def __init__(self, root, environment):
        self.root = root
        self.environment = environment

    def invoke(self, *task):
        return subprocess.run(
            [sys.executable, "-m", "invoke", *task],
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def tracked(self):
        """Return every file that git would track, with its bytes."""
        places = [self.root / name for name in COPIED]
        files = [path for place in places for path in (place, *place.rglob("*"))]
        return {
            path.relative_to(self.root): path.read_bytes()
            for path in files
            if path.is_file() and path.name != "models_reference.py"
        }


@pytest.fixture
async def copy(tmp_path):
    """Return a copy of this repository; its databases are dropped afterwards."""
    project = f"copy_{secrets.token_hex(4)}"
    skipped = shutil.ignore_patterns("__pycache__", "models_reference.py")
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name, ignore=skipped)
        else:
            shutil.copy(ROOT / name, tmp_path / name)
    file = tmp_path / "pyproject.toml"
    text = file.read_text("utf-8")
    file.write_text(text.replace('project = "efficient_tutor"', f'project = "{project}"'), "utf-8")
    server = open_server(load_settings(ROOT))
    environment = {
        **os.environ,
        "TEST_DATABASE_URL": server.address.at(f"{project}_test").url(),
        "PYTHONPATH": str(tmp_path / "src"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    environment.pop("PRODUCTION_DATABASE_URL", None)
    yield Copy(tmp_path, environment)
    settings = load_settings(tmp_path, environment=environment)
    for name in await list_marked(server, project=project):
        await drop_database(server, name, settings=settings)


async def test_quickstart_runs_everything_and_changes_no_tracked_file(copy):
    before = copy.tracked()
    done = copy.invoke("quickstart")
    assert done.returncode == 0, done.stdout + done.stderr
    assert copy.tracked() == before
    for step in ("sample-production", "phase1", "codegen", "phase2", "phase3", "status"):
        assert step in done.stdout
    status = copy.invoke("status", "--json")
    assert status.returncode == 0
    found = json.loads(status.stdout)
    assert {"phases", "next", "database"} <= set(found)
    assert [phase["number"] for phase in found["phases"]] == [1, 2, 3]
    assert all(set(fact) == {"fact", "ok"} for p in found["phases"] for fact in p["evidence"])


async def test_provision_makes_every_phase_hold_from_nothing(copy):
    before = copy.tracked()
    done = copy.invoke("provision")
    assert done.returncode == 0, done.stdout + done.stderr
    assert copy.tracked() == before
    done = copy.invoke("release-checklist", "--version", "0.4", "--format", "json")
    states = {item["title"]: item["state"] for item in json.loads(done.stdout)["items"]}
    failing = [title for title, state in states.items() if state == "fail"]
    assert failing == ["Tests on the database passed at this schema, rows and code"]
    assert states["Only the engine module commits"] == "pass"
    assert states["The changelog has an entry for the version"] == "pass"
