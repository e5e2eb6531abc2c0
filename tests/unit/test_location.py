"""Where others put backups: what a URL means, and that no secret of it is shown."""

import contextlib
import functools
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from db_workflow.errors import BackupError, SettingsError
from db_workflow.schema.backup import store as store_module
from db_workflow.schema.backup.archive import Archive, list_archives, looked_at
from db_workflow.schema.backup.location import Location
from db_workflow.schema.backup.partial import new_partial
from db_workflow.schema.backup.store import (
    FolderStore,
    Store,
    UnfitError,
    open_store,
    present,
    told,
)
from db_workflow.settings import load_settings

ROOT = Path("/repository")
_NOBODY = 65534
TABLE = """
[tool.db_workflow]
project = "shop"
sql = "sql"
runners = "scripts/v{version}_migration/run_migrations.py"
models = "shop.models:Base"
enums = "shop.enums"
test_data = "tests/database"
"""


@pytest.mark.parametrize(
    ("text", "folder"),
    [
        ("backups", "/repository/backups"),
        ("/srv/backups/", "/srv/backups"),
        ("file:///srv/our%20backups", "/srv/our backups"),
        ("/srv/backups/shop_*.dump", "/srv/backups"),
        ("file:///srv/a::b", "/srv/a::b"),
        ("/srv/a::b", "/srv/a::b"),
    ],
)
def test_a_plain_folder_needs_no_library(text: str, folder: str):
    location = Location.parse(text, root=ROOT)
    assert location.folder == Path(folder)
    assert isinstance(open_store(location), FolderStore)


