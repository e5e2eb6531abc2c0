"""Seeding: manual wins over generated, every value is exact, and a failure changes nothing."""

import asyncio
import runpy
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from db_workflow.connection import session
from db_workflow.databases import create_database, list_marked
from db_workflow.errors import (
    BusyError,
    DatabaseRefusedError,
    PhaseError,
    ServerError,
    TestDataError,
)
from db_workflow.state import recall
from db_workflow.testdata.facts import facts
from db_workflow.testdata.seeding.seed import clear_tables, keep_template, seeded_template

TinyRepository = runpy.run_path(str(Path(__file__).with_name("tiny_repository.py")))[
    "TinyRepository"
]


END = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND application_name LIKE '%seed%'"
)


@pytest.fixture
async def repository(server, tiny_settings):
    return TinyRepository(server, tiny_settings)


async def need(repository, major):
    """Skip a test of what older servers do not have."""
    async with session(repository.server.address, purpose="look") as connection:
        found = connection.get_server_version().major
    if found < major:
        pytest.skip(f"needs PostgreSQL {major}")


async def prepared(repository, sql, *, order=(), **manual):
    """Create tables and rows, generate files from them, and declare manual rows."""
    repository.order = order
    await repository.create(sql)
    await repository.extract()
    repository.manual = manual
    await repository.declare()
    return repository


def of(report, table):
    (entry,) = (entry for entry in report.tables if entry.table == table)
    return (entry.manual, entry.generated, entry.dropped, entry.loaded)


TYPES = r"""
    CREATE TYPE colour AS ENUM ('red', 'dark green');
    CREATE DOMAIN positive AS int CHECK (VALUE > 0);
    CREATE TYPE pair AS (a int, b text);
    CREATE TABLE types (
        id int PRIMARY KEY, b boolean, i2 smallint, i8 bigint, n numeric, n2 numeric(10, 2),
        f4 real, f8 double precision, m money, t text, vc varchar(10), ch char(5), by bytea,
        d date, ts timestamp, tz timestamptz, ti time, tiz timetz, iv interval, u uuid, j json,
        jb jsonb, inet inet, cidr cidr, mac macaddr, bits bit(4), vb varbit, pt point,
        box box, col colour, pos positive, pr pair, ai int[], at text[], acol colour[], ajb jsonb[],
        r4 int4range, rn numrange, rd daterange, rtz tstzrange, mr int4multirange, tsv tsvector,
        oid oid, nm name
    );
    INSERT INTO types (id) VALUES (1);
    INSERT INTO types VALUES (
        2, true, -32768, 9223372036854775807, 'NaN', 12345678.90, '1.1', 'Infinity', '-1,234.56',
        E'tab\t newline\n return\r quote'' back\\slash \u2028 \u202e \x01 zoë 健太 😀', 'ten chars',
        'ab', '\x00ff5c27', 'infinity', '-infinity', 'infinity', '24:00:00', '12:00:00.5+05:30',
        '1 mon 2 days 03:04:05.000006', 'c0ffee00-0000-4000-8000-000000000001',
        '{"b": 1.10, "a": null, "a": 2}', '{"b": 1.10, "a": null}', '::1/64',
        '10.0.0.0/8', '08:00:2b:01:02:03', '1010', '1', '(1.5,-2)', '(1,1),(0,0)', 'dark green', 7,
        '(1,"a ""quoted"" b")', '{1,NULL,3}', E'{"a,b",NULL,"NULL","q\\"\\\\",""}', '{red,NULL}',
        ARRAY['{"a": 1}'::jsonb, 'null'], '[1,5)', '(,)', '[2024-01-01,infinity)', 'empty',
        '{[1,2),[5,9)}', '''it'':1 is:2A', 4294967295, 'name'
    );
    INSERT INTO types (id, n, f8, d, ts, tz, iv, at, j, jb, ai, t, r4, rd) VALUES
        (3, 1e-30, 0.1, '0044-03-15 BC', '294276-12-31 23:59:59.999999', '4713-01-01 BC',
         '-178000000 years', '{}', 'null', 'null', '[0:1]={1,2}', '', '(,5]', 'empty'),
        (4, 'Infinity', '-0', '9999-12-31', '9999-12-31 23:59:59.999999', '12345-06-07 08:09:10+00',
         '-1 year +2 days -03:00', '{{a,b},{c,d}}', '"text"', '[1, "\u2028"]', '{{1},{2}}', '\N',
         '[3,3]', '(,2024-02-29]'),
        (5, '-0.000', '5e-324', 'today', 'epoch', 'epoch', '0', '{NULL}', '[]', '{}', '{}', '\.',
         NULL, NULL);
"""


