"""Preview: what would run, why, and which tables it names; nothing is changed."""

import json
import runpy
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from db_workflow.connection import session
from db_workflow.errors import MigrationError
from db_workflow.schema.judge.preview import PlannedStep, Preview, preview
from db_workflow.schema.ledger.ledger import read_ledger
from db_workflow.server import Server
from db_workflow.settings import Settings

ListedRepository = runpy.run_path(str(Path(__file__).with_name("listed_repository.py")))[
    "ListedRepository"
]
FILL = "async def upgrade(context): ...\n"


class Repository(ListedRepository):
    async def preview(self, **options: Any) -> Preview:
        settings = options.pop("settings", self.settings)
        return await preview(self.address, self.plan, settings=settings, **options)

    async def only_step(self) -> PlannedStep:
        (step,) = (await self.preview()).steps
        return step


@pytest.fixture
async def repository(server: Server, tiny_settings: Settings) -> AsyncIterator[Repository]:
    repository = Repository(server, tiny_settings)
    repository.write(
        "0.1",
        people="CREATE TABLE people (id int PRIMARY KEY, email text)",
        rows="INSERT INTO people SELECT n, 'mail' || n FROM generate_series(1, 500) n",
    )
    await repository.create()
    await repository.migrate()
    await repository.execute("ANALYZE people")
    yield repository


async def test_with_nothing_pending_it_says_so(repository: Repository):
    found = await repository.preview()
    assert found.steps == ()
    assert str(found) == "nothing to do: the ledger has 2 steps, and none is pending"


async def test_every_pending_step_is_told_with_its_reason(repository: Repository):
    repository.write("0.2", a="SELECT 1", fill=FILL)
    await repository.migrate(sql_only=True)
    repository.write("0.2", a="SELECT 1", fill=FILL, b="SELECT 2")
    repository.write("0.10", c="SELECT 3")
    found = await repository.preview()
    assert [(step.name, step.kind, step.reason) for step in found.steps] == [
        ("v0.2/fill.py", "python", "skipped before"),
        ("v0.2/b.sql", "sql", "new in the list"),
        ("v0.10/c.sql", "sql", "version not begun"),
    ]


async def test_a_step_that_broke_off_without_a_transaction_goes_on(repository: Repository):
    header = "-- db_workflow: no-transaction\n"
    repository.write("0.2", index=f"{header}CREATE INDEX CONCURRENTLY i ON people (email)")
    assert (await repository.only_step()).transaction is False
    await repository.record("step:v0.2/index.sql", {})
    assert (await repository.only_step()).reason == "goes on"


async def test_a_step_whose_named_loop_over_batches_broke_off_goes_on(repository: Repository):
    repository.write(
        "0.2",
        fill="async def upgrade(step):\n"
        "    async for batch in step.batches('people', size=100, name='round 1'):\n"
        "        async with batch:\n"
        "            pass\n"
        "        raise ValueError('the power went')\n",
    )
    runner = repository.settings.root / "scripts/v0.2_migration/run_migrations.py"
    listed = runner.read_text()
    runner.write_text(listed.replace('("fill.py")', '("fill.py", transaction=False)'))
    with pytest.raises(MigrationError, match="the power went"):
        await repository.migrate()
    assert (await repository.only_step()).reason == "goes on"


async def test_the_existing_tables_that_a_step_names_are_told_with_their_size(
    repository: Repository,
):
    repository.write(
        "0.2",
        a="CREATE TABLE notes (id int, person int REFERENCES people);\n"
        "-- ALTER TABLE pg_class\n"
        "UPDATE public.people SET email = 'ALTER TABLE notes' WHERE id = 1;",
    )
    (table,) = (await repository.only_step()).tables
    assert (table.name, table.rows, table.big) == ("public.people", 500, False)
    assert table.bytes >= 8192
    text = str(await repository.preview())
    assert "names public.people: about 500 rows" in text


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE IF EXISTS ONLY people ADD x int",
        "CREATE UNIQUE INDEX IF NOT EXISTS i ON people (id)",
        "UPDATE ONLY people SET email = NULL",
        "DELETE FROM people",
        "INSERT INTO PEOPLE VALUES (0)",
        'TRUNCATE TABLE "Odd ""name", people',
        "DO $$ BEGIN UPDATE people SET email = ''; END $$",
        "CREATE TRIGGER t BEFORE UPDATE ON public . people FOR EACH ROW EXECUTE FUNCTION f()",
        "DROP TABLE IF EXISTS nothing, people",
        "LOCK TABLE people IN SHARE MODE",
        "CREATE TABLE copies AS SELECT * FROM people",
    ],
)
async def test_a_table_is_known_in_every_kind_of_statement(repository: Repository, statement: str):
    repository.write("0.2", a=statement)
    assert [table.name for table in (await repository.only_step()).tables] == ["public.people"]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ UPDATE people SET id = 1 $$",
        "SELECT 'ALTER TABLE people'",
        "/* DROP TABLE people */ SELECT 1",
        "ALTER TABLE elsewhere.people ADD x int",
        'ALTER TABLE "People" ADD x int',
    ],
)
async def test_a_name_that_no_statement_would_touch_is_not_told(
    repository: Repository, statement: str
):
    repository.write("0.2", a=statement)
    assert (await repository.only_step()).tables == ()


