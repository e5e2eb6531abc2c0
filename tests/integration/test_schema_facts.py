"""Phase 1's evidence: every edit, by hand or in a file, makes it fall back by itself."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from db_workflow.connection import session
from db_workflow.databases import create_database
from db_workflow.evidence import Fact
from db_workflow.schema.backup.baseline import reset
from db_workflow.schema.facts import facts
from db_workflow.schema.plan import load_plan
from db_workflow.schema.run.runner import migrate
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

    async def migrate(self) -> None:
        await migrate(self.address, load_plan(self.settings), settings=self.settings)

    async def execute(self, query: str) -> None:
        async with session(self.address, purpose="test") as connection:
            await connection.execute(query)

    async def facts(self) -> list[Fact]:
        async with session(self.address, purpose="test", read_only=True) as connection:
            return await facts(connection, settings=self.settings)

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


async def test_a_run_that_broke_off_is_noticed(repository: Repository):
    repository.write("0.3", d="CREATE TABLE d (x frm);")
    with pytest.raises(Exception, match=r"v0\.3/d\.sql failed"):
        await repository.migrate()
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
