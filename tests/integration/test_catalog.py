"""A schema read from a live database."""

import secrets

import asyncpg
import pytest

from db_workflow.catalog import (
    Snapshot,
    differences,
    kinds_unread,
    read_snapshot,
    read_stamp,
    tables_outside,
    unpopulated_views,
)
from db_workflow.catalog.read import get_ready
from db_workflow.connection import session
from db_workflow.databases import create_database

SCHEMA = """
CREATE SCHEMA db_workflow;
CREATE TABLE db_workflow.ledger (id int PRIMARY KEY);
CREATE EXTENSION citext;
CREATE TYPE mood AS ENUM ('sad', 'ok');
ALTER TYPE mood ADD VALUE 'meh' BEFORE 'ok';
CREATE DOMAIN positive AS int DEFAULT 3 NOT NULL CONSTRAINT above_zero CHECK (VALUE > 0);
CREATE TYPE pair AS (a int, b text);
CREATE TYPE span AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = float8mi);
CREATE SEQUENCE tickets INCREMENT 5;
CREATE TABLE parents (
    id serial PRIMARY KEY,
    "Weird Name" citext COLLATE "C",
    mood mood NOT NULL DEFAULT 'ok',
    count positive
);
CREATE TABLE children (
    id bigint GENERATED ALWAYS AS IDENTITY (START 10) PRIMARY KEY,
    parent_id int NOT NULL,
    gone text,
    cost numeric(10, 2) DEFAULT 0,
    twice numeric GENERATED ALWAYS AS (cost * 2) STORED,
    CONSTRAINT fk_parent FOREIGN KEY (parent_id) REFERENCES parents ON DELETE CASCADE,
    CONSTRAINT ck_cost CHECK (cost >= 0)
);
ALTER TABLE children DROP COLUMN gone;
CREATE INDEX ix_cost ON children (abs(cost) DESC, id) WHERE cost > 0;
ALTER TABLE children ADD CONSTRAINT ck_later CHECK (cost < 1000) NOT VALID;
CREATE VIEW shown AS SELECT id, cost FROM children;
CREATE MATERIALIZED VIEW totals AS SELECT sum(cost) AS total FROM children;
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE AGGREGATE sum_up (int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
CREATE TRIGGER tr_refuse AFTER DELETE ON children FOR EACH ROW EXECUTE FUNCTION refuse();
ALTER TABLE children ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON children FOR SELECT USING (cost > 0);
CREATE TABLE days (day date NOT NULL, id int, PRIMARY KEY (day, id)) PARTITION BY RANGE (day);
CREATE TABLE days_2026 PARTITION OF days FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
"""


@pytest.fixture
async def fresh(server, tiny_settings):
    """Return a connection to an empty database."""
    name = f"{tiny_settings.project}_{secrets.token_hex(3)}"
    await create_database(server, name, project=tiny_settings.project, role="test")
    async with session(server.address.at(name), purpose="test") as connection:
        yield connection


async def test_every_kind_of_object_is_read(fresh):
    await fresh.execute(SCHEMA)
    found = {one.name: one for one in (await read_snapshot(fresh)).objects}
    assert found["citext"].kind == "extension"
    assert found["mood"].properties == {"labels": ["sad", "meh", "ok"]}
    assert found["positive"].properties["checks"] == ["above_zero CHECK ((VALUE > 0))"]
    assert found["pair"].properties["attributes"] == ["a integer", "b text"]
    assert found["span"].kind == "range type"
    assert found["span"].properties == {
        "subtype": "double precision",
        "difference": "float8mi(double precision,double precision)",
    }
    assert found["tickets"].properties["increment"] == "5"
    assert found['parents."Weird Name"'].properties["collation"] == '"C"'
    assert found["parents.id"].properties["default"] == "nextval(own sequence)"
    assert found["children.id"].properties["identity"] == "always"
    assert found["children.id"].properties["sequence"]["start"] == "10"
    assert found["children.cost"].properties["type"] == "numeric(10,2)"
    assert found["children.twice"].properties["generated"] == "(cost * (2)::numeric)"
    assert found["children.fk_parent"].properties["definition"] == (
        "FOREIGN KEY (parent_id) REFERENCES parents(id) ON DELETE CASCADE"
    )
    assert found["children.ck_later"].properties["validated"] is False
    assert "DESC" in found["ix_cost"].properties["definition"]
    assert found["shown"].kind == "view"
    assert found["totals"].kind == "materialised view"
    assert found["refuse()"].kind == "function"
    assert found["sum_up(integer)"].properties["aggregate"]["state"] == "integer"
    assert found["children.tr_refuse"].properties["enabled"] == "yes"
    assert found["children"].properties["row security"] == "on"
    assert found["children.own"].properties["using"] == "(cost > (0)::numeric)"
    assert found["days"].properties["partitioned by"] == "RANGE (day)"
    assert found["days_2026"].properties["parents"] == ["days"]


