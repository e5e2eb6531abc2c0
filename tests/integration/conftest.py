"""What integration tests share: the checkout's own server, and databases that go away again."""

import secrets
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from db_workflow.databases import drop_database, list_marked
from db_workflow.server import Server, open_server
from db_workflow.settings import Settings, load_settings

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Return the server of this checkout, started if it does not run."""
    yield open_server(load_settings(ROOT))


@pytest.fixture
async def tiny_settings(server: Server, tmp_path: Path) -> AsyncIterator[Settings]:
    """Return settings of an empty repository with a project of its own on the shared server.

    Every database that the project's workflow created is dropped afterwards.
    """
    project = f"tiny_{secrets.token_hex(4)}"
    (tmp_path / "pyproject.toml").write_text(
        "[tool.db_workflow]\n"
        f'project = "{project}"\n'
        'sql = "sql"\n'
        'runners = "scripts/v{version}_migration/run_migrations.py"\n'
        f'models = "{project}_models:Base"\n'
        f'enums = "{project}_enums"\n'
        'test_data = "tests/database"\n'
        'import_paths = ["."]\n'
    )
    settings = load_settings(tmp_path, environment={})
    settings = replace(settings, test_address=server.address.at(settings.test_database))
    yield settings
    for name in await list_marked(server, project=project):
        await drop_database(server, name, settings=settings)
