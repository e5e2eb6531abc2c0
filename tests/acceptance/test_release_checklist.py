"""The release checklist: red for each real fault in turn, green without one, stale by a byte."""

import asyncio
import contextlib
import json
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from db_workflow.connection import session
from db_workflow.release.checklist import check
from db_workflow.release.evidence import standing
from db_workflow.release.files import sources_digest
from db_workflow.schema.backup.backups import newest_good_backup
from db_workflow.schema.backup.manifest import Backup, manifest_of, measure, publish, stage_manifest
from db_workflow.schema.plan import load_plan
from db_workflow.schema.run.runner import migrate
from db_workflow.state import recall, record

NAMES = {
    "lists", "newest", "lint", "phase-1", "phase-2", "phase-3", "db-tests", "classification",
    "coverage", "leaks", "seeded", "integrity", "backup", "restorable", "rehearsal", "second-run",
    "rehearsed-integrity", "production", "plan", "backup-current", "commits", "boundary",
    "changelog",
}  # fmt: skip
RESTORED = {"restorable", "rehearsal", "second-run", "rehearsed-integrity", "plan"}


async def failing(shop, version="1.1"):
    """Return the names of the items that fail."""
    return set((await check(shop.settings, version=version)).checklist.failing)


async def record_tests(shop, **changed):
    """Record a passing run of the tests, as the plugin does."""
    address = shop.server.address.at(shop.settings.test_database)
    async with session(address, purpose="test") as connection:
        tested = {key: await recall(connection, key) for key in ("schema", "seeded")}
        tested["sources"] = sources_digest(shop.settings)
        await record(connection, "db_tests", {"passed": 3, "skipped": 0, **tested, **changed})


