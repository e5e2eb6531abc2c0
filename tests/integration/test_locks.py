"""What a step locked and touched, as the server measured it, in the ledger and in what is told."""

import asyncio
import runpy
from pathlib import Path

import pytest

from db_workflow.connection import session
from db_workflow.schema.ledger.ledger import read_ledger
from db_workflow.schema.run import retries

_LISTS = runpy.run_path(str(Path(__file__).with_name("migration_lists.py")))
MigrationLists, until, Heard = _LISTS["MigrationLists"], _LISTS["until"], _LISTS["Heard"]

# What is there before every step of these tests.
TABLES = """
CREATE TABLE a (x int PRIMARY KEY, y text);
INSERT INTO a SELECT g, 'y' FROM generate_series(1, 10) g;
CREATE TABLE b (x int REFERENCES a ON DELETE CASCADE);
INSERT INTO b VALUES (1), (1), (2);
ALTER TABLE b ADD CONSTRAINT c CHECK (x > 0) NOT VALID;
CREATE TABLE parent (x int) PARTITION BY RANGE (x);
CREATE TABLE child PARTITION OF parent FOR VALUES FROM (0) TO (100);
INSERT INTO parent VALUES (1);
CREATE VIEW looks AS SELECT x FROM a;
CREATE MATERIALIZED VIEW kept AS SELECT x FROM a;
CREATE SEQUENCE counter;
CREATE TABLE "Odd "" name" (x int);
CREATE SCHEMA other;
CREATE TABLE other.a (x int);
"""
STRONGEST, WRITE, READ = "AccessExclusiveLock", "RowExclusiveLock", "AccessShareLock"
SHARE, ROW = "ShareLock", "ShareRowExclusiveLock"
LOCKS = {
    "ALTER TABLE a ADD z int": {"a": STRONGEST},
    "ALTER TABLE a ADD COLUMN z int; SELECT count(*) FROM a": {"a": STRONGEST},
    "CREATE INDEX i ON a (y)": {"a": SHARE},
    "INSERT INTO a VALUES (11, 'z')": {"a": WRITE},
    "SELECT count(*) FROM a": {"a": READ},
    "SELECT x FROM a WHERE x = 1 FOR UPDATE": {"a": "RowShareLock"},
    "ALTER TABLE b ADD FOREIGN KEY (x) REFERENCES a": {"a": ROW, "b": ROW},
    "CREATE TABLE n (x int REFERENCES a)": {"a": ROW},
    "DROP TABLE b": {"b": STRONGEST, "a": STRONGEST},
    "ALTER TABLE b RENAME TO e": {"e": STRONGEST},
    "TRUNCATE b": {"b": STRONGEST},
    "ALTER TABLE b VALIDATE CONSTRAINT c": {"b": "ShareUpdateExclusiveLock"},
    "CREATE TRIGGER t BEFORE INSERT ON b FOR EACH ROW EXECUTE FUNCTION gate.passing()": {"b": ROW},
    "LOCK TABLE b IN EXCLUSIVE MODE": {"b": "ExclusiveLock"},
    "INSERT INTO parent VALUES (2)": {"parent": WRITE, "child": WRITE},
    "ALTER TABLE parent ADD z int": {"parent": STRONGEST, "child": STRONGEST},
    "CREATE TABLE n PARTITION OF parent FOR VALUES FROM (100) TO (200)": {"parent": STRONGEST},
    "ALTER TABLE parent ATTACH PARTITION other.a FOR VALUES FROM (100) TO (200)": {
        "other.a": STRONGEST,
        "parent": "ShareUpdateExclusiveLock",
    },
    "CREATE TABLE n (x int); INSERT INTO n VALUES (1); ALTER TABLE n ADD y int": {},
    "CREATE TEMP TABLE n AS SELECT x FROM a; DROP TABLE n": {"a": READ},
    "CREATE TEMP TABLE n (x int); INSERT INTO n VALUES (1)": {},
    "CREATE TABLE n (x int); DROP TABLE n": {},
    "SELECT * FROM looks": {"looks": READ, "a": READ},
    "CREATE VIEW sees AS SELECT y FROM a": {"a": READ},
    "DROP VIEW looks": {"looks": STRONGEST},
    "REFRESH MATERIALIZED VIEW kept": {"kept": STRONGEST, "a": READ},
    "SELECT nextval('counter')": {"counter": "RowExclusiveLock"},
    "DO $$ BEGIN BEGIN ALTER TABLE a ADD z int; RAISE 'no'; EXCEPTION WHEN OTHERS THEN NULL; END;"
    " DELETE FROM b; END $$": {"b": WRITE},
    "SAVEPOINT s; ALTER TABLE a ADD z int; ROLLBACK TO s": {},
    'ALTER TABLE "Odd "" name" ADD y int': {'"Odd "" name"': STRONGEST},
    "ALTER TABLE other.a ADD y int": {"other.a": STRONGEST},
    "ANALYZE a": {"a": "ShareUpdateExclusiveLock"},
    "COMMENT ON TABLE a IS 'x'": {"a": "ShareUpdateExclusiveLock"},
    "CREATE TABLE n (x int) INHERITS (other.a)": {"other.a": "ShareUpdateExclusiveLock"},
    "ALTER TABLE b DISABLE TRIGGER ALL": {"b": ROW},
    "SELECT 1": {},
}
# How many rows each of these inserts, updates and deletes, all together.
TOUCHED = {
    "SELECT count(*) FROM a": 0,
    "INSERT INTO a VALUES (11, 'z'), (12, 'z')": 2,
    "UPDATE a SET y = 'z' WHERE x < 4": 3,
    "UPDATE a SET y = 'z' WHERE false": 0,
    "DELETE FROM b WHERE x = 1": 2,
    "UPDATE a SET y = 'z'; DELETE FROM b": 13,
    "WITH gone AS (DELETE FROM b RETURNING x) INSERT INTO a SELECT 100 + x, '' FROM gone"
    " WHERE x = 2": 4,
    "DELETE FROM a WHERE x = 1": 3,  # the key's own cascade is counted
    "CREATE TABLE n AS SELECT x FROM a": 10,
    "CREATE TABLE n (x int); INSERT INTO n SELECT x FROM a; DROP TABLE n": 0,
    "COPY b (x) FROM stdin;\n1\n2\n\\.\n": 2,
    "INSERT INTO parent SELECT generate_series(1, 5)": 5,
    "INSERT INTO a VALUES (1, 'again') ON CONFLICT (x) DO UPDATE SET y = excluded.y": 1,
    "INSERT INTO a VALUES (1, 'again') ON CONFLICT DO NOTHING": 0,
    "DO $$ BEGIN FOR i IN 1..3 LOOP INSERT INTO b VALUES (i); END LOOP; END $$": 3,
    # What was undone in between was work too: it is counted.
    "SAVEPOINT s; INSERT INTO b VALUES (1); ROLLBACK TO s; INSERT INTO b VALUES (2)": 2,
}


