"""Generating: one snapshot, every column decided, nothing leaks, all files or none."""

import asyncio
import itertools
import runpy
from pathlib import Path

import pytest

from db_workflow.connection import session
from db_workflow.console import Silent
from db_workflow.errors import ServerError, TestDataError
from db_workflow.marker import read as read_marker
from db_workflow.marker import write as write_marker
from db_workflow.steps import testdata
from db_workflow.testdata import rules
from db_workflow.testdata.extraction.snapshot import Source, reading
from db_workflow.testdata.files.reading import read_header, read_table
from db_workflow.testdata.rules.key import load_key
from db_workflow.testdata.rules.pseudonyms import Pseudonyms

TinyRepository = runpy.run_path(str(Path(__file__).with_name("tiny_repository.py")))[
    "TinyRepository"
]

PEOPLE = """
    CREATE TABLE people (
        id int PRIMARY KEY, first_name text NOT NULL, email text NOT NULL, born date, about text
    );
    CREATE UNIQUE INDEX uq_people_email ON people (lower(email));
    INSERT INTO people VALUES
        (2, 'Philippa', 'Philippa@quack.example', '1990-05-06', 'likes chess'),
        (1, 'Zoë', 'zoe@corp.example', NULL, NULL),
        (10, 'Philippa', 'other@quack.example', 'infinity', '');
    CREATE TABLE notes (
        id int PRIMARY KEY, person_id int NOT NULL REFERENCES people, words text, "Odd ""name" int
    );
    INSERT INTO notes VALUES (1, 2, 'about Omarion', 7), (2, 1, E'two\\nlines\\t''''''', NULL);
"""
RULES = {
    "people": {
        "first_name": "rules.first_name()",
        "email": "rules.email()",
        "born": "rules.shift_days()",
        "about": "rules.text()",
    }
}


@pytest.fixture
async def repository(server, tiny_settings):
    return TinyRepository(server, tiny_settings)


@pytest.fixture
async def people(repository):
    repository.columns = RULES
    await repository.create(PEOPLE)
    return repository


def rows(repository, table):
    return list(read_table(repository.settings.data, f"auto_{table}.py").rows)


def files(repository):
    return {path.name: path.read_bytes() for path in repository.settings.data.glob("auto_*")}


async def test_rows_are_written_in_the_order_of_the_primary_key(people):
    result = await people.extract()
    assert {name: table.rows for name, table in result.tables.items()} == {"notes": 2, "people": 3}
    assert result.rows == 5
    assert [row["id"] for row in rows(people, "people")] == ["1", "2", "10"]


async def test_what_is_to_be_hidden_is_hidden_and_the_rest_is_exact(people):
    await people.extract()
    text = people.generated("people")
    for value in ("Philippa", "Zoë", "quack", "corp", "1990-05-06", "chess"):
        assert value not in text
    one, two, ten = rows(people, "people")
    assert two["first_name"] == ten["first_name"] != one["first_name"]
    assert one["born"] is one["about"] is None
    assert (ten["born"], ten["about"]) == ("infinity", "")
    assert rows(people, "notes")[1] == {
        "id": "2",
        "person_id": "1",
        "words": "two\nlines\t'''",
        'Odd "name': None,
    }


async def test_a_second_run_gives_the_same_bytes_and_touches_no_file(people):
    first = await people.extract()
    before = files(people)
    second = await people.extract()
    assert files(people) == before
    assert len(first.changed) == 2
    assert second.changed == ()


async def test_a_secret_key_gives_other_pseudonyms_than_the_public_one(people):
    await people.extract()
    public = rows(people, "people")
    result = await people.extract(stand_in=False)
    assert rows(people, "people") != public
    assert result.key_id == read_header(people.settings.data / "auto_people.py").key != "public"


async def test_the_header_binds_the_file_to_the_schema_and_the_rules(people):
    await people.extract()
    path = people.settings.data / "auto_people.py"
    before = read_header(path)
    people.columns = {"people": {**RULES["people"], "about": "rules.null()"}}
    await people.declare()
    await people.extract()
    other_rules = read_header(path)
    assert other_rules.rules != before.rules
    assert other_rules.source == before.source
    await people.sql("ALTER TABLE people ADD age int")
    await people.declare()
    await people.extract()
    assert read_header(path).source != before.source


