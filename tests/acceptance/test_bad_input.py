"""Wrong input is told in one screen, with the way out, and changes nothing."""

import asyncio
import os
import signal
import subprocess
import sys
import time

import pytest

from db_workflow.connection import quoted, session
from db_workflow.lock import exclusive


async def test_a_missing_file_is_told_with_the_list_that_names_it(shop):
    (shop.root / "shop/sql/v1.1/notes/01_note.sql").unlink()
    assert "notes/01_note.sql" in shop.refused("phase1", code=6)


async def test_a_file_listed_twice_is_told(shop):
    shop.edit(
        "scripts/v1.1_migration/run_migrations.py",
        'sql_file("notes/01_note.sql")',
        'sql_file("notes/01_note.sql"), sql_file("notes/01_note.sql")',
    )
    assert "twice" in shop.refused("phase1", code=6)


async def test_a_file_in_no_list_is_told(shop):
    (shop.root / "shop/sql/v1.1/notes/02_forgotten.sql").write_text("SELECT 1;")
    assert "02_forgotten.sql" in shop.refused("phase1", code=6)


async def test_an_unknown_version_is_told_with_the_known_ones(shop):
    shop.passes("phase1")
    said = shop.refused("migrate --to 7.7", code=6)
    assert "7.7" in said
    assert "1.1" in said


async def test_a_syntax_error_shows_file_line_caret_and_sqlstate(shop):
    (shop.root / "shop/sql/v1.1/notes/01_note.sql").write_text(
        "ALTER TABLE orders ADD COLUMN note text;\nALTER TABLE orders ADD COLUM extra text text;\n"
    )
    said = shop.refused("phase1", code=6)
    assert "01_note.sql:2" in said
    assert "^" in said
    assert "42601" in said
    columns = await shop.sql(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'orders'"
    )
    assert "note" not in {row[0] for row in columns}


async def test_a_wrong_list_is_told_before_the_seeded_rows_are_touched(shop):
    shop.passes("phase1", "phase3")
    rows = await shop.sql("SELECT * FROM customers ORDER BY id")
    for edit in ("notes/01_nota.sql", "notes/01_note.sql"):
        if edit == "notes/01_note.sql":
            (shop.root / "shop/sql/v1.1/notes/01_note.sql").write_text("\\connect shop\n")
        else:
            shop.edit("scripts/v1.1_migration/run_migrations.py", "notes/01_note.sql", edit)
        shop.refused("phase1", code=6)
        assert await shop.sql("SELECT * FROM customers ORDER BY id") == rows
        shop.edit("scripts/v1.1_migration/run_migrations.py", edit, "notes/01_note.sql")


async def test_an_unfinished_comment_is_no_empty_file(shop):
    (shop.root / "shop/sql/v1.1/notes/01_note.sql").write_text(
        "/* ALTER TABLE orders ADD note text;"
    )
    assert "01_note.sql" in shop.refused("phase1", code=6)


@pytest.mark.parametrize(
    "path", ["shop/models.py", "tests/database/factories.py", "tests/database/data/orders.py"]
)
async def test_a_file_that_exits_does_not_end_the_command(shop, path):
    shop.passes("phase1", "phase3")
    file = shop.root / path
    file.write_text(file.read_text("utf-8") + "\nraise SystemExit(0)\n")
    done = shop.invoke("status")
    assert done.returncode in {12, 13}, done.stdout + done.stderr
    assert "SystemExit" in done.stdout


async def test_a_step_that_exits_is_a_step_that_failed(shop):
    file = shop.root / "scripts/v1.1_migration/write_notes.py"
    file.write_text("async def upgrade(step):\n    raise SystemExit(0)\n")
    assert "write_notes.py" in shop.refused("phase1", code=6)


async def test_real_rows_are_neither_printed_nor_logged_when_a_migration_fails(shop):
    (shop.root / "shop/sql/v1.1/notes/01_note.sql").write_text("UPDATE customers SET name = NULL;")
    said = shop.refused("phase1", code=6)
    assert "23502" in said
    assert "quack" not in said


async def test_a_terminal_without_unicode_gets_the_result_all_the_same(shop):
    shop.passes("phase1")
    done = shop.invoke("status", PYTHONIOENCODING="ascii")
    assert done.returncode == 13, done.stderr
    assert "phase 1" in done.stdout


async def test_an_unreachable_server_is_told(shop):
    said = shop.invoke("status", TEST_DATABASE_URL="postgresql://u:geheim@127.0.0.1:1/x")
    assert said.returncode == 3
    assert "cannot be reached" in said.stderr
    assert "geheim" not in said.stdout + said.stderr


