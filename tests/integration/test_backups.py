"""Backups: what counts as good, and that nothing half done ever does."""

import asyncio
import contextlib
import json
import os
import resource
import secrets
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest

from db_workflow.address import Address
from db_workflow.binaries import Binaries
from db_workflow.connection import session
from db_workflow.databases import create_database
from db_workflow.errors import BackupError
from db_workflow.program import Ended
from db_workflow.schema.backup import seal
from db_workflow.schema.backup.backups import list_backups, newest_good_backup
from db_workflow.schema.backup.dump import failure, read_contents, restore
from db_workflow.schema.backup.manifest import Backup, publish, stage_manifest
from db_workflow.schema.backup.partial import new_partial
from db_workflow.schema.backup.retention import prune_backups
from db_workflow.schema.backup.source import Source
from db_workflow.schema.backup.taking import take_backup
from db_workflow.server import Server, embedded_status, start_server, stop_server
from db_workflow.settings import Settings, load_settings

NOW = datetime.now(UTC)
ROOT = Path(__file__).parents[2]
OLD_PROGRAMS = Path("/usr/lib/postgresql/15/bin")


class Heard:
    """Keeps what was said."""

    def __init__(self):
        self.said: list[str] = []

    def say(self, text: str) -> None:
        self.said.append(text)

    def progress(self, label: str, done: int, total: int | None = None) -> None:
        """Drop the progress."""


@pytest.fixture
async def production(server: Server, tiny_settings: Settings) -> AsyncIterator[Address]:
    name = f"{tiny_settings.project}_{secrets.token_hex(3)}"
    await create_database(server, name, project=tiny_settings.project, role="stand-in")
    address = server.address.at(name)
    async with session(address, purpose="test") as connection:
        await connection.execute(
            "CREATE TABLE people (id int PRIMARY KEY, name text);"
            " INSERT INTO people SELECT n, 'name ' || n FROM generate_series(1, 100) n"
        )
    yield address


@pytest.fixture
def folder(tiny_settings: Settings) -> Path:
    return tiny_settings.backups


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def owner(address: Address) -> Source:
    """Return the stand-in of that name: whose backups these tests take, unless they say else."""
    return Source(address.database, stand_in=True)


async def take(server: Server, address: Address, folder: Path, **facts: Any) -> Backup:
    return await take_backup(address, server.binaries, folder, facts=facts)


async def test_a_backup_is_a_dated_file_that_only_its_owner_can_read(
    server: Server, production: Address, folder: Path
):
    backup = await take(server, production, folder, stand_in=True)
    assert backup.name == f"{production.database}_{backup.created:%Y%m%dT%H%M%SZ}.dump"
    assert mode(folder) == 0o700
    assert names(folder) == [backup.name, f"{backup.name}.json"]
    assert all(mode(folder / name) == 0o600 for name in names(folder))


async def test_the_manifest_says_what_the_dump_is(
    server: Server, production: Address, folder: Path
):
    backup = await take(server, production, folder, stand_in=True)
    manifest = json.loads((folder / f"{backup.name}.json").read_text())
    assert manifest["facts"] == {"stand_in": True}
    assert manifest["database"] == production.database
    assert manifest["bytes"] == backup.path.stat().st_size
    assert len(manifest["sha256"]) == 64
    assert manifest["server_version"].split(".")[0].isdigit()
    assert list_backups(folder) == [backup]


async def test_two_backups_of_one_second_do_not_meet(
    server: Server, production: Address, folder: Path
):
    first = await take(server, production, folder)
    second = await take(server, production, folder)
    assert first.path != second.path
    assert len(list_backups(folder)) == 2


def older(backup: Backup, *, days: int) -> None:
    """Date a backup back."""
    manifest = backup.path.with_name(f"{backup.name}.json")
    written = json.loads(manifest.read_text())
    written["created"] = written["created"].replace("20", f"{20 - days:02}", 1)
    manifest.write_text(json.dumps(written))


