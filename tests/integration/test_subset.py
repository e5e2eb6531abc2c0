"""Subsets: the rows that are asked for and all that belong to them, and not one more."""

import os
import runpy
import secrets
import subprocess
import sys
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
from hypothesis import HealthCheck, Phase, given, note
from hypothesis import settings as hypothesis_settings

from db_workflow.connection import session
from db_workflow.databases import create_database, drop_database, list_marked
from db_workflow.errors import TestDataError
from db_workflow.settings import load_settings
from db_workflow.testdata import Table, VirtualKey, rules
from db_workflow.testdata.declared.tables import Classified
from db_workflow.testdata.extraction.subset import Chosen, select_rows
from db_workflow.testdata.structure import read_structure

_DRAFTS = runpy.run_path(str(Path(__file__).with_name("subset_drafts.py")))
drafts, statements, closure = (_DRAFTS[name] for name in ("drafts", "statements", "closure"))
constraints = _DRAFTS["constraints"]
# `SUBSET_FUZZ=1000` tries as many others, each time new ones, and shrinks what fails.
_MANY = int(os.environ.get("SUBSET_FUZZ", "0"))
few = hypothesis_settings(
    max_examples=_MANY or 120,
    derandomize=not _MANY,
    database=None,
    deadline=None,  # a busy machine is no failure
    phases=(Phase.generate, Phase.shrink) if _MANY else (Phase.generate,),
    print_blob=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(scope="module")
async def address(server, tmp_path_factory):
    """Return an empty database that is dropped afterwards."""
    project = f"subset_{secrets.token_hex(4)}"
    root = tmp_path_factory.mktemp("subset")
    (root / "pyproject.toml").write_text(
        f'[tool.db_workflow]\nproject = "{project}"\nsql = "sql"\n'
        'runners = "scripts/v{version}_migration/run_migrations.py"\n'
        f'models = "{project}_models:Base"\nenums = "{project}_models"\n'
        'test_data = "tests/database"\nimport_paths = ["."]\n'
    )
    settings = load_settings(root, environment={})
    settings = replace(settings, test_address=server.address.at(settings.test_database))
    await create_database(server, settings.test_database, project=project, role="test")
    yield settings.test_address
    for name in await list_marked(server, project=project):
        await drop_database(server, name, settings=settings)


@pytest.fixture
async def writer(address):
    """Return a session on a database without tables."""
    async with session(address, purpose="test") as connection:
        await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        yield connection


@asynccontextmanager
async def reading(address):
    """Open the kind of session that an extraction has: one snapshot, nothing may be written."""
    async with (
        session(address, purpose="test", read_only=True) as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        yield connection


async def classified(connection, options):
    structure = await read_structure(connection, schemas=("public",))
    tables = []
    for name, found in structure.items():
        columns = {column: rules.keep() for column in found.written}
        given = {"columns": columns, **options.get(name, {})}
        table = Table(name, file=f"auto_{name}.py", variable="V", factory="F", **given)
        tables.append(Classified(table, found, columns))
    return tables


async def rows_of(connection, selection, entry, column="id"):
    """Return a column of the rows that are taken."""
    source = f"SELECT {column} FROM {entry.structure.source} AS t"
    places = selection.places(entry.table.name)
    if places is None:
        return sorted(row[0] for row in await connection.fetch(source))
    rows = await connection.fetch(f"{source} WHERE {places.condition('t')}")
    found = sorted(row[0] for row in rows)
    assert len(found) == len(places)
    return found


async def select(address, **options):
    """Return the ids that are taken, by table, and how they came to be."""
    async with reading(address) as connection:
        tables = await classified(connection, options)
        selection = await select_rows(connection, tables)
        names = [entry.table.name for entry in tables]
        rows = {
            name: await rows_of(connection, selection, entry)
            for name, entry in zip(names, tables, strict=True)
        }
        return rows, {name: selection.report(name) for name in names}


# --- any schema, any rows, any declaration ---


def options_of(table):
    keys = tuple(
        VirtualKey(link.columns, link.target, link.target_columns, where=link.where)
        for link in table.links
        if link.kind == "virtual"
    )
    return {**table.options, "references": keys}


@few
@given(tables=drafts())
async def test_exactly_the_rows_that_belong_together_are_taken_and_load_with_every_constraint(
    address, tables
):
    note(";\n".join(statements(tables)))
    note({table.name: table.options for table in tables})
    asked, expected = closure(tables)
    async with session(address, purpose="test") as connection:
        transaction = connection.transaction(isolation="repeatable_read")
        await transaction.start()
        try:
            await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            await connection.execute("; ".join(statements(tables)))
            options = {table.name: options_of(table) for table in tables}
            entries = await classified(connection, options)
            selection = await select_rows(connection, entries)
            for entry in entries:
                name = entry.table.name
                rows = await rows_of(connection, selection, entry)
                assert rows == sorted(expected[name]), name
                report = selection.report(name)
                assert report.asked == len(asked[name])
                assert report.taken == len(expected[name])
                assert report.total == next(len(t.rows) for t in tables if t.name == name)
            await load_elsewhere(connection, tables, expected)
        finally:
            await transaction.rollback()


async def load_elsewhere(connection, tables, taken):
    """Put the rows into a fresh copy of the schema, and let the server check all constraints."""
    kept = [
        replace(table, rows=[row for row in table.rows if row["id"] in taken[table.name]])
        for table in tables
    ]
    await connection.execute("CREATE SCHEMA copy; SET LOCAL search_path = copy")
    await connection.execute("; ".join(statements(kept)))
    valid = await connection.fetch(
        "SELECT convalidated FROM pg_constraint"
        " WHERE contype = 'f' AND conparentid = 0 AND connamespace = 'copy'::regnamespace"
    )
    assert [row[0] for row in valid] == [True] * len(constraints(tables))


# --- what is asked for ---

LESSONS = """
    CREATE TABLE students (id int PRIMARY KEY, name text);
    CREATE TABLE lessons (
        id int PRIMARY KEY, student_id int NOT NULL REFERENCES students, at timestamptz
    );
    INSERT INTO students SELECT n, 'student ' || n FROM generate_series(1, 10) n;
    INSERT INTO lessons SELECT n, 1 + n % 10,
        CASE WHEN n % 7 > 0 THEN '2024-01-01'::timestamptz + n / 2 * interval '1 day' END
        FROM generate_series(1, 100) n;
"""


async def test_a_database_without_conditions_is_taken_whole_and_told_so(writer, address):
    await writer.execute(LESSONS)
    rows, report = await select(address)
    assert len(rows["lessons"]) == 100
    assert report["lessons"] == Chosen(100, 0, 0, 100)


async def test_the_newest_are_those_with_the_latest_date_and_never_those_without(writer, address):
    await writer.execute(LESSONS)
    options = {"limit": 3, "newest": "at"}
    rows, report = await select(address, lessons=options, students={"limit": 0})
    # 98 has no date; 96 and 97 share one, and the primary key decides.
    assert rows["lessons"] == [96, 99, 100]
    assert rows["students"] == [1, 7, 10]
    assert report["students"] == Chosen(asked=0, parents=3, children=0, total=10)
    assert (await select(address, lessons=options, students={"limit": 0}))[0] == rows


async def test_equal_rows_in_an_order_of_ones_own_are_decided_by_the_primary_key(writer, address):
    await writer.execute(LESSONS)
    rows, _ = await select(address, lessons={"limit": 3, "order": "student_id DESC -- the last"})
    assert rows["lessons"] == [9, 19, 29]


async def test_children_come_along_with_a_row_whatever_it_was_taken_for(writer, address):
    await writer.execute(LESSONS)
    lessons = {"children_of": {"student_id": 2}, "where": "id <= 90", "newest": "at"}
    rows, report = await select(address, students={"where": "id < 3"}, lessons=lessons)
    assert rows["students"] == [1, 2]
    # Those of student 1 are 10, 20 … 90, of student 2 are 1, 11 … 81; 70 has no date.
    assert rows["lessons"] == [71, 80, 81, 90]
    assert report["lessons"] == Chosen(asked=0, parents=0, children=4, total=100)


async def test_a_condition_that_nothing_fulfils_takes_nothing_and_is_told(writer, address):
    await writer.execute(LESSONS)
    rows, report = await select(address, lessons={"where": "id < 0"}, students={"limit": 0})
    assert rows == {"lessons": [], "students": []}
    assert report["lessons"] == Chosen(0, 0, 0, 100)


# --- keys in every shape ---

PEOPLE = """
    CREATE TABLE users (id int PRIMARY KEY, kind text);
    CREATE TABLE students (id int PRIMARY KEY REFERENCES users);
    CREATE TABLE scholars (id int PRIMARY KEY REFERENCES students);
    CREATE TABLE teachers (id int PRIMARY KEY REFERENCES users);
    INSERT INTO users VALUES (1, 'student'), (2, 'teacher'), (3, 'scholar'), (4, 'student');
    INSERT INTO students VALUES (1), (3), (4);
    INSERT INTO scholars VALUES (3);
    INSERT INTO teachers VALUES (2);
"""


async def test_joined_inheritance_is_taken_whole(writer, address):
    await writer.execute(PEOPLE)
    none = {"limit": 0}
    tables = {"students": none, "scholars": none, "teachers": none}
    rows, report = await select(address, users={"where": "id IN (2, 3)"}, **tables)
    assert rows == {"users": [2, 3], "students": [3], "scholars": [3], "teachers": [2]}
    assert report["scholars"] == Chosen(asked=0, parents=0, children=1, total=1)
    rows, _ = await select(address, **{**tables, "users": none, "scholars": {"limit": 1}})
    assert rows == {"users": [3], "students": [3], "scholars": [3], "teachers": []}


async def test_a_shared_primary_key_that_is_no_inheritance_can_be_told(writer, address):
    await writer.execute(PEOPLE)
    apart = {"limit": 0, "inherits": False}
    rows, _ = await select(
        address, users={"where": "id IN (2, 3)"}, students=apart, scholars=apart, teachers=apart
    )
    assert rows == {"users": [2, 3], "students": [], "scholars": [], "teachers": []}


async def test_a_key_of_one_partition_and_one_to_one_partition_are_followed(writer, address):
    await writer.execute("""
        CREATE TABLE places (id int PRIMARY KEY);
        CREATE TABLE log (id int PRIMARY KEY, place_id int) PARTITION BY RANGE (id);
        CREATE TABLE log_old PARTITION OF log FOR VALUES FROM (0) TO (10);
        CREATE TABLE log_new (place_id int, id int NOT NULL);
        ALTER TABLE log ATTACH PARTITION log_new DEFAULT;
        CREATE TABLE comments (id int PRIMARY KEY, log_id int REFERENCES log_new (id));
        ALTER TABLE log_old ADD FOREIGN KEY (place_id) REFERENCES places;
        INSERT INTO places VALUES (1), (2);
        INSERT INTO log VALUES (1, 1), (2, 2), (11, 1), (12, 1);
        INSERT INTO comments VALUES (1, 12), (2, 11);
    """)
    rows, _ = await select(
        address, comments={"limit": 1}, log={"where": "id = 2"}, places={"limit": 0}
    )
    # 12 names a place as well, but its partition has no key that says so.
    assert rows == {"comments": [1], "log": [2, 12], "places": [2]}


async def test_one_column_that_refers_to_several_tables_is_followed_by_its_condition(
    writer, address
):
    await writer.execute("""
        CREATE TABLE people (id int PRIMARY KEY);
        CREATE TABLE firms (id uuid PRIMARY KEY);
        CREATE TABLE notes (id int PRIMARY KEY, kind text, about text);
        INSERT INTO people VALUES (1), (2);
        INSERT INTO firms VALUES ('00000000-0000-0000-0000-000000000001'), (gen_random_uuid());
        INSERT INTO notes VALUES (1, 'person', '2'), (2, 'nothing', '1'),
            (3, 'firm', '00000000-0000-0000-0000-000000000001'), (4, 'person', 'gone');
    """)
    keys = (
        VirtualKey("about", "people", "id", where="kind = 'person'"),
        VirtualKey("about", "firms", "id", where="kind = 'firm'"),
    )
    none = {"limit": 0}
    rows, _ = await select(address, notes={"references": keys}, people=none, firms=none)
    assert rows["people"] == [2]
    assert [str(one) for one in rows["firms"]] == ["00000000-0000-0000-0000-000000000001"]


async def test_the_condition_of_a_virtual_key_holds_for_children_and_along_chains(writer, address):
    await writer.execute("""
        CREATE TABLE parts (id int PRIMARY KEY, counts boolean, whole int, next int);
        INSERT INTO parts VALUES (1, true, NULL, NULL), (2, true, 1, 3), (3, false, 1, 4),
            (4, true, NULL, 1), (5, true, 9, 2);
    """)
    keys = tuple(VirtualKey(name, "parts", "id", where="counts") for name in ("whole", "next"))
    rows, _ = await select(address, parts={"references": keys, "where": "id = 5"})
    assert rows["parts"] == [1, 2, 3, 5]
    along = {"references": keys, "children_of": {"whole": None}, "limit": 1}
    rows, _ = await select(address, parts=along)
    assert rows["parts"] == [1, 2, 3]
    rows, _ = await select(address, parts={**along, "references": keys[:1]})
    assert rows["parts"] == [1, 2]


async def test_a_key_between_columns_of_other_types_and_collations_is_followed(writer, address):
    await writer.execute("""
        CREATE TABLE words (id text COLLATE "C" PRIMARY KEY, number bigint UNIQUE);
        CREATE TABLE uses (id int PRIMARY KEY, word varchar(9) COLLATE "POSIX" REFERENCES words,
            number smallint REFERENCES words (number));
        INSERT INTO words VALUES ('a', 1), ('b', 2), ('c', 3);
        INSERT INTO uses VALUES (1, 'a', 2), (2, 'b', NULL);
    """)
    rows, _ = await select(address, uses={"limit": 1}, words={"limit": 0})
    assert rows["words"] == ["a", "b"]


async def test_a_key_with_a_period_brings_all_rows_that_cover_it(writer, address):
    if int(await writer.fetchval("SHOW server_version_num")) < 180000:
        pytest.skip("keys with PERIOD came with PostgreSQL 18")
    await writer.execute("""
        CREATE EXTENSION btree_gist SCHEMA public;
        CREATE TABLE prices (id int, during daterange, PRIMARY KEY (id, during WITHOUT OVERLAPS));
        CREATE TABLE sales (id int PRIMARY KEY, price_id int, during daterange,
            FOREIGN KEY (price_id, PERIOD during) REFERENCES prices (id, PERIOD during));
        INSERT INTO prices VALUES (1, '[2024-01-01,2024-02-01)'), (1, '[2024-02-01,2024-03-01)'),
            (1, '[2024-03-01,2024-04-01)'), (2, '[2024-01-01,2024-04-01)');
        INSERT INTO sales VALUES (1, 1, '[2024-01-20,2024-02-10)');
    """)
    rows, _ = await select(address, prices={"limit": 0})
    assert rows["prices"] == [1, 1]


async def test_a_chain_of_any_length_is_followed_to_its_end(writer, address):
    await writer.execute("""
        CREATE TABLE a (id int PRIMARY KEY, before int REFERENCES a);
        INSERT INTO a SELECT n, nullif(n - 1, 0) FROM generate_series(1, 25000) n;
        UPDATE a SET before = 25000 WHERE id = 1;
        INSERT INTO a VALUES (0, NULL);
    """)
    rows, report = await select(address, a={"where": "id = 12345"})
    assert rows["a"] == list(range(1, 25001))
    assert report["a"] == Chosen(asked=1, parents=24999, children=0, total=25001)


async def test_a_whole_table_brings_its_parents_and_its_parents_children(writer, address):
    await writer.execute(LESSONS)
    await writer.execute("CREATE TABLE notes (id int PRIMARY KEY, lesson int REFERENCES lessons)")
    await writer.execute("INSERT INTO notes VALUES (1, 5), (2, NULL)")
    rows, _ = await select(
        address,
        lessons={"children_of": {"student_id": 1}, "newest": "at"},
        students={"limit": 0},
    )
    assert rows == {"notes": [1, 2], "lessons": [5, 95], "students": [6]}


# --- SQL that is no condition ---


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"where": "idd < 3"}, r'`where` of lessons is refused .*"idd"'),
        ({"where": "at"}, r"`where` of lessons .*boolean"),
        ({"where": "true) --"}, r"`where` of lessons .*syntax error"),
        ({"where": "true /*"}, r"`where` of lessons .*comment"),
        ({"where": "true); DROP TABLE lessons; SELECT (true"}, r"`where` of lessons .*multiple"),
        ({"where": "true)) TO STDOUT; DROP TABLE lessons; --"}, r"`where` of lessons .*syntax"),
        ({"where": "id = $1"}, r"`where` of lessons .*"),
        ({"limit": 1, "order": "nowhere"}, r'`order` of lessons .*"nowhere"'),
        ({"children_of": {"student_id": 1}, "order": "id,"}, r"`order` of lessons .*syntax"),
        (
            {"references": (VirtualKey("id", "students", "id", where="idd"),)},
            r'`where` of the VirtualKey lessons \(id\) .*"idd"',
        ),
        (
            {"references": (VirtualKey("at", "students", "id"),)},
            r"VirtualKey lessons \(at\) to students is refused .*operator does not exist",
        ),
        ({"where": "change_it()"}, r"`where` of lessons .*read-only transaction"),
        ({"where": "nextval('numbers') > 0"}, r"`where` of lessons .*read-only transaction"),
    ],
)
async def test_sql_that_is_wrong_or_does_more_than_choose_is_refused(
    writer, address, options, said
):
    options = {"limit": 1, **options}
    await writer.execute(LESSONS)
    await writer.execute("""
        CREATE SEQUENCE numbers;
        CREATE FUNCTION change_it() RETURNS boolean LANGUAGE plpgsql AS
            'BEGIN DELETE FROM lessons; RETURN true; END';
    """)
    with pytest.raises(TestDataError, match=said) as caught:
        await select(address, lessons=options)
    assert "generate_test_data.py" in caught.value.next
    assert await writer.fetchval("SELECT count(*) FROM lessons") == 100