async def test_what_is_not_the_applications_own_is_left_out(fresh):
    await fresh.execute(SCHEMA)
    found = await read_snapshot(fresh, schemas=("public", "db_workflow"))
    names = {one.name for one in found.objects}
    assert not {name for name in names if "ledger" in name}
    assert not {one.name for one in found.of_kind("function")} - {"refuse()", "sum_up(integer)"}
    assert {one.name for one in found.of_kind("sequence")} == {"tickets"}
    assert not {one.name for one in found.of_kind("constraint") if "not_null" in one.name}


async def test_positions_count_the_columns_that_are_there(fresh):
    await fresh.execute(SCHEMA)
    found = (await read_snapshot(fresh)).of_table("children", kinds=("column",))
    assert [one.local_name for one in found] == ["id", "parent_id", "cost", "twice"]
    assert [one.properties["position"] for one in found] == [1, 2, 3, 4]


async def test_a_session_that_got_ready_reads_what_was_made_since(server, fresh):
    name = await fresh.fetchval("SELECT current_database()")
    async with session(server.address.at(name), purpose="test") as ready:
        path = await ready.fetchval("SHOW search_path")
        await get_ready(ready)
        await fresh.execute(SCHEMA)
        await fresh.execute("CREATE SCHEMA another; DROP SCHEMA another")  # plans go with it
        assert await read_snapshot(ready) == await read_snapshot(fresh)
        assert await ready.fetchval("SHOW search_path") == path
        assert await ready.fetchval("SHOW plan_cache_mode") == "auto"


async def test_the_same_sql_gives_the_same_fingerprint_in_another_database(
    server, tiny_settings, fresh
):
    await fresh.execute(SCHEMA)
    name = f"{tiny_settings.project}_other"
    await create_database(server, name, project=tiny_settings.project, role="test")
    async with session(server.address.at(name), purpose="test") as other:
        await other.execute("CREATE TABLE passing (id int); DROP TABLE passing")
        await other.execute(SCHEMA)
        one, two = await read_snapshot(fresh), await read_snapshot(other)
    assert differences(one, two) == ()
    assert one.fingerprint == two.fingerprint
    assert Snapshot.from_json(one.to_json()).fingerprint == one.fingerprint


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE children DROP COLUMN twice",
        "ALTER TABLE children RENAME COLUMN cost TO price",
        "ALTER TABLE children ALTER cost SET DEFAULT 1",
        "ALTER TYPE mood ADD VALUE 'glad'",
        "ALTER TYPE mood RENAME VALUE 'meh' TO 'so-so'",
        "ALTER TABLE children VALIDATE CONSTRAINT ck_later",
        "ALTER TABLE children DISABLE TRIGGER tr_refuse",
        "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
        "CREATE OR REPLACE VIEW shown AS SELECT id, cost FROM children WHERE cost > 1",
        "ALTER POLICY own ON children USING (cost > 1)",
        "ALTER SEQUENCE tickets INCREMENT 6",
        "ALTER TABLE children SET UNLOGGED",
        "ALTER TABLE parents SET (fillfactor = 70)",
        "ALTER DOMAIN positive DROP NOT NULL",
        "CREATE STATISTICS st_cost ON parent_id, cost FROM children",
        "CREATE RULE quiet AS ON INSERT TO shown DO INSTEAD NOTHING",
        "ALTER TABLE children ALTER id SET INCREMENT 2",
        "DROP TYPE span; CREATE TYPE span AS RANGE (SUBTYPE = float8)",
        'DROP TYPE span; CREATE TYPE span AS RANGE (SUBTYPE = text, COLLATION = "C")',
        "ALTER SCHEMA public RENAME TO hidden",
        "ALTER LANGUAGE plpgsql RENAME TO another",
        "ALTER TABLE parents REPLICA IDENTITY FULL",
        "ALTER TABLE parents REPLICA IDENTITY USING INDEX parents_pkey",
        "ALTER TABLE parents DISABLE TRIGGER ALL",
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_cost'::regclass",
    ],
)
async def test_a_change_made_by_hand_changes_fingerprint_and_stamp(fresh, change):
    await fresh.execute(SCHEMA)
    before, stamp = await read_snapshot(fresh), await read_stamp(fresh)
    await fresh.execute(change)
    after = await read_snapshot(fresh)
    assert differences(before, after)
    assert before.fingerprint != after.fingerprint
    assert await read_stamp(fresh) != stamp