async def test_the_newest_good_backup_of_a_production_is_found(
    server: Server, production: Address, folder: Path
):
    stand_in = Source(production.database, stand_in=True)
    one, other = (
        Source(production.database, stand_in=False, host=host, port=5432)
        for host in ("one.example", "other.example")
    )
    old = await take(server, production, folder, **stand_in.facts)
    older(old, days=1)
    new = await take(server, production, folder, **stand_in.facts)
    real = await take(server, production, folder, **one.facts)
    older(real, days=2)
    assert newest_good_backup(folder, stand_in) == new
    found = newest_good_backup(folder, one)
    assert found is not None
    assert found.path == real.path
    heard = Heard()
    assert newest_good_backup(folder, other, reporter=heard) is None
    assert sum("of another production of that name" in line for line in heard.said) == 3
    assert newest_good_backup(folder, replace(one, database="another")) is None


def dated(backup: Backup, created: datetime) -> Backup:
    """Let a backup's manifest say another date."""
    changed = replace(backup, created=created.replace(microsecond=0))
    publish(stage_manifest(changed), changed)
    return changed


async def test_a_backup_of_a_clock_that_was_ahead_is_passed_over_by_name(
    server: Server, production: Address, folder: Path
):
    fresh = await take(server, production, folder, stand_in=True)
    late = dated(await take(server, production, folder, stand_in=True), NOW + timedelta(days=900))
    heard = Heard()
    assert newest_good_backup(folder, owner(production), reporter=heard) == fresh
    assert any(late.name in line and "in the future" in line for line in heard.said)


async def test_two_clocks_that_disagree_by_a_minute_are_no_reason_to_pass_a_backup_over(
    server: Server, production: Address, folder: Path
):
    await take(server, production, folder, stand_in=True)
    soon = datetime.now(UTC) + timedelta(minutes=3)
    late = dated(await take(server, production, folder, stand_in=True), soon)
    assert newest_good_backup(folder, owner(production)) == late


