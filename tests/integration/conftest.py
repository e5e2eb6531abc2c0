"""What integration tests share: the checkout's own server, and databases that go away again."""

import runpy
import secrets
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

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
        f'binaries = "{server.binaries.folder}"\n'
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


@pytest.fixture(scope="session")
async def plugin_shop(
    server: Server, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Any]:
    """Return a foreign repository whose phases hold, for tests of the pytest plugin."""
    kind = runpy.run_path(str(Path(__file__).with_name("plugin_shop.py")))["PluginShop"]
    shop = kind(server, tmp_path_factory.mktemp("plugin"))
    try:
        await shop.open()
        yield shop
    finally:
        await shop.close()