@pytest.fixture
def lists(server, tiny_settings):
    return MigrationLists(server, tiny_settings)


async def migrated(lists, *steps, **options):
    """Apply steps to the tables; return the database and the ledger's rows."""
    listed = [
        (f"{number}.py" if "async def" in text else f"{number}.sql", text)
        for number, text in enumerate(steps, start=1)
    ]
    lists.write(*listed)
    database = await lists.database(prepared=TABLES)
    await database.migrate(**options)
    return database, list((await database.ledger()).values())


def modes(row):
    return {lock["relation"].removeprefix("public."): lock["mode"] for lock in row.locks}


def step(statement):
    return f"async def upgrade(context):\n    await context.connection.execute({statement!r})\n"


@pytest.mark.parametrize("kind", ["sql", "python"])
async def test_every_lock_on_what_was_there_is_recorded_with_its_strongest_mode(lists, kind):
    write = step if kind == "python" else str
    wrong = {}
    for text, expected in LOCKS.items():
        _, (row,) = await migrated(lists, write(text))
        if modes(row) != expected:
            wrong[text] = (modes(row), expected)
    assert wrong == {}


async def test_what_an_earlier_step_of_the_run_created_is_recorded_as_there(lists):
    _, rows = await migrated(
        lists, "CREATE TABLE n (x int)", "ALTER TABLE n ADD y int", "DROP TABLE n", "SELECT 1"
    )
    assert [modes(row) for row in rows] == [{}, {"n": STRONGEST}, {}, {}]


