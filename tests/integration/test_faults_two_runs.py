"""Two runs at once: one waits for the other, or refuses; nothing runs twice."""

import asyncio
import random
import runpy
from pathlib import Path

import pytest

from db_workflow.connection import session
from db_workflow.errors import BusyError
from db_workflow.schema.run.lock import KEY

_LISTS = runpy.run_path(str(Path(__file__).with_name("migration_lists.py")))
MigrationLists = _LISTS["MigrationLists"]

ONCE = (
    ("a.sql", "CREATE TABLE a (x int)"),
    ("b.sql", "INSERT INTO a VALUES (1)"),
    (
        "c.py",
        (
            "async def upgrade(context):\n"
            "    await context.connection.execute('INSERT INTO a VALUES (2)')\n"
        ),
    ),
    ("d.sql", "-- db_workflow: no-transaction\nINSERT INTO a VALUES (3);\nVACUUM a;"),
)


@pytest.fixture
def lists(server, tiny_settings):
    lists = MigrationLists(server, tiny_settings)
    yield lists
    lists.end()


@pytest.mark.parametrize("seed", range(10))
async def test_of_two_processes_at_once_one_does_the_work_and_the_other_has_none(lists, seed):
    lists.write(*ONCE)
    database = await lists.database()
    chance = random.Random(seed)  # noqa: S311 - not a secret
    runners = []
    for _ in range(2):
        runners.append(database.start(lock_wait_seconds=20))
        await asyncio.sleep(chance.uniform(0, 0.1))
    ends = await asyncio.gather(*(runner.end() for runner in runners))
    assert [code for code, _ in ends] == [0, 0], ends
    applied = sorted(text.splitlines()[-1] for _, text in ends)
    assert applied == ["APPLIED", "APPLIED v0.1/a.sql v0.1/b.sql v0.1/c.py v0.1/d.sql"]
    assert await database.fetch("SELECT x FROM a ORDER BY x") == [(1,), (2,), (3,)]


async def test_the_second_run_waits_and_says_for_whom(lists):
    lists.write(("a.sql", "SELECT gate.pass()"))
    database = await lists.database(door_open=False)
    first = database.start()
    await database.at_the_door()
    second = database.start(lock_wait_seconds=20)
    told = await second.said("waiting for it to end")
    (holder,) = await database.holders()
    assert f" {first.process.pid}] (pid {holder}), since " in told
    await database.open_door()
    assert (await first.end())[1].endswith("APPLIED v0.1/a.sql\n")
    assert (await second.end())[1].endswith("APPLIED\n")


async def test_the_second_run_refuses_when_it_has_waited_long_enough(lists):
    lists.write(("a.sql", "SELECT gate.pass()"))
    database = await lists.database(door_open=False)
    first = database.start()
    await database.at_the_door()
    code, text = await database.start(lock_wait_seconds=0.2).end()
    assert code == BusyError.exit_code
    assert f" {first.process.pid}] (pid " in text
    assert "why:  two runs at once would apply steps twice or out of order" in text
    await database.open_door()
    assert (await first.end())[0] == 0


async def test_a_holder_that_is_no_run_of_ours_is_named_too(lists):
    lists.write(("a.sql", "SELECT 1"))
    database = await lists.database()
    async with session(database.address, purpose="test") as connection:
        await connection.execute("SET application_name = ''")
        await connection.execute(f"SELECT pg_advisory_lock({KEY})")
        with pytest.raises(BusyError) as caught:
            await database.migrate(limits={"lock_wait_seconds": 0.1})
    assert f": a session (pid {connection.get_server_pid()}), since" in caught.value.found


async def test_who_waits_takes_over_from_a_run_that_dies(lists):
    lists.write(("a.sql", "CREATE TABLE a (x int); SELECT gate.pass()"))
    database = await lists.database(door_open=False)
    first = database.start()
    await database.at_the_door()
    second = database.start(lock_wait_seconds=20)
    await second.said("waiting for it to end")
    first.kill()
    await second.said("ends the session")
    await database.open_door()
    assert (await second.end())[0] == 0
    assert list(await database.ledger()) == ["v0.1/a.sql"]
