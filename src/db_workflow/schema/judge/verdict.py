"""What `verify` found: findings, what was not compared, and the exit code they come to."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from db_workflow.catalog import Difference
from db_workflow.catalog.report import as_data
from db_workflow.errors import MigrationError
from db_workflow.schema.ledger.reconcile import ProblemKind

# Beside what is wrong with the ledger.
FindingKind = (
    ProblemKind
    | Literal[
        "no ledger",
        "unfinished",
        "changed by hand",
        "invalid index",
        "unpopulated view",
        "drift",
        "fresh run",
    ]
)
# What takes back everything that was done to a test database.
RESET = "invoke phase1"
# What ends a step that has begun without a transaction.
GOES_ON = "invoke migrate: it goes on where it stopped"
# Findings that a terminal shows; JSON has them all.
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it must be.

    Attributes:
        kind: what sort of thing.
        name: the step or object; empty when it is the database as a whole.
        text: what is there and what should be; may have several lines.
        next: what mends it.

    """

    kind: FindingKind
    name: str
    text: str
    next: str


@dataclass(frozen=True, slots=True)
class VerifyResult:
    """What `verify` found.

    Attributes:
        database: its address, without the password.
        applied: how many steps of the lists it has.
        adopted: how many of those were there before the ledger was.
        versions: the versions that it has in full.
        pending: the steps that it does not have yet; no fault in itself.
        findings: everything that is not as it must be, in the order in which it is to be mended.
        differences: between its schema and a fresh run's; each is a finding too.
        not_compared: what this could not see, in sentences.
        fingerprint: of its schema.
        seconds: how long it took.

    """

    database: str
    applied: int
    adopted: int
    versions: tuple[str, ...]
    pending: tuple[str, ...]
    findings: tuple[Finding, ...]
    differences: tuple[Difference, ...]
    not_compared: tuple[str, ...]
    fingerprint: str
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    @property
    def exit_code(self) -> int:
        """0 when nothing was found, else that of a wrong ledger or list."""
        return 0 if self.ok else MigrationError.exit_code

    @property
    def next(self) -> str:
        """What mends the first finding."""
        return self.findings[0].next if self.findings else ""

    @property
    def remedies(self) -> tuple[str, ...]:
        """What is to be done, in order and once each; a reset leaves nothing else to do."""
        every = dict.fromkeys(finding.next for finding in self.findings)
        found = [text for text in every if not self.next.startswith(f"{text}; then ")]
        return tuple(found[: found.index(RESET) + 1] if RESET in found else found)

    def to_json(self) -> Mapping[str, Any]:
        """Return everything, for a machine."""
        return {
            "ok": self.ok,
            "database": self.database,
            "applied": self.applied,
            "adopted": self.adopted,
            "versions": list(self.versions),
            "pending": list(self.pending),
            "findings": [asdict(finding) for finding in self.findings],
            "differences": [as_data(difference) for difference in self.differences],
            "not_compared": list(self.not_compared),
            "fingerprint": self.fingerprint,
            "seconds": self.seconds,
        }

    def __str__(self) -> str:
        """Return the screen a person sees."""
        lines = [f"database  {self.database}", f"ledger    {self._ledger}"]
        lines.append(f"schema    {self.fingerprint[:12]}")
        if self.findings:
            lines += ["", f"{self._counted}:"]
        for finding in self.findings[:_SHOWN]:
            first, *rest = finding.text.splitlines()
            lines += [f"  ✗ {first}", *(f"    {line}" for line in rest)]
        if len(self.findings) > _SHOWN:
            lines.append(f"  … and {len(self.findings) - _SHOWN} more; --json has them all")
        lines += ["", "not compared:", *(f"  - {text}" for text in self.not_compared), ""]
        if self.ok:
            lines.append(f"as it should be ({self.seconds:.1f} s)")
        else:
            first, *rest = self.remedies
            lines += [f"next: {first}", *(f"then: {text}" for text in rest)]
        return "\n".join(lines)

    @property
    def _ledger(self) -> str:
        if any(finding.kind == "no ledger" for finding in self.findings):
            return "none"
        text = f"{self.applied} steps"
        if self.adopted:
            text += f", {self.adopted} of them adopted"
        if self.versions:
            text += f"; complete up to version {self.versions[-1]}"
        if self.pending:
            text += f"; {len(self.pending)} pending, from {self.pending[0]}"
        return text

    @property
    def _counted(self) -> str:
        counts = Counter(finding.kind for finding in self.findings)
        return ", ".join(f"{count} {kind}" for kind, count in counts.items())
