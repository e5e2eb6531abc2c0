"""What the table would refuse is told before any file is replaced; the server has the same view."""

import json

import asyncpg
import pytest

from db_workflow.connection import session
from db_workflow.databases import create_database
from db_workflow.testdata import rules
from db_workflow.testdata.declared.tables import Classified, Table
from db_workflow.testdata.extraction.fitness import fit_problems
from db_workflow.testdata.files.copytext import encode
from db_workflow.testdata.files.spool import Spool
from db_workflow.testdata.files.writing import write_parts
from db_workflow.testdata.structure import read_structure


def odd(value, _pseudonyms):
    """Stand for a rule that may write anything: the rows are given as it would have made them."""
    return value


ODD = rules.custom(odd)


class Source:
    """A database with a table `t`, and files of rows that a rule would have made for it."""

    def __init__(self, server, settings, folder):
        self.server = server
        self.settings = settings
        self.folder = folder
        self.address = server.address.at(settings.test_database)

    async def create(self, sql):
        settings = self.settings
        await create_database(
            self.server, settings.test_database, project=settings.project, role="test"
        )
        async with session(self.address, purpose="by hand") as connection:
            await connection.execute(sql)

    async def classified(self, rule, changed, table="t"):
        async with session(self.address, purpose="look") as connection:
            structure = (await read_structure(connection, schemas=self.settings.schemas))[table]
        found = {name: rule if name in changed else rules.keep() for name in structure.written}
        declared = Table(table, file="auto_t.py", variable="AUTO_T_DATA", factory="F")
        return Classified(declared, structure, found)

    def write(self, entry, rows):
        spool = Spool(self.folder, "t")
        spool.add(["\t".join(map(encode, row)) for row in rows])
        (path,) = write_parts(
            self.folder,
            table=entry.table.name,
            file=entry.table.file,
            variable=entry.table.variable,
            columns=tuple(entry.rules),
            spools=spool.close(),
            source="s",
            key="k",
            rules="r",
        )
        return path

    async def problems(self, rows, *, changed, rule=ODD, table="t"):
        """Return what `fit_problems` says, and hold it to what loading the rows says."""
        entry = await self.classified(rule, changed, table)
        path = self.write(entry, rows)
        async with session(self.address, purpose="prove", read_only=True) as connection:
            found = await fit_problems(connection, entry, path)
        loaded = await self.loads(entry, rows)
        assert loaded == (not found), found
        return found

    async def loads(self, entry, rows):
        """Tell whether the server takes the rows; leave the table as it was."""
        text = "".join("\t".join(map(encode, row)) + "\n" for row in rows)
        async with session(self.address, purpose="load") as connection:
            transaction = connection.transaction()
            await transaction.start()
            try:
                await connection.copy_to_table(
                    entry.structure.relation,
                    source=_chunks(text.encode()),
                    columns=tuple(entry.rules),
                    format="text",
                )
            except asyncpg.PostgresError:
                return False
            finally:
                await transaction.rollback()
            return True


async def _chunks(data):
    yield data


@pytest.fixture
async def source(server, tiny_settings, tmp_path):
    return Source(server, tiny_settings, tmp_path)


