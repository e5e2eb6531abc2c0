"""Reset: the test database becomes production again, and nothing else is ever touched."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from db_workflow.address import Address
from db_workflow.connection import quoted, session
from db_workflow.databases import (
    create_database,
    drop_database,
    exists,
    list_marked,
    mark_facts,
    read_marker,
)
from db_workflow.errors import BackupError, BusyError, DatabaseRefusedError, MigrationError
from db_workflow.lock import exclusive
from db_workflow.schema.backup import seal
from db_workflow.schema.backup.backups import list_backups
from db_workflow.schema.backup.baseline import ResetResult, reset
from db_workflow.schema.backup.manifest import manifest_of
from db_workflow.schema.plan import load_plan
from db_workflow.schema.run.runner import migrate
from db_workflow.server import Server
from db_workflow.settings import Settings
from db_workflow.state import recall, record


class Heard:
    """Keeps what was said."""

    def __init__(self):
        self.said: list[str] = []

    def say(self, text: str) -> None:
        self.said.append(text)

    def progress(self, label: str, done: int, total: int | None = None) -> None:
        """Drop the progress."""


def write_version(settings: Settings, version: str, sql: str) -> None:
    runner = settings.root / f"scripts/v{version}_migration/run_migrations.py"
    file = settings.sql / f"v{version}/a.sql"
    for path in (runner, file):
        path.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(sql)
    runner.write_text(
        "from db_workflow.schema import Migration, sql_file\n"
        f'MIGRATION = Migration("{version}", "a version", (sql_file("a.sql"),))\n'
    )


@pytest.fixture
async def production(server: Server, tiny_settings: Settings) -> AsyncIterator[Address]:
    """Return a production at version 0.1 with a hundred rows."""
    await create_database(
        server, tiny_settings.stand_in, project=tiny_settings.project, role="stand-in"
    )
    address = server.address.at(tiny_settings.stand_in)
    write_version(tiny_settings, "0.1", "CREATE TABLE people (id int PRIMARY KEY, name text);")
    await migrate(address, load_plan(tiny_settings), settings=tiny_settings)
    await execute(address, "INSERT INTO people SELECT n, 'n' FROM generate_series(1, 100) n")
    yield address


async def execute(address: Address, query: str) -> None:
    async with session(address, purpose="test") as connection:
        await connection.execute(query)


async def value(address: Address, query: str):
    async with session(address, purpose="test") as connection:
        return await connection.fetchval(query)


async def run(server: Server, settings: Settings, production, **options) -> ResetResult:
    return await reset(server, settings=settings, production=production, stand_in=True, **options)


def target(server: Server, settings: Settings) -> Address:
    return server.address.at(settings.test_database)


async def templates(server: Server, settings: Settings) -> list[str]:
    marked = await list_marked(server, project=settings.project)
    return [name for name, marker in marked.items() if marker.role == "template"]


async def test_a_reset_gives_the_test_database_productions_rows_and_ledger(
    server: Server, tiny_settings: Settings, production: Address
):
    result = await run(server, tiny_settings, production)
    test = target(server, tiny_settings)
    assert result.restored
    assert await value(test, "SELECT count(*) FROM people") == 100
    assert await value(test, "SELECT array_agg(name) FROM db_workflow.migration") == ["v0.1/a.sql"]


async def test_a_reset_database_says_what_it_was_made_from(
    server: Server, tiny_settings: Settings, production: Address
):
    result = await run(server, tiny_settings, production)
    marker = await read_marker(server, tiny_settings.test_database)
    assert marker is not None
    assert marker.role == "test"
    assert marker.facts["stand_in"] is True
    assert marker.facts["backup"] == result.backup.name
    async with session(target(server, tiny_settings), purpose="test") as connection:
        baseline = await recall(connection, "baseline")
    assert baseline == {**marker.facts, "last_sequence": 1}


async def test_a_second_reset_clones_the_template_and_undoes_every_change(
    server: Server, tiny_settings: Settings, production: Address
):
    first = await run(server, tiny_settings, production)
    test = target(server, tiny_settings)
    await execute(test, "DROP TABLE people; CREATE TABLE other (x int)")
    second = await run(server, tiny_settings, production)
    assert (second.restored, second.template) == (False, first.template)
    assert await value(test, "SELECT count(*) FROM people") == 100
    assert await value(test, "SELECT to_regclass('other')") is None
    assert len(list_backups(tiny_settings.backups)) == 1


LEAN = """
import sys
import db_workflow.schema.backup.baseline
rooms = "schema.run.", "schema.ledger.", *(
    f"catalog.{module}" for module in ("read", "snapshot", "difference", "unread")
), *(
    f"schema.backup.{module}" for module in ("dump", "program", "taking", "template", "download")
)
print(*(name for name in sys.modules if name.startswith(tuple(f"db_workflow.{r}" for r in rooms))))
"""


def test_a_reset_from_a_template_that_is_there_imports_nothing_that_only_a_restore_needs():
    found = subprocess.run(
        [sys.executable, "-c", LEAN], capture_output=True, text=True, check=True
    ).stdout
    # What a runner script needs comes with the package.
    assert found.split() == ["db_workflow.schema.run.context"]


async def test_a_download_brings_what_production_has_now(
    server: Server, tiny_settings: Settings, production: Address
):
    first = await run(server, tiny_settings, production)
    await execute(production, "INSERT INTO people VALUES (101, 'n')")
    second = await run(server, tiny_settings, production, download_recent=True)
    assert second.restored
    count = await value(target(server, tiny_settings), "SELECT count(*) FROM people")
    assert count == 101
    assert first.template != second.template
    assert await templates(server, tiny_settings) == [second.template]


async def test_migration_goes_on_from_the_baseline(
    server: Server, tiny_settings: Settings, production: Address
):
    await run(server, tiny_settings, production)
    write_version(tiny_settings, "0.2", "ALTER TABLE people ADD email text;")
    test = target(server, tiny_settings)
    result = await migrate(test, load_plan(tiny_settings), settings=tiny_settings)
    assert [step.name for step in result.applied] == ["v0.2/a.sql"]


async def test_what_was_seeded_in_production_is_forgotten(
    server: Server, tiny_settings: Settings, production: Address
):
    async with session(production, purpose="test") as connection:
        await record(connection, "seeded", {"tables": {}})
    await run(server, tiny_settings, production)
    async with session(target(server, tiny_settings), purpose="test") as connection:
        assert await recall(connection, "seeded") is None


async def test_sessions_on_the_test_database_do_not_stop_a_reset(
    server: Server, tiny_settings: Settings, production: Address
):
    await run(server, tiny_settings, production)
    async with session(target(server, tiny_settings), purpose="test") as connection:
        await connection.execute("BEGIN; LOCK TABLE people")
        await run(server, tiny_settings, production)


async def test_a_foreign_test_database_is_refused_before_anything_is_done(
    server: Server, tiny_settings: Settings, production: Address
):
    name = quoted(tiny_settings.test_database)
    await execute(server.address, f"CREATE DATABASE {name}")
    try:
        with pytest.raises(DatabaseRefusedError, match="was not created by the workflow"):
            await run(server, tiny_settings, production)
        assert not tiny_settings.backups.exists()
        assert await templates(server, tiny_settings) == []
        assert await exists(server, tiny_settings.test_database)
    finally:
        await execute(server.address, f"DROP DATABASE {name}")


async def test_the_stand_in_as_the_test_database_is_refused(
    server: Server, tiny_settings: Settings, production: Address
):
    confused = replace(tiny_settings, test_address=production)
    with pytest.raises(DatabaseRefusedError, match="created as 'stand-in'"):
        await run(server, confused, production)
    assert await value(production, "SELECT count(*) FROM people") == 100


async def test_production_as_the_test_database_is_refused(
    server: Server, tiny_settings: Settings, production: Address
):
    confused = replace(tiny_settings, test_address=production, production_address=production)
    with pytest.raises(DatabaseRefusedError, match="is the production database"):
        await reset(server, settings=confused, production=production, stand_in=False)
    assert await value(production, "SELECT count(*) FROM people") == 100


async def test_other_schemas_in_the_settings_leave_no_doubt_after_a_reset(
    server: Server, tiny_settings: Settings, production: Address
):
    await execute(production, "CREATE SCHEMA other; CREATE TABLE other.notes (id int PRIMARY KEY)")
    await run(server, tiny_settings, production)
    wider = replace(tiny_settings, schemas=("public", "other"))
    heard = Heard()
    await run(server, wider, production, reporter=heard)
    assert not any("WARNING" in line for line in heard.said)
    write_version(wider, "0.2", "CREATE TABLE more (id int PRIMARY KEY);")
    done = await migrate(target(server, wider), load_plan(wider), settings=wider)
    assert [step.name for step in done.applied] == ["v0.2/a.sql"]
    assert done.warnings == ()
    assert (await run(server, wider, production)).restored is False
    await execute(target(server, wider), "CREATE TABLE by_hand (id int PRIMARY KEY)")
    with pytest.raises(MigrationError, match="changed"):
        await migrate(target(server, wider), load_plan(wider), settings=wider)


async def test_without_production_and_without_a_backup_the_next_command_is_named(
    server: Server, tiny_settings: Settings
):
    with pytest.raises(BackupError, match="no production to back up") as caught:
        await run(server, tiny_settings, None)
    assert caught.value.next == "set PRODUCTION_DATABASE_URL or PRODUCTION_BACKUPS_URL"


async def test_without_production_a_good_backup_is_enough(
    server: Server, tiny_settings: Settings, production: Address
):
    await run(server, tiny_settings, production)
    assert (await run(server, tiny_settings, None)).restored is False


async def test_a_backup_of_the_stand_in_is_never_used_for_a_real_production(
    server: Server, tiny_settings: Settings, production: Address
):
    await run(server, tiny_settings, production)
    result = await reset(server, settings=tiny_settings, production=production, stand_in=False)
    assert result.restored
    marker = await read_marker(server, tiny_settings.test_database)
    assert marker is not None
    assert marker.facts["stand_in"] is False


async def test_a_damaged_backup_is_replaced_by_a_fresh_one(
    server: Server, tiny_settings: Settings, production: Address
):
    first = await run(server, tiny_settings, production)
    first.backup.path.write_bytes(b"damaged")
    heard = Heard()
    second = await run(server, tiny_settings, production, reporter=heard)
    assert second.backup.path != first.backup.path
    assert any("passed over" in line for line in heard.said)


async def test_a_seal_is_not_believed_when_the_bytes_are_restored(
    server: Server, tiny_settings: Settings, production: Address
):
    first = await run(server, tiny_settings, production)
    path = first.backup.path
    path.write_bytes(bytes(first.backup.bytes))
    # As if the disk had rotted: the bytes are others, and nothing else shows it.
    seal.seal_of(path).write_text(seal._look(first.backup).digest)
    assert (await run(server, tiny_settings, production)).restored is False
    await drop_database(server, first.template, settings=tiny_settings)
    second = await run(server, tiny_settings, production)
    assert second.backup.path != path
    assert await value(target(server, tiny_settings), "SELECT count(*) FROM people") == 100


async def test_a_reset_says_where_its_backup_came_from(
    server: Server, tiny_settings: Settings, production: Address
):
    heard = Heard()
    result = await run(server, tiny_settings, production, reporter=heard)
    assert result.origin == "the stand-in"
    assert "of the stand-in again" in heard.said[-1]
    real = await real_reset(server, tiny_settings, production)
    assert real.origin == f"{production.host}:{production.port}"


async def test_who_names_a_place_of_backups_never_gets_the_stand_in(
    server: Server, tiny_settings: Settings, production: Address, tmp_path: Path
):
    await run(server, tiny_settings, production)
    elsewhere = tmp_path / "theirs"
    elsewhere.mkdir()
    settings = replace(tiny_settings, backups_url=str(elsewhere))
    with pytest.raises(BackupError, match="There is no good backup in"):
        await run(server, settings, production)


async def test_a_template_that_was_not_finished_is_made_anew(
    server: Server, tiny_settings: Settings, production: Address
):
    first = await run(server, tiny_settings, production)
    marker = await read_marker(server, first.template)
    assert marker is not None
    await mark_facts(server, first.template, {**marker.facts, "complete": False})
    second = await run(server, tiny_settings, production)
    assert second.restored
    assert await templates(server, tiny_settings) == [second.template]


async def test_an_interrupted_reset_is_repaired_by_the_next(
    server: Server, tiny_settings: Settings, production: Address
):
    await run(server, tiny_settings, production)
    for pause in (0.005, 0.02, 0.05, 0.1, 0.2, 0.3):
        task = asyncio.create_task(run(server, tiny_settings, production, download_recent=True))
        await asyncio.sleep(pause)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    result = await run(server, tiny_settings, production)
    test = target(server, tiny_settings)
    assert await value(test, "SELECT count(*) FROM people") == 100
    assert await templates(server, tiny_settings) == [result.template]
    assert not list(tiny_settings.backups.glob("*.partial"))


async def test_the_second_of_two_resets_says_who_holds_the_lock(
    server: Server, tiny_settings: Settings
):
    impatient = replace(tiny_settings, lock_wait_seconds=0.2)
    async with exclusive(server, settings=tiny_settings, purpose="reset"):
        with pytest.raises(BusyError, match=r"db_workflow reset \["):
            async with exclusive(server, settings=impatient, purpose="reset"):
                pass


async def test_a_production_that_was_changed_by_hand_is_told_and_migration_may_go_on(
    server: Server, tiny_settings: Settings, production: Address
):
    await execute(production, "ALTER TABLE people ADD nickname text")
    heard = Heard()
    await run(server, tiny_settings, production, reporter=heard)
    assert any("changed it by hand" in line for line in heard.said)
    write_version(tiny_settings, "0.2", "ALTER TABLE people ADD email text;")
    test = target(server, tiny_settings)
    await migrate(test, load_plan(tiny_settings), settings=tiny_settings)


async def test_what_a_run_has_noted_that_was_under_way_in_production_does_not_travel(
    server: Server, tiny_settings: Settings, production: Address
):
    """Its session's number and its tables' are those of another server."""
    async with session(production, purpose="test") as connection:
        left = await recall(connection, "schema")
        noted = {"session": {"pid": 1, "started": "0"}, "relations": {"4711": "public.gone"}}
        await record(connection, "schema", {**left, **noted})
        lock = {"relation": "4711", "mode": "AccessExclusiveLock", "held_ms": 1, "dropped": True}
        await connection.execute(
            "UPDATE db_workflow.migration SET locks = $1::text::jsonb", json.dumps([lock])
        )
        await connection.execute("ALTER TABLE people ADD nickname text")
    heard = Heard()
    await run(server, tiny_settings, production, reporter=heard)
    assert any("was under way when" in line for line in heard.said)
    assert not any("changed it by hand" in line for line in heard.said)
    async with session(target(server, tiny_settings), purpose="test") as connection:
        assert not {"session", "relations"} & set(await recall(connection, "schema"))
        locks = await connection.fetchval("SELECT locks::text FROM db_workflow.migration")
    assert [(one["relation"], "dropped" in one) for one in json.loads(locks)] == [
        ("public.gone", False)
    ]


async def test_an_edit_of_a_file_that_production_has_is_to_be_undone(
    server: Server, tiny_settings: Settings, production: Address
):
    await run(server, tiny_settings, production)
    write_version(tiny_settings, "0.1", "CREATE TABLE people (id bigint);")
    with pytest.raises(MigrationError) as caught:
        await migrate(
            target(server, tiny_settings), load_plan(tiny_settings), settings=tiny_settings
        )
    assert "undo the edit: production already has v0.1/a.sql" in caught.value.next


async def real_reset(server: Server, settings: Settings, production: Address) -> ResetResult:
    return await reset(server, settings=settings, production=production, stand_in=False)


def rewrite(result: ResetResult, **facts) -> None:
    """Change what a backup's manifest says about where it came from; None takes it out."""
    manifest = manifest_of(result.backup.path)
    written = json.loads(manifest.read_text())
    merged = {**written["facts"], **facts}
    written["facts"] = {key: value for key, value in merged.items() if value is not None}
    manifest.write_text(json.dumps(written))


