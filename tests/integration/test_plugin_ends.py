"""How a run ends: kept databases, what `commit` does by choice, and refusals in plain words."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from db_workflow.databases import mark_facts

FAILING = """
    async def test_fails(db_session):
        await db_session.execute(ADD)
        assert False, "on purpose"

    async def test_fails_after_an_error(db_session):
        await db_session.execute(ADD)
        await db_session.execute(text("SELECT 1 / 0"))

    async def test_after_them(db_session):
        assert await db_session.scalar(COUNT) == 3
"""
FOUR = """
    @pytest.mark.parametrize("number", range(4))
    async def test_fails(db_session, number):
        assert False, "on purpose"
"""
COMMITS = """
    async def test_as_the_class_says(db_session):
        await db_session.execute(ADD)
        await db_session.commit()
        assert await db_session.scalar(COUNT) == 4

    @pytest.mark.db_session(commit="refuse")
    async def test_refused(db_session):
        from db_workflow.pytest_plugin import CommitRefusedError

        for call in (db_session.commit, db_session.sync_session.commit, db_session.begin):
            with pytest.raises(CommitRefusedError, match="is refused in this test"):
                await call()

    @pytest.mark.db_session(commit="flush")
    async def test_flushed(db_session):
        await db_session.execute(ADD)
        await db_session.commit()
        await db_session.rollback()
        assert await db_session.scalar(COUNT) == 3
        async with db_session.begin_nested():
            await db_session.execute(ADD)
        assert await db_session.scalar(COUNT) == 4

    @pytest.mark.db_session(commit="perhaps")
    async def test_misspelt(db_session):
        pass
"""
ONE = """
    async def test_one(db_session):
        assert await db_session.scalar(COUNT) == 3

    async def test_two(db_session):
        assert await db_session.scalar(COUNT) == 3
"""
FOREIGN = """
    @pytest.mark.asyncio(loop_scope="function")
    async def test_on_a_loop_of_its_own(db_session):
        pass

    async def test_beside_it(db_session):
        assert await db_session.scalar(COUNT) == 3
"""
SESSION_LOOP = 'asyncio_default_test_loop_scope = "session"'


async def dropped(shop):
    """Drop what was kept, by the command that the run names; return how many there were."""
    run = shop.pytest(ONE, "--drop-kept-db")
    assert run.code == 0, run.out
    assert await shop.databases("kept") == []
    return run.out.count("dropped plug_")


async def test_a_failing_tests_database_is_kept_with_its_rows_and_its_address(plugin_shop):
    run = plugin_shop.pytest(FAILING, "--keep-db", "-p", "no:randomly")
    assert run.tests == {
        "test_fails": {"failed"},
        "test_fails_after_an_error": {"failed"},
        "test_after_them": {"passed"},
    }, run.out
    shown = run.section("kept databases")
    assert "drop them: pytest --drop-kept-db" in shown
    line = re.search(r"::test_fails\n  (.+)", shown).group(1)
    names = plugin_shop.psql(line, "SELECT name FROM items ORDER BY id")
    assert names == ["one", "two", "three", "new"]
    kept = await plugin_shop.databases("kept")
    assert len(kept) == 2
    counts = [await plugin_shop.rows("SELECT count(*) FROM items", database=one) for one in kept]
    assert sorted(counts) == [[(3,)], [(4,)]]
    assert await plugin_shop.databases("worker") == []
    assert await dropped(plugin_shop) == 2


async def test_workers_keep_databases_too_and_only_a_few(plugin_shop):
    run = plugin_shop.pytest(FOUR, "--keep-db", "-p", "no:randomly")
    assert len(await plugin_shop.databases("kept")) == 3
    assert run.section("kept databases").count("psql") == 3
    assert await dropped(plugin_shop) == 3
    run = plugin_shop.pytest(FAILING, "--keep-db", "-n2")
    assert run.section("kept databases").count("psql") == 2
    assert await dropped(plugin_shop) == 2


async def test_what_was_kept_days_ago_goes_with_the_next_run(plugin_shop):
    plugin_shop.pytest(FAILING, "--keep-db")
    old, young = await plugin_shop.databases("kept")
    when = datetime.now(UTC) - timedelta(days=4)
    facts = {"test": "test_fails", "when": when.isoformat()}
    await mark_facts(plugin_shop.server, old, facts)
    assert plugin_shop.pytest(ONE).code == 0
    assert await plugin_shop.databases("kept") == [young]
    assert await dropped(plugin_shop) == 1


async def test_nothing_is_kept_unasked(plugin_shop):
    before = await plugin_shop.databases("kept")
    run = plugin_shop.pytest(FAILING)
    assert run.code == 1
    assert "kept databases" not in run.out
    assert await plugin_shop.databases("kept") == before


async def test_commit_does_what_was_chosen(plugin_shop):
    run = plugin_shop.pytest(COMMITS)
    misspelt = run.tests.pop("test_misspelt")
    assert set().union(*run.tests.values()) == {"passed"}, run.out
    assert misspelt == {"error"}
    assert "it is one of own, refuse, flush" in run.section("test_misspelt")


async def test_commit_is_chosen_for_all_tests_by_a_setting(plugin_shop):
    refuse = {"addopts =": 'db_session_commit = "refuse"\naddopts ='}
    run = plugin_shop.pytest(COMMITS, settings=refuse)
    assert run.tests["test_as_the_class_says"] == {"failed"}
    assert run.tests["test_flushed"] == {"passed"}
    assert "session.commit() is refused in this test" in run.section("test_as_the_class_says")


@pytest.mark.parametrize("flags", [(), ("-n2",)])
async def test_a_database_that_is_not_provisioned_ends_the_run_in_plain_words(plugin_shop, flags):
    factories = plugin_shop.root / "tests/database/factories.py"
    before = factories.read_text("utf-8")
    try:
        factories.write_text(before + "# edited\n", "utf-8")
        run = plugin_shop.pytest(ONE, *flags)
    finally:
        factories.write_text(before, "utf-8")
    assert run.code == 13, run.out
    assert "the test run is refused: phase 3 (test data) does not hold." in run.out
    assert "invoke provision" in run.out
    assert "INTERNALERROR" not in run.out
    assert "Traceback" not in run.out
    assert not run.tests


@pytest.mark.parametrize("flags", [(), ("-n2",)])
async def test_loops_that_do_not_fit_end_the_run_with_the_lines_to_write(plugin_shop, flags):
    run = plugin_shop.pytest(ONE, *flags, settings={SESSION_LOOP: ""})
    assert run.code == 2, run.out
    assert "asyncio_default_test_loop_scope is function" in run.out
    assert SESSION_LOOP in run.out
    assert "INTERNALERROR" not in run.out
    assert await plugin_shop.databases("worker") == []


async def test_a_test_with_a_loop_of_its_own_is_told_so(plugin_shop):
    run = plugin_shop.pytest(FOREIGN)
    assert run.tests["test_on_a_loop_of_its_own"] == {"error"}
    assert run.tests["test_beside_it"] == {"passed"}
    assert 'loop_scope="session"' in run.section("test_on_a_loop_of_its_own")
