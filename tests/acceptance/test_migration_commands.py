"""The migration commands as a person types them: plan, lint, verify, baseline, JSON, signals."""

import asyncio
import json
import os
import shlex
import signal
import subprocess
import sys

import pytest

from db_workflow.connection import session

PRINTING_STEP = """\
import os


async def upgrade(step):
    print("hello")
    os.system("echo and from a shell")
"""
NOTE = "shop/sql/v1.1/notes/01_note.sql"


async def test_the_plan_names_steps_reasons_and_tables_and_changes_nothing(shop):
    shop.passes("reset")
    found = json.loads(shop.passes("migrate --plan --json"))
    assert [(step["name"], step["reason"]) for step in found["steps"]] == [
        ("v1.1/notes/01_note.sql", "version not begun"),
        ("v1.1/write_notes.py", "version not begun"),
    ]
    assert "orders" in shop.passes("migrate --plan")
    assert len(json.loads(shop.passes("migrate --plan --json"))["steps"]) == 2


async def test_migrate_tells_rows_and_locks_to_people_and_to_machines(shop):
    shop.passes("reset")
    result = json.loads(shop.passes("migrate --json"))
    note, rows = result["applied"]
    assert note["locks"][0]["mode"] == "AccessExclusiveLock"
    assert (note["locks"][0]["relation"], rows["rows_touched"]) == ("public.orders", 2)
    shop.passes("reset")
    assert "ACCESS EXCLUSIVE public.orders" in shop.passes("migrate")


async def test_what_a_step_prints_never_gets_into_the_json(shop):
    (shop.root / "scripts/v1.1_migration/write_notes.py").write_text(PRINTING_STEP)
    shop.passes("reset")
    done = shop.invoke("migrate", "--json")
    assert len(json.loads(done.stdout)["applied"]) == 2
    assert "hello\n" in done.stderr
    assert "and from a shell\n" in done.stderr


async def test_a_failure_is_json_too(shop):
    done = shop.invoke("migrate", "--json")
    told = json.loads(done.stdout)["error"]
    assert (told["exit_code"], done.returncode) == (11, 11)
    assert told["next"] in done.stderr


async def test_an_empty_version_is_no_version(shop):
    shop.passes("reset")
    assert "'' is not a version" in shop.refused("migrate --to=", code=6)
    assert len(json.loads(shop.passes("migrate --plan --json"))["steps"]) == 2


async def test_a_dry_run_is_refused_and_runs_nothing(shop):
    shop.passes("reset")
    done = shop.invoke("--dry", "migrate")
    assert (done.returncode, "migrate --plan" in done.stderr) == (2, True)
    assert len(json.loads(shop.passes("migrate --plan --json"))["steps"]) == 2


async def test_lint_finds_what_would_hurt_and_an_ignored_rule_is_quiet(shop):
    (shop.root / NOTE).write_text("CREATE INDEX ix_orders_total ON orders (total);\n")
    shop.passes("reset")
    done = shop.invoke("lint")
    assert done.returncode == 1
    assert f"{NOTE}:1:1: require-concurrent-index-creation" in done.stdout
    (shop.root / NOTE).write_text(
        "-- squawk-ignore require-concurrent-index-creation -- a small table\n"
        "CREATE INDEX ix_orders_total ON orders (total);\n"
    )
    shop.passes("lint")


async def test_verify_finds_what_was_changed_by_hand_here_and_in_production(shop):
    shop.passes("phase1", "verify", "verify --production")
    await shop.sql("ALTER TABLE orders DROP CONSTRAINT ck_orders_total", database=shop.production)
    done = shop.invoke("verify", "--production")
    assert done.returncode == 6
    assert "ck_orders_total" in done.stdout
    shop.passes("verify")


async def test_a_production_without_a_ledger_is_adopted(shop):
    await shop.sql("DROP SCHEMA db_workflow CASCADE", database=shop.production)
    assert "invoke baseline --version" in shop.refused("phase1 --download-recent", code=6)
    refused = shop.invoke("baseline", "--version", "1.0", "--production", "--yes-really", "other")
    assert (refused.returncode, "was not confirmed" in refused.stderr) == (4, True)
    wrong = shop.invoke(
        "baseline", "--version", "1.1", "--production", "--yes-really", shop.production
    )
    assert (wrong.returncode, "note" in wrong.stderr) == (6, True)
    shop.passes(
        f"baseline --version 1.0 --production --yes-really {shop.production}",
        "verify --production",
        "phase1 --download-recent",
        "verify",
    )


def start(shop, *flags):
    return shop.start("migrate", *flags)


async def sleeping(shop):
    """Tell whether a step sleeps in the test database."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = $1"
    async with session(shop.server.address, purpose="test") as connection:
        return bool(await connection.fetchval(query, shop.settings.test_database))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_what_ends_a_command_is_json_too(shop, number):
    (shop.root / NOTE).write_text("ALTER TABLE orders ADD COLUMN note text; SELECT pg_sleep(60);")
    shop.passes("reset")
    child = start(shop, "--json")
    async with asyncio.timeout(30):
        while not await sleeping(shop):  # noqa: ASYNC110 - another process's work
            await asyncio.sleep(0.05)
    child.send_signal(number)
    told, said = await asyncio.to_thread(child.communicate, timeout=30)
    assert child.returncode == 128 + number
    error = json.loads(told)["error"]
    assert error["found"] == "Interrupted."
    assert error["exit_code"] == 128 + number
    assert error["data"] == {"signal": number.name}
    assert "Interrupted." in said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
async def test_a_command_that_is_told_to_end_undoes_its_step_and_leaves_no_session(shop, number):
    (shop.root / NOTE).write_text("ALTER TABLE orders ADD COLUMN note text; SELECT pg_sleep(60);")
    shop.passes("reset")
    child = start(shop)
    async with asyncio.timeout(30):
        while not await sleeping(shop):  # noqa: ASYNC110 - another process's work
            await asyncio.sleep(0.05)
    child.send_signal(number)
    _, said = await asyncio.to_thread(child.communicate, timeout=30)
    assert child.returncode == 128 + number
    assert number.name in said
    assert not await sleeping(shop)
    (shop.root / NOTE).write_text("ALTER TABLE orders ADD COLUMN note text;")
    shop.passes("migrate")


def in_a_shell(shop, command):
    """Run a task with its streams led elsewhere, as a shell does it."""
    python = shlex.quote(sys.executable)
    command = command.replace("FIRST LINE", f"{python} -c 'print(input())'")
    return subprocess.run(
        ["sh", "-c", f"{python} -m invoke {command}"],  # noqa: S607 - whichever there is
        cwd=shop.root,
        env={**os.environ, **shop.environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    "command", ["migrate >/dev/full 2>/dev/full", "migrate 2>&1 | FIRST LINE", "migrate 2>&-"]
)
async def test_who_stops_listening_does_not_stop_the_migration(shop, command):
    shop.passes("reset")
    in_a_shell(shop, command)
    assert json.loads(shop.passes("migrate --plan --json"))["steps"] == []


async def test_a_result_that_cannot_be_written_is_told(shop):
    done = in_a_shell(shop, "status >/dev/full")
    assert (done.returncode, done.stderr.count("\n")) == (74, 1)
    assert "could not be written" in done.stderr


async def test_a_reader_that_leaves_early_is_no_error(shop):
    done = in_a_shell(shop, "status | FIRST LINE")
    assert done.stderr == ""
    assert done.stdout.startswith("database")