@pytest.mark.parametrize("damage", ["a changed byte", "a cut end", "no file", "no manifest"])
async def test_a_damaged_backup_is_passed_over_and_told(
    server: Server, production: Address, folder: Path, damage: str
):
    good = await take(server, production, folder)
    older(good, days=1)
    bad = await take(server, production, folder)
    content = bad.path.read_bytes()
    if damage == "a changed byte":
        bad.path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    elif damage == "a cut end":
        bad.path.write_bytes(content[: len(content) // 2])
    elif damage == "no file":
        bad.path.unlink()
    else:
        bad.path.with_name(f"{bad.name}.json").write_text("{")
    heard = Heard()
    found = newest_good_backup(folder, reporter=heard)
    assert found is not None
    assert found.path == good.path
    assert any(bad.name in line and "passed over" in line for line in heard.said)


@pytest.mark.parametrize(
    "wrong",
    [
        {"bytes": float("inf")},
        {"bytes": "many"},
        {"created": "0001-01-01T00:00:00+14:00"},
        {"created": "2026-01-01T00:00:00"},
        {"facts": ["a"]},
        {"files": {"../a": {"bytes": 1, "sha256": "0"}}},
        {"files": {"a": {"bytes": float("inf"), "sha256": "0"}}},
    ],
    ids=str,
)
async def test_a_manifest_with_wrong_values_is_passed_over(
    server: Server, production: Address, folder: Path, wrong: dict[str, Any]
):
    good = await take(server, production, folder)
    bad = folder / "bad.dump.json"
    bad.write_text(json.dumps({**json.loads((folder / f"{good.name}.json").read_text()), **wrong}))
    heard = Heard()
    assert list_backups(folder, reporter=heard) == [good]
    assert heard.said == ["  bad.dump.json is passed over: it is not a manifest"]


def test_a_manifest_too_deep_to_be_read_is_passed_over(folder: Path):
    folder.mkdir(parents=True)
    (folder / "bad.dump.json").write_text("[" * 100_000)
    assert list_backups(folder) == []


def test_a_file_where_the_folder_of_backups_should_be_is_told(folder: Path):
    folder.parent.mkdir(exist_ok=True)
    folder.touch()
    with (
        pytest.raises(BackupError, match="is not a folder") as caught,
        new_partial(folder, "shop", NOW),
    ):
        pass
    assert "remove it" in caught.value.next


@pytest.mark.parametrize(
    "said", ["sorry, too many clients already", "remaining connection slots are reserved for x"]
)
def test_a_server_without_room_for_so_many_sessions_is_told_so(said: str):
    ended = Ended(1, "", f'pg_dump: error: connection to server on "x" failed: FATAL:  {said}')
    error = failure("The dump of x", ended, Address("x", 5432, "x", "x"))
    assert "`backup_jobs`" in error.next


def pg_dump_of_ours() -> int | None:
    """Return the process of a pg_dump that this process started."""
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.NoSuchProcess):
            if child.name() == "pg_dump" and child.status() != psutil.STATUS_ZOMBIE:
                return child.pid
    return None


async def begun_dump(server: Server, production: Address, folder: Path):
    """Begin a backup that waits for a lock; return its task and pg_dump's process."""
    task = asyncio.create_task(take(server, production, folder))
    async with asyncio.timeout(20):
        while (pid := pg_dump_of_ours()) is None:  # noqa: ASYNC110 - no event tells of a process
            await asyncio.sleep(0.02)
    assert [name for name in names(folder) if name.endswith(".partial")]
    return task, pid


async def test_a_killed_pg_dump_leaves_nothing_and_earlier_backups_stay(
    server: Server, production: Address, folder: Path
):
    good = await take(server, production, folder)
    async with session(production, purpose="test") as connection:
        await connection.execute("BEGIN; LOCK TABLE people")
        task, pid = await begun_dump(server, production, folder)
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(BackupError, match="SIGKILL"):
            await task
    assert names(folder) == [good.name, f"{good.name}.json"]
    assert newest_good_backup(folder) == good


async def test_a_cancelled_backup_leaves_no_file_and_no_process(
    server: Server, production: Address, folder: Path
):
    async with session(production, purpose="test") as connection:
        await connection.execute("BEGIN; LOCK TABLE people")
        task, _ = await begun_dump(server, production, folder)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert names(folder) == []
    assert pg_dump_of_ours() is None


async def test_a_database_that_is_not_there_is_an_error_without_secrets(
    server: Server, production: Address, folder: Path
):
    secret = secrets.token_hex(8)
    nowhere = replace(production, database="nowhere", password=secret)
    with pytest.raises(BackupError, match='database "nowhere" does not exist') as caught:
        await take(server, nowhere, folder)
    assert secret not in str(caught.value)
    assert names(folder) == []


async def test_a_server_that_is_not_there_is_an_error(server: Server, folder: Path):
    nowhere = Address("127.0.0.1", 1, "nobody", "nowhere")
    with pytest.raises(BackupError, match="Connection refused"):
        await take(server, nowhere, folder)


async def test_a_dump_that_waits_for_a_lock_names_its_holder(
    server: Server, production: Address, folder: Path
):
    heard = Heard()
    async with session(production, purpose="holder") as connection:
        pid = connection.get_server_pid()
        await connection.execute("BEGIN; LOCK TABLE people")
        with pytest.raises(BackupError, match=rf"db_workflow holder.*\(pid {pid},") as caught:
            await take_backup(
                production,
                server.binaries,
                folder,
                facts={},
                lock_wait_seconds=4,
                reporter=heard,
            )
    assert "public.people" in caught.value.found
    assert "end it, or wait" in caught.value.next
    assert any("waits for" in line and f"pid {pid}" in line for line in heard.said)
    assert names(folder) == []


async def test_a_dump_that_waited_for_a_lock_and_got_it_counts(
    server: Server, production: Address, folder: Path
):
    heard = Heard()
    async with session(production, purpose="holder") as connection:
        await connection.execute("BEGIN; LOCK TABLE people")
        taking = asyncio.create_task(
            take_backup(production, server.binaries, folder, facts={}, reporter=heard)
        )
        async with asyncio.timeout(30):
            while not heard.said:  # noqa: ASYNC110 - what is said is no event
                await asyncio.sleep(0.05)
        await connection.execute("ROLLBACK")
        backup = await taking
    assert list_backups(folder) == [backup]


def test_a_wait_for_a_lock_whose_holder_is_not_known_is_told_as_one():
    said = "pg_dump: error: query failed: ERROR:  canceling statement due to statement timeout"
    error = failure("The dump of x", Ended(1, "", said), Address("x", 5432, "x", "x"))
    assert "end it, or wait" in error.next


async def test_a_dump_larger_than_a_file_may_be_is_told_so(
    server: Server, production: Address, folder: Path
):
    async with session(production, purpose="test") as connection:
        await connection.execute(
            "CREATE TABLE large AS SELECT md5(n::text) FROM generate_series(1, 20000) n"
        )
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, hard))
    try:
        with pytest.raises(BackupError, match=r"failed: .*SIGXFSZ") as caught:
            await take(server, production, folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "ulimit -f" in caught.value.next
    assert names(folder) == []


async def test_a_role_that_may_not_read_everything_is_told_so(
    server: Server, production: Address, folder: Path
):
    role = f"r_{secrets.token_hex(4)}"
    async with session(production, purpose="test") as connection:
        await connection.execute(f"CREATE ROLE {role} LOGIN")
        try:
            with pytest.raises(BackupError, match="permission denied") as caught:
                await take(server, replace(production, user=role), folder)
        finally:
            await connection.execute(f"DROP ROLE {role}")
    assert "may read every table" in caught.value.next


@pytest.mark.skipif(not OLD_PROGRAMS.is_dir(), reason="needs older programs on the machine")
async def test_programs_older_than_the_server_are_told_so(
    server: Server, production: Address, folder: Path
):
    if server.binaries.version().startswith("15"):
        pytest.skip("the server is as old as the programs")
    with pytest.raises(BackupError, match="server version mismatch") as caught:
        await take_backup(production, Binaries(OLD_PROGRAMS, "test"), folder, facts={})
    assert "at least as new as the server" in caught.value.next


async def test_only_the_newest_backups_of_a_database_are_kept(
    server: Server, production: Address, folder: Path
):
    first = await take(server, production, folder, stand_in=True)
    older(first, days=2)
    second = await take(server, production, folder, stand_in=True)
    older(second, days=1)
    third = await take(server, production, folder, stand_in=True)
    (folder / "other.dump").write_text("somebody's own")
    assert prune_backups(folder, owner(production), keep=2) == (first.name,)
    left = [backup.path for backup in list_backups(folder)]
    assert left == [third.path, second.path]
    assert (folder / "other.dump").is_file()


async def test_backups_are_counted_for_each_production_of_one_name(
    server: Server, production: Address, folder: Path
):
    one, other = (
        Source(production.database, stand_in=False, host="db.example", port=5432, system=system)
        for system in (1, 2)
    )
    for days in (3, 2, 1):
        for source in (one, other, owner(production)):
            older(await take(server, production, folder, **source.facts), days=days)
    heard = Heard()
    removed = prune_backups(folder, one, keep=1, reporter=heard)
    assert len(removed) == 2
    assert all(any(name in line for line in heard.said) for name in removed)
    left = list_backups(folder)
    assert [sum(source.owns(backup) for backup in left) for source in (one, other)] == [1, 3]


async def test_the_newest_good_backup_stays_whatever_is_newer(
    server: Server, production: Address, folder: Path
):
    good = await take(server, production, folder, stand_in=True)
    older(good, days=2)
    for days in (1, 0):
        bad = await take(server, production, folder, stand_in=True)
        older(bad, days=days)
        bad.path.write_bytes(b"damaged")
    assert prune_backups(folder, owner(production), keep=1) != ()
    assert good.path in [backup.path for backup in list_backups(folder)]


async def test_a_backup_of_the_future_is_neither_counted_nor_removed(
    server: Server, production: Address, folder: Path
):
    late, new, old = [await take(server, production, folder, stand_in=True) for _ in range(3)]
    dated(late, NOW + timedelta(days=900))
    dated(new, NOW - timedelta(days=1))
    dated(old, NOW - timedelta(days=2))
    assert prune_backups(folder, owner(production), keep=2) == ()
    assert prune_backups(folder, owner(production), keep=1) == (old.name,)
    assert {backup.path for backup in list_backups(folder)} == {late.path, new.path}


async def test_the_backup_that_a_reset_has_used_is_never_removed(
    server: Server, production: Address, folder: Path
):
    new, old, used = [await take(server, production, folder, stand_in=True) for _ in range(3)]
    dated(old, NOW - timedelta(days=1))
    dated(used, NOW - timedelta(days=2))
    assert prune_backups(folder, owner(production), keep=1, used=used) == (old.name,)
    assert {backup.path for backup in list_backups(folder)} == {new.path, used.path}


async def test_no_seal_is_believed_when_the_only_other_good_backup_would_be_removed(
    server: Server, production: Address, folder: Path
):
    good = dated(await take(server, production, folder, stand_in=True), NOW - timedelta(days=1))
    rotten = await take(server, production, folder, stand_in=True)
    rotten.path.write_bytes(bytes(rotten.bytes))
    # As if the disk had rotted: the bytes are others, and nothing else shows it.
    seal.seal_of(rotten.path).write_text(seal._look(rotten).digest)
    assert newest_good_backup(folder, owner(production), thorough=False) == rotten
    assert prune_backups(folder, owner(production), keep=1) == ()
    assert newest_good_backup(folder, owner(production)) == good


async def test_a_folder_dump_is_removed_as_a_whole(
    server: Server, production: Address, folder: Path
):
    old = await parallel(server, production, folder)
    older(old, days=1)
    await take(server, production, folder, stand_in=True)
    assert prune_backups(folder, owner(production), keep=1) == (old.name,)
    assert not old.path.exists()
    assert len(names(folder)) == 2


async def parallel(server: Server, production: Address, folder: Path) -> Backup:
    return await take_backup(
        production,
        server.binaries,
        folder,
        facts={"stand_in": True},
        jobs=2,
        parallel_from=0,
    )


async def test_a_large_database_is_dumped_into_a_folder_that_only_its_owner_can_read(
    server: Server, production: Address, folder: Path
):
    backup = await parallel(server, production, folder)
    assert backup.path.is_dir()
    assert mode(backup.path) == 0o700
    assert {mode(path) for path in backup.path.iterdir()} == {0o600}
    assert names(folder) == [backup.name, f"{backup.name}.json"]
    assert set(backup.files) == {path.name for path in backup.path.iterdir()}
    assert backup.bytes == sum(path.stat().st_size for path in backup.path.iterdir())
    assert list_backups(folder) == [backup]
    assert newest_good_backup(folder) == backup


async def test_one_session_or_a_small_database_makes_one_file(
    server: Server, production: Address, folder: Path
):
    small = await take_backup(production, server.binaries, folder, facts={}, jobs=4)
    alone = await take_backup(
        production, server.binaries, folder, facts={}, jobs=1, parallel_from=0
    )
    assert small.path.is_file()
    assert alone.path.is_file()


@pytest.mark.parametrize("damage", ["missing", "extra", "changed"])
async def test_a_damaged_folder_dump_is_passed_over(
    server: Server, production: Address, folder: Path, damage: str
):
    bad = await parallel(server, production, folder)
    file = next(path for path in bad.path.iterdir() if path.name != "toc.dat")
    if damage == "missing":
        file.unlink()
    elif damage == "extra":
        (bad.path / "more").touch()
    else:
        content = file.read_bytes()
        file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    heard = Heard()
    assert newest_good_backup(folder, reporter=heard) is None
    assert any(bad.name in line and "manifest" in line for line in heard.said)


def dumped_by_hand(server: Server, address: Address, path: Path, form: str) -> None:
    """Dump as somebody else would; through a pipe, pg_dump cannot note where its blocks begin."""
    command = [server.binaries.program("pg_dump"), f"--format={form.partition(' ')[0]}"]
    environment = {**os.environ, **address.libpq_environment()}
    if "pipe" in form:
        written = subprocess.run(command, env=environment, check=True, capture_output=True)
        path.write_bytes(written.stdout)
    else:
        subprocess.run([*command, f"--file={path}"], env=environment, check=True)


@pytest.mark.parametrize("form", ["folder", "custom", "custom through a pipe", "tar"])
async def test_every_format_is_restored(
    server: Server, tiny_settings: Settings, production: Address, form: str
):
    path = tiny_settings.root / "a.dump"
    if form == "folder":
        path = (await parallel(server, production, tiny_settings.backups)).path
    else:
        await asyncio.to_thread(dumped_by_hand, server, production, path, form)
    name = f"{tiny_settings.project}_restored"
    await create_database(server, name, project=tiny_settings.project, role="scratch")
    await restore(path, server.address.at(name), server.binaries, jobs=2)
    async with session(server.address.at(name), purpose="test") as connection:
        assert await connection.fetchval("SELECT count(*) FROM people") == 100


@pytest.mark.parametrize("form", ["folder", "custom"])
async def test_a_backup_of_a_newer_postgresql_is_told_as_one_with_the_way_to_a_new_one(
    server: Server, tiny_settings: Settings, production: Address, form: str
):
    path = table_of_contents = tiny_settings.root / "a.dump"
    if form == "folder":
        path = (await parallel(server, production, tiny_settings.backups)).path
        table_of_contents = path / "toc.dat"
    else:
        await asyncio.to_thread(dumped_by_hand, server, production, path, form)
    # The format's version stands behind the magic word, and grows with PostgreSQL's.
    later = bytearray(table_of_contents.read_bytes())
    later[len(b"PGDMP") + 1] += 1
    table_of_contents.write_bytes(later)
    with pytest.raises(BackupError, match="made by a newer PostgreSQL than") as caught:
        await restore(path, server.address.at("postgres"), server.binaries)
    assert caught.value.next.startswith("invoke reset --download-recent")
    assert "unsupported version" in caught.value.data["reason"]
    with pytest.raises(BackupError, match="newer PostgreSQL than"):
        await read_contents(path, server.binaries)


async def test_what_a_run_left_that_was_killed_between_the_two_names_is_removed(
    server: Server, production: Address, folder: Path
):
    backup = await take(server, production, folder, stand_in=True)
    manifest = folder / f"{backup.name}.json"
    staged = manifest.rename(folder / f"{backup.name}.json.partial")
    os.utime(staged, (0, 0))
    prune_backups(folder, owner(production), keep=2)
    assert names(folder) == []


async def test_what_a_killed_run_left_of_a_folder_is_removed_once_nobody_writes_into_it(
    server: Server, production: Address, folder: Path
):
    await take(server, production, folder)
    old = folder / "a.dump.partial"
    old.mkdir()
    (old / "1.dat").touch()
    os.utime(old, (0, 0))
    assert prune_backups(folder, owner(production), keep=2) == ()
    os.utime(old / "1.dat", (0, 0))
    os.utime(old, (0, 0))
    assert prune_backups(folder, owner(production), keep=2) == (old.name,)


LIMITED = """
import asyncio, resource, sys
from pathlib import Path
from db_workflow.binaries import Binaries
from db_workflow.errors import WorkflowError
from db_workflow.schema.backup.download import download_backup
from db_workflow.schema.backup.location import Location
from db_workflow.schema.backup.source import Source

theirs, ours, programs = map(Path, sys.argv[1:])
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
place = Location.parse(str(theirs), root=theirs)
source = Source(None, stand_in=False, store=place.shown)
try:
    asyncio.run(download_backup(place, source, Binaries(programs, "test"), ours))
except WorkflowError as error:
    sys.exit(str(error))
"""


async def test_a_full_disk_is_told_and_leaves_nothing(
    server: Server, production: Address, folder: Path
):
    """A limit on the size of files, in a process of its own, stands for the full disk."""
    theirs = folder.parent / "theirs"
    await take(server, production, theirs, stand_in=False)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", LIMITED, str(theirs), str(folder), str(server.binaries.folder)),
        stderr=asyncio.subprocess.PIPE,
    )
    _, complaints = await process.communicate()
    assert process.returncode == 1
    assert b"There is no room for a backup" in complaints
    assert b"make room" in complaints
    assert names(folder) == []


