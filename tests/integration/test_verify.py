"""Verify: every hand-made change is found, nothing is written, and what is unseen is told."""

import asyncio
import runpy
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from db_workflow.connection import session
from db_workflow.databases import create_database, derived_name
from db_workflow.errors import BusyError, MigrationError
from db_workflow.schema.judge.expected import expected_schema
from db_workflow.schema.judge.verdict import VerifyResult
from db_workflow.schema.judge.verify import verify
from db_workflow.schema.ledger.ledger import read_ledger, write_row
from db_workflow.server import Server
from db_workflow.settings import Settings

ListedRepository = runpy.run_path(str(Path(__file__).with_name("listed_repository.py")))[
    "ListedRepository"
]

SCHEMA = """
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE people (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_people PRIMARY KEY,
    email varchar(80) NOT NULL,
    mood mood NOT NULL DEFAULT 'ok',
    age integer,
    CONSTRAINT ck_people_age CHECK (age > 0)
);
CREATE INDEX ix_people_email ON people (lower(email));
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.email := lower(NEW.email);
    RETURN NEW;
END
$$;
CREATE TRIGGER tr_people BEFORE UPDATE ON people FOR EACH ROW EXECUTE FUNCTION touch();
CREATE VIEW happy AS SELECT id FROM people WHERE mood = 'ok';
"""

NOTES = "CREATE TABLE notes (id serial, person_id bigint REFERENCES people)"
NOT_VALID = """
ALTER TABLE people DROP CONSTRAINT ck_people_age;
ALTER TABLE people ADD CONSTRAINT ck_people_age CHECK (age > 0) NOT VALID
"""
OTHER_BODY = """
CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$
"""


class Repository(ListedRepository):
    async def verify(self, **options: Any) -> VerifyResult:
        given = {"server": self.server, "settings": self.settings, **options}
        address = given.pop("address", self.address)
        return await verify(address, self.plan, **given)


@pytest.fixture
async def repository(server: Server, tiny_settings: Settings) -> AsyncIterator[Repository]:
    repository = Repository(server, tiny_settings)
    repository.write("0.1", base=SCHEMA)
    repository.write("0.2", notes=NOTES)
    await repository.create()
    await repository.migrate()
    yield repository


def texts(result: VerifyResult, *kinds: str) -> list[str]:
    return [one.text for one in result.findings if not kinds or one.kind in kinds]


async def test_a_database_as_the_lists_make_it_is_as_it_should_be(repository: Repository):
    result = await repository.verify()
    assert texts(result) == []
    assert (result.ok, result.exit_code, result.next) == (True, 0, "")
    assert (result.applied, result.versions, result.pending) == (2, ("0.1", "0.2"), ())
    assert "as it should be" in str(result)
    assert any(text.startswith("rows:") for text in result.not_compared)