@pytest.fixture
async def ready(shop):
    """Return the shop when everything is as it must be."""
    table = 'engine = "shop/engine.py"\nboundary_base = "main"\n'
    shop.edit("pyproject.toml", 'enums = "shop.db_enums"\n', f'enums = "shop.db_enums"\n{table}')
    (shop.root / "shop/engine.py").write_text("async def end(session):\n    session.commit()\n")
    (shop.root / "CHANGELOG.md").write_text("# Changelog\n\n## [1.1.0]\n")
    (shop.root / "README.md").write_text("A shop.\n")
    (shop.root / ".gitignore").write_text("__pycache__/\n")
    shop.passes("phase1", "phase3")
    shop.git("init", "--quiet", "--initial-branch", "main")
    shop.git("add", "--all")
    shop.git("-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "--quiet", "-m", "all")
    await record_tests(shop)
    return shop


@contextlib.asynccontextmanager
async def edited(shop, path, old, new):
    """Edit a file of the shop for the length of a block."""
    content = (shop.root / path).read_bytes()
    shop.edit(path, old, new)
    yield
    (shop.root / path).write_bytes(content)


@contextlib.asynccontextmanager
async def by_hand(shop, change, back, *, production=False):
    """Change a database by hand for the length of a block."""
    database = shop.production if production else ""
    await shop.sql(change, database=database)
    yield
    await shop.sql(back, database=database)


@contextlib.asynccontextmanager
async def newer_backup(shop, *options):
    """Put a newer backup of production beside the others for the length of a block."""
    settings = shop.settings
    newest = newest_good_backup(settings.backups)
    path = newest.path.with_name(f"{shop.production}_newer.dump")
    address = shop.server.address.at(shop.production)
    program = str(shop.server.binaries.program("pg_dump"))
    command = [program, "--format=custom", *options, f"--file={path}", address.url()]
    await asyncio.to_thread(subprocess.run, command, check=True)
    content, _ = measure(path)
    later = newest.created + timedelta(minutes=1)
    now = datetime.now(UTC) + timedelta(minutes=5)
    backup: Backup = replace(
        newest, path=path, bytes=content.bytes, sha256=content.sha256, created=min(later, now)
    )
    publish(stage_manifest(backup), backup)
    yield
    manifest_of(path).unlink()
    path.unlink()


@contextlib.asynccontextmanager
async def planted(shop, path, text):
    (shop.root / path).parent.mkdir(exist_ok=True)
    (shop.root / path).write_text(text)
    yield
    (shop.root / path).unlink()


@contextlib.asynccontextmanager
async def other_tests(shop):
    await record_tests(shop, seeded={"another": "one"})
    yield
    await record_tests(shop)


@contextlib.asynccontextmanager
async def without_backups(shop):
    aside = shop.root / ".db_workflow/aside"
    shop.settings.backups.rename(aside)
    yield
    shutil.rmtree(shop.settings.backups, ignore_errors=True)
    aside.rename(shop.settings.backups)


async def test_every_item_is_red_for_a_fault_of_its_own_and_green_without_it(ready):
    """One repository, one fault after the other: each is undone before the next."""
    shop = ready
    assert await failing(shop) == set()
    seen = set()

    async def red(*expected, change, exactly=True):
        async with change:
            found = await failing(shop)
        if "db-tests" not in expected:
            found.discard("db-tests")  # code that was edited has not been tested
        assert found == set(expected) if exactly else set(expected) <= found, found
        seen.update(expected)

    assert {"newest", "changelog"} <= await failing(shop, "1.0")
    seen.add("newest")
    await red("changelog", change=edited(shop, "CHANGELOG.md", "[1.1.0]", "[1.2.0]"))
    await red(
        "commits", "boundary", change=planted(shop, "lib/other.py", "def f(s):\n    s.commit()\n")
    )
    await red("boundary", change=edited(shop, "README.md", "A shop.", "Another shop."))
    await red("boundary", change=planted(shop, "new.txt", "new"))
    await red(
        "lint", "phase-1",
        change=edited(shop, "shop/sql/v1.1/notes/01_note.sql", "COLUMN note text",
                      "COLUMN note varchar(10)"),
        exactly=False,
    )  # fmt: skip
    await red(
        "phase-1", "phase-2", "phase-3",
        change=by_hand(shop, "ALTER TABLE orders ALTER note SET DEFAULT 'x'",
                       "ALTER TABLE orders ALTER note DROP DEFAULT"),
        exactly=False,
    )  # fmt: skip
    await red("phase-2", "phase-3", change=edited(shop, "shop/models.py", "(10, 2)", "(10, 3)"))
    config, order = "tests/database/generate_test_data.py", "tests/database/seed_test_db.py"
    await red(
        "classification", "phase-3",
        change=edited(shop, config, '"name": rules.first_name(), ', ""), exactly=False,
    )  # fmt: skip
    await red("coverage", "phase-3", change=edited(shop, order, '("customers", "orders")',
                                                   '("customers",)'))  # fmt: skip
    await red(
        "leaks", "phase-3",
        change=edited(shop, config, "rules.first_name()", "rules.keep()"),
    )  # fmt: skip
    row = "'55555555-0000-4000-8000-000000000000'"
    await red(
        "seeded", "phase-3",
        change=by_hand(shop, f"INSERT INTO customers VALUES ({row}, 'a', 'a@b.c')",
                       f"DELETE FROM customers WHERE id = {row}"),
    )  # fmt: skip
    flag = "UPDATE pg_index SET indisvalid = {} WHERE indexrelid = 'ix_orders_customer'::regclass"
    await red(
        "integrity", change=by_hand(shop, flag.format("false"), flag.format("true")), exactly=False
    )
    await red("db-tests", change=other_tests(shop))
    await red("db-tests", "boundary", change=planted(shop, "lib/untested.py", "x = 1\n"))
    await red("backup", *RESTORED, "backup-current", change=without_backups(shop))
    await red("restorable", change=newer_backup(shop, "--exclude-table-data=orders"))
    default = "ALTER TABLE orders ALTER total {} DEFAULT"
    await red(
        "production", "backup-current",
        change=by_hand(shop, f"{default.format('SET')} 1", default.format("DROP"), production=True),
        exactly=False,
    )  # fmt: skip
    loose = "ALTER TABLE customers {} CONSTRAINT ck_loose"
    async with (
        by_hand(shop, f"{loose.format('ADD')} CHECK (length(name) < 5) NOT VALID",
                loose.format("DROP"), production=True),
        newer_backup(shop),
    ):  # fmt: skip
        found = await failing(shop)
    assert {"rehearsed-integrity", "production"} <= found
    assert not {"rehearsal", "backup-current"} & found
    seen.add("rehearsed-integrity")
    async with (
        by_hand(shop, "ALTER TABLE orders ADD COLUMN note text", "ALTER TABLE orders DROP note",
                production=True),
        newer_backup(shop),
    ):  # fmt: skip
        found = (await check(shop.settings, version="1.1")).checklist
    told = {item.name: " ".join(item.evidence) for item in found.items}
    assert {"rehearsal", "second-run", "production"} <= set(found.failing)
    assert 'column "note" of relation "orders" already exists' in told["rehearsal"]
    assert NAMES - seen == {"lists"}


async def test_a_checklist_is_stale_when_one_byte_of_what_it_rests_on_has_changed(ready):
    shop = ready
    assert (await standing(shop.settings, "1.1")).checklist is None
    await check(shop.settings, version="1.1")
    before = await standing(shop.settings, "1.1")
    assert (before.fresh, before.releasable, before.stale, before.why) == (True, True, (), "")
    files = {
        "shop/sql/v1.1/notes/01_note.sql": {"lists"},
        "shop/sql/v1.0/orders/01_customers.sql": {"lists"},
        "scripts/v1.1_migration/write_notes.py": {"lists", "repository"},
        "scripts/v1.1_migration/run_migrations.py": {"repository"},
        "shop/models.py": {"repository"},
        "shop/db_enums.py": {"repository"},
        "tests/database/generate_test_data.py": {"repository"},
        "tests/database/seed_test_db.py": {"repository"},
        "tests/database/factories.py": {"repository"},
        "tests/database/data/auto_orders.py": {"repository"},
        "tests/database/data/orders.py": {"repository"},
        "CHANGELOG.md": {"repository"},
    }
    for name, groups in files.items():
        file = shop.root / name
        content = file.read_bytes()
        file.write_bytes(content + b"\n")
        found = await standing(shop.settings, "1.1")
        assert (found.fresh, found.releasable, set(found.stale)) == (False, False, groups), name
        assert found.why.startswith("changed since the checklist: ")
        assert file.name in found.why
        file.write_bytes(content)
    async with edited(shop, "pyproject.toml", "0.5", "0.6"):  # it is no file of the layer's
        assert (await standing(shop.settings, "1.1")).stale == ("boundary", "settings")
    for change, group in (
        (other_tests(shop), "test database"),
        (newer_backup(shop), "backup"),
        (without_backups(shop), "backup"),
        (by_hand(shop, "CREATE INDEX by_hand ON orders (total)", "DROP INDEX by_hand",
                 production=True), "production"),
        (by_hand(shop, "UPDATE db_workflow.migration SET checksum = 'a' || checksum",
                 "UPDATE db_workflow.migration SET checksum = substr(checksum, 2)",
                 production=True), "production"),
    ):  # fmt: skip
        async with change:
            assert (await standing(shop.settings, "1.1")).stale == (group,)
    assert (await standing(shop.settings, "1.1")) == before


async def test_rows_that_production_gets_meanwhile_leave_a_checklist_fresh(ready):
    await check(ready.settings, version="1.1")
    await ready.sql(
        "INSERT INTO customers (name, email) VALUES ('new', 'new@b.c')", database=ready.production
    )
    assert (await standing(ready.settings, "1.1")).fresh


async def test_the_command_tells_by_its_exit_code_and_in_every_format(ready):
    shop = ready
    done = shop.invoke("release-checklist", "--version", "1.1", "--format", "json")
    found = json.loads(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert found["releasable"]
    assert {item["name"] for item in found["items"]} == NAMES
    assert found["digest"] == (await standing(shop.settings, "1.1")).digest
    assert "rehearsal: migrating to 1.1" in done.stderr
    kept = shop.root / ".db_workflow/release"
    assert {path.name for path in kept.iterdir()} == {
        "checklist-v1.1.json", "rehearsal-v1.1.json",
    }  # fmt: skip
    assert all(path.stat().st_mode & 0o077 == 0 for path in kept.iterdir())
    assert kept.stat().st_mode & 0o077 == 0
    for style in ("text", "md", "html"):
        out = shop.root / f".db_workflow/checklist.{style}"
        done = shop.invoke(
            "release-checklist", "--version", "1.1", "--format", style, "--output", str(out)
        )
        assert done.returncode == 0, done.stderr
        assert "releasable" in done.stdout
        text = out.read_text()
        assert "A second run of the lists does nothing" in text
        assert "Quackenbush" not in text
        # The kept rehearsal is of the same: it is not run again.
        assert "rehearsal: migrating" not in done.stderr
    done = shop.invoke("release-checklist", "--version", "1.1", "--format", "pdf")
    assert done.returncode == 2
    (shop.root / "CHANGELOG.md").unlink()
    (shop.root / "README.md").unlink()
    done = shop.invoke("release-checklist", "--version", "1.1", "--format", "md")
    assert done.returncode == 1
    assert "1 of 23 items fail" in done.stdout
    assert "outside: README.md" in done.stdout


async def test_a_file_in_no_list_is_refused_before_anything_is_checked(ready):
    (ready.root / "shop/sql/v1.1/notes/02_forgotten.sql").write_text("SELECT 1;")
    said = ready.refused("release-checklist --version 1.1", code=6)
    assert "02_forgotten.sql" in said


async def test_a_repository_adds_checks_of_its_own(ready):
    shop = ready
    shop.edit("pyproject.toml", 'engine = "', 'release_checks = "shop.checks"\nengine = "')
    (shop.root / "shop/checks.py").write_text(
        "from pathlib import Path\n"
        "from db_workflow.release import Evidence, check\n"
        "@check('open-orders', 'No order is open', command='psql')\n"
        "async def open_orders(subject):\n"
        "    return Evidence.of(True, 'none is', version=subject.version)\n"
        "@check('raises', 'It raises', command='psql')\n"
        "async def raises(subject):\n"
        "    raise RuntimeError('Philippa Quackenbush')\n"
        "@check('writes', 'It writes', command='psql')\n"
        "async def writes(subject):\n"
        "    (Path(subject.settings.root) / 'shop/written.py').write_text('')\n"
        "    return Evidence.absent()\n"
    )
    done = shop.invoke("release-checklist", "--version", "1.1", "--format", "json")
    assert done.returncode == 1, done.stderr
    items = {item["name"]: item for item in json.loads(done.stdout)["items"]}
    assert items["open-orders"]["state"] == "pass"
    assert items["open-orders"]["data"] == {"version": "1.1"}
    assert items["raises"]["evidence"] == ["the check itself failed: RuntimeError"]
    assert items["writes"]["state"] == "not applicable"
    assert items["unchanged"]["state"] == "fail"
    assert "shop/written.py" in items["unchanged"]["evidence"][0]
    assert "Quackenbush" not in done.stdout + done.stderr


async def test_a_production_that_has_the_version_already_was_not_rehearsed_for_it(ready):
    shop = ready
    settings = shop.settings
    await migrate(shop.server.address.at(shop.production), load_plan(settings), settings=settings)
    found = (await check(settings, version="1.1")).checklist
    assert set(found.failing) == {"plan", "backup-current"}
    plan = next(item for item in found.items if item.name == "plan")
    assert "rehearsed and not pending: v1.1/notes/01_note.sql" in plan.evidence


async def test_a_production_that_cannot_be_reached_is_red_and_hides_no_other_item(ready):
    shop = ready
    nowhere = replace(shop.settings.production_address, port=1)
    settings = replace(shop.settings, production_address=nowhere)
    found = (await check(settings, version="1.1")).checklist
    assert "production" in found.failing
    assert "phase-3" not in found.failing
    assert {item.name for item in found.items} == NAMES
    assert not (await standing(settings, "1.1")).releasable
    assert set((await standing(shop.settings, "1.1")).stale) == {"backup", "production"}


async def test_what_changes_outside_the_layer_makes_a_checklist_stale(ready):
    shop = ready
    await check(shop.settings, version="1.1")
    async with edited(shop, "README.md", "A shop.", "Another shop."):
        found = await standing(shop.settings, "1.1")
    assert (found.stale, found.why) == (
        ("boundary",), "changed since the checklist: boundary (README.md)",
    )  # fmt: skip


async def test_nothing_is_written_to_production_and_no_restore_is_left(ready):
    shop = ready
    query = (
        "SELECT (SELECT count(*) FROM db_workflow.migration),"
        " (SELECT md5(string_agg(t::text, '' ORDER BY id)) FROM orders t),"
        " (SELECT md5(string_agg(s::text, '' ORDER BY key)) FROM db_workflow.state s)"
    )
    before = await shop.sql(query, database=shop.production)
    await check(shop.settings, version="1.1")
    assert await shop.sql(query, database=shop.production) == before
    databases = await shop.sql("SELECT datname FROM pg_database WHERE datname LIKE '%rehearsal%'")
    assert not [row for row in databases if shop.settings.project in row["datname"]]
