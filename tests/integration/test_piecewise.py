"""No-transaction files on a real server: records, INVALID indexes, interruptions of every kind."""

import asyncio
import random
import runpy
import secrets
import subprocess
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from db_workflow.catalog import read_snapshot
from db_workflow.connection import session
from db_workflow.databases import create_database
from db_workflow.errors import MigrationError
from db_workflow.schema.facts import facts
from db_workflow.schema.judge.live import unfinished_steps
from db_workflow.schema.judge.preview import preview
from db_workflow.schema.ledger.ledger import read_ledger
from db_workflow.schema.plan import load_plan
from db_workflow.schema.run.piecewise.piece import pieces_of
from db_workflow.schema.run.piecewise.progress import Progress, write_progress
from db_workflow.schema.script.script import read_script
from db_workflow.server import start_server, stop_server, wipe_server
from db_workflow.state import record

_HELPERS = runpy.run_path(str(Path(__file__).with_name("migration_lists.py")))
MigratedDatabase = _HELPERS["MigratedDatabase"]
MigrationLists = _HELPERS["MigrationLists"]
until = _HELPERS["until"]
HEADER = "-- db_workflow: no-transaction\n"
TABLES = (
    "CREATE TABLE people (id int PRIMARY KEY, email text);"
    " INSERT INTO people SELECT n, 'p' || n || '@example.org' FROM generate_series(1, 50) n;"
)


class Heard:
    """Keeps what was reported."""

    def __init__(self):
        self.said = []
        self.progressed = []

    def say(self, text):
        self.said.append(text.strip())

    def progress(self, label, done, total=None):
        self.progressed.append((label, done, total))

    def has(self, text):
        return any(text in line for line in self.said)


class Pieces(MigratedDatabase):
    """A database, and lists of two steps: the second is the no-transaction file under test."""

    def write(self, text, *options, before=TABLES):
        """Write the lists."""
        self.lists.write(("before.sql", before), ("pieces.sql", HEADER + text, *options))

    async def prepare(self):
        """Run the first step only, so that a test can get in the second one's way."""
        pieces = self.lists.settings.sql / "v0.1/pieces.sql"
        text = pieces.read_text()
        pieces.write_text("SELEC 'not yet'")
        await self.refused()
        pieces.write_text(text)
        await self.forgive()

    async def forgive(self):
        """Let what a test does by hand not be noticed as such: that is tested elsewhere."""
        await self.execute("DELETE FROM db_workflow.state WHERE key = 'schema'")

    def mend(self, wrong, right):
        """Replace a part of the file under test."""
        pieces = self.lists.settings.sql / "v0.1/pieces.sql"
        pieces.write_text(pieces.read_text().replace(wrong, right))

    async def refused(self, **options):
        with pytest.raises(MigrationError) as caught:
            await self.migrate(**options)
        return caught.value

    async def fingerprint(self):
        async with session(self.address, purpose="test") as connection:
            snapshot = await read_snapshot(connection, schemas=self.lists.settings.schemas)
            return snapshot.fingerprint

    async def unfinished(self):
        async with session(self.address, purpose="test") as connection:
            return await unfinished_steps(connection, await read_ledger(connection))

    def rename(self, before, after):
        """Give a file another name, on disk and in the list."""
        self._listed(f"'{before}'", f"'{after}'")
        folder = self.lists.settings.sql / "v0.1"
        (folder / before).rename(folder / after)

    def take_off(self, name, *, instead=None):
        """Take a file off the list and off the disk, and perhaps put another there."""
        (self.lists.settings.sql / "v0.1" / name).unlink()
        self.lists.write(("before.sql", TABLES), *([instead] if instead else []))

    def _listed(self, wrong, right):
        runner = self.lists.settings.root / "scripts/v0.1_migration/run_migrations.py"
        runner.write_text(runner.read_text().replace(wrong, right))

    async def record(self, key, value):
        async with session(self.address, purpose="test") as connection:
            await record(connection, key, value)

    async def preview(self):
        settings = self.lists.settings
        return await preview(self.address, load_plan(settings), settings=settings)

    async def wrong_facts(self):
        """Return what the status says is wrong, but that no reset made the database."""
        async with session(self.address, purpose="test") as connection:
            found = await facts(connection, settings=self.lists.settings)
        return [fact for fact in found if not fact.ok and "backup" not in fact.text]

    async def rows_touched(self):
        return {name: row.rows_touched for name, row in (await self.ledger()).items()}

    async def indexes(self, table="people"):
        """Return a table's indexes by name, and whether each is valid."""
        async with session(self.address, purpose="test") as connection:
            rows = await connection.fetch(
                "SELECT indexrelid::regclass::text AS name, indisvalid FROM pg_index"
                " WHERE indrelid = $1::text::regclass AND NOT indisprimary ORDER BY 1",
                table,
            )
        return {row["name"]: row["indisvalid"] for row in rows}

    async def until(self, query):
        """Wait until a query returns something true."""
        await until(lambda: self.value(query))

    async def until_waiting(self, beginning):
        """Wait until the runner's statement that begins so waits for another session."""
        await self.until(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            f" AND wait_event_type = 'Lock' AND query LIKE '{beginning}%'"
        )

    @asynccontextmanager
    async def held(self, statement):
        """Hold what a statement locks for the length of a block."""
        async with session(self.address, purpose="holder") as holder:
            await holder.execute(f"BEGIN; {statement}")
            yield
            await holder.execute("ROLLBACK")

    @contextmanager
    def child(self):
        """Run the migration in a process of its own, which is killed at the end of the block."""
        runner = self.start()
        try:
            yield
        finally:
            runner.kill()