async def test_verifying_twice_gives_the_same_and_leaves_nothing_behind(repository: Repository):
    first, second = await repository.verify(), await repository.verify()
    assert replace(first, seconds=0) == replace(second, seconds=0)
    assert await repository.scratch_databases() == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (
            "ALTER TABLE people ALTER age TYPE bigint",
            "column people.age: type is bigint, should be integer",
        ),
        (
            "ALTER TABLE people ALTER mood SET DEFAULT 'sad'",
            "column people.mood: default is 'sad'::mood, should be 'ok'::mood",
        ),
        ("ALTER TABLE people DROP COLUMN age", "column people.age is missing; should be integer"),
        (
            "ALTER TABLE people ADD phone text",
            "column people.phone is there, but none of these steps creates it; is text",
        ),
        ("DROP INDEX ix_people_email", "index ix_people_email is missing; should be CREATE INDEX"),
        (
            NOT_VALID,
            "validated is no, should be yes",
        ),
        (
            OTHER_BODY,
            "    +AS $function$ BEGIN RETURN NULL; END $function$",
        ),
        (
            "CREATE OR REPLACE VIEW happy AS SELECT id FROM people WHERE mood = 'sad'",
            "view happy: definition",
        ),
        ("ALTER TABLE people DISABLE TRIGGER tr_people", "enabled is no, should be yes"),
        ("DROP TRIGGER tr_people ON people", "trigger people.tr_people is missing"),
        ("ALTER TYPE mood ADD VALUE 'great'", "enum mood: labels is sad, ok, great, should be"),
        (
            "CREATE TABLE secret (x int)",
            "table secret is there, but none of these steps creates it",
        ),
        ("DROP TABLE notes", "table notes is missing"),
        (
            "ALTER TABLE notes DISABLE TRIGGER ALL",
            "constraint notes.notes_person_id_fkey: disabled triggers is notes, should be none",
        ),
        (
            "ALTER TABLE people REPLICA IDENTITY FULL",
            "table people: replica identity is full, should be default",
        ),
        (
            "COMMENT ON COLUMN people.email IS 'of lessons'",
            "column people.email: comment is of lessons, should be none",
        ),
        (
            "COMMENT ON SCHEMA public IS 'all of it'",
            "schema public: comment is all of it, should be none",
        ),
        (
            (
                "ALTER TABLE notes DROP CONSTRAINT notes_person_id_fkey;"
                " ALTER TABLE notes ADD FOREIGN KEY (person_id) REFERENCES people ON DELETE CASCADE"
            ),
            "constraint notes.notes_person_id_fkey: on delete is cascade, should be no action",
        ),
        (
            "DROP INDEX ix_people_email; CREATE INDEX ix_people_email ON people (age DESC, email)",
            "index ix_people_email: elements is age descending, email, should be lower(",
        ),
        (
            "ALTER TABLE people ALTER id SET INCREMENT BY 5",
            "column people.id: sequence increment is 5, should be 1",
        ),
        ("ALTER TABLE people RENAME age TO years", "column people.age is called people.years here"),
        ("ALTER TABLE notes RENAME TO remarks", "table notes is called remarks here"),
        (
            "CREATE SCHEMA hidden; CREATE TABLE hidden.patients (x int)",
            "table hidden.patients is there, but none of these steps creates it",
        ),
    ],
)
async def test_a_change_made_by_hand_is_named(repository: Repository, change: str, found: str):
    await repository.execute(change)
    result = await repository.verify()
    assert found in "\n".join(texts(result, "drift"))
    assert (result.ok, result.exit_code) == (False, 6)
    assert result.to_json()["ok"] is False
    assert found in str(result).replace("\n    ", "\n")


async def test_what_the_runs_recorded_tells_a_change_without_a_fresh_run(repository: Repository):
    await repository.execute("ALTER TABLE notes ADD x int")
    (text,) = texts(await repository.verify(), "changed by hand")
    assert "is not the one that the last run left" in text


async def test_every_problem_of_the_ledger_is_named_and_not_only_the_first(
    repository: Repository,
):
    repository.write("0.1", base=SCHEMA + "\n")
    repository.write("0.2", early="SELECT 1", notes_2=NOTES)
    (repository.settings.sql / "v0.2/notes.sql").unlink()
    result = await repository.verify()
    kinds = [finding.kind for finding in result.findings]
    assert kinds == ["renamed", "changed", "inserted"]
    assert "only the white space at its end" in "\n".join(texts(result, "changed"))
    assert texts(result, "drift") == []  # a renamed file still says what it did


async def test_a_production_is_told_to_undo_and_a_test_database_to_reset(repository: Repository):
    repository.write("0.1", base=SCHEMA + "\nSELECT 1;")
    assert (await repository.verify()).next.startswith("undo the edit: production already has")
    await repository.record("baseline", {"last_sequence": 0})
    assert (await repository.verify()).next == "invoke phase1"


async def test_pending_steps_are_told_and_are_no_fault(repository: Repository):
    repository.write("0.3", later="CREATE TABLE later (x int)")
    result = await repository.verify()
    assert (result.ok, result.pending) == (True, ("v0.3/later.sql",))
    assert result.versions == ("0.1", "0.2")
    assert "1 pending, from v0.3/later.sql" in str(result)


async def test_a_database_of_a_newer_version_is_told_as_such(repository: Repository):
    repository.remove("0.2")
    result = await repository.verify()
    assert "the database is at version 0.2, which has no runner here" in texts(result)[0]
    assert any("no list has v0.2/notes.sql" in text for text in result.not_compared)
    assert not result.ok


async def test_the_order_in_which_steps_really_ran_is_the_one_that_is_compared(
    repository: Repository,
):
    repository.write("0.3", a="ALTER TABLE notes ADD a int", b="ALTER TABLE notes ADD b int")
    await repository.migrate()
    repository.write("0.3", b="ALTER TABLE notes ADD b int", a="ALTER TABLE notes ADD a int")
    result = await repository.verify()
    assert [finding.kind for finding in result.findings] == ["reordered"]


