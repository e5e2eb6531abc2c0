"""The session that an interrupted run has left is ended; no other is that may look like it."""

import runpy
import secrets
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from db_workflow.connection import session
from db_workflow.console import Silent
from db_workflow.errors import MigrationError
from db_workflow.schema.run.session import end_session, this_session

_HELPERS = runpy.run_path(str(Path(__file__).with_name("migration_lists.py")))
MigrationLists = _HELPERS["MigrationLists"]
until = _HELPERS["until"]


@pytest.fixture
async def database(server, tiny_settings):
    return await MigrationLists(server, tiny_settings).database()


@asynccontextmanager
async def someone(database):
    """Let an account come and go; yield it."""
    name = f"someone_{secrets.token_hex(4)}"
    await database.execute(f"CREATE ROLE {name} LOGIN")
    try:
        yield name
    finally:
        await database.execute(f"DROP ROLE {name}")


@asynccontextmanager
async def unseen(database):
    """Yield a session, and an account that may end it, but does not see when it began."""
    async with someone(database) as owner, someone(database) as other:
        await database.execute(f"GRANT pg_signal_backend TO {other}")
        async with session(replace(database.address, user=owner), purpose="migrate") as left:
            yield left, replace(database.address, user=other)


async def ended(connection, left):
    await end_session(connection, left, step="migrate", reporter=Silent())


async def test_the_session_that_was_left_is_ended_whatever_it_calls_itself_now(database):
    async with session(database.address, purpose="migrate") as left:
        known = await this_session(left)
        await left.execute("SET application_name = 'another'")
        async with session(database.address, purpose="test") as connection:
            await ended(connection, known)
        await until(left.is_closed)


async def test_a_later_session_of_the_same_number_is_not_ended(database):
    async with session(database.address, purpose="migrate") as left:
        known = {**await this_session(left), "started": "1"}
        async with session(database.address, purpose="test") as connection:
            await ended(connection, known)
        assert await left.fetchval("SELECT 1") == 1


async def test_a_strangers_session_whose_beginning_is_unseen_is_not_ended(database):
    async with unseen(database) as (left, address):
        known = {**await this_session(left), "started": "1", "name": "db_workflow migrate [a@b 1]"}
        async with session(address, purpose="test") as connection:
            await ended(connection, known)
        assert await left.fetchval("SELECT 1") == 1


async def test_a_session_that_is_known_by_its_name_only_is_left_to_its_owner(database):
    async with unseen(database) as (left, address):
        known = await this_session(left)
        async with session(address, purpose="test") as connection:
            with pytest.raises(MigrationError, match="let its owner end it"):
                await ended(connection, known)
        assert await left.fetchval("SELECT 1") == 1
