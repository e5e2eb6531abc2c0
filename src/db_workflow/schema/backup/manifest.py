"""One dump and its manifest: the file beside it that makes it count."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

SUFFIX = ".dump"
MANIFEST = ".json"
PARTIAL = ".partial"
# By so much two machines' clocks may disagree.
_CLOCKS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds: its size and its SHA-256 in hexadecimal."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Backup:
    """One dump and what its manifest says.

    Attributes:
        path: the dump: a file, or a folder in pg_dump's directory format.
        database: the name of the database that was dumped.
        created: when the dump began, UTC.
        bytes: the file's size; a folder's files together.
        sha256: of the file, in hexadecimal; of a folder's files, see `whole`.
        server_version: of the server it came from.
        facts: what the caller knew: of which production it is (`Source.facts`).
        files: a folder's files by name; none for a dump that is one file.

    """

    path: Path
    database: str
    created: datetime
    bytes: int
    sha256: str
    server_version: str
    facts: Mapping[str, Any]
    files: Mapping[str, Content] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The file's or the folder's name."""
        return self.path.name


def untimely(created: datetime) -> str | None:
    """Return what is wrong with the date of a dump, if it is in the future.

    Whoever made it had a wrong clock, or has one here; believed, it would be the newest for years.
    """
    if created <= datetime.now(UTC) + _CLOCKS:
        return None
    return f"it is dated {created:%Y-%m-%d %H:%M} UTC, which is in the future"


def manifest_of(path: Path) -> Path:
    """Return where a dump's manifest is."""
    return path.with_name(path.name + MANIFEST)


def stage_manifest(backup: Backup) -> Path:
    """Write a dump's manifest under a partial name; return that."""
    written: dict[str, Any] = {
        "database": backup.database,
        "created": backup.created.isoformat(),
        "bytes": backup.bytes,
        "sha256": backup.sha256,
        "server_version": backup.server_version,
        "facts": dict(backup.facts),
    }
    if backup.files:
        written["files"] = {
            name: {"bytes": content.bytes, "sha256": content.sha256}
            for name, content in backup.files.items()
        }
    manifest = manifest_of(backup.path)
    staged = manifest.with_name(manifest.name + PARTIAL)
    with os.fdopen(os.open(staged, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as file:
        json.dump(written, file, indent=2, sort_keys=True)
        file.write("\n")
    sync(staged)
    return staged


def publish(staged: Path, backup: Backup) -> None:
    """Make a dump count: its manifest is there whole, or not at all."""
    manifest = manifest_of(backup.path)
    staged.rename(manifest)
    sync(manifest.parent)


def read_manifest(manifest: Path) -> Backup:
    """Read what `stage_manifest` wrote.

    Raises:
        OSError: it cannot be read.
        ValueError: it is not such a file.

    """
    path = manifest.with_name(manifest.name.removesuffix(MANIFEST))
    return parse_manifest(path, manifest.read_bytes())


def parse_manifest(path: Path, content: bytes) -> Backup:
    """Read a manifest's bytes as the one of the dump at `path`, which need not be there.

    Raises:
        ValueError: it is not a manifest.

    """
    try:
        return _parsed(path, json.loads(content))
    except (KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ValueError(f"not a manifest: {error}") from None


def _parsed(path: Path, read: Any) -> Backup:
    created = datetime.fromisoformat(read["created"])
    if created.tzinfo is None:
        raise ValueError("a time without a zone cannot be compared")
    files = {
        _plain(name): Content(int(one["bytes"]), str(one["sha256"]))
        for name, one in read.get("files", {}).items()
    }
    return Backup(
        path,
        str(read["database"]),
        created.astimezone(UTC),
        int(read["bytes"]),
        str(read["sha256"]),
        str(read["server_version"]),
        dict(read["facts"]),
        files,
    )


def _plain(name: str) -> str:
    """Refuse a name that would lead out of the dump's folder."""
    if Path(name).name != name:
        raise ValueError("not the name of a file")
    return name


def damage(backup: Backup) -> str | None:
    """Return how a dump differs from its manifest, if it does; reads every byte."""
    try:
        if not backup.files:
            return _damage_of(backup.path, Content(backup.bytes, backup.sha256))
        if {path.name for path in backup.path.iterdir()} != backup.files.keys():
            return "its files are not those in its manifest"
        for name, content in backup.files.items():
            if wrong := _damage_of(backup.path / name, content):
                return f"{name}: {wrong}"
    except OSError as error:
        return error.strerror or str(error)
    if whole(backup.files) != backup.sha256:
        return "its checksum is not the one in its manifest"
    return None


def _damage_of(path: Path, content: Content) -> str | None:
    if path.stat().st_size != content.bytes:
        return "its size is not the one in its manifest"
    if checksum(path) != content.sha256:
        return "its checksum is not the one in its manifest"
    return None


def measure(path: Path) -> tuple[Content, Mapping[str, Content]]:
    """Return what a finished dump holds, and a folder's files one by one."""
    if not path.is_dir():
        return Content(path.stat().st_size, checksum(path)), {}
    files = {
        file.name: Content(file.stat().st_size, checksum(file)) for file in sorted(path.iterdir())
    }
    return Content(sum(one.bytes for one in files.values()), whole(files)), files


def whole(files: Mapping[str, Content]) -> str:
    """Return one SHA-256 over a folder's files: that of the list `sha256sum` would print."""
    lines = (f"{files[name].sha256}  {name}\n" for name in sorted(files))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def checksum(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Make a file's bytes, or a folder's names and files, outlive a power failure."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
