"""The backup that a deployment took, found again and proven to be the same bytes."""

import asyncio

from db_workflow.errors import BackupError
from db_workflow.release.deploy.backup import ProvenBackup, release_backups
from db_workflow.release.deploy.record import Deployment
from db_workflow.schema.backup.backups import list_backups
from db_workflow.schema.backup.seal import fault
from db_workflow.settings import Settings


async def kept_backup(settings: Settings, deployment: Deployment) -> ProvenBackup:
    """Return the backup from before a deployment; every byte of it is read.

    Raises:
        BackupError: it is not here, or is damaged.

    """
    folder = settings.relative(release_backups(settings))
    for backup in list_backups(release_backups(settings)):
        if backup.sha256 != deployment.backup_sha256:
            continue
        if wrong := await asyncio.to_thread(fault, backup):
            raise BackupError(
                f"{backup.name} is damaged: {wrong}.",
                why=f"it is the way back from before the deploy of {deployment.version}",
                next=f"put an undamaged copy into {folder}",
            )
        return ProvenBackup.of(backup)
    raise BackupError(
        f"The backup {deployment.backup} is not in {folder}.",
        why=f"it is the way back from before the deploy of {deployment.version}, which was"
        f" begun by {deployment.begun_from or deployment.begun_by}",
        next=f"copy it and its manifest into {folder} from where that deploy ran",
        data={"backup": deployment.backup, "sha256": deployment.backup_sha256},
    )