def test_a_web_servers_index_is_a_store_too(tmp_path: Path):
    (tmp_path / "a.dump").write_bytes(b"PGDMP of invented rows")
    os.utime(tmp_path / "a.dump", (86_400, 86_400))
    handler = functools.partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/"
        store = open_store(Location.parse(url, root=ROOT))
        (entry,) = store.entries()
        head = store.read("a.dump", 5)
        with store.open("a.dump") as file:
            content = file.read()
        server.shutdown()
        thread.join()
    assert (entry.name, entry.bytes, head, len(content)) == ("a.dump", 22, b"PGDMP", 22)
    assert entry.modified == datetime(1970, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize("value", [1e12, float("inf"), float("nan"), -1e30, "", "soon", None])
def test_a_time_that_is_none_makes_one_file_unfit_and_not_the_whole_store(value: object):
    found = store_module._entry({"name": "a.dump", "size": 1, "type": "file", "mtime": value})
    assert found.modified == store_module.NEVER


@pytest.mark.parametrize(
    ("text", "shown", "pattern", "opened"),
    [
        ("s3://bucket/a/b", "s3://bucket/a/b", "*", "s3://bucket/a/b"),
        ("s3://bucket/a/b/", "s3://bucket/a/b", "*", "s3://bucket/a/b/"),
        ("s3://bucket/a/shop_*", "s3://bucket/a/shop_*", "shop_*", "s3://bucket/a"),
        ("s3://key:se%2Fcret@bucket/a", "s3://bucket/a", "*", "s3://key:se%2Fcret@bucket/a"),
        ("az://box/a?sig=abc", "az://box/a", "*", "az://box/a?sig=abc"),
        ("sftp://joe@host:22/a", "sftp://host:22/a", "*", "sftp://joe@host:22/a"),
        (
            "simplecache::s3://key:secret@bucket/a/shop_*",
            "simplecache::s3://bucket/a/shop_*",
            "shop_*",
            "simplecache::s3://key:secret@bucket/a",
        ),
        (
            "zip://a?sig=abc::https://joe:secret@host/b.zip?sig=abc",
            "zip://a::https://host/b.zip",
            "*",
            "zip://a?sig=abc::https://joe:secret@host/b.zip?sig=abc",
        ),
        ("https://[::1]:80/a", "https://[::1]:80/a", "*", "https://[::1]:80/a"),
    ],
)
def test_a_url_is_opened_whole_and_shown_without_its_secrets(
    text: str, shown: str, pattern: str, opened: str
):
    location = Location.parse(text, root=ROOT)
    assert (str(location), location.pattern, location.url) == (shown, pattern, opened)
    for secret in ("cret", "abc"):
        assert secret not in f"{location} {location!r} {location.shown_of('a.dump')}"


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+asyncpg"])
def test_the_address_of_a_server_is_told_where_it_belongs(scheme: str):
    with pytest.raises(SettingsError, match="not a folder of backups") as caught:
        Location.parse(f"{scheme}://joe:secret@one:1,two:2/shop", root=ROOT)
    assert "PRODUCTION_DATABASE_URL" in caught.value.next
    assert "secret" not in str(caught.value)


def test_a_blank_value_in_the_environment_is_none(tmp_path: Path):
    (tmp_path / "pyproject.toml").write_text(TABLE)
    settings = load_settings(tmp_path, environment={"PRODUCTION_BACKUPS_URL": " "})
    assert settings.backups_url is None


def test_a_file_of_a_pattern_is_shown_by_its_own_name():
    location = Location.parse("s3://bucket/a/shop_*", root=ROOT)
    assert location.shown_of("shop_1.dump") == "s3://bucket/a/shop_1.dump"


@pytest.mark.parametrize(
    "text",
    [
        "s3://",
        "sftp://joe:secret@host:port/a",
        "x://[secret/a",
        "file://secret/a",
        "sftp://joe:12::secret@host/a",
        "sftp://joe:secret::12@host/a",
        "az://box/a?sig=12::secret",
    ],
)
def test_what_is_no_url_is_told_without_repeating_it(text: str):
    with pytest.raises(SettingsError, match="PRODUCTION_BACKUPS_URL") as caught:
        Location.parse(text, root=ROOT)
    assert "secret" not in str(caught.value)


FOLDERS = ("0", "nan", "-1")


@pytest.mark.parametrize(
    "text", [*FOLDERS, "", "  ", "a\0b", "~no_such_account/a", "file://", "https://[1/a"]
)
def test_a_wrong_value_is_told_or_is_the_name_of_a_folder(text: str):
    try:
        location = Location.parse(text, root=ROOT)
    except SettingsError as error:
        assert "PRODUCTION_BACKUPS_URL" in error.found
        assert text not in FOLDERS
    else:
        assert text in FOLDERS
        assert location.folder == ROOT / text


def test_secrets_in_a_librarys_message_are_taken_out():
    location = Location.parse("sftp://joe:p%40ss@host/a", root=ROOT)
    with pytest.raises(BackupError) as caught, told(location):
        raise OSError("cannot log in to sftp://joe:p%40ss@host/a with p@ss")
    assert "p@ss" not in str(caught.value)
    assert "p%40ss" not in str(caught.value)
    assert "sftp://host/a" in str(caught.value)


def test_secrets_of_every_part_of_a_chain_are_taken_out():
    location = Location.parse("zip://a::simplecache::s3://k:p%40ss@bucket/a", root=ROOT)
    with pytest.raises(BackupError) as caught, told(location):
        raise OSError(f"{location.url}: no bucket k:p%40ss@bucket; https://k:p@h/; p@ss")
    for secret in ("p@ss", "p%40ss", "k:p@"):
        assert secret not in str(caught.value)


def test_a_reason_that_stands_on_a_librarys_second_line_is_told():
    with pytest.raises(BackupError) as caught, told(Location.parse("s3://a:1/b", root=ROOT)):
        raise ValueError('Parameter validation failed:\nInvalid bucket name "a:1"\nmore')
    assert caught.value.found.endswith('validation failed: Invalid bucket name "a:1"')


@contextlib.contextmanager
def ordinary_account() -> Iterator[Path]:
    """Return a folder of an account that may not do everything, and be that account."""
    root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if root:
            os.chown(folder, _NOBODY, -1)
            os.seteuid(_NOBODY)
        try:
            yield folder
        finally:
            if root:
                os.seteuid(0)
            for path in (folder, *folder.iterdir()):
                path.chmod(0o700)


def test_a_folder_that_may_not_be_read_is_told_without_a_word_of_keys():
    with ordinary_account() as folder:
        location = Location.parse(str(folder), root=ROOT)
        folder.chmod(0)
        with pytest.raises(BackupError, match="may not be read") as caught, told(location):
            list_archives(open_store(location), location)
    assert "keys" not in caught.value.next
    assert "let this account read" in caught.value.next


def why_unfit(store: Store, archive: Archive) -> str | None:
    try:
        with present():
            return looked_at(store, archive).unfit
    except UnfitError as unfit:
        return str(unfit)


@pytest.mark.parametrize("closed", ["b.dump", "b.dump.json", "b.dump.sha256", "c.dump"])
def test_one_file_that_may_not_be_read_does_not_hide_the_others(closed: str):
    with ordinary_account() as folder:
        (folder / "a.dump").write_bytes(b"PGDMP of invented rows")
        (folder / "c.dump").mkdir()
        (folder / "b.dump").write_bytes(b"PGDMP")
        (folder / closed).touch()
        (folder / closed).chmod(0)
        location = Location.parse(str(folder), root=ROOT)
        store = open_store(location)
        with told(location):
            unfit = {one.name: why_unfit(store, one) for one in list_archives(store, location)}
    assert unfit["a.dump"] is None
    assert unfit[closed[:6]]


def test_a_folder_of_backups_that_may_not_be_written_is_told():
    with ordinary_account() as folder:
        folder.chmod(0o500)
        with (
            pytest.raises(BackupError, match="cannot be written") as caught,
            new_partial(folder / "backups", "shop", datetime.now(UTC)),
        ):
            pass
    assert "let this account write" in caught.value.next


MISSING = """
import sys
from pathlib import Path
import db_workflow.schema.backup.baseline, db_workflow.schema.backup.download
from db_workflow.errors import BackupError
from db_workflow.schema.backup.location import Location
from db_workflow.schema.backup.store import open_store

assert not {"fsspec", "s3fs"} & sys.modules.keys(), "a command that needs none of them pays"
# None is how Python itself is told that a module cannot be imported.
sys.modules[sys.argv[1]] = None
open_store(Location.parse("backups", root=Path("/")))
try:
    open_store(Location.parse("s3://bucket/nightly", root=Path("/")))
except BackupError as error:
    sys.exit(str(error))
"""


@pytest.mark.parametrize("library", ["fsspec", "s3fs"])
def test_a_library_that_is_not_installed_is_named(library: str):
    ended = subprocess.run(
        [sys.executable, "-c", MISSING, library], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert "s3://bucket/nightly cannot be read" in ended.stderr
    assert "pip install 'efficient-tutor-database[object-store]'" in ended.stderr


@pytest.mark.parametrize("url", ["s3://key:hidden@bucket/a", "az://box/a?sig=hidden"])
def test_a_secret_is_refused_in_the_file_and_taken_from_the_environment(tmp_path: Path, url: str):
    (tmp_path / "pyproject.toml").write_text(TABLE + f'backups_url = "{url}"\n')
    with pytest.raises(SettingsError, match="'backups_url' holds a password") as caught:
        load_settings(tmp_path, environment={})
    assert "hidden" not in str(caught.value)
    (tmp_path / "pyproject.toml").write_text(TABLE + 'backups_url = "s3://bucket/a"\n')
    assert load_settings(tmp_path, environment={}).backups_url == "s3://bucket/a"
    settings = load_settings(tmp_path, environment={"PRODUCTION_BACKUPS_URL": url})
    assert settings.backups_url == url
    assert "hidden" not in repr(settings)