async def test_a_partitioned_table_is_as_big_as_its_partitions(repository: Repository):
    repository.write(
        "0.2",
        days="CREATE TABLE days (day int) PARTITION BY RANGE (day);"
        "CREATE TABLE days_1 PARTITION OF days FOR VALUES FROM (0) TO (100);"
        "INSERT INTO days SELECT n % 100 FROM generate_series(1, 300) n",
    )
    await repository.migrate()
    await repository.execute("ANALYZE days")
    repository.write("0.3", a="ALTER TABLE days ADD x int")
    (table,) = (await repository.only_step()).tables
    assert (table.name, table.rows) == ("public.days", 300)
    assert table.bytes > 0


async def test_a_table_that_was_never_counted_has_unknown_rows_and_an_empty_one_has_none(
    repository: Repository,
):
    repository.write(
        "0.2",
        a="CREATE TABLE fresh (x int); INSERT INTO fresh VALUES (1); CREATE TABLE empty (x int);"
        "ALTER TABLE fresh SET (autovacuum_enabled = false)",
    )
    await repository.migrate()
    repository.write("0.3", a="ALTER TABLE fresh ADD y int; ALTER TABLE empty ADD y int")
    sizes = {table.name: table.rows for table in (await repository.only_step()).tables}
    assert sizes == {"public.fresh": None, "public.empty": 0}
    assert "names public.fresh: rows unknown" in str(await repository.preview())


async def test_a_big_table_stands_out(repository: Repository):
    repository.write("0.2", a="ALTER TABLE people ADD x int")
    found = await repository.preview(settings=replace(repository.settings, big_table_rows=500))
    assert found.steps[0].tables[0].big
    assert str(found).splitlines()[2].endswith("BIG")


async def test_what_is_odd_about_a_file_is_noted(repository: Repository):
    repository.write("0.2", a="\ufeffSELECT 1;\r\nSELECT 2;\r\n")
    notes = " ".join((await repository.only_step()).notes)
    assert "byte order mark" in notes
    assert "CRLF" in notes
    assert "note: " in str(await repository.preview())


async def test_to_a_version_leaves_the_later_ones_for_later(repository: Repository):
    repository.write("0.2", a="SELECT 1")
    repository.write("0.10", b="SELECT 1", c="SELECT 2")
    found = await repository.preview(to="v0.2")
    assert [step.name for step in found.steps] == ["v0.2/a.sql"]
    assert found.later == 2
    assert "2 more are pending behind --to" in str(found)


async def test_sql_only_tells_what_it_leaves_out_and_what_that_means(repository: Repository):
    repository.write("0.2", a="SELECT 1", fill=FILL, b="SELECT 2")
    found = await repository.preview(sql_only=True)
    assert found.left_out == ("v0.2/fill.py",)
    assert found.needing == ("v0.2/b.sql",)
    text = " ".join(str(found).split())
    assert "python, LEFT OUT" in text
    assert "--sql-only leaves out v0.2/fill.py: phase 1 does not hold without it" in text
    assert "v0.2/b.sql may need what it does" in text


async def test_no_line_is_wider_than_100_columns_and_the_json_has_everything(
    repository: Repository,
):
    repository.write(
        "0.2",
        **{f"{'long_name_' * 12}{at}": "UPDATE people SET email = ''\r\n" for at in range(3)},
        fill=FILL,
    )
    found = await repository.preview(sql_only=True)
    assert max(len(line) for line in str(found).splitlines()) <= 100
    data = json.loads(json.dumps(found.to_json()))
    assert [step["name"] for step in data["steps"]] == [step.name for step in found.steps]
    assert data["steps"][0]["tables"][0]["rows"] == 500
    assert data["left_out"] == ["v0.2/fill.py"]


async def test_what_migrate_would_refuse_is_refused(repository: Repository):
    repository.write("0.1", people="CREATE TABLE people (id int)", rows="SELECT 1")
    with pytest.raises(MigrationError, match="The ledger and the lists disagree") as caught:
        await repository.preview()
    assert caught.value.next.startswith("undo the edit: production already has v0.1/people.sql")
    await repository.record("baseline", {"last_sequence": 0})
    with pytest.raises(MigrationError, match="The ledger and the lists disagree") as caught:
        await repository.preview()
    assert caught.value.next == "invoke phase1"


async def test_files_that_cannot_run_are_refused(repository: Repository):
    repository.write("0.2", a="COMMIT")
    with pytest.raises(MigrationError, match="cannot run as migration steps"):
        await repository.preview()


async def test_a_schema_changed_by_hand_is_refused(repository: Repository):
    await repository.execute("ALTER TABLE people ADD phone text")
    with pytest.raises(MigrationError, match="changed it by hand"):
        await repository.preview()


async def test_previewing_changes_nothing(repository: Repository):
    repository.write("0.2", a="CREATE TABLE a (x int)")
    assert await repository.preview() == await repository.preview()
    async with session(repository.address, purpose="test") as connection:
        assert len(await read_ledger(connection)) == 2


async def test_a_database_without_a_ledger_has_everything_to_come(
    server: Server, tiny_settings: Settings
):
    repository = Repository(server, tiny_settings)
    repository.write("0.1", a="CREATE TABLE a (x int)")
    await repository.create()
    assert (await repository.only_step()).reason == "version not begun"
