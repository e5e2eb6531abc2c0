"""What looks before a release, as a person types it: integrity, rehearse, boundary."""

import asyncio
import json
import signal

import pytest

from db_workflow.connection import session

ORPHAN = "SET session_replication_role = replica; DELETE FROM customers WHERE name LIKE 'Z%'"


async def test_integrity_looks_at_the_test_database_at_production_and_at_any_other(shop):
    shop.passes("phase1")
    assert "every promise holds" in shop.passes("integrity")
    address = shop.server.address.at(shop.production)
    async with session(address, purpose="by hand") as connection:
        await connection.execute(ORPHAN)
    shop.passes("integrity")
    done = shop.invoke("integrity", "--production")
    assert done.returncode == 1
    assert "public.orders fk_orders_customer: 1 row refers" in done.stdout
    assert "Ångström" not in done.stdout + done.stderr
    done = shop.invoke("integrity", "--production", "--json")
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert found["ok"] is False
    assert [fault["kind"] for fault in found["faults"]] == ["orphans"]
    other = shop.invoke("integrity", TEST_DATABASE_URL=address.url())
    assert other.returncode == 1
    async with session(address, purpose="by hand") as connection:
        assert await connection.fetchval("SELECT count(*) FROM orders") == 2


async def test_integrity_without_a_database_says_what_to_do(shop):
    assert "invoke phase1" in shop.refused("integrity", code=3)
    done = shop.invoke("integrity", "--production", PRODUCTION_DATABASE_URL="")
    assert done.returncode == 2
    assert "PRODUCTION_DATABASE_URL is not set" in done.stderr


async def test_a_backup_of_a_production_with_orphans_is_not_restorable(shop):
    """PostgreSQL makes every foreign key anew when it restores, and finds what nobody looked at."""
    shop.passes("phase1")
    async with session(shop.server.address.at(shop.production), purpose="by hand") as connection:
        await connection.execute(ORPHAN)
    done = shop.invoke("reset", "--download-recent")
    assert done.returncode == 7
    done = shop.invoke("release-checklist", "--version", "1.1", "--format", "json")
    items = {item["name"]: item for item in json.loads(done.stdout)["items"]}
    assert items["restorable"]["state"] == "fail"
    assert "not rehearsed: The restore of" in items["restorable"]["evidence"][0]
    assert "Ångström" not in done.stdout + done.stderr


async def test_rehearse_says_what_the_steps_would_do_to_production(shop):
    shop.passes("phase1")
    done = shop.invoke("rehearse", "--version", "1.1")
    assert done.returncode == 0, done.stderr
    assert "v1.1/write_notes.py" in done.stdout
    assert "2 steps on" in done.stdout
    assert "rehearsal: restoring" in done.stderr
    assert [row["count"] for row in await shop.sql(
        "SELECT count(*) FROM information_schema.columns WHERE table_name = 'orders'"
        " AND column_name = 'note'", database=shop.production)] == [0]  # fmt: skip
    shop.edit("shop/sql/v1.1/notes/01_note.sql", "note text", "note text, ADD COLUMN note text")
    done = shop.invoke("rehearse", "--version", "1.1", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["rehearsal 1"]["problems"]
    assert "9.9" in shop.refused("rehearse --version 9.9", code=6)


async def restores(shop):
    rows = await shop.sql(
        "SELECT datname FROM pg_database WHERE datname LIKE '%\\_\\_rehearsal\\_%'",
        database=shop.production,
    )
    return [name for (name,) in rows if name.startswith(shop.settings.project)]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
async def test_a_rehearsal_that_is_ended_leaves_production_s_rows_nowhere_for_long(shop, how):
    shop.passes("phase1")
    slow = "import asyncio\n\nasync def upgrade(step):\n    await asyncio.sleep(60)\n"
    step = shop.root / "scripts/v1.1_migration/write_notes.py"
    quick = step.read_text()
    step.write_text(slow)
    process = shop.start("rehearse", "--version", "1.1")
    said = iter(process.stderr.readline, "")
    assert await asyncio.to_thread(any, ("01_note.sql" in line for line in said))
    process.send_signal(how)
    await asyncio.to_thread(process.communicate, timeout=60)
    assert process.returncode == (130 if how == signal.SIGINT else -signal.SIGKILL)
    assert len(await restores(shop)) == (0 if how == signal.SIGINT else 1)
    step.write_text(quick)
    shop.passes("rehearse --version 1.1")
    assert await restores(shop) == []


async def test_rehearse_without_a_backup_says_what_to_do(shop):
    assert "invoke reset --download-recent" in shop.refused("rehearse --version 1.1", code=7)


async def test_boundary_is_asked_beside_a_revision(shop):
    assert "git" in shop.refused("boundary --base main", code=1)
    shop.git("init", "--quiet", "--initial-branch", "main")
    (shop.root / ".gitignore").write_text("__pycache__/\n")
    shop.git("add", "--all")
    shop.git("-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "--quiet", "-m", "all")
    assert "--base" in shop.refused("boundary", code=1)
    assert "knows no revision" in shop.refused("boundary --base nowhere", code=1)
    shop.edit("shop/models.py", "(10, 2)", "(10, 3)")
    assert "1 changed files are the layer's" in shop.passes("boundary --base main")
    (shop.root / "api.py").write_text("")
    done = shop.invoke("boundary", "--base", "main", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["outside"] == ["api.py"]
