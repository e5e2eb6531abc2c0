"""Manual rows beside generated ones: who gives way to whom, by which key, and what is told."""

import asyncio
import json
import runpy
from pathlib import Path

import pytest

from db_workflow import show
from db_workflow.connection import session
from db_workflow.errors import TestDataError
from db_workflow.testdata.seeding.report import GaveWay

TinyRepository = runpy.run_path(str(Path(__file__).with_name("tiny_repository.py")))[
    "TinyRepository"
]


@pytest.fixture
async def repository(server, tiny_settings):
    return TinyRepository(server, tiny_settings)


async def prepared(repository, sql, *, order=(), **manual):
    """Create tables and rows, generate files from them, and declare manual rows."""
    repository.order = order
    await repository.create(sql)
    await repository.extract()
    repository.manual = manual
    await repository.declare()
    return repository


def written(repository, table, rows, head=""):
    """Write manual rows as Python, where their values are more than literals."""
    path = repository.settings.data / f"{table}.py"
    path.write_text(f"{head}\n{table.upper()}_DATA = {rows}\n", "utf-8")


def of(report, table):
    (entry,) = (entry for entry in report.tables if entry.table == table)
    return entry


ROOMS = """
    CREATE TABLE bookings (id int PRIMARY KEY, room int NOT NULL, during int4range,
        CONSTRAINT ex_room EXCLUDE USING gist (int4range(room, room, '[]') WITH =, during WITH &&)
            WHERE (room > 0));
    INSERT INTO bookings VALUES (1, 1, '[1,5)'), (2, 1, '[5,9)'), (3, 2, '[1,9)'), (4, 0, '[1,9)');
    CREATE TABLE guests (id int PRIMARY KEY, booking_id int NOT NULL REFERENCES bookings);
    INSERT INTO guests VALUES (10, 1), (20, 2), (30, 3), (40, 4)
"""


async def test_children_follow_the_row_that_an_exclusion_constraint_kept(repository):
    await prepared(repository, ROOMS, order=("bookings", "guests"))
    rows = "[{'id': 9, 'room': 1, 'during': Range(4, 5)}, {'id': 8, 'room': 0, 'during': Range(1)}]"
    written(repository, "bookings", rows, "from asyncpg import Range")
    report = await repository.seed()
    assert of(report, "bookings").gave_way == (GaveWay("ex_room", 1, (("1", "9"),)),)
    assert await repository.rows("SELECT booking_id FROM guests ORDER BY id") == [
        (9,),
        (2,),
        (3,),
        (4,),
    ]


async def test_two_manual_rows_that_exclude_each_other_are_both_named(repository):
    await prepared(repository, ROOMS, order=("bookings", "guests"))
    rows = "[{'id': 8, 'room': 5, 'during': Range(1, 4)}, {'id': 9, 'room': 5, 'during': Range(3)}]"
    written(repository, "bookings", rows, "from asyncpg import Range")
    with pytest.raises(
        TestDataError, match=r"bookings\.py row 1 and .*bookings\.py row 2.*ex_room"
    ):
        await repository.seed()


async def test_a_key_without_overlaps_lets_the_manual_row_win(repository):
    async with session(repository.server.address, purpose="look") as connection:
        if connection.get_server_version().major < 18:
            pytest.skip("keys WITHOUT OVERLAPS need PostgreSQL 18")
    await prepared(
        repository,
        "CREATE EXTENSION btree_gist; CREATE TABLE prices (item int, during daterange, price int,"
        " CONSTRAINT pk_prices PRIMARY KEY (item, during WITHOUT OVERLAPS));"
        "INSERT INTO prices VALUES (1, '[2024-01-01,2024-06-01)', 10),"
        " (1, '[2024-06-01,2025-01-01)', 11), (2, '[2024-01-01,2024-06-01)', 12)",
    )
    rows = "[{'item': 1, 'during': Range(date(2024, 5, 1), date(2024, 5, 2)), 'price': 0}]"
    written(repository, "prices", rows, "from datetime import date\nfrom asyncpg import Range")
    report = await repository.seed()
    gone, kept = "1, [2024-01-01,2024-06-01)", "1, [2024-05-01,2024-05-02)"
    assert of(report, "prices").gave_way == (GaveWay("pk_prices", 1, ((gone, kept),)),)
    assert await repository.rows("SELECT price FROM prices ORDER BY 1") == [(0,), (11,), (12,)]


async def test_two_manual_rows_with_one_deferrable_key_are_both_named(repository):
    await prepared(
        repository,
        "CREATE TABLE t (id int PRIMARY KEY,"
        " n int CONSTRAINT uq_n UNIQUE DEFERRABLE INITIALLY DEFERRED)",
        t=[{"id": 1, "n": 1}, {"id": 2, "n": 7}, {"id": 3, "n": 7}],
    )
    with pytest.raises(TestDataError, match=r"data/t\.py row 2 and .*data/t\.py row 3.*uq_n"):
        await repository.seed()


