"""One version's schema beside another's: what is told, and what only follows from a rename."""

import json
import runpy
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from db_workflow.errors import MigrationError
from db_workflow.schema.judge.versions import SchemaDiff, schema_diff
from db_workflow.server import Server
from db_workflow.settings import Settings

ListedRepository = runpy.run_path(str(Path(__file__).with_name("listed_repository.py")))[
    "ListedRepository"
]

SCHEMA = """
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE SEQUENCE numbers;
CREATE FUNCTION tidy(value mood) RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
"""
TABLES = """
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE SEQUENCE numbers INCREMENT 5;
CREATE TABLE people (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_people PRIMARY KEY,
    email text NOT NULL,
    mood mood NOT NULL DEFAULT 'ok',
    age integer DEFAULT nextval('numbers'),
    boss bigint CONSTRAINT fk_people_boss REFERENCES people,
    twice integer GENERATED ALWAYS AS (age * 2) STORED,
    CONSTRAINT uq_people_email UNIQUE (email),
    CONSTRAINT ck_people_age CHECK (age > 0)
);
CREATE INDEX ix_people_email ON people (lower(email)) WHERE age > 18;
CREATE INDEX ix_people_age ON people (age DESC) INCLUDE (email);
CREATE STATISTICS st_people (ndistinct) ON email, age FROM people;
CREATE FUNCTION tidy() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION cheer(value mood) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE TRIGGER tr_people BEFORE UPDATE OF age ON people FOR EACH ROW EXECUTE FUNCTION tidy();
ALTER TABLE people ENABLE ROW LEVEL SECURITY;
CREATE POLICY grown ON people USING (age > 18 AND cheer(mood));
CREATE TABLE notes (
    person_id bigint CONSTRAINT fk_notes_person REFERENCES people ON DELETE CASCADE,
    email text CONSTRAINT fk_notes_email REFERENCES people (email)
);
CREATE VIEW happy AS SELECT id FROM people WHERE mood = 'ok';
"""


class Repository(ListedRepository):
    async def compare(self, *versions: str) -> SchemaDiff:
        return await schema_diff(self.plan, *versions, server=self.server, settings=self.settings)

    async def changed(self, before: str, change: str) -> list[str]:
        """Return what a change is told as."""
        self.write("0.1", base=before)
        self.write("0.2", change=change)
        result = await self.compare("0.1", "0.2")
        assert await self.scratch_databases() == []
        return [str(one) for one in result.differences]