async def test_what_a_killed_run_left_is_removed_after_an_hour(
    server: Server, production: Address, folder: Path
):
    await take(server, production, folder, stand_in=True)
    old, fresh = folder / "a.dump.partial", folder / "b.dump.partial"
    old.touch()
    os.utime(old, (0, 0))
    fresh.touch()
    assert prune_backups(folder, owner(production), keep=2) == (old.name,)
    assert fresh.is_file()


async def test_production_is_dumped_by_a_session_that_may_not_write(
    server: Server, production: Address, folder: Path
):
    """Ask the session itself, at the one moment when production's own code runs in it."""
    async with session(production, purpose="test") as connection:
        if connection.get_server_version().major < 17:
            pytest.skip("only newer servers have an event trigger on login")
        await connection.execute(
            "CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN"
            " IF current_setting('default_transaction_read_only') <> 'on'"
            " AND current_setting('application_name') LIKE '%backup%'"
            " THEN RAISE 'this session may write'; END IF; END $$;"
            " CREATE EVENT TRIGGER on_login ON login EXECUTE FUNCTION refuse();"
            " ALTER EVENT TRIGGER on_login ENABLE ALWAYS"
        )
    await take(server, production, folder)


@pytest.fixture(scope="module")
def guarded() -> Iterator[Server]:
    """Return a server of its own that asks the role `reader` for a password."""
    checkout = Path(tempfile.mkdtemp(prefix="db workflow "))
    shutil.copy(ROOT / "pyproject.toml", checkout)
    settings = load_settings(checkout, environment={})
    server = start_server(settings)
    found = embedded_status(settings)
    rules = found.folder / "pg_hba.conf"
    rules.write_text("local all reader scram-sha-256\n" + rules.read_text())
    yield server
    stop_server(settings)
    for path in (found.folder, Path(found.address.host), checkout):
        shutil.rmtree(path, ignore_errors=True)


