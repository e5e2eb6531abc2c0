"""What a person reads when a step fails: place, caret, SQLSTATE, hint, what is left, what to do."""

import runpy
import traceback
from pathlib import Path

import pytest

from db_workflow.connection import session
from db_workflow.errors import MigrationError
from db_workflow.schema.run import retries

_LISTS = runpy.run_path(str(Path(__file__).with_name("migration_lists.py")))

SECRET = "zoe@corp.example"
TABLES = f"""
CREATE TABLE a (x int PRIMARY KEY, y text);
INSERT INTO a VALUES (1, '{SECRET}'), (2, '{SECRET}');
CREATE TABLE b (x int);
INSERT INTO b VALUES (77);
CREATE TYPE kind AS ENUM ('old');
CREATE FUNCTION share(part int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN
    RETURN part / 0;
END $$"""
UNDONE = "its transaction was rolled back, so nothing of it was applied"
# By kind: the file, and what its screen has to say, from the first line to the caret.
SCREENS = {
    "syntax": (
        "SELECT 1;\nSELECT 2 frm b;\n",
        (
            'v0.1/m.sql failed: syntax error at or near "b" (SQLSTATE 42601)\n'
            "  sql/v0.1/m.sql:2:14\n"
            "    2 | SELECT 2 frm b;\n"
            "      |              ^"
        ),
    ),
    "a table that is missing": (
        "SELECT 1;\n\nSELECT *\n\tFROM nowhere;\n",
        (
            'v0.1/m.sql failed: relation "nowhere" does not exist (SQLSTATE 42P01)\n'
            "  sql/v0.1/m.sql:4:7\n"
            "    4 | \tFROM nowhere;\n"
            "      | \t     ^"
        ),
    ),
    "rows that are there twice, met in the third statement": (
        "SELECT 1;\nCREATE TABLE m (x int);\n  CREATE UNIQUE INDEX u\n  ON a (y);\nSELECT 2;",
        (
            'v0.1/m.sql failed: could not create unique index "u" (SQLSTATE 23505)\n'
            "  sql/v0.1/m.sql:3:3\n"
            "    3 |   CREATE UNIQUE INDEX u\n"
            "      |   ^"
        ),
    ),
    "rows that break a foreign key": (
        "SELECT 1;\nALTER TABLE b ADD CONSTRAINT k FOREIGN KEY (x) REFERENCES a;\n",
        (
            'v0.1/m.sql failed: insert or update on table "b" violates foreign key constraint "k"'
            " (SQLSTATE 23503)\n"
            "  sql/v0.1/m.sql:2:1\n"
            "    2 | ALTER TABLE b ADD CONSTRAINT k FOREIGN KEY (x) REFERENCES a;\n"
            "      | ^"
        ),
    ),
    "a deferred constraint": (
        (
            "ALTER TABLE b ADD CONSTRAINT k FOREIGN KEY (x) REFERENCES a"
            " DEFERRABLE INITIALLY DEFERRED NOT VALID;\nINSERT INTO b VALUES (5);\nSELECT 1;"
        ),
        (
            'v0.1/m.sql failed: insert or update on table "b" violates foreign key constraint "k"'
            " (SQLSTATE 23503)\n"
            "  sql/v0.1/m.sql: after its last statement, when what it deferred was checked and the"
            " ledger written"
        ),
    ),
    "a division by zero in a function": (
        "SELECT 1;\nSELECT share(x) FROM a;\n",
        (
            "v0.1/m.sql failed: division by zero (SQLSTATE 22012)\n"
            "  sql/v0.1/m.sql:2:1\n"
            "    2 | SELECT share(x) FROM a;\n"
            "      | ^\n"
            "  context: PL/pgSQL function share(integer) line 2 at RETURN"
        ),
    ),
    "an error inside a DO block": (
        "SELECT 1;\nDO $$\nBEGIN\n  PERFORM nothing FROM a;\nEND $$;\n",
        (
            'v0.1/m.sql failed: column "nothing" does not exist (SQLSTATE 42703)\n'
            "  sql/v0.1/m.sql:2:1\n"
            "    2 | DO $$\n"
            "      | ^"
        ),
    ),
    "a statement that takes too long": (
        "SELECT 1;\nSELECT pg_sleep(9);",
        (
            "v0.1/m.sql failed: canceling statement due to statement timeout (SQLSTATE 57014)\n"
            "  sql/v0.1/m.sql:2:1\n"
            "    2 | SELECT pg_sleep(9);\n"
            "      | ^"
        ),
        "statement_timeout_ms=80",
    ),
    "a file on the server's disk": (
        "SELECT 1;\nCOPY a FROM '/nonexistent/rows.csv';\n",
        (
            'v0.1/m.sql failed: could not open file "/nonexistent/rows.csv" for reading:'
            " No such file or directory (SQLSTATE 58P01)\n"
            "  sql/v0.1/m.sql:2:1\n"
            "    2 | COPY a FROM '/nonexistent/rows.csv';\n"
            "      | ^\n"
            "  hint: COPY FROM instructs"
        ),
    ),
    "permission": (
        "SELECT 1;\nSET LOCAL ROLE pg_signal_backend;\nSELECT * FROM a;\n",
        (
            "v0.1/m.sql failed: permission denied for table a (SQLSTATE 42501)\n"
            "  sql/v0.1/m.sql:3:1\n"
            "    3 | SELECT * FROM a;\n"
            "      | ^"
        ),
    ),
    "a new enum value, used at once": (
        "ALTER TYPE kind ADD VALUE 'new';\nCREATE TABLE m (k kind DEFAULT 'new');",
        (
            'v0.1/m.sql failed: unsafe use of new value "new" of enum type kind (SQLSTATE 55P04)\n'
            "  sql/v0.1/m.sql:2:32\n"
            "    2 | CREATE TABLE m (k kind DEFAULT 'new');\n"
            "      |                                ^\n"
            "  hint: New enum values must be committed before they can be used."
        ),
    ),
    "a row below a COPY": (
        "SELECT 1;\nCOPY a (x, y) FROM stdin;\n3\tok\nfour\tbad\n\\.\nSELECT 2;",
        "v0.1/m.sql failed: invalid input syntax for type integer: ",
        "",
        "  sql/v0.1/m.sql:4",
    ),
    "a statement behind a COPY": (
        "COPY a (x, y) FROM stdin;\n3\tok\n\\.\nSELECT 1;\nSELECT 1 / 0;\n",
        (
            "v0.1/m.sql failed: division by zero (SQLSTATE 22012)\n"
            "  sql/v0.1/m.sql:5:1\n"
            "    5 | SELECT 1 / 0;\n"
            "      | ^"
        ),
    ),
    "a COMMIT in a DO block": (
        "SELECT 1;\nDO $$ BEGIN COMMIT; END $$;",
        (
            "v0.1/m.sql failed: invalid transaction termination (SQLSTATE 2D000)\n"
            "  sql/v0.1/m.sql:2:1\n"
            "    2 | DO $$ BEGIN COMMIT; END $$;\n"
            "      | ^"
        ),
    ),
}
ADVICE = {
    "a statement that takes too long": "declare sql_file(…, statement_timeout_ms=…)",
    "a new enum value, used at once": "put ALTER TYPE … ADD VALUE into a file of its own",
    "a COMMIT in a DO block": "`-- db_workflow: no-transaction` into the first lines",
}


