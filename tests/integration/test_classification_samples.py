"""What undecided columns hold is looked at, so that the error suggests rules; nothing is told."""

import json

import pytest

from db_workflow.connection import session
from db_workflow.databases import create_database
from db_workflow.errors import TestDataError
from db_workflow.testdata import Table, rules
from db_workflow.testdata.declared.classify import classify
from db_workflow.testdata.declared.sample import classify_sampled, read_shape, secret_warnings
from db_workflow.testdata.structure import read_structure

ARGON = "$argon2id$v=19$m=19456,t=2,p=1$TcBoZcce8idTi$y6f11Ayz9PZ4NoCYiSM"
PEOPLE = f"""
    CREATE TABLE people (
        id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, contact text, whose text, settings jsonb,
        links text[], legacy text, raw text, kept text, nothing text, mood text, born date
    );
    INSERT INTO people (contact, whose, settings, links, legacy, raw, kept, mood, born)
    SELECT CASE WHEN i % 50 = 0 THEN 'unknown' ELSE 'secretive' || i || '@quack.example' END,
           'Philippa Quack' || chr(97 + i % 26),
           jsonb_build_object('volume', i, 'owner', 'Philippa Quack', 'Philippa' || i, 5,
                              'friends', jsonb_build_array(
                                  jsonb_build_object('phone', '+2010012345' || i))),
           ARRAY['https://quack.example/' || i, NULL],
           '{ARGON}' || i, '{{"a": "Quack"}}', 'kept' || i,
           (ARRAY['good', 'bad'])[1 + i % 2], '1990-05-06'
    FROM generate_series(1, 300) i;
"""


@pytest.fixture
async def made(server, tiny_settings):
    """Return a function that makes the test database and opens a read-only session on it."""
    settings = tiny_settings
    await create_database(server, settings.test_database, project=settings.project, role="test")
    address = server.address.at(settings.test_database)

    async def make(sql):
        async with session(address, purpose="by hand") as connection:
            await connection.execute(sql)

    make.address = address
    make.schemas = settings.schemas
    return make


async def refused(made, *tables):
    async with session(made.address, purpose="look", read_only=True) as connection:
        structure = await read_structure(connection, schemas=made.schemas)
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            with pytest.raises(TestDataError) as caught:
                await classify_sampled(connection, tables, structure)
            # The transaction around it goes on.
            assert await connection.fetchval("SELECT 1") == 1
        return caught.value, structure


def config(name, columns=None):
    return Table(
        name,
        file=f"auto_{name}.py",
        variable=f"AUTO_{name.upper()}",
        factory="Factory",
        columns=columns or {},
    )


def told(error, column):
    (problem,) = [p for p in error.data["problems"] if p.startswith(f"people.{column} ")]
    return problem.partition("perhaps ")[2]


async def test_each_column_is_suggested_what_most_of_its_values_look_like(made):
    await made(PEOPLE)
    error, _ = await refused(made, config("people", {"kept": rules.keep()}))
    expected = {
        "contact": "rules.email(): 98 % of 300 sampled values look like e-mail addresses",
        "whose": "rules.full_name(): all 300 sampled values look like names of people",
        "links": "rules.each(rules.url()): all 300 sampled values look like URLs",
        "legacy": "rules.constant('…'): all 300 sampled values look like hashes of passwords",
        "nothing": "rules.text()",
        "mood": "rules.keep(): 2 distinct values in 300 sampled rows",
    }
    for column, suggested in expected.items():
        assert told(error, column) == suggested
    assert told(error, "born").startswith(("rules.shift_days()", "rules.birth_date()"))
    assert told(error, "settings").startswith("rules.json({…}): ")


async def test_no_value_and_no_key_that_may_be_a_name_is_in_the_error(made):
    await made(PEOPLE)
    error, _ = await refused(made, config("people"))
    whole = f"{error}{error.data}{error.args}{error.__dict__}"
    for value in (
        "Philippa",
        "Quack",
        "quack",
        "secretive",
        "argon",
        "1990-05-06",
        "+2010",
        "good",
    ):
        assert value not in whole
    assert error.__context__ is None
    assert '"owner"' in whole


