"""Phase 1's evidence: every edit, by hand or in a file, makes it fall back by itself."""

from collections.abc import AsyncIterator
from dataclasses import replace

import asyncpg
import pytest

from db_workflow import phases
from db_workflow.connection import session
from db_workflow.databases import create_database
from db_workflow.evidence import Fact
from db_workflow.schema.backup.baseline import reset
from db_workflow.schema.facts import facts
from db_workflow.schema.plan import load_plan
from db_workflow.schema.run.runner import MigrateResult, migrate
from db_workflow.server import Server
from db_workflow.settings import Settings


class Repository:
    """A tiny repository that has been through phase 1."""

    def __init__(self, server: Server, settings: Settings):
        self.server = server
        self.settings = settings
        self.address = server.address.at(settings.test_database)

    def write(self, version: str, **steps: str) -> None:
        runner = self.settings.root / f"scripts/v{version}_migration/run_migrations.py"
        folder = self.settings.sql / f"v{version}"
        for path in (runner.parent, folder):
            path.mkdir(parents=True, exist_ok=True)
        for stem, text in steps.items():
            (folder / f"{stem}.sql").write_text(text)
        listed = "".join(f'sql_file("{stem}.sql"), ' for stem in steps)
        runner.write_text(
            "from db_workflow.schema import Migration, sql_file\n"
            f'MIGRATION = Migration("{version}", "a version", ({listed}))\n'
        )

    async def migrate(self) -> MigrateResult:
        return await migrate(self.address, load_plan(self.settings), settings=self.settings)

    async def execute(self, query: str) -> None:
        async with session(self.address, purpose="test") as connection:
            await connection.execute(query)

    async def facts(self) -> list[Fact]:
        async with session(self.address, purpose="test", read_only=True) as connection:
            return await facts(connection, settings=self.settings)

    async def unjudged(self, *, user: str | None = None) -> Fact:
        """Return the one fact by which `status` tells that phase 1 cannot be judged."""
        server = self.server
        if user:
            address = replace(server.address, user=user, password=user.rsplit("_", 1)[-1])
            server = replace(server, address=address)
        (fact,) = await self.judged(server)
        return fact

    async def judged(self, server: Server | None = None) -> tuple[Fact, ...]:
        """Return the facts of phase 1 as `status` shows them."""
        server = server or self.server
        return (await phases.judge(server, settings=self.settings, up_to=1)).phases[0].facts

    async def wrong(self) -> Fact:
        """Return the one fact that is wrong."""
        (found,) = [fact for fact in await self.facts() if not fact.ok]
        return found


@pytest.fixture
async def repository(server: Server, tiny_settings: Settings) -> AsyncIterator[Repository]:
    repository = Repository(server, tiny_settings)
    repository.write("0.1", a="CREATE TABLE a (x int);")
    await create_database(
        server, tiny_settings.stand_in, project=tiny_settings.project, role="stand-in"
    )
    production = server.address.at(tiny_settings.stand_in)
    await migrate(production, load_plan(tiny_settings), settings=tiny_settings)
    await reset(server, settings=tiny_settings, production=production, stand_in=True)
    repository.write("0.2", b="CREATE TABLE b (x int);", c="CREATE TABLE c (x int);")
    await repository.migrate()
    yield repository


async def test_after_phase_1_every_fact_is_as_it_must_be(repository: Repository):
    found = await repository.facts()
    assert all(fact.ok for fact in found)
    texts = "\n".join(fact.text for fact in found)
    assert "restored from" in texts
    assert "every one of 3 steps is in the ledger" in texts
    assert "nothing in the ledger is missing from the lists" in texts
    assert "the schema is the one that the migration left" in texts
    assert "no table is outside `schemas` (public)" in texts


async def test_a_new_step_is_pending(repository: Repository):
    repository.write("0.3", d="CREATE TABLE d (x int);")
    wrong = await repository.wrong()
    assert wrong.text == "1 of 4 steps have not run: v0.3/d.sql"
    assert wrong.next == "invoke migrate"


async def test_an_edited_step_is_named(repository: Repository):
    repository.write("0.2", b="CREATE TABLE b (x bigint);", c="CREATE TABLE c (x int);")
    wrong = await repository.wrong()
    assert wrong.text == "v0.2/b.sql was edited after it was applied"
    assert wrong.next == "invoke phase1"


async def test_an_edited_step_that_production_has_is_to_be_undone(repository: Repository):
    repository.write("0.1", a="CREATE TABLE a (x bigint);")
    assert (await repository.wrong()).next.startswith("undo the edit: production already has")