async def test_every_type_comes_back_exactly(repository):
    await need(repository, 14)  # multiranges
    await prepared(repository, TYPES)
    before = await repository.texts("types")
    report = await repository.seed()
    assert of(report, "types") == (0, 5, 0, 5)
    assert await repository.texts("types") == before


ORDERS = """
    CREATE TABLE customers (id int PRIMARY KEY, email text NOT NULL, code text);
    CREATE UNIQUE INDEX uq_customers_email ON customers (lower(email));
    CREATE UNIQUE INDEX uq_customers_code ON customers (code) WHERE code LIKE 'A%';
    INSERT INTO customers VALUES (1, 'One@x', 'A1'), (2, 'two@x', 'B'), (3, 'three@x', 'B');
    CREATE TABLE orders (
        id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers, item text NOT NULL,
        CONSTRAINT uq_orders_item UNIQUE (customer_id, item)
    );
    INSERT INTO orders VALUES (10, 1, 'tea'), (11, 1, 'milk'), (12, 2, 'tea'), (13, 3, 'tea');
    CREATE TABLE parcels (id int PRIMARY KEY, customer_id int, item text,
        CONSTRAINT fk_parcels FOREIGN KEY (customer_id, item)
            REFERENCES orders (customer_id, item) ON UPDATE CASCADE);
    INSERT INTO parcels VALUES (100, 1, 'tea'), (101, 2, 'tea'), (102, NULL, 'tea');
"""


async def test_without_manual_rows_the_source_comes_back(repository):
    await prepared(repository, ORDERS)
    report = await repository.seed()
    assert of(report, "orders") == (0, 4, 0, 4)
    assert report.rows == 10


async def test_a_manual_row_wins_by_an_expression_and_its_children_follow(repository):
    await prepared(repository, ORDERS, customers=[{"id": 99, "email": "ONE@X", "code": None}])
    report = await repository.seed()
    assert of(report, "customers") == (1, 2, 1, 3)
    assert await repository.rows("SELECT id FROM customers ORDER BY 1") == [(2,), (3,), (99,)]
    assert await repository.rows("SELECT customer_id FROM orders ORDER BY id") == [
        (99,),
        (99,),
        (2,),
        (3,),
    ]
    # The grandchildren refer to columns that followed.
    assert await repository.rows("SELECT customer_id FROM parcels ORDER BY id") == [
        (99,),
        (2,),
        (None,),
    ]


async def test_a_manual_row_wins_by_a_partial_index_only_where_it_applies(repository):
    rows = [{"id": 98, "email": "a@x", "code": "A1"}, {"id": 99, "email": "b@x", "code": "B"}]
    await prepared(repository, ORDERS, customers=rows)
    report = await repository.seed()
    assert of(report, "customers") == (2, 2, 1, 4)
    assert await repository.rows("SELECT customer_id FROM orders WHERE id = 10") == [(98,)]


async def test_a_manual_row_wins_by_its_primary_key(repository):
    await prepared(repository, ORDERS, customers=[{"id": 1, "email": "mine@x"}])
    report = await repository.seed()
    assert of(report, "customers") == (1, 2, 1, 3)
    assert await repository.rows("SELECT email FROM customers WHERE id = 1") == [("mine@x",)]
    assert await repository.rows("SELECT count(*) FROM orders WHERE customer_id = 1") == [(2,)]


async def test_a_manual_row_wins_by_a_unique_index_on_a_computed_column(repository):
    await prepared(
        repository,
        "CREATE TABLE people (id uuid PRIMARY KEY, email text NOT NULL,"
        " low text GENERATED ALWAYS AS (lower(email)) STORED UNIQUE);"
        "INSERT INTO people VALUES ('00000000-0000-4000-8000-000000000001', 'A@x')",
        people=[{"id": "00000000-0000-4000-8000-000000000009", "email": "a@X"}],
    )
    assert of(await repository.seed(), "people") == (1, 0, 1, 1)
    assert await repository.rows("SELECT email FROM people") == [("a@X",)]


