"""Batches on a real server: every row once, whatever interrupts the step."""

import asyncio
import hashlib
import runpy
from contextlib import contextmanager
from pathlib import Path

import pytest

from db_workflow.connection import session
from db_workflow.errors import MigrationError
from db_workflow.modules import load_file
from db_workflow.schema import StepContext
from db_workflow.schema.plan import load_plan
from db_workflow.schema.run.reached import forget_batches
from efficient_tutor_backend.passwords import verify_password

_HELPERS = runpy.run_path(str(Path(__file__).with_name("migration_lists.py")))
MigratedDatabase = _HELPERS["MigratedDatabase"]
MigrationLists = _HELPERS["MigrationLists"]
until = _HELPERS["until"]
ROOT = Path(__file__).parents[2]
# What a step does to a row shows in `seen`; a second time would show as well.
TABLE = (
    "CREATE TABLE people (id int PRIMARY KEY, email text, seen int NOT NULL DEFAULT 0);"
    " INSERT INTO people SELECT n * 10, 'p' || n FROM generate_series(1, 20) n;"
)
SEE = "UPDATE people SET seen = seen + 1 WHERE id = ANY ($1::int[])"
LOOP = "async def upgrade(context):\n    async for batch in context.batches('people'):\n"
EVERY_ROW_ONCE = "SELECT bool_and(seen = 1) FROM people"


def step_text(*, options="", work="", writes="", after=""):
    """Return a step that marks every row as seen, seven rows a batch."""
    return f"""\
import asyncio, uuid
async def upgrade(context):
    async for batch in context.batches('people', size=7{options}):
        ids = [row['id'] for row in batch.rows]
        {work or "pass"}
        async with batch as connection:
            await connection.execute({SEE!r}, ids)
            {writes or "pass"}
    {after or "pass"}
"""


class Heard:
    """Keeps what was reported."""

    def __init__(self):
        self.said = []
        self.progressed = []

    def say(self, text):
        self.said.append(text.strip())

    def progress(self, label, done, total=None):
        self.progressed.append((label, done, total))


class Batches(MigratedDatabase):
    """A database, and lists of two steps: one makes a table, one changes it in batches."""

    def write(self, step, *, before=TABLE, options=("transaction=False",)):
        self.lists.write(("before.sql", before), ("step.py", step, *options))

    async def refused(self, **options):
        with pytest.raises(MigrationError) as caught:
            await self.migrate(**options)
        return caught.value

    async def seen(self):
        return await self.value("SELECT array_agg(id ORDER BY id) FROM people WHERE seen = 1")

    async def close_door(self):
        await self.execute("UPDATE gate.door SET open = false")

    @contextmanager
    def child(self):
        """Run the migration in a process of its own, which is killed at the end of the block."""
        runner = self.start()
        try:
            yield
        finally:
            runner.kill()


@pytest.fixture
async def repository(server, tiny_settings):
    lists = MigrationLists(server, tiny_settings)
    yield Batches(lists, (await lists.database()).address)
    lists.end()


async def test_every_row_comes_once_with_its_key_and_the_columns_asked_for(repository):
    repository.write(
        step_text(
            options=", columns=('email',)",
            work="assert [dict(row) for row in batch.rows] == ["
            "{'id': id, 'email': f'p{id // 10}'} for id in ids]",
        )
    )
    heard = Heard()
    await repository.migrate(reporter=heard)
    assert await repository.value(EVERY_ROW_ONCE)
    assert [shown for shown in heard.progressed if shown[0] == "v0.1/step.py"] == [
        ("v0.1/step.py", 7, 20),
        ("v0.1/step.py", 14, 20),
        ("v0.1/step.py", 20, 20),
    ]
    assert (await repository.migrate()).applied == ()


async def test_no_transaction_is_open_and_no_lock_held_while_python_works(repository):
    repository.write(
        step_text(
            work="10 in ids and context.reporter.say('at work');"
            " await asyncio.sleep(60 if 10 in ids else 0)"
        )
    )
    heard = Heard()
    run = asyncio.create_task(repository.migrate(reporter=heard))
    await until(lambda: "at work" in heard.said)
    async with session(repository.address, purpose="test") as connection:
        await connection.execute("SET lock_timeout = '10s'; ALTER TABLE people ADD age int")
        assert await connection.fetchval(
            "SELECT bool_and(state = 'idle') FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            " AND datname = current_database() AND wait_event = 'ClientRead'"
        )
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run


