"""Any repository can adopt the workflow: the whole of it runs in a foreign one."""

import json
import stat


async def test_a_foreign_repository_runs_all_three_phases(shop):
    stopped = shop.passes("phase1")
    assert "STOP" in stopped
    shop.passes("codegen", "phase2", "phase3")
    status = shop.status()
    assert status["code"] == 0
    assert [phase["holds"] for phase in status["phases"]] == [True, True, True]
    assert all(fact["ok"] for phase in status["phases"] for fact in phase["evidence"])
    assert status["database"]["name"].endswith("_test")
    names = {row["name"] for row in await shop.sql("SELECT name FROM customers")}
    assert "By Hand" in names
    assert len(names) == 3


async def test_no_value_of_production_that_was_to_go_is_in_the_files(shop):
    shop.passes("phase1", "phase2", "phase3")
    written = "".join(
        path.read_text("utf-8") for path in (shop.root / "tests/database/data").glob("auto_*.py")
    )
    for value in ("Philippa", "Quackenbush", "philippa@quack.example", "Zoë", "Ångström", "zoe.a"):
        assert value not in written
    assert "9.99" in written  # kept on purpose


async def test_git_sees_nothing_of_the_workflow_s_own_folder(shop):
    shop.passes("phase1", "phase2", "phase3")
    assert shop.git("init", "-q") == ""
    seen = shop.git("status", "--porcelain", "-uall")
    assert "shop/models.py" in seen
    assert ".db_workflow" not in seen


async def test_a_script_belongs_to_the_repository_it_lies_in(shop, tmp_path_factory):
    shop.passes("reset")
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    runner = shop.root / "scripts/v1.1_migration/run_migrations.py"
    done = shop.run(str(runner), "--plan", "--sql-only", cwd=elsewhere)
    assert done.returncode == 0, done.stderr
    assert "notes/01_note.sql" in done.stdout
    assert "LEFT OUT" in done.stdout.upper()


async def test_production_is_not_written_to(shop):
    before = await shop.sql("SELECT xmin::text, * FROM customers", database=shop.production)
    shop.passes("phase1", "phase2", "phase3")
    after = await shop.sql("SELECT xmin::text, * FROM customers", database=shop.production)
    assert before == after


async def test_a_second_generation_is_byte_identical(shop):
    def files():
        folder = shop.root / "tests/database/data"
        return {path.name: path.read_bytes() for path in folder.glob("auto_*.py")}

    shop.passes("phase1", "phase2", "phase3")
    first = files()
    shop.passes("phase1", "phase3")
    assert files() == first


async def test_the_key_and_the_backups_are_for_their_owner_only(shop):
    shop.passes("phase1", "phase2", "phase3")
    state = shop.root / ".db_workflow"
    (dump,) = (state / "backups").glob("*.dump")
    assert stat.S_IMODE(dump.stat().st_mode) == 0o600
    assert stat.S_IMODE((state / "backups").stat().st_mode) == 0o700
    keys = [path for path in state.glob("*key*") if path.is_file()]
    assert keys
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in keys)


async def test_the_runner_script_works_by_itself(shop):
    shop.passes("reset")
    runner = "scripts/v1.1_migration/run_migrations.py"
    planned = shop.run(runner, "--plan")
    assert planned.returncode == 0
    assert "notes/01_note.sql" in planned.stdout
    done = shop.run(runner)
    assert done.returncode == 0, done.stderr
    assert [row["note"] for row in await shop.sql("SELECT note FROM orders ORDER BY id")] == [
        "for Philippa Quackenbush", "for Zoë Ångström",
    ]  # fmt: skip


async def test_without_python_steps_phase_1_does_not_hold_and_says_so(shop):
    shop.passes("reset")
    done = shop.run("scripts/v1.1_migration/run_migrations.py", "--sql-only")
    assert done.returncode == 0, done.stderr
    assert "write_notes.py" in done.stdout
    assert shop.status()["code"] == 11
    shop.passes("phase1")
    assert shop.status()["code"] == 12 or shop.status()["code"] == 13


async def test_scripts_and_tasks_are_the_same_steps(shop):
    shop.passes("phase1")
    done = shop.run("tests/database/generate_test_data.py")
    assert done.returncode == 0, done.stderr
    done = shop.run("tests/database/seed_test_db.py")
    assert done.returncode == 0, done.stderr
    assert shop.status()["code"] == 0


async def test_the_checklist_fails_until_the_tests_have_passed(shop):
    shop.passes("phase1", "phase3")
    done = shop.invoke("release-checklist", "--version", "1.1", "--format", "json")
    checklist = json.loads(done.stdout)
    failing = [item["title"] for item in checklist["items"] if item["state"] == "fail"]
    assert done.returncode == 1
    assert failing == ["Tests on the database passed at this schema, rows and code"]


async def test_an_unknown_version_has_no_checklist(shop):
    said = shop.refused("release-checklist --version 9.9", code=6)
    assert "1.1" in said
