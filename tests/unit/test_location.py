"""Where others put backups: what a URL means, and that no secret of it is shown."""

import functools
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from db_workflow.errors import BackupError, SettingsError
from db_workflow.schema.backup import store as store_module
from db_workflow.schema.backup.location import Location
from db_workflow.schema.backup.store import FolderStore, open_store, told
from db_workflow.settings import load_settings

ROOT = Path("/repository")
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
    ],
)
def test_a_url_is_opened_whole_and_shown_without_its_secrets(
    text: str, shown: str, pattern: str, opened: str
):
    location = Location.parse(text, root=ROOT)
    assert (str(location), location.pattern, location.url) == (shown, pattern, opened)
    for secret in ("cret", "abc"):
        assert secret not in f"{location} {location!r} {location.shown_of('a.dump')}"


def test_a_file_of_a_pattern_is_shown_by_its_own_name():
    location = Location.parse("s3://bucket/a/shop_*", root=ROOT)
    assert location.shown_of("shop_1.dump") == "s3://bucket/a/shop_1.dump"


@pytest.mark.parametrize(
    "text", ["s3://", "sftp://joe:secret@host:port/a", "x://[secret/a", "file://secret/a"]
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