async def test_children_of_two_rows_that_became_one_give_way_to_each_other(repository):
    await prepared(
        repository,
        ORDERS + "INSERT INTO customers VALUES (4, 'four@x', 'A4');"
        "INSERT INTO orders VALUES (14, 4, 'tea'); INSERT INTO parcels VALUES (103, 4, 'tea')",
        customers=[{"id": 99, "email": "one@x", "code": "A4"}],
    )
    report = await repository.seed()
    assert of(report, "customers") == (1, 2, 2, 3)
    assert of(report, "orders") == (0, 4, 1, 4)  # "tea" of 1 and of 4 are one order of 99 now
    assert await repository.rows(
        "SELECT customer_id, item FROM parcels WHERE id IN (100, 103)"
    ) == [(99, "tea"), (99, "tea")]


async def test_a_row_that_would_have_to_follow_two_is_refused(repository):
    await prepared(
        repository,
        ORDERS,
        customers=[{"id": 98, "email": "one@x"}, {"id": 99, "email": "y@x", "code": "A1"}],
    )
    with pytest.raises(TestDataError, match=r"1 generated row\(s\) of customers give way to two"):
        await repository.seed()


async def test_two_manual_rows_in_each_others_way_are_both_named(repository):
    await prepared(
        repository,
        ORDERS,
        customers=[
            {"id": 97, "email": "free@x"},
            {"id": 98, "email": "Same@x"},
            {"id": 99, "email": "same@X"},
        ],
    )
    with pytest.raises(TestDataError) as caught:
        await repository.seed()
    said = str(caught.value)
    assert "data/customers.py row 2 and tests/database/data/customers.py row 3" in said
    assert "uq_customers_email" in said


async def test_nulls_that_count_as_equal_conflict(repository):
    await need(repository, 15)
    await prepared(
        repository,
        "CREATE TABLE t (id int PRIMARY KEY, a int, b int, UNIQUE NULLS NOT DISTINCT (a, b));"
        "CREATE TABLE c (id int PRIMARY KEY, t_id int REFERENCES t, UNIQUE (t_id));"
        "INSERT INTO t VALUES (1, 1, NULL), (2, NULL, NULL);"
        "INSERT INTO c VALUES (1, 1), (2, 2), (3, NULL), (4, NULL)",
        order=("t", "c"),
        t=[{"id": 9, "a": 1, "b": None}],
    )
    await repository.seed()
    assert await repository.rows("SELECT t_id FROM c ORDER BY id") == [(9,), (2,), (None,), (None,)]


async def test_an_exclusion_constraint_lets_the_manual_row_win(repository):
    await prepared(
        repository,
        "CREATE TABLE t (id int PRIMARY KEY, during int4range, "
        "EXCLUDE USING gist (during WITH &&));"
        "INSERT INTO t VALUES (1, '[1,5)'), (2, '[5,9)')",
    )
    repository.manual = {"t": [{"id": 9}]}
    await repository.declare()
    (repository.settings.data / "t.py").write_text(
        "from asyncpg import Range\nT_DATA = [{'id': 9, 'during': Range(4, 5)}]\n"
    )
    report = await repository.seed()
    assert of(report, "t") == (1, 1, 1, 2)


async def test_a_deferrable_unique_constraint_is_no_hindrance(repository):
    await prepared(
        repository,
        "CREATE TABLE t (id int PRIMARY KEY, n int UNIQUE DEFERRABLE);"
        "INSERT INTO t VALUES (1, 1), (2, 2)",
        t=[{"id": 9, "n": 2}],
    )
    report = await repository.seed()
    assert of(report, "t") == (1, 1, 1, 2)