@pytest.mark.parametrize(
    ("type_", "fits", "refused"),
    [
        ("int", "7", "Philippa"),
        ("smallint", "32767", "32768"),
        ("numeric(5,2)", "999.99", "1000"),
        ("numeric", "NaN", "1,5"),
        ("date", "infinity", "2024-02-30"),
        ("date", "0044-03-15 BC", "never"),
        ("timestamptz", "2024-01-01 24:00:00+00", "2024-13-01 00:00:00+00"),
        ("interval", "1 mon -3 days", "1 moon"),
        ("boolean", "t", "maybe"),
        ("uuid", "0d4e1b44-5b43-4a8c-8d5d-0f7f5b5c9d7e", "0d4e"),
        ("varchar(5)", "fünf5", "sechs6"),
        ("varchar(5)", "five     ", "five    6"),
        ("varchar(3)", "\t\n\\", "\t\n\\\n"),
        ("char(3)", "ab", "abcd"),
        ("varchar(3)[]", "{abc,NULL}", "{abc,abcd}"),
        ("bit(3)", "101", "10"),
        ("varbit(3)", "1", "1010"),
        ("json", '{"a": 1.10}', "{'a': 1}"),
        ("jsonb", '"text"', "text"),
        ("jsonb", "null", '{"a": "\\u0000"}'),
        ("json[]", '{"{\\"a\\": 1}"}', "{a}"),
        ("int[]", "[2:3]={1,NULL}", "{1,x}"),
        ("int4range", "[1,5)", "[5,1)"),
        ("bytea", "\\x00ff", "\\x0"),
        ("inet", "10.0.0.1/8", "10.0.0.256"),
        ("mood", "fine", "great"),
        ("mood[]", "{fine,bad}", "{great}"),
        ("pair", '(1,"a,b")', "(1)"),
        ("pair", "(1,abc)", "(1,abcd)"),
        ("tsvector", "'a':1", "'a"),
        ("regclass", "t", "no_such_table"),
        ('"Odd type"', "5", "-5"),
        ("text", "x", "a\0b"),
    ],
)
async def test_a_value_that_its_type_does_not_take_is_refused(source, type_, fits, refused):
    await source.create(
        "CREATE TYPE mood AS ENUM ('fine', 'bad'); CREATE TYPE pair AS (n int, word varchar(3));"
        ' CREATE DOMAIN "Odd type" AS int CHECK (VALUE > 0);'
        f" CREATE TABLE t (id int PRIMARY KEY, odd {type_})"
    )
    assert await source.problems([("1", fits), ("2", None)], changed={"odd"}) == []
    (said,) = await source.problems(
        [("1", fits), ("5", refused), ("6", fits), ("7", refused)], changed={"odd"}
    )
    assert said.startswith(f"t.odd ({ODD}): 2 row(s) would be refused, first row 5: ")
    assert refused not in said.partition("first")[2]


async def test_a_null_that_a_rule_makes_is_refused_where_none_may_be(source):
    await source.create("CREATE TABLE t (id int PRIMARY KEY, odd text NOT NULL)")
    (said,) = await source.problems([("1", "x"), ("2", None)], changed={"odd"})
    assert said == f"t.odd ({ODD}): 1 row(s) would be refused, first row 2: the column is NOT NULL"


DOMAINS = """
    CREATE DOMAIN short AS varchar(3);
    CREATE DOMAIN named AS short NOT NULL CONSTRAINT ck_named CHECK (VALUE <> 'x');
    CREATE DOMAIN object AS jsonb CONSTRAINT ck_object CHECK (jsonb_typeof(VALUE) = 'object');
    CREATE TABLE t (id int PRIMARY KEY, odd named, doc object, docs object[]);
"""


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("abcd", "{}", None), "SQLSTATE 22001"),
        (("x", "{}", None), "the check ck_named of the domain named"),
        ((None, "{}", None), "first row 1: the column is NOT NULL"),
        (("y", "[]", None), "the check ck_object of the domain object"),
        (("y", "{", None), "SQLSTATE 22P02"),
        (("y", None, '{"[]"}'), "the check ck_object of the domain object"),
    ],
)
async def test_all_that_a_domain_demands_is_demanded(source, row, said):
    await source.create(DOMAINS)
    changed = {"odd", "doc", "docs"}
    assert await source.problems([("1", "abc", "{}", '{"{}"}')], changed=changed) == []
    (found,) = await source.problems([("1", *row)], changed=changed)
    assert said in found


