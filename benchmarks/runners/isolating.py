"""What `benchmarks.isolation` runs: for each way of keeping tests apart a `conftest.py` and a test.

Every test does the same: it changes a row, reads it back, and commits. The database is named by
BENCHMARK_URL, the file for the measured seconds by BENCHMARK_SECONDS.
"""

from dataclasses import dataclass

_QUERY = "UPDATE notes SET id = id WHERE id IN (SELECT id FROM notes LIMIT 1) RETURNING id"
_INI = """\
[pytest]
asyncio_mode = auto
asyncio_default_fixture_loop_scope = session
asyncio_default_test_loop_scope = session
db_session_commit = flush
"""
_INI_OF_OTHERS = _INI.replace("db_session_commit = flush\n", "")
# From the end of the first test to the end of the last: what a run needs once is not in it.
_CLOCK = """\
import os
import time
from pathlib import Path

ENDS = []


def pytest_runtest_logfinish():
    ENDS.append(time.perf_counter())


def pytest_sessionfinish(session):
    if not hasattr(session.config, "workerinput"):
        seconds = (ENDS[-1] - ENDS[0]) / (len(ENDS) - 1)
        Path(os.environ["BENCHMARK_SECONDS"]).write_text(str(seconds))
"""
_OURS = """
import pytest
from db_workflow.settings import load_settings

pytest_plugins = ["db_workflow.pytest_plugin"]


@pytest.fixture(scope="session")
def db_settings():
    return load_settings(Path(os.environ["BENCHMARK_ROOT"]))
"""
# As SQLAlchemy's documentation has it, with one engine for the run.
_SAVEPOINT = """
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine


@pytest_asyncio.fixture(scope="session")
async def engine():
    engine = create_async_engine(os.environ["BENCHMARK_URL"])
    yield engine
    await engine.dispose()


@pytest_asyncio.fixture
async def db_session(engine):
    async with engine.connect() as connection:
        transaction = await connection.begin()
        async with AsyncSession(
            bind=connection, join_transaction_mode="create_savepoint", expire_on_commit=False
        ) as session:
            yield session
        await transaction.rollback()
"""
# The same with an engine a test, as those have it whose tests have a loop each.
_ENGINE = _SAVEPOINT.replace('(scope="session")', "")
_CLONE = """
from pytest_postgresql import factories

cluster = factories.postgresql_noproc(load=[Path(os.environ["BENCHMARK_DUMP"])])
postgresql = factories.postgresql("cluster")
"""
_ASYNC_TEST = f"""\
import pytest
from sqlalchemy import text

QUERY = text("{_QUERY}")


@pytest.mark.parametrize("number", range(COUNT))
async def test_one(db_session, number):
    assert (await db_session.execute(QUERY)).all()
    await db_session.commit()
"""
_SYNC_TEST = f"""\
import pytest


@pytest.mark.parametrize("number", range(COUNT))
def test_one(postgresql, number):
    with postgresql.cursor() as cursor:
        assert cursor.execute("{_QUERY}").fetchall()
    postgresql.commit()
"""
_EMPTY_TEST = """\
import pytest


@pytest.mark.parametrize("number", range(COUNT))
async def test_one(number):
    pass
"""


@dataclass(frozen=True, slots=True)
class Way:
    """A way of keeping tests apart.

    Attributes:
        fixtures: its `conftest.py`, beside the clock.
        test: its test, in which COUNT is how often it runs.
        plugins: what pytest has to load for it.
        ini: pytest's settings.

    """

    fixtures: str
    test: str
    plugins: tuple[str, ...] = ("pytest_asyncio.plugin",)
    ini: str = _INI_OF_OTHERS

    def files(self, count: int) -> dict[str, str]:
        """Return the files of a folder in which it runs so many tests."""
        return {
            "conftest.py": _CLOCK + self.fixtures,
            "test_one.py": self.test.replace("COUNT", str(count)),
            "pytest.ini": self.ini,
        }


OURS = Way(_OURS, _ASYNC_TEST, ini=_INI)
SAVEPOINT = Way(_SAVEPOINT, _ASYNC_TEST)
ENGINE = Way(_ENGINE, _ASYNC_TEST)
EMPTY = Way("", _EMPTY_TEST)
CLONE = Way(_CLONE, _SYNC_TEST, plugins=("pytest_postgresql.plugin",))
