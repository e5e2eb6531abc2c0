"""Rollback: what no dump carries comes along: owner, rights, settings, locale."""

import runpy
from dataclasses import replace
from pathlib import Path

import pytest

from db_workflow.connection import quoted, session
from db_workflow.errors import DatabaseRefusedError
from db_workflow.release.rollback.outlook import look_back
from db_workflow.release.rollback.purge import kept_aside, purge
from db_workflow.server import Server

_HELPERS = runpy.run_path(str(Path(__file__).with_name("deploy_house.py")))
House, FIRST, RESPELLED = (_HELPERS[name] for name in ("House", "FIRST", "RESPELLED"))
house, deployed = _HELPERS["house"], _HELPERS["deployed"]


async def test_everything_outside_the_database_comes_along(deployed):
    role = f"{deployed.settings.project}_api"
    name = quoted(deployed.name)
    await deployed.outside(f"CREATE ROLE {role}")
    try:
        for statement in (
            f'ALTER DATABASE {name} SET search_path TO public, "Odd, Name"',
            f"ALTER DATABASE {name} SET app.tenant TO 'it''s'",
            f"ALTER ROLE {role} IN DATABASE {name} SET statement_timeout TO '7s'",
            f"REVOKE CONNECT ON DATABASE {name} FROM PUBLIC",
            f"GRANT CREATE ON DATABASE {name} TO {role} WITH GRANT OPTION",
            f"COMMENT ON DATABASE {name} IS 'the one'",
            f"ALTER DATABASE {name} CONNECTION LIMIT 50",
            f"ALTER DATABASE {name} OWNER TO {role}",
        ):
            await deployed.outside(statement)
        before = await deployed.properties()
        await deployed.roll_back()
        after = await deployed.properties()
        assert after.oid != before.oid
        assert after.like(before)
        assert after.comment == "the one"
        assert ("", "search_path", 'public, "Odd, Name"') in after.settings
    finally:
        await deployed.gone()
        await deployed.outside(f"DROP ROLE {role}")


async def test_owners_and_grants_inside_come_back(house):
    role = f"{house.settings.project}_owner"
    await house.build()
    await house.outside(f"CREATE ROLE {role}")
    try:
        await house.execute(
            f"ALTER TABLE people OWNER TO {role}; GRANT SELECT ON old_people TO {role}"
        )
        before = await house.contents()
        await house.deploy()
        await house.roll_back()
        after = await house.contents()
        assert after["owners"] == before["owners"]
        assert after["owners"]["relation people"] == role
        assert after["schema"].count(role) == before["schema"].count(role) > 0
    finally:
        await house.gone()
        await house.outside(f"DROP ROLE {role}")


async def test_lacking_rights_are_told_before_anything(deployed, server):
    role = f"{deployed.settings.project}_weak"
    await deployed.outside(f"CREATE ROLE {role} LOGIN")
    try:
        await deployed.execute(
            f"GRANT USAGE ON SCHEMA db_workflow TO {role};"
            f" GRANT SELECT ON ALL TABLES IN SCHEMA db_workflow, public TO {role}"
        )
        weak = replace(deployed.address, user=role)
        there = Server(weak.at("postgres"), server.binaries, embedded=False)
        await deployed.execute(
            "CREATE FUNCTION heard() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';"
            " CREATE EVENT TRIGGER ears ON ddl_command_end EXECUTE FUNCTION heard();"
            " CREATE PUBLICATION everything FOR ALL TABLES"
        )
        with pytest.raises(DatabaseRefusedError, match="CREATEDB") as refused:
            await look_back(there, weak, settings=deployed.settings)
        assert "owns the database" in str(refused.value)
        assert "create event trigger ears" in str(refused.value)
        assert "create publication everything" in str(refused.value)
    finally:
        await deployed.gone()
        await deployed.outside(f"DROP ROLE {role}")


async def test_another_locale_comes_back(house):
    await house.build(
        options="TEMPLATE template0 LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'"
    )
    before = await house.contents()
    await house.deploy()
    await house.roll_back()
    assert (await house.properties()).made["BUILTIN_LOCALE"] == "C.UTF-8"
    assert await house.contents() == before


async def test_what_only_a_dump_knows_comes_back_too(house):
    everything = (
        "CREATE TABLE parted (id int, kind text) PARTITION BY LIST (kind);"
        " CREATE TABLE parted_a PARTITION OF parted FOR VALUES IN ('a');"
        " CREATE TABLE parted_rest PARTITION OF parted DEFAULT;"
        " INSERT INTO parted VALUES (1, 'a'), (2, 'b');"
        " CREATE UNLOGGED TABLE fleeting AS SELECT 1 AS x;"
        " CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM parted;"
        ' CREATE SCHEMA other; CREATE TABLE other.things ("Odd Name" text, t int);'
        " INSERT INTO other.things VALUES (E'\\u2028', 1);"
        " SELECT lo_from_bytea(0, 'large');"
        " CREATE PUBLICATION news FOR TABLE people;"
        " ALTER SEQUENCE people_id_seq RESTART WITH 1000"
    )
    await house.build(first=FIRST + everything)
    before = await house.contents()
    assert before["rows"]["public.parted_a"][0] == before["large_objects"] == 1
    assert before["sequences"]["public.people_id_seq"] == [1000, False]
    await house.deploy()
    await house.execute("SELECT lo_unlink(oid) FROM pg_largeobject_metadata; DROP PUBLICATION news")
    await house.roll_back()
    assert await house.contents() == before
    async with session(house.address, purpose="test") as connection:
        assert await connection.fetchval("SELECT pubname FROM pg_publication") == "news"
        assert await connection.fetchval("SELECT count FROM counted") == 2


async def test_an_account_that_owns_but_rules_nothing_can_do_it_all(house):
    """Neither superuser nor anybody's member: CREATEDB, and the owner of its own database."""
    role = f"{house.settings.project}_plain"
    await house.outside(f"CREATE ROLE {role} LOGIN CREATEDB")
    try:
        house.address = replace(house.address, user=role)
        house.settings = replace(house.settings, production_address=house.address)
        await house.build(options=f"OWNER {role}")
        before = await house.contents()
        await house.deploy()
        async with session(house.address, purpose="api"):
            done = await house.roll_back(ending=True)
        assert await house.contents() == before
        assert (await house.properties()).owner == role
        found = await kept_aside(house.there, house.address, settings=house.settings)
        assert [one.name for one in found.databases] == [done.aside]
        await purge(house.there, found, settings=house.settings)
        assert await house.databases() == [house.name]
    finally:
        await house.gone()
        await house.outside(f"DROP ROLE {role}")
