"""Every failure the workflow reports: what was found, why it matters, the next command.

One place (`db_workflow.tasks`) turns these into an exit; nothing else prints or exits.
"""

from collections.abc import Mapping
from typing import Any, Self

# Set to anything, it shows the traceback behind an error, and what the server said in full.
TRACEBACK = "DB_WORKFLOW_TRACEBACK"


class WorkflowError(Exception):
    """A refusal or failure that a person can act on.

    Attributes:
        found: what happened, in one or more sentences.
        why: why that stops the step.
        next: what to do now: a command, or an edit to make.
        data: the same facts for a machine.
        exit_code: what the process ends with.

    """

    exit_code = 1

    def __init__(
        self,
        found: str,
        *,
        why: str = "",
        next: str = "",  # noqa: A002 - the word every message uses; nothing here iterates
        data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(found)
        self.found = found
        self.why = why
        self.next = next
        self.data = dict(data or {})

    def but(
        self,
        *,
        found: str | None = None,
        why: str | None = None,
        next: str | None = None,  # noqa: A002 - as above
    ) -> Self:
        """Return the same error, told otherwise by somebody who knows more.

        Raise it `from error.__cause__`: what the first one did not show stays hidden.
        """
        told = type(self).__new__(type(self), *self.args)
        told.__dict__.update(self.__dict__)
        told.found = self.found if found is None else found
        told.why = self.why if why is None else why
        told.next = self.next if next is None else next
        told.args = (told.found,)
        return told

    def __str__(self) -> str:
        """Return the screen a person sees."""
        lines = [self.found]
        if self.why:
            lines.append(f"  why:  {self.why}")
        if self.next:
            lines.append(f"  next: {self.next}")
        return "\n".join(lines)


class SettingsError(WorkflowError):
    """`[tool.db_workflow]` or the environment does not say what is needed."""

    exit_code = 2


class ServerError(WorkflowError):
    """A PostgreSQL server or one of its programs could not be used."""

    exit_code = 3


class DatabaseRefusedError(WorkflowError):
    """The workflow will not touch this database: it cannot prove that it may."""

    exit_code = 4


class BusyError(WorkflowError):
    """Another run of the workflow holds the lock."""

    exit_code = 5


class MigrationError(WorkflowError):
    """A migration list, its ledger, or one of its steps is wrong."""

    exit_code = 6


class BackupError(WorkflowError):
    """A backup could not be taken, proven good, or restored."""

    exit_code = 7


class TestDataError(WorkflowError):
    """Test data could not be declared, extracted, proven clean, or loaded."""

    __test__ = False  # the name starts like a test class; pytest must not collect it
    exit_code = 8


class ModelsError(WorkflowError):
    """Models or enums could not be imported or generated."""

    exit_code = 9


class PhaseError(WorkflowError):
    """A step was called before the phase it depends on holds."""

    def __init__(
        self,
        phase: int,
        found: str,
        *,
        why: str,
        next: str,  # noqa: A002 - as in WorkflowError
        data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(found, why=why, next=next, data={"phase": phase, **(data or {})})
        self.phase = phase
        self.exit_code = 10 + phase
