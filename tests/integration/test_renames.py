"""Renames recognised between two real schemas never hide what else was changed."""

import secrets

import asyncpg
import pytest

from db_workflow.catalog import differences, read_snapshot
from db_workflow.connection import session
from db_workflow.databases import create_database
from tests.integration.mutations import MUTATIONS, SCHEMA, SCHEMAS

# By what they rename: what everything else mentions, column by column, and the rest.
RENAMES = {
    "tables": (
        "ALTER TABLE tutors RENAME TO teachers",
        'ALTER TABLE "Lessons" RENAME TO "Les""sons"',
        "ALTER TABLE side.places RENAME TO rooms",
        "ALTER TABLE parent RENAME TO elders",
        "ALTER TABLE days RENAME TO dates",
        "ALTER VIEW shown RENAME TO visible",
        "ALTER MATERIALIZED VIEW totals RENAME TO sums_up",
    ),
    "columns": (
        "ALTER TABLE tutors RENAME rate TO fee",
        "ALTER TABLE tutors RENAME id TO number",
        'ALTER TABLE "Lessons" RENAME room TO "The Room"',
        "ALTER TABLE side.places RENAME a TO first",
        "ALTER TABLE side.visits RENAME b TO second",
        "ALTER TABLE plain RENAME x TO here",
        "ALTER TABLE sums RENAME a TO half",
    ),
    "the rest": (
        "ALTER TYPE mood RENAME TO feeling",
        "ALTER DOMAIN price RENAME TO cost",
        "ALTER TYPE side.size RENAME TO extent",
        "ALTER SEQUENCE tickets RENAME TO numbers",
        "ALTER FUNCTION touch RENAME TO finger",
        "ALTER FUNCTION twice(int) RENAME TO doubled",
        "ALTER INDEX tutors_name_idx RENAME TO ix_name",
        "ALTER TABLE tutors RENAME CONSTRAINT tutors_rate_check TO ck_rate",
        "ALTER TRIGGER touched ON tutors RENAME TO changed",
        "ALTER POLICY own ON plain RENAME TO my_own",
    ),
}


@pytest.fixture
async def mutable(server, tiny_settings):
    """Return a connection to a database that holds the mutations' schema."""
    name = f"{tiny_settings.project}_{secrets.token_hex(3)}"
    await create_database(server, name, project=tiny_settings.project, role="test")
    async with session(server.address.at(name), purpose="test") as connection:
        await connection.execute(SCHEMA)
        yield connection


async def _after(connection, renames, change=""):
    """Return the schema after a change and renames, as far as the change leaves them possible."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute(change or "SELECT 1")
        if not await _possible(connection, ";".join(renames)):
            assert change
            for statement in renames:
                await _possible(connection, statement)
        return await read_snapshot(connection, schemas=SCHEMAS)
    finally:
        await transaction.rollback()


async def _possible(connection, sql):
    """Run SQL, or nothing of it if what it renames is not there."""
    try:
        async with connection.transaction():
            await connection.execute(sql)
    except (
        asyncpg.UndefinedTableError,
        asyncpg.UndefinedColumnError,
        asyncpg.UndefinedObjectError,
        asyncpg.UndefinedFunctionError,
    ):
        return False
    return True


def _told(before, after):
    return {(one.kind, one.change, str(one)) for one in differences(before, after, renames=True)}


@pytest.mark.parametrize("renames", RENAMES.values(), ids=RENAMES)
async def test_every_rename_is_recognised_in_both_directions(mutable, renames):
    before = await read_snapshot(mutable, schemas=SCHEMAS)
    after = await _after(mutable, renames)
    there, back = _told(before, after), _told(after, before)
    assert sum(change == "renamed" for _, change, _ in there) == len(renames)
    # Views print the columns' new names beside those that they gave them themselves.
    others = {(kind, change) for kind, change, _ in there | back if change != "renamed"}
    assert others <= {("view", "different"), ("materialised view", "different")}


@pytest.mark.parametrize("renames", RENAMES.values(), ids=RENAMES)
async def test_no_change_is_hidden_by_renames_beside_it(mutable, renames):
    before = await read_snapshot(mutable, schemas=SCHEMAS)
    only_renamed = await _after(mutable, renames)
    usual = _told(before, only_renamed), _told(only_renamed, before)
    hidden = []
    for mutation in MUTATIONS:
        if mutation.needs > mutable.get_server_version().major:
            continue
        after = await _after(mutable, renames, mutation.sql)
        if not _told(before, after) - usual[0] or not _told(after, before) - usual[1]:
            hidden.append(mutation.name)
    assert hidden == []