def test_a_wrong_password_is_told_without_the_password(shop):
    # Its own server: the shared one trusts everyone who may enter its socket's folder.
    script = f"""
import dataclasses, os, pathlib, shutil, sys, tempfile
from db_workflow import server
from db_workflow.settings import load_settings
settings = load_settings(pathlib.Path({str(shop.root)!r}), environment={{}})
running = server.start_server(settings)
hba = server.embedded_status(settings).folder / "pg_hba.conf"
hba.write_text("local all all scram-sha-256\\n")
server.stop_server(settings)
print(server.start_server(settings).address.at("x").url())
"""
    url = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=shop.root
    ).stdout.strip()
    try:
        said = shop.invoke("status", TEST_DATABASE_URL=url.replace("@", ":geheim@"))
        assert said.returncode == 3, said.stdout + said.stderr
        assert "password" in said.stderr
        assert "geheim" not in said.stdout + said.stderr
    finally:
        done = subprocess.run(
            [sys.executable, "-m", "invoke", "server.stop"],
            cwd=shop.root,
            env={k: v for k, v in os.environ.items() if k != "TEST_DATABASE_URL"},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0


@pytest.mark.parametrize("task", ["reset", "phase1", "migrate", "generate", "seed", "status"])
async def test_the_production_url_as_test_database_is_refused(shop, task):
    url = shop.environment["PRODUCTION_DATABASE_URL"] + "&sslmode=prefer"
    done = shop.invoke(task, TEST_DATABASE_URL=url)
    if task == "status":
        assert done.returncode == 11
        assert "production" in done.stdout
    else:
        assert done.returncode == 4, done.stdout + done.stderr
        assert "production" in done.stderr
    assert len(await shop.sql("SELECT * FROM customers", database=shop.production)) == 2


async def test_a_database_that_the_workflow_did_not_create_is_refused(shop):
    name = f"{shop.production}_other"
    async with session(shop.server.address, purpose="test") as connection:
        await connection.execute(f"CREATE DATABASE {quoted(name)}")
    try:
        await shop.sql("CREATE TABLE precious AS SELECT 1 AS one", database=name)
        url = shop.server.address.at(name).url()
        for task in ("reset", "phase1", "migrate", "seed"):
            done = shop.invoke(task, TEST_DATABASE_URL=url)
            assert done.returncode == 4, done.stdout + done.stderr
            assert "next:" in done.stderr
        assert len(await shop.sql("SELECT * FROM precious", database=name)) == 1
    finally:
        async with session(shop.server.address, purpose="test") as connection:
            await connection.execute(f"DROP DATABASE {quoted(name)}")


async def test_a_second_terminal_waits_briefly_and_says_who_holds_it(shop):
    async with exclusive(shop.server, settings=shop.settings, purpose="phase1"):
        done = await asyncio.to_thread(shop.invoke, "phase1")
    assert done.returncode == 5
    assert "db_workflow phase1" in done.stderr


async def test_broken_settings_are_told(shop):
    shop.edit("pyproject.toml", 'sql = "shop/sql"', 'sequel = "shop/sql"')
    said = shop.refused("status", code=2)
    assert "sequel" in said
    assert "'sql'" in said


async def test_no_backup_and_no_production_is_told(shop):
    done = shop.invoke("phase1", PRODUCTION_DATABASE_URL="")
    assert done.returncode == 7, done.stdout + done.stderr
    assert "next:" in done.stderr


async def test_ctrl_c_during_a_migration_undoes_the_step_and_the_next_run_recovers(shop):
    original = (shop.root / "scripts/v1.1_migration/write_notes.py").read_text()
    (shop.root / "scripts/v1.1_migration/write_notes.py").write_text(
        "async def upgrade(step):\n"
        "    await step.connection.execute(\"UPDATE orders SET note = 'half'\")\n"
        "    open('started', 'w').close()\n"
        "    await step.connection.execute('SELECT pg_sleep(60)')\n"
    )
    _interrupt(shop, "phase1", when=(shop.root / "started").exists)
    assert [row["note"] for row in await shop.sql("SELECT note FROM orders")] == [None, None]
    assert shop.status()["code"] == 11
    (shop.root / "scripts/v1.1_migration/write_notes.py").write_text(original)
    shop.passes("phase1", "phase3")
    assert shop.status()["code"] == 0


@pytest.mark.parametrize("task", ["phase1", "codegen", "phase2", "phase3"])
@pytest.mark.parametrize("delay", [0.4, 0.8])
async def test_ctrl_c_at_any_moment_leaves_what_the_next_run_recovers(shop, task, delay):
    if task != "phase1":
        shop.passes("phase1")
    started = time.monotonic()
    _interrupt(shop, task, when=lambda: time.monotonic() - started > delay)
    shop.passes("phase1", "codegen", "phase2", "phase3")
    assert shop.status()["code"] == 0


def _interrupt(shop, task, *, when):
    """Start a task, send it what Ctrl-C sends once `when` says so, and wait for its end."""
    process = shop.start(task)
    deadline = time.monotonic() + 30
    while not when() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=30)
    # 1 and -2 are Invoke's and Python's own, when the signal came before the task had begun or
    # after it had ended.
    assert process.returncode in {0, 1, 130, -signal.SIGINT}, error
    assert "Traceback" not in error
