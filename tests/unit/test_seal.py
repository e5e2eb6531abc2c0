"""A seal saves reading a dump again; it never vouches for a dump that was touched."""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from db_workflow.schema.backup import seal
from db_workflow.schema.backup.manifest import Backup, measure
from db_workflow.schema.backup.seal import fault, seal_of

CREATED = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture(params=["file", "folder"])
def backup(request: pytest.FixtureRequest, tmp_path: Path) -> Backup:
    path = tmp_path / "a.dump"
    if request.param == "folder":
        path.mkdir()
        (path / "toc.dat").write_bytes(b"contents")
    (path / "1.dat" if request.param == "folder" else path).write_bytes(b"rows")
    content, files = measure(path)
    return Backup(path, "shop", CREATED, content.bytes, content.sha256, "18.1", {}, files)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a dump be sealed that was written a moment ago."""
    monkeypatch.setattr(seal, "_TICK_NANOSECONDS", -1_000_000_000)


def main_file(backup: Backup) -> Path:
    return backup.path / "1.dat" if backup.files else backup.path


def same_size(file: Path) -> None:
    stat = file.stat()
    file.write_bytes(b"lies")
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def replaced(file: Path) -> None:
    other = file.parent.parent / "other"
    other.write_bytes(b"lies")
    other.rename(file)


def unreadable_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make reading the bytes an error, so that a test sees whether they were read."""
    monkeypatch.setattr(seal, "damage", lambda _: "the bytes were read")


@pytest.mark.usefixtures("at_once")
def test_a_sealed_dump_is_not_read_again_unless_asked(
    backup: Backup, monkeypatch: pytest.MonkeyPatch
):
    assert fault(backup) is None
    unreadable_bytes(monkeypatch)
    assert fault(backup, thorough=False) is None
    assert fault(backup) == "the bytes were read"


def test_a_dump_that_was_just_written_is_not_sealed(backup: Backup):
    assert max(main_file(backup).stat().st_ctime_ns, 0) > time.time_ns() - 1_000_000_000
    assert fault(backup) is None
    assert not seal_of(backup.path).exists()


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("change", [same_size, replaced])
def test_a_changed_dump_breaks_its_seal_even_with_its_old_size_and_time(
    backup: Backup, change: Callable[[Path], None]
):
    assert fault(backup) is None
    time.sleep(0.02)  # the file system's clock ticks in between
    change(main_file(backup))
    assert "its checksum is not the one" in str(fault(backup, thorough=False))


def test_a_change_in_the_tick_of_the_last_one_is_not_sealed_however_long_the_reading_took(
    backup: Backup, monkeypatch: pytest.MonkeyPatch
):
    """The clock of the file system stands still for a tick: a change within it does not show."""
    monkeypatch.setattr(seal, "_TICK_NANOSECONDS", 500_000_000)

    def slow(_: Backup) -> None:
        time.sleep(0.6)

    monkeypatch.setattr(seal, "damage", slow)
    os.utime(main_file(backup))
    assert fault(backup) is None
    assert not seal_of(backup.path).exists()
    assert fault(backup) is None
    assert seal_of(backup.path).exists()


@pytest.mark.usefixtures("at_once")
def test_the_seal_of_another_content_says_nothing(backup: Backup):
    seal_of(backup.path).write_text("0" * 64)
    main_file(backup).write_bytes(b"lies")
    assert fault(backup, thorough=False) is not None


def test_a_dump_that_is_gone_is_at_fault(backup: Backup):
    main_file(backup).unlink()
    assert fault(backup) is not None


def test_a_folders_files_are_those_of_its_manifest(tmp_path: Path):
    path = tmp_path / "a.dump"
    path.mkdir()
    (path / "toc.dat").write_bytes(b"contents")
    content, files = measure(path)
    backup = Backup(path, "shop", CREATED, content.bytes, content.sha256, "18.1", {}, files)
    (path / "more.dat").write_bytes(b"")
    assert fault(backup) == "its files are not those in its manifest"