async def test_a_table_may_refer_to_itself_in_any_order_and_follow(repository):
    await prepared(
        repository,
        "CREATE TABLE logs (id int PRIMARY KEY, name text UNIQUE, prior int REFERENCES logs);"
        "INSERT INTO logs VALUES (1, 'a', NULL), (2, 'b', NULL), (3, 'c', 2);"
        "UPDATE logs SET prior = 3 WHERE id = 1",
        logs=[{"id": 91, "name": "z", "prior": 92}, {"id": 92, "name": "b", "prior": None}],
    )
    report = await repository.seed()
    assert of(report, "logs") == (2, 2, 1, 4)
    assert await repository.rows("SELECT id, prior FROM logs ORDER BY id") == [
        (1, 3),
        (3, 92),
        (91, 92),
        (92, None),
    ]


CIRCLE = """
    CREATE TABLE a (id int PRIMARY KEY, name text UNIQUE, b_id int);
    CREATE TABLE b (id int PRIMARY KEY, a_id int NOT NULL REFERENCES a, name text UNIQUE);
    INSERT INTO a VALUES (1, 'x', NULL), (2, 'y', NULL);
    INSERT INTO b VALUES (10, 1, 'k'), (20, 2, 'l');
    UPDATE a SET b_id = id * 10;
    ALTER TABLE a ADD CONSTRAINT fk_a_b FOREIGN KEY (b_id) REFERENCES b
"""


@pytest.mark.parametrize("deferrable", ["", " DEFERRABLE"])
async def test_tables_that_refer_to_each_other_are_loaded(repository, deferrable):
    await prepared(
        repository,
        CIRCLE + deferrable,
        order=("a", "b"),
        a=[{"id": 9, "name": "z", "b_id": 90}],
        b=[{"id": 90, "a_id": 9, "name": "k"}],
    )
    await repository.seed()
    assert await repository.rows("SELECT id, b_id FROM a ORDER BY 1") == [(1, 90), (2, 20), (9, 90)]
    assert await repository.rows("SELECT id, a_id FROM b ORDER BY 1") == [(20, 2), (90, 9)]


async def test_numbers_go_on_after_what_was_loaded_and_manual_rows_get_free_ones(repository):
    await prepared(
        repository,
        "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, s serial, name text);"
        "INSERT INTO t (name) SELECT n::text FROM generate_series(1, 5) n;"
        'CREATE TABLE "t2" (id bigserial PRIMARY KEY, "N" int GENERATED ALWAYS AS (7) STORED)',
        t=[{"name": "by hand"}],
    )
    report = await repository.seed()
    assert of(report, "t") == (1, 5, 0, 6)
    assert await repository.rows("SELECT id, s FROM t WHERE name = 'by hand'") == [(6, 6)]
    await repository.sql("INSERT INTO t (name) VALUES ('next'); INSERT INTO t2 DEFAULT VALUES")
    assert await repository.rows("SELECT id, s FROM t WHERE name = 'next'") == [(7, 7)]


async def test_triggers_of_the_tables_see_every_row(repository):
    await prepared(
        repository,
        "CREATE TABLE t (id int PRIMARY KEY, seen boolean);"
        "CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN NEW.seen := true; RETURN NEW; END';"
        "CREATE TRIGGER see BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION see();"
        "INSERT INTO t VALUES (1); UPDATE t SET seen = false",
        t=[{"id": 2}],
    )
    await repository.seed()
    assert await repository.rows("SELECT seen FROM t") == [(True,), (True,)]


async def test_a_trigger_that_swallows_rows_is_noticed(repository):
    await prepared(
        repository,
        "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1), (2);"
        "CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN DELETE FROM t WHERE id = 1; RETURN NULL; END';"
        "CREATE TRIGGER swallow AFTER INSERT ON t EXECUTE FUNCTION swallow()",
    )
    with pytest.raises(TestDataError, match="t holds 1 rows; 2 were loaded"):
        await repository.seed()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"id": 99, "email": None}, "not-null"),
        ({"id": "no number", "email": "x"}, "data/customers.py row 1"),
        ({"id": 99, "email": "x", "nmae": 1}, "nmae"),
    ],
)
async def test_a_failure_leaves_what_was_there_and_names_the_row(repository, row, said):
    await prepared(repository, ORDERS)
    await repository.seed()
    before = [await repository.texts(name) for name in ("customers", "orders", "parcels")]
    repository.manual = {"customers": [row]}
    await repository.declare()
    with pytest.raises(TestDataError, match=said):
        await repository.seed()
    assert [await repository.texts(n) for n in ("customers", "orders", "parcels")] == before


