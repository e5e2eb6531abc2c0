"""A runner that is killed with no chance to clean up: the next run ends as an undisturbed one."""

import runpy
from pathlib import Path

import pytest

from db_workflow.connection import session
from db_workflow.schema.run.lock import KEY

_HELPERS = runpy.run_path(str(Path(__file__).with_name("migration_lists.py")))
MigrationLists = _HELPERS["MigrationLists"]
until = _HELPERS["until"]

BEFORE = (
    "a.sql",
    (
        "CREATE TABLE a (x int PRIMARY KEY, y text);"
        " INSERT INTO a SELECT g, 'n' FROM generate_series(1, 50) g"
    ),
)
AFTER = ("z.sql", "CREATE TABLE z (x int); INSERT INTO z SELECT count(*) FROM a")
# By kind: the step in whose middle the runner is killed.
KINDS = {
    "a SQL file": (
        (
            "m.sql",
            (
                "CREATE TABLE m (x int); INSERT INTO m VALUES (1); UPDATE a SET y = 'm';\n"
                "DROP TABLE old;\nSELECT gate.pass();\nINSERT INTO m VALUES (2);"
            ),
        ),
    ),
    "a SQL file that begins with its wait": (
        ("m.sql", "SELECT gate.pass(); DELETE FROM a WHERE x > 40; CREATE TABLE m (x int);"),
    ),
    "a file with COPY data": (
        (
            "l.sql",
            (
                "CREATE TABLE l (x int, y text); CREATE TRIGGER t BEFORE INSERT ON l FOR EACH ROW"
                " WHEN (NEW.x = 2) EXECUTE FUNCTION gate.passing();"
            ),
        ),
        (
            "m.sql",
            (
                "DELETE FROM a;\nCOPY l (x, y) FROM stdin;\n1\tone\n2\ttwo\n3\tthree\n\\.\n"
                "CREATE TABLE m (x int);\n"
            ),
        ),
    ),
    "a Python step": (
        (
            "m.py",
            (
                "async def upgrade(context):\n"
                "    await context.connection.execute('DELETE FROM a; CREATE TABLE m (x int)')\n"
                "    await context.connection.execute('SELECT gate.pass()')\n"
                "    await context.connection.execute('INSERT INTO m VALUES (1)')\n"
            ),
        ),
    ),
    "a Python step with transactions of its own": (
        (
            "m.py",
            (
                "async def upgrade(context):\n"
                "    connection = context.connection\n"
                "    await connection.execute('CREATE TABLE IF NOT EXISTS m (x int PRIMARY KEY)')\n"
                "    for number in range(5):\n"
                "        async with connection.transaction():\n"
                "            await connection.execute(\n"
                "                'INSERT INTO m VALUES ($1) ON CONFLICT DO NOTHING', number)\n"
                "            if number == 3:\n"
                "                await connection.execute('SELECT gate.pass()')\n"
            ),
            "transaction=False",
        ),
    ),
    "a file without a transaction": (
        (
            "m.sql",
            (
                "-- db_workflow: no-transaction\nCREATE TABLE m (x int);\n"
                "INSERT INTO m VALUES (1);\n"
                "INSERT INTO m SELECT 2 FROM (SELECT gate.pass()) AS waited;\n"
                "CREATE INDEX CONCURRENTLY i ON a (y);\n"
            ),
        ),
    ),
}


@pytest.fixture
def lists(server, tiny_settings):
    lists = MigrationLists(server, tiny_settings)
    yield lists
    lists.end()


async def undisturbed(lists):
    """Apply the lists to a database where every door is open."""
    database = await lists.database(prepared="CREATE TABLE old (x int)")
    await database.migrate()
    return await database.outcome()


@pytest.mark.parametrize("kind", KINDS)
async def test_a_runner_killed_in_the_middle_of_a_step_leaves_what_the_next_run_completes(
    lists, kind
):
    lists.write(BEFORE, *KINDS[kind], AFTER)
    database = await lists.database(door_open=False, prepared="CREATE TABLE old (x int)")
    runner = database.start()
    await database.at_the_door()
    runner.kill()
    # The server still works on the dead runner's step, and nobody opens the door for it yet.
    following = database.start()
    await until(lambda: _gone(database, runner))
    await database.open_door()
    code, text = await following.end()
    assert code == 0, text
    assert await database.outcome() == await undisturbed(lists)


async def _gone(database, runner):
    names = await database.fetch("SELECT application_name FROM pg_stat_activity")
    return not any(name.endswith(f" {runner.process.pid}]") for (name,) in names)


async def test_the_session_of_a_killed_runner_is_ended_and_not_waited_for(lists):
    lists.write(BEFORE, *KINDS["a SQL file"])
    database = await lists.database(door_open=False, prepared="CREATE TABLE old (x int)")
    runner = database.start()
    ((left,),) = await database.at_the_door()
    runner.kill()
    following = database.start()
    assert f"ends the session (pid {left})" in await following.said("ends the session")
    await database.open_door()
    assert (await following.end())[0] == 0


@pytest.mark.parametrize("step", ["v0.1/a.sql", "v0.1/m.sql", "v0.1/z.sql"])
async def test_a_runner_killed_between_steps_leaves_what_the_next_run_completes(lists, step):
    # With limits of their own each is sent by itself.
    steps = (BEFORE, *KINDS["a SQL file"], AFTER)
    lists.write(*((*one, "time_limit_seconds=60") for one in steps))
    database = await lists.database(prepared="CREATE TABLE old (x int)")
    runner = database.start(pause_after=step)
    await runner.said("PAUSED")
    runner.kill()
    code, text = await database.start().end()
    assert code == 0, text
    assert await database.outcome() == await undisturbed(lists)


async def test_a_runner_killed_before_its_first_step_leaves_nothing_behind(lists):
    lists.write(BEFORE, AFTER)
    database = await lists.database()
    async with session(database.address, purpose="test") as connection:
        await connection.execute(f"SELECT pg_advisory_lock({KEY})")
        runner = database.start()
        await runner.said("waiting for it to end")
        runner.kill()
    assert (await database.start().end())[0] == 0
    assert list(await database.ledger()) == ["v0.1/a.sql", "v0.1/z.sql"]
