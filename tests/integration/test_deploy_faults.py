"""Deploys and rollbacks that are killed, cut off or kept waiting: nothing is lost."""

import asyncio
import resource
import runpy
import signal
from pathlib import Path

import pytest

from db_workflow.connection import session
from db_workflow.errors import BackupError, BusyError, MigrationError, WorkflowError
from db_workflow.release.deploy.backup import release_backups
from db_workflow.release.rollback.rollback import roll_back
from db_workflow.schema.backup.backups import list_backups
from db_workflow.schema.backup.manifest import manifest_of

_HELPERS = runpy.run_path(str(Path(__file__).with_name("deploy_house.py")))
House, until = _HELPERS["House"], _HELPERS["until"]
# What a deploy says, in order; it is ended right after.
DEPLOY = (
    "restoring them to compare",
    "restored, and equal",
    "running 3 steps",
    "v0.2/b.sql",
    "comparing production",
)
ROLLBACK = ("restoring", "takes its name")
# Each step with a message of its own, so that one can be told of before the next begins.
LIMIT = "lock_timeout_ms=3000"
STEPS = (
    ("a.sql", "CREATE TABLE extra (x int PRIMARY KEY);", LIMIT),
    ("b.sql", "INSERT INTO extra VALUES (1), (2);", LIMIT),
    ("c.sql", "UPDATE people SET name = upper(name);", LIMIT),
)


@pytest.fixture
async def house(server, tiny_settings):
    made = House(server, tiny_settings)
    await made.build(*STEPS)
    made.before = await made.contents()
    yield made
    await made.gone()


async def stand(house):
    """Assert that production has whole steps only, and is else as it was."""
    rows = (await house.contents())["rows"]
    applied = rows["db_workflow.migration"][0] - house.before["rows"]["db_workflow.migration"][0]
    assert ("public.extra" in rows) == (applied >= 1)
    assert rows.get("public.extra", (0,))[0] == (2 if applied >= 2 else 0)
    same = rows["public.people"] == house.before["rows"]["public.people"]
    assert same == (applied < 3)
    return applied


@pytest.mark.parametrize("moment", DEPLOY)
async def test_a_killed_deploy_goes_on_and_can_be_taken_back(house, moment):
    child = house.start("deploy", pause_after=moment)
    await child.said("PAUSED")
    child.kill()
    applied = await stand(house)
    begun = await house.last()
    assert (begun is None) == (moment in DEPLOY[:2])
    done = await house.deploy()
    assert len(done.applied) == 3 - applied
    assert (await house.last()).outcome == "done"
    assert await house.databases() == [house.name]
    done = await house.roll_back()
    assert await house.contents() == house.before
    assert await house.databases() == sorted([house.name, done.aside])


@pytest.mark.parametrize("moment", DEPLOY[2:])
async def test_a_killed_deploy_can_be_taken_back_at_once(house, moment):
    child = house.start("deploy", pause_after=moment)
    await child.said("PAUSED")
    child.kill()
    told = await house.look_back()
    assert told.deployment.outcome == "begun"
    assert told.written.since == "the backup, by the deploy's own steps too"
    await house.roll_back(ending=True)
    assert await house.contents() == house.before


@pytest.mark.parametrize("moment", DEPLOY)
async def test_ctrl_c_leaves_whole_steps_and_says_which(house, moment):
    child = house.start("deploy", pause_after=moment)
    await child.said("PAUSED")
    child.process.send_signal(signal.SIGINT)
    await asyncio.sleep(0.1)
    child.process.stdin.write("\n")
    child.process.stdin.flush()
    code, text = await child.end()
    assert code == -signal.SIGINT
    await stand(house)
    assert await house.databases() == [house.name]
    if moment in DEPLOY[2:]:
        assert "back: invoke rollback" in text
        assert (await house.last()).outcome == "failed"
    else:
        assert await house.last() is None
    await house.deploy()
    assert (await house.last()).outcome == "done"


