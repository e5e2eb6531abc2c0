"""This repository's own release, v0.3 to v0.4, on the invented production as if it were real."""

import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from db_workflow.connection import quoted, session
from db_workflow.databases import drop_database, list_marked
from db_workflow.release.deploy.contents import read_contents
from db_workflow.release.files import sources_digest
from db_workflow.server import open_server
from db_workflow.settings import load_settings
from db_workflow.state import recall, record

ROOT = Path(__file__).parents[2]
COPIED = ("src", "scripts", "tests/database", "pyproject.toml", "tasks.py", "CHANGELOG.md")


class Release:
    """A copy of this repository, with a production that nobody has marked as invented."""

    def __init__(self, root, server, project):
        self.root = root
        self.server = server
        self.production = f"{project}_real"
        self.environment = {
            **os.environ,
            "TEST_DATABASE_URL": server.address.at(f"{project}_test").url(),
            "PYTHONPATH": str(root / "src"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        self.environment.pop("PRODUCTION_DATABASE_URL", None)

    @property
    def settings(self):
        return load_settings(self.root, environment=self.environment)

    def run(self, command, *, code=0):
        """Run a task that must end with a code; return what it said."""
        done = subprocess.run(
            [sys.executable, "-m", "invoke", *command.split()],
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def git(self, *command):
        subprocess.run(["git", *command], cwd=self.root, check=True, capture_output=True)  # noqa: S607 - whichever git there is

    async def outside(self, statement):
        async with session(self.server.address, purpose="test") as connection:
            return await connection.fetch(statement)

    async def record_tests(self):
        """Record a passing run of the tests, as the plugin does."""
        address = self.server.address.at(self.settings.test_database)
        async with session(address, purpose="test") as connection:
            tested = {key: await recall(connection, key) for key in ("schema", "seeded")}
            tested["sources"] = sources_digest(self.settings)
            await record(connection, "db_tests", {"passed": 3, "skipped": 0, **tested})

    async def held(self):
        """Return everything that production holds."""
        async with (
            session(self.server.address.at(self.production), purpose="test") as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            return (await read_contents(connection)).to_json()


@pytest.fixture
async def release(tmp_path):
    """Return the copy, and drop all its databases afterwards."""
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
    made = Release(tmp_path, server, project)
    yield made
    for name in await list_marked(server, project=project):
        await drop_database(server, name, settings=made.settings)
    await made.outside(f"DROP DATABASE IF EXISTS {quoted(made.production)} WITH (FORCE)")


async def test_the_release_of_this_repository_and_back(release):
    release.run("sample-production --students 20")
    stand_in = release.settings.stand_in
    await release.outside(f"ALTER DATABASE {quoted(stand_in)} RENAME TO {release.production}")
    await release.outside(f"COMMENT ON DATABASE {release.production} IS NULL")
    address = release.server.address.at(release.production)
    release.environment["PRODUCTION_DATABASE_URL"] = address.url()
    before = await release.held()
    deploy = f"deploy --version 0.4 --yes-really {release.production}"

    release.run("phase1")
    release.run("phase2")
    release.run("phase3")
    (release.root / ".gitignore").write_text("__pycache__/\n")
    release.git("init", "--quiet", "--initial-branch", "main")
    release.git("add", "--all")
    release.git("-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "--quiet", "-m", "all")

    red = release.run("release-checklist --version 0.4", code=1)
    assert red.count("✗") == 1, red
    assert "✗ Tests on the database passed" in red
    assert "✗ Tests on the database passed" in release.run(deploy, code=14)
    await release.record_tests()
    release.run("release-checklist --version 0.4")

    assert "equal to production" in release.run(deploy)
    release.run("integrity --production")
    release.run("verify --production")
    assert "nothing to deploy" in release.run(deploy, code=14)
    assert await release.held() != before

    release.run(f"rollback --yes-really {release.production}")
    assert await release.held() == before
    release.run(f"rollback --purge --yes-really {release.production}")
    names = await release.outside("SELECT datname FROM pg_database")
    assert not [name for (name,) in names if name.startswith(f"{release.production}_")]
