"""The backup that a deploy rests on: of one moment, restored and compared before it counts."""

import asyncio
import runpy
from dataclasses import replace
from pathlib import Path

import pytest

from db_workflow.connection import session
from db_workflow.errors import BackupError
from db_workflow.release.deploy.backup import ProvenBackup, release_backups, take_proven_backup
from db_workflow.release.rollback.properties import read_properties
from db_workflow.release.rollback.restored import restored_database
from db_workflow.schema.backup.backups import list_backups

_HELPERS = runpy.run_path(str(Path(__file__).with_name("deploy_house.py")))
House, RESPELLED, FIRST = (_HELPERS[name] for name in ("House", "RESPELLED", "FIRST"))
house = _HELPERS["house"]


async def test_the_backup_comes_back_as_production_was(house):
    await house.build(first=FIRST + RESPELLED)
    await house.deploy()
    (backup,) = list_backups(release_backups(house.settings))
    proven = ProvenBackup.of(backup)
    assert proven.contents.counts["public.people"] == 40
    assert proven.contents.sequences["public.people_id_seq"] == (40, True)
    assert backup.path.stat().st_mode & 0o777 == 0o600
    assert release_backups(house.settings).stat().st_mode & 0o777 == 0o700


async def test_what_a_backup_is_tried_in_is_gone_afterwards(house):
    await house.build()
    await house.deploy()
    assert await house.databases() == [house.name]


async def test_a_backup_that_does_not_come_back_as_it_was_is_refused(house):
    """A stored column whose function has changed since: a restore computes it anew."""
    computed = (
        "CREATE FUNCTION doubled(x int) RETURNS int IMMUTABLE RETURN 2 * x;"
        " CREATE TABLE sums (x int, y int GENERATED ALWAYS AS (doubled(x)) STORED);"
        " INSERT INTO sums VALUES (1), (2);"
        " CREATE OR REPLACE FUNCTION doubled(x int) RETURNS int IMMUTABLE RETURN x + x + 1"
    )
    await house.build(first=FIRST + computed)
    with pytest.raises(BackupError, match=r"the 2 rows of public\.sums hold something else"):
        await house.deploy()
    assert list(release_backups(house.settings).iterdir()) == []
    assert await house.last() is None
    assert await house.databases() == [house.name]


async def test_rows_that_are_not_committed_are_in_neither_side(house):
    await house.build()
    async with session(house.address, purpose="api") as api:
        await api.execute("BEGIN; DELETE FROM people WHERE id > 20")
        proven = await take_proven_backup(
            house.address, server=house.server, settings=house.settings
        )
        await api.execute("COMMIT")
    assert proven.contents.counts["public.people"] == 40


async def test_a_policy_that_hides_rows_hides_none_from_the_proof(house):
    await house.build()
    await house.execute(
        "ALTER TABLE people ENABLE ROW LEVEL SECURITY; ALTER TABLE people FORCE ROW LEVEL SECURITY"
    )
    assert (await house.contents())["rows"]["public.people"][0] == 40


async def test_sequences_that_go_on_while_it_is_dumped_are_no_fault(house):
    """They are in no transaction: the dump may have any value between the two."""
    await house.build()
    stop = asyncio.Event()

    async def use():
        async with session(house.address, purpose="api") as api:
            while not stop.is_set():
                await api.execute("SELECT nextval('people_id_seq')")
                await asyncio.sleep(0.005)

    using = asyncio.ensure_future(use())
    try:
        proven = await take_proven_backup(
            house.address, server=house.server, settings=house.settings
        )
    finally:
        stop.set()
        await using
    assert proven.contents.sequences["public.people_id_seq"][0] > 40


async def test_an_account_that_may_not_read_a_table_is_told_before_anything(house):
    await house.build()
    role = f"{house.settings.project}_blind"
    await house.outside(f"CREATE ROLE {role} LOGIN")
    try:
        await house.execute(
            f"GRANT USAGE ON SCHEMA db_workflow TO {role};"
            f" GRANT SELECT ON ALL TABLES IN SCHEMA db_workflow TO {role}"
        )
        with pytest.raises(BackupError, match=r"permission denied|may not read"):
            await take_proven_backup(
                replace(house.address, user=role), server=house.server, settings=house.settings
            )
        assert list(release_backups(house.settings).iterdir()) == []
    finally:
        await house.gone()
        await house.outside(f"DROP ROLE {role}")


async def test_several_sessions_dump_a_large_production(house):
    await house.build()
    proven = await take_proven_backup(
        house.address,
        server=house.server,
        settings=replace(house.settings, backup_jobs=2),
        parallel_from=0,
    )
    assert proven.backup.path.is_dir()
    async with session(house.server.address, purpose="test") as connection:
        like = await read_properties(connection, house.name)
    name = await restored_database(
        house.there, house.name, proven, like=like, settings=house.settings
    )
    before = await house.contents()
    house.address = house.address.at(name)
    assert await house.contents() == before
