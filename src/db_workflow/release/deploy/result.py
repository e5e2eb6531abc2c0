"""What a deploy did: for people, for machines, and kept as a file."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from db_workflow.release import kept
from db_workflow.schema.run.series import Applied
from db_workflow.settings import Settings


@dataclass(frozen=True, slots=True)
class DeployResult:
    """What a deploy did.

    Attributes:
        database: production's address, without the password.
        version: the one that it has now.
        digest: of what the release rests on.
        backup: the name of the backup from before.
        resumed: whether an earlier deploy's work was taken up.
        applied: the steps that ran, in order.
        rows_before: by table, when the backup was taken.
        rows_after: by table, at the end.
        notes: what was seen and stood in nobody's way, in sentences.
        seconds: how long it all took: backup and proof, steps, judgement.
        backup_seconds: how long the backup and its proof took.
        migrate_seconds: how long the steps took.

    """

    database: str
    version: str
    digest: str
    backup: str
    resumed: bool
    applied: tuple[Applied, ...]
    rows_before: Mapping[str, int]
    rows_after: Mapping[str, int]
    notes: tuple[str, ...]
    seconds: float
    backup_seconds: float
    migrate_seconds: float

    def to_json(self) -> Mapping[str, Any]:
        """Return everything, for a machine."""
        return asdict(self)

    def __str__(self) -> str:
        """Return the screen a person sees."""
        lines = [f"production  {self.database}"]
        lines += [f"  {one.name} ({one.seconds:.1f} s){_lock(one)}" for one in self.applied]
        for name in sorted(self.rows_before.keys() | self.rows_after.keys()):
            then, now = self.rows_before.get(name, 0), self.rows_after.get(name, 0)
            if then != now:
                lines.append(f"  {name}: {then:,} rows → {now:,}")
        lines += [f"  note: {text}" for text in self.notes]
        lines += [
            "",
            (
                f"deployed    version {self.version} in {self.seconds:.1f} s (backup and its proof"
                f" {self.backup_seconds:.1f} s, steps {self.migrate_seconds:.1f} s)"
            ),
            f"way back    invoke rollback ({self.backup})",
        ]
        return "\n".join(lines)


def _lock(step: Applied) -> str:
    return f", held {step.strongest_lock}" if step.strongest_lock else ""


def keep_report(result: DeployResult, settings: Settings) -> Path:
    """Write a deploy's report beside the checklist it rested on: whole or not at all."""
    path = kept.folder(settings) / f"deploy-v{result.version}.json"
    kept.write(path, json.dumps(result.to_json(), indent=2, default=str) + "\n")
    return path