async def test_a_batch_that_fails_is_undone_and_the_next_run_goes_on_with_it(repository):
    stumble = "assert 100 not in ids or await connection.fetchval('SELECT count(*) FROM mended')"
    repository.write(step_text(writes=stumble), before=TABLE + "CREATE TABLE mended (x int);")
    await repository.refused()
    assert await repository.seen() == [10, 20, 30, 40, 50, 60, 70]
    await repository.execute("INSERT INTO mended VALUES (1)")
    heard = Heard()
    await repository.migrate(reporter=heard)
    assert "v0.1/step.py  goes on after 7 rows" in heard.said
    assert ("v0.1/step.py", 14, 20) in heard.progressed
    assert await repository.value(EVERY_ROW_ONCE)


@pytest.mark.parametrize(
    "stop",
    [
        {"work": "if 100 in ids: await context.connection.execute('SELECT gate.pass()')"},
        {"writes": "if 100 in ids: await connection.execute('SELECT gate.pass()')"},
    ],
    ids=["between transactions", "inside one"],
)
async def test_a_runner_that_is_killed_is_taken_up_exactly_where_it_was(repository, stop):
    repository.write(step_text(**stop))
    await repository.close_door()
    with repository.child():
        await repository.at_the_door()
    assert await repository.seen() == [10, 20, 30, 40, 50, 60, 70]
    await repository.open_door()
    heard = Heard()
    await repository.migrate(reporter=heard)
    assert any("goes on after 7 rows" in line for line in heard.said)
    assert await repository.value(EVERY_ROW_ONCE)


async def test_the_session_that_a_killed_runner_leaves_at_work_is_ended_first(repository):
    repository.write(
        step_text(writes="if 100 in ids: await connection.execute('SELECT gate.pass()')")
    )
    await repository.close_door()
    with repository.child():
        await repository.at_the_door()
    # The server has not noticed: it stands at the door on behalf of the one who is gone.
    await repository.at_the_door()
    heard = Heard()
    run = asyncio.create_task(repository.migrate(reporter=heard))
    await until(lambda: any("ends the session (pid " in line for line in heard.said))
    await repository.open_door()
    await run
    assert await repository.value(EVERY_ROW_ONCE)


async def test_a_condition_that_the_work_makes_false_does_not_make_it_skip_rows(repository):
    repository.write(step_text(options=", where='seen = 0 -- not yet'"))
    await repository.migrate()
    assert await repository.value(EVERY_ROW_ONCE)


async def test_rows_may_vanish_and_appear_meanwhile(repository):
    repository.write(
        step_text(
            writes="if 100 in ids: await connection.execute("
            "'DELETE FROM people WHERE id IN (10, 160);"
            " INSERT INTO people (id) VALUES (5), (300)')"
        )
    )
    await repository.migrate()
    assert await repository.value("SELECT array_agg(id) FROM people WHERE seen = 0") == [5]
    assert await repository.value("SELECT seen FROM people WHERE id = 300") == 1


KEYS = {
    "uuid": "('ffffffff-0000-4000-8000-000000000001'), ('0fffffff-0000-4000-8000-000000000001')",
    "timestamptz": "('-infinity'), ('2024-10-27 01:30:00.000001+00'), ('2024-10-27 01:30+00')",
    "numeric": "('NaN'), ('-1'), ('12345678901234567890.000000001'), ('1e-20')",
    "double precision": "('NaN'), ('0.1'), ('0.30000000000000004'), ('-Infinity')",
    "text": "(''), ('a'), ('B'), ('ä'), ('a''b'), ('a\"b'), ('{}')",
    'text COLLATE "C"': "(''), ('a'), ('B'), ('ä'), ('_')",
    "char(4)": "('a'), ('b'), ('abcd')",
    "bytea": r"('\x00'), ('\xff'), ('\x')",
    "mood": "('sad'), ('happy'), ('ok')",
    "boolean": "(true), (false)",
    "int4range": "('empty'), ('[1,5)'), ('(,3)')",
}