FOREIGN_KEYS = """
CREATE TABLE a (id int PRIMARY KEY DEFERRABLE);
CREATE TABLE b (id int PRIMARY KEY);
CREATE TABLE c (id int CONSTRAINT fk REFERENCES b) PARTITION BY LIST (id);
CREATE TABLE c_1 PARTITION OF c FOR VALUES IN (1);
"""


@pytest.mark.parametrize(
    ("change", "name", "properties"),
    [
        ("ALTER TABLE a DISABLE TRIGGER ALL", "a.a_pkey", {"disabled triggers": ["a"]}),
        ("ALTER TABLE b DISABLE TRIGGER ALL", "c.fk", {"disabled triggers": ["b"]}),
        ("ALTER TABLE c DISABLE TRIGGER ALL", "c.fk", {"disabled triggers": ["c", "c_1"]}),
        ("ALTER TABLE c_1 DISABLE TRIGGER ALL", "c.fk", {"disabled triggers": ["c_1"]}),
    ],
)
async def test_a_key_that_nothing_enforces_any_longer_says_where(fresh, change, name, properties):
    await fresh.execute(FOREIGN_KEYS)
    before = {one.name: one.properties for one in (await read_snapshot(fresh)).objects}
    assert not {key for key in before[name] if "triggers" in key}
    await fresh.execute(change)
    after = {one.name: one.properties for one in (await read_snapshot(fresh)).objects}
    assert after[name] == before[name] | properties
    await fresh.execute(change.replace("DISABLE", "ENABLE"))
    assert {one.name: one.properties for one in (await read_snapshot(fresh)).objects} == before


async def test_a_key_that_holds_only_in_replication_says_so(fresh):
    await fresh.execute(FOREIGN_KEYS)
    trigger = await fresh.fetchval("SELECT tgname FROM pg_trigger WHERE tgrelid = 'a'::regclass")
    for state, name in (
        ("REPLICA", "replica triggers"),
        ("ALWAYS", "always triggers"),
    ):
        await fresh.execute(f'ALTER TABLE a ENABLE {state} TRIGGER "{trigger}"')
        found = {one.name: one.properties for one in (await read_snapshot(fresh)).objects}
        assert found["a.a_pkey"][name] == ["a"]


async def test_a_not_null_that_was_never_proven_leaves_the_column_nullable(fresh):
    await fresh.execute("CREATE TABLE t (a int, b int NOT NULL)")
    add = "ALTER TABLE t ADD CONSTRAINT nn NOT NULL a NOT VALID"
    if fresh.get_server_version().major < 18:  # where nobody can say so
        with pytest.raises(asyncpg.PostgresSyntaxError):
            await fresh.execute(add)
        return
    await fresh.execute(add)
    columns = {one.name: one.properties for one in (await read_snapshot(fresh)).of_kind("column")}
    assert (columns["t.a"]["nullable"], columns["t.a"]["not null"]) == (True, "not valid")
    assert (columns["t.b"]["nullable"], columns["t.b"].get("not null")) == (False, None)
    await fresh.execute("ALTER TABLE t VALIDATE CONSTRAINT nn")
    columns = {one.name: one.properties for one in (await read_snapshot(fresh)).of_kind("column")}
    assert (columns["t.a"]["nullable"], columns["t.a"].get("not null")) == (False, None)


async def test_two_rows_that_change_together_never_make_up_for_each_other(fresh):
    """A key's triggers have neighbouring numbers, and so have transactions."""
    await fresh.execute("CREATE TABLE a (id int PRIMARY KEY, other int REFERENCES a)")
    stamps = set()
    for change in ("DISABLE", "ENABLE") * 16:
        await fresh.execute(f"ALTER TABLE a {change} TRIGGER ALL")
        stamps.add(await read_stamp(fresh))
    assert len(stamps) == 32


