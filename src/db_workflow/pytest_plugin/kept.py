"""Databases of failed tests: kept on request, shown at the end of the run, dropped later."""

import asyncio
from collections.abc import Generator
from dataclasses import replace
from typing import Any

import pytest

from db_workflow.address import Address
from db_workflow.binaries import Binaries
from db_workflow.errors import WorkflowError
from db_workflow.pytest_plugin.leftovers import KEPT_DAYS, drop_kept
from db_workflow.pytest_plugin.worker import Worker
from db_workflow.server import open_server
from db_workflow.settings import load_settings

# Of each worker: a run in which everything fails must not fill the disk.
_MOST = 3
_FAILED = pytest.StashKey[bool]()
_COUNT = pytest.StashKey[int]()
# Reports carry it from a worker of pytest-xdist to the process that people look at.
_PROPERTY = "kept database"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note on a test that it has failed, for the fixtures that end after it."""
    report = yield
    if report.failed:
        item.stash[_FAILED] = True
    return report


def is_wanted(item: pytest.Item) -> bool:
    """Tell whether the database of this test, which has run, is to be kept."""
    config = item.config
    return (
        bool(config.getoption("--keep-db"))
        and item.stash.get(_FAILED, False)
        and config.stash.get(_COUNT, 0) < _MOST
    )


def keep(item: pytest.Item, worker: Worker) -> None:
    """Keep a test's database; how to open it is shown at the end of the run."""
    kept = worker.keep(item.nodeid)
    item.config.stash[_COUNT] = item.config.stash.get(_COUNT, 0) + 1
    item.user_properties.append((_PROPERTY, opening(worker.address.at(kept), worker.binaries)))


def opening(address: Address, binaries: Binaries) -> str:
    """Return the line that opens a database in psql, which asks for the password if it has one."""
    try:
        program = str(binaries.program("psql"))
    except WorkflowError:
        program = "psql"
    options = tuple((name, value) for name, value in address.options if "password" not in name)
    return f"{program} '{replace(address, password=None, options=options).url()}'"


def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Drop every kept database and end, if that is what was asked for."""
    if not config.getoption("--drop-kept-db"):
        return None
    try:
        settings = load_settings(config.rootpath)
        dropped = asyncio.run(drop_kept(open_server(settings), settings))
    except WorkflowError as error:
        raise pytest.UsageError(str(error)) from error
    print("\n".join([*(f"dropped {name}" for name in dropped), f"{len(dropped)} dropped"]))
    return 0


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Show the kept databases and how to open them."""
    kept = [
        (report.nodeid, value)
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", None) == "teardown"
        for name, value in report.user_properties
        if name == _PROPERTY
    ]
    if not kept:
        return
    terminalreporter.section("kept databases")
    for test, line in kept:
        terminalreporter.write_line(f"{test}\n  {line}")
    terminalreporter.write_line(
        f"drop them: pytest --drop-kept-db (a test run in {KEPT_DAYS} days does it too)"
    )
