"""The fixtures: a worker's database, connections and sessions that are rolled back, the watch."""

import contextlib
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from db_workflow.address import Address
from db_workflow.errors import WorkflowError
from db_workflow.pytest_plugin.kept import is_wanted, keep
from db_workflow.pytest_plugin.options import (
    COMMITS,
    commit_choice,
    foreign_loop,
    require_session_loop,
)
from db_workflow.pytest_plugin.sessions import session_class
from db_workflow.pytest_plugin.stopping import stop_run
from db_workflow.pytest_plugin.telling import foreign_loop_text, leak_text
from db_workflow.pytest_plugin.worker import Worker
from db_workflow.settings import Settings, load_settings

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

_WORKER = pytest.StashKey[Worker]()
_SESSION = pytest.StashKey["AsyncSession"]()
# Whether a fixture of a wider scope than a test's has begun or ended since the last look.
_WIDER = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def db_settings(pytestconfig: pytest.Config) -> Settings:
    """Return the settings of the repository under test."""
    return load_settings(pytestconfig.rootpath)


@pytest.fixture(scope="session")
def db_worker(request: pytest.FixtureRequest, db_settings: Settings) -> Iterator[Worker]:
    """Clone the seeded template for this worker; drop the clone at the end.

    Ends the whole run, with the phase's exit code, when the phases do not hold: tests on a stale
    schema or on changed rows would prove nothing.
    """
    config = request.config
    try:
        worker = Worker.open(db_settings, shared=config.getini("db_shared_connections"))
    except WorkflowError as error:
        stop_run(request.session, error.but(next=f"{error.next}\n  or:   invoke provision"))
    config.stash[_WORKER] = worker
    yield worker
    del config.stash[_WORKER]
    worker.close()


@pytest.fixture(scope="session")
def database_address(db_worker: Worker) -> Address:
    """Return where this worker's database is."""
    return db_worker.address


@pytest.fixture(scope="session")
def database_url(database_address: Address) -> str:
    """Return this worker's database as a SQLAlchemy URL."""
    return database_address.url(driver="asyncpg")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def db_engine(
    request: pytest.FixtureRequest, db_worker: Worker
) -> AsyncIterator["AsyncEngine"]:
    """Return an engine on this worker's database."""
    from sqlalchemy.ext.asyncio import create_async_engine

    try:
        require_session_loop(request.config)
    except WorkflowError as error:
        stop_run(request.session, error)
    connections = db_worker.connections
    engine = create_async_engine("postgresql+asyncpg://", async_creator=connections.open)
    connections.watch(engine)
    yield engine
    connections.engine = None
    await engine.dispose()


@pytest_asyncio.fixture(loop_scope="session")
async def db_connection(
    request: pytest.FixtureRequest, db_engine: "AsyncEngine", db_worker: Worker
) -> AsyncIterator["AsyncConnection"]:
    """Return a connection inside a transaction that the test's end rolls back."""
    async with db_engine.connect() as connection:
        transaction = await connection.begin()
        yield connection
        session = request.node.stash.get(_SESSION, None)
        if is_wanted(request.node):
            await _save(connection, session)
        if transaction.is_active:
            await transaction.rollback()
        if session is not None:
            await session.close()
        if db_worker.cached_sequences:
            await connection.exec_driver_sql("DISCARD SEQUENCES")
        await db_worker.connections.give_back(connection)


@pytest.fixture
def db_session(
    request: pytest.FixtureRequest, db_connection: "AsyncConnection", db_settings: Settings
) -> "AsyncSession":
    """Return a session whose every flush the test's end rolls back, savepoints included."""
    kind = session_class(db_settings, commit_choice(request.node))
    session = kind(
        bind=db_connection, join_transaction_mode="create_savepoint", expire_on_commit=False
    )
    # Closed by `db_connection`, after its rollback: the session's savepoint is gone by then, and
    # that saves a message to the server, and the event loop a start.
    request.node.stash[_SESSION] = session
    return session


async def _save(connection: "AsyncConnection", session: "AsyncSession | None") -> None:
    """Make a test's work last, for a database that is kept. One that has failed has left none."""
    from sqlalchemy.exc import SQLAlchemyError

    if session is not None:
        with contextlib.suppress(SQLAlchemyError):
            await session.flush()
    raw = (await connection.get_raw_connection()).driver_connection
    if raw is not None:
        await raw.execute("COMMIT")  # past what the session's class has for it, savepoints included


@pytest.fixture(autouse=True)
def db_watched(request: pytest.FixtureRequest) -> Iterator[None]:
    """Watch what a test leaves in its worker's database, and report it by the test's name."""
    item, stash = request.node, request.config.stash
    if "db_engine" in request.fixturenames and (scope := foreign_loop(item)):
        pytest.fail(foreign_loop_text(scope), pytrace=False)
    if stash.get(_WIDER, False) and _WORKER in stash:
        stash[_WORKER].begin()
        stash[_WIDER] = False
    yield
    worker = stash.get(_WORKER, None)
    if worker is None or "db_worker" not in request.fixturenames:
        return
    if is_wanted(item):
        keep(item, worker)
        return
    left = worker.end()
    if item.get_closest_marker(COMMITS) is not None:
        left = left.without_contents()
    if left:
        pytest.fail(leak_text(left), pytrace=False)


def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> None:
    """Note that a fixture of a wider scope begins: what it does is not its first test's."""
    if fixturedef.scope != "function":
        request.config.stash[_WIDER] = True


def pytest_fixture_post_finalizer(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> None:
    """Note that a fixture of a wider scope has ended: what it did is not the next test's."""
    if fixturedef.scope != "function":
        request.config.stash[_WIDER] = True