async def test_the_state_of_an_index_is_seen_even_if_it_was_written_in_place(fresh):
    """Within a transaction the rows' transaction number stays the same, as it does in 13."""
    await fresh.execute(SCHEMA)
    stamps = []
    async with fresh.transaction():
        for valid in ("false", "true"):
            await fresh.execute(
                f"UPDATE pg_index SET indisvalid = {valid} WHERE indexrelid = 'ix_cost'::regclass"
            )
            stamps.append(await read_stamp(fresh))
    assert stamps[0] != stamps[1]


async def test_a_role_that_a_policy_names_is_renamed_for_both_judges(fresh, tiny_settings):
    role = f"{tiny_settings.project}_teacher"
    await fresh.execute(f"CREATE ROLE {role}")
    try:
        await fresh.execute(f"CREATE TABLE t (a int); CREATE POLICY own ON t TO {role}")
        before, stamp = await read_snapshot(fresh), await read_stamp(fresh)
        await fresh.execute(f"ALTER ROLE {role} RENAME TO {role}_2")
        assert (await read_snapshot(fresh)).fingerprint != before.fingerprint
        assert await read_stamp(fresh) != stamp
        await fresh.execute(f"ALTER ROLE {role}_2 RENAME TO {role}")
        assert await read_stamp(fresh) == stamp
    finally:
        await fresh.execute(f"DROP TABLE t; DROP ROLE IF EXISTS {role}, {role}_2")


async def test_rows_and_sequence_values_change_nothing(fresh):
    await fresh.execute(SCHEMA)
    before, stamp = await read_snapshot(fresh), await read_stamp(fresh)
    await fresh.execute("INSERT INTO parents (mood) VALUES ('sad'); SELECT nextval('tickets')")
    await fresh.execute("ANALYZE parents")
    await fresh.execute("VACUUM FREEZE pg_class")
    assert (await read_snapshot(fresh)).fingerprint == before.fingerprint
    assert await read_stamp(fresh) == stamp


async def test_a_clone_has_the_stamp_of_its_template(server, tiny_settings):
    first, second = (f"{tiny_settings.project}_{number}" for number in (1, 2))
    await create_database(server, first, project=tiny_settings.project, role="test")
    async with session(server.address.at(first), purpose="test") as connection:
        await connection.execute(SCHEMA)
        stamp = await read_stamp(connection)
    project = tiny_settings.project
    await create_database(server, second, project=project, role="test", template=first)
    async with session(server.address.at(second), purpose="test") as connection:
        assert await read_stamp(connection) == stamp
        assert await read_stamp(connection, schemas=("public", "other")) != stamp


async def test_a_renamed_table_keeps_a_serial_column_of_its_own(fresh):
    await fresh.execute("CREATE TABLE a (id serial); ALTER TABLE a RENAME TO b")
    (found,) = (await read_snapshot(fresh)).of_kind("column")
    assert found.properties["default"] == "nextval(own sequence)"


async def test_the_callers_search_path_neither_matters_nor_changes(fresh):
    await fresh.execute(SCHEMA)
    before = await read_snapshot(fresh)
    await fresh.execute("SET search_path = pg_catalog")
    async with fresh.transaction():
        assert (await read_snapshot(fresh)).fingerprint == before.fingerprint
        assert await fresh.fetchval("SHOW search_path") == "pg_catalog"
    assert await fresh.fetchval("SHOW search_path") == "pg_catalog"


async def test_a_temporary_table_hides_nothing(fresh):
    await fresh.execute(SCHEMA)
    before = await read_snapshot(fresh)
    await fresh.execute("CREATE TEMPORARY TABLE parents (x int)")
    assert (await read_snapshot(fresh)).fingerprint == before.fingerprint


async def test_a_read_only_session_can_take_a_snapshot(fresh):
    await fresh.execute("SET default_transaction_read_only = on")
    assert (await read_snapshot(fresh)).is_empty