@pytest.mark.parametrize("kind", KEYS)
async def test_a_key_may_be_of_any_type(repository, kind):
    repository.write(
        "async def upgrade(context):\n"
        "    async for batch in context.batches('Strange', columns=('n',), size=1):\n"
        "        async with batch as connection:\n"
        "            await connection.execute('UPDATE strange SET seen = seen + 1 WHERE n = $1',\n"
        "                                     batch.rows[0]['n'])\n",
        before="CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');"
        f'CREATE TABLE strange ("a Key" {kind} PRIMARY KEY, n serial, seen int DEFAULT 0);'
        f'INSERT INTO strange ("a Key") VALUES {KEYS[kind]};',
    )
    await repository.migrate()
    assert await repository.value("SELECT array_agg(DISTINCT seen) FROM strange") == [1]


async def test_a_key_may_have_several_columns_in_an_order_of_its_own(repository):
    repository.write(
        "async def upgrade(context):\n"
        "    seen = []\n"
        "    async for batch in context.batches('public.pairs', size=2):\n"
        "        async with batch as connection:\n"
        "            seen += [(row['b'], row['a']) for row in batch.rows]\n"
        "    assert seen == sorted(seen) and len(seen) == 9, seen\n",
        before="CREATE TABLE pairs (a int, b text, PRIMARY KEY (b, a));"
        "INSERT INTO pairs SELECT n, chr(96 + m) FROM generate_series(1, 3) n,"
        " generate_series(1, 3) m;",
    )
    await repository.migrate()


async def test_a_loop_that_has_ended_does_not_begin_again_when_a_later_part_fails(repository):
    repository.write(
        step_text(after="assert await context.connection.fetchval('SELECT count(*) FROM mended')"),
        before=TABLE + "CREATE TABLE mended (x int);",
    )
    await repository.refused()
    assert await repository.value(EVERY_ROW_ONCE)
    await repository.execute("INSERT INTO mended VALUES (1)")
    await repository.migrate()
    assert await repository.value(EVERY_ROW_ONCE)


async def test_a_loop_that_asks_for_other_rows_begins_anew(repository):
    step = step_text(options=", where='id < 100'", after="await context.connection.execute('no')")
    repository.write(step)
    await repository.refused()
    repository.write(step_text(options=", where='seen = 0'"))
    heard = Heard()
    await repository.migrate(reporter=heard)
    assert any("begins anew" in line for line in heard.said)
    assert await repository.value(EVERY_ROW_ONCE)


STOP = "await context.connection.execute('TABLE later')"


@pytest.mark.parametrize("finished", [False, True])
async def test_a_step_that_was_edited_in_the_middle_is_refused_with_the_choice(
    repository, finished
):
    work = "" if finished else "if 100 in ids: raise ValueError('stop')"
    first = step_text(work=work, after=STOP)
    repository.write(first)
    await repository.refused()
    written = 20 if finished else 7

    repository.write(step_text() + "# edited")
    error = await repository.refused()
    assert f"v0.1/step.py was edited after it had written {written} rows" in error.found
    assert await repository.value("SELECT sum(seen) FROM people") == written
    for choice in ("undo the edit", 'name="again"', f'goes_on_from="{error.data["checksum"]}"'):
        assert choice in error.next

    repository.write(first)
    assert "was edited" not in (await repository.refused()).found

    repository.write(step_text(options=f", goes_on_from='{error.data['checksum']}'"))
    await repository.migrate()
    assert await repository.value(EVERY_ROW_ONCE)


async def test_a_step_that_has_written_nothing_may_be_edited(repository):
    repository.write(step_text(options=", where='id < 0'", after=STOP))
    await repository.refused()
    repository.write(step_text(options=", where='id < 0'"))
    await repository.migrate()


async def test_a_step_that_was_edited_in_the_middle_may_begin_anew_under_another_name(repository):
    repository.write(step_text(work="if 100 in ids: raise ValueError('stop')"))
    await repository.refused()
    repository.write(step_text(options=", name='again'"))
    await repository.migrate()
    assert await repository.value("SELECT array_agg(id) FROM people WHERE seen = 2") == [
        *range(10, 80, 10)
    ]
    assert await repository.value("SELECT min(seen) FROM people") == 1


