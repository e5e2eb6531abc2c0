"""Deploy: a proven way back first; whole steps only; and words that say where production stands."""

import json
import runpy
from dataclasses import replace
from pathlib import Path

import pytest

from db_workflow.errors import BackupError, DatabaseRefusedError, MigrationError, PhaseError
from db_workflow.release.deploy.backup import release_backups
from db_workflow.release.deploy.guard import require_green, require_work
from db_workflow.release.deploy.result import keep_report
from db_workflow.release.evidence import Standing
from db_workflow.schema.backup.backups import list_backups

_HELPERS = runpy.run_path(str(Path(__file__).with_name("deploy_house.py")))
House = _HELPERS["House"]
house = _HELPERS["house"]


async def test_steps_run_and_the_record_says_who_when_and_on_what(house):
    await house.build()
    done = await house.deploy()
    assert [one.name for one in done.applied] == ["v0.2/a.sql", "v0.2/b.sql"]
    assert (done.rows_before["public.people"], done.rows_after["public.extra"]) == (40, 2)
    last = await house.last()
    assert (last.outcome, last.version, last.digest) == ("done", "0.2", "d" * 64)
    assert (last.backup, last.begun_by) == (done.backup, house.address.user)
    assert last.rows["public.people"][0] == 40


async def test_a_second_deploy_has_nothing_to_do_and_says_so(house):
    await house.build()
    await house.deploy()
    with pytest.raises(PhaseError, match=r"nothing to deploy.*the deploy of 0\.2.*is done") as no:
        require_work(await house.look())
    assert no.value.exit_code == 14


async def test_a_failed_step_says_what_is_applied_and_the_two_ways_on(house):
    await house.build(
        ("a.sql", "CREATE TABLE extra (x int)"), ("b.sql", "SELECT 1/0"), ("c.sql", "SELECT 1")
    )
    with pytest.raises(MigrationError) as failed:
        await house.deploy()
    told = str(failed.value)
    assert "Applied: 1 of 3 steps.\n  ✓ v0.2/a.sql\n  · v0.2/b.sql (not applied)" in told
    assert "forward: mend sql/v0.2/b.sql; then invoke deploy --version 0.2, which" in told
    assert "invoke migrate" not in told
    assert "back: invoke rollback" in told
    assert (await house.last()).outcome == "failed"


async def test_a_step_without_a_transaction_is_told_as_begun(house):
    await house.build(
        (
            "a.sql",
            (
                "-- db_workflow: no-transaction\nCREATE TABLE extra (x int);\n"
                "CREATE INDEX CONCURRENTLY i ON extra (missing);"
            ),
        ),
    )
    before = await house.contents()
    with pytest.raises(MigrationError, match=r"v0\.2/a\.sql \(begun; what it has") as failed:
        await house.deploy()
    assert "Applied: 0 of 1 steps." in str(failed.value)
    await house.roll_back()
    assert await house.contents() == before


async def test_the_next_deploy_goes_on_with_the_first_backup(house):
    await house.build(("a.sql", "CREATE TABLE extra (x int)"), ("b.sql", "SELECT 1/0"))
    with pytest.raises(MigrationError):
        await house.deploy()
    first = await house.last()
    house.lists.file("sql/v0.2/b.sql", "INSERT INTO extra VALUES (1)")
    done = await house.deploy()
    assert done.resumed
    assert [one.name for one in done.applied] == ["v0.2/b.sql"]
    assert (await house.last()).backup_sha256 == first.backup_sha256
    assert len(list_backups(release_backups(house.settings))) == 1
    # The way back leads to before the first of the two.
    assert (await house.roll_back()).version == "0.2"
    assert await house.last() is None


async def test_a_deploy_that_goes_on_needs_the_first_backup(house):
    await house.build(("a.sql", "CREATE TABLE extra (x int)"), ("b.sql", "SELECT 1/0"))
    with pytest.raises(MigrationError):
        await house.deploy()
    for file in release_backups(house.settings).iterdir():
        file.unlink()
    with pytest.raises(BackupError, match="its backup is the only way back"):
        await house.deploy()


async def test_broken_promises_after_the_steps_are_no_success(house):
    orphan = (
        "CREATE TABLE pets (id int PRIMARY KEY, owner int REFERENCES people);"
        " ALTER TABLE pets DISABLE TRIGGER ALL; INSERT INTO pets VALUES (1, 4711);"
        " ALTER TABLE pets ENABLE TRIGGER ALL"
    )
    await house.build(("a.sql", orphan))
    with pytest.raises(MigrationError, match="not as it should be") as failed:
        await house.deploy()
    assert "Applied: 1 of 1 steps" in str(failed.value)
    assert (await house.last()).outcome == "failed"


async def test_a_change_by_hand_is_refused_before_anything(house):
    await house.build()
    await house.execute("ALTER TABLE people ADD COLUMN by_hand int")
    with pytest.raises(MigrationError, match="by hand"):
        await house.look()


async def test_a_change_by_hand_after_the_look_is_refused_before_the_first_step(house):
    await house.build()
    outlook = await house.look()
    await house.execute("ALTER TABLE people ADD COLUMN by_hand int")

    async def looked():
        return outlook

    house.look = looked
    with pytest.raises(MigrationError, match="by hand") as refused:
        await house.deploy()
    assert "None of the 2 steps is applied" in str(refused.value)


async def test_lacking_rights_are_told_one_by_one(house):
    role = f"{house.settings.project}_weak"
    await house.build()
    await house.outside(f"CREATE ROLE {role} LOGIN")
    try:
        await house.execute(
            f"GRANT USAGE ON SCHEMA db_workflow TO {role};"
            f" GRANT SELECT ON ALL TABLES IN SCHEMA db_workflow, public TO {role}"
        )
        house.address = replace(house.address, user=role)
        outlook = await house.look()
        with pytest.raises(DatabaseRefusedError, match=r"public\.people \(owner") as refused:
            require_work(outlook)
        assert "CREATE on the database" in str(refused.value)
        assert "invoke rollback, this account would lack:\n  CREATEDB" in str(outlook)
    finally:
        await house.gone()
        await house.outside(f"DROP ROLE {role}")


async def test_without_a_checklist_it_is_refused(house):
    await house.build()
    with pytest.raises(PhaseError, match="there is no checklist") as refused:
        require_green(await house.look(), Standing("d", None, fresh=False, why=""))
    assert refused.value.next == "invoke release-checklist --version 0.2"


async def test_the_report_is_kept_for_its_owner(house):
    await house.build()
    path = keep_report(await house.deploy(), house.settings)
    assert json.loads(path.read_text())["version"] == "0.2"
    assert path.stat().st_mode & 0o777 == 0o600