async def test_a_manual_row_that_refers_to_nothing_is_named(repository):
    await prepared(repository, ORDERS, orders=[{"id": 99, "customer_id": 77, "item": "x"}])
    with pytest.raises(TestDataError, match=r"data/orders\.py row 1.*foreign key"):
        await repository.seed()


async def test_a_manual_row_may_refer_to_a_generated_one(repository):
    await prepared(repository, ORDERS, orders=[{"id": 99, "customer_id": 2, "item": "x"}])
    report = await repository.seed()
    assert of(report, "orders") == (1, 4, 0, 5)


async def test_an_interrupted_run_leaves_what_was_there(repository):
    await prepared(repository, ORDERS)
    await repository.seed()
    before = await repository.texts("orders")
    repository.manual = {"customers": [{"id": 99, "email": "new@x"}]}
    await repository.declare()

    class Interrupting:
        def say(self, text): ...

        def progress(self, label, done, total=None):
            if done == 2:
                raise asyncio.CancelledError  # what Ctrl-C becomes

    with pytest.raises(asyncio.CancelledError):
        await repository.seed(reporter=Interrupting())
    assert await repository.texts("orders") == before
    await repository.seed()


async def test_seeding_twice_gives_the_same_rows(repository):
    await prepared(repository, ORDERS, customers=[{"id": 99, "email": "one@x"}])
    first = await repository.seed()
    rows = await repository.texts("orders")
    again = await repository.seed()
    assert again.tables == first.tables
    assert await repository.texts("orders") == rows


async def test_a_wrong_order_is_refused_with_the_right_one(repository):
    await prepared(repository, ORDERS, order=("orders", "customers", "parcels"))
    with pytest.raises(TestDataError) as caught:
        await repository.seed()
    assert "orders comes before customers" in str(caught.value)
    assert caught.value.data["right"] == ["customers", "orders", "parcels"]


async def test_every_table_that_something_is_missing_for_is_named_with_all_of_it(repository):
    await prepared(repository, ORDERS + "CREATE TABLE notes (id int PRIMARY KEY, order_id int"
                   " REFERENCES orders)")  # fmt: skip
    folder, settings = repository.settings.test_data, repository.settings
    for path, old, new in (
        (folder / "generate_test_data.py", "Table('notes'", "Table('other'"),
        (folder / "seed_test_db.py", ", 'notes', ", ", "),
        (folder / "seed_test_db.py", "'parcels'", ""),
        (folder / "factories.py", "class OrdersFactory", "class Other"),
        (folder / "factories.py", "class NotesFactory", "class Another"),
    ):
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
    for file in ("notes.py", "customers.py"):
        (settings.data / file).unlink()
    with pytest.raises(TestDataError) as caught:
        await repository.seed()
    assert caught.value.data["gaps"] == {
        "customers": ["the file tests/database/data/customers.py with CUSTOMERS_DATA = []"],
        "notes": [
            (
                "Table('notes', file='auto_notes.py', variable='AUTO_NOTES_DATA',"
                " factory='NoteFactory', columns={…}) to TABLE_CONFIG in generate_test_data.py"
            ),
            "'notes' to SEEDING_ORDER in seed_test_db.py, behind 'orders'",
            "class NoteFactory(BaseFactory) to factories.py",
            "the file tests/database/data/notes.py with NOTES_DATA = []",
        ],
        "orders": ["class OrdersFactory(BaseFactory) to factories.py"],
        "parcels": ["'parcels' to SEEDING_ORDER in seed_test_db.py, behind 'orders'"],
    }
    assert caught.value.next.startswith("invoke scaffold customers notes orders parcels")
    said = [fact.text for fact in await wrong(repository)]
    assert [text.partition(" is not complete")[0] for text in said[:4]] == [
        *("customers", "notes", "orders", "parcels"),
    ]
    assert len(await repository.texts("customers")) == 3