async def test_a_new_column_stops_everything_until_somebody_decides(people):
    await people.extract()
    before = files(people)
    await people.sql("ALTER TABLE people ADD phone text")
    with pytest.raises(TestDataError) as caught:
        await people.extract()
    (problem,) = caught.value.data["problems"]
    assert problem.startswith("people.phone (text) is not classified; perhaps rules.phone()")
    assert files(people) == before


async def test_a_value_that_is_kept_elsewhere_is_a_leak_and_leaves_nothing_behind(people):
    await people.extract()
    before = files(people)
    await people.sql("INSERT INTO notes VALUES (77, 1, 'ask Philippa about it')")
    with pytest.raises(TestDataError) as caught:
        await people.extract()
    said = str(caught.value)
    assert "notes.words, row 77: holds a value of people.first_name" in said
    assert "Philippa" not in said
    assert files(people) == before
    assert not (people.settings.state / "generating").exists()


async def test_keys_that_would_collide_are_refused(people):
    people.columns = {"people": {**RULES["people"], "email": "rules.constant('a@example.test')"}}
    await people.declare()
    with pytest.raises(TestDataError, match=r"2 row\(s\) would share a key .*uq_people_email"):
        await people.extract()
    assert files(people) == {}


async def test_equal_keys_outside_a_partial_index_may_stay_equal(repository):
    repository.columns = {"t": {"name": "rules.first_name()"}}
    await repository.create(
        "CREATE TABLE t (id int PRIMARY KEY, name text, active boolean NOT NULL);"
        " CREATE UNIQUE INDEX ON t (name) WHERE active;"
        " INSERT INTO t VALUES (1, 'Philippa', true), (2, 'Philippa', false), (3, NULL, true)"
    )
    await repository.extract()


async def test_a_pseudonym_longer_than_its_column_is_refused(repository):
    repository.columns = {"t": {"email": "rules.email()"}}
    await repository.create(
        "CREATE TABLE t (id int PRIMARY KEY, email varchar(20));"
        " INSERT INTO t VALUES (1, 'a@b.example')"
    )
    with pytest.raises(TestDataError, match=r"t\.email \(email\(\)\): 1 row\(s\) .* too long"):
        await repository.extract()


@pytest.mark.parametrize("rule", ["rules.shift_days()", "rules.custom(odd)"])
async def test_a_value_that_a_rule_cannot_treat_is_told_by_place_and_never_shown(repository, rule):
    repository.columns = {"t": {"word": rule}}
    await repository.create(
        "CREATE TABLE t (id int PRIMARY KEY, word text);"
        " INSERT INTO t VALUES (1, '2024-01-01'), (2, 'Philippa')"
    )
    config = repository.settings.test_data / "generate_test_data.py"
    config.write_text(
        "def odd(value, pseudonyms):\n    return str(int(value.replace('-', '')) + 1)\n"
        + config.read_text()
    )
    with pytest.raises(TestDataError) as caught:
        await repository.extract()
    assert "t.word" in str(caught.value)
    assert "row 2" in str(caught.value)
    assert "Philippa" not in str(caught.value)
    assert caught.value.__cause__ is None


async def test_a_rule_of_ones_own_is_part_of_the_digest(repository):
    repository.columns = {"t": {"word": "rules.custom(odd)"}}
    await repository.create("CREATE TABLE t (id int PRIMARY KEY, word text)")
    config = repository.settings.test_data / "generate_test_data.py"
    text = config.read_text()
    digests = []
    for body in ("return value.upper()", "return value.lower()"):
        config.write_text(f"def odd(value, pseudonyms):\n    {body}\n{text}")
        await repository.extract()
        digests.append(read_header(repository.settings.data / "auto_t.py").rules)
    assert digests[0] != digests[1]


async def test_an_interrupted_run_leaves_the_old_files(people):
    await people.extract()
    before = files(people)
    await people.sql("UPDATE people SET first_name = 'Wilhelmina'")

    class Interrupting:
        def say(self, text): ...

        def progress(self, label, done, total=None):
            raise asyncio.CancelledError  # what Ctrl-C becomes

    with pytest.raises(asyncio.CancelledError):
        await people.extract(reporter=Interrupting())
    assert files(people) == before
    assert not (people.settings.state / "generating").exists()