async def test_the_manifest_says_which_server_a_real_backup_came_from(
    server: Server, tiny_settings: Settings, production: Address
):
    result = await real_reset(server, tiny_settings, production)
    system = await value(production, "SELECT system_identifier FROM pg_control_system()")
    assert result.backup.facts == {
        "stand_in": False,
        "host": production.host,
        "port": production.port,
        "system": system,
    }


async def test_a_backup_of_the_same_server_by_another_name_is_used(
    server: Server, tiny_settings: Settings, production: Address
):
    first = await real_reset(server, tiny_settings, production)
    rewrite(first, host="replica.example", port=6432)
    assert (await real_reset(server, tiny_settings, production)).restored is False


@pytest.mark.parametrize(
    "facts",
    [{"system": 1}, {"host": "other.example", "system": 1}, {"host": None, "system": None}],
    ids=["another server at that address", "another server", "a manifest of an older version"],
)
async def test_a_backup_of_another_production_of_that_name_is_not_used(
    server: Server, tiny_settings: Settings, production: Address, facts: dict[str, object]
):
    first = await real_reset(server, tiny_settings, production)
    rewrite(first, **facts)
    second = await real_reset(server, tiny_settings, production)
    assert second.backup.path != first.backup.path


async def test_a_production_that_cannot_be_reached_is_known_by_host_and_port(
    server: Server, tiny_settings: Settings, production: Address
):
    first = await real_reset(server, tiny_settings, production)
    away = replace(production, host="127.0.0.1", port=1)
    rewrite(first, host=away.host, port=away.port)
    assert (await real_reset(server, tiny_settings, away)).backup.name == first.backup.name
    rewrite(first, port=2)
    with pytest.raises(BackupError, match="Connection refused"):
        await real_reset(server, tiny_settings, away)