@pytest.fixture
def lists(server, tiny_settings):
    made = MigrationLists(server, tiny_settings)
    yield made
    made.end()


@pytest.fixture
async def new(lists):
    """Return what makes a database of its own for the lists."""

    async def make():
        return Pieces(lists, (await lists.database()).address)

    return make


@pytest.fixture
async def repository(new):
    return await new()


async def undisturbed(new, text, **options):
    """Return the schema that a run leaves which nobody disturbs."""
    other = await new()
    other.write(text, **options)
    await other.migrate()
    return await other.fingerprint()


async def test_statements_that_no_transaction_takes_run_and_are_recorded_once(repository):
    repository.write(
        "INSERT INTO people VALUES (51, 'a'), (52, 'b');\n"
        "CREATE INDEX CONCURRENTLY by_email ON people (email);\n"
        "VACUUM people;\n"
        "UPDATE people SET email = 'c' WHERE id = 51;\n"
    )
    heard = Heard()
    result = await repository.migrate(reporter=heard)
    assert [step.name for step in result.applied] == ["v0.1/before.sql", "v0.1/pieces.sql"]
    assert await repository.indexes() == {"by_email": True}
    assert (await repository.rows_touched())["v0.1/pieces.sql"] == 3
    assert ("v0.1/pieces.sql", 2, 4) in heard.progressed
    assert await repository.unfinished() == ()
    assert (await repository.migrate()).applied == ()


async def test_a_failure_names_the_statement_its_place_and_what_stays(repository):
    repository.write(
        "INSERT INTO people VALUES (51, 'a');\nVACUUM people;\n"
        "ALTER TABLE people\n  ADD age nonsense;\nCREATE TABLE later (x int);\n"
    )
    error = await repository.refused()
    assert error.found == (
        "v0.1/pieces.sql failed at statement 3 of 4:"
        ' type "nonsense" does not exist (SQLSTATE 42704)\n'
        "  sql/v0.1/pieces.sql:5:11\n"
        "    5 |   ADD age nonsense;\n"
        "      |           ^"
    )
    assert "statements 1-2 of 4 stay applied" in error.why
    assert "goes on from this statement" in error.next
    assert (error.data["statement"], error.data["statements"], error.data["line"]) == (3, 4, 5)
    assert await repository.unfinished() == ("v0.1/pieces.sql",)


async def test_the_next_run_goes_on_from_the_statement_that_failed(repository):
    first = "INSERT INTO people VALUES (51, 'a');\nVACUUM people;\n"
    repository.write(first + "ALTER TABLE people ADD age nonsense;")
    await repository.refused()
    repository.write(first + "ALTER TABLE people ADD age int;\nUPDATE people SET age = 1;")
    heard = Heard()
    await repository.migrate(reporter=heard)
    assert heard.has("2 of 4 statements are done")
    assert await repository.value("SELECT count(*) FROM people WHERE age = 1") == 51
    assert (await repository.rows_touched())["v0.1/pieces.sql"] == 52


async def test_a_statement_that_ran_may_not_be_edited(repository):
    repository.write("CREATE TABLE a (x int);\nSELEC 1;")
    await repository.refused()
    repository.write("-- a comment is no edit\nCREATE TABLE a (x bigint);\nSELECT 1;")
    error = await repository.refused()
    assert "statement 1 (sql/v0.1/pieces.sql:3) is not the one that ran" in error.found
    assert error.data["done"] == 1
    repository.write("-- a comment is no edit\nCREATE TABLE a (x int);\nSELECT 1;")
    await repository.migrate()


async def test_a_statement_that_ran_may_not_be_removed(repository):
    repository.write("CREATE TABLE a (x int);\nSELEC 1;")
    await repository.refused()
    repository.write("")
    assert "statement 1 is not the one that ran" in (await repository.refused()).found


