"""The session in which steps work: theirs, as psql would have it, and none of the runner's."""

import runpy
from pathlib import Path

import pytest

from db_workflow.connection import session
from db_workflow.errors import DatabaseRefusedError
from db_workflow.state import recall, record

_HELPERS = runpy.run_path(str(Path(__file__).with_name("migration_lists.py")))
MigrationLists, Heard = _HELPERS["MigrationLists"], _HELPERS["Heard"]

CODEC = """
import json

async def upgrade(context):
    await context.connection.set_type_codec(
        "jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
    await context.connection.execute("INSERT INTO a VALUES ($1)", {"x": 1})
"""
BATCHES = """
    async for batch in context.batches("b"):
        async with batch:
            pass
"""
READS = """
async def upgrade(context):
    context.reporter.say(repr(await context.connection.fetchval("SELECT j FROM a")))
"""


@pytest.fixture
def lists(server, tiny_settings):
    return MigrationLists(server, tiny_settings)


@pytest.mark.parametrize("own", [False, True], ids=["in a transaction", "with its own"])
async def test_a_codec_that_a_step_sets_does_not_reach_what_the_workflow_records(lists, own):
    tables = (
        "CREATE TABLE a (j jsonb); CREATE TABLE b (x int PRIMARY KEY); INSERT INTO b VALUES (1)"
    )
    step = ("b.py", CODEC + BATCHES, "transaction=False") if own else ("b.py", CODEC)
    lists.write(("a.sql", tables), step)
    database = await lists.database()
    await database.migrate()
    kinds = await database.fetch("SELECT DISTINCT jsonb_typeof(value) FROM db_workflow.state")
    assert kinds == [("object",)]
    assert await database.fetch("SELECT jsonb_typeof(locks) FROM db_workflow.migration") == [
        ("array",),
        ("array",),
    ]
    assert (await database.migrate()).already == 2


async def test_a_codec_that_a_step_sets_does_not_reach_the_next_step(lists):
    lists.write(("a.sql", "CREATE TABLE a (j jsonb)"), ("b.py", CODEC), ("c.py", READS))
    database = await lists.database()
    heard = Heard()
    await database.migrate(reporter=heard)
    assert heard.heard("""'{"x": 1}'"""), heard.said


async def test_a_killed_run_s_second_session_is_known_to_the_next_run(lists):
    waits = ("c.sql", "SELECT gate.pass()")
    lists.write(("a.sql", "CREATE TABLE a (j jsonb)"), ("b.py", CODEC), waits)
    database = await lists.database(door_open=False)
    runner = database.start()
    ((left,),) = await database.at_the_door()
    runner.kill()
    following = database.start()
    assert f"ends the session (pid {left})" in await following.said("ends the session")
    await database.open_door()
    assert (await following.end())[0] == 0
    lists.end()


async def test_what_is_recorded_as_something_else_than_facts_is_refused_by_its_name(lists):
    database = await lists.database()
    async with session(database.address, purpose="test") as connection:
        await record(connection, "schema", {})
        await connection.execute("UPDATE db_workflow.state SET value = '\"{}\"'")
        with pytest.raises(DatabaseRefusedError, match=r"db_workflow\.state holds 'schema' as"):
            await recall(connection, "schema")


# By setting: a table, a row in it, and a question with the answer that psql's meaning gives.
OWN = {
    "search_path = app, public": (
        "m (x int)",
        "(1)",
        "SELECT relnamespace::regnamespace::text FROM pg_class WHERE relname = 'm'",
        "app",
    ),
    "TimeZone = 'America/New_York'": (
        "app.m (at timestamptz, x timestamptz DEFAULT '2026-01-01 00:00')",
        "('2026-07-01 00:00')",
        "SELECT concat_ws(' ', at, x) FROM app.m",
        "2026-07-01 04:00:00+00 2026-01-01 05:00:00+00",
    ),
    "DateStyle = 'SQL, DMY'": (
        "app.m (day date, x date DEFAULT '03/04/2026')",
        "('01/02/2026')",
        "SELECT concat_ws(' ', day, x) FROM app.m",
        "2026-02-01 2026-04-03",
    ),
}


@pytest.mark.parametrize("setting", OWN)
async def test_a_step_means_what_it_means_in_psql(lists, setting):
    """What a database sets for its sessions holds for its steps, and not for what is recorded."""
    table, row, question, answer = OWN[setting]
    name, column = table.split(" ")[0], table.split(" (")[1].split(" ")[0]
    lists.write(
        ("m.sql", f"CREATE TABLE {table}"),
        ("n.sql", f"INSERT INTO {name} ({column}) VALUES {row}"),
        ("o.sql", f"-- db_workflow: no-transaction\nCREATE INDEX CONCURRENTLY i ON {name} (x)"),
        ("p.py", "async def upgrade(context): pass\n"),
    )
    alter = f"format($set$ALTER DATABASE %I SET {setting}$set$, current_database())"
    database = await lists.database(
        prepared=f"CREATE SCHEMA app; DO $$ BEGIN EXECUTE {alter}; END $$"
    )
    await database.migrate()
    assert await database.value(question) == answer
    # The schema is read in the runner's own formats, so another session finds it unchanged.
    assert (await database.migrate()).already == 4