async def test_publications_and_subscriptions_of_production_are_not_restored(
    server: Server, tiny_settings: Settings, production: Address
):
    await execute(
        production,
        "CREATE PUBLICATION changes FOR ALL TABLES; CREATE SUBSCRIPTION listens"
        " CONNECTION 'host=nowhere.example' PUBLICATION changes"
        " WITH (connect = false, slot_name = NONE)",
    )
    try:
        await run(server, tiny_settings, production)
    finally:
        # A database with a subscription cannot be dropped.
        await execute(production, "DROP SUBSCRIPTION listens")
    test = target(server, tiny_settings)
    assert await value(test, "SELECT count(*) FROM pg_publication") == 0
    count = "SELECT count(*) FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid"
    assert await value(test, f"{count} WHERE d.datname = current_database()") == 0


async def test_a_template_is_never_complete_before_it_is_closed(
    server: Server, tiny_settings: Settings, production: Address
):
    """Watch every state that a kill could leave behind."""
    seen = set()

    async def watch() -> None:
        async with session(server.address, purpose="test") as connection:
            while True:
                rows = await connection.fetch(
                    "SELECT datallowconn, shobj_description(oid, 'pg_database')::json"
                    " -> 'db_workflow' -> 'facts' ->> 'complete' FROM pg_database"
                    " WHERE datname LIKE $1",
                    f"{tiny_settings.test_database}%baseline%",
                )
                seen.update((row[0], row[1]) for row in rows)

    watching = asyncio.create_task(watch())
    for _ in range(3):
        await run(server, tiny_settings, production, download_recent=True)
    watching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await watching
    assert (False, "true") in seen
    assert (True, "true") not in seen