async def test_a_run_that_was_killed_is_told_and_one_whose_step_failed_has_ended(
    repository: Repository,
):
    repository.write("0.3", wrong="SELECT no_such_column")
    with pytest.raises(MigrationError):
        await repository.migrate()
    assert (await repository.verify()).ok
    await repository.record("schema", {"fingerprint": None, "versions": []})
    assert texts(await repository.verify(), "unfinished") == [
        "no migration has run to its end: one is under way, or broke off"
    ]


async def test_steps_without_a_transaction_that_have_not_ended_are_told(repository: Repository):
    await repository.record("step:v0.3/half:way.sql", {})
    await repository.record("batches:v0.3/fill.py:people:round 1", {"step": "v0.3/fill.py"})
    await repository.record("step:v0.2/notes.sql", {})  # it ended: it is in the ledger
    assert texts(await repository.verify(), "unfinished") == [
        "v0.3/fill.py began without a transaction and has not ended",
        "v0.3/half:way.sql began without a transaction and has not ended",
    ]


async def test_a_view_that_the_steps_fill_and_that_is_empty_is_told(repository: Repository):
    repository.write(
        "0.3",
        totals="CREATE MATERIALIZED VIEW totals AS SELECT count(*) FROM people;"
        "CREATE MATERIALIZED VIEW later AS SELECT count(*) FROM people WITH NO DATA",
    )
    await repository.migrate()
    await repository.execute("REFRESH MATERIALIZED VIEW later")
    assert (await repository.verify()).ok
    await repository.execute("REFRESH MATERIALIZED VIEW later WITH NO DATA")
    await repository.execute("REFRESH MATERIALIZED VIEW totals WITH NO DATA")
    result = await repository.verify()
    assert texts(result) == [
        "materialised view public.totals has not been populated: it cannot be read"
    ]
    assert result.next == "REFRESH MATERIALIZED VIEW public.totals"


async def test_what_acts_on_the_whole_server_is_left_out_of_the_fresh_run_and_told(
    repository: Repository,
):
    role = f"{repository.settings.project}_teacher"
    repository.write(
        "0.3",
        role=f"CREATE TABLE taught (x int);\nCREATE ROLE {role};\n"
        f"GRANT SELECT ON taught TO {role};",
    )
    await repository.migrate()
    try:
        result = await repository.verify()
        assert texts(result) == []
        (told,) = [text for text in result.not_compared if "whole server" in text]
        assert told.endswith(": CREATE ROLE (sql/v0.3/role.sql:2)")
        await repository.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")
        result = await repository.verify()
        assert await repository.value(f"SELECT to_regrole('{role}')") is None
        (finding,) = [one for one in result.findings if one.kind == "fresh run"]
        assert "sql/v0.3/role.sql:3:" in finding.text
        assert "create it by hand on the server" in finding.next
    finally:
        await repository.execute(f"DROP ROLE IF EXISTS {role}")


async def test_what_python_steps_do_outside_the_database_is_told_as_done_once_more(
    repository: Repository,
):
    repository.write("0.3", fill="async def upgrade(step): ...\n")
    await repository.migrate()
    result = await repository.verify()
    assert (
        "what Python steps do outside the database; for the fresh run they ran once more:"
        " v0.3/fill.py" in result.not_compared
    )


async def test_an_invalid_index_is_told(repository: Repository):
    await repository.execute("INSERT INTO notes VALUES (1), (1)")
    with pytest.raises(Exception, match="could not create unique index"):
        await repository.execute("CREATE UNIQUE INDEX CONCURRENTLY ux_notes ON notes (id)")
    assert texts(await repository.verify(), "invalid index") == [
        "index public.ux_notes is INVALID: its CREATE INDEX CONCURRENTLY failed"
    ]


async def test_what_sql_only_left_out_is_not_compared(repository: Repository):
    step = (
        "async def upgrade(context):\n"
        "    await context.connection.execute('CREATE TABLE made (x int)')\n"
    )
    repository.write("0.3", made=step)
    await repository.migrate(sql_only=True)
    result = await repository.verify()
    assert (result.ok, result.pending) == (True, ("v0.3/made.py",))
    assert "what --sql-only left out: v0.3/made.py" in result.not_compared


async def test_adopted_steps_count_and_are_counted(repository: Repository):
    repository.write("0.3", given="CREATE TABLE given (x int)")
    await repository.execute("CREATE TABLE given (x int)")
    async with session(repository.address, purpose="test") as connection:
        await write_row(connection, repository.plan.entries[-1], outcome="adopted")
    result = await repository.verify()
    assert texts(result, "drift") == []
    assert result.adopted == 1


