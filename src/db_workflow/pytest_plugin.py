"""Database fixtures for any repository that has adopted the workflow.

Each worker gets a clone of the seeded template; each test runs inside a transaction that is
rolled back. Load it with `pytest_plugins = ["db_workflow.pytest_plugin"]`; it needs
pytest-asyncio with both loop scopes set to "session".
"""

import asyncio
import contextlib
import importlib
import os
import secrets
import socket
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from db_workflow import phases
from db_workflow.address import Address
from db_workflow.connection import connect
from db_workflow.connection import session as database_session
from db_workflow.databases import create_database, drop_database, list_marked
from db_workflow.errors import WorkflowError
from db_workflow.server import Server, open_server
from db_workflow.settings import Settings, load_settings
from db_workflow.state import recall, record

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession


# What a recorded run tests: the state of the test database when it began.
_TESTED = pytest.StashKey[dict[str, Any]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the plugin's options."""
    group = parser.getgroup("db_workflow")
    group.addoption(
        "--record-db-tests",
        action="store_true",
        help="when every test passes, record it in the test database for the release checklist",
    )


@pytest.fixture(scope="session")
def db_settings(pytestconfig: pytest.Config) -> Settings:
    """Return the settings of the repository under test."""
    return load_settings(pytestconfig.rootpath)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def database_address(db_settings: Settings) -> AsyncIterator[Address]:
    """Clone the seeded template for this worker; drop the clone at the end.

    Ends the whole run, with the phase's exit code, when the phases do not hold: tests on a stale
    schema or on changed rows would prove nothing.
    """
    from db_workflow.testdata.seeding.seed import seeded_template

    try:
        server = open_server(db_settings)
        await phases.require(server, settings=db_settings, phase=3, step="the test run")
        template = await seeded_template(server, settings=db_settings)
    except WorkflowError as error:
        pytest.exit(f"{error}\n  or:   invoke provision", returncode=error.exit_code)
    await _drop_left_over(server, db_settings)
    name = f"{db_settings.test_database}__worker_{secrets.token_hex(4)}"
    await create_database(
        server,
        name,
        project=db_settings.project,
        role="worker",
        template=template,
        facts={"pid": os.getpid(), "host": socket.gethostname()},
    )
    yield server.address.at(name)
    await drop_database(server, name, settings=db_settings)


@pytest.fixture(scope="session")
def database_url(database_address: Address) -> str:
    """Return this worker's database as a SQLAlchemy URL."""
    return database_address.url(driver="asyncpg")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def db_engine(database_address: Address) -> AsyncIterator["AsyncEngine"]:
    """Return an engine on this worker's database."""
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=lambda: connect(database_address, purpose="tests"),
    )
    yield engine
    await engine.dispose()


@pytest_asyncio.fixture(loop_scope="session")
async def db_connection(db_engine: "AsyncEngine") -> AsyncIterator["AsyncConnection"]:
    """Return a connection inside a transaction that the test's end rolls back."""
    async with db_engine.connect() as connection:
        transaction = await connection.begin()
        yield connection
        await transaction.rollback()


@pytest_asyncio.fixture(loop_scope="session")
async def db_session(
    db_connection: "AsyncConnection", db_settings: Settings
) -> AsyncIterator["AsyncSession"]:
    """Return a session whose every flush the test's end rolls back, savepoints included."""
    async with _session_class(db_settings)(
        bind=db_connection, join_transaction_mode="create_savepoint", expire_on_commit=False
    ) as session:
        yield session


def pytest_sessionstart(session: pytest.Session) -> None:
    """Note what the run is about to test, before its tests can have changed anything."""
    config = session.config
    if not hasattr(config, "workerinput") and config.getoption("--record-db-tests"):
        with contextlib.suppress(WorkflowError):
            config.stash[_TESTED] = asyncio.run(_tested(load_settings(config.rootpath)))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Record that every test passed on this schema and these rows, for the release checklist.

    A run that left tests out proves less than it seems to, and is not recorded.
    """
    config = session.config
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
        return {key: await recall(connection, key) for key in ("schema", "seeded")}


async def _record(settings: Settings, outcome: dict[str, Any]) -> None:
    address = open_server(settings).address.at(settings.test_database)
    async with database_session(address, purpose="record") as connection:
        await record(connection, "db_tests", outcome)


def _session_class(settings: Settings) -> Any:
    """Return the application's own session class, whose `commit` refuses, or SQLAlchemy's."""
    from sqlalchemy.ext.asyncio import AsyncSession

    if settings.session is None:
        return AsyncSession
    settings.prepare_imports()
    module, _, name = settings.session.partition(":")
    return getattr(importlib.import_module(module), name)


async def _drop_left_over(server: Server, settings: Settings) -> None:
    """Drop the clones of workers that were killed."""
    for name, marker in (await list_marked(server, project=settings.project)).items():
        if marker.role != "worker" or marker.facts.get("host") != socket.gethostname():
            continue
        try:
            os.kill(int(marker.facts["pid"]), 0)
        except ProcessLookupError:
            with contextlib.suppress(WorkflowError):  # another worker was faster
                await drop_database(server, name, settings=settings)
        except PermissionError:
            continue