async def test_locks_stand_strongest_first_with_the_size_of_what_they_met(lists):
    _, (row,) = await migrated(lists, "SELECT 1 FROM a; ANALYZE a; ALTER TABLE b ADD z int")
    assert [lock["relation"] for lock in row.locks] == ["public.b", "public.a"]
    assert (row.locks[1]["rows"], row.locks[1]["bytes"]) == (10, 8192)
    assert set(row.locks[0]) == {"relation", "mode", "held_ms", "rows", "bytes"}


async def test_how_long_a_lock_was_held_is_counted_from_when_it_was_taken(lists):
    _, (row,) = await migrated(
        lists, "SELECT pg_sleep(0.9); ALTER TABLE a ADD z int; SELECT pg_sleep(0.4);"
    )
    (lock,) = row.locks
    assert 400 <= lock["held_ms"] <= row.duration_ms - 300


async def test_how_long_a_lock_on_something_dropped_was_held_is_bounded_too(lists):
    _, (row,) = await migrated(
        lists, "SELECT pg_sleep(0.9); LOCK TABLE other.a; SELECT pg_sleep(0.4); DROP TABLE other.a;"
    )
    (lock,) = row.locks
    assert lock["relation"] == "other.a"
    assert 400 <= lock["held_ms"] <= row.duration_ms - 300


async def test_a_failed_step_leaves_the_rows_of_those_before_it_complete(lists):
    lists.write(("1.sql", "DROP TABLE b"), ("2.sql", "SELECT no"))
    database = await lists.database(prepared=TABLES)
    with pytest.raises(Exception, match="failed"):
        await database.migrate()
    (row,) = (await database.ledger()).values()
    assert modes(row) == {"b": STRONGEST, "a": STRONGEST}


@pytest.mark.parametrize("kind", ["sql", "python"])
async def test_rows_touched_are_counted(lists, kind):
    wrong = {}
    for text, expected in TOUCHED.items():
        if kind == "python" and "stdin" in text:
            continue
        database, (row,) = await migrated(lists, step(text) if kind == "python" else text)
        if await database.value("SHOW server_version_num") < "150000":
            assert row.rows_touched is None  # nothing empties the counters there
        elif row.rows_touched != expected:
            wrong[text] = (row.rows_touched, expected)
    assert wrong == {}


async def test_what_a_trigger_writes_is_touched_too(lists):
    database, rows = await migrated(
        lists,
        "CREATE FUNCTION also() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " INSERT INTO other.a VALUES (NEW.x); RETURN NEW; END $$;"
        " CREATE TRIGGER t AFTER INSERT ON b FOR EACH ROW EXECUTE FUNCTION also()",
        "INSERT INTO b VALUES (1), (2)",
    )
    counted = await database.value("SHOW server_version_num") >= "150000"
    assert rows[1].rows_touched == (4 if counted else None)
    assert modes(rows[1]) == {"b": WRITE, "other.a": WRITE, "a": "RowShareLock"}


async def test_one_step_s_rows_are_not_counted_for_the_next(lists):
    database, rows = await migrated(
        lists, "INSERT INTO b VALUES (1)", "SELECT 1", "INSERT INTO b VALUES (1), (2)"
    )
    counted = await database.value("SHOW server_version_num") >= "150000"
    assert [row.rows_touched for row in rows] == ([1, 0, 2] if counted else [None] * 3)


async def test_what_waited_says_for_whom_and_counts_only_what_it_kept(lists, monkeypatch):
    monkeypatch.setattr(retries, "_FIRST_PAUSE_SECONDS", 0.05)
    lists.write(("1.sql", "DELETE FROM b; ALTER TABLE a ADD z int"))
    database = await lists.database(prepared=TABLES)
    heard = Heard()
    async with session(database.address, purpose="a long report") as reader:
        await reader.execute("BEGIN; SELECT * FROM a")
        limits = {"lock_timeout_ms": 400}
        run = asyncio.create_task(database.migrate(reporter=heard, limits=limits))
        await until(lambda: heard.heard("tries again"))
        await reader.execute("ROLLBACK")
        await run
    (told,) = [line for line in heard.said if "blocked by" in line][:1]
    assert "v0.1/1.sql  waits for AccessExclusiveLock on public.a; blocked by" in told
    assert "db_workflow a long report [" in told
    assert f"(pid {reader.get_server_pid()}, " in told
    assert "idle in transaction for" in told
    (row,) = (await database.ledger()).values()
    if await database.value("SHOW server_version_num") >= "150000":
        assert row.rows_touched == 3


