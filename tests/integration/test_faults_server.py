"""A server, a session or a connection that ends in the middle: the next run completes the work."""

import asyncio
import contextlib
import runpy
from dataclasses import replace
from pathlib import Path

import pytest

from db_workflow.errors import MigrationError, WorkflowError
from db_workflow.schema.run import run

_HERE = Path(__file__).parent
_LISTS = runpy.run_path(str(_HERE / "migration_lists.py"))
_OWN = runpy.run_path(str(_HERE / "own_cluster.py"))
MigrationLists, until, Heard = _LISTS["MigrationLists"], _LISTS["until"], _LISTS["Heard"]

BEFORE = ("a.sql", "CREATE TABLE a (x int); INSERT INTO a SELECT generate_series(1, 9)")
# The embedded server may forget its last commits when it crashes; one that counts does not.
DURABLE = """
DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET synchronous_commit = on', current_database());
END $$"""
AFTER = ("z.sql", "CREATE TABLE z (x int); INSERT INTO z SELECT count(*) FROM a")
# By kind: the step in whose middle something ends, and whether it is undone as a whole.
KINDS = {
    "a SQL file": (
        ("m.sql", "CREATE TABLE m (x int);\nDELETE FROM a WHERE x < 3;\nSELECT gate.pass();\n"),
    ),
    "a file with COPY data": (
        (
            "l.sql",
            (
                "CREATE TABLE l (x int); CREATE TRIGGER t BEFORE INSERT ON l FOR EACH ROW"
                " WHEN (NEW.x = 2) EXECUTE FUNCTION gate.passing();"
            ),
        ),
        ("m.sql", "DELETE FROM a WHERE x < 3;\nCOPY l (x) FROM stdin;\n1\n2\n3\n\\.\n"),
    ),
    "a Python step": (
        (
            "m.py",
            (
                "async def upgrade(context):\n"
                "    await context.connection.execute('CREATE TABLE m (x int)')\n"
                "    await context.connection.execute('SELECT gate.pass()')\n"
            ),
        ),
    ),
    "a Python step with transactions of its own": (
        (
            "m.py",
            (
                "async def upgrade(context):\n"
                "    for number in range(3):\n"
                "        await context.connection.execute(\n"
                "            'CREATE TABLE IF NOT EXISTS m_%d (x int)' % number)\n"
                "        await context.connection.execute('SELECT gate.pass()')\n"
            ),
            "transaction=False",
        ),
    ),
    "a file without a transaction": (
        (
            "m.sql",
            (
                "-- db_workflow: no-transaction\nCREATE TABLE m (x int);\n"
                "INSERT INTO m SELECT 1 FROM (SELECT gate.pass()) AS waited;\n"
                "CREATE INDEX CONCURRENTLY i ON m (x);\n"
            ),
        ),
    ),
}


@pytest.fixture
def lists(server, tiny_settings):
    lists = MigrationLists(server, tiny_settings)
    yield lists
    lists.end()


@pytest.fixture(scope="module")
def own(server):
    with _OWN["own_cluster"](server.binaries) as own:
        yield own


@pytest.fixture
def lists_of_own(own, tiny_settings):
    own.start()
    address = own.server.address
    settings = replace(tiny_settings, test_address=address.at(tiny_settings.test_database))
    return MigrationLists(own.server, settings)


@pytest.fixture
async def wire(server):
    async with _OWN["Wire"](server.address) as wire:
        yield wire


async def undisturbed(lists):
    """Apply the lists to a database where every door is open."""
    database = await lists.database()
    await database.migrate()
    return await database.outcome()


async def completed(database):
    """Let the next run go through, and return what it leaves."""
    await database.open_door()
    await database.migrate()
    return await database.outcome()


@contextlib.asynccontextmanager
async def disturbed(database, *, error=MigrationError, **options):
    """Run until the door, let something happen there, and see the run refuse."""
    run = asyncio.create_task(database.migrate(**options))
    with contextlib.suppress(Exception):
        await asyncio.wait_for(asyncio.shield(_either(database, run)), 20)
    assert not run.done(), run.exception()
    told = []
    yield told
    with pytest.raises(error) as caught:
        await run
    told.append(caught.value)