async def test_a_unique_index_that_rows_refuse_leaves_nothing_and_is_built_once_they_are_mended(
    repository,
):
    repository.write(
        "INSERT INTO people VALUES (51, 'p1@example.org');\n"
        "CREATE UNIQUE INDEX CONCURRENTLY one_email ON people (email);\n"
    )
    error = await repository.refused()
    assert error.data["sqlstate"] == "23505"
    assert await repository.indexes() == {}
    await repository.execute("DELETE FROM people WHERE id = 51")
    await repository.migrate()
    assert await repository.indexes() == {"one_email": True}


INVALID = (
    "CREATE UNIQUE INDEX CONCURRENTLY by_email ON people (email)",
    "INSERT INTO people VALUES (51, 'p1@example.org')",
)


@pytest.mark.parametrize("word", ["CONCURRENTLY", ""])
@pytest.mark.parametrize("lenient", ["IF NOT EXISTS ", ""])
async def test_an_invalid_index_of_that_name_is_rebuilt_not_passed_over(repository, word, lenient):
    repository.write(f"CREATE INDEX {word} {lenient}By_Email ON public.people (email)")
    await repository.prepare()
    await repository.execute(INVALID[1])
    with pytest.raises(Exception, match="could not create unique index"):
        await repository.execute(INVALID[0])
    assert await repository.indexes() == {"by_email": False}
    heard = Heard()
    await repository.migrate(reporter=heard)
    assert heard.has("drops public.by_email: it is INVALID")
    assert await repository.indexes() == {"by_email": True}


async def test_a_valid_index_of_that_name_is_left_as_it_is(repository):
    repository.write("CREATE INDEX CONCURRENTLY IF NOT EXISTS by_email ON people (email)")
    await repository.prepare()
    await repository.execute("CREATE INDEX by_email ON people (email)")
    before = await repository.value("SELECT 'by_email'::regclass::oid")
    await repository.migrate()
    assert await repository.value("SELECT 'by_email'::regclass::oid") == before


async def test_if_not_exists_may_not_pass_over_something_else_of_that_name(repository):
    repository.write("CREATE INDEX CONCURRENTLY IF NOT EXISTS by_email ON people (email)")
    await repository.prepare()
    await repository.execute("CREATE TABLE by_email (x int)")
    error = await repository.refused()
    assert "public.by_email exists, but is not an index of people" in error.found


async def test_an_index_that_another_session_builds_now_is_left_alone(repository):
    repository.write("CREATE INDEX CONCURRENTLY IF NOT EXISTS by_email ON people (email)")
    await repository.prepare()
    async with repository.held("INSERT INTO people VALUES (99, 'x')"):
        build = asyncio.create_task(
            repository.execute("CREATE INDEX CONCURRENTLY by_email ON people (email)")
        )
        await repository.until_waiting("CREATE INDEX")
        assert "is building public.by_email" in (await repository.refused()).found
    await build
    await repository.forgive()
    await repository.migrate()
    assert await repository.indexes() == {"by_email": True}


async def test_a_name_in_quotes_and_comments_in_odd_places_are_understood(repository):
    repository.write(
        'create /* /* nested */ */ unique index -- why\n concurrently "By ""E""mail" on only'
        ' /* here */ "public" . people (email)'
    )
    await repository.prepare()
    await repository.execute(INVALID[1])
    await repository.refused()
    assert await repository.indexes() == {}


async def test_what_the_file_sets_holds_for_its_later_statements(repository):
    repository.write(
        "CREATE SCHEMA other;\nSET search_path = other;\nVACUUM public.people;\n"
        "CREATE TABLE here (x int);\nSELEC 1;\n"
    )
    await repository.refused()
    assert await repository.value("SELECT to_regclass('other.here')") is not None
    repository.mend("SELEC 1", "CREATE TABLE later (x int)")
    await repository.migrate()
    assert await repository.value("SELECT to_regclass('other.later')") is not None


async def test_a_role_that_the_file_takes_does_not_keep_its_records_from_being_written(repository):
    role = f"r_{secrets.token_hex(4)}"
    repository.write(
        f"SET ROLE {role};\nCREATE TABLE theirs.a (x int);\nVACUUM theirs.a;\n"
        "CREATE INDEX CONCURRENTLY ON theirs.a (x);\nRESET ROLE;\nCREATE TABLE ours (x int);",
        before=f"CREATE ROLE {role}; CREATE SCHEMA theirs AUTHORIZATION {role};",
    )
    try:
        await repository.migrate()
        owners = "SELECT string_agg(relowner::regrole::text, ' ' ORDER BY relname) FROM pg_class"
        assert (
            await repository.value(f"{owners} WHERE relkind = 'r' AND relname IN ('a', 'ours')")
            == f"{role} {await repository.value('SELECT session_user')}"
        )
    finally:
        await repository.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")


