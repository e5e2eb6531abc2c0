"""The plugin's fixtures keep a foreign repository's tests apart, whatever kind of test they are."""

import pytest

KINDS = """
    from hypothesis import HealthCheck, given, settings, strategies

    async def test_async(db_session):
        await db_session.execute(ADD)
        assert await db_session.scalar(COUNT) == 4

    async def test_on_the_connection(db_connection):
        await db_connection.execute(ADD)
        assert await db_connection.scalar(COUNT) == 4

    def test_sync(database_url, database_address):
        assert database_url.startswith("postgresql+asyncpg://")

        async def count():
            connection = await asyncpg.connect(database_address.url())
            try:
                return await connection.fetchval("SELECT count(*) FROM items")
            finally:
                await connection.close()

        assert asyncio.run(count()) == 3

    class TestClass:
        async def test_method(self, db_session):
            await db_session.execute(ADD)
            assert await db_session.scalar(COUNT) == 4

        @pytest.mark.parametrize("number", range(3))
        async def test_parametrized(self, db_session, number):
            await db_session.execute(ADD)
            assert await db_session.scalar(COUNT) == 4

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
    @given(name=strategies.text("abc", min_size=4))
    async def test_hypothesis(db_session, name):
        savepoint = await db_session.begin_nested()
        await db_session.execute(ADD_NAMED, {"name": name})
        assert await db_session.scalar(COUNT) == 4
        await savepoint.rollback()

    async def test_savepoint(db_session):
        with pytest.raises(Exception, match="uq_items_name"):
            async with db_session.begin_nested():
                await db_session.execute(ADD_NAMED, {"name": "one"})
        assert await db_session.scalar(COUNT) == 3

    async def test_commit_of_sqlalchemys_own_session(db_session):
        await db_session.execute(ADD)
        await db_session.commit()
        assert await db_session.scalar(COUNT) == 4

    async def test_it_asks_for_its_session_late(request, db_connection):
        session = request.getfixturevalue("db_session")
        await session.execute(ADD)
        assert await session.scalar(COUNT) == 4
"""
PLACES = """
    @pytest.mark.parametrize("number", range(4))
    async def test_numbers_begin_anew(db_session, number):
        assert await db_session.scalar(ADD) == 4
        await db_session.commit()

    @pytest.mark.parametrize("number", range(2))
    async def test_a_column_that_was_there(db_session, number):
        if not number:
            await db_session.execute(text("ALTER TABLE items ADD more int DEFAULT 7"))
        rows = (await db_session.execute(text("SELECT * FROM items"))).all()
        assert len(rows[0]) == 3 + (not number)

    @pytest.mark.parametrize("number", range(2))
    async def test_a_type_that_was_there(db_session, number):
        await db_session.execute(text("CREATE TYPE size AS ENUM ('s', 'm')"))
        await db_session.execute(text("ALTER TABLE items ADD size size DEFAULT 'm'"))
        assert await db_session.scalar(text("SELECT size FROM items LIMIT 1")) == "m"

    @pytest.mark.parametrize("number", range(2))
    async def test_a_label_that_was_there(db_session, number):
        await db_session.execute(text("ALTER TYPE colour RENAME VALUE 'red' TO 'blue'"))
        assert await db_session.scalar(text("SELECT colour FROM items WHERE id = 1")) == "blue"

    async def test_a_label_that_is_there(db_session):
        assert await db_session.scalar(text("SELECT colour FROM items WHERE id = 1")) == "red"

    @pytest.mark.parametrize("number", range(2))
    async def test_a_lock_of_the_session(db_session, number):
        assert await db_session.scalar(text("SELECT pg_try_advisory_lock(1)"))
        query = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 1")
        assert await db_session.scalar(query) == 1
"""
WIDER = """
    @pytest.fixture(scope="module")
    async def catalogue(database_url):
        engine = create_async_engine(database_url)
        async with engine.begin() as connection:
            await connection.execute(ADD)
            await connection.execute(text("CREATE SEQUENCE numbers"))
        yield
        async with engine.begin() as connection:
            await connection.execute(text("DELETE FROM items WHERE name = 'new'"))
            await connection.execute(text("DROP SEQUENCE numbers"))
        await engine.dispose()

    class TestWithCatalogue:
        @pytest.mark.parametrize("number", range(3))
        async def test_rows_of_the_module(self, catalogue, db_session, number):
            assert await db_session.scalar(COUNT) == 4
            assert await db_session.scalar(text("SELECT nextval('numbers')")) == 1
"""


async def test_every_kind_of_test_finds_the_seeded_rows(plugin_shop):
    run = plugin_shop.pytest(KINDS)
    assert run.code == 0, run.out
    assert len(run.tests) == 11
    assert set().union(*run.tests.values()) == {"passed"}


async def test_two_workers_have_a_database_each_and_leave_none(plugin_shop):
    run = plugin_shop.pytest(KINDS + PLACES, "-n2")
    assert run.code == 0, run.out
    assert await plugin_shop.databases("worker") == []


@pytest.mark.parametrize("seed", ["1", "2", "3"])
async def test_any_order_gives_the_same_numbers_types_and_plans(plugin_shop, seed):
    run = plugin_shop.pytest(PLACES, f"--randomly-seed={seed}")
    assert run.code == 0, run.out
    assert len(run.tests) == 13


async def test_what_a_wider_fixture_commits_is_no_tests_leak(plugin_shop):
    run = plugin_shop.pytest(WIDER)
    assert run.code == 0, run.out
