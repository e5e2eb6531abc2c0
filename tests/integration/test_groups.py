"""Small files share a message; what holds for a step by itself holds for each of them."""

import asyncio
import contextlib
import runpy
from pathlib import Path

import pytest

from db_workflow.connection import session
from db_workflow.errors import MigrationError
from db_workflow.schema.run import retries

_LISTS = runpy.run_path(str(Path(__file__).with_name("migration_lists.py")))
MigrationLists, until, Heard = _LISTS["MigrationLists"], _LISTS["until"], _LISTS["Heard"]

FIRST = ("a.sql", "CREATE TABLE a (x int PRIMARY KEY); INSERT INTO a VALUES (1), (2)")
SECOND = ("b.sql", "CREATE TABLE b (x int)")
LAST = ("z.sql", "CREATE TABLE z AS SELECT count(*) FROM a")
WAITS = ("m.sql", "CREATE TABLE m (x int);\nSELECT gate.pass();\nINSERT INTO m VALUES (1)")
NOW = "SELECT now() AS at"


@pytest.fixture
def lists(server, tiny_settings):
    lists = MigrationLists(server, tiny_settings)
    yield lists
    lists.end()


async def applied(database):
    return [name.removeprefix("v0.1/") for name in await database.ledger()]


async def refused(database, **options):
    with pytest.raises(MigrationError) as caught:
        await database.migrate(**options)
    return caught.value


async def test_small_files_share_a_message(lists):
    lists.write(("a.sql", f"CREATE TABLE a AS {NOW}"), ("b.sql", f"CREATE TABLE b AS {NOW}"))
    database = await lists.database()
    await database.migrate()
    assert await database.value("SELECT a.at = b.at FROM a, b")


async def test_a_step_begins_no_message_s_second_half_when_the_first_took_long(lists):
    late = "CREATE TABLE late AS SELECT extract(epoch FROM clock_timestamp() - now()) AS lag"
    lists.write(("a.sql", "SELECT pg_sleep(0.4)"), ("b.sql", late), ("z.sql", "SELECT 1"))
    database = await lists.database()
    await database.migrate()
    assert await database.value("SELECT lag < 0.3 FROM late")
    assert await applied(database) == ["a.sql", "b.sql", "z.sql"]


async def test_a_step_s_time_is_its_own(lists):
    lists.write(("a.sql", "SELECT pg_sleep(0.04)"), ("b.sql", "SELECT 1"))
    database = await lists.database()
    heard = Heard()
    result = await database.migrate(reporter=heard)
    first, second = (await database.ledger()).values()
    assert first.duration_ms >= 40 > second.duration_ms
    assert [step.name for step in result.applied] == ["v0.1/a.sql", "v0.1/b.sql"]
    assert result.applied[0].seconds * 1000 == first.duration_ms
    assert [line.split()[0] for line in heard.said] == ["v0.1/a.sql", "v0.1/b.sql"]


async def test_rows_are_counted_for_the_step_that_wrote_them(lists):
    lists.write(
        FIRST,
        ("b.sql", "UPDATE a SET x = x + 10; CREATE TABLE b (x int); INSERT INTO b VALUES (1)"),
        ("c.sql", "ALTER TABLE a ADD y int; DELETE FROM b"),
        ("d.sql", "ALTER TABLE a ADD z int"),
    )
    database = await lists.database()
    await database.migrate()
    rows = [row.rows_touched for row in (await database.ledger()).values()]
    assert rows == [2, 3, 1, 0]


FAILING = {
    "with a place": ("CREATE TABLE m (x int);\n  SELECT nothing FROM m", "m.sql:2:10", "42703"),
    "without a place": ("SELECT 1;\nINSERT INTO a VALUES (1)", "m.sql:2", "23505"),
    "that cannot be read": ("CREATE TABLE m (x int);\nCREATE TALBE n ()", "m.sql:2:8", "42601"),
    "at its end": (
        (
            "CREATE TABLE m (x int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED);\n"
            "INSERT INTO m VALUES (1), (1)"
        ),
        "m.sql: after its last statement",
        "23505",
    ),
}


@pytest.mark.parametrize("kind", FAILING)
async def test_what_fails_in_the_middle_is_placed_and_what_stands_before_it_stays(lists, kind):
    text, place, code = FAILING[kind]
    lists.write(FIRST, SECOND, ("m.sql", text), LAST)
    database = await lists.database()
    error = await refused(database)
    assert error.found.startswith("v0.1/m.sql failed")
    assert place in error.found
    assert error.data["sqlstate"] == code
    assert await applied(database) == ["a.sql", "b.sql"]
    lists.write(FIRST, SECOND, ("m.sql", "SELECT 1"), LAST)
    await database.migrate()
    assert await applied(database) == ["a.sql", "b.sql", "m.sql", "z.sql"]


