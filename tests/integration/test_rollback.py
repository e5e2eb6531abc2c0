"""Rollback: production comes back whole, in one moment, and nothing is lost."""

import runpy
from pathlib import Path

import pytest

from db_workflow.connection import session
from db_workflow.errors import BackupError, DatabaseRefusedError, MigrationError, PhaseError
from db_workflow.release.rollback.purge import kept_aside, purge
from db_workflow.release.rollback.rollback import roll_back

_HELPERS = runpy.run_path(str(Path(__file__).with_name("deploy_house.py")))
House, FIRST, RESPELLED = (_HELPERS[name] for name in ("House", "FIRST", "RESPELLED"))
house, deployed = _HELPERS["house"], _HELPERS["deployed"]


async def test_production_is_byte_equal_to_before(deployed):
    assert await deployed.contents() != deployed.before
    await deployed.roll_back()
    assert await deployed.contents() == deployed.before


async def test_what_a_restore_prints_otherwise_is_no_difference(house):
    await house.build(first=FIRST + RESPELLED)
    before = await house.contents()
    await house.deploy()
    await house.roll_back()
    after = await house.contents()
    assert after["schema"] == before["schema"]
    assert after["rows"]["public.people"] == before["rows"]["public.people"]
    # And the next migration does not take it for a change by hand.
    assert (await house.look()).pending == ("v0.2/a.sql", "v0.2/b.sql")


async def test_what_it_leaves_can_be_deployed_again(deployed):
    await deployed.roll_back()
    assert (await deployed.look()).pending == ("v0.2/a.sql", "v0.2/b.sql")
    await deployed.deploy()
    assert (await deployed.last()).outcome == "done"


async def test_what_was_written_since_is_told_and_kept_aside(deployed):
    await deployed.execute(
        "DELETE FROM extra; INSERT INTO people (name, state) VALUES ('late', 'new');"
        " CREATE TABLE by_hand AS SELECT 1"
    )
    told = await deployed.look_back()
    assert told.written.lines == (
        "public.by_hand: new, 1 row",
        "public.extra: 2 rows fewer (2 → 0)",
        "public.people: 1 row more (40 → 41)",
    )
    done = await deployed.roll_back()
    async with session(deployed.address.at(done.aside), purpose="test") as connection:
        assert await connection.fetchval("SELECT count(*) FROM people WHERE name = 'late'") == 1


async def test_a_row_that_only_changed_is_told(deployed):
    await deployed.execute("UPDATE people SET name = 'other' WHERE id = 7")
    told = await deployed.look_back()
    assert told.written.lines == ("public.people: 40 rows as before, with other contents",)


async def test_somebody_connected_stops_it_before_anything(deployed):
    before = await deployed.databases()
    async with session(deployed.address, purpose="api"):
        with pytest.raises(DatabaseRefusedError, match="1 session: db_workflow api") as refused:
            await deployed.roll_back()
    assert "--end-sessions" in refused.value.next
    assert await deployed.databases() == before


async def test_sessions_are_ended_on_request(deployed):
    async with session(deployed.address, purpose="api") as api:
        await deployed.roll_back(ending=True)
        assert api.is_closed()
    assert (await deployed.last()) is None


async def test_who_connects_during_the_restore_stops_the_swap_and_loses_nothing(deployed):
    outlook = await deployed.look_back()
    settings, there = deployed.settings, deployed.there
    async with session(deployed.address, purpose="api"):
        with pytest.raises(DatabaseRefusedError, match="connected to production"):
            await roll_back(
                there, deployed.address, outlook=outlook, ending=False, settings=settings
            )
    assert (await deployed.last()).outcome == "done"
    (restored,) = [name for name in await deployed.databases() if "__restored_" in name]
    done = await deployed.roll_back()
    # What had been restored whole was compared again and used.
    assert deployed.heard.heard(f"{restored} was restored before")
    assert sorted(await deployed.databases()) == sorted([deployed.name, done.aside])


async def test_nothing_to_roll_back_is_said(house):
    await house.build()
    with pytest.raises(PhaseError, match="has had no deployment"):
        await house.roll_back()


async def test_a_damaged_backup_is_refused(deployed):
    (dump,) = (deployed.settings.state / "release" / "backups").glob("*.dump")
    content = bytearray(dump.read_bytes())
    content[-100] ^= 1
    dump.write_bytes(content)
    with pytest.raises(BackupError, match="is damaged"):
        await deployed.roll_back()


async def test_a_missing_backup_is_named(deployed):
    for file in (deployed.settings.state / "release" / "backups").iterdir():
        file.unlink()
    with pytest.raises(BackupError, match="is not in") as refused:
        await deployed.roll_back()
    assert "copy it" in refused.value.next


async def test_purge_drops_what_was_kept_aside_and_nothing_else(deployed):
    aside = (await deployed.roll_back()).aside
    found = await kept_aside(deployed.there, deployed.address, settings=deployed.settings)
    async with session(deployed.address.at(aside), purpose="rescue"):
        with pytest.raises(DatabaseRefusedError, match="rescue"):
            await purge(deployed.there, found, settings=deployed.settings)
    assert (await purge(deployed.there, found, settings=deployed.settings)).dropped
    assert await deployed.databases() == [deployed.name]
    with pytest.raises(PhaseError, match="Nothing of"):
        await kept_aside(deployed.there, deployed.address, settings=deployed.settings)


async def test_purge_leaves_what_its_marker_does_not_prove(deployed):
    aside = (await deployed.roll_back()).aside
    async with session(deployed.address.at(aside), purpose="test") as connection:
        await connection.execute("DELETE FROM db_workflow.deployment")
    found = await kept_aside(deployed.there, deployed.address, settings=deployed.settings)
    with pytest.raises(DatabaseRefusedError, match="does not hold the deploy"):
        await purge(deployed.there, found, settings=deployed.settings)
    assert aside in await deployed.databases()


async def test_a_failed_deploy_is_taken_back(house):
    await house.build(("a.sql", "CREATE TABLE extra (x int)"), ("b.sql", "SELECT 1/0"))
    before = await house.contents()
    with pytest.raises(MigrationError, match="Applied: 1 of 2") as failed:
        await house.deploy()
    assert "invoke rollback" in failed.value.next
    await house.roll_back()
    after = await house.contents()
    assert after["rows"].keys() == before["rows"].keys()
    assert after["sequences"] == before["sequences"]