async def test_what_was_gone_on_from_is_asked_for_again_after_another_edit(repository):
    stop = "if {} in ids: raise ValueError('stop')"
    repository.write(step_text(work=stop.format(100)))
    await repository.refused()
    repository.write(step_text(work=stop.format(200)))
    checksum = (await repository.refused()).data["checksum"]
    onward = f", goes_on_from='{checksum}'"
    repository.write(step_text(work=stop.format(200), options=onward))
    await repository.refused()
    repository.write(step_text(options=onward))
    assert "was edited after it had written 14 rows" in (await repository.refused()).found


UNTIL_NONE = ", where='seen = 0', until_none=True"


async def test_rows_inserted_behind_the_place_are_found_if_it_reads_until_there_is_none(repository):
    repository.write(
        step_text(
            options=UNTIL_NONE,
            writes="if 100 in ids: await connection.execute("
            "'INSERT INTO people (id) VALUES (1), (2)')",
        )
    )
    heard = Heard()
    await repository.migrate(reporter=heard)
    assert await repository.value(EVERY_ROW_ONCE)
    assert await repository.value("SELECT count(*) FROM people") == 22
    assert ("v0.1/step.py", 22, 22) in heard.progressed


async def test_a_second_pass_that_breaks_off_is_taken_up_in_that_pass(repository):
    repository.write(
        step_text(
            options=UNTIL_NONE,
            writes="await connection.execute('INSERT INTO people (id) SELECT g FROM"
            " generate_series(1, 9) g WHERE $1', 100 in ids);"
            " assert 8 not in ids or await connection.fetchval('SELECT count(*) FROM mended')",
        ),
        before=TABLE + "CREATE TABLE mended (x int);",
    )
    await repository.refused()
    await repository.execute("INSERT INTO mended VALUES (1)")
    heard = Heard()
    await repository.migrate(reporter=heard)
    assert "v0.1/step.py  goes on after 27 rows" in heard.said
    assert await repository.value(EVERY_ROW_ONCE)
    assert await repository.value("SELECT count(*) FROM people") == 29


async def test_passes_that_would_never_end_are_refused(repository):
    repository.write(step_text(options=", where='seen >= 0', until_none=True"))
    error = await repository.refused()
    assert "finds the same rows of people in every pass" in error.found
    repository.write(step_text(options=", until_none=True"))
    assert "until_none=True needs `where`" in (await repository.refused()).found


async def test_the_value_names_the_step_also_where_the_key_has_a_name(repository):
    repository.write(step_text(options=", name='a:b'", after=STOP))
    await repository.refused()
    assert (
        await repository.value(
            "SELECT value ->> 'step' FROM db_workflow.state WHERE key LIKE 'batches:%'"
        )
        == "v0.1/step.py"
    )


@pytest.mark.parametrize("second", ["", "second"])
async def test_two_loops_over_one_table_need_names(repository, second):
    repository.write(
        "async def upgrade(context):\n"
        f"    for name in ('', {second!r}):\n"
        "        async for batch in context.batches('people', name=name):\n"
        "            async with batch as connection:\n"
        "                await connection.execute('UPDATE people SET seen = seen + 1')\n"
    )
    if second:
        await repository.migrate()
        assert await repository.value("SELECT array_agg(DISTINCT seen) FROM people") == [2]
    else:
        assert "two loops over people" in (await repository.refused()).found


async def test_a_step_in_one_transaction_cannot_work_in_batches(repository):
    repository.write(step_text(), options=())
    error = await repository.refused()
    assert "reads batches inside a transaction" in error.found
    assert "transaction=False" in error.next


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (
            f"{LOOP}        pass\n",
            "passes over a batch of people",
        ),
        (LOOP + 2 * "        async with batch:\n            pass\n", "writes a batch twice"),
        (step_text(options=", where='seen = 0', name='a'").replace("people", "nobody"), "no table"),
        (step_text().replace("size=7", "size=0"), "a batch of 0 rows"),
    ],
)
async def test_a_loop_that_cannot_be_meant_so_is_refused(repository, step, told):
    repository.write(step)
    assert told in (await repository.refused()).found


async def test_a_table_without_a_primary_key_is_refused(repository):
    repository.write(step_text(), before=TABLE.replace("PRIMARY KEY", ""))
    assert "it has no primary key" in (await repository.refused()).found


