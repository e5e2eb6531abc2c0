"""Every single change of a schema is reported, by exactly what changed; no change, nothing."""

import re
import secrets

import pytest

from db_workflow.catalog import (
    KINDS,
    Snapshot,
    differences,
    kinds_unread,
    read_snapshot,
    read_stamp,
)
from db_workflow.catalog.queries import query
from db_workflow.connection import session
from db_workflow.databases import create_database
from tests.integration.mutations import MUTATIONS, SCHEMA, SCHEMAS


@pytest.fixture
async def mutable(server, tiny_settings):
    """Return a connection to a database that holds the schema."""
    name = f"{tiny_settings.project}_{secrets.token_hex(3)}"
    await create_database(server, name, project=tiny_settings.project, role="test")
    async with session(server.address.at(name), purpose="test") as connection:
        await connection.execute(SCHEMA)
        yield connection


async def test_a_schema_has_no_differences_from_itself_built_again(server, tiny_settings, mutable):
    name = f"{tiny_settings.project}_again"
    await create_database(server, name, project=tiny_settings.project, role="test")
    async with session(server.address.at(name), purpose="test") as connection:
        await connection.execute("CREATE TABLE passing (id int); DROP TABLE passing")
        await connection.execute(SCHEMA)
        again = await read_snapshot(connection, schemas=SCHEMAS)
    found = await read_snapshot(mutable, schemas=SCHEMAS)
    assert differences(found, again) == ()
    assert found == again
    assert found.fingerprint == again.fingerprint
    assert Snapshot.from_json(found.to_json()) == found


async def test_everything_in_the_schema_is_read(mutable):
    assert await kinds_unread(mutable, schemas=SCHEMAS) == ()


async def _mutated(connection):
    """Yield each change with the schema after it and its stamp; it is undone before the next."""
    for mutation in MUTATIONS:
        if mutation.needs > connection.get_server_version().major:
            continue
        transaction = connection.transaction()
        await transaction.start()
        try:
            await connection.execute(mutation.sql)
            snapshot = await read_snapshot(connection, schemas=SCHEMAS)
            stamp = await read_stamp(connection)
        finally:
            await transaction.rollback()
        yield mutation, snapshot, stamp


async def test_each_change_is_reported_by_what_it_changed(mutable):
    before, stamp = await read_snapshot(mutable, schemas=SCHEMAS), await read_stamp(mutable)
    wrong, objects = {}, list(before.objects)
    async for mutation, after, after_stamp in _mutated(mutable):
        objects += after.objects
        told = differences(before, after, renames=True)
        found = {(one.kind, _told(one)) for one in told}
        if found != {(mutation.kind, mutation.change)}:
            wrong[mutation.name] = found
        # Who may do what is compared, but changes without a migration.
        only_grants = mutation.change.endswith("grants")
        assert (after.fingerprint == before.fingerprint) == only_grants, mutation.name
        assert after_stamp != stamp, mutation.name
    assert not wrong, "\n".join(f"{name}: {found}" for name, found in wrong.items())
    assert await read_snapshot(mutable, schemas=SCHEMAS) == before
    _require_a_change_for_each_property(objects, major=mutable.get_server_version().major)


def _require_a_change_for_each_property(objects, *, major):
    changed = {(one.kind, name) for one in MUTATIONS for name in one.change.split("+")}
    # Every one of these is said in other words, too.
    changed |= {("constraint", "definition"), ("index", "definition")}
    assert {(one.kind, name) for one in objects for name in one.properties} - changed == set()
    if major >= 18:
        known = {name for one in objects for name in _names(one.properties)}
        assert set(re.findall(r"'\"([a-z ]+)\":'", query(18))) <= known


def _told(difference):
    if difference.change != "different":
        return difference.change
    # PostgreSQL's own words for the whole; each of them is a property of its own.
    worded = len(difference.properties) > 1 and "definition" in difference.properties
    return "+".join(sorted(set(difference.properties) - ({"definition"} if worded else set())))


def _names(value):
    """Return the names of all properties, also of those inside of others."""
    if isinstance(value, dict):
        return {*value, *(name for inner in value.values() for name in _names(inner))}
    if isinstance(value, list):
        return {name for inner in value for name in _names(inner)}
    return set()


def test_each_change_has_a_name_of_its_own_and_every_kind_has_some():
    assert len({one.name for one in MUTATIONS}) == len(MUTATIONS)
    assert {one.kind for one in MUTATIONS} == set(KINDS)
