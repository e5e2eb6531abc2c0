"""How a run ends, well or not, and what that leaves for the next one to know."""

import asyncio
import runpy
from pathlib import Path

import asyncpg
import pytest

from db_workflow.connection import session
from db_workflow.errors import MigrationError
from db_workflow.schema.run import message, run

_HELPERS = runpy.run_path(str(Path(__file__).with_name("migration_lists.py")))
MigrationLists, until = _HELPERS["MigrationLists"], _HELPERS["until"]

FIRST = ("a.sql", "CREATE TABLE a (x int)")
WAITS = ("b.sql", "CREATE TABLE b (x int); SELECT gate.pass()")
NO_ONE_KNOWS = "nobody can know whether somebody else has changed it since"


@pytest.fixture
def lists(server, tiny_settings):
    lists = MigrationLists(server, tiny_settings)
    yield lists
    lists.end()


async def refused(database, **options):
    with pytest.raises(MigrationError) as caught:
        await database.migrate(**options)
    return caught.value


async def kill_at_the_door(database):
    runner = database.start()
    await database.at_the_door()
    runner.kill()
    # Until the server has noticed, the migration lock is held, and the step could still commit.
    await until(database.nobody_holds)
    await database.open_door()


async def test_what_is_changed_by_hand_after_a_failure_is_not_built_upon(lists):
    lists.write(FIRST, ("b.sql", "ALTER TABLE a ADD y int; SELECT 1 / 0"))
    database = await lists.database()
    await refused(database)
    await database.execute("ALTER TABLE a ADD by_hand text")
    lists.write(FIRST, ("b.sql", "ALTER TABLE a ADD y int"))
    assert "someone has changed it by hand" in (await refused(database)).found


async def test_what_a_failed_step_has_committed_itself_is_no_change_by_hand(lists):
    failing = "-- db_workflow: no-transaction\nCREATE TABLE b (x int);\nSELECT 1 / 0;\n"
    lists.write(FIRST, ("b.sql", failing))
    database = await lists.database()
    await refused(database)
    lists.write(FIRST, ("b.sql", failing.replace("/ 0", "/ 1")))
    assert [step.name for step in (await database.migrate()).applied] == ["v0.1/b.sql"]


async def test_what_is_changed_by_hand_after_a_kill_is_not_built_upon(lists):
    lists.write(FIRST)
    database = await lists.database(door_open=False)
    await database.migrate()
    lists.write(FIRST, WAITS)
    await kill_at_the_door(database)
    await database.execute("ALTER TABLE a ADD by_hand text")
    assert "someone has changed it by hand" in (await refused(database)).found


async def test_a_run_that_was_killed_before_it_changed_anything_leaves_no_doubt(lists):
    lists.write(FIRST)
    database = await lists.database(door_open=False)
    await database.migrate()
    lists.write(FIRST, WAITS)
    await kill_at_the_door(database)
    assert (await database.migrate()).warnings == ()


@pytest.mark.parametrize(
    "steps",
    [
        (FIRST, WAITS),
        (
            (
                "a.sql",
                "-- db_workflow: no-transaction\nCREATE TABLE a (x int);\nSELECT gate.pass();\n",
            ),
        ),
    ],
    ids=["after a step", "in a step that commits by itself"],
)
async def test_after_a_kill_that_left_changes_the_next_run_says_what_nobody_can_know(lists, steps):
    database = await lists.database(door_open=False)
    lists.write(*steps)
    await kill_at_the_door(database)
    (warning,) = (await database.migrate()).warnings
    assert NO_ONE_KNOWS in warning
    assert "invoke verify" in warning
    assert (await database.migrate()).warnings == ()


async def test_a_run_ends_by_naming_the_indexes_that_are_invalid(lists):
    lists.write(FIRST)
    database = await lists.database(prepared="CREATE TABLE old (x int)")
    await _leave_invalid(database, "old")
    (warning,) = (await database.migrate()).warnings
    assert "public.broken is INVALID" in warning
    assert "REINDEX INDEX CONCURRENTLY public.broken" in warning


async def test_a_step_does_not_take_an_invalid_index_for_the_one_it_creates(lists):
    lists.write(("a.sql", "SELECT 1;\nCREATE UNIQUE INDEX IF NOT EXISTS broken ON old (x);"))
    database = await lists.database(prepared="CREATE TABLE old (x int)")
    await _leave_invalid(database, "old")
    error = await refused(database)
    assert "v0.1/a.sql would pass over public.broken, which is there but INVALID" in error.found
    assert "DROP INDEX public.broken" in error.next
    assert await database.ledger() == {}


async def test_a_step_that_takes_an_invalid_index_away_itself_may_create_it_again(lists):
    text = "DROP INDEX broken; CREATE INDEX IF NOT EXISTS broken ON old (x)"
    lists.write(("a.sql", text))
    database = await lists.database(prepared="CREATE TABLE old (x int)")
    await _leave_invalid(database, "old")
    assert (await database.migrate()).warnings == ()


async def _leave_invalid(database, table):
    await database.execute(f"INSERT INTO {table} VALUES (1), (1)")
    async with session(database.address, purpose="test") as connection:
        with pytest.raises(Exception, match="could not create unique index"):
            await connection.execute(f"CREATE UNIQUE INDEX CONCURRENTLY broken ON {table} (x)")


async def test_a_limit_that_falls_after_the_commit_does_not_say_that_nothing_was_applied(
    lists, monkeypatch
):
    # The commit goes through, and its answer comes together with that of what follows it.
    monkeypatch.setattr(run, "_UNANSWERED_SECONDS", 0.2)
    monkeypatch.setattr(message, "_FORGET", f"SELECT gate.pass(); {message._FORGET}")
    lists.write(FIRST)
    database = await lists.database(door_open=False)
    error = await refused(database, limits={"step_time_limit_seconds": 1})
    await database.open_door()
    assert "ran longer than its limit of 1 s" in error.found
    assert "it is applied and in the ledger" in error.why
    assert "nothing of it was applied" not in error.why
    assert (await database.migrate()).already == 1


@pytest.mark.parametrize("kind", ["sql", "python"])
async def test_a_request_to_cancel_that_is_lost_is_sent_again(lists, monkeypatch, kind):
    async def lost(**_: object) -> None:
        """Reach the server before the statement does, which then lasts as long as it likes."""

    sleeps = "SELECT pg_sleep(60)"
    python = f"async def upgrade(context):\n    await context.connection.execute({sleeps!r})\n"
    lists.write(FIRST, ("b.sql", sleeps) if kind == "sql" else ("b.py", python))
    database = await lists.database()
    monkeypatch.setattr(asyncpg.connect_utils, "_cancel", lost)
    running = asyncio.ensure_future(database.migrate())
    asleep = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE wait_event = 'PgSleep' AND datname = current_database()"
    )
    await until(lambda: database.value(asleep))
    running.cancel()
    await asyncio.wait({running}, timeout=15)
    assert running.cancelled()
    assert set(await database.ledger()) == {"v0.1/a.sql"}