async def test_a_file_may_empty_its_session(repository):
    repository.write(
        "SET lock_timeout = '1s';\nDISCARD ALL;\nDEALLOCATE ALL;\nRESET ALL;\n"
        "CREATE TABLE seen AS SELECT current_setting('lock_timeout') AS lock;"
    )
    await repository.migrate()
    assert await repository.value("SELECT lock FROM seen") == "4s"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("LOCK TABLE people", "LOCK lasts until its transaction ends"),
        ("SET LOCAL lock_timeout = 1", "SET LOCAL lasts until its transaction ends"),
        ("DECLARE a CURSOR WITH HOLD FOR SELECT 1", "DECLARE lasts until its transaction ends"),
        ("CREATE TEMP TABLE a (x int)", "a temporary object is gone"),
        ("SELECT 1 AS x INTO TEMPORARY TABLE a", "a temporary object is gone"),
        ("CREATE TABLE pg_temp.a (x int)", "a temporary object is gone"),
    ],
)
async def test_what_would_not_outlive_its_statement_is_refused_by_name(repository, text, told):
    repository.write(f"CREATE TABLE first (x int);\n{text};\n")
    error = await repository.refused()
    assert "sql/v0.1/pieces.sql:3: " in str(error)
    assert told in str(error)
    assert await repository.value("SELECT to_regclass('first')") is None


async def test_a_table_that_is_merely_called_temp_is_no_temporary_one(repository):
    repository.write("CREATE TABLE temp (x int);\nSELECT 1 AS y INTO kept FROM temp;")
    await repository.migrate()
    assert await repository.value("SELECT to_regclass('kept')") is not None


async def test_a_procedure_that_commits_runs_alone(repository):
    repository.write(
        "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN\n"
        "  INSERT INTO people VALUES (51, 'a'); COMMIT;\n"
        "  INSERT INTO people VALUES (52, 'b'); END $$;\nCALL p();\nDROP PROCEDURE p();\n"
    )
    await repository.migrate()
    assert await repository.value("SELECT count(*) FROM people WHERE id > 50") == 2


async def test_a_procedure_that_has_committed_is_not_tried_again(repository):
    repository.write(
        "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN\n"
        "  INSERT INTO people SELECT max(id) + 1, 'a' FROM people; COMMIT;\n"
        "  LOCK TABLE busy; END $$;\nCALL p();\n",
        before=TABLES + "CREATE TABLE busy (x int);",
    )
    await repository.prepare()
    async with repository.held("LOCK TABLE busy"):
        error = await repository.refused(limits={"lock_timeout_ms": 50})
    assert error.data["sqlstate"] == "55P03"
    assert "as far as it had not committed by itself" in error.why
    assert await repository.value("SELECT count(*) FROM people") == 51


async def test_rows_of_a_copy_are_written_together_with_their_record(repository):
    repository.write(
        "VACUUM people;\nCOPY people FROM stdin;\n51\ta;b\n52\t\\N\n\\.\nVACUUM people;\nSELEC;\n"
    )
    await repository.refused()
    assert await repository.value("SELECT count(*) FROM people WHERE id > 50") == 2
    repository.mend("SELEC;", "")
    await repository.migrate()
    assert (await repository.rows_touched())["v0.1/pieces.sql"] == 2


async def test_waiting_for_an_old_transaction_does_not_fail_a_concurrent_index(repository):
    repository.write(
        "CREATE INDEX CONCURRENTLY by_email ON people (email);\n"
        "CREATE TABLE seen AS SELECT current_setting('lock_timeout') AS lock;"
    )
    await repository.prepare()
    async with repository.held("INSERT INTO people VALUES (99, 'x')"):
        run = asyncio.create_task(repository.migrate(limits={"lock_timeout_ms": 100}))
        await repository.until_waiting("CREATE INDEX")
        await asyncio.sleep(0.5)
        assert not run.done()
    await run
    assert await repository.value("SELECT lock FROM seen") == "100ms"


async def test_a_lock_limit_that_the_file_sets_holds_for_a_concurrent_index_too(
    repository, monkeypatch
):
    monkeypatch.setattr("db_workflow.schema.run.retries._FIRST_PAUSE_SECONDS", 0.01)
    repository.write(
        "SET lock_timeout = '50ms';\nCREATE INDEX CONCURRENTLY by_email ON people (email);"
    )
    await repository.prepare()
    async with repository.held("INSERT INTO people VALUES (99, 'x')"):
        error = await repository.refused()
    assert error.data["sqlstate"] == "55P03"
    await repository.migrate()
    assert await repository.indexes() == {"by_email": True}