async def test_what_fails_after_long_work_does_not_do_it_again(lists, monkeypatch):
    monkeypatch.setattr("db_workflow.schema.run.group.SEARCH_SECONDS", 0.2)
    monkeypatch.setattr("db_workflow.schema.run.attempt.SEARCH_SECONDS", -9.0)
    count = "SELECT nextval('gate.tries')"
    lists.write(FIRST, ("m.sql", f"{count};\nSELECT pg_sleep(0.3);\nSELECT 1/0"), LAST)
    database = await lists.database(prepared="CREATE SEQUENCE gate.tries")
    error = await refused(database)
    assert "division by zero" in error.found
    assert await database.value("SELECT last_value FROM gate.tries") == 1


async def test_steps_that_need_a_time_of_their_own_have_one(lists):
    stamp = "INSERT INTO gate.stamps VALUES (now())"
    lists.write(("a.sql", stamp), ("b.sql", stamp), ("c.sql", stamp))
    database = await lists.database(
        prepared="CREATE TABLE gate.stamps (at timestamptz PRIMARY KEY)"
    )
    await database.migrate()
    assert await database.value("SELECT count(*) FROM gate.stamps") == 3


@contextlib.asynccontextmanager
async def held(database, table):
    async with session(database.address, purpose="the other") as other:
        transaction = other.transaction()
        await transaction.start()
        await other.execute(f"LOCK TABLE {table}")
        yield transaction


async def test_a_lock_that_is_taken_for_a_moment_makes_only_its_step_wait(lists):
    lists.write(FIRST, ("m.sql", "ALTER TABLE old ADD y int"), LAST)
    database = await lists.database(prepared="CREATE TABLE old (x int)")
    heard = Heard()
    async with held(database, "old") as transaction:
        run = asyncio.create_task(database.migrate(reporter=heard, limits={"lock_timeout_ms": 200}))
        await until(lambda: heard.heard("v0.1/m.sql  waits for a lock, tries again"))
        assert await applied(database) == ["a.sql"]
        assert heard.heard("v0.1/a.sql  ")
        await transaction.rollback()
        await run
    assert await applied(database) == ["a.sql", "m.sql", "z.sql"]


async def test_a_lock_that_is_never_free_names_its_step_and_who_holds_it(lists, monkeypatch):
    monkeypatch.setattr(retries, "_ATTEMPTS", 2)
    lists.write(FIRST, ("m.sql", "SELECT 1;\nALTER TABLE old ADD y int"), LAST)
    database = await lists.database(prepared="CREATE TABLE old (x int)")
    async with held(database, "old"):
        error = await refused(database, limits={"lock_timeout_ms": 250})
    assert error.found.startswith("v0.1/m.sql failed: canceling statement due to lock timeout")
    assert "m.sql:2" in error.found
    assert "it waited for AccessExclusiveLock on public.old; blocked by" in error.found
    assert await applied(database) == ["a.sql"]


async def test_what_waits_in_the_middle_is_told_by_its_own_name(lists):
    # What it has created itself has no name for the watch.
    lists.write(FIRST, ("m.sql", "CREATE TABLE m (x int); ALTER TABLE old ADD y int"), LAST)
    database = await lists.database(prepared="CREATE TABLE old (x int)")
    heard = Heard()
    async with held(database, "old") as transaction:
        run = asyncio.create_task(database.migrate(reporter=heard))
        await until(lambda: heard.heard("v0.1/m.sql  waits for AccessExclusiveLock on public.old"))
        await transaction.rollback()
        await run


async def test_how_long_a_lock_was_held_is_bounded_by_its_own_step(lists):
    lists.write(
        ("a.sql", "LOCK TABLE old IN SHARE MODE"),
        ("b.sql", "SELECT pg_sleep(0.4); LOCK TABLE old; SELECT pg_sleep(0.4)"),
    )
    database = await lists.database(prepared="CREATE TABLE old (x int)")
    await database.migrate()
    (share,), (exclusive,) = (row.locks for row in (await database.ledger()).values())
    assert (share["mode"], exclusive["mode"]) == ("ShareLock", "AccessExclusiveLock")
    assert share["held_ms"] < 40
    assert 400 <= exclusive["held_ms"] < 700