async def test_what_a_killed_run_left_is_swept_away(people):
    left = people.settings.state / "generating"
    left.mkdir(parents=True)
    (left / "auto_people.py").write_text("half")
    await people.extract()
    assert not left.exists()


async def test_the_file_of_a_table_that_is_gone_is_removed(people):
    await people.extract()
    await people.sql("DROP TABLE notes")
    await people.declare()
    await people.extract()
    assert list(files(people)) == ["auto_people.py"]


TREE = """
    CREATE TABLE schools (id int PRIMARY KEY, name text);
    INSERT INTO schools SELECT n, 'school ' || n FROM generate_series(1, 9) n;
    CREATE TABLE pupils (
        id int PRIMARY KEY, school_id int REFERENCES schools, mentor_id int REFERENCES pupils
    );
    INSERT INTO pupils
        SELECT n, 1 + n % 9, CASE WHEN n > 10 THEN n - 10 END FROM generate_series(1, 100) n;
"""


async def test_a_limit_brings_the_parents_along_and_their_parents(repository):
    repository.options = {"pupils": {"limit": 2, "order": "id DESC"}, "schools": {"limit": 0}}
    await repository.create(TREE)
    result = await repository.extract()
    pupils = rows(repository, "pupils")
    # 100 and 99, and the chains of their mentors.
    assert {int(row["id"]) for row in pupils} == {*range(10, 101, 10), *range(9, 100, 10)}
    assert {row["school_id"] for row in pupils} == {
        row["id"] for row in rows(repository, "schools")
    }
    assert result.rows == len(pupils) + len(rows(repository, "schools"))


async def test_a_condition_chooses_rows(repository):
    repository.options = {"pupils": {"where": "id <= 3"}}
    await repository.create(TREE)
    await repository.extract()
    assert [row["id"] for row in rows(repository, "pupils")] == ["1", "2", "3"]
    assert len(rows(repository, "schools")) == 9  # no condition: the whole table


async def test_a_condition_that_is_no_sql_is_told(repository):
    repository.options = {"pupils": {"where": "idd <= 3"}}
    await repository.create(TREE)
    with pytest.raises(TestDataError, match=r"pupils is refused by the server.*idd"):
        await repository.extract()


async def test_partitions_children_computed_columns_and_views_are_understood(repository):
    await repository.create(
        """
        CREATE TABLE log (day date NOT NULL, n int, PRIMARY KEY (day, n)) PARTITION BY RANGE (day);
        CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
        CREATE TABLE log_2 PARTITION OF log DEFAULT;
        INSERT INTO log VALUES ('2024-05-05', 1), ('2025-05-05', 2);
        CREATE TABLE base (id int PRIMARY KEY, twice int GENERATED ALWAYS AS (id * 2) STORED);
        CREATE TABLE heir (more text) INHERITS (base);
        INSERT INTO base VALUES (1);
        INSERT INTO heir (id, more) VALUES (2, 'x');
        CREATE VIEW seen AS SELECT * FROM base;
        """
    )
    await repository.extract()
    assert sorted(files(repository)) == ["auto_base.py", "auto_heir.py", "auto_log.py"]
    assert [row["n"] for row in rows(repository, "log")] == ["1", "2"]
    assert rows(repository, "base") == [{"id": "1"}]
    assert rows(repository, "heir") == [{"id": "2", "more": "x"}]


async def test_the_source_is_only_read(people):
    before = await people.rows("SELECT xmin::text, ctid::text, t.* FROM people t")
    await people.extract()
    assert await people.rows("SELECT xmin::text, ctid::text, t.* FROM people t") == before


async def test_reading_is_one_snapshot(people):
    """Rows that arrive while tables are being read belong to none of the files."""

    class Meddling:
        meddled = None

        def say(self, text): ...

        def progress(self, label, done, total=None):
            self.meddled = self.meddled or asyncio.ensure_future(
                people.sql("INSERT INTO people VALUES (50, 'Late', 'late@corp.example')")
            )

    meddling = Meddling()
    result = await people.extract(reporter=meddling)
    await meddling.meddled
    assert result.tables["people"].rows == 3


