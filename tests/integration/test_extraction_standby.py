"""Reading from a hot standby: nothing is written, and what its primary does to it is told."""

import asyncio
import dataclasses
import os
import runpy
import shutil
from pathlib import Path

import pytest

from db_workflow.connection import session
from db_workflow.errors import ServerError
from db_workflow.server import embedded_status, stop_server

TinyRepository = runpy.run_path(str(Path(__file__).with_name("tiny_repository.py")))[
    "TinyRepository"
]
own_cluster = runpy.run_path(str(Path(__file__).with_name("own_cluster.py")))["own_cluster"]

PEOPLE = """
    CREATE TABLE people (id int PRIMARY KEY, email text NOT NULL UNIQUE, born date NOT NULL);
    INSERT INTO people SELECT n, 'person' || n || '@corp.invalid', date '1980-01-01' + n % 9000
        FROM generate_series(1, 210000) n;
    CREATE TABLE notes (id int PRIMARY KEY, person_id int NOT NULL REFERENCES people, body text);
    INSERT INTO notes SELECT n, n * 100, 'nothing' FROM generate_series(1, 500) n;
"""


@pytest.fixture
def pair(server):
    """Return a primary, and a standby that is still without its data."""
    with own_cluster(server.binaries) as primary, own_cluster(server.binaries) as standby:
        yield primary, standby


@pytest.fixture
async def source(pair, tiny_settings):
    """Return a repository whose rows are on a standby that follows its primary."""
    primary, standby = pair
    tiny = TinyRepository(primary.server, tiny_settings)
    tiny.columns = {"people": {"email": "rules.email()", "born": "rules.shift_days()"}}
    await tiny.create(PEOPLE)
    follow(primary, standby)
    tiny.primary = tiny.address
    tiny.address = standby.server.address.at(tiny_settings.test_database)
    return tiny


def follow(primary, standby):
    """Make a standby of a copy of the primary's cluster, taken while it is stopped."""
    stop_server(primary.checkout)
    stop_server(standby.checkout)
    taken, given = (
        embedded_status(primary.checkout).folder,
        embedded_status(standby.checkout).folder,
    )
    shutil.rmtree(given)
    shutil.copytree(taken, given, symlinks=True)
    host = embedded_status(primary.checkout).address.host
    with (given / "postgresql.auto.conf").open("a") as conf:
        conf.write(f"primary_conninfo = 'host={host} user=postgres'\n")
        conf.write("max_standby_streaming_delay = 0\n")
    (given / "standby.signal").touch()
    owner = taken.stat()
    for path in (given, *given.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
    primary.start()
    standby.start()


def files(repository):
    return {path.name: path.read_bytes() for path in repository.settings.data.glob("auto_*")}


@pytest.mark.parametrize("count", [1, 2])
async def test_a_standby_gives_the_same_files_as_its_primary(source, count):
    """Whole tables and chosen rows, in one process and in several."""
    source.settings = dataclasses.replace(source.settings, extract_workers=count)
    assert await source.rows("SELECT pg_is_in_recovery()") == [(True,)]
    for options in ({}, {"notes": {"limit": 3}, "people": {"where": "id % 1000 = 0"}}):
        source.options = options
        there, source.address = source.address, source.primary
        await source.declare()
        await source.extract()
        expected = files(source)
        source.address = there
        for path in source.settings.data.glob("auto_*"):
            path.unlink()
        await source.extract()
        assert files(source) == expected
        assert len(expected) == 2


async def on_primary(source, statements):
    async with session(source.primary, purpose="by hand") as connection:
        await connection.execute(statements)


async def test_a_conflict_with_recovery_is_told_with_the_way_out(source):
    source.options = {"notes": {"where": "pg_sleep(60) IS NOT NULL"}}
    await source.declare()
    run = asyncio.ensure_future(source.extract())
    await seen(
        source,
        "SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND pid <> pg_backend_pid()",
    )
    await on_primary(source, "TRUNCATE notes")
    with pytest.raises(ServerError, match="conflict with recovery") as caught:
        await run
    assert "max_standby_streaming_delay" in caught.value.next
    assert "hot_standby_feedback" in caught.value.next
    assert files(source) == {}


async def test_whatever_the_primary_interrupts_is_told(source):
    """A query, or a session between two of them: whichever its lock meets."""
    source.settings = dataclasses.replace(source.settings, extract_workers=1)

    with pytest.raises(ServerError) as caught:
        await asyncio.gather(source.extract(), ended(source))
    assert "standby" in caught.value.next + caught.value.why
    assert files(source) == {}


async def ended(source):
    """Take a lock on the primary as soon as a session on the standby holds the table."""
    await seen(
        source,
        "SELECT FROM pg_locks WHERE relation = 'notes'::regclass AND mode = 'AccessShareLock'"
        " AND pid <> pg_backend_pid()",
    )
    await on_primary(source, "TRUNCATE notes")


async def seen(source, query):
    """Wait until a query finds something on the standby."""
    async with asyncio.timeout(20):
        while not await source.rows(query):  # noqa: ASYNC110 - another process's progress
            await asyncio.sleep(0.005)