async def test_a_renamed_step_is_named_with_both_names(repository: Repository):
    repository.write("0.2", b="CREATE TABLE b (x int);", better="CREATE TABLE c (x int);")
    (repository.settings.sql / "v0.2/c.sql").unlink()
    wrong = await repository.wrong()
    assert wrong.text == "v0.2/c.sql was renamed to v0.2/better.sql after it was applied"
    assert wrong.next == "invoke phase1"


async def test_adopted_steps_hold_and_are_counted(repository: Repository):
    await repository.execute(
        "UPDATE db_workflow.migration SET outcome = 'adopted' WHERE name = 'v0.1/a.sql'"
    )
    found = await repository.facts()
    assert all(fact.ok for fact in found)
    assert any("(1 were adopted)" in fact.text for fact in found)


async def test_of_several_edits_the_one_that_production_has_is_mended_first(
    repository: Repository,
):
    repository.write("0.1", a="CREATE TABLE a (x bigint);")
    repository.write("0.2", b="CREATE TABLE b (x bigint);", c="CREATE TABLE c (x int);")
    wrong = await repository.wrong()
    assert "v0.1/a.sql was edited" in wrong.text
    assert "v0.2/b.sql was edited" in wrong.text
    assert wrong.next.startswith("undo the edit: production already has v0.1/a.sql")


async def test_a_step_that_left_its_list_is_named(repository: Repository):
    repository.write("0.2", b="CREATE TABLE b (x int);")
    (repository.settings.sql / "v0.2/c.sql").unlink()
    assert "v0.2/c.sql was applied, but is no longer" in (await repository.wrong()).text


async def test_steps_that_changed_places_are_named(repository: Repository):
    repository.write("0.2", c="CREATE TABLE c (x int);", b="CREATE TABLE b (x int);")
    wrong = await repository.wrong()
    assert wrong.text == "v0.2/b.sql ran before v0.2/c.sql, but is listed after it"


async def test_lists_that_cannot_be_read_are_a_wrong_fact(repository: Repository):
    (repository.settings.sql / "v0.2/c.sql").unlink()
    assert "v0.2/c.sql is missing" in (await repository.wrong()).text


@pytest.mark.parametrize(
    "change",
    ["ALTER TABLE b DROP COLUMN x", "CREATE INDEX ON b (x)", "CREATE TYPE kind AS ENUM ('k')"],
)
async def test_a_schema_changed_by_hand_is_noticed(repository: Repository, change: str):
    await repository.execute(change)
    wrong = await repository.wrong()
    assert "someone changed it by hand" in wrong.text
    assert wrong.next == "invoke phase1"


_BY_ANOTHER = """
UPDATE db_workflow.state SET value = value || jsonb_build_object('fingerprint', '0123',
    'stamp', regexp_replace(value ->> 'stamp', ' .*', ' another')) WHERE key = 'schema'"""


async def test_what_another_version_recorded_is_recorded_anew(repository: Repository):
    await repository.execute(_BY_ANOTHER)
    wrong = await repository.wrong()
    assert wrong.text == "another version of this tool recorded the schema"
    assert wrong.next == "invoke migrate"
    assert not (await repository.migrate()).warnings
    assert all(fact.ok for fact in await repository.facts())


async def test_what_was_written_since_another_version_recorded_it_is_doubted(
    repository: Repository,
):
    await repository.execute(f"{_BY_ANOTHER}; CREATE INDEX ON b (x)")
    wrong = await repository.wrong()
    assert "recorded by another version" in wrong.text
    assert "invoke verify" in wrong.next
    result = await repository.migrate()
    assert any("recorded by another version" in text for text in result.warnings)
    assert all(fact.ok for fact in await repository.facts())


async def test_a_run_whose_step_failed_has_ended_and_one_that_was_killed_is_noticed(
    repository: Repository,
):
    repository.write("0.3", d="CREATE TABLE d (x frm);")
    with pytest.raises(Exception, match=r"v0\.3/d\.sql failed"):
        await repository.migrate()
    assert (await repository.wrong()).text == "1 of 4 steps have not run: v0.3/d.sql"
    await repository.execute(
        """UPDATE db_workflow.state SET value = '{"fingerprint": null}' WHERE key = 'schema'"""
    )
    texts = [fact.text for fact in await repository.facts() if not fact.ok]
    assert texts == ["1 of 4 steps have not run: v0.3/d.sql", "no migration has run to its end"]


async def test_a_database_without_a_baseline_is_noticed(repository: Repository):
    await repository.execute("DELETE FROM db_workflow.state WHERE key = 'baseline'")
    assert (await repository.wrong()).text == "no backup was restored into it"


