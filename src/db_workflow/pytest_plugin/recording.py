"""Record, for the release checklist, that every test passed on this schema, rows and code."""

import asyncio
import contextlib
import os
from typing import Any

import pytest

from db_workflow.connection import session as database_session
from db_workflow.errors import WorkflowError
from db_workflow.release.files import sources_digest
from db_workflow.server import open_server
from db_workflow.settings import Settings, load_settings
from db_workflow.state import recall, record

# What a recorded run tests: the state of the test database when it began.
_TESTED = pytest.StashKey[dict[str, Any]]()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Note what the run is about to test, before its tests can have changed anything."""
    config = session.config
    if not hasattr(config, "workerinput") and config.getoption("--record-db-tests"):
        with contextlib.suppress(WorkflowError):
            config.stash[_TESTED] = asyncio.run(_tested(load_settings(config.rootpath)))


def record_run(config: pytest.Config, exitstatus: int) -> None:
    """Record that every test passed.

    A run that left tests out proves less than it seems to, and is not recorded.
    """
    tested = config.stash.get(_TESTED, None)
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if tested is None or reporter is None or exitstatus != 0:
        return
    passed = len(reporter.stats.get("passed", ()))
    chosen = config.option.keyword or config.option.markexpr or config.option.lf
    files = [argument for argument in config.args if not os.path.isdir(argument)]  # noqa: PTH112
    if not passed or chosen or files or reporter.stats.get("deselected"):
        reporter.write_line("db_workflow: tests were left out, so the run is not recorded")
        return
    skipped = len(reporter.stats.get("skipped", ()))
    with contextlib.suppress(WorkflowError):
        outcome = {"passed": passed, "skipped": skipped, **tested}
        asyncio.run(_record(load_settings(config.rootpath), outcome))


async def _tested(settings: Settings) -> dict[str, Any]:
    address = open_server(settings).address.at(settings.test_database)
    async with database_session(address, purpose="record", read_only=True) as connection:
        found = {key: await recall(connection, key) for key in ("schema", "seeded")}
    return {**found, "sources": sources_digest(settings)}


async def _record(settings: Settings, outcome: dict[str, Any]) -> None:
    address = open_server(settings).address.at(settings.test_database)
    async with database_session(address, purpose="record") as connection:
        await record(connection, "db_tests", outcome)