@pytest.mark.parametrize(
    "options",
    [{"where": "name::int > 3"}, {"where": "complain(name)"}, {"limit": 1, "order": "name::uuid"}],
)
async def test_a_value_that_makes_a_condition_fail_is_never_shown(writer, address, options):
    await writer.execute("""
        CREATE TABLE bosses (id int PRIMARY KEY);
        CREATE TABLE people (id int PRIMARY KEY, name text, boss int REFERENCES bosses);
        INSERT INTO bosses VALUES (1);
        INSERT INTO people VALUES (1, 'Philippa', 1);
        CREATE FUNCTION complain(name text) RETURNS boolean LANGUAGE plpgsql AS
            'BEGIN RAISE EXCEPTION ''% is no number'', name USING ERRCODE = ''42703''; END';
    """)
    with pytest.raises(TestDataError, match=r"of people .*\(SQLSTATE \w{5}\)") as caught:
        await select(address, people=options)
    assert "Philippa" not in str(caught.value) + repr(caught.value.data)
    assert caught.value.__cause__ is None
    options = {"children_of": {"boss": None}, "where": "name::int > 3"}
    with pytest.raises(TestDataError, match=r"comes along by people \(boss\)") as caught:
        await select(address, people=options, bosses={"limit": 1})
    assert "Philippa" not in str(caught.value) + repr(caught.value.data)
    assert caught.value.__suppress_context__


async def test_a_query_that_takes_too_long_is_no_fault_of_the_condition(writer, address):
    await writer.execute(LESSONS)
    async with reading(address) as connection:
        await connection.execute("SET LOCAL statement_timeout = 50")
        options = {"lessons": {"where": "pg_sleep(5) IS NOT NULL"}}
        with pytest.raises(asyncpg.QueryCanceledError):
            await select_rows(connection, await classified(connection, options))


def test_a_run_that_takes_whole_tables_does_not_import_numpy():
    code = "import db_workflow.testdata.extraction.subset, sys; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
