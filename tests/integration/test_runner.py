"""The runner on a real server: order, transactions, sessions, failures, interruptions."""

import asyncio
import inspect
import secrets
import time
import traceback
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from db_workflow.address import Address
from db_workflow.connection import session
from db_workflow.databases import create_database
from db_workflow.errors import BusyError, MigrationError, ServerError
from db_workflow.schema.judge.preview import preview
from db_workflow.schema.ledger.ledger import read_ledger
from db_workflow.schema.plan import load_plan
from db_workflow.schema.run.lock import migration_lock
from db_workflow.schema.run.run import Run
from db_workflow.schema.run.runner import MigrateResult, migrate
from db_workflow.schema.run.step import run_step
from db_workflow.schema.script.script import Part, Script
from db_workflow.server import Server
from db_workflow.settings import Settings
from db_workflow.state import recall, record


async def until(condition: Callable[[], Any]) -> None:
    """Wait until a condition, awaitable or not, holds."""
    async with asyncio.timeout(20):
        while True:
            found = condition()
            if await found if inspect.isawaitable(found) else found:
                return
            await asyncio.sleep(0.01)


class Heard:
    """Keeps what was reported."""

    def __init__(self):
        self.said: list[str] = []
        self.progressed: list[tuple[str, int, int | None]] = []

    def say(self, text: str) -> None:
        self.said.append(text)

    def progress(self, label: str, done: int, total: int | None = None) -> None:
        self.progressed.append((label, done, total))