async def test_judging_changes_nothing(repository: Repository):
    """The session is read-only, so a write would raise."""
    assert await repository.facts() == await repository.facts()


async def test_a_table_in_a_schema_that_nobody_looks_at_is_noticed(repository: Repository):
    repository.write(
        "0.3",
        d="CREATE SCHEMA hidden; CREATE TABLE hidden.patients (ssn text);"
        ' CREATE MATERIALIZED VIEW hidden."Copies" AS SELECT * FROM hidden.patients;',
    )
    await repository.migrate()
    wrong = await repository.wrong()
    assert wrong.text == 'tables outside `schemas` (public): hidden."Copies"; hidden.patients'
    assert "add their schema to `schemas`" in wrong.next


async def test_a_schema_that_the_settings_name_is_looked_at(repository: Repository):
    repository.settings = replace(repository.settings, schemas=("public", "hidden"))
    repository.write("0.3", d="CREATE SCHEMA hidden; CREATE TABLE hidden.patients (ssn text);")
    await repository.migrate()
    assert all(fact.ok for fact in await repository.facts())


async def test_temporary_tables_and_empty_schemas_are_nobodys_concern(repository: Repository):
    repository.write("0.3", d="CREATE SCHEMA empty; CREATE VIEW empty.seen AS SELECT x FROM b;")
    await repository.migrate()
    async with session(repository.address, purpose="test") as connection:
        await connection.execute("CREATE TEMPORARY TABLE passing (x int)")
        assert all(fact.ok for fact in await repository.facts())


async def test_a_schema_whose_ledger_is_empty_is_sent_to_baseline(repository: Repository):
    await repository.execute("DELETE FROM db_workflow.migration")
    wrong = [fact for fact in await repository.facts() if not fact.ok]
    assert wrong[0].text == "the database holds a schema, but no ledger"
    assert wrong[0].next.startswith("invoke baseline --version X")
    assert "3 of 3 steps have not run" in wrong[1].text


async def test_an_empty_database_without_a_ledger_is_sent_to_migrate(repository: Repository):
    await repository.execute("DELETE FROM db_workflow.migration; DROP TABLE a, b, c")
    wrong = [fact for fact in await repository.facts() if not fact.ok]
    assert "3 of 3 steps have not run" in wrong[0].text


async def test_an_account_without_rights_is_told_what_to_grant(repository: Repository):
    role = f"{repository.settings.project}_lowly"
    await repository.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'lowly'")
    try:
        fact = await repository.unjudged(user=role)
        assert fact.text.startswith("The account may not read the ledger: permission denied")
        assert fact.next.startswith("GRANT USAGE ON SCHEMA db_workflow TO the account")
    finally:
        await repository.execute(f"DROP ROLE {role}")


async def test_a_ledger_without_a_column_is_a_wrong_fact(repository: Repository):
    await repository.execute("ALTER TABLE db_workflow.migration DROP COLUMN checksum")
    assert "has no column 'checksum'" in (await repository.unjudged()).text


async def test_a_file_that_cannot_be_read_is_named_and_not_the_database(repository: Repository):
    """The suite may run as root, to whom every file is readable; a folder in its place is not."""
    path = repository.settings.sql / "v0.2/c.sql"
    path.unlink()
    path.mkdir()
    fact = next(fact for fact in await repository.judged() if not fact.ok)
    assert "v0.2/c.sql cannot be read: Is a directory" in fact.text
    assert fact.next.startswith("mend the lists or the files")
    with pytest.raises(OSError, match="Is a directory") as caught:
        path.read_bytes()
    fact = phases.failed_fact(caught.value, phase=1, settings=repository.settings)
    assert fact.text == "sql/v0.2/c.sql cannot be read: Is a directory"
    assert fact.next == "let this account read sql/v0.2/c.sql"


async def test_a_connection_that_breaks_is_no_file(repository: Repository):
    fact = phases.failed_fact(ConnectionResetError(), phase=1, settings=repository.settings)
    assert "the database changed while it was looked at" in fact.text


async def test_a_table_that_may_not_be_read_is_not_taken_for_the_ledger(repository: Repository):
    role = f"{repository.settings.project}_lowly"
    await repository.execute(f"CREATE ROLE {role}")
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError) as caught:
            await repository.execute(f"SET ROLE {role}; SELECT FROM a")
        fact = phases.failed_fact(caught.value, phase=3, settings=repository.settings)
        assert fact.text == "the account may not look at it: permission denied for table a"
    finally:
        await repository.execute(f"DROP ROLE {role}")