async def test_while_a_step_takes_long_those_before_it_are_reported(lists):
    lists.write(FIRST, SECOND, WAITS, LAST)
    database = await lists.database(door_open=False)
    heard = Heard()
    run = asyncio.create_task(database.migrate(reporter=heard))
    await until(lambda: heard.heard("v0.1/b.sql  "))
    assert [line.split()[0] for line in heard.said] == ["v0.1/a.sql", "v0.1/b.sql"]
    await database.open_door()
    await run
    names = ["v0.1/a.sql", "v0.1/b.sql", "v0.1/m.sql", "v0.1/z.sql"]
    assert [line.split()[0] for line in heard.said] == names


async def undisturbed(lists):
    database = await lists.database()
    await database.migrate()
    return await database.outcome()


async def test_a_runner_killed_in_the_middle_of_a_message_leaves_what_the_next_run_completes(lists):
    lists.write(FIRST, SECOND, WAITS, LAST)
    database = await lists.database(door_open=False)
    runner = database.start()
    await database.at_the_door()
    runner.kill()
    assert await applied(database) == ["a.sql", "b.sql"]
    following = database.start()
    await following.said("ends the session")
    await database.open_door()
    assert (await following.end())[0] == 0
    assert await database.outcome() == await undisturbed(lists)


async def test_a_run_that_is_cancelled_in_the_middle_of_a_message_keeps_what_was_applied(lists):
    lists.write(FIRST, SECOND, WAITS, LAST)
    database = await lists.database(door_open=False)
    heard = Heard()
    run = asyncio.create_task(database.migrate(reporter=heard))
    await database.at_the_door()
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert await applied(database) == ["a.sql", "b.sql"]
    assert [line.split()[0] for line in heard.said] == ["v0.1/a.sql", "v0.1/b.sql"]
    await database.open_door()
    await database.migrate()
    assert await database.outcome() == await undisturbed(lists)


async def test_a_lock_that_is_lost_in_the_middle_of_a_message_stops_the_rest(lists):
    lists.write(FIRST, SECOND, WAITS, LAST)
    database = await lists.database(door_open=False)
    run = asyncio.create_task(database.migrate())
    await database.at_the_door()
    for pid in await database.holders():
        await database.execute(f"SELECT pg_terminate_backend({pid})")
    await until(database.nobody_holds)
    await database.open_door()
    with pytest.raises(MigrationError, match=r"lock on .* was lost"):
        await run
    assert await applied(database) == ["a.sql", "b.sql"]
    await database.migrate()
    assert await database.outcome() == await undisturbed(lists)


async def test_a_step_s_limit_counts_for_the_second_of_a_message_too(lists):
    lists.write(FIRST, WAITS, LAST)
    database = await lists.database(door_open=False)
    error = await refused(database, limits={"step_time_limit_seconds": 1})
    assert error.found == "v0.1/m.sql ran longer than its limit of 1 s."
    assert error.data["applied"] is False
    assert await applied(database) == ["a.sql"]
    await database.open_door()
    await database.migrate()
    assert await database.outcome() == await undisturbed(lists)


async def test_a_step_that_raises_what_the_runner_raises_fails_by_itself(lists):
    own = "DO $$ BEGIN RAISE EXCEPTION 'mine' USING ERRCODE = 'DBW05'; END $$"
    lists.write(("m.sql", own), LAST)
    database = await lists.database()
    assert "mine" in (await refused(database)).found
    assert await applied(database) == []


async def test_a_message_ends_at_the_version_that_was_asked_for(lists):
    lists.write(FIRST, SECOND)
    lists.write(LAST, version="0.2")
    database = await lists.database()
    result = await database.migrate(to="0.1")
    assert result.versions == ("0.1",)
    assert await applied(database) == ["a.sql", "b.sql"]
    assert (await database.migrate()).versions == ("0.1", "0.2")


async def test_a_step_in_python_stands_between_two_messages(lists):
    step = (
        "async def upgrade(context):\n"
        "    await context.connection.execute('INSERT INTO a SELECT x + 7 FROM a')\n"
    )
    lists.write(FIRST, SECOND, ("p.py", step), ("q.sql", "INSERT INTO b SELECT x FROM a"), LAST)
    database = await lists.database()
    await database.migrate()
    assert await applied(database) == ["a.sql", "b.sql", "p.py", "q.sql", "z.sql"]
    assert await database.value("SELECT array_agg(x ORDER BY x) FROM b") == [1, 2, 8, 9]
