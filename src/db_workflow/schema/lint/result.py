"""What `lint` found, for a person and for a machine."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any, Literal

from db_workflow.schema.run.measured import is_strong, lock_text

Level = Literal["error", "warning"]
_SILENCE = """\
To keep a statement as it is, write on the line above: -- squawk-ignore RULE -- why
(never into a file that production has had: its checksum would change). To leave a rule out
everywhere: lint_exclude in [tool.db_workflow]."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend, to ignore with a reason, or only to know.

    Attributes:
        file: as a person types it from the root.
        rule: squawk's name for it, or one of ours.
        message: what is wrong.
        level: "error" or "warning".
        source: "squawk" or "db_workflow".
        line: from 1, if it has a place in the file.
        column: from 1, in characters.
        help: what to do; may be empty.

    """

    file: str
    rule: str
    message: str
    level: Level
    source: Literal["squawk", "db_workflow"]
    line: int | None = None
    column: int | None = None
    help: str = ""

    @property
    def fails(self) -> bool:
        """Whether it has to be mended or ignored; our own warnings are only to be known."""
        return self.level == "error" or self.source == "squawk"

    @property
    def place(self) -> str:
        """`file:line:column`, as much of it as is known."""
        known = (self.line, self.column)
        return ":".join([self.file, *(str(one) for one in known if one is not None)])

    def __str__(self) -> str:
        """Return its line, and below it what to do. What does not fail says so."""
        label = "" if self.fails else "warning: "
        line = f"{self.place}: {label}{self.rule}: {self.message}"
        return f"{line}\n    {self.help}" if self.help else line


@dataclass(frozen=True, slots=True)
class Measured:
    """The locks of a step that has run with the text that its file has now.

    Attributes:
        step: its name in the ledger.
        locks: as the ledger's row holds them, strongest first.

    """

    step: str
    locks: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A rule whose findings are not shown, why, and how many there were."""

    rule: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class LintResult:
    """What was linted, and what there is to say about it.

    Attributes:
        scope: which steps, in words.
        files: how many SQL files were linted.
        findings: in the order of the lists, then by place.
        measured: steps with their measured locks, in the order of the lists.
        not_measured: steps that have not run with the text that they have now, by name.
        left_out: rules whose findings are not among `findings`.
        server: the PostgreSQL major that squawk was told of; None if it is not known.

    """

    scope: str
    files: int
    findings: tuple[Finding, ...]
    measured: tuple[Measured, ...]
    not_measured: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    server: int | None

    @property
    def ok(self) -> bool:
        """Whether there is nothing to mend or to ignore."""
        return not any(found.fails for found in self.findings)

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "ok": self.ok,
            "scope": self.scope,
            "files": self.files,
            "server": self.server,
            "findings": [{**asdict(found), "fails": found.fails} for found in self.findings],
            "measured": [
                {"step": one.step, "locks": [dict(lock) for lock in one.locks]}
                for one in self.measured
            ],
            "not_measured": list(self.not_measured),
            "left_out": [asdict(one) for one in self.left_out],
        }

    def __str__(self) -> str:
        """Return the screen a person sees: findings by file, measured locks, the summary."""
        blocks = [
            "\n".join(map(str, group))
            for _, group in groupby(self.findings, key=lambda found: found.file)
        ]
        blocks += [text for text in (self._locks(), self._summary()) if text]
        return "\n\n".join(blocks)

    def _locks(self) -> str:
        lines = [
            f"  {one.step}: {lock_text(lock)}"
            for one in self.measured
            for lock in one.locks
            if is_strong(lock)
        ]
        return "\n".join(["Strong locks, as measured when the steps ran:", *lines] if lines else [])

    def _summary(self) -> str:
        failing = sum(found.fails for found in self.findings)
        known = len(self.findings) - failing
        counts = [_count(failing, "finding") if failing else "Nothing to mend"]
        if known:
            counts.append(_count(known, "warning"))
        lines = [f"{', '.join(counts)} in {_count(self.files, 'SQL file')} ({self.scope})."]
        if self.left_out:
            count = _count(sum(one.count for one in self.left_out), "finding")
            rules = ", ".join(one.rule for one in self.left_out)
            lines.append(f"Left out: {count} of {rules}; --json says why.")
        if self.not_measured:
            steps = _count(len(self.not_measured), "step")
            lines.append(f"Not measured: {steps} whose text has not run on the test database yet.")
        if any(found.source == "squawk" for found in self.findings):
            lines.append(_SILENCE)
        return "\n".join(lines)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}"