@pytest.fixture
def lists(server, tiny_settings):
    return _LISTS["MigrationLists"](server, tiny_settings)


@pytest.fixture(params=["invented rows", "real rows"])
async def database(request, lists):
    return await lists.database(
        prepared=TABLES, role="scratch" if request.param == "invented rows" else "test"
    )


async def refused(database, *steps, **options):
    database.lists.write(*steps)
    with pytest.raises(MigrationError) as caught:
        await database.migrate(**options)
    return caught.value


@pytest.mark.parametrize("kind", SCREENS)
async def test_a_failure_fits_a_screen_and_says_where_what_and_what_next(database, kind):
    text, begin, options, *more = (*SCREENS[kind], "")[: max(3, len(SCREENS[kind]))]
    tables = list(await database.contents())
    step = ("m.sql", text, options) if options else ("m.sql", text)
    error = await refused(database, ("0.sql", "SELECT 0"), step)
    assert error.found.startswith(begin), error.found
    assert all(line in error.found for line in more)
    assert UNDONE in error.why
    assert "every step before it stays applied" in error.why
    assert ADVICE.get(kind, "mend sql/v0.1/m.sql") in error.next
    assert "invoke migrate goes on from this step" in error.next
    assert len(str(error).splitlines()) < 16
    assert list(await database.ledger()) == ["v0.1/0.sql"]
    assert list(await database.contents()) == tables


