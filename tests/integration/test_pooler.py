"""A connection pooler between the workflow and the server is found out and refused."""

import runpy
from dataclasses import replace
from pathlib import Path

import pytest

from db_workflow.connection import PINNED
from db_workflow.errors import ServerError
from db_workflow.lock import exclusive
from db_workflow.schema.plan import load_plan
from db_workflow.schema.run.runner import migrate

_HERE = Path(__file__).parent
_LISTS = runpy.run_path(str(_HERE / "migration_lists.py"))
_POOL = runpy.run_path(str(_HERE / "pgbouncer.py"))

pytestmark = pytest.mark.skipif(
    _POOL["PROGRAM"] is None, reason="no pgbouncer on this machine: apt-get install pgbouncer"
)
# What a person adds to PgBouncer's settings to make a driver's start-up pass.
EVERYTHING = ",".join(PINNED)


@pytest.fixture
def lists(server, tiny_settings):
    lists = _LISTS["MigrationLists"](server, tiny_settings)
    lists.write(("a.sql", "CREATE TABLE a (x int)"))
    return lists


@pytest.mark.parametrize("ignored", ["", EVERYTHING], ids=["as it comes", "told to ignore"])
@pytest.mark.parametrize("mode", ["transaction", "session", "statement"])
async def test_migrating_through_a_pooler_is_refused(lists, mode, ignored):
    database = await lists.database()
    async with _POOL["pgbouncer"](database.address, mode=mode, ignored=ignored) as through:
        database.way = through(database.address.database)
        with pytest.raises(ServerError) as caught:
            await database.migrate()
    assert "pooler (such as PgBouncer)" in caught.value.found
    assert caught.value.next.startswith("let the URL name the server itself")
    assert await database.contents() == {}


@pytest.mark.parametrize("ignored", ["", EVERYTHING], ids=["as it comes", "told to ignore"])
@pytest.mark.parametrize("mode", ["transaction", "session"])
async def test_every_guarded_step_is_refused_through_a_pooler(server, lists, mode, ignored):
    async with _POOL["pgbouncer"](server.address, mode=mode, ignored=ignored) as through:
        pooled = replace(server, address=through("postgres"))
        with pytest.raises(ServerError, match="pooler"):
            async with exclusive(pooled, settings=lists.settings, purpose="seed"):
                pass


async def test_the_pooler_s_own_sessions_keep_no_lock_of_a_refused_run(lists):
    database = await lists.database()
    async with _POOL["pgbouncer"](
        database.address, mode="transaction", ignored=EVERYTHING
    ) as through:
        for _ in range(3):
            with pytest.raises(ServerError, match="pooler"):
                await migrate(
                    through(database.address.database),
                    load_plan(lists.settings),
                    settings=lists.settings,
                )
        assert await database.holders() == []
        # The way around it is free.
        await database.migrate()