async def test_an_extension_that_no_step_creates_is_told_and_is_no_fault(repository: Repository):
    await repository.execute("CREATE EXTENSION citext")
    result = await repository.verify()
    assert texts(result, "drift") == []
    assert (
        "extension citext: it is there, but none of these steps creates it" in result.not_compared
    )


async def test_kinds_that_no_snapshot_reads_are_told_as_not_compared(repository: Repository):
    await repository.execute("CREATE PUBLICATION everything")
    assert "publications" in (await repository.verify()).not_compared


async def test_privileges_that_no_step_grants_are_named_and_are_no_fault(
    repository: Repository,
):
    told = "privileges: the steps grant and revoke none"
    assert told in (await repository.verify()).not_compared
    await repository.execute("GRANT SELECT ON people, notes TO PUBLIC")
    await repository.execute("REVOKE EXECUTE ON FUNCTION touch FROM PUBLIC")
    await repository.execute("GRANT USAGE ON SEQUENCE notes_id_seq TO PUBLIC")
    result = await repository.verify()
    assert texts(result) == []
    (found,) = [text for text in result.not_compared if text.startswith(told)]
    assert found.endswith(
        "; 4 objects here have some of their own:"
        " table notes, table people, column notes.id, function touch()"
    )
    names = [f"t{number:02}" for number in range(9)]
    await repository.execute(";".join(f"CREATE TABLE {name} ()" for name in names))
    await repository.execute(f"GRANT SELECT ON {', '.join(names)} TO PUBLIC")
    (found,) = [text for text in (await repository.verify()).not_compared if "t00" in text]
    assert found.endswith("table t07, and 3 more")


async def test_privileges_are_compared_once_a_step_grants_or_revokes_any(repository: Repository):
    repository.write("0.3", grant="GRANT SELECT ON people TO PUBLIC")
    await repository.migrate()
    result = await repository.verify()
    assert texts(result) == []
    assert not [text for text in result.not_compared if text.startswith("privileges")]
    await repository.execute("GRANT INSERT ON people TO PUBLIC; GRANT SELECT ON notes TO PUBLIC")
    assert texts(await repository.verify(), "drift") == [
        "table notes: grants of PUBLIC is SELECT, should be none",
        "table people: grants of PUBLIC is INSERT, SELECT, should be SELECT",
    ]


async def test_what_only_follows_from_a_rename_is_not_repeated(repository: Repository):
    await repository.execute("ALTER TABLE people RENAME TO persons")
    result = await repository.verify()
    assert texts(result, "drift") == ["table people is called persons here"]
    assert [one["change"] for one in result.to_json()["differences"]] == ["renamed"]


async def test_a_database_without_a_ledger_is_sent_to_baseline(
    server: Server, tiny_settings: Settings
):
    repository = Repository(server, tiny_settings)
    repository.write("0.1", base="CREATE TABLE a (x int)")
    await repository.create("CREATE TABLE a (x int)")
    result = await repository.verify()
    assert "no ledger" in result.findings[0].text
    assert result.next.startswith("invoke baseline --version 0.1")
    assert await repository.value("SELECT to_regnamespace('db_workflow')") is None


async def test_without_a_ledger_the_version_that_fits_is_named_and_not_the_newest(
    server: Server, tiny_settings: Settings
):
    repository = Repository(server, tiny_settings)
    repository.write("0.1", base="CREATE TABLE a (x int)")
    repository.write("0.2", later="CREATE TABLE b (x int)")
    await repository.create("CREATE TABLE a (x int)")
    result = await repository.verify()
    assert result.next == "invoke baseline --version 0.1"
    assert "it fits version 0.1 exactly" in result.findings[0].text
    production = replace(tiny_settings, production_address=repository.address)
    result = await repository.verify(settings=production)
    assert result.next == "invoke baseline --version 0.1 --production"
    assert await repository.scratch_databases() == []


async def test_of_versions_with_the_same_schema_none_is_chosen_for_the_person(
    server: Server, tiny_settings: Settings
):
    repository = Repository(server, tiny_settings)
    repository.write("0.1", base="CREATE TABLE a (x int)")
    repository.write("0.2", rows="INSERT INTO a VALUES (1)")
    await repository.create("CREATE TABLE a (x int, y int)")
    result = await repository.verify()
    assert "it fits versions 0.1 and 0.2 best, with 1 difference" in result.findings[0].text
    assert result.next.startswith("invoke baseline --version 0.1 or 0.2")


