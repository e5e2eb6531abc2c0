"""A whole release as a person types it: checklist, deploy, integrity, and back again."""

import json
import re
import signal

import pytest

from db_workflow.connection import quoted, session
from db_workflow.lock import exclusive
from db_workflow.release.deploy.contents import read_contents
from db_workflow.release.files import sources_digest
from db_workflow.state import recall, record

STEP = "scripts/v1.1_migration/write_notes.py"
NOTE = "SET note = 'for ' || name"
DIVIDES = "SET note = 'for ' || (1 / (CASE name WHEN 'Late' THEN 0 ELSE 1 END)) || name"
LATE = "INSERT INTO customers (name, email) VALUES ('Late', 'late@example.com')"


@pytest.fixture
async def ready(shop):
    """Return the shop when everything but the checklist is as a release needs it."""
    (shop.root / "CHANGELOG.md").write_text("# Changelog\n\n## [1.1.0]\n")
    (shop.root / ".gitignore").write_text("__pycache__/\n")
    shop.edit("pyproject.toml", "[tool.db_workflow]", '[tool.db_workflow]\nboundary_base = "main"')
    shop.passes("phase1", "phase3")
    shop.git("init", "--quiet", "--initial-branch", "main")
    await ready_to_check(shop)
    yield shop
    async with session(shop.server.address, purpose="test") as connection:
        for (name,) in await connection.fetch("SELECT datname FROM pg_database"):
            if name.startswith(f"{shop.production}_") or f"{shop.production}__" in name:
                await connection.execute(f"DROP DATABASE {quoted(name)} WITH (FORCE)")


async def ready_to_check(shop):
    """Record a passing run of the tests, as the plugin does, and commit everything."""
    shop.git("add", "--all")
    shop.git("-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "--quiet", "-m", "all")
    address = shop.server.address.at(shop.settings.test_database)
    async with session(address, purpose="test") as connection:
        tested = {key: await recall(connection, key) for key in ("schema", "seeded")}
        tested["sources"] = sources_digest(shop.settings)
        await record(connection, "db_tests", {"passed": 3, "skipped": 0, **tested})


async def held(shop):
    """Return everything that production holds."""
    address = shop.server.address.at(shop.production)
    async with (
        session(address, purpose="test", read_only=True) as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        return (await read_contents(connection)).to_json()


async def test_a_whole_release_and_back(ready):
    shop = ready
    before = await held(shop)
    deploy = f"deploy --version 1.1 --yes-really {shop.production}"
    rollback = f"rollback --yes-really {shop.production}"

    assert "release-checklist" in shop.refused(deploy, code=14)
    assert "no deployment" in shop.refused(rollback, code=14)
    shop.passes("release-checklist --version 1.1")

    assert f"--yes-really {shop.production}" in shop.refused("deploy --version 1.1", code=4)
    assert "is not its name" in shop.refused("deploy --version v1.1 --yes-really other", code=4)
    await shop.sql("ALTER TABLE orders ADD COLUMN by_hand int", database=shop.production)
    assert "by hand" in shop.refused(deploy, code=6)
    await shop.sql("ALTER TABLE orders DROP COLUMN by_hand", database=shop.production)
    shop.edit("tests/database/factories.py", '"1.00"', '"2.00"')
    assert "stale" in shop.refused(deploy, code=14)
    shop.edit("tests/database/factories.py", '"2.00"', '"1.00"')
    assert await held(shop) == before

    server = shop.server
    async with exclusive(server, settings=shop.settings, purpose="rollback", name=shop.production):
        assert "db_workflow rollback" in shop.refused(deploy, code=5)

    done = shop.invoke(*deploy.split(), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert [one["name"] for one in told["applied"]] == [
        "v1.1/notes/01_note.sql",
        "v1.1/write_notes.py",
    ]
    assert "restored, and equal to production" in done.stderr
    assert json.loads((shop.root / ".db_workflow/release/deploy-v1.1.json").read_text()) == told
    shop.passes("integrity --production", "verify --production")
    assert "nothing to deploy" in shop.refused(deploy, code=14)

    await shop.sql(LATE, database=shop.production)
    assert "public.customers: 1 row more (2 → 3)" in shop.refused("rollback", code=4)
    told = shop.passes(rollback)
    assert await held(shop) == before
    (aside,) = re.findall(rf"{shop.production}_before_rollback_\w+", told)
    assert len(await shop.sql("SELECT FROM customers", database=aside)) == 3

    # Nothing has changed since the checklist, so the same release can be deployed again.
    shop.passes(deploy, rollback)
    assert await held(shop) == before
    assert "only here: public.customers" in shop.refused("rollback --purge", code=4)
    assert aside in shop.passes(f"rollback --purge --yes-really {shop.production}")
    assert "kept aside" in shop.refused(f"rollback --purge --yes-really {shop.production}", code=14)


async def test_a_killed_deploy_goes_on_without_a_new_checklist(ready):
    """Only the deploy itself has changed production since."""
    shop = ready
    before = await held(shop)
    shop.passes("release-checklist --version 1.1")
    command = ("deploy", "--version", "1.1", "--yes-really", shop.production)
    process = shop.start(*command)
    for line in process.stderr:
        if "v1.1/write_notes.py" in line and "ms" in line:
            break
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert await held(shop) != before
    done = shop.invoke(*command)
    assert done.returncode == 0, done.stderr
    assert "did not end; going on" in done.stderr
    shop.passes(f"rollback --yes-really {shop.production}")
    assert await held(shop) == before


@pytest.fixture
async def failing(ready):
    """Return the shop with a step that fails on a row that the rehearsal's backup had not."""
    shop = ready
    shop.edit(STEP, NOTE, DIVIDES)
    shop.passes("phase1", "phase3")
    await ready_to_check(shop)
    shop.passes("release-checklist --version 1.1")
    await shop.sql(
        f"WITH late AS ({LATE} RETURNING id)"
        " INSERT INTO orders (customer_id, colour, total) SELECT id, 'red', 1 FROM late",
        database=shop.production,
    )
    return shop


async def test_a_failed_release_is_taken_back(failing):
    shop = failing
    before = await held(shop)
    told = shop.refused(f"deploy --version 1.1 --yes-really {shop.production}", code=6)
    assert "✓ v1.1/notes/01_note.sql" in told
    assert "· v1.1/write_notes.py (not applied)" in told
    assert "back: invoke rollback" in told
    assert "Late" not in told
    shop.passes(f"rollback --yes-really {shop.production}")
    assert await held(shop) == before


async def test_a_failed_release_is_mended_and_goes_on(failing):
    """By the commands that the errors name: a fresh baseline, a new checklist, the same deploy."""
    shop = failing
    before = await held(shop)
    deploy = f"deploy --version 1.1 --yes-really {shop.production}"
    shop.refused(deploy, code=6)
    shop.edit(STEP, DIVIDES, NOTE)
    assert "release-checklist" in shop.refused(deploy, code=14)
    shop.passes("phase1 --download-recent", "phase3")
    await ready_to_check(shop)
    shop.passes("release-checklist --version 1.1")
    done = shop.invoke(*deploy.split(), "--json")
    assert done.returncode == 0, done.stderr
    assert [one["name"] for one in json.loads(done.stdout)["applied"]] == ["v1.1/write_notes.py"]
    shop.passes("integrity --production")
    # The way back still leads to before the first attempt.
    shop.passes(f"rollback --yes-really {shop.production}")
    assert await held(shop) == before
