"""Database fixtures for any repository that has adopted the workflow.

Each worker gets a clone of the seeded template; each test runs inside a transaction that is
rolled back; what a test leaves in its database all the same is reported by that test's name.
Load it with `pytest_plugins = ["db_workflow.pytest_plugin"]`; it needs pytest-asyncio with both
loop scopes set to "session".
"""

import pytest

try:
    import pytest_asyncio  # noqa: F401 - only whether it is there
except ImportError as error:
    raise pytest.UsageError(
        "db_workflow.pytest_plugin needs pytest-asyncio: pip install pytest-asyncio"
    ) from error

from db_workflow.pytest_plugin.fixtures import (
    database_address,
    database_url,
    db_connection,
    db_engine,
    db_session,
    db_settings,
    db_watched,
    db_worker,
    pytest_fixture_post_finalizer,
    pytest_fixture_setup,
)
from db_workflow.pytest_plugin.kept import (
    pytest_cmdline_main,
    pytest_runtest_makereport,
    pytest_terminal_summary,
)
from db_workflow.pytest_plugin.options import pytest_addoption, pytest_configure
from db_workflow.pytest_plugin.recording import pytest_sessionstart
from db_workflow.pytest_plugin.sessions import CommitRefusedError
from db_workflow.pytest_plugin.stopping import pytest_sessionfinish, pytest_testnodedown

__all__ = [
    "CommitRefusedError",
    "database_address",
    "database_url",
    "db_connection",
    "db_engine",
    "db_session",
    "db_settings",
    "db_watched",
    "db_worker",
    "pytest_addoption",
    "pytest_cmdline_main",
    "pytest_configure",
    "pytest_fixture_post_finalizer",
    "pytest_fixture_setup",
    "pytest_runtest_makereport",
    "pytest_sessionfinish",
    "pytest_sessionstart",
    "pytest_terminal_summary",
    "pytest_testnodedown",
]