async def test_lists_that_give_no_schema_to_compare_leave_the_version_to_the_person(
    server: Server, tiny_settings: Settings
):
    repository = Repository(server, tiny_settings)
    repository.write("0.1", base="ALTER TABLE from_before ADD x int")
    await repository.create("CREATE TABLE a (x int)")
    assert (await repository.verify()).next == (
        "invoke baseline --version X, with the version that it is at"
    )


async def test_a_ledger_that_a_failed_first_run_left_empty_counts_as_none(
    server: Server, tiny_settings: Settings
):
    repository = Repository(server, tiny_settings)
    repository.write("0.1", base="CREATE TABLE a (x int)")
    await repository.create("CREATE TABLE a (x int)")
    with pytest.raises(MigrationError, match="already exists"):
        await repository.migrate()
    result = await repository.verify()
    assert [finding.kind for finding in result.findings] == ["no ledger"]
    assert result.next == "invoke baseline --version 0.1"
    assert "ledger    none" in str(result)


async def test_lists_without_a_step_need_no_row_in_the_ledger(
    server: Server, tiny_settings: Settings
):
    repository = Repository(server, tiny_settings)
    repository.write("0.1")
    await repository.create()
    await repository.migrate()
    assert (await repository.verify()).ok


async def test_an_unfinished_step_comes_first_and_what_it_has_left_is_mended_with_it(
    repository: Repository,
):
    await repository.execute("INSERT INTO notes VALUES (1), (1)")
    repository.write(
        "0.3",
        half="-- db_workflow: no-transaction\nALTER TABLE notes ADD made int;\n"
        "CREATE UNIQUE INDEX CONCURRENTLY ux_notes ON notes (id);\n",
    )
    with pytest.raises(MigrationError):
        await repository.migrate()
    result = await repository.verify()
    assert result.findings[0].kind == "unfinished"
    assert "drift" in {finding.kind for finding in result.findings}
    assert [line for line in str(result).splitlines() if line.startswith(("next:", "then:"))] == [
        "next: invoke migrate: it goes on where it stopped"
    ]


async def test_an_unfinished_step_waits_for_what_keeps_migrate_from_going_on(
    repository: Repository,
):
    repository.write("0.3", half="-- db_workflow: no-transaction\nSELECT 1;\nSELECT 1 / 0;\n")
    with pytest.raises(MigrationError):
        await repository.migrate()
    repository.write("0.1", base=SCHEMA + "\nSELECT 1;")
    result = await repository.verify()
    assert [finding.kind for finding in result.findings][:2] == ["unfinished", "changed"]
    assert result.next.startswith("undo the edit: production already has v0.1/base.sql")
    assert result.next.endswith("; then invoke migrate: it goes on where it stopped")


async def test_several_remedies_are_told_in_their_order_and_none_after_a_reset(
    repository: Repository,
):
    await repository.execute("INSERT INTO notes VALUES (1), (1)")
    with pytest.raises(Exception, match="could not create unique index"):
        await repository.execute("CREATE UNIQUE INDEX CONCURRENTLY ux_notes ON notes (id)")
    repository.write("0.1", base=SCHEMA + "\nSELECT 1;")
    lines = [
        line.split(":")[0]
        for line in str(await repository.verify()).splitlines()
        if line.startswith(("next:", "then:"))
    ]
    assert lines == ["next", "then", "then"]
    await repository.record("baseline", {"last_sequence": 0})
    lines = [
        line
        for line in str(await repository.verify()).splitlines()
        if line.startswith(("next:", "then:"))
    ]
    assert lines == ["next: invoke phase1"]


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ("DROP COLUMN checksum", "checksum"),
        ("RENAME checksum TO sha256", "checksum"),
        ("DROP COLUMN sequence", "sequence"),
        ("DROP COLUMN applied_at", "applied_at"),
    ],
)
async def test_a_ledger_without_a_column_is_refused_by_its_name(
    repository: Repository, change: str, column: str
):
    await repository.execute(f"ALTER TABLE db_workflow.migration {change}")
    for step in (repository.verify, repository.migrate):
        with pytest.raises(MigrationError, match=f"has no column {column!r}") as caught:
            await step()
        assert "phase1" in caught.value.next


async def test_an_empty_database_is_told_as_such(server: Server, tiny_settings: Settings):
    repository = Repository(server, tiny_settings)
    repository.write("0.1", base="CREATE TABLE a (x int)")
    await repository.create()
    result = await repository.verify()
    assert (texts(result), result.next) == (["the database is empty"], "invoke phase1")


