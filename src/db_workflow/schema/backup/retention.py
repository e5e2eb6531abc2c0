"""How many backups are kept, of each production for itself."""

import contextlib
from pathlib import Path

from db_workflow.console import Reporter, Silent
from db_workflow.schema.backup.backups import list_backups, newest_good_backup
from db_workflow.schema.backup.manifest import PARTIAL, Backup, manifest_of, untimely
from db_workflow.schema.backup.partial import abandoned, remove
from db_workflow.schema.backup.seal import seal_of
from db_workflow.schema.backup.source import Source


def prune_backups(
    folder: Path,
    source: Source,
    *,
    keep: int,
    used: Backup | None = None,
    reporter: Reporter = Silent(),
) -> tuple[str, ...]:
    """Remove one production's oldest dumps, and what killed runs left. Returns the names removed.

    The newest good one stays, even if there are newer ones that are damaged. What is dated in the
    future is neither counted nor removed.

    Args:
        folder: where the backups are.
        source: only dumps of this production.
        keep: how many to keep, at least one.
        used: one that stays, whatever its date.
        reporter: told what was removed.

    """
    removed = []
    dated = [backup for backup in list_backups(folder) if not untimely(backup.created)]
    old = [backup for backup in dated if source.owns(backup)][max(keep, 1) :]
    # Every byte is read: a seal may be wrong, and these may be the last that are whole.
    good = newest_good_backup(folder, source) if old else None
    staying = {backup.path for backup in (good, used) if backup}
    for backup in old:
        if backup.path not in staying:
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