CHECKS = """
    CREATE FUNCTION is_fine(text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
        BEGIN IF $1 = 'boom' THEN RAISE EXCEPTION 'value %', $1; END IF; RETURN $1 <> 'bad'; END $$;
    CREATE TABLE t (
        id int PRIMARY KEY, "Odd name" text, low int, high int,
        span int GENERATED ALWAYS AS (high - low) STORED,
        CONSTRAINT ck_call CHECK (is_fine("Odd name")),
        CONSTRAINT ck_order CHECK (low <= high),
        CONSTRAINT ck_division CHECK (100 / low > 1),
        CONSTRAINT ck_span CHECK (span < 50),
        CONSTRAINT ck_kept CHECK (id > 0)
    );
    ALTER TABLE t ADD CONSTRAINT ck_later CHECK ("Odd name" !~ '^later') NOT VALID;
"""


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("bad", "1", "2"), "the check ck_call"),
        (("boom", "1", "2"), "the check ck_call, SQLSTATE P0001"),
        (("fine", "3", "2"), "the check ck_order"),
        (("fine", "0", "2"), "the check ck_division, SQLSTATE 22012"),
        (("fine", "1", "60"), "the check ck_span"),
        (("later", "1", "2"), "the check ck_later"),
    ],
)
async def test_a_row_that_breaks_a_check_is_refused(source, row, said):
    await source.create(CHECKS)
    changed = {"Odd name", "high", "low"}
    fine = [("1", "fine", "1", "2"), ("2", None, None, None)]
    assert await source.problems(fine, changed=changed) == []
    (found,) = await source.problems([*fine, ("3", *row), ("4", *row)], changed=changed)
    assert found.endswith(f"2 row(s) would be refused, first row 3: {said}")


async def test_a_check_of_columns_that_are_kept_is_the_sources_own_business(source):
    """They were proven when they were written, or the constraint was never validated."""
    await source.create("CREATE TABLE t (id int PRIMARY KEY, odd text); INSERT INTO t VALUES (-1)")
    async with session(source.address, purpose="by hand") as connection:
        await connection.execute("ALTER TABLE t ADD CONSTRAINT ck CHECK (id > 0) NOT VALID")
    entry = await source.classified(ODD, {"odd"})
    path = source.write(entry, [("-1", "x")])
    async with session(source.address, purpose="prove", read_only=True) as connection:
        assert await fit_problems(connection, entry, path) == []


async def test_a_value_that_its_type_refuses_is_told_once(source):
    await source.create("CREATE TABLE t (id int PRIMARY KEY, odd int CHECK (odd > 0))")
    (said,) = await source.problems([("1", "x"), ("2", "5")], changed={"odd"})
    assert "1 row(s)" in said
    assert "no value of the type integer" in said


async def test_a_check_that_needs_the_whole_row_is_left_to_seeding(source):
    await source.create(
        "CREATE TABLE t (id int PRIMARY KEY, odd text);"
        " CREATE FUNCTION whole(t) RETURNS boolean LANGUAGE sql AS 'SELECT $1.id > 0';"
        " ALTER TABLE t ADD CONSTRAINT ck_whole CHECK (whole(t.*) AND odd <> 'x'),"
        " ADD CONSTRAINT ck_table CHECK (tableoid > 0 AND odd <> 'x')"
    )
    entry = await source.classified(ODD, {"odd"})
    path = source.write(entry, [("1", "x")])
    async with session(source.address, purpose="prove", read_only=True) as connection:
        assert await fit_problems(connection, entry, path) == []


async def test_a_check_that_nobody_enforces_refuses_nothing(source):
    async with session(source.server.address.at("postgres"), purpose="look") as connection:
        if connection.get_server_version().major < 18:
            return  # there are none
    await source.create(
        "CREATE TABLE t (id int PRIMARY KEY, odd text CHECK (odd <> 'x') NOT ENFORCED)"
    )
    assert await source.problems([("1", "x")], changed={"odd"}) == []


async def test_what_the_account_may_not_execute_is_said(source):
    role = f"{source.settings.project}_reader"
    await source.create(
        "CREATE FUNCTION secret_check(text) RETURNS boolean LANGUAGE sql AS 'SELECT $1 <> $$x$$';"
        " CREATE TABLE t (id int PRIMARY KEY, odd text CONSTRAINT ck CHECK (secret_check(odd)));"
        " REVOKE EXECUTE ON FUNCTION secret_check FROM PUBLIC;"
        f" CREATE ROLE {role}; GRANT SELECT ON t TO {role}"
    )
    entry = await source.classified(ODD, {"odd"})
    path = source.write(entry, [("1", "x")])
    async with session(source.address, purpose="by hand") as connection:
        try:
            await connection.execute(f"SET ROLE {role}")
            (said,) = await fit_problems(connection, entry, path)
        finally:
            await connection.execute(f"RESET ROLE; DROP OWNED BY {role}; DROP ROLE {role}")
    assert "cannot be proven: the check ck: the account may not execute" in said