async def test_a_manual_file_whose_name_begins_with_auto_is_left_alone(people):
    manual = people.settings.data / "auto_parts.py"
    manual.parent.mkdir(parents=True, exist_ok=True)
    manual.write_text("AUTO_PARTS_DATA = []\n")
    await people.extract()
    assert manual.read_text() == "AUTO_PARTS_DATA = []\n"


@pytest.mark.parametrize("facts", [{}, {"stand_in": False}, {"stand_in": None}], ids=str)
async def test_only_what_was_dumped_from_the_stand_in_gets_the_public_key(
    people, facts, monkeypatch
):
    """Which key applies is the marker's word, which the dump gave it; whoever is silent is real."""
    monkeypatch.delenv("DB_WORKFLOW_KEY", raising=False)
    name = people.settings.test_database
    path = people.settings.data / "auto_people.py"
    for marked, public in ((facts, False), ({"stand_in": True}, True)):
        async with session(people.server.address, purpose="mark") as connection:
            marker = await read_marker(connection, name)
            await write_marker(
                connection, name, role=marker.role, project=marker.project, facts=marked
            )
        result = await testdata._generate(people.server, people.settings, Silent())
        assert (result.key_id == "public") == public
        assert (read_header(path).key == "public") == public


async def test_a_uuid_that_is_no_key_stops_everything_until_somebody_decides(repository):
    await repository.create(
        "CREATE TABLE t (id uuid PRIMARY KEY, reset_token uuid, mates uuid[]);"
        " INSERT INTO t VALUES (gen_random_uuid(), gen_random_uuid(), '{}')"
    )
    repository.columns = {"t": {"id": None, "reset_token": None, "mates": None}}
    await repository.declare()
    with pytest.raises(TestDataError) as caught:
        await repository.extract()
    reset_token, mates = caught.value.data["problems"]
    assert reset_token.startswith("t.reset_token (uuid) is not classified")
    assert mates.startswith("t.mates (uuid[]) is not classified")


async def test_a_numeric_key_is_kept_if_a_sequence_counts_it(repository):
    await repository.create(
        """
        CREATE TABLE by_identity (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY);
        CREATE TABLE by_serial (id serial PRIMARY KEY);
        CREATE TABLE citizens (id bigint PRIMARY KEY);
        CREATE TABLE ballots (id bigint PRIMARY KEY REFERENCES citizens);
        """
    )
    tables = ("by_identity", "by_serial", "citizens", "ballots")
    repository.columns = {name: {"id": None} for name in tables}
    await repository.declare()
    with pytest.raises(TestDataError) as caught:
        await repository.extract()
    ballots, citizens = sorted(caught.value.data["problems"])
    assert ballots.startswith("ballots.id (bigint) is not classified")
    assert citizens.startswith("citizens.id (bigint) is not classified")


async def test_grouped_digits_are_scrubbed_and_searched_for_elsewhere(repository):
    repository.columns = {"t": {"about": "rules.scrub(keep=('ring', 'or'))"}}
    await repository.create(
        "CREATE TABLE t (id int PRIMARY KEY, about text, note text);"
        " INSERT INTO t VALUES (1, 'ring +20 100 123 456 or 010-555-123', 'nothing')"
    )
    await repository.extract()
    text = repository.generated("t")
    assert "100 123 456" not in text
    assert "010-555-123" not in text
    await repository.sql("UPDATE t SET note = 'try 010555123'")
    with pytest.raises(TestDataError, match=r"t\.note, row 1: holds a value of t\.about"):
        await repository.extract()


@pytest.mark.parametrize(("name", "note"), [("Ali", "for Ali"), ("健太", "健太さんへ")])
async def test_short_names_are_found_where_they_were_kept(repository, name, note):
    repository.columns = {"t": {"name": "rules.first_name()"}}
    await repository.create(
        "CREATE TABLE t (id int PRIMARY KEY, name text, note text);"
        f" INSERT INTO t VALUES (1, '{name}', '{note}')"
    )
    with pytest.raises(TestDataError, match=r"t\.note, row 1: holds a value of t\.name"):
        await repository.extract()