@pytest.mark.parametrize("statement", ["ALTER TABLE people ADD age int", "VACUUM FULL people"])
async def test_a_lock_that_is_held_for_a_moment_is_waited_for(repository, statement):
    repository.write(f"VACUUM people;\n{statement};")
    await repository.prepare()
    heard = Heard()
    limits = {"lock_timeout_ms": 50}
    async with repository.held("SELECT * FROM people"):
        run = asyncio.create_task(repository.migrate(limits=limits, reporter=heard))
        await until(lambda: heard.has("waits for a lock"))
    await run


async def test_values_of_real_rows_are_not_shown(lists):
    repository = Pieces(lists, (await lists.database(role="test")).address)
    repository.write("CREATE UNIQUE INDEX CONCURRENTLY u ON people ((id > 0))")
    error = await repository.refused()
    assert "detail withheld" in error.found
    assert "(t)" not in str(error)


# Interruptions. Each is followed by one run, which must leave what an undisturbed one leaves.

INDEXES = "SELECT 1;\nCREATE INDEX CONCURRENTLY by_email ON people (email);\nCREATE TABLE b (x int)"
WRITER = "INSERT INTO people VALUES (99, 'x')"


async def test_the_session_that_a_killed_runner_leaves_at_work_is_ended_first(repository, new):
    repository.write(INDEXES)
    await repository.prepare()
    heard = Heard()
    async with repository.held(WRITER):
        with repository.child():
            await repository.until_waiting("CREATE INDEX")
        # The server has not noticed: it goes on waiting on behalf of the one who is gone.
        await repository.until_waiting("CREATE INDEX")
        run = asyncio.create_task(repository.migrate(reporter=heard))
        await until(lambda: heard.has("drops public.by_email: it is INVALID"))
    await run
    assert heard.has("ends the session (pid ")
    assert heard.has("statement 2 was under way when the run broke off")
    assert await repository.fingerprint() == await undisturbed(new, INDEXES)


async def test_an_index_without_a_name_is_found_again_by_what_is_new_on_its_table(repository, new):
    text = INDEXES.replace("by_email", "")
    repository.write(text, before=TABLES + "CREATE INDEX ON people (email);")
    await repository.prepare()
    async with repository.held(WRITER):
        with repository.child():
            await repository.until_waiting("CREATE INDEX")
            assert await repository.indexes() == {
                "people_email_idx": True,
                "people_email_idx1": False,
            }
            await end_sessions(repository)
    await repository.migrate()
    assert await repository.indexes() == {"people_email_idx": True, "people_email_idx1": True}


async def end_sessions(repository):
    """Let the server end every session of the runner."""
    await repository.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        " AND datname = current_database() AND application_name LIKE 'db_workflow migrate%'"
    )


async def copied(repository):
    """Dump the database as it is at this moment into another one, and return that."""
    lists = repository.lists
    name = f"{lists.settings.project}_{secrets.token_hex(3)}"
    await create_database(lists.server, name, project=lists.settings.project, role="scratch")
    copy = Pieces(lists, repository.address.at(name))
    program = lists.server.binaries.program
    dump = lists.settings.root / "a.dump"
    for command in (
        [program("pg_dump"), "-Fc", f"--file={dump}", f"--dbname={repository.address.url()}"],
        [program("pg_restore"), "--exit-on-error", f"--dbname={copy.address.url()}", dump],
    ):
        await asyncio.to_thread(subprocess.run, command, check=True)
    return copy


@pytest.mark.parametrize(
    "text",
    [
        "DROP INDEX CONCURRENTLY old;\n",
        "DROP INDEX CONCURRENTLY IF EXISTS old;\n",
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS new ON people (id);\n",
        "CREATE INDEX CONCURRENTLY ON people (id);\n",
        "REINDEX TABLE CONCURRENTLY people;\n",
        "ALTER TABLE parted DETACH PARTITION one CONCURRENTLY;\n",
    ],
)
async def test_a_dump_taken_while_a_statement_was_under_way_is_taken_up_by_name(repository, text):
    before = TABLES + (
        "CREATE INDEX old ON people (id, email);"
        "CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY RANGE (id);"
        "CREATE TABLE one PARTITION OF parted FOR VALUES FROM (1) TO (9);"
    )
    repository.write(text, before=before)
    await repository.prepare()
    async with repository.held(
        "LOCK TABLE people, parted IN SHARE UPDATE EXCLUSIVE MODE; SELECT FROM parted"
    ):
        run = asyncio.create_task(repository.migrate())
        await repository.until_waiting(text[:10])
        copy = await copied(repository)
    await run
    heard = Heard()
    await copy.migrate(reporter=heard)
    assert heard.has("was under way when the run broke off; it runs again")
    assert await copy.fingerprint() == await repository.fingerprint()