async def test_a_check_that_writes_is_said(source):
    await source.create(
        "CREATE TABLE log (n int); CREATE TABLE t (id int PRIMARY KEY, odd text);"
        " CREATE FUNCTION noting(text) RETURNS boolean LANGUAGE sql VOLATILE"
        " AS 'INSERT INTO log VALUES (1); SELECT true';"
        " ALTER TABLE t ADD CONSTRAINT ck CHECK (noting(odd))"
    )
    entry = await source.classified(ODD, {"odd"})
    path = source.write(entry, [("1", "x")])
    async with session(source.address, purpose="prove", read_only=True) as connection:
        (said,) = await fit_problems(connection, entry, path)
    assert "what it calls writes to the database (SQLSTATE 25006)" in said


BOOKINGS = """
    CREATE EXTENSION btree_gist;
    CREATE TABLE t (
        id int PRIMARY KEY, room text, during daterange, state text,
        CONSTRAINT ex_room EXCLUDE USING gist (lower(room) WITH =, during WITH &&)
            WHERE (state <> 'cancelled')
    );
"""


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        ([("A", "[2024-01-01,2024-01-05)", "x"), ("a", "[2024-01-04,2024-01-08)", "x")], 2),
        ([("A", "[2024-01-01,2024-01-05)", "x"), ("A", "[2024-01-01,2024-01-05)", "x")], 2),
        ([("A", "[2024-01-01,2024-01-05)", "x"), ("b", "[2024-01-04,2024-01-08)", "x")], 0),
        ([("A", "[2024-01-01,2024-01-05)", "x"), ("A", "[2024-01-05,2024-01-08)", "x")], 0),
        ([("A", "[2024-01-01,2024-01-05)", "x"), ("A", "[2024-01-04,)", "cancelled")], 0),
        ([("A", "[2024-01-01,2024-01-05)", "x"), (None, "[2024-01-04,)", "x")], 0),
    ],
)
async def test_rows_that_exclude_each_other_are_refused(source, rows, count):
    await source.create(BOOKINGS)
    rows = [(str(number), *row) for number, row in enumerate(rows)]
    found = await source.problems(rows, changed={"room", "during"})
    assert len(found) == bool(count)
    if found:
        assert f"{count} row(s) would be refused, first row 0: the exclusion ex_room" in found[0]


async def test_a_row_that_no_partition_takes_is_refused(source):
    await source.create(
        """
        CREATE TABLE t (day date NOT NULL, n int, PRIMARY KEY (day, n)) PARTITION BY RANGE (day);
        CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
        CREATE TABLE t_2 PARTITION OF t FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')
            PARTITION BY LIST (n);
        CREATE TABLE t_21 PARTITION OF t_2 FOR VALUES IN (1);
        """
    )
    fine = [("2024-05-05", "3"), ("2025-05-05", "1")]
    assert await source.problems(fine, changed={"day"}, rule=rules.shift_days()) == []
    for row in (("2026-01-01", "1"), ("2025-05-05", "2")):
        (said,) = await source.problems([*fine, row], changed={"day"}, rule=rules.shift_days())
        assert "first row number 3 of auto_t.py: the bounds of all partitions" in said
    async with session(source.address, purpose="by hand") as connection:
        await connection.execute("CREATE TABLE t_3 PARTITION OF t DEFAULT")
    last = [("2026-01-01", "1")]
    assert await source.problems(last, changed={"day"}, rule=rules.shift_days()) == []