async def test_a_leak_in_a_key_is_told_by_the_number_of_the_row(repository):
    repository.columns = {"people": {"name": "rules.first_name()"}}
    await repository.create(
        "CREATE TABLE people (id int PRIMARY KEY, name text);"
        " INSERT INTO people VALUES (1, 'Philippa');"
        " CREATE TABLE tags (word text PRIMARY KEY);"
        " INSERT INTO tags VALUES ('Chess'), ('Philippa')"
    )
    with pytest.raises(TestDataError) as caught:
        await repository.extract()
    assert "tags.word, row number 2: holds a value of people.name" in str(caught.value)
    assert "Philippa" not in str(caught.value) + repr(caught.value.data)


async def test_two_keys_of_json_never_become_one(repository):
    rule = "rules.json({'*': rules.keep(), '*~': rules.constant('Ida')})"
    repository.columns = {"t": {"load": rule}}
    await repository.create(
        "CREATE TABLE t (id int PRIMARY KEY, load jsonb);"
        """ INSERT INTO t VALUES (1, '{"Omar": 1, "Laila": 2}')"""
    )
    await repository.extract()
    assert rows(repository, "t")[0]["load"] == '{"Ida": 1, "Ida 2": 2}'


async def test_a_changed_constant_of_ones_own_rule_is_part_of_the_digest(repository):
    repository.columns = {"t": {"word": "rules.custom(odd)"}}
    await repository.create("CREATE TABLE t (id int PRIMARY KEY, word text)")
    config = repository.settings.test_data / "generate_test_data.py"
    text = config.read_text()
    digests = []
    for end in ("!", "?"):
        odd = f"END = {end!r}\ndef odd(value, pseudonyms):\n    return value + END\n"
        config.write_text(odd + text)
        await repository.extract()
        digests.append(read_header(repository.settings.data / "auto_t.py").rules)
    assert digests[0] != digests[1]


@pytest.mark.parametrize(
    ("statements", "told", "right"),
    [
        ("GRANT SELECT (id) ON people TO {role}", "permission denied for table people", "SELECT"),
        (
            "GRANT SELECT ON people TO {role}; ALTER TABLE people ENABLE ROW LEVEL SECURITY",
            'row-level security policy for table "people"',
            "BYPASSRLS",
        ),
    ],
)
async def test_rows_that_the_account_may_not_see_are_not_left_out_without_a_word(
    people, statements, told, right
):
    role = f"{people.settings.project}_reader"
    await people.sql(f"CREATE ROLE {role}; {statements.format(role=role)}")
    try:
        with pytest.raises(ServerError) as caught:
            async with reading(Source(people.address, 60_000, 4_000)) as connection:
                await connection.execute(f"SET ROLE {role}")
                await connection.fetch("SELECT first_name FROM people")
    finally:
        await people.sql(f"DROP OWNED BY {role}; DROP ROLE {role}")
    assert told in caught.value.found
    assert right in caught.value.next


async def test_the_order_of_rows_does_not_tell_whose_they_are(repository):
    """By their real addresses, whoever knows everybody could count the rows."""
    repository.columns = {
        "people": {"email": "rules.email()"},
        "visits": {"who": "rules.email()"},  # without a key, all columns are its order
    }
    addresses = [f"{number:03}@corp.example" for number in range(50)]
    listed = ", ".join(f"('{address}')" for address in addresses)
    await repository.create(
        "CREATE TABLE people (email text PRIMARY KEY); CREATE TABLE visits (who text);"
        f" INSERT INTO people VALUES {listed}; INSERT INTO visits VALUES {listed};"
    )
    await repository.extract()
    email, by = rules.email(), Pseudonyms(load_key(repository.settings, stand_in=True))
    in_order = [email.apply(address, by) for address in addresses]
    orders = []
    for table, column in (("people", "email"), ("visits", "who")):
        found = [row[column] for row in rows(repository, table)]
        assert sorted(found) == sorted(in_order)
        places = [in_order.index(address) for address in found]
        assert sum(a < b for a, b in itertools.pairwise(places)) in range(10, 40)
        orders.append(places)
    assert orders[0] != orders[1]
    assert (await repository.extract()).changed == ()