async def test_a_dump_taken_before_the_record_of_an_effect_finds_it_by_name(repository):
    repository.write(
        "ALTER TABLE parted DETACH PARTITION one CONCURRENTLY;\n",
        before=TABLES + "CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY RANGE (id);"
        "CREATE TABLE one PARTITION OF parted FOR VALUES FROM (1) TO (9);",
    )
    await repository.prepare()
    await repository.execute("ALTER TABLE parted DETACH PARTITION one")
    await under_way(repository)
    copy = await copied(repository)
    await copy.migrate()
    assert (await copy.rows_touched())["v0.1/pieces.sql"] == 0


@pytest.mark.parametrize(
    ("text", "beginning", "holding"),
    [
        (INDEXES, "CREATE INDEX", WRITER),
        ("VACUUM;\nDROP INDEX CONCURRENTLY old;\n", "DROP INDEX", "SELECT * FROM people"),
        ("VACUUM;\nREINDEX INDEX CONCURRENTLY old;\n", "REINDEX", WRITER),
        ("VACUUM;\nREINDEX (CONCURRENTLY) TABLE people;\n", "REINDEX", WRITER),
        (
            "VACUUM;\nALTER TABLE parted DETACH PARTITION one CONCURRENTLY;\n",
            "ALTER TABLE parted",
            "SELECT * FROM parted",
        ),
        ("VACUUM;\nALTER TABLE people ADD age int;\n", "ALTER TABLE people", WRITER),
        ("CREATE TABLE a (x int);\nVACUUM FULL people;\n", "VACUUM FULL", WRITER),
    ],
)
@pytest.mark.parametrize("how", ["the session is ended", "the runner is killed"])
async def test_whatever_is_under_way_when_it_breaks_off_ends_as_undisturbed(
    new, text, beginning, holding, how
):
    repository = await new()
    before = TABLES + (
        "CREATE INDEX old ON people (id, email);"
        "CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY RANGE (id);"
        "CREATE TABLE one PARTITION OF parted FOR VALUES FROM (1) TO (9);"
    )
    repository.write(text, before=before)
    await repository.prepare()
    async with repository.held(holding):
        if how == "the runner is killed":
            with repository.child():
                await repository.until_waiting(beginning)
        else:
            run = asyncio.create_task(repository.migrate(limits={"lock_timeout_ms": 60_000}))
            await repository.until_waiting(beginning)
            await end_sessions(repository)
            with pytest.raises(MigrationError):
                await run
    await repository.migrate()
    assert await repository.fingerprint() == await undisturbed(new, text, before=before)
    invalid = "SELECT count(*) FROM pg_index WHERE NOT indisvalid"
    assert await repository.value(invalid) == 0
    assert await repository.unfinished() == ()
    assert (await repository.migrate()).applied == ()


async def test_a_step_that_runs_too_long_is_cancelled_and_taken_up_again(repository):
    repository.write(INDEXES, "time_limit_seconds=0.5")
    await repository.prepare()
    async with repository.held(WRITER):
        error = await repository.refused()
    assert "ran longer than its limit of 0.5 s" in error.found
    assert await repository.indexes() == {"by_email": False}
    repository.write(INDEXES)
    heard = Heard()
    await repository.migrate(reporter=heard)
    assert heard.has("drops public.by_email: it is INVALID")
    assert await repository.indexes() == {"by_email": True}


async def test_a_procedure_that_fails_after_its_commit_says_what_stays(repository):
    repository.write(
        "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN\n"
        "  INSERT INTO people VALUES (51, 'a'); COMMIT; PERFORM 1 / 0; END $$;\nCALL p();\n"
    )
    error = await repository.refused()
    assert error.data["sqlstate"] == "22012"
    assert "as far as it had not committed by itself" in error.why
    assert await repository.value("SELECT count(*) FROM people WHERE id = 51") == 1


async def test_a_lost_connection_is_told_as_such(repository):
    repository.write(INDEXES)
    await repository.prepare()
    async with repository.held(WRITER):
        run = asyncio.create_task(repository.migrate())
        await repository.until_waiting("CREATE INDEX")
        await repository.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE query LIKE 'CREATE INDEX%' AND datname = current_database()"
        )
        with pytest.raises(MigrationError, match="failed at statement 2 of 3") as caught:
            await run
    assert "statement 1 of 3 stays applied" in caught.value.why
    assert "the next run finds out by facts" in caught.value.why


async def test_a_reindex_that_broke_off_leaves_no_copies_behind(repository):
    repository.write("REINDEX TABLE CONCURRENTLY people")
    await repository.prepare()
    async with repository.held(WRITER):
        run = asyncio.create_task(repository.migrate())
        await repository.until_waiting("REINDEX")
        await end_sessions(repository)
        with pytest.raises(MigrationError):
            await run
    count = "SELECT count(*) FROM pg_index WHERE NOT indisvalid"
    assert await repository.value(count) > 0
    heard = Heard()
    await repository.migrate(reporter=heard)
    assert heard.has("_ccnew: it is INVALID")
    assert await repository.value(count) == 0