async def test_objects_of_another_schema_are_read_on_request_and_printed_qualified(fresh):
    await fresh.execute("CREATE SCHEMA other; CREATE TABLE other.t (id int PRIMARY KEY)")
    assert (await read_snapshot(fresh)).is_empty
    found = await read_snapshot(fresh, schemas=("public", "other"))
    assert {one.name for one in found.objects} == {
        *("public", "other"),
        *("other.t", "other.t.id", "other.t.t_pkey"),
    }


async def test_the_order_of_schemas_decides_what_is_printed_plain_and_is_in_the_stamp(fresh):
    await fresh.execute("CREATE SCHEMA other; CREATE TABLE other.t (id int PRIMARY KEY)")
    one, other = ("public", "other"), ("other", "public")
    before, after = [await read_snapshot(fresh, schemas=schemas) for schemas in (one, other)]
    assert before.fingerprint != after.fingerprint
    stamps = [await read_stamp(fresh, schemas=schemas) for schemas in (one, other)]
    assert stamps[0] != stamps[1]


async def test_the_functions_that_go_with_a_range_type_are_not_functions_of_their_own(fresh):
    await fresh.execute("CREATE TYPE span AS RANGE (SUBTYPE = float8)")
    assert [one.key for one in (await read_snapshot(fresh)).objects] == [
        ("schema", "public"),
        ("range type", "span"),
    ]


PARTS = "parts of columns, constraints and partitions"


async def test_grants_say_what_is_not_as_usual_whoever_granted_it(fresh, tiny_settings):
    one, two = (f"{tiny_settings.project}_{number}" for number in (1, 2))
    await fresh.execute(f"CREATE ROLE {one}; CREATE ROLE {two}")
    try:
        await fresh.execute(
            "CREATE TABLE t (x int); CREATE TABLE u (x int); CREATE TABLE v (x int);"
            " CREATE TABLE w (x int); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';"
            f" GRANT SELECT ON t TO {one} WITH GRANT OPTION; SET ROLE {one};"
            f" GRANT SELECT ON t TO {two}; RESET ROLE; GRANT SELECT ON t TO {two};"
            f" GRANT ALL ON u TO {one}; GRANT ALL ON u TO {two} WITH GRANT OPTION;"
            " GRANT SELECT ON v TO PUBLIC; REVOKE SELECT ON v FROM PUBLIC;"
            " REVOKE ALL ON w FROM CURRENT_USER;"
            f" REVOKE EXECUTE ON FUNCTION f FROM PUBLIC; GRANT EXECUTE ON FUNCTION f TO {one}"
        )
        found = {
            found.name: found.properties.get("grants")
            for found in (await read_snapshot(fresh)).of_kind("table", "function")
        }
        assert found == {
            "t": {one: ["SELECT WITH GRANT OPTION"], two: ["SELECT"]},
            "u": {one: ["ALL"], two: ["ALL WITH GRANT OPTION"]},
            "v": None,
            "w": {"OWNER": []},
            "f()": {"PUBLIC": [], one: ["EXECUTE"]},
        }
    finally:
        await fresh.execute(f"DROP OWNED BY {one}, {two}; DROP ROLE {one}, {two}")


async def test_a_role_that_a_grant_names_is_renamed_for_both_judges(fresh, tiny_settings):
    role = f"{tiny_settings.project}_reader"
    await fresh.execute(f"CREATE ROLE {role}; CREATE TABLE t (a int); GRANT SELECT ON t TO {role}")
    try:
        before, stamp = await read_snapshot(fresh), await read_stamp(fresh)
        await fresh.execute(f"ALTER ROLE {role} RENAME TO {role}_2")
        assert await read_snapshot(fresh) != before
        assert await read_stamp(fresh) != stamp
    finally:
        await fresh.execute(f"DROP TABLE t; DROP ROLE IF EXISTS {role}, {role}_2")