async def test_lists_that_do_not_run_from_nothing_are_told_with_the_step(
    server: Server, tiny_settings: Settings
):
    repository = Repository(server, tiny_settings)
    repository.write("0.1", a="ALTER TABLE from_before ADD x int")
    await repository.create("CREATE TABLE from_before (id int)")
    await repository.migrate()
    (finding,) = (await repository.verify()).findings
    assert (finding.kind, finding.name) == ("fresh run", "v0.1/a.sql")
    assert "The lists do not run from nothing: v0.1/a.sql failed" in finding.text
    assert await repository.scratch_databases() == []


async def test_an_extension_that_the_server_does_not_have_is_told_with_where_to_find_one(
    repository: Repository,
):
    repository.write("0.3", no="CREATE EXTENSION no_such_extension")
    async with session(repository.address, purpose="test") as connection:
        await write_row(connection, repository.plan.entries[-1], outcome="adopted")
    (finding,) = [one for one in (await repository.verify()).findings if one.kind == "fresh run"]
    assert finding.next.startswith("let TEST_DATABASE_URL name a server with")


async def test_a_table_that_somebody_holds_locked_is_not_waited_for(repository: Repository):
    impatient = replace(repository.settings, lock_timeout_ms=100)
    async with session(repository.address, purpose="test") as other, other.transaction():
        await other.execute("LOCK TABLE people")
        with pytest.raises(BusyError, match="a change of its schema is under way"):
            await repository.verify(settings=impatient)


async def test_an_account_that_may_only_select_is_enough(repository: Repository):
    role = f"{repository.settings.project}_reader"
    await repository.execute(
        f"CREATE ROLE {role} LOGIN PASSWORD 'reader';"
        f" GRANT USAGE ON SCHEMA db_workflow TO {role};"
        f" GRANT SELECT ON ALL TABLES IN SCHEMA db_workflow TO {role}"
    )
    try:
        address = replace(repository.address, user=role, password="reader")
        result = await repository.verify(address=address)
        assert texts(result) == []
    finally:
        await repository.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")


async def test_an_account_that_may_not_read_the_ledger_is_told_what_to_grant(
    repository: Repository,
):
    role = f"{repository.settings.project}_stranger"
    await repository.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'stranger'")
    try:
        address = replace(repository.address, user=role, password="stranger")
        with pytest.raises(MigrationError, match="may not read the ledger") as caught:
            await repository.verify(address=address)
        assert "GRANT USAGE ON SCHEMA db_workflow" in caught.value.next
    finally:
        await repository.execute(f"DROP ROLE {role}")


async def test_a_cancelled_run_drops_its_scratch_database(repository: Repository):
    repository.write("0.3", slow="SELECT pg_sleep(600)")
    async with session(repository.address, purpose="test") as connection:
        await write_row(connection, repository.plan.entries[-1], outcome="adopted")
    task = asyncio.create_task(repository.verify())
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
    waiting += f" AND datname LIKE '{repository.settings.test_database}%'"
    await repository.until(waiting)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await repository.scratch_databases() == []


async def test_two_at_once_do_not_drop_each_others_scratch_database(repository: Repository):
    first, second = await asyncio.gather(repository.verify(), repository.verify())
    assert first.ok
    assert second.ok
    assert await repository.scratch_databases() == []


async def test_what_a_killed_run_left_behind_is_dropped_by_the_next(repository: Repository):
    settings = repository.settings
    left = derived_name(settings.test_database, "fresh", "0123abcd")
    await create_database(repository.server, left, project=settings.project, role="scratch")
    await repository.verify()
    assert await repository.scratch_databases() == []


async def test_the_expected_schema_is_that_of_the_lists_up_to_a_version(repository: Repository):
    expected = await expected_schema(
        repository.server, repository.plan.up_to("0.1"), settings=repository.settings
    )
    tables = [found.name for found in expected.snapshot.of_kind("table")]
    assert tables == ["people"]


async def test_verifying_writes_nothing(repository: Repository):
    async with session(repository.address, purpose="test") as connection:
        before = await read_ledger(connection)
        state = await connection.fetch("SELECT * FROM db_workflow.state ORDER BY key")
    await repository.verify()
    async with session(repository.address, purpose="test") as connection:
        assert await read_ledger(connection) == before
        assert await connection.fetch("SELECT * FROM db_workflow.state ORDER BY key") == state