async def test_a_runner_killed_at_any_moment_leaves_a_run_that_can_be_finished(repository, new):
    text = "".join(
        f"CREATE TABLE t{n} (x int);\nINSERT INTO t{n} SELECT generate_series(1, 2000);\n"
        f"CREATE INDEX CONCURRENTLY ON t{n} (x);\nVACUUM t{n};\n"
        for n in range(8)
    )
    repository.write(text)
    await repository.prepare()
    table = "SELECT to_regclass('t{}')"
    for number in (0, 2, 4, 6):
        with repository.child():
            await repository.until(table.format(number))
            await asyncio.sleep(random.uniform(0, 0.02))  # noqa: S311 - any moment will do
    await repository.migrate()
    assert await repository.fingerprint() == await undisturbed(new, text)
    assert await repository.value("SELECT sum(x) FROM (TABLE t0 UNION ALL TABLE t6) t") == 4002000


async def test_a_statement_killed_inside_its_transaction_runs_once(repository):
    repository.write(
        "INSERT INTO people VALUES (51, 'a');\n"
        "INSERT INTO people SELECT 52, 'b' FROM (SELECT gate.pass()) AS waited;\n"
    )
    await repository.prepare()
    await repository.execute("UPDATE gate.door SET open = false")
    with repository.child():
        await repository.at_the_door()
    # The server has not noticed: it stands at the door on behalf of the one who is gone.
    await repository.at_the_door()
    heard = Heard()
    run = asyncio.create_task(repository.migrate(reporter=heard))
    await until(lambda: heard.has("ends the session (pid "))
    await repository.open_door()
    await run
    assert await repository.value("SELECT count(*) FROM people WHERE id > 50") == 2


async def test_a_database_that_an_interrupted_run_created_counts_as_created(repository):
    other = f"{repository.lists.settings.project}_other"
    repository.write(f"CREATE DATABASE {other};\nCREATE TABLE a (x int);")
    await repository.prepare()
    await repository.execute(f"CREATE DATABASE {other}")
    try:
        assert (await repository.refused()).data["sqlstate"] == "42P04"
        await under_way(repository)
        heard = Heard()
        await repository.migrate(reporter=heard)
        assert heard.has("its effect is there, so it counts as done")
    finally:
        await repository.execute(f"DROP DATABASE {other}")


async def under_way(repository):
    """Leave the records of a run that was killed right after its first statement had its effect."""
    entry = load_plan(repository.lists.settings).entries[1]
    piece = pieces_of(read_script(entry.path, shown="pieces.sql"))[0]
    async with session(repository.address, purpose="test") as connection:
        await write_progress(connection, entry, Progress().begin(piece, {}))


async def test_a_server_that_restarts_in_the_middle_is_no_different(new, tiny_settings):
    own = replace(tiny_settings, test_address=None)
    lists = MigrationLists(start_server(own), own)
    try:
        repository = Pieces(lists, (await lists.database()).address)
        repository.write(INDEXES)
        await repository.prepare()
        async with session(repository.address, purpose="holder") as holder:
            await holder.execute(f"BEGIN; {WRITER}")
            run = asyncio.create_task(repository.migrate())
            await repository.until_waiting("CREATE INDEX")
            await asyncio.to_thread(stop_server, own)
            with pytest.raises(MigrationError):
                await run
        start_server(own)
        assert await repository.indexes() == {"by_email": False}
        await repository.migrate()
        assert await repository.fingerprint() == await undisturbed(new, INDEXES)
    finally:
        await asyncio.to_thread(wipe_server, own)


HALF = "INSERT INTO people VALUES (51, 'a');\nCREATE TABLE later (x int);\nSELEC 1;\n"
FILL = (
    "async def upgrade(step):\n"
    "    async for batch in step.batches('people', columns=['email'], size=20):\n"
    "        assert batch.rows[0]['id'] < 30, 'the power went'\n"
    "        async with batch:\n"
    "            pass\n"
)


@pytest.fixture
async def half(repository):
    """Return a repository whose no-transaction file broke off after two of three statements."""
    repository.write(HALF)
    await repository.refused()
    return repository


async def stays_as_it_is(repository):
    """Check that a run, a preview and the status refuse alike; return the error."""
    before = await repository.outcome()
    error = await repository.refused()
    assert await repository.outcome() == before
    with pytest.raises(MigrationError) as previewed:
        await repository.preview()
    assert str(previewed.value) == str(error)
    fact = (await repository.wrong_facts())[0]
    assert (fact.text, fact.next) == (error.found, error.next)
    return error


