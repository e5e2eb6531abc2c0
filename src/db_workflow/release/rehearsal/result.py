"""What a rehearsal was found to do: plain data, kept as JSON. It holds counts, and no rows."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from db_workflow.catalog import Snapshot
from db_workflow.errors import WorkflowError
from db_workflow.schema.run.measured import is_strong, short_text

_FORMAT = "rehearsal 1"


@dataclass(frozen=True, slots=True)
class RehearsedStep:
    """One step as it ran on production's rows.

    Attributes:
        name: in the ledger, such as "v0.4/devices/01_user_devices.sql".
        version: of its list.
        kind: "sql" or "python".
        seconds: by the clock.
        rows: inserted, updated and deleted; None where nobody counted.
        locks: on relations that were there before, strongest first; see `ledger.Row.locks`.

    """

    name: str
    version: str
    kind: str
    seconds: float
    rows: int | None
    locks: tuple[Mapping[str, Any], ...] = ()

    @property
    def strongest_lock(self) -> str:
        """The first of its locks in words; empty if none kept others from writing."""
        return short_text(self.locks[0]) if self.locks and is_strong(self.locks[0]) else ""


@dataclass(frozen=True, slots=True)
class RehearsedBackup:
    """The backup that was restored.

    Attributes:
        name: its file's or folder's.
        created: when the dump began, UTC, as ISO 8601 has it.
        sha256: of its bytes, in hexadecimal.

    """

    name: str
    created: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A run of the pending steps on a restore of production.

    Attributes:
        digest: of all that it follows from; see `rehearsal.digest`.
        database: production's name.
        backup: what was restored.
        server_version: of the server that it ran on.
        steps: in the order in which they ran.
        restore_seconds: how long the restore took.
        migrate_seconds: how long the steps took together.
        bytes_before: the database's size before them.
        bytes_after: and after them.
        rows_before: by table, counted.
        rows_after: likewise.
        before: the schema before.
        after: and after.
        second_run_steps: how many steps a second run found to do; 0 if there was none.
        missing: the tables whose restored rows are not those of the backup, in sentences.
        archived: by table, the rows that the backup itself holds; None where they cannot be told.
        faults: what integrity found wrong after the steps, in sentences.
        faults_before: and before them: production has these already.
        problems: what is wrong, in sentences; none if production can be migrated so.

    """

    digest: str
    database: str
    backup: RehearsedBackup
    server_version: str
    steps: tuple[RehearsedStep, ...]
    restore_seconds: float
    migrate_seconds: float
    bytes_before: int
    bytes_after: int
    rows_before: Mapping[str, int]
    rows_after: Mapping[str, int]
    before: Snapshot
    after: Snapshot
    second_run_steps: int
    problems: tuple[str, ...]
    missing: tuple[str, ...] = ()
    archived: Mapping[str, int] | None = None
    faults: tuple[str, ...] = ()
    faults_before: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.problems or self.missing or self.faults or self.second_run_steps)

    def to_json(self) -> str:
        """Return it as a JSON text that `from_json` reads."""
        found: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        found["backup"] = asdict(self.backup)
        found["steps"] = [asdict(step) for step in self.steps]
        for side in ("before", "after"):
            found[side] = json.loads(found[side].to_json())
        return json.dumps({_FORMAT: found}, indent=1, sort_keys=True, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Rehearsal":
        """Read what `to_json` wrote.

        Raises:
            WorkflowError: it is something else, or of another version of this tool.

        """
        try:
            # Under another format's key there is nothing.
            found = json.loads(text)[_FORMAT]
            found["backup"] = RehearsedBackup(**found["backup"])
            found["steps"] = tuple(
                RehearsedStep(**{**step, "locks": tuple(step["locks"])}) for step in found["steps"]
            )
            for side in ("before", "after"):
                found[side] = Snapshot.from_json(json.dumps(found[side]))
            for name in ("problems", "missing", "faults", "faults_before"):
                found[name] = tuple(found[name])
            return cls(**found)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise WorkflowError(
                "This is not a rehearsal that this version of db_workflow wrote.",
                next="invoke rehearse",
            ) from error
