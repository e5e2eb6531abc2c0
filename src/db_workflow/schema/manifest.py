"""One dump and its manifest: the file beside it that makes it count."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

SUFFIX = ".dump"
MANIFEST = ".json"
PARTIAL = ".partial"


@dataclass(frozen=True, slots=True)
class Backup:
    """One dump and what its manifest says.

    Attributes:
        path: the dump.
        database: the name of the database that was dumped.
        created: when the dump began, UTC.
        bytes: the file's size.
        sha256: of the file, in hexadecimal.
        server_version: of the server it came from.
        facts: what the caller knew: of which production it is (`Source.facts`).

    """

    path: Path
    database: str
    created: datetime
    bytes: int
    sha256: str
    server_version: str
    facts: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name


def manifest_of(path: Path) -> Path:
    """Return where a dump's manifest is."""
    return path.with_name(path.name + MANIFEST)


def write_manifest(backup: Backup) -> None:
    """Make a dump count: its manifest is there whole, or not at all."""
    written = {
        "database": backup.database,
        "created": backup.created.isoformat(),
        "bytes": backup.bytes,
        "sha256": backup.sha256,
        "server_version": backup.server_version,
        "facts": dict(backup.facts),
    }
    manifest = manifest_of(backup.path)
    partial = manifest.with_name(manifest.name + PARTIAL)
    with os.fdopen(os.open(partial, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as file:
        json.dump(written, file, indent=2, sort_keys=True)
        file.write("\n")
    sync(partial)
    partial.rename(manifest)
    sync(manifest.parent)


def read_manifest(manifest: Path) -> Backup:
    """Read what `write_manifest` wrote.

    Raises:
        OSError, ValueError, KeyError, TypeError: it is not such a file.

    """
    read = json.loads(manifest.read_text("utf-8"))
    return Backup(
        manifest.with_name(manifest.name.removesuffix(MANIFEST)),
        str(read["database"]),
        datetime.fromisoformat(read["created"]),
        int(read["bytes"]),
        str(read["sha256"]),
        str(read["server_version"]),
        dict(read["facts"]),
    )


def damage(backup: Backup) -> str | None:
    """Return how a dump differs from its manifest, if it does; reads every byte."""
    try:
        if backup.path.stat().st_size != backup.bytes:
            return "its size is not the one in its manifest"
        if checksum(backup.path) != backup.sha256:
            return "its checksum is not the one in its manifest"
    except OSError as error:
        return error.strerror or str(error)
    return None


def checksum(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Make a file's bytes, or a folder's names, outlive a power failure."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
