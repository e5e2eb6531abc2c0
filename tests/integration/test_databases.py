"""Only what carries our own, true marker is ever dropped; the lock is held by one."""

import asyncio
from dataclasses import replace

import pytest

from db_workflow import databases
from db_workflow.connection import opening, quoted, session
from db_workflow.databases import (
    close_template,
    create_database,
    derived_name,
    drop_database,
    exists,
    list_marked,
    read_marker,
    refuse_production,
)
from db_workflow.errors import BusyError, DatabaseRefusedError, ServerError
from db_workflow.lock import exclusive


async def create(server, settings, suffix, **options):
    name = f"{settings.project}_{suffix}"
    await create_database(
        server, name, project=settings.project, role=options.pop("role", "test"), **options
    )
    return name


async def test_a_created_database_carries_its_marker(server, tiny_settings):
    name = await create(server, tiny_settings, "a", facts={"source": "x"})
    marker = await read_marker(server, name)
    assert (marker.role, marker.project) == ("test", tiny_settings.project)
    assert marker.facts == {"source": "x"}
    assert list(await list_marked(server, project=tiny_settings.project)) == [name]


async def test_a_clone_does_not_inherit_the_marker_facts(server, tiny_settings):
    template = await create(server, tiny_settings, "t", role="template", facts={"complete": True})
    await close_template(server, template)
    clone = await create(server, tiny_settings, "c", template=template)
    assert (await read_marker(server, clone)).facts == {}


async def test_a_database_without_marker_is_never_dropped(server, tiny_settings):
    name = f"{tiny_settings.project}_foreign"
    async with session(server.address, purpose="test") as connection:
        await connection.execute(f"CREATE DATABASE {quoted(name)}")
    try:
        with pytest.raises(DatabaseRefusedError, match="not created by the workflow"):
            await drop_database(server, name, settings=tiny_settings)
        assert await exists(server, name)
    finally:
        async with session(server.address, purpose="test") as connection:
            await connection.execute(f"DROP DATABASE {quoted(name)}")


async def test_a_marker_copied_from_another_database_proves_nothing(server, tiny_settings):
    mine = await create(server, tiny_settings, "a")
    name = f"{tiny_settings.project}_foreign"
    async with session(server.address, purpose="test") as connection:
        comment = await connection.fetchval(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = $1", mine
        )
        await connection.execute(f"CREATE DATABASE {quoted(name)}")
        await connection.execute(f"COMMENT ON DATABASE {quoted(name)} IS '{comment}'")
    try:
        assert await read_marker(server, name) is None
        with pytest.raises(DatabaseRefusedError):
            await drop_database(server, name, settings=tiny_settings)
    finally:
        async with session(server.address, purpose="test") as connection:
            await connection.execute(f"DROP DATABASE {quoted(name)}")


async def test_production_is_known_by_the_server_and_not_by_its_url(server, tiny_settings):
    name = await create(server, tiny_settings, "a")
    # Another spelling of the same place: an option more.
    other = replace(server.address.at(name), options=(("sslmode", "prefer"),))
    settings = replace(tiny_settings, production_address=other)
    with pytest.raises(DatabaseRefusedError, match="is the production database"):
        await refuse_production(server, name, settings=settings)
    with pytest.raises(DatabaseRefusedError, match="is the production database"):
        await drop_database(server, name, settings=settings)
    assert await exists(server, name)


async def test_a_missing_database_and_a_dead_server_are_told_apart(server, tmp_path):
    with pytest.raises(ServerError, match="There is no database"):
        async with session(server.address.at("nobody_has_this"), purpose="test"):
            pass
    with pytest.raises(ServerError, match="cannot be reached"):
        async with session(replace(server.address, host=str(tmp_path)), purpose="test"):
            pass


async def test_a_read_only_session_cannot_write(server, tiny_settings):
    name = await create(server, tiny_settings, "a")
    async with session(server.address.at(name), purpose="test", read_only=True) as connection:
        with pytest.raises(Exception, match="read-only transaction"):
            await connection.execute("CREATE TABLE x ()")


async def test_the_second_run_waits_briefly_and_then_says_who_holds_it(server, tiny_settings):
    settings = replace(tiny_settings, lock_wait_seconds=0.2)
    async with exclusive(server, settings=settings, purpose="phase1"):
        with pytest.raises(BusyError, match="db_workflow phase1"):
            async with exclusive(server, settings=settings, purpose="seed"):
                pass


async def test_the_second_run_goes_on_when_the_first_ends_in_time(server, tiny_settings):
    order = []

    async def run(name, seconds):
        async with exclusive(server, settings=tiny_settings, purpose=name):
            order.append(name)
            await asyncio.sleep(seconds)

    async with asyncio.TaskGroup() as group:
        group.create_task(run("first", 0.3))
        await asyncio.sleep(0.1)
        group.create_task(run("second", 0))
    assert order == ["first", "second"]