async def test_a_test_database_with_the_longest_name_is_reset_and_its_templates_kept_apart(
    server: Server, tiny_settings: Settings, production: Address
):
    stem = f"{tiny_settings.project}_{'é' * 30}"
    name = f"{stem.encode()[:62].decode('utf-8', 'ignore')}x"
    long = replace(tiny_settings, test_address=server.address.at(name))
    await run(server, tiny_settings, production)
    result = await run(server, long, production)
    assert len(result.template.encode()) <= 63
    assert len(await templates(server, tiny_settings)) == 2
    assert await value(target(server, long), "SELECT count(*) FROM people") == 100


async def test_an_interruption_between_drop_and_create_leaves_no_database_and_is_repaired(
    server: Server, tiny_settings: Settings, production: Address
):
    first = await run(server, tiny_settings, production)
    # Whoever is connected to a template holds its clone up: time enough to interrupt it.
    await execute(server.address, f"ALTER DATABASE {quoted(first.template)} ALLOW_CONNECTIONS true")
    async with session(server.address.at(first.template), purpose="test"):
        again = asyncio.create_task(run(server, tiny_settings, production))
        async with asyncio.timeout(10):
            while await exists(server, tiny_settings.test_database):  # noqa: ASYNC110 - no event
                await asyncio.sleep(0.01)
        again.cancel()
        with pytest.raises(asyncio.CancelledError):
            await again
        assert not await exists(server, tiny_settings.test_database)
    await run(server, tiny_settings, production)
    assert await value(target(server, tiny_settings), "SELECT count(*) FROM people") == 100
