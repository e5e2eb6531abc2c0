"""How many backups are kept, of each production for itself."""

import contextlib
from pathlib import Path

from db_workflow.console import Reporter, Silent
from db_workflow.schema.backup.backups import list_backups, newest_good_backup
from db_workflow.schema.backup.manifest import PARTIAL, Backup, manifest_of
from db_workflow.schema.backup.partial import abandoned, remove
from db_workflow.schema.backup.seal import seal_of
from db_workflow.schema.backup.source import Source


def prune_backups(
    folder: Path, source: Source, *, keep: int, reporter: Reporter = Silent()
) -> tuple[str, ...]:
    """Remove one production's oldest dumps, and what killed runs left. Returns the names removed.

    The newest good one stays, even if there are newer ones that are damaged.

    Args:
        folder: where the backups are.
        source: only dumps of this production.
        keep: how many to keep, at least one.
        reporter: told what was removed.

    """
    removed = []
    mine = [backup for backup in list_backups(folder) if source.owns(backup)]
    old = mine[max(keep, 1) :]
    good = newest_good_backup(folder, source, thorough=False) if old else None
    for backup in old:
        if good is None or backup.path != good.path:
            _remove(backup)
            removed.append(backup.name)
    for path in abandoned(folder):
        remove(path)
        removed.append(path.name)
    for name in removed:
        reporter.say(f"  {name} is removed: {keep} backups are kept, and no left-overs")
    return tuple(removed)


def _remove(backup: Backup) -> None:
    """Remove a dump as a whole; killed in the middle, it leaves what the next prune removes."""
    # The manifest first: without it the dump no longer counts.
    manifest_of(backup.path).unlink(missing_ok=True)
    seal_of(backup.path).unlink(missing_ok=True)
    partial = backup.path.with_name(backup.path.name + PARTIAL)
    with contextlib.suppress(FileNotFoundError):
        backup.path.rename(partial)
    remove(partial)