async def test_an_edited_file_is_refused(repository):
    await prepared(repository, ORDERS)
    path = repository.settings.data / "auto_orders.py"
    path.write_text(path.read_text().replace("tea", "rum"))
    with pytest.raises(TestDataError, match=r"auto_orders\.py was changed after"):
        await repository.seed()


async def test_a_table_outside_that_would_lose_its_rows_is_named(repository):
    await prepared(repository, ORDERS)
    await repository.sql("CREATE SCHEMA other; CREATE TABLE other.t (id int REFERENCES customers)")
    with pytest.raises(TestDataError, match="cannot be emptied"):
        await repository.seed()
    assert len(await repository.texts("customers")) == 3


async def test_tables_that_somebody_is_using_are_left_alone(repository):
    await prepared(repository, ORDERS)
    repository.settings = replace(repository.settings, lock_timeout_ms=200)
    async with session(repository.address, purpose="reader") as reader, reader.transaction():
        await reader.fetch("SELECT * FROM orders")
        with pytest.raises(BusyError):
            await repository.seed()
    assert len(await repository.texts("orders")) == 4


async def test_a_database_of_somebody_else_is_refused(repository):
    await prepared(repository, ORDERS)
    foreign = f"{repository.settings.project}_foreign"
    async with session(repository.server.address, purpose="by hand") as connection:
        await connection.execute(
            f"CREATE DATABASE {foreign} TEMPLATE {repository.address.database}"
        )
    home = repository.address
    try:
        repository.address = home.at(foreign)
        with pytest.raises(DatabaseRefusedError, match="was not created by the workflow"):
            await repository.seed()
        with pytest.raises(DatabaseRefusedError, match="was not created by the workflow"):
            await clear_tables(repository.address, settings=repository.settings)
        assert len(await repository.texts("orders")) == 4
    finally:
        async with session(repository.server.address, purpose="by hand") as connection:
            await connection.execute(f"DROP DATABASE {foreign} WITH (FORCE)")


async def test_a_stand_in_production_is_refused_although_it_is_ours(repository):
    await repository.create("CREATE TABLE t (id int PRIMARY KEY)", role="stand-in")
    with pytest.raises(DatabaseRefusedError, match="was created as 'stand-in'"):
        await repository.seed()


async def test_clearing_empties_every_table_and_restarts_its_numbers(repository):
    await prepared(
        repository, "CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t DEFAULT VALUES"
    )
    await clear_tables(repository.address, settings=repository.settings)
    assert await repository.texts("t") == []
    await repository.sql("INSERT INTO t DEFAULT VALUES")
    assert await repository.rows("SELECT id FROM t") == [(1,)]


async def test_tables_of_several_schemas_are_seeded(repository):
    repository.settings = replace(repository.settings, schemas=("public", "billing"))
    await prepared(
        repository,
        "CREATE SCHEMA billing; CREATE TABLE people (id int PRIMARY KEY);"
        "CREATE TABLE billing.invoices (id int PRIMARY KEY, person_id int REFERENCES people);"
        "INSERT INTO people VALUES (1); INSERT INTO billing.invoices VALUES (5, 1)",
        order=("people", "billing.invoices"),
        **{"billing.invoices": [{"id": 6, "person_id": 1}]},
    )
    report = await repository.seed()
    assert of(report, "billing.invoices") == (1, 1, 0, 2)


async def judged(repository):
    async with session(repository.address, purpose="look", read_only=True) as connection:
        return await facts(connection, settings=repository.settings)


async def wrong(repository):
    return [fact for fact in await judged(repository) if not fact.ok]


async def test_the_evidence_holds_after_seeding_and_says_what_it_found(repository):
    await prepared(repository, ORDERS, customers=[{"id": 99, "email": "one@x"}])
    assert [fact.next for fact in await wrong(repository)] == ["invoke seed"]
    await repository.seed()
    found = await judged(repository)
    assert all(fact.ok for fact in found)
    said = "\n".join(fact.text for fact in found)
    assert "all 9 columns of 3 tables are classified" in said
    assert "10 rows in 3 tables are the seeded ones" in said


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE parcels SET item = NULL WHERE id = 102", "parcels"),
        ("DELETE FROM parcels WHERE id = 102", "parcels (2 rows, 3 were seeded)"),
        ("UPDATE customers SET code = 'C' WHERE id = 3", "customers"),
    ],
)
async def test_a_row_changed_by_hand_is_evidence(repository, sql, said):
    await prepared(repository, ORDERS)
    await repository.seed()
    await repository.sql(sql)
    (fact,) = await wrong(repository)
    assert said in fact.text
    assert fact.next == "invoke seed"