UNREAD = {
    "CREATE CAST (integer AS mood) WITH INOUT": "casts",
    'CREATE COLLATION plain FROM "C"': "collations",
    "CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq)": "operators",
    "CREATE OPERATOR FAMILY kin USING btree": "operator families",
    "CREATE PUBLICATION changes": "publications",
    "CREATE EVENT TRIGGER seen ON ddl_command_end EXECUTE FUNCTION noted()": "event triggers",
    "CREATE TEXT SEARCH CONFIGURATION words (COPY = simple)": "text search configurations",
    "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC": "default privileges",
    "GRANT SELECT (x) ON seen TO PUBLIC": "grants on columns of views",
    "REVOKE USAGE ON TYPE one FROM PUBLIC": "grants on the row types of tables",
    "COMMENT ON COLUMN seen.x IS 'a comment'": "comments on columns of views and composite types",
    "COMMENT ON COLUMN pair.a IS 'a comment'": "comments on columns of views and composite types",
    "COMMENT ON CONSTRAINT above ON DOMAIN bound IS 'a comment'": "comments on constraints of"
    " domains",
    "COMMENT ON INDEX one_pkey IS 'a comment'": f"comments on {PARTS}",
    "COMMENT ON SEQUENCE one_id_seq IS 'a comment'": f"comments on {PARTS}",
    "COMMENT ON CONSTRAINT fk ON days_1 IS 'a comment'": f"comments on {PARTS}",
    "DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO PUBLIC', current_database());"
    " END $$": "grants on the database",
    "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = x', current_database());"
    " END $$": "settings of the database",
    "ALTER TABLE one CLUSTER ON one_pkey": "the order that CLUSTER keeps",
    "ALTER TABLE one SET (toast.autovacuum_enabled = false)": "options of TOAST tables",
    "CREATE FUNCTION other.f() RETURNS int LANGUAGE sql AS 'SELECT 1'": "functions outside"
    " `schemas`",
    "CREATE VIEW other.v AS SELECT 1 AS a": "views outside `schemas`",
    "CREATE SEQUENCE other.s": "sequences outside `schemas`",
    "CREATE TYPE other.e AS ENUM ('a')": "types outside `schemas`",
    "CREATE TYPE other.c AS (a int)": "types outside `schemas`",
}


@pytest.mark.parametrize("statement", UNREAD)
async def test_what_no_snapshot_reads_is_named_when_there_is_any(fresh, statement):
    await fresh.execute(
        "CREATE EXTENSION citext; CREATE EXTENSION btree_gist; CREATE EXTENSION hstore;"
        " CREATE TYPE mood AS ENUM ('sad'); CREATE TYPE span AS RANGE (SUBTYPE = float8);"
        " CREATE TABLE one (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, x int, note text);"
        " CREATE VIEW seen AS SELECT x FROM one; CREATE TYPE pair AS (a int, b int);"
        " CREATE DOMAIN bound AS int CONSTRAINT above CHECK (VALUE > 0);"
        " CREATE TABLE days (day int CONSTRAINT fk REFERENCES one) PARTITION BY LIST (day);"
        " CREATE TABLE days_1 PARTITION OF days FOR VALUES IN (1);"
        " CREATE SCHEMA other; CREATE TABLE other.t (id serial, note text);"
        " CREATE FUNCTION noted() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'"
    )
    before = await read_snapshot(fresh)
    assert await kinds_unread(fresh, schemas=("public",)) == ()
    await fresh.execute(statement)
    assert await kinds_unread(fresh, schemas=("public",)) == (UNREAD[statement],)
    assert (await read_snapshot(fresh)).fingerprint == before.fingerprint


async def test_a_view_that_was_never_filled_is_named_and_its_schema_is_the_same(fresh):
    await fresh.execute("CREATE MATERIALIZED VIEW totals AS SELECT 1 AS total")
    before = await read_snapshot(fresh)
    assert await unpopulated_views(fresh, schemas=("public",)) == ()
    await fresh.execute("REFRESH MATERIALIZED VIEW totals WITH NO DATA")
    assert await unpopulated_views(fresh, schemas=("public",)) == ("public.totals",)
    assert await unpopulated_views(fresh, schemas=("other",)) == ()
    assert (await read_snapshot(fresh)).fingerprint == before.fingerprint


async def test_tables_that_stand_outside_are_found_but_not_those_of_extensions(fresh):
    await fresh.execute(
        "CREATE SCHEMA other; CREATE TABLE other.mine (x int);"
        " CREATE TABLE other.brought (x int); CREATE TABLE public.seen (x int);"
        " ALTER EXTENSION plpgsql ADD TABLE other.brought; CREATE SCHEMA db_workflow;"
        " CREATE TABLE db_workflow.ledger (x int)"
    )
    assert await tables_outside(fresh, schemas=("public",)) == ("other.mine",)
    assert await tables_outside(fresh, schemas=("public", "other")) == ()