async def test_a_batch_is_not_kept_when_the_migration_lock_is_lost(repository):
    repository.write("async def upgrade(context): ...\n")
    await repository.migrate()

    async def lost():
        raise MigrationError("lost")

    async with session(repository.address, purpose="test") as connection:
        step = StepContext(connection, "a step", still_held=lost)
        with pytest.raises(MigrationError, match="lost"):
            async for batch in step.batches("people"):
                async with batch:
                    await connection.execute("UPDATE people SET seen = 1")
    assert await repository.seen() is None


async def test_the_places_of_a_step_are_forgotten_and_those_of_others_kept(repository):
    repository.write("async def upgrade(context): ...\n")
    await repository.migrate()
    entry = load_plan(repository.lists.settings).entries[1]
    async with session(repository.address, purpose="test") as connection:
        for name in (entry.name, "v0.1/step.pyc"):
            async for batch in StepContext(connection, name).batches("people"):
                async with batch:
                    pass
        await forget_batches(connection, entry)
    keys = "SELECT array_agg(key) FROM db_workflow.state WHERE key LIKE 'batches:%'"
    assert await repository.value(keys) == ["batches:v0.1/step.pyc:people"]


async def test_a_large_table_is_estimated_not_counted(repository, monkeypatch):
    monkeypatch.setattr("db_workflow.schema.run.keyset._COUNTED_BYTES", 0)
    repository.write(step_text(), before=TABLE + "ANALYZE people;")
    heard = Heard()
    await repository.migrate(reporter=heard)
    assert ("v0.1/step.py", 20, 20) in heard.progressed


LATECOMER = """
CREATE FUNCTION come_late() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO users SELECT '00000000-0000-4000-8000-000000000000', old.password_hash
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER late AFTER UPDATE ON users FOR EACH ROW EXECUTE FUNCTION come_late();
"""


async def test_every_legacy_password_is_wrapped_also_one_that_is_written_meanwhile(
    repository, monkeypatch
):
    legacy = f"$sha256$pepper${hashlib.sha256(b'pepper' + b'secret').hexdigest()}"
    rehash = load_file(
        ROOT / "scripts/v0.4_migration/rehash_passwords.py", settings=repository.lists.settings
    )
    monkeypatch.setattr(rehash, "BATCH", 2)
    repository.write("async def upgrade(context): ...\n")
    await repository.migrate()
    await repository.execute(
        "CREATE TABLE users (id uuid PRIMARY KEY, password_hash text NOT NULL);"
        f"INSERT INTO users SELECT gen_random_uuid(), '{legacy}' FROM generate_series(1, 5);"
        + LATECOMER
    )
    heard = Heard()
    async with session(repository.address, purpose="test") as connection:
        await rehash.upgrade(StepContext(connection, "rehash", heard))
        stored = [row[0] for row in await connection.fetch("SELECT password_hash FROM users")]
    assert len(stored) == 6
    assert all(verify_password(value, "secret") for value in stored)
    assert not any(value == legacy for value in stored)
    assert ("rehash", 5, 5) in heard.progressed


async def test_a_password_hash_of_a_foreign_format_stops_the_rehash_and_keeps_what_is_done(
    repository, monkeypatch
):
    legacy = f"$sha256$${hashlib.sha256(b'secret').hexdigest()}"
    rehash = load_file(
        ROOT / "scripts/v0.4_migration/rehash_passwords.py", settings=repository.lists.settings
    )
    monkeypatch.setattr(rehash, "BATCH", 1)
    repository.write("async def upgrade(context): ...\n")
    await repository.migrate()
    await repository.execute(
        "CREATE TABLE users (id uuid PRIMARY KEY, password_hash text NOT NULL);"
        f"INSERT INTO users VALUES ('00000000-0000-4000-8000-000000000001', '{legacy}'),"
        f" ('00000000-0000-4000-8000-000000000002', 'foreign')"
    )
    left = "SELECT count(*) FROM users WHERE password_hash NOT LIKE '%$argon2id$v=%'"
    async with session(repository.address, purpose="test") as connection:
        step = StepContext(connection, "rehash")
        with pytest.raises(MigrationError, match="a format that is not known"):
            await rehash.upgrade(step)
        assert await connection.fetchval(left) == 1
        await connection.execute(
            f"UPDATE users SET password_hash = '{legacy}' WHERE password_hash = 'foreign'"
        )
        await rehash.upgrade(StepContext(connection, "rehash"))
        assert await connection.fetchval(left) == 0