async def test_what_a_killed_run_left_under_a_passing_name_is_dropped_by_the_next(
    server, tiny_settings
):
    project = tiny_settings.project
    async with session(server.address, purpose="test") as connection:
        left = await databases._passing_name(connection, project, "0" * 12)
        stranger = f"{project}__new_{'1' * 24}"  # its second half proves nothing
        await connection.execute(f"CREATE DATABASE {quoted(left)}")
        await connection.execute(f"CREATE DATABASE {quoted(stranger)}")
    try:
        await create(server, tiny_settings, "a")
        assert not await exists(server, left)
        assert await exists(server, stranger)
    finally:
        async with session(server.address, purpose="test") as connection:
            await connection.execute(f"DROP DATABASE {quoted(stranger)}")


async def test_a_lock_outlives_the_limits_that_its_database_sets(server, tiny_settings):
    """A database or an account may have them for the short sessions of an application."""
    name = await create(server, tiny_settings, "limits")
    limited = replace(server, address=server.address.at(name))
    async with session(limited.address, purpose="test") as connection:
        major = connection.get_server_version().major
        for limit in ("idle_session_timeout", "transaction_timeout")[
            : (major >= 14) + (major >= 17)
        ]:
            await connection.execute(f"ALTER DATABASE {quoted(name)} SET {limit} = '100ms'")
    async with exclusive(limited, settings=tiny_settings, purpose="phase1"):
        await asyncio.sleep(0.4)
        settings = replace(tiny_settings, lock_wait_seconds=0)
        with pytest.raises(BusyError, match="db_workflow phase1"):
            async with exclusive(limited, settings=settings, purpose="seed"):
                pass


async def test_work_is_stopped_when_its_lock_is_lost(server, tiny_settings):
    reached = []
    with pytest.raises(BusyError, match=r"The lock on .* was lost"):
        async with exclusive(server, settings=tiny_settings, purpose="seed") as lock:
            async with lock.asked() as connection:
                pid = connection.get_server_pid()
            async with session(server.address, purpose="test") as other:
                await other.execute(f"SELECT pg_terminate_backend({pid})")
            await asyncio.sleep(20)
            reached.append("the end")
    assert not reached
    assert asyncio.current_task().cancelling() == 0


async def test_a_lock_that_was_lost_unnoticed_fails_the_work_at_its_end(server, tiny_settings):
    with pytest.raises(BusyError, match="was lost"):
        async with (
            exclusive(server, settings=tiny_settings, purpose="seed") as lock,
            lock.asked() as connection,
        ):
            connection.terminate()


async def test_cancelled_work_stays_cancelled_under_a_lock(server, tiny_settings):
    held = exclusive(server, settings=tiny_settings, purpose="seed")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5), held:
            await asyncio.sleep(20)


async def test_derived_names_fit_and_stay_apart():
    long = "x" * 60
    names = {derived_name(long + end, "seeded", "0" * 64) for end in ("a", "b")}
    assert len(names) == 2
    assert all(len(name.encode()) <= 63 for name in names)
    assert derived_name("short", "seeded", "abc") == "short__seeded_abc"


async def test_a_session_is_opened_while_something_else_is_done_and_closed_after(
    server, tiny_settings
):
    address = server.address.at(await create(server, tiny_settings, "meanwhile"))
    async with opening(address, purpose="unused"), opening(address, purpose="used") as coming:
        connection = await coming()
        assert await connection.fetchval("SELECT current_database()") == address.database
    assert connection.is_closed()
    async with session(server.address, purpose="test") as other:
        left = "SELECT count(*) FROM pg_stat_activity WHERE datname = $1"
        for _ in range(500):
            if not await other.fetchval(left, address.database):
                return
            await asyncio.sleep(0.01)
    pytest.fail("a session is still there")


async def test_a_session_that_cannot_be_opened_is_told_to_whoever_waits_for_it_alone(
    server, tiny_settings
):
    nowhere = server.address.at(f"{tiny_settings.project}_nowhere")
    async with opening(nowhere, purpose="unused"):
        pass
    with pytest.raises(ServerError, match="no database"):
        async with opening(nowhere, purpose="used") as coming:
            await coming()


async def test_a_session_that_failed_while_nobody_waited_for_it_is_opened_again(
    server, tiny_settings
):
    address = server.address.at(f"{tiny_settings.project}_later")
    async with opening(address, purpose="used") as coming:
        await asyncio.sleep(0.5)  # until the server has refused it
        await create(server, tiny_settings, "later")
        connection = await coming()
        assert await connection.fetchval("SELECT current_database()") == address.database
    assert connection.is_closed()