@pytest.fixture
async def repository(server: Server, tiny_settings: Settings) -> AsyncIterator[Repository]:
    yield Repository(server, tiny_settings)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("ALTER TABLE people RENAME TO persons", ["table people is called persons"]),
        (
            "ALTER TABLE people RENAME age TO years",
            ["column people.age is called people.years"],
        ),
        (
            "ALTER TABLE people RENAME email TO mail",
            ["column people.email is called people.mail"],
        ),
        ('ALTER TABLE people RENAME email TO "E ""Mail"', None),
        ("ALTER TYPE mood RENAME TO feeling", ["enum mood is called feeling"]),
        ("ALTER SEQUENCE numbers RENAME TO counts", ["sequence numbers is called counts"]),
        ("ALTER INDEX ix_people_age RENAME TO ix_age", ["index ix_people_age is called ix_age"]),
        ("ALTER FUNCTION tidy() RENAME TO clean", ["function tidy() is called clean()"]),
        (
            "ALTER FUNCTION cheer(mood) RENAME TO laugh",
            ["function cheer(mood) is called laugh(mood)"],
        ),
        ("ALTER VIEW happy RENAME TO glad", ["view happy is called glad"]),
        (
            "ALTER TABLE people RENAME CONSTRAINT ck_people_age TO ck_age",
            ["constraint people.ck_people_age is called people.ck_age"],
        ),
        (
            "ALTER TRIGGER tr_people ON people RENAME TO tr_tidy",
            ["trigger people.tr_people is called people.tr_tidy"],
        ),
        (
            "ALTER POLICY grown ON people RENAME TO adult",
            ["policy people.grown is called people.adult"],
        ),
        (
            (
                "ALTER TABLE people RENAME TO persons;"
                " ALTER TABLE persons RENAME CONSTRAINT pk_people TO pk_persons;"
                " ALTER TABLE notes RENAME TO remarks; ALTER TYPE mood RENAME TO feeling"
            ),
            [
                "enum mood is called feeling",
                "table notes is called remarks",
                "table people is called persons",
                "constraint people.pk_people is called persons.pk_persons",
            ],
        ),
    ],
)
async def test_a_rename_is_told_once_with_nothing_that_only_follows_from_it(
    repository: Repository, change: str, told: list[str] | None
):
    expected = told or ['column people.email is called people."E ""Mail"']
    assert await repository.changed(TABLES, change) == expected
    back = await repository.compare("0.2", "0.1")
    assert len(back.differences) == len(expected)
    assert {one.change for one in back.differences} == {"renamed"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            (
                "ALTER TABLE people RENAME TO persons;"
                " ALTER TABLE notes DROP CONSTRAINT fk_notes_person;"
                " ALTER TABLE notes ADD CONSTRAINT fk_notes_person"
                " FOREIGN KEY (person_id) REFERENCES persons"
            ),
            "constraint notes.fk_notes_person differs: on delete is no action, expected cascade",
        ),
        (
            (
                "ALTER TABLE people RENAME age TO years; ALTER TABLE people DROP CONSTRAINT"
                " ck_people_age; ALTER TABLE people ADD CONSTRAINT ck_people_age CHECK (years > 1)"
            ),
            (
                "constraint people.ck_people_age differs:"
                " expression is (years > 1), expected (age > 0)"
            ),
        ),
        (
            (
                "ALTER TABLE people RENAME age TO years; DROP INDEX ix_people_age;"
                " CREATE INDEX ix_people_age ON people (years) INCLUDE (email)"
            ),
            "index ix_people_age differs: elements is years, expected age descending",
        ),
        (
            "ALTER TYPE mood RENAME TO feeling; ALTER TABLE people ALTER mood SET DEFAULT 'sad'",
            "column people.mood differs: default is 'sad'::feeling, expected 'ok'::mood",
        ),
        (
            (
                "ALTER TABLE people RENAME TO persons;"
                " CREATE OR REPLACE VIEW happy AS SELECT id FROM persons WHERE mood = 'sad'"
            ),
            "view happy differs: definition is",
        ),
    ],
)
async def test_what_changed_beside_a_rename_is_never_hidden_by_it(
    repository: Repository, change: str, told: str
):
    found = await repository.changed(TABLES, change)
    assert len(found) == 2
    assert any(" is called " in text for text in found)
    assert any(text.startswith(told) for text in found)


@pytest.mark.parametrize(
    "change",
    [
        # Which of the two became which, nobody can tell.
        "ALTER TABLE a RENAME TO c; ALTER TABLE b RENAME TO d",
        # A table with another column is another table, as far as a schema tells.
        "ALTER TABLE a RENAME TO c; ALTER TABLE c ADD y int",
        # Nor is a column in another place, or of another type.
        "ALTER TABLE a DROP x; ALTER TABLE a ADD y text",
    ],
)
async def test_a_rename_that_is_not_certain_is_told_as_missing_and_unexpected(
    repository: Repository, change: str
):
    found = await repository.changed("CREATE TABLE a (x int); CREATE TABLE b (x int)", change)
    assert not [text for text in found if " is called " in text]
    assert len(found) in {2, 4}


async def test_a_name_that_means_two_things_is_not_followed(repository: Repository):
    found = await repository.changed(
        "CREATE TABLE status (id int, note text); CREATE TABLE a (status int, x int);"
        "CREATE VIEW v AS SELECT x FROM a WHERE status > 0",
        "ALTER TABLE status RENAME TO states; ALTER TABLE a ADD states int;"
        "CREATE OR REPLACE VIEW v AS SELECT x FROM a WHERE states > 0",
    )
    assert [text.split(" differs")[0] for text in found] == [
        "table status is called states",
        "column a.states is unexpected",
        "view v",
    ]