async def test_equal_is_what_the_key_calls_equal(repository):
    # Nobody finds the type's own operator by the bare name.
    await prepared(
        repository,
        "CREATE SCHEMA hidden; CREATE EXTENSION citext SCHEMA hidden;"
        "CREATE TABLE t (id int PRIMARY KEY, mail hidden.citext UNIQUE);"
        "INSERT INTO t VALUES (1, 'one@x'), (2, 'two@x');"
        "CREATE TABLE c (id int PRIMARY KEY, t_id int NOT NULL REFERENCES t);"
        "INSERT INTO c VALUES (1, 1)",
        order=("t", "c"),
        t=[{"id": 9, "mail": "ONE@X"}],
    )
    report = await repository.seed()
    assert of(report, "t").gave_way == (GaveWay("t_mail_key", 1, (("1", "9"),)),)
    assert await repository.rows("SELECT t_id FROM c") == [(9,)]


async def test_a_row_that_follows_may_have_to_give_way_itself(repository):
    await prepared(
        repository,
        "CREATE TABLE t (id int PRIMARY KEY, name text UNIQUE,"
        " prior int CONSTRAINT uq_prior UNIQUE REFERENCES t);"
        "INSERT INTO t VALUES (2, 'b', NULL), (3, 'c', 2), (4, 'd', 3);"
        "CREATE TABLE c (id int PRIMARY KEY, t_id int REFERENCES t);"
        "INSERT INTO c VALUES (1, 2), (2, 3), (3, 4)",
        order=("t", "c"),
        t=[{"id": 91, "name": "b"}, {"id": 92, "name": "x", "prior": 91}],
    )
    report = await repository.seed()
    # 2 is 91; so 3 comes behind 91, where 92 is already; so 4 comes behind 92.
    assert of(report, "t").gave_way == (
        GaveWay("t_name_key", 1, (("2", "91"),)),
        GaveWay("uq_prior", 1, (("3", "92"),)),
    )
    assert await repository.rows("SELECT prior FROM t WHERE id = 4") == [(92,)]
    assert await repository.rows("SELECT t_id FROM c ORDER BY id") == [(91,), (92,), (4,)]


MANY = """
    CREATE TABLE people (id int PRIMARY KEY, mail text CONSTRAINT uq_mail UNIQUE, code int);
    CREATE UNIQUE INDEX uq_code ON people (abs(code)) WHERE code <> 0;
    INSERT INTO people SELECT i, 'm' || i, -i FROM generate_series(1, 20) AS i;
    CREATE TABLE tags (name text, note text);
    CREATE UNIQUE INDEX uq_tag ON tags (lower(name));
    INSERT INTO tags VALUES ('a', 'x'), ('b', 'y')
"""


async def test_the_report_counts_by_key_and_shows_the_first_few(repository, capsys):
    people = [{"id": 100 + i, "mail": f"m{i}", "code": 0} for i in range(1, 7)]
    people += [{"id": 120, "mail": "other", "code": 20}, {"id": 7, "mail": "mine", "code": 19}]
    await prepared(
        repository, MANY, order=("people", "tags"), people=people, tags=[{"name": "A", "note": ""}]
    )
    report = await repository.seed()
    assert of(report, "people").gave_way == (
        GaveWay("people_pkey", 1, (("7", "7"),)),
        GaveWay("uq_code", 2, (("19", "7"), ("20", "120"))),
        GaveWay("uq_mail", 6, (("1", "101"), ("2", "102"), ("3", "103"))),
    )
    assert of(report, "people").dropped == 9
    assert of(report, "tags").gave_way == (GaveWay("uq_tag", 1, ()),)
    show.seeded(report)
    said = capsys.readouterr().out
    assert "people: 6 gave way by uq_mail: 1 to 101, 2 to 102, 3 to 103, …\n" in said
    assert "people: 2 gave way by uq_code: 19 to 7, 20 to 120\n" in said
    assert "tags: 1 gave way by uq_tag\n" in said
    show.seeded(report, json_wanted=True)
    told = json.loads(capsys.readouterr().out)
    assert told["rows"] == report.rows
    assert told["tables"][0]["gave_way"][2]["rows"] == 6


async def test_a_row_that_is_in_several_ways_is_counted_once(repository):
    await prepared(
        repository,
        MANY,
        order=("people", "tags"),
        people=[{"id": 3, "mail": "m3", "code": 3}],
    )
    report = await repository.seed()
    assert of(report, "people").gave_way == (GaveWay("people_pkey", 1, (("3", "3"),)),)


async def test_a_circle_that_brings_two_rows_to_one_unique_value_is_told(repository):
    await prepared(
        repository,
        "CREATE TABLE a (id int PRIMARY KEY, b_id int CONSTRAINT uq_b UNIQUE);"
        "CREATE TABLE b (id int PRIMARY KEY, a_id int NOT NULL REFERENCES a, name text UNIQUE);"
        "INSERT INTO a VALUES (1, NULL); INSERT INTO b VALUES (10, 1, 'k'); UPDATE a SET b_id = 10;"
        "ALTER TABLE a ADD CONSTRAINT fk_a_b FOREIGN KEY (b_id) REFERENCES b",
        order=("a", "b"),
        a=[{"id": 9, "b_id": 90}],
        b=[{"id": 90, "a_id": 9, "name": "k"}],
    )
    with pytest.raises(TestDataError) as caught:
        await repository.seed()
    assert "uq_b" in str(caught.value)
    assert caught.value.next
    assert await repository.rows("SELECT * FROM a") == [(1, 10)]


