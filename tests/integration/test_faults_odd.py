"""Steps, names, files and databases that are legal and odd: each runs, or is refused by name."""

import runpy
import secrets
from dataclasses import replace
from pathlib import Path

import pytest

from db_workflow.connection import session
from db_workflow.errors import MigrationError

_LISTS = runpy.run_path(str(Path(__file__).with_name("migration_lists.py")))

# What the next step sees of its session; one row.
SEEN = (
    "n.sql",
    (
        "CREATE TABLE public.seen AS SELECT current_setting('search_path') AS path,"
        " current_user = session_user AS same,"
        " current_setting('transaction_isolation') AS isolation,"
        " current_setting('transaction_read_only') AS read_only,"
        " current_setting('session_replication_role') AS replication,"
        " current_setting('standard_conforming_strings') AS strings,"
        " (SELECT count(*) FROM pg_cursors) AS cursors,"
        " (SELECT count(*) FROM pg_prepared_statements WHERE name = 'left_over') AS prepared,"
        " (SELECT count(*) FROM pg_listening_channels()) AS channels,"
        " (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid())"
        " AS locks, to_regclass('left_over') IS NULL AS gone"
    ),
)
CLEAN = ('"$user", public', True, "read committed", "off", "origin", "on", 0, 0, 0, 0, True)
LEFT_BEHIND = {
    "a role": "SET ROLE pg_monitor",
    "an account": "SET SESSION AUTHORIZATION pg_monitor",
    "a path": "SELECT set_config('search_path', '', false)",
    "a temporary table": "CREATE TEMP TABLE left_over (x int)",
    "a prepared statement": "PREPARE left_over AS SELECT 1",
    "advisory locks": "SELECT pg_advisory_lock(5), pg_advisory_lock_shared(6)",
    "a channel": "LISTEN left_over",
    "an open cursor": "DECLARE left_over CURSOR WITH HOLD FOR SELECT 1",
    "triggers that do not fire": "SET session_replication_role = replica",
    "an isolation level of its own": "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; SELECT 1",
    "an isolation level for good": "SET default_transaction_isolation = 'serializable'",
    "a session that may only read": "SET default_transaction_read_only = on",
    "other strings": "SET standard_conforming_strings = off;\nSELECT 'it\\'s';",
    "other limits": "SET statement_timeout = 1000000; SET lock_timeout = 0",
    "everything reset": "RESET ALL",
    "constraints deferred": "SET CONSTRAINTS ALL DEFERRED",
    "savepoints": "SAVEPOINT s; CREATE TABLE m (x int); SAVEPOINT t; ROLLBACK TO s; SAVEPOINT u",
    "a table lock": "LOCK TABLE gate.door",
    "names that hide the server's": "CREATE TABLE pg_locks (x int); CREATE TABLE pg_class (x int);"
    " CREATE FUNCTION now() RETURNS int LANGUAGE sql AS 'SELECT 1';"
    " SET search_path = public, pg_catalog",
    "an event trigger": "CREATE FUNCTION told() RETURNS event_trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE NOTICE 'told'; END $$;"
    " CREATE EVENT TRIGGER {unique} ON ddl_command_end EXECUTE FUNCTION told()",
    "many notices": "DO $$ BEGIN FOR i IN 1..500 LOOP RAISE NOTICE '%', repeat('x', 999);"
    " END LOOP; END $$",
    "rows and everything reset": "CREATE TABLE q (x int);\nCOPY q FROM stdin;\n1\n\\.\nRESET ALL;\n"
    "INSERT INTO q VALUES (2);",
}
FILES_ONLY = {"rows and everything reset", "everything reset", "other strings"}
NAMES = [
    "o'brien.sql",
    'quo"ted.sql',
    "back\\slash\\n.sql",
    "%s %(x)s {0}.sql",
    "$$.sql",
    "ünïcödé 漢字.sql",
    "semi;colon -- comment.sql",
    "d/" * 30 + "x" * 180 + ".sql",
]


@pytest.fixture
def lists(server, tiny_settings):
    return _LISTS["MigrationLists"](server, tiny_settings)


@pytest.mark.parametrize("what", LEFT_BEHIND)
async def test_what_a_step_leaves_in_its_session_is_not_there_for_the_next(lists, what):
    text = LEFT_BEHIND[what].replace("{unique}", f"e_{secrets.token_hex(4)}")
    lists.write(("m.sql", text), SEEN)
    database = await lists.database()
    await database.migrate()
    assert await database.fetch("SELECT * FROM seen") == [CLEAN]