class Repository:
    """A tiny repository whose lists a test writes, and an empty database to apply them to."""

    def __init__(self, settings: Settings, address: Address):
        self.settings = settings
        self.address = address

    def write(self, version: str, **steps: str) -> None:
        """Declare a version; a step's name is its file's stem, its text SQL or Python."""
        listed = ""
        runner = Path(f"scripts/v{version}_migration/run_migrations.py")
        for stem, text in steps.items():
            if "async def upgrade" in text:
                kept = "" if "# transaction" not in text else ", transaction=False"
                listed += f'python_step("{stem}.py"{kept}), '
                self.file(runner.parent / f"{stem}.py", text)
            else:
                listed += f'sql_file("{stem}.sql"), '
                self.file(Path(f"sql/v{version}/{stem}.sql"), text)
        self.file(
            runner,
            "from db_workflow.schema import Migration, python_step, sql_file\n"
            f'MIGRATION = Migration("{version}", "a version", ({listed}))\n',
        )

    def file(self, path: Path, text: str) -> None:
        target = self.settings.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)

    async def migrate(self, **options) -> MigrateResult:
        settings = options.pop("settings", self.settings)
        return await migrate(self.address, load_plan(settings), settings=settings, **options)

    async def refused(self, **options) -> MigrationError:
        with pytest.raises(MigrationError) as caught:
            await self.migrate(**options)
        return caught.value

    async def value(self, query: str):
        async with session(self.address, purpose="test") as connection:
            return await connection.fetchval(query)

    async def execute(self, query: str) -> None:
        async with session(self.address, purpose="test") as connection:
            await connection.execute(query)

    async def ledger(self) -> list[str]:
        async with session(self.address, purpose="test") as connection:
            return [row.name for row in await read_ledger(connection)]

    async def tables(self) -> list[str]:
        return await self.value(
            "SELECT coalesce(array_agg(relname::text ORDER BY relname), '{}') FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )


@pytest.fixture
async def repository(server: Server, tiny_settings: Settings) -> AsyncIterator[Repository]:
    name = f"{tiny_settings.project}_{secrets.token_hex(3)}"
    await create_database(server, name, project=tiny_settings.project, role="scratch")
    yield Repository(tiny_settings, server.address.at(name))


async def test_steps_run_in_the_order_of_the_lists_and_are_recorded(repository: Repository):
    repository.write("0.10", c="INSERT INTO a VALUES (2)")
    repository.write(
        "0.9",
        a="CREATE TABLE a (x int)",
        b="async def upgrade(context):\n"
        "    await context.connection.execute('INSERT INTO a VALUES (1)')\n",
    )
    result = await repository.migrate()
    assert [step.name for step in result.applied] == ["v0.9/a.sql", "v0.9/b.py", "v0.10/c.sql"]
    assert await repository.ledger() == ["v0.9/a.sql", "v0.9/b.py", "v0.10/c.sql"]
    assert result.versions == ("0.9", "0.10")
    assert await repository.value("SELECT array_agg(x) FROM a") == [1, 2]


async def test_a_second_run_has_nothing_to_do(repository: Repository):
    repository.write("0.1", a="CREATE TABLE a (x int)")
    first = await repository.migrate()
    second = await repository.migrate()
    assert (second.applied, second.already) == ((), 1)
    assert second.fingerprint == first.fingerprint


async def test_a_run_may_stop_at_a_version(repository: Repository):
    repository.write("0.1", a="CREATE TABLE a (x int)")
    repository.write("0.2", b="CREATE TABLE b (x int)")
    assert (await repository.migrate(to="0.1")).versions == ("0.1",)
    assert await repository.tables() == ["a"]
    assert (await repository.migrate()).already == 1
    assert await repository.tables() == ["a", "b"]


async def test_the_end_of_a_run_leaves_the_schemas_fingerprint(repository: Repository):
    repository.write("0.1", a="CREATE TABLE a (x int)")
    result = await repository.migrate()
    async with session(repository.address, purpose="test") as connection:
        recorded = await recall(connection, "schema")
    assert (recorded["fingerprint"], recorded["versions"]) == (result.fingerprint, ["0.1"])


async def test_the_plan_is_shown_without_changing_anything(repository: Repository):
    repository.write("0.1", a="CREATE TABLE a (x int)", b="CREATE TABLE b (x int)")
    plan = load_plan(repository.settings)
    shown = await preview(repository.address, plan, settings=repository.settings)
    assert [step.name for step in shown.steps] == ["v0.1/a.sql", "v0.1/b.sql"]
    assert await repository.tables() == []
    assert await repository.ledger() == []


async def test_a_file_without_statements_is_recorded(repository: Repository):
    repository.write("0.1", a="-- nothing to do on this server\n;\n")
    await repository.migrate()
    assert await repository.ledger() == ["v0.1/a.sql"]


async def test_a_syntax_error_shows_its_place_and_nothing_of_the_file_is_applied(
    repository: Repository,
):
    repository.write(
        "0.1",
        a="CREATE TABLE a (x int);",
        b="CREATE TABLE b (x int);\n-- é\nSELECT é frm b;\n",
        c="CREATE TABLE c (x int);",
    )
    error = await repository.refused()
    assert error.found == (
        'v0.1/b.sql failed: syntax error at or near "b" (SQLSTATE 42601)\n'
        "  sql/v0.1/b.sql:3:14\n"
        "    3 | SELECT é frm b;\n"
        "      |              ^"
    )
    assert (error.data["line"], error.data["column"]) == (3, 14)
    assert (error.data["file"], error.data["sqlstate"]) == ("sql/v0.1/b.sql", "42601")
    assert await repository.tables() == ["a"]
    assert await repository.ledger() == ["v0.1/a.sql"]


async def test_the_next_run_goes_on_from_the_step_that_failed(repository: Repository):
    repository.write("0.1", a="CREATE TABLE a (x int);", b="CREATE TABLE b (x frm);")
    await repository.refused()
    repository.write("0.1", a="CREATE TABLE a (x int);", b="CREATE TABLE b (x int);")
    result = await repository.migrate()
    assert [step.name for step in result.applied] == ["v0.1/b.sql"]


async def test_a_failure_while_running_shows_its_statement_and_the_detail(
    repository: Repository,
):
    repository.write("0.1", a="CREATE TABLE a (x int UNIQUE);\n\nINSERT INTO a VALUES (1), (1);")
    error = await repository.refused()
    assert "sql/v0.1/a.sql:3:1\n" in error.found
    assert error.data["line"] == 3
    assert "detail: Key (x)=(1) already exists." in error.found
    assert error.data["sqlstate"] == "23505"


@pytest.fixture
async def real(server: Server, tiny_settings: Settings) -> AsyncIterator[Repository]:
    """Return a repository whose test database holds rows of a real production."""
    name = f"{tiny_settings.project}_{secrets.token_hex(3)}"
    await create_database(
        server, name, project=tiny_settings.project, role="test", facts={"stand_in": False}
    )
    real = Repository(tiny_settings, server.address.at(name))
    await real.execute(
        "CREATE TABLE people (id int, email text);"
        " INSERT INTO people VALUES (1, 'philippa@example.org'), (1, 'philippa@example.org')"
    )
    yield real


LEAKS = {
    "a key": "CREATE UNIQUE INDEX u ON people (email)",
    "a failing row": "ALTER TABLE people ALTER id SET NOT NULL; UPDATE people SET id = NULL",
    "an inserted row": "ALTER TABLE people ADD CHECK (id < 2);"
    " INSERT INTO people SELECT id + 1, email FROM people",
    "a cast": "ALTER TABLE people ALTER email TYPE uuid USING email::uuid",
    "a number": "SELECT email::numeric FROM people",
    "a function": "DO $$ DECLARE found text; BEGIN SELECT email INTO found FROM people LIMIT 1;"
    " EXECUTE format('SELECT %L::int', found); END $$",
    "a name put together": "DO $$ DECLARE found text; BEGIN SELECT email INTO found FROM people"
    " LIMIT 1; EXECUTE format('GRANT %I TO CURRENT_USER', found); END $$",
    "SQL put together": "DO $$ DECLARE found text; BEGIN SELECT split_part(email, '@', 1) INTO"
    " found FROM people LIMIT 1; EXECUTE 'CREATE ROLE a ' || found; END $$",
    "a query for words": "SELECT to_tsquery(email || ' & ' || email || ' )') FROM people",
    "an argument": "async def upgrade(context):\n"
    "    email = await context.connection.fetchval('SELECT email FROM people')\n"
    "    await context.connection.execute('SELECT $1::int', email)\n",
    "a statement's detail": "async def upgrade(context):\n"
    "    await context.connection.execute('CREATE UNIQUE INDEX u ON people (email)')\n",
    "a Python value": "async def upgrade(context):\n"
    "    {}[await context.connection.fetchval('SELECT email FROM people')]\n",
    "further lines": "async def upgrade(context):\n"
    "    email = await context.connection.fetchval('SELECT email FROM people')\n"
    "    raise ValueError('refused\\nDETAIL: ' + email)\n",
}


@pytest.mark.parametrize("leak", LEAKS)
async def test_a_failure_never_shows_what_real_rows_hold(real: Repository, leak: str):
    real.write("0.1", a=LEAKS[leak])
    error = await real.refused()
    told = "".join(traceback.format_exception(error))
    assert "v0.1/a." in told
    assert "philippa" not in told
    assert "philippa" not in repr(error.data)


@pytest.mark.parametrize("leak", LEAKS)
async def test_a_person_may_ask_to_see_what_real_rows_hold(
    real: Repository, leak: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DB_WORKFLOW_TRACEBACK", "1")
    real.write("0.1", a=LEAKS[leak])
    assert "philippa" in "".join(traceback.format_exception(await real.refused()))


async def test_what_is_withheld_is_told_with_the_way_to_see_it(real: Repository):
    real.write("0.1", a=LEAKS["a key"])
    assert (await real.refused()).found == (
        'v0.1/a.sql failed: could not create unique index "u" (SQLSTATE 23505)\n'
        "  sql/v0.1/a.sql:1:1\n"
        "    1 | CREATE UNIQUE INDEX u ON people (email)\n"
        "      | ^\n"
        "  detail withheld: it may show real rows; DB_WORKFLOW_TRACEBACK=1 shows it"
    )


@pytest.mark.parametrize(
    ("role", "facts", "shown"),
    [
        ("test", {"stand_in": True}, True),
        ("stand-in", {}, True),
        ("test", {}, False),
        ("template", {"stand_in": False}, False),
    ],
)
async def test_only_rows_that_are_known_to_be_invented_are_shown(
    server: Server, tiny_settings: Settings, role: str, facts: dict[str, bool], shown: bool
):
    name = f"{tiny_settings.project}_{secrets.token_hex(3)}"
    await create_database(server, name, project=tiny_settings.project, role=role, facts=facts)
    repository = Repository(tiny_settings, server.address.at(name))
    # What is recorded inside travels with dumps and proves nothing.
    async with session(repository.address, purpose="test") as connection:
        await record(connection, "baseline", {"stand_in": True, "last_sequence": 0})
    repository.write("0.1", a="CREATE TABLE a (x int UNIQUE); INSERT INTO a VALUES (1), (1);")
    assert ("Key (x)=(1)" in (await repository.refused()).found) is shown


async def test_a_failure_of_a_single_statement_names_its_line_and_hint(repository: Repository):
    repository.write(
        "0.1", a="-- why\nDO $$ BEGIN RAISE EXCEPTION 'no' USING HINT = 'try again'; END $$"
    )
    error = await repository.refused()
    assert "sql/v0.1/a.sql:2:1\n" in error.found
    assert "hint: try again" in error.found


async def test_a_commit_in_a_file_is_refused_before_any_step_runs(repository: Repository):
    repository.write(
        "0.1", a="CREATE TABLE a (x int);", b="SELECT 1;\nCOMMIT;", c="\\connect other"
    )
    error = await repository.refused()
    assert "sql/v0.1/b.sql:2: COMMIT at top level" in error.found
    assert r"sql/v0.1/c.sql:1: \connect is a command of psql" in error.found
    assert await repository.tables() == []


async def test_a_commit_that_no_scan_saw_is_noticed(repository: Repository):
    repository.write("0.1", a="CREATE TABLE a (x int);")
    await repository.migrate()
    repository.write("0.1", a="CREATE TABLE a (x int);", b="SELECT 1;")
    entry = load_plan(repository.settings).entries[1]
    text = "CREATE TABLE b (x int); COMMIT; SELECT 1"
    unseen = Script(
        "sql/v0.1/b.sql", text, True, (), (Part(0, text),), complete=True, notes=(), checksum=""
    )
    async with (
        migration_lock(repository.address, wait_seconds=1) as lock,
        session(repository.address, purpose="test") as connection,
    ):
        with pytest.raises(MigrationError, match="ended the runner's transaction"):
            await run_step(Run(connection, lock, repository.settings), entry, unseen)
    assert await repository.ledger() == ["v0.1/a.sql"]


async def test_a_python_step_that_commits_by_itself_is_noticed(repository: Repository):
    repository.write(
        "0.1", a="async def upgrade(context):\n    await context.connection.execute('COMMIT')\n"
    )
    assert "ended the runner's transaction" in (await repository.refused()).found


async def test_nothing_of_a_session_leaks_into_the_next_step(repository: Repository):
    repository.write(
        "0.1",
        a="CREATE ROLE " + (role := f"r_{secrets.token_hex(4)}") + ";"
        "SELECT set_config('search_path', '', false);"
        f"SET statement_timeout = 12345; SET TimeZone = 'Asia/Kuwait'; SET ROLE {role};"
        "CREATE TEMP TABLE left_over (x int); SELECT pg_advisory_unlock_all();",
        b="CREATE TABLE seen AS SELECT current_setting('search_path') AS path,"
        " current_setting('TimeZone') AS zone, current_user = session_user AS same,"
        " to_regclass('left_over') IS NULL AS gone, current_setting('lock_timeout') AS lock;",
    )
    try:
        await repository.migrate()
        seen = "SELECT ARRAY[path, zone, same::text, gone::text, lock] FROM seen"
        assert await repository.value(seen) == ['"$user", public', "UTC", "true", "true", "4s"]
    finally:
        await repository.execute(f"DROP ROLE IF EXISTS {role}")


async def test_the_cached_plans_of_a_step_do_not_break_the_next(repository: Repository):
    read = "async def upgrade(context):\n    await context.connection.fetch('SELECT * FROM a')\n"
    repository.write(
        "0.1", a="CREATE TABLE a (x int)", b=read, c="ALTER TABLE a ADD y text", d=read
    )
    assert len((await repository.migrate()).applied) == 4


async def test_a_failing_python_step_is_undone_and_named_with_its_line(repository: Repository):
    repository.write(
        "0.1",
        a="async def upgrade(context):\n"
        "    await context.connection.execute('CREATE TABLE a (x int)')\n"
        "    raise ValueError('no such kind of password')\n",
    )
    error = await repository.refused()
    assert "v0.1/a.py failed: no such kind of password" in error.found
    assert "scripts/v0.1_migration/a.py:3: ValueError" in error.found
    assert await repository.tables() == []


async def test_a_python_step_that_the_server_refuses_carries_the_sqlstate(
    repository: Repository,
):
    repository.write(
        "0.1", a="async def upgrade(context):\n    await context.connection.execute('SELECT x')\n"
    )
    error = await repository.refused()
    assert "(SQLSTATE 42703)" in error.found
    assert "a.py:2" in error.found


async def test_a_python_step_that_goes_on_after_a_failed_statement_is_told_how(
    repository: Repository,
):
    repository.write(
        "0.1",
        a="async def upgrade(context):\n"
        "    try:\n"
        "        await context.connection.execute('SELECT 1 / 0')\n"
        "    except Exception:\n"
        "        pass\n",
    )
    error = await repository.refused()
    assert error.data["sqlstate"] == "25P02"
    assert "`async with context.connection.transaction()` around what may fail" in error.next


async def test_a_failing_file_that_reaches_outside_the_database_does_so_once(
    repository: Repository,
):
    folder = await repository.value("SELECT current_setting('data_directory')")
    file = f"{folder}/{secrets.token_hex(6)}"
    reaches_out = f"COPY (SELECT 1) TO PROGRAM 'cat >> {file}'"
    repository.write("0.1", a=f"{reaches_out};\nSELECT 1 / 0;")
    try:
        assert (await repository.refused()).data["line"] is None
        assert await repository.value(f"SELECT pg_read_file('{file}')") == "1\n"
    finally:
        await repository.execute(f"COPY (SELECT 1) TO PROGRAM 'rm {file}'")


async def test_a_python_step_that_does_not_import_is_named_with_its_line(repository: Repository):
    repository.write("0.1", a="import no_such_module\nasync def upgrade(context): ...\n")
    error = await repository.refused()
    assert "a.py:1: ModuleNotFoundError" in error.found
    assert error.exit_code == MigrationError.exit_code


@pytest.mark.parametrize("name", ["asyncio.CancelledError", "GeneratorExit"])
async def test_a_step_that_lets_a_cancellation_slip_out_has_failed(
    repository: Repository, name: str
):
    step = f"import asyncio\n\n\nasync def upgrade(context):\n    raise {name}\n"
    repository.write("0.1", a="CREATE TABLE a (x int)", b=step)
    error = await repository.refused()
    assert error.data["step"] == "v0.1/b.py"
    assert name.rpartition(".")[2] in error.found
    assert await repository.ledger() == ["v0.1/a.sql"]


async def test_a_python_steps_progress_is_reported_under_its_name(repository: Repository):
    repository.write("0.1", a="async def upgrade(context):\n    context.progress(3, 10)\n")
    heard = Heard()
    await repository.migrate(reporter=heard)
    assert ("v0.1/a.py", 3, 10) in heard.progressed


BATCHES = """\
# transaction=False: each batch commits by itself, and a run takes up where one broke off
async def upgrade(context):
    for number in range(1, 4):
        async with context.connection.transaction():
            if await context.connection.fetchval("SELECT count(*) FROM a WHERE x = $1", number):
                continue
            await context.connection.execute("INSERT INTO a VALUES ($1)", number)
        if number == 2 and not await context.connection.fetchval("SELECT count(*) FROM go_on"):
            raise RuntimeError("broke off")
"""


async def test_a_step_with_its_own_transactions_keeps_its_batches_and_is_taken_up_again(
    repository: Repository,
):
    tables = "CREATE TABLE a (x int); CREATE TABLE go_on (x int)"
    repository.write("0.1", a=tables, b=BATCHES)
    error = await repository.refused()
    assert "what it committed stays" in error.why
    assert await repository.value("SELECT array_agg(x) FROM a") == [1, 2]
    assert await repository.ledger() == ["v0.1/a.sql"]
    await repository.execute("INSERT INTO go_on VALUES (1)")
    await repository.migrate()
    assert await repository.value("SELECT array_agg(x) FROM a") == [1, 2, 3]
    assert await repository.ledger() == ["v0.1/a.sql", "v0.1/b.py"]


async def test_a_step_with_its_own_transactions_may_not_leave_one_open(repository: Repository):
    repository.write(
        "0.1",
        a="# transaction=False\nasync def upgrade(context):\n"
        "    await context.connection.execute('BEGIN')\n",
    )
    assert "left a transaction open" in (await repository.refused()).found


async def test_a_new_enum_value_used_at_once_is_explained(repository: Repository):
    repository.write(
        "0.1",
        a="CREATE TYPE kind AS ENUM ('x')",
        b="ALTER TYPE kind ADD VALUE 'y';\nSELECT 'y'::kind;",
    )
    error = await repository.refused()
    assert error.data["sqlstate"] == "55P04"
    assert "into a file of its own" in error.next


async def test_a_statement_that_needs_no_transaction_is_explained(repository: Repository):
    repository.write(
        "0.1",
        a="CREATE TABLE a (x int)",
        b="CREATE INDEX CONCURRENTLY i ON a (x)",
    )
    error = await repository.refused()
    assert "sql/v0.1/b.sql:1" in error.found
    assert "`-- db_workflow: no-transaction`" in str(error)
    assert await repository.tables() == []


async def test_a_deferred_constraint_is_blamed_on_the_step_that_broke_it(repository: Repository):
    repository.write(
        "0.1",
        a="CREATE TABLE a (x int PRIMARY KEY, up int REFERENCES a DEFERRABLE INITIALLY DEFERRED);"
        "INSERT INTO a VALUES (1, 2);",
    )
    error = await repository.refused()
    assert error.data["sqlstate"] == "23503"
    assert await repository.tables() == []


async def test_a_file_may_have_a_statement_timeout_of_its_own(repository: Repository):
    repository.write("0.1", a="SELECT pg_sleep(10)")
    runner = repository.settings.root / "scripts/v0.1_migration/run_migrations.py"
    runner.write_text(runner.read_text().replace('.sql"', '.sql", statement_timeout_ms=50'))
    error = await repository.refused()
    assert error.data["sqlstate"] == "57014"
    assert "statement_timeout_ms" in error.next


async def test_a_lock_that_another_session_holds_for_a_moment_is_waited_for(
    repository: Repository,
):
    repository.write("0.1", a="CREATE TABLE a (x int)")
    await repository.migrate()
    repository.write("0.1", a="CREATE TABLE a (x int)", b="ALTER TABLE a ADD y int")
    heard = Heard()
    impatient = replace(repository.settings, lock_timeout_ms=50)
    async with session(repository.address, purpose="reader") as reader:
        await reader.execute("BEGIN; SELECT * FROM a")
        run = asyncio.create_task(repository.migrate(settings=impatient, reporter=heard))
        await until(lambda: any("waits for a lock" in line for line in heard.said))
        await reader.execute("ROLLBACK")
        assert len((await run).applied) == 1


async def test_a_lock_that_is_never_free_fails_the_step_in_the_end(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("db_workflow.schema.run.retries._FIRST_PAUSE_SECONDS", 0.01)
    repository.write("0.1", a="CREATE TABLE a (x int)")
    await repository.migrate()
    repository.write("0.1", a="CREATE TABLE a (x int)", b="ALTER TABLE a ADD y int")
    impatient = replace(repository.settings, lock_timeout_ms=20)
    async with session(repository.address, purpose="reader") as reader:
        await reader.execute("BEGIN; SELECT * FROM a")
        error = await repository.refused(settings=impatient)
        await reader.execute("ROLLBACK")
    assert error.data["sqlstate"] == "55P03"


async def test_sql_only_passes_python_steps_over_and_says_so(repository: Repository):
    step = "async def upgrade(context):\n    await context.connection.execute('SELECT 1')\n"
    repository.write("0.1", a="CREATE TABLE a (x int)", b=step, c="CREATE TABLE c (x int)")
    heard = Heard()
    result = await repository.migrate(sql_only=True, reporter=heard)
    assert result.skipped == ("v0.1/b.py",)
    assert result.versions == ()
    assert any("SKIPPED" in line for line in heard.said)
    assert await repository.value(
        "SELECT outcome = 'skipped' FROM db_workflow.migration WHERE kind='python'"
    )


async def test_a_run_with_nothing_to_do_tells_of_a_step_that_was_passed_over(
    repository: Repository,
):
    step = "async def upgrade(context):\n    await context.connection.execute('SELECT 1')\n"
    repository.write("0.1", a="CREATE TABLE a (x int)", b=step, c="CREATE TABLE c (x int)")
    await repository.migrate(sql_only=True)
    again = await repository.migrate()
    assert again.applied == ()
    assert "v0.1/b.py was skipped by --sql-only" in again.warnings[0]


async def test_a_skipped_step_runs_later_while_nothing_has_run_after_it(repository: Repository):
    step = "async def upgrade(context):\n    await context.connection.execute('SELECT 1')\n"
    repository.write("0.1", a="CREATE TABLE a (x int)", b=step)
    await repository.migrate(sql_only=True)
    result = await repository.migrate()
    assert [entry.name for entry in result.applied] == ["v0.1/b.py"]
    assert result.versions == ("0.1",)
    assert not await repository.value(
        "SELECT bool_or(outcome = 'skipped') FROM db_workflow.migration"
    )


async def cancel_when_begun(repository: Repository, run: "asyncio.Task[MigrateResult]") -> float:
    """Cancel a run once its pg_sleep is under way; return how long it took to stop."""
    running = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%'"
    # Its text is the whole message's: what sleeps has come to it.
    running += " AND wait_event = 'PgSleep'"
    running += " AND state = 'active' AND pid <> pg_backend_pid() AND datname = current_database()"
    async with session(repository.address, purpose="test") as connection:
        await until(lambda: connection.fetchval(running))
        started = time.monotonic()
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
        assert not await connection.fetchval(running)
    return time.monotonic() - started


async def test_an_interrupted_step_is_undone_and_the_next_run_goes_on(repository: Repository):
    first = "CREATE TABLE a (x int)"
    repository.write("0.1", a=first, b="CREATE TABLE b (x int); SELECT pg_sleep(60);")
    run = asyncio.create_task(repository.migrate())
    assert await cancel_when_begun(repository, run) < 3
    assert await repository.tables() == ["a"]
    assert await repository.ledger() == ["v0.1/a.sql"]
    repository.write("0.1", a=first, b="CREATE TABLE b (x int);")
    assert [step.name for step in (await repository.migrate()).applied] == ["v0.1/b.sql"]


async def test_an_interrupted_python_step_is_undone(repository: Repository):
    repository.write(
        "0.1",
        a="async def upgrade(context):\n"
        "    await context.connection.execute('CREATE TABLE a (x int)')\n"
        "    await context.connection.execute('SELECT pg_sleep(60)')\n",
    )
    await cancel_when_begun(repository, asyncio.create_task(repository.migrate()))
    assert await repository.tables() == []


async def test_an_interrupted_step_with_its_own_transactions_keeps_those_that_had_ended(
    repository: Repository,
):
    tables = "CREATE TABLE a (x int)"
    repository.write(
        "0.1",
        a=tables,
        b="# transaction=False\nasync def upgrade(context):\n"
        "    await context.connection.execute('INSERT INTO a VALUES (1)')\n"
        "    async with context.connection.transaction():\n"
        "        await context.connection.execute('INSERT INTO a VALUES (2)')\n"
        "        await context.connection.execute('SELECT pg_sleep(60)')\n",
    )
    await cancel_when_begun(repository, asyncio.create_task(repository.migrate()))
    assert await repository.value("SELECT array_agg(x) FROM a") == [1]
    assert await repository.ledger() == ["v0.1/a.sql"]


async def test_a_server_that_ends_the_session_fails_the_step(repository: Repository):
    repository.write(
        "0.1", a="CREATE TABLE a (x int);", b="SELECT pg_terminate_backend(pg_backend_pid());"
    )
    error = await repository.refused()
    assert error.data["step"] == "v0.1/b.sql"
    assert await repository.ledger() == ["v0.1/a.sql"]


async def test_a_step_is_not_kept_when_the_migration_lock_is_lost(repository: Repository):
    repository.write(
        "0.1",
        a="CREATE TABLE a (x int); SELECT pg_terminate_backend(pid, 10000) FROM pg_locks"
        " WHERE locktype = 'advisory' AND database ="
        " (SELECT oid FROM pg_database WHERE datname = current_database());",
    )
    assert "The lock on" in (await repository.refused()).found
    assert await repository.tables() == []


async def test_the_second_of_two_runs_says_who_holds_the_lock(repository: Repository):
    repository.write("0.1", a="SELECT pg_sleep(60)")
    run = asyncio.create_task(repository.migrate())
    impatient = replace(repository.settings, lock_wait_seconds=0.2)
    held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database ="
    held += " (SELECT oid FROM pg_database WHERE datname = current_database())"
    await until(lambda: repository.value(held))
    with pytest.raises(BusyError, match=r"Another run is migrating .*: db_workflow migrate \["):
        await repository.migrate(settings=impatient)
    await cancel_when_begun(repository, run)


async def test_two_runs_at_once_apply_each_step_once(repository: Repository):
    repository.write("0.1", a="CREATE TABLE a (x int)", b="INSERT INTO a VALUES (1)")
    results = await asyncio.gather(repository.migrate(), repository.migrate())
    assert sorted(len(result.applied) for result in results) == [0, 2]
    assert await repository.value("SELECT count(*) FROM a") == 1


async def test_a_schema_changed_by_hand_is_not_built_upon(repository: Repository):
    repository.write("0.1", a="CREATE TABLE a (x int, y int)")
    await repository.migrate()
    await repository.execute("ALTER TABLE a DROP COLUMN y")
    repository.write("0.1", a="CREATE TABLE a (x int, y int)", b="CREATE TABLE b (x int)")
    assert "changed it by hand" in (await repository.refused()).found
    assert await repository.tables() == ["a"]


FROM_BACKUP = {"stand_in": True, "last_sequence": 0}


@pytest.mark.parametrize(
    ("baseline", "mend"), [(FROM_BACKUP, "invoke phase1"), (None, "undo the edit: production")]
)
async def test_an_applied_file_that_was_edited_stops_the_run(
    repository: Repository, baseline: dict[str, Any] | None, mend: str
):
    repository.write("0.1", a="CREATE TABLE a (x int)")
    await repository.migrate()
    await came_from(repository, baseline)
    repository.write("0.1", a="CREATE TABLE a (x bigint)", b="CREATE TABLE b (x int)")
    error = await repository.refused()
    assert "v0.1/a.sql was edited after it was applied" in error.found
    assert error.next.startswith(mend)
    assert await repository.tables() == ["a"]


@pytest.mark.parametrize(
    ("baseline", "mend"), [(FROM_BACKUP, "then invoke phase1"), (None, "take it back by hand")]
)
async def test_no_reset_is_advised_for_a_database_that_no_reset_made(
    repository: Repository, baseline: dict[str, Any] | None, mend: str
):
    repository.write("0.1", a="CREATE TABLE a (x int)")
    await repository.migrate()
    await came_from(repository, baseline)
    await repository.execute("ALTER TABLE a ADD y int")
    assert mend in (await repository.refused()).next


async def came_from(repository: Repository, baseline: dict[str, Any] | None) -> None:
    """Let a database be what a reset made, if it did."""
    async with session(repository.address, purpose="test") as connection:
        if baseline is not None:
            await record(connection, "baseline", baseline)


async def test_a_database_ahead_of_the_lists_stops_the_run(repository: Repository):
    repository.write("0.1", a="CREATE TABLE a (x int)")
    repository.write("0.2", b="CREATE TABLE b (x int)")
    await repository.migrate()
    for path in ("sql/v0.2/b.sql", "scripts/v0.2_migration/run_migrations.py"):
        (repository.settings.root / path).unlink()
    assert "version 0.2, which has no runner here" in (await repository.refused()).found


async def test_an_unknown_version_is_refused(repository: Repository):
    repository.write("0.1", a="CREATE TABLE a (x int)")
    assert "no version '0.9'" in (await repository.refused(to="0.9")).found
    assert await repository.tables() == []


async def test_a_file_edited_while_the_run_is_under_way_is_not_recorded(repository: Repository):
    repository.write("0.1", a="CREATE TABLE a (x int)")
    plan = load_plan(repository.settings)
    repository.write("0.1", a="CREATE TABLE a (x bigint)")
    with pytest.raises(MigrationError, match="edited while the run was under way"):
        await migrate(repository.address, plan, settings=repository.settings)
    assert await repository.tables() == []


async def test_a_missing_database_is_named(repository: Repository):
    repository.write("0.1", a="CREATE TABLE a (x int)")
    with pytest.raises(ServerError, match="no database 'nowhere'"):
        await migrate(
            repository.address.at("nowhere"),
            load_plan(repository.settings),
            settings=repository.settings,
        )
