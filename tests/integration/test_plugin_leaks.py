"""What a test leaves in its database is reported by its name, and no later test finds it."""

from datetime import UTC, datetime

LEAKS = """
    async def count(database_url):
        engine = create_async_engine(database_url)
        async with engine.connect() as connection:
            found = await connection.scalar(COUNT)
        await engine.dispose()
        return found

    async def test_commits_around_the_session(db_session, database_url):
        engine = create_async_engine(database_url)
        async with engine.begin() as connection:
            await connection.execute(ADD)
        await engine.dispose()

    async def test_after_it(db_session):
        assert await db_session.scalar(COUNT) == 3

    async def test_commits_through_the_engine(db_engine):
        async with db_engine.begin() as connection:
            await connection.execute(text("UPDATE items SET colour = 'green' WHERE id = 1"))

    async def test_after_the_engine(db_session):
        assert await db_session.scalar(text("SELECT colour FROM items WHERE id = 1")) == "red"

    async def test_commits_by_itself(db_engine):
        connection = await db_engine.connect()
        autocommit = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await autocommit.execute(text("DELETE FROM items WHERE id = 2"))
        await connection.close()

    async def test_commits_the_connection(db_connection):
        await db_connection.execute(ADD)
        await db_connection.commit()

    async def test_commits_as_text(db_connection):
        await db_connection.execute(ADD)
        raw = (await db_connection.get_raw_connection()).driver_connection
        await raw.execute("COMMIT")

    async def test_changes_the_schema(db_engine):
        async with db_engine.begin() as connection:
            await connection.execute(text("CREATE TABLE more (id int)"))
            await connection.execute(text("ALTER TABLE items ADD more int"))

    async def test_empties_a_table(db_engine):
        async with db_engine.begin() as connection:
            await connection.execute(text("TRUNCATE items"))

    def test_commits_without_a_loop_of_ours(database_address):
        async def add():
            connection = await asyncpg.connect(database_address.url())
            await connection.execute("INSERT INTO items (name, colour) VALUES ('new', 'red')")
            await connection.close()

        asyncio.run(add())

    @pytest.mark.db_commits
    async def test_commits_on_purpose(db_engine):
        async with db_engine.begin() as connection:
            await connection.execute(ADD)

    async def test_at_the_end(db_session, database_url):
        assert await db_session.scalar(COUNT) == 3
        assert await count(database_url) == 3
        await db_session.execute(text("SELECT * FROM items"))
"""
OPEN = """
    KEPT = []

    async def test_leaves_a_connection(database_address):
        KEPT.append(await asyncpg.connect(database_address.url(), server_settings={
            "application_name": "forgotten"}))
        await KEPT[-1].fetchval("SELECT 1")

    async def test_leaves_a_transaction(database_address):
        connection = await asyncpg.connect(database_address.url())
        KEPT.append(connection)
        await connection.execute("BEGIN; LOCK items; DELETE FROM items")

    async def test_after_the_transaction(db_session):
        assert await db_session.scalar(COUNT) == 3

    async def test_leaves_a_connection_of_the_engine(db_engine):
        KEPT.append(await db_engine.connect())

    async def test_leaves_a_connection_that_is_shared(database_address):
        KEPT.append(await asyncpg.connect(database_address.url(), server_settings={
            "application_name": "app pool"}))

    async def test_closes_what_it_opens(database_url):
        engine = create_async_engine(database_url)
        async with engine.connect() as connection:
            await connection.scalar(COUNT)
        await engine.dispose()

    @pytest.fixture(scope="module")
    async def pool(database_url):
        engine = create_async_engine(database_url)
        async with engine.connect() as connection:
            await connection.scalar(COUNT)
        yield engine
        await engine.dispose()

    async def test_uses_a_pool_of_the_module(pool):
        async with pool.connect() as connection:
            assert await connection.scalar(COUNT) == 3

    async def test_commits_through_that_pool(pool):
        async with pool.begin() as connection:
            await connection.execute(ADD)
"""
SHARED = {"addopts =": 'db_shared_connections = ["app *"]\naddopts ='}


async def test_rows_and_schema_that_were_committed_are_the_fault_of_their_test(plugin_shop):
    run = plugin_shop.pytest(LEAKS, "-p", "no:randomly")
    leaks = {
        "test_commits_around_the_session": "items: 1 row more",
        "test_commits_through_the_engine": "items: 1 row written",
        "test_commits_by_itself": "items: 1 row fewer",
        "test_commits_the_connection": "items: 1 row more",
        "test_commits_as_text": "items: 1 row more",
        "test_changes_the_schema": "more: the table is new",
        "test_empties_a_table": "items: 3 rows fewer",
        "test_commits_without_a_loop_of_ours": "items: 1 row more",
    }
    for test, text in leaks.items():
        assert run.tests.pop(test) == {"passed", "error"}, run.out
        section = run.section(f"ERROR at teardown of {test}")
        assert f"  - {text}\n" in section
        assert "The database was made anew." in section
    assert "the schema: pg_attribute" in run.section("test_changes_the_schema")
    assert "the schema" not in run.section("test_empties_a_table")
    assert run.code == 1
    assert set(run.tests) == {
        "test_after_it",
        "test_after_the_engine",
        "test_commits_on_purpose",
        "test_at_the_end",
    }
    assert set().union(*run.tests.values()) == {"passed"}, run.out


async def test_connections_and_transactions_that_stay_open_are_the_fault_of_their_test(plugin_shop):
    # The driver complains of these connections as well, when they are garbage.
    quiet = {'["error"]': '["error", "ignore::pytest.PytestUnraisableExceptionWarning"]'}
    run = plugin_shop.pytest(OPEN, "-p", "no:randomly", settings=SHARED | quiet)
    leaks = {
        "test_leaves_a_connection": "a connection open: forgotten (idle), last query: SELECT 1",
        "test_leaves_a_transaction": "a transaction open: without a name (idle in transaction)",
        "test_leaves_a_connection_of_the_engine": "a connection of db_engine",
        "test_commits_through_that_pool": "items: 1 row more",
    }
    for test, text in leaks.items():
        assert run.tests.pop(test) == {"passed", "error"}, run.out
        assert f"  - {text}" in run.section(f"ERROR at teardown of {test}")
    assert set().union(*run.tests.values()) == {"passed"}, run.out
    assert len(run.tests) == 4


async def test_a_leak_is_reported_by_a_worker_too_and_by_the_same_name(plugin_shop):
    run = plugin_shop.pytest(LEAKS, "-n2")
    failed = {test for test, outcomes in run.tests.items() if "error" in outcomes}
    assert len(failed) == 8, run.out
    assert all("commits" in test or "schema" in test or "table" in test for test in failed)


async def test_other_databases_commits_are_nobodys_leak(plugin_shop):
    tests = """
    async def test_commits_elsewhere(db_session, database_address):
        connection = await asyncpg.connect(database_address.at("postgres").url())
        await connection.execute("CREATE TABLE elsewhere_NAME (id int); DROP TABLE elsewhere_NAME")
        await connection.close()
        assert await db_session.scalar(COUNT) == 3
    """
    run = plugin_shop.pytest(tests.replace("NAME", f"{datetime.now(UTC):%s}"))
    assert run.code == 0, run.out