# Python steps copy otherwise, RESET ALL takes the runner's mark there, and one message is read as
# its first word finds the session.
@pytest.mark.parametrize("what", sorted(LEFT_BEHIND.keys() - FILES_ONLY))
async def test_what_a_python_step_leaves_in_its_session_is_not_there_for_the_next(lists, what):
    text = LEFT_BEHIND[what].replace("{unique}", f"e_{secrets.token_hex(4)}")
    step = f"async def upgrade(context):\n    await context.connection.execute({text!r})\n"
    lists.write(("m.py", step), SEEN)
    database = await lists.database()
    await database.migrate()
    assert await database.fetch("SELECT * FROM seen") == [CLEAN]


@pytest.mark.parametrize("name", NAMES)
async def test_a_file_may_have_any_name(lists, name):
    lists.write((name, "CREATE TABLE m (x int)"))
    database = await lists.database()
    await database.migrate()
    assert list(await database.ledger()) == [f"v0.1/{name}"]
    assert (await database.migrate()).already == 1


async def test_empty_files_are_recorded(lists):
    lists.write(("0.sql", b""), ("1.sql", b"\xef\xbb\xbf"), ("2.sql", "\n\n"), ("3.sql", "-- no\n"))
    database = await lists.database()
    assert len((await database.migrate()).applied) == 4
    assert {row.rows_touched for row in (await database.ledger()).values()} <= {0, None}


async def test_a_huge_file_is_sent_whole_and_its_errors_are_placed(lists):
    text = "CREATE TABLE m (x text);\nINSERT INTO m VALUES\n" + ",\n".join(
        [f"('{'y' * 1000}')"] * 20_000
    )
    lists.write(("m.sql", f"{text};\n"), ("n.sql", f"{text.replace(' m', ' n')};\nSELECT no;\n"))
    database = await lists.database()
    with pytest.raises(MigrationError) as caught:
        await database.migrate()
    assert "sql/v0.1/n.sql:20003:8" in caught.value.found
    assert await database.value("SELECT count(*) FROM m") == 20_000


SETTINGS = {
    "search_path": "nowhere",
    "standard_conforming_strings": "off",
    "default_transaction_isolation": "serializable",
    "default_transaction_deferrable": "on",
    "idle_in_transaction_session_timeout": "60000",
    "row_security": "off",
    "session_replication_role": "replica",
    "lock_timeout": "1",
    "statement_timeout": "1",
    "check_function_bodies": "off",
    "plpgsql.variable_conflict": "use_variable",
    "plpgsql.extra_errors": "all",
    "DateStyle": "SQL, DMY",
}


@pytest.mark.parametrize("name", SETTINGS)
async def test_a_database_s_own_settings_do_not_stop_a_run(lists, name):
    lists.write(("m.sql", "CREATE TABLE public.m (x int)"))
    database = await lists.database(prepared=_set(name, SETTINGS[name]))
    await database.migrate()
    assert list(await database.contents()) == ["m"]


async def test_a_database_that_may_only_be_read_says_so(lists):
    lists.write(("m.sql", "CREATE TABLE m (x int)"))
    database = await lists.database(prepared=_set("default_transaction_read_only", "on"))
    with pytest.raises(MigrationError, match="read-only") as caught:
        await database.migrate()
    assert "default_transaction_read_only" in caught.value.next
    assert "The ledger cannot be written" in caught.value.found


def _set(name, value):
    return f"""
    DO $$ BEGIN
        EXECUTE format('ALTER DATABASE %I SET {name} = %L', current_database(), '{value}');
    END $$"""


@pytest.fixture
async def account(server):
    """Return an account that owns nothing and may do nothing, with a way to connect as it."""
    name = f"plain_{secrets.token_hex(4)}"
    async with session(server.address, purpose="test") as connection:
        await connection.execute(f"CREATE ROLE {name} LOGIN")
    yield name
    async with session(server.address, purpose="test") as connection:
        await connection.execute(f"DROP ROLE {name}")


async def test_an_account_that_may_not_create_is_told_what_it_needs(lists, account):
    lists.write(("m.sql", "CREATE TABLE m (x int)"))
    database = await lists.database()
    database.way = replace(database.address, user=account)
    with pytest.raises(MigrationError) as caught:
        await database.migrate()
    assert "permission denied" in caught.value.found
    assert "GRANT" in caught.value.next


async def test_an_account_that_owns_its_schemas_only_may_migrate(lists, account):
    lists.write(
        ("m.sql", "CREATE TABLE m (x int)"),
        ("n.sql", "INSERT INTO m VALUES (1)"),
        ("o.sql", "-- db_workflow: no-transaction\nCREATE INDEX CONCURRENTLY i ON m (x)"),
    )
    database = await lists.database(
        prepared="DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO "
        f"{account}', current_database()); END $$; GRANT ALL ON SCHEMA public TO {account};"
        " REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC;"
    )
    database.way = replace(database.address, user=account)
    try:
        assert len((await database.migrate()).applied) == 3
        assert (await database.migrate()).already == 3
    finally:
        await database.execute(
            f"REASSIGN OWNED BY {account} TO CURRENT_USER; DROP OWNED BY {account}"
        )