@pytest.mark.parametrize("moment", ROLLBACK)
async def test_a_killed_rollback_has_changed_nothing(house, moment):
    await house.deploy()
    deployed = await house.contents()
    child = house.start("rollback", pause_after=moment)
    await child.said("PAUSED")
    child.kill()
    assert await house.contents() == deployed
    done = await house.roll_back()
    assert await house.contents() == house.before
    assert await house.databases() == sorted([house.name, done.aside])


@pytest.mark.parametrize("moment", ROLLBACK)
async def test_ctrl_c_leaves_no_half_rollback(house, moment):
    await house.deploy()
    deployed = await house.contents()
    child = house.start("rollback", pause_after=moment)
    await child.said("PAUSED")
    child.process.send_signal(signal.SIGINT)
    await asyncio.sleep(0.1)
    child.process.stdin.write("\n")
    child.process.stdin.flush()
    assert (await child.end())[0] == -signal.SIGINT
    assert await house.contents() == deployed
    await house.roll_back()
    assert await house.contents() == house.before


async def test_a_lock_that_another_session_holds_stops_the_deploy_with_its_name(house):
    async with session(house.address, purpose="api") as api:
        await api.execute("BEGIN; SELECT * FROM people FOR UPDATE")
        with pytest.raises(MigrationError, match="db_workflow api") as stopped:
            await house.deploy(lock_wait_seconds=0.5, lock_timeout_ms=500)
        assert "Applied: 2 of 3" in str(stopped.value)
        await api.execute("ROLLBACK")
    assert [one.name for one in (await house.deploy()).applied] == ["v0.2/c.sql"]


async def test_a_table_that_nobody_may_read_now_stops_it_before_the_backup(house):
    async with session(house.address, purpose="api") as api:
        await api.execute("BEGIN; LOCK TABLE people IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(BusyError):
            await house.deploy(lock_timeout_ms=300)
        await api.execute("ROLLBACK")
    assert await house.last() is None
    assert list_backups(release_backups(house.settings)) == []


async def test_a_full_disk_stops_it_before_anything(house):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(BackupError, match=r"SIGXFSZ|room"):
            await house.deploy()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(release_backups(house.settings).iterdir()) == []
    assert await house.contents() == house.before
    await house.deploy()


async def test_a_production_that_goes_away_is_said_to_be_out_of_reach(house):
    child = house.start("deploy", pause_after="v0.2/a.sql")
    await child.said("PAUSED")
    await house.outside(f'ALTER DATABASE "{house.name}" ALLOW_CONNECTIONS false')
    await house.outside(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{house.name}'"
    )
    child.process.stdin.write("\n")
    child.process.stdin.flush()
    code, text = await child.end()
    assert code
    assert "Traceback" not in text
    assert "does not answer now" in text
    assert "back: invoke rollback" in text
    await house.outside(f'ALTER DATABASE "{house.name}" ALLOW_CONNECTIONS true')
    await stand(house)
    await house.deploy()
    assert (await house.last()).outcome == "done"
    await house.roll_back()
    assert await house.contents() == house.before


async def test_another_backup_beside_it_is_never_taken_for_the_deploys(house):
    """Another dump of production in the same folder, newer, is not the way back."""
    await house.deploy()
    (backup,) = list_backups(release_backups(house.settings))
    newer = backup.path.with_name(backup.name.replace(".dump", "x.dump"))
    newer.write_bytes(b"PGDMP other")
    manifest = manifest_of(backup.path).read_text().replace(backup.sha256, "0" * 64)
    manifest_of(newer).write_text(manifest)
    assert len(list_backups(release_backups(house.settings))) == 2
    assert (await house.look_back()).proven.backup.sha256 == backup.sha256


async def test_two_databases_cannot_take_one_name(house):
    """A swap that the server refuses half-way leaves both names as they were."""
    await house.deploy()
    deployed = await house.contents()
    outlook = await house.look_back()
    await house.outside(f"ALTER DATABASE \"{house.name}\" SET work_mem TO '8MB'")
    with pytest.raises(WorkflowError, match="not what they were a moment ago"):
        await roll_back(
            house.there, house.address, outlook=outlook, ending=False, settings=house.settings
        )
    assert await house.contents() == deployed
    await house.roll_back()
    assert ("", "work_mem", "8MB") in (await house.properties()).settings
    assert await house.contents() == house.before