async def test_a_table_in_a_schema_of_its_own_is_proven(source):
    await source.create(
        'CREATE SCHEMA "Odd one"; SET search_path = "Odd one";'
        " CREATE DOMAIN short AS varchar(3);"
        " CREATE FUNCTION fine(text) RETURNS boolean LANGUAGE sql AS $$ SELECT $1 <> 'bad' $$;"
        " CREATE TABLE t (id int PRIMARY KEY, odd short CONSTRAINT ck CHECK (fine(odd)))"
    )
    async with session(source.address, purpose="look") as connection:
        structure = (await read_structure(connection, schemas=["Odd one"]))["Odd one.t"]
    declared = Table("Odd one.t", file="auto_t.py", variable="AUTO_T_DATA", factory="F")
    entry = Classified(declared, structure, {"id": rules.keep(), "odd": ODD})
    path = source.write(entry, [("1", "bad"), ("2", "long"), ("3", "ok")])
    async with session(source.address, purpose="prove", read_only=True) as connection:
        domain, check = await fit_problems(connection, entry, path)
    assert "first row 2" in domain
    assert "first row 1: the check ck" in check


async def test_a_row_is_named_by_its_number_when_its_key_says_something(source):
    await source.create("CREATE TABLE t (email text PRIMARY KEY, odd int)")
    rows = [("omar@corp.example", "1"), ("zoe@corp.example", "x")]
    (said,) = await source.problems(rows, changed={"odd"})
    assert "first row number 2 of auto_t.py" in said
    assert "corp" not in said


async def test_a_key_that_is_transformed_names_no_row(source):
    await source.create("CREATE TABLE t (id int PRIMARY KEY)")
    (said,) = await source.problems([("1",), ("x",)], changed={"id"})
    assert "first row number 2 of auto_t.py" in said


async def test_many_refused_rows_are_counted(source):
    await source.create(
        "CREATE TABLE t (id int PRIMARY KEY, odd int CONSTRAINT ck CHECK (odd > 0))"
    )
    rows = [(str(number), str(number % 700 - 350)) for number in range(12_000)]
    (said,) = await source.problems(rows, changed={"odd"})
    wrong = sum(int(row[1]) <= 0 for row in rows)
    assert f"{wrong:,} row(s) would be refused, first row 0: the check ck" in said


async def test_a_table_without_rows_fits(source):
    await source.create("CREATE TABLE t (id int PRIMARY KEY, odd int NOT NULL CHECK (odd > 0))")
    assert await source.problems([], changed={"odd"}) == []


async def test_a_transaction_goes_on_after_a_refusal(source):
    await source.create("CREATE TABLE t (id int PRIMARY KEY, odd int)")
    entry = await source.classified(ODD, {"odd"})
    path = source.write(entry, [("1", "x")])
    async with (
        session(source.address, purpose="prove", read_only=True) as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        assert len(await fit_problems(connection, entry, path)) == 1
        assert await connection.fetchval("SELECT 1") == 1


@pytest.mark.parametrize("rule", [rules.first_name(), rules.email(), rules.text()], ids=str)
async def test_where_a_rule_cannot_write_what_is_refused_the_file_is_not_read(source, rule):
    await source.create("CREATE TABLE t (id int PRIMARY KEY, odd text NOT NULL)")
    entry = await source.classified(rule, {"odd"})
    async with session(source.address, purpose="prove", read_only=True) as connection:
        assert await fit_problems(connection, entry, source.folder / "missing.py") == []


async def test_a_hundred_thousand_rows_take_seconds(source):
    await source.create(
        "CREATE TABLE t (id int PRIMARY KEY, email varchar(60) CHECK (email LIKE '%@%'),"
        " born date CHECK (born < '2100-01-01'), doc jsonb, age int)"
    )
    entry = await source.classified(ODD, {"email", "born", "doc"})
    rows = [
        (
            str(number),
            f"user-{number}@example.test",
            f"{1950 + number % 60}-{1 + number % 12:02}-{1 + number % 28:02}",
            json.dumps({"n": number % 1000}),
            "7",
        )
        for number in range(100_000)
    ]
    path = source.write(entry, rows)
    async with session(source.address, purpose="prove", read_only=True) as connection:
        assert await fit_problems(connection, entry, path) == []
