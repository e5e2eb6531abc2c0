"""The backups that a store holds, as its listing tells of them: nothing is downloaded for it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from db_workflow.schema.backup.dump import is_archive
from db_workflow.schema.backup.location import Location
from db_workflow.schema.backup.manifest import MANIFEST, PARTIAL, Backup, parse_manifest, untimely
from db_workflow.schema.backup.seal import SEAL
from db_workflow.schema.backup.store import NEVER, Entry, Store, UnfitError, present

_SIDECAR = ".sha256"
_BESIDE = (MANIFEST, _SIDECAR, PARTIAL, SEAL)
_SQL = re.compile(r"\.sql(\.\w+)?$", re.IGNORECASE)
_SHA256 = re.compile(rb"\s*([0-9a-fA-F]{64})\b")
# A manifest of a folder of many thousand files is smaller than this.
_MANIFEST_BYTES = 16 * 1024 * 1024
_HEAD_BYTES = 512


@dataclass(frozen=True, slots=True)
class Archive:
    """One dump in a store.

    Attributes:
        name: the file's or the folder's name.
        created: when it was made, by our manifest; else when the store got it.
        files: what there is to download, by its path in the store; a folder's files, or one.
        bytes: of all of them.
        tag: what the store says of the content; it changes with it.
        manifest: ours, if it has one.
        sha256: what vouches for the one file: its manifest, or a `.sha256` beside it.
        unfit: why it cannot be used, if that is known before it is read.

    """

    name: str
    created: datetime
    files: Mapping[str, Entry]
    bytes: int
    tag: str
    manifest: Backup | None = None
    sha256: str | None = None
    unfit: str | None = None

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder of files, in pg_dump's directory format."""
        return any("/" in name for name in self.files)

    def identity(self, location: Location) -> Mapping[str, Any]:
        """Return what a manifest keeps of it, to know it again: it changes with the content."""
        return {
            "url": location.shown_of(self.name),
            "bytes": self.bytes,
            "created": self.created.isoformat(),
            "tag": self.tag,
        }


def list_archives(store: Store, location: Location) -> list[Archive]:
    """Return what may be a backup, newest first; small files beside the dumps are read.

    What is no dump at all is told by `unfit`, so that a person sees why it was not taken.
    """
    entries = {entry.name: entry for entry in store.entries()}
    found = [
        _told(store, entry, entries)
        for entry in entries.values()
        if fnmatchcase(entry.name, location.pattern) and _counts(entry, entries)
    ]
    return sorted(found, key=lambda archive: (archive.created, archive.name), reverse=True)


def looked_at(store: Store, archive: Archive) -> Archive:
    """Read an archive's first bytes, and say if they are not those of a dump."""
    if archive.unfit or archive.is_folder:
        return archive
    if is_archive(store.read(archive.name, min(_HEAD_BYTES, archive.bytes))):
        return archive
    return replace(archive, unfit="it is not an archive of pg_dump's custom or tar format")


def _counts(entry: Entry, entries: Mapping[str, Entry]) -> bool:
    """Tell whether an entry is more than something that stands beside a dump."""
    if entry.name.startswith(".") or not entry.name:
        return False
    if entry.folder:
        # Anybody's folder; only a dump has a manifest, or pg_dump's usual name.
        return entry.name + MANIFEST in entries or entry.name.endswith(".dump")
    return not entry.name.endswith(_BESIDE)


def _told(store: Store, entry: Entry, entries: Mapping[str, Entry]) -> Archive:
    """Return what the listing tells of one entry; one that may not be read hides no other."""
    try:
        with present():
            return _archive(store, entry, entries)
    except UnfitError as unfit:
        files = {entry.name: entry}
        return Archive(entry.name, entry.modified, files, entry.bytes, entry.tag, unfit=str(unfit))


def _archive(store: Store, entry: Entry, entries: Mapping[str, Entry]) -> Archive:
    files = {entry.name: entry}
    if entry.folder:
        files = {f"{entry.name}/{one.name}": one for one in store.entries(entry.name)}
    size = sum(one.bytes for one in files.values())
    tag = " ".join(one.tag for one in files.values())
    archive = Archive(entry.name, entry.modified, files, size, tag)
    if entry.name + MANIFEST in entries:
        return _with_manifest(archive, store.read(entry.name + MANIFEST, _MANIFEST_BYTES))
    if unfit := _unfit(entry):
        return replace(archive, unfit=unfit)
    if entry.name + _SIDECAR in entries:
        return _with_sidecar(archive, store.read(entry.name + _SIDECAR, _HEAD_BYTES))
    return archive


def _unfit(entry: Entry) -> str | None:
    """Return why an entry without a manifest cannot be used, as far as the listing tells."""
    if entry.folder:
        return "it is a folder without a manifest, and may not be whole"
    if not entry.bytes:
        return "it is empty, or its size is not told"
    if _SQL.search(entry.name):
        return "it is plain SQL, which nobody can prove whole; dump with --format=custom"
    if entry.modified == NEVER:
        return "nothing tells when it was made"
    return untimely(entry.modified)


def _with_manifest(archive: Archive, content: bytes) -> Archive:
    try:
        manifest = parse_manifest(Path(archive.name), content)
    except ValueError:
        return replace(archive, unfit="its manifest cannot be read")
    archive = replace(
        archive,
        created=manifest.created,
        manifest=manifest,
        sha256=manifest.sha256,
        tag=manifest.sha256,
    )
    if wrong := untimely(manifest.created):
        return replace(archive, unfit=wrong)
    if manifest.facts.get("stand_in"):
        return replace(archive, unfit="its manifest says that it is a stand-in's")
    here = {name.rpartition("/")[2] for name in archive.files}
    if archive.is_folder != bool(manifest.files) or (
        manifest.files and here != manifest.files.keys()
    ):
        return replace(archive, unfit="its files are not those in its manifest")
    if archive.bytes != manifest.bytes:
        return replace(archive, unfit="its size is not the one in its manifest")
    return archive


def _with_sidecar(archive: Archive, content: bytes) -> Archive:
    found = _SHA256.match(content)
    if found is None:
        return replace(archive, unfit=f"its {_SIDECAR} file holds no checksum")
    return replace(archive, sha256=found.group(1).decode().lower())