async def test_a_strong_lock_on_a_big_table_is_warned_of(lists):
    lists.write(
        ("1.sql", "CREATE INDEX i ON a (y)"),
        ("2.sql", "CREATE INDEX j ON b (x)"),
        ("3.sql", "INSERT INTO a VALUES (11, '')"),
    )
    database = await lists.database(prepared=f"{TABLES}; ANALYZE")
    result = await database.migrate(limits={"big_table_rows": 5})
    (warning,) = result.warnings
    assert warning.startswith("v0.1/1.sql held SHARE on public.a for ")
    assert warning.endswith(" ms, at 10 rows and 8 kB")


async def test_the_locks_of_a_step_with_transactions_of_its_own_are_those_that_were_seen(lists):
    lists.write(
        ("1.sql", "-- db_workflow: no-transaction\nALTER TABLE a ADD z int;\n"
         "LOCK_AND_SLEEP;".replace("LOCK_AND_SLEEP", "DO $$ BEGIN DELETE FROM b; PERFORM pg_sleep(0.5); END $$")),  # noqa: E501
    )  # fmt: skip
    database = await lists.database(prepared=TABLES)
    await database.migrate()
    (row,) = (await database.ledger()).values()
    assert modes(row)["b"] == WRITE
    assert row.rows_touched is not None


OLD_LEDGER = """
CREATE SCHEMA db_workflow;
CREATE TABLE db_workflow.state (
    key text PRIMARY KEY, value jsonb NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE TABLE db_workflow.migration (
    sequence bigint GENERATED ALWAYS AS IDENTITY,
    version text NOT NULL,
    name text NOT NULL,
    position integer NOT NULL,
    kind text NOT NULL,
    checksum text NOT NULL,
    skipped boolean NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    applied_by text NOT NULL DEFAULT session_user,
    duration_ms integer NOT NULL,
    server_version text NOT NULL DEFAULT current_setting('server_version'),
    tool_version text NOT NULL,
    CONSTRAINT pk_migration PRIMARY KEY (version, name),
    CONSTRAINT uq_migration_sequence UNIQUE (sequence)
);
INSERT INTO db_workflow.migration
    (version, name, position, kind, checksum, skipped, duration_ms, tool_version)
VALUES ('0.1', 'v0.1/a.sql', 1, 'sql', '{a}', false, 12, '0.3.0'),
    ('0.1', 'v0.1/b.py', 2, 'python', '{b}', true, 0, '0.3.0');
"""


async def test_a_ledger_of_an_older_version_is_taken_up(lists):
    import hashlib

    lists.write(("a.sql", "CREATE TABLE n (x int)"), ("b.py", step("INSERT INTO n VALUES (1)")))
    sums = {
        key: hashlib.sha256((lists.settings.root / path).read_bytes()).hexdigest()
        for key, path in (("a", "sql/v0.1/a.sql"), ("b", "scripts/v0.1_migration/b.py"))
    }
    database = await lists.database(prepared=f"CREATE TABLE n (x int);{OLD_LEDGER.format(**sums)}")
    async with session(database.address, purpose="test") as connection:
        before = await read_ledger(connection)
    assert [row.outcome for row in before] == ["ran", "skipped"]
    result = await database.migrate()
    assert [one.name for one in result.applied] == ["v0.1/b.py"]
    first, second = (await database.ledger()).values()
    assert (first.outcome, first.duration_ms, first.rows_touched, first.locks) == (
        "ran",
        12,
        None,
        (),
    )
    assert (second.outcome, modes(second)) == ("ran", {"n": WRITE})
    columns = await database.fetch(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'db_workflow.migration'::regclass"
        " AND attnum > 0 AND NOT attisdropped"
    )
    assert ("skipped",) not in columns


async def test_nobody_says_that_no_row_was_touched_where_nobody_counts(lists):
    lists.write(("1.sql", "INSERT INTO a VALUES (11, 'z')"))
    quiet = "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET track_counts = off',"
    database = await lists.database(prepared=f"{TABLES}; {quiet} current_database()); END $$")
    await database.migrate()
    (row,) = (await database.ledger()).values()
    assert row.rows_touched is None