async def test_every_declaration_is_evidence(repository):
    await prepared(repository, ORDERS)
    await repository.seed()
    folder, data = repository.settings.test_data, repository.settings.data
    edits = [
        (folder / "generate_test_data.py", ", 'item': rules.keep()", "", "orders.item"),
        (folder / "generate_test_data.py", "rules.keep()", "rules.keep(allow=('x',))", "rules"),
        (folder / "seed_test_db.py", "'orders', ", "", "orders is missing"),
        (folder / "seed_test_db.py", "SEEDING_ORDER", "ORDER", "no SEEDING_ORDER"),
        (folder / "factories.py", "class OrdersFactory", "class Other", "no OrdersFactory"),
        (folder / "factories.py", "import", "imprt", "does not import"),
        (data / "auto_orders.py", "tea", "rum", "auto_orders.py was changed"),
    ]
    for path, old, new, said in edits:
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
        found = await wrong(repository)
        path.write_text(text)
        assert any(said in fact.text for fact in found), said
        assert all(fact.next for fact in found)
    (data / "ghosts.py").write_text("GHOSTS_DATA = []\n")
    assert any("ghosts.py" in fact.text for fact in await wrong(repository))
    (data / "ghosts.py").unlink()
    assert await wrong(repository) == []


async def test_a_manual_row_added_later_is_evidence(repository):
    await prepared(repository, ORDERS)
    await repository.seed()
    repository.manual = {"customers": [{"id": 99, "email": "new@x"}]}
    await repository.declare()
    (fact,) = await wrong(repository)
    assert "data/customers.py" in fact.text


async def test_stale_files_ask_for_the_baseline_once_the_rows_are_gone(repository):
    await prepared(repository, ORDERS)
    (repository.settings.data / "auto_orders.py").unlink()
    assert (await wrong(repository))[0].next == "invoke generate"
    await repository.extract()
    await repository.seed()
    (repository.settings.data / "auto_orders.py").unlink()
    assert (await wrong(repository))[0].next == "invoke phase1"


async def test_the_seeded_state_is_kept_as_a_closed_template(repository):
    await prepared(repository, ORDERS)
    server, settings = repository.server, repository.settings
    with pytest.raises(PhaseError):
        await keep_template(server, settings=settings)
    await repository.seed()
    first = await keep_template(server, settings=settings)
    assert await keep_template(server, settings=settings) == first
    assert await seeded_template(server, settings=settings) == first
    repository.manual = {"customers": [{"id": 99, "email": "new@x"}]}
    await repository.declare()
    await repository.seed()
    second = await seeded_template(server, settings=settings)
    marked = await list_marked(server, project=settings.project)
    assert [name for name, mark in marked.items() if mark.role == "template"] == [second]
    assert first != second
    clone = f"{settings.test_database}__worker_1"
    await create_database(server, clone, project=settings.project, role="worker", template=second)
    async with session(server.address.at(clone), purpose="look") as connection:
        assert await connection.fetchval("SELECT count(*) FROM customers") == 4
        assert await recall(connection, "seeded")


async def test_a_session_that_is_ended_in_the_middle_is_told_in_plain_words(repository):
    await prepared(repository, ORDERS)
    await repository.seed()
    before = await repository.texts("orders")

    class Ending:
        """Ends the session that seeds, from another one."""

        def say(self, text): ...

        def progress(self, label, done, total=None):
            if done == 1:
                ended = subprocess.run(
                    [repository.server.binaries.program("psql"), "-qXc", END],
                    env=repository.address.libpq_environment(),
                    capture_output=True,
                    check=True,
                )
                assert b"1 row" in ended.stdout

    with pytest.raises(ServerError, match="has ended before it was done") as caught:
        await repository.seed(reporter=Ending())
    assert caught.value.next == "invoke seed"
    assert await repository.texts("orders") == before
