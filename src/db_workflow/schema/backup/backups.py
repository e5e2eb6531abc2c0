"""Backups of production: dated, checksummed, owner-only, each proven before it counts.

A dump counts by its manifest (`<name>.dump.json`), which gets its name last. Whatever was killed
before that has left a file that nobody will restore.
"""

from pathlib import Path

from db_workflow.console import Reporter, Silent
from db_workflow.schema.backup.manifest import MANIFEST, SUFFIX, Backup, read_manifest, untimely
from db_workflow.schema.backup.seal import fault
from db_workflow.schema.backup.source import Source


def newest_good_backup(
    folder: Path,
    source: Source | None = None,
    *,
    thorough: bool = True,
    reporter: Reporter = Silent(),
) -> Backup | None:
    """Return the newest dump whose bytes are still those of its manifest.

    Args:
        folder: where the backups are.
        source: only dumps of this production.
        thorough: read every byte; else the seal of an earlier reading is enough.
        reporter: told of every dump that is passed over, and why.

    """
    for backup in list_backups(folder, reporter=reporter):
        wrong = None
        if source is not None and not source.owns(backup):
            if source.database not in {None, backup.database}:
                continue
            wrong = "it is of another production" + (" of that name" if source.database else "")
        wrong = wrong or untimely(backup.created) or fault(backup, thorough=thorough)
        if wrong is None:
            return backup
        reporter.say(f"  backup {backup.name} is passed over: {wrong}")
    return None


def list_backups(folder: Path, *, reporter: Reporter = Silent()) -> list[Backup]:
    """Return every dump that has a manifest, newest first; the bytes are not checked."""
    found = []
    for manifest in folder.glob(f"*{SUFFIX}{MANIFEST}"):
        try:
            found.append(read_manifest(manifest))
        except (OSError, ValueError):
            reporter.say(f"  {manifest.name} is passed over: it is not a manifest")
    return sorted(found, key=lambda backup: (backup.created, backup.name), reverse=True)