async def test_what_is_suggested_can_be_pasted_and_then_everything_is_decided(made):
    await made(PEOPLE)
    error, structure = await refused(made, config("people"))
    written = "{" + error.data["paste"]["people"] + "\n}"
    columns = eval(written, {"rules": rules})  # noqa: S307 - our own output
    (entry,) = classify([config("people", columns)], structure)
    assert entry.rules["settings"].name == "json"
    assert entry.rules["contact"] == rules.email()


async def test_only_columns_that_nobody_decided_about_are_read(made):
    await made(
        "CREATE TABLE people (id int PRIMARY KEY, open text, decided text);"
        "INSERT INTO people VALUES (1, 'a@b.example', 'c');"
        "GRANT SELECT (id, open) ON people TO pg_monitor"
    )
    async with session(made.address, purpose="look", read_only=True) as connection:
        structure = await read_structure(connection, schemas=made.schemas)
        await connection.execute("SET ROLE pg_monitor")
        with pytest.raises(TestDataError) as caught:
            await classify_sampled(
                connection,
                [config("people", {"id": rules.keep(), "decided": rules.text()})],
                structure,
            )
        assert "look like e-mail addresses" in str(caught.value)
        # A column that may not be read is suggested a rule by its name.
        unread = await read_shape(
            connection, structure["people"], structure["people"].columns["decided"]
        )
        assert unread is None


async def test_a_large_table_is_sampled_quickly_wherever_its_rows_are(made):
    await made(
        "CREATE TABLE big (id bigint PRIMARY KEY, filler text, contact text, rare text);"
        "INSERT INTO big SELECT i, repeat('x', 60), 'user' || i || '@quack.example',"
        "  CASE WHEN i > 399990 THEN 'seldom' END FROM generate_series(1, 400000) i"
    )
    async with session(made.address, purpose="look", read_only=True) as connection:
        structure = await read_structure(connection, schemas=made.schemas)
        big = structure["big"]
        before = await connection.fetchval(_READ)
        found = await read_shape(connection, big, big.columns["contact"])
        assert found.why == "all 1,000 sampled values look like e-mail addresses"
        assert await read_shape(connection, big, big.columns["rare"]) is None
        again = await read_shape(connection, big, big.columns["contact"])
        assert again == found
        assert await connection.fetchval(_READ) == before


_READ = "SELECT current_setting('statement_timeout')"


async def test_partitions_quoted_names_domains_and_long_values_are_sampled(made):
    long = json.dumps({"total": 1, "note": "x" * 60_000})
    await made(
        "CREATE DOMAIN address AS varchar(60); CREATE SCHEMA other;"
        'CREATE TABLE other."Odd ""t" (id int, "To ""x" address, doc json) PARTITION BY RANGE (id);'
        'CREATE TABLE other.p1 PARTITION OF other."Odd ""t" FOR VALUES FROM (0) TO (10);'
        "INSERT INTO other.\"Odd \"\"t\" SELECT i, 'a' || i || '@b.example', '{\"total\": 5}'"
        "  FROM generate_series(0, 8) i;"
        f"INSERT INTO other.\"Odd \"\"t\" VALUES (9, 'x', '{long}')"
    )
    async with session(made.address, purpose="look", read_only=True) as connection:
        structure = await read_structure(connection, schemas=["other"])
        (table,) = structure.values()
        found = await read_shape(connection, table, table.columns['To "x'])
        assert found.why == "90 % of 10 sampled values look like e-mail addresses"
        found = await read_shape(connection, table, table.columns["doc"])
        assert found.why == "1 path in 9 sampled values"


async def test_kept_columns_that_seem_secret_are_warned_of(made):
    await made(PEOPLE + "ALTER TABLE people ADD reset_token text, ADD api_key text")
    async with session(made.address, purpose="look", read_only=True) as connection:
        structure = await read_structure(connection, schemas=made.schemas)
        columns = dict.fromkeys(structure["people"].written, rules.keep())
        columns["api_key"] = rules.token()
        classified = await classify_sampled(connection, [config("people", columns)], structure)
        found = await secret_warnings(connection, classified)
    assert len(found) == 2
    legacy, token = (warning.partition("; ")[0] for warning in found)
    assert legacy == (
        "people.legacy is kept, but seems to be secret: all 300 sampled values look like hashes of"
        " passwords"
    )
    assert token == "people.reset_token is kept, but seems to be secret: its name says so"