async def reader(server: Server, password: str) -> Address:
    """Give the role `reader` a password; return its address."""
    async with session(server.address, purpose="test") as connection:
        literal = await connection.fetchval("SELECT quote_literal($1::text)", password)
        await connection.execute(
            "SELECT pg_reload_conf(); DROP ROLE IF EXISTS reader;"
            f" CREATE ROLE reader SUPERUSER LOGIN PASSWORD {literal}"
        )
    return replace(server.address, user="reader", password=password)


@pytest.mark.parametrize("password", ["  both ends ", "\ttab", "p%40\\w'\"$é#?/@:"])
async def test_a_password_reaches_pg_dump_as_it_is(guarded: Server, folder: Path, password: str):
    address = Address.parse((await reader(guarded, password)).url(), source="the test")
    await take(guarded, address, folder)
    with pytest.raises(BackupError, match="authentication failed") as caught:
        await take(guarded, replace(address, password=password.strip() + "x"), folder)
    assert "password" in caught.value.next


async def test_a_url_without_a_password_leaves_it_to_the_environment(
    guarded: Server, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    address = replace(await reader(guarded, "secret"), password=None)
    with pytest.raises(BackupError, match="no password supplied"):
        await take(guarded, address, folder)
    monkeypatch.setenv("PGPASSWORD", "secret")
    await take(guarded, address, folder)