async def test_versions_are_compared_with_both_values_and_the_way_back_is_allowed(
    repository: Repository,
):
    repository.write("0.1", base="CREATE TABLE a (x int DEFAULT 1)")
    repository.write("0.2", more="ALTER TABLE a ALTER x SET DEFAULT 2; CREATE TABLE b (y text)")
    there = await repository.compare("v0.1", "0.2")
    assert str(there).splitlines()[:6] == [
        "schema    0.1 → 0.2",
        "",
        "~ table a",
        "    ~ column x: default 1 → 2",
        "+ table b",
        "    + column y: text",
    ]
    back = await repository.compare("0.2", "0.1")
    assert "    ~ column x: default 2 → 1" in str(back).splitlines()
    assert "- table b\n    - column y: text" in str(back)
    read = json.loads(json.dumps(there.to_json()))
    assert (read["before"], read["after"], read["equal"]) == ("0.1", "0.2", False)
    new = next(one for one in read["differences"] if one["name"] == "b")
    assert [one["name"] for one in new["contents"]] == ["b.y"]
    assert new["change"] == "added"
    gone = next(one for one in back.to_json()["differences"] if one["name"] == "b")
    assert gone["change"] == "removed"
    assert [one["name"] for one in gone["contents"]] == ["b.y"]


async def test_one_version_is_compared_with_the_one_before_and_the_first_with_nothing(
    repository: Repository,
):
    repository.write("0.9", base="CREATE TABLE a (x int)")
    repository.write("0.10", more="CREATE TABLE b (x int)")
    last, first = await repository.compare("0.10"), await repository.compare("v0.09")
    assert [str(one) for one in last.differences] == ["table b is unexpected"]
    assert (last.before, last.after) == ("0.9", "0.10")
    assert [str(one) for one in first.differences] == ["table a is unexpected"]
    assert str(first).startswith("schema    nothing → 0.9")
    assert first.to_json()["before"] is None


async def test_columns_behind_one_that_went_or_came_have_not_moved(repository: Repository):
    before = "CREATE TABLE a (w int, x int, y int, z int)"
    assert await repository.changed(before, "ALTER TABLE a DROP x") == ["column a.x is missing"]
    back = await repository.compare("0.2", "0.1")
    assert [str(one) for one in back.differences] == ["column a.x is unexpected"]
    moved = await repository.changed(before, "ALTER TABLE a DROP x; ALTER TABLE a ADD x int")
    assert moved == ["column a.x differs: position is 4, expected 2"]


async def test_a_version_that_changes_no_schema_is_told_as_the_same(repository: Repository):
    repository.write("0.1", base="CREATE TABLE a (x int)")
    repository.write("0.2", rows="INSERT INTO a VALUES (1)")
    result = await repository.compare("0.2")
    assert "the schema is the same" in str(result)
    assert "The schema stays as it is." in result.to_markdown()
    assert result.to_json()["equal"] is True


async def test_a_version_beside_itself_needs_no_database(repository: Repository):
    repository.write("0.1", base="this would not run")
    result = await repository.compare("0.1", "v0.01")
    assert result.differences == ()
    assert str(result) == "0.1 is one version: there is nothing to compare"


@pytest.mark.parametrize(
    ("versions", "told"),
    [
        (("0.7",), "no version '0.7'. Known: 0.1"),
        (("0.1", "0.7"), "no version '0.7'. Known: 0.1"),
        (("latest",), "'latest' is not a version"),
        (("0.1", "v"), "'v' is not a version"),
        (("0.1", ""), "'' is not a version"),
    ],
)
async def test_what_is_no_version_is_refused(
    repository: Repository, versions: tuple[str, ...], told: str
):
    repository.write("0.1", base="CREATE TABLE a (x int)")
    with pytest.raises(MigrationError, match=told):
        await repository.compare(*versions)


async def test_lists_that_do_not_run_from_nothing_are_told_with_the_step(repository: Repository):
    repository.write("0.1", base="CREATE TABLE a (x int)")
    step = "async def upgrade(step):\n    await step.connection.execute('SELECT * FROM people')\n"
    repository.write("0.2", fill=step)
    with pytest.raises(MigrationError, match=r"do not run from nothing: v0\.2/fill\.py") as caught:
        await repository.compare("0.2")
    assert "mend the step" in caught.value.next
    assert await repository.scratch_databases() == []


async def test_how_far_it_is_is_told(repository: Repository):
    told: list[str] = []

    class Reporter:
        def say(self, text: str) -> None:
            raise AssertionError(text)

        def progress(self, label: str, done: int, total: int | None = None) -> None:
            told.append(label)

    repository.write("0.1", base="CREATE TABLE a (x int)")
    await schema_diff(
        repository.plan,
        "0.1",
        server=repository.server,
        settings=repository.settings,
        reporter=Reporter(),
    )
    assert told
    assert all(label.startswith("fresh run: ") for label in told)