@pytest.mark.parametrize("kind", SCREENS)
async def test_a_failure_shows_nothing_of_real_rows(lists, kind):
    database = await lists.database(prepared=TABLES, role="test")
    text, _, *options = SCREENS[kind][:3]
    error = await refused(database, ("m.sql", text, *filter(None, options)))
    told = "".join(traceback.format_exception(error)) + repr(error.data)
    assert SECRET not in told
    assert "(77)" not in told
    assert "four" not in told


async def test_a_lock_timeout_names_the_line_and_who_stands_in_the_way(database, monkeypatch):
    monkeypatch.setattr(retries, "_FIRST_PAUSE_SECONDS", 0.01)
    async with session(database.address, purpose="a long report") as reader:
        await reader.execute("BEGIN; SELECT 1 FROM a")
        error = await refused(
            database, ("m.sql", "SELECT 1;\nALTER TABLE a ADD z int;", "lock_timeout_ms=300")
        )
    assert error.found.startswith(
        "v0.1/m.sql failed: canceling statement due to lock timeout (SQLSTATE 55P03)\n"
        "  sql/v0.1/m.sql:2:1\n"
        "    2 | ALTER TABLE a ADD z int;\n"
        "      | ^\n"
        "  it waited for AccessExclusiveLock on public.a; blocked by db_workflow a long report ["
    )
    assert f"(pid {reader.get_server_pid()}, " in error.found
    assert "another session holds a lock that this step needs" in error.next


async def test_a_step_that_runs_into_its_limit_says_what_is_left(database):
    error = await refused(
        database, ("m.sql", "SELECT 1;\nSELECT pg_sleep(9);", "time_limit_seconds=0.2")
    )
    assert error.found == "v0.1/m.sql ran longer than its limit of 0.2 s."
    assert "cancelled and rolled back" in error.why
    assert "time_limit_seconds=" in error.next


async def test_a_lost_connection_is_told_as_such_and_not_as_what_failed_for_it(database):
    error = await refused(
        database,
        (
            "m.py",
            (
                "import asyncio\n"
                "async def upgrade(context):\n"
                "    run = context.connection.execute\n"
                "    await run(\"SET idle_in_transaction_session_timeout = '50ms'\")\n"
                "    await asyncio.sleep(0.4)\n"
                "    await run('SELECT 1')\n"
            ),
        ),
    )
    assert error.found == "The connection ended while v0.1/m.py was under way: connection is closed"
    assert "the ledger knows which" in error.why


DESTROYED = {
    "drops the schema": "DROP SCHEMA db_workflow CASCADE",
    "drops the ledger": "DROP TABLE db_workflow.migration",
    "alters the ledger": "ALTER TABLE db_workflow.migration RENAME COLUMN kind TO sort",
    "drops the state": "DROP TABLE db_workflow.state",
    "writes into the state": "DELETE FROM db_workflow.state",
    "makes another state": "DROP TABLE db_workflow.state;"
    " CREATE TABLE db_workflow.state (key text PRIMARY KEY, value jsonb NOT NULL)",
    "empties the ledger": "DELETE FROM db_workflow.migration",
    "writes into the ledger": "UPDATE db_workflow.migration SET checksum = ''",
    "drops what writes it": "DO $$ BEGIN EXECUTE 'DROP FUNCTION ' || (SELECT oid::regprocedure"
    " FROM pg_proc WHERE proname LIKE 'finish\\_%'); END $$",
}


@pytest.mark.parametrize("what", DESTROYED)
@pytest.mark.parametrize("kind", ["sql", "py"])
async def test_a_step_that_lays_hands_on_the_ledger_is_undone_and_told(lists, what, kind):
    text = DESTROYED[what]
    if kind == "py":
        text = f"async def upgrade(context):\n    await context.connection.execute({text!r})\n"
    database = await lists.database()
    error = await refused(database, ("0.sql", "SELECT 0"), (f"m.{kind}", text))
    assert error.found == f"v0.1/m.{kind} changed the workflow's own schema."
    assert [row.checksum != "" for row in (await database.ledger()).values()] == [True]
    lists.write(("0.sql", "SELECT 0"), (f"m.{kind}", text.replace(DESTROYED[what], "SELECT 1")))
    if kind == "sql":
        await database.migrate()


async def test_a_dead_first_cause_is_not_hidden_by_what_follows(lists):
    database = await lists.database()
    error = await refused(
        database,
        ("m.sql", "SELECT 1;\nSELECT pg_terminate_backend(pg_backend_pid());"),
    )
    assert "terminating connection due to administrator command" in error.found
    assert error.data["connection"] == "lost"