async def test_half_a_file_does_not_run_as_a_whole_once_its_header_is_gone(half):
    half.mend(HEADER, "")
    half.mend("SELEC", "SELECT")
    error = await stays_as_it_is(half)
    assert "v0.1/pieces.sql: statements 1-2 of it stay applied" in error.found
    assert "its `-- db_workflow: no-transaction` is gone" in error.found
    assert f"put `{HEADER.strip()}` back" in error.next
    assert "phase1" not in error.next
    half.mend("INSERT", HEADER + "INSERT")
    await half.migrate()
    assert await half.value("SELECT count(*) FROM people WHERE id = 51") == 1


async def test_half_a_file_does_not_run_again_under_another_name(half):
    half.mend("SELEC", "SELECT")
    half.rename("pieces.sql", "renamed.sql")
    error = await stays_as_it_is(half)
    assert "it is called v0.1/renamed.sql now" in error.found
    assert error.next.startswith("rename v0.1/renamed.sql back to v0.1/pieces.sql")
    half.rename("renamed.sql", "pieces.sql")
    await half.migrate()
    assert await half.unfinished() == ()


async def test_half_a_file_is_not_left_behind_when_it_is_taken_off_the_list(half):
    half.take_off("pieces.sql", instead=("other.sql", "SELECT 1"))
    error = await stays_as_it_is(half)
    assert "it is in no list any more" in error.found
    assert error.next.startswith("put v0.1/pieces.sql back into its list")
    assert error.data["steps"] == ["v0.1/pieces.sql"]


async def test_where_a_reset_made_the_database_another_one_is_offered(half):
    await half.record("baseline", {"backup": "shop.dump", "last_sequence": 0})
    half.take_off("pieces.sql", instead=("other.sql", "SELECT 1"))
    assert (await half.refused()).next.endswith("or invoke phase1, which resets it")


async def test_half_a_file_is_told_with_nothing_else_pending_too(half):
    half.take_off("pieces.sql")
    error = await stays_as_it_is(half)
    assert "it is in no list any more" in error.found


async def test_a_python_step_that_broke_off_does_not_run_in_a_transaction_afterwards(repository):
    repository.lists.write(("before.sql", TABLES), ("fill.py", FILL, "transaction=False"))
    assert "the power went" in (await repository.refused()).found
    repository.lists.write(("before.sql", TABLES), ("fill.py", FILL))
    error = await stays_as_it_is(repository)
    assert "v0.1/fill.py: 40 rows that it wrote stay" in error.found
    assert "transaction=False" in error.next


async def test_a_record_of_a_step_that_is_in_the_ledger_already_is_refused(repository):
    repository.write("INSERT INTO people VALUES (51, 'a');\n")
    await repository.migrate()
    await repository.record("step:v0.1/pieces.sql", {"done": ["0" * 16], "rows": 1})
    repository.lists.write(
        ("before.sql", TABLES),
        ("pieces.sql", HEADER + "INSERT INTO people VALUES (51, 'a');\n"),
        ("other.sql", "SELECT 1"),
    )
    error = await stays_as_it_is(repository)
    assert "statement 1 of it stays applied, and it is in the ledger already" in error.found
    assert "delete the row 'step:v0.1/pieces.sql' of db_workflow.state" in error.next


async def test_a_file_of_which_nothing_is_done_may_still_become_any_other(repository):
    repository.write("SELEC 1;\nVACUUM people;\n")
    await repository.refused()
    repository.write("VACUUM nothing_of_that_name;\n")
    await repository.refused()
    repository.take_off("pieces.sql", instead=("other.sql", "SELECT 1"))
    await repository.migrate()
    assert await repository.unfinished() == ()


async def test_half_a_file_behind_the_last_version_that_is_asked_for_is_left_for_later(repository):
    repository.lists.write(("before.sql", TABLES))
    repository.lists.write(("pieces.sql", HEADER + HALF), version="0.2")
    await repository.refused()
    repository.lists.write(("before.sql", TABLES), ("other.sql", "SELECT 1"))
    assert [step.name for step in (await repository.migrate(to="0.1")).applied] == [
        "v0.1/other.sql"
    ]


async def test_the_preview_and_the_status_say_from_where_half_a_file_goes_on(half):
    (step,) = (await half.preview()).steps
    assert step.reason == "goes on"
    assert step.notes == ("it goes on: statements 1-2 of it stay applied",)
    fact = (await half.wrong_facts())[0]
    assert fact.text == "v0.1/pieces.sql has begun and not ended: statements 1-2 of it stay applied"
    assert fact.next == "invoke migrate"


async def test_the_preview_refuses_an_edit_of_a_statement_that_ran_as_the_run_does(half):
    half.mend("51, 'a'", "51, 'b'")
    error = await half.refused()
    with pytest.raises(MigrationError) as previewed:
        await half.preview()
    assert str(previewed.value) == str(error)
