"""The rehearsal: production's newest backup, migrated beforehand in a scratch database."""

from db_workflow.release.rehearsal.keeping import kept_rehearsal, rehearsed
from db_workflow.release.rehearsal.rehearse import rehearse
from db_workflow.release.rehearsal.result import Rehearsal, RehearsedBackup, RehearsedStep

__all__ = [
    "Rehearsal",
    "RehearsedBackup",
    "RehearsedStep",
    "kept_rehearsal",
    "rehearse",
    "rehearsed",
]