PAIR = """
    CREATE TABLE parents (id int PRIMARY KEY);
    CREATE TABLE children (id int PRIMARY KEY, parent_id int REFERENCES parents);
    INSERT INTO parents VALUES (1); INSERT INTO children VALUES (1, 1)
"""


async def test_rows_that_refer_to_nothing_are_found_where_nobody_checks(repository):
    await prepared(
        repository,
        PAIR + "; ALTER TABLE children DISABLE TRIGGER ALL",
        order=("parents", "children"),
        children=[{"id": 9, "parent_id": 77}],
    )
    with pytest.raises(TestDataError) as caught:
        await repository.seed()
    said = str(caught.value)
    assert "1 of children (parent_id) by children_parent_id_fkey to parents" in said
    assert await repository.rows("SELECT id FROM children") == [(1,)]


async def test_what_a_trigger_changes_is_told(repository):
    await prepared(
        repository,
        "CREATE TABLE t (id int PRIMARY KEY, at int NOT NULL); INSERT INTO t VALUES (1, 5), (2, 0);"
        "CREATE FUNCTION now_() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN NEW.at := 0; RETURN NEW; END';"
        "CREATE TRIGGER at BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION now_()",
    )
    report = await repository.seed()
    assert of(report, "t").changed == 1
    assert report.notes == ("t: 1 row(s) are not as in the file: triggers changed them",)


async def test_rows_that_are_not_what_the_file_says_are_refused(repository):
    # COPY would pass the rule by, and nobody would notice it.
    await prepared(
        repository,
        "CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t VALUES (1, 5), (2, 0);"
        "CREATE RULE more AS ON INSERT TO t DO ALSO UPDATE t SET n = n + 1",
    )
    with pytest.raises(TestDataError, match="not what the generated files say: 2 of t"):
        await repository.seed()
    assert await repository.rows("SELECT n FROM t ORDER BY id") == [(5,), (0,)]


ANOTHER_SPELLING = (
    """rules.custom(lambda value, pseudonyms: '{"b":1,  "a" : [ 1 ]}', secrets=lambda value: ())"""
)


@pytest.mark.parametrize(
    ("column", "rule"),
    [("id uuid PRIMARY KEY", "rules.uuid()"), ("id jsonb", ANOTHER_SPELLING)],
)
async def test_a_file_in_another_order_or_spelling_is_proven_all_the_same(repository, column, rule):
    value = "md5(i::text)::uuid" if "uuid" in column else "jsonb_build_object('a', i)"
    await repository.create(
        f"CREATE TABLE t ({column}); INSERT INTO t SELECT {value} FROM generate_series(1, 50) i"
    )
    repository.columns = {"t": {"id": rule}}
    await repository.declare()
    await repository.extract()
    report = await repository.seed()
    assert (of(report, "t").loaded, of(report, "t").changed) == (50, 0)


async def test_rows_that_triggers_write_keep_out_of_the_way_of_generated_ones(repository):
    await prepared(
        repository,
        "CREATE TABLE logs (id serial PRIMARY KEY, text text);"
        "CREATE TABLE people (id int PRIMARY KEY);"
        "CREATE FUNCTION log() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN INSERT INTO logs (text) VALUES (''new''); RETURN NEW; END';"
        "INSERT INTO people VALUES (1), (2); INSERT INTO logs (text) VALUES ('old'), ('old');"
        "CREATE TRIGGER log AFTER INSERT ON people FOR EACH ROW EXECUTE FUNCTION log()",
        order=("people", "logs"),
    )
    report = await repository.seed()
    assert of(report, "logs").dropped == 0
    assert await repository.rows("SELECT id, text FROM logs ORDER BY id") == [
        (1, "old"),
        (2, "old"),
        (3, "new"),
        (4, "new"),
    ]


async def test_rows_that_become_one_are_found_among_many_without_a_value(repository):
    await prepared(
        repository,
        "CREATE TABLE p (id int PRIMARY KEY, name text UNIQUE, mail text UNIQUE);"
        "CREATE TABLE c (id int PRIMARY KEY, p_id int REFERENCES p, n int,"
        " CONSTRAINT uq_n UNIQUE (p_id, n), code int UNIQUE);"
        "INSERT INTO p VALUES (1, 'a', 'k'), (2, 'b', 'l');"
        "INSERT INTO c VALUES (1, 1, 7), (2, 2, 7);"
        "INSERT INTO c (id) SELECT i FROM generate_series(10, 30000) AS i",
        order=("p", "c"),
        p=[{"id": 9, "name": "a", "mail": "l"}],
    )
    # 30,000 rows without a code would make 450 million pairs.
    async with asyncio.timeout(20):
        report = await repository.seed()
    assert of(report, "c").gave_way == (GaveWay("uq_n", 1, (("2", "1"),)),)