async def _either(database, run):
    door = asyncio.ensure_future(database.at_the_door())
    await asyncio.wait({door, run}, return_when=asyncio.FIRST_COMPLETED)
    door.cancel()


@pytest.mark.parametrize("fault", ["stop_at_once", "kill"])
@pytest.mark.parametrize("kind", KINDS)
async def test_a_server_that_goes_down_in_the_middle_of_a_step_loses_nothing(
    own, lists_of_own, kind, fault
):
    lists_of_own.write(BEFORE, *KINDS[kind], AFTER)
    database = await lists_of_own.database(door_open=False, prepared=DURABLE)
    async with disturbed(database) as told:
        # Until the watch has looked, nobody outside knows which step of a message is at work.
        await asyncio.sleep(0.3)
        await getattr(own, fault)()
    own.start()
    assert "v0.1/m." in told[0].found
    assert "connection" in str(told[0])
    assert await completed(database) == await undisturbed(lists_of_own)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_session_that_is_ended_in_the_middle_of_its_step_loses_nothing(lists, kind):
    lists.write(BEFORE, *KINDS[kind], AFTER)
    database = await lists.database(door_open=False)
    async with disturbed(database) as told:
        ((pid,),) = await database.at_the_door()
        await database.execute(f"SELECT pg_terminate_backend({pid})")
    assert "v0.1/m." in told[0].found
    assert await completed(database) == await undisturbed(lists)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_step_is_not_kept_when_the_lock_s_session_is_ended(lists, kind):
    lists.write(BEFORE, *KINDS[kind], AFTER)
    database = await lists.database(door_open=False)
    async with disturbed(database) as told:
        (holder,) = await database.holders()
        await database.execute(f"SELECT pg_terminate_backend({holder})")
        await until(database.nobody_holds)
        await database.open_door()
    assert "The lock on" in told[0].found
    assert list(await database.ledger())[-1] != f"v0.1/{KINDS[kind][-1][0]}"
    assert await completed(database) == await undisturbed(lists)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_connection_that_is_cut_in_the_middle_of_a_step_loses_nothing(lists, wire, kind):
    lists.write(BEFORE, *KINDS[kind], AFTER)
    database = await lists.database(door_open=False)
    database.way = wire.to(database.address.database)
    async with disturbed(database) as told:
        wire.cut()
    assert "connection" in told[0].found
    assert await completed(database) == await undisturbed(lists)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_connection_that_falls_silent_ends_at_the_step_s_limit(
    lists, wire, kind, monkeypatch
):
    monkeypatch.setattr(run, "_UNANSWERED_SECONDS", 0.2)
    lists.write(BEFORE, *KINDS[kind], AFTER)
    database = await lists.database(door_open=False)
    database.way = wire.to(database.address.database)
    async with disturbed(database, limits={"step_time_limit_seconds": 1}) as told:
        wire.fall_silent()
    assert "ran longer than its limit of 1 s" in told[0].found
    wire.cut()
    database.way = database.address
    assert await completed(database) == await undisturbed(lists)


async def test_a_run_that_its_server_leaves_between_steps_goes_on_later(own, lists_of_own):
    # A limit of its own: it is sent by itself, after the pause.
    lists_of_own.write(BEFORE, (*AFTER, "time_limit_seconds=60"))
    database = await lists_of_own.database(prepared=DURABLE)
    runner = database.start(pause_after="v0.1/a.sql")
    await runner.said("PAUSED")
    await own.kill()
    runner.process.stdin.write("\n")
    runner.process.stdin.flush()
    code, text = await runner.end()
    own.start()
    assert code in {WorkflowError.exit_code, MigrationError.exit_code}, text
    assert "Traceback" not in text
    assert await completed(database) == await undisturbed(lists_of_own)
