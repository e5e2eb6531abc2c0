"""The register of checks. A repository adds its own with `@check(name, title, command=…)`."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from db_workflow.address import Address
from db_workflow.console import Reporter, Silent
from db_workflow.errors import WorkflowError
from db_workflow.phases import Status
from db_workflow.release.production import Production
from db_workflow.release.rehearsal import Rehearsal
from db_workflow.schema.backup.manifest import Backup
from db_workflow.schema.plan import Plan
from db_workflow.server import Server
from db_workflow.settings import Settings


@dataclass(frozen=True, slots=True)
class Subject:
    """What a check looks at.

    Attributes:
        settings: the repository.
        server: the workflow's own server.
        version: what is to be released.
        plan: every version's list.
        status: the phases, judged a moment ago.
        production: the database that the release is for.
        backup: production's newest good backup, read to its last byte; None if there is none.
        rehearsal: what the steps did to production's newest backup; None if there is none.
        unrehearsed: why there is none.
        base: the revision that the change began at, if one was named.
        reporter: where progress goes.

    """

    settings: Settings
    server: Server
    version: str
    plan: Plan
    status: Status
    production: Production
    backup: Backup | None = None
    rehearsal: Rehearsal | None = None
    unrehearsed: str = ""
    base: str = ""
    reporter: Reporter = Silent()

    @property
    def test_database(self) -> Address:
        """The test database.

        Raises:
            WorkflowError: it is not there.

        """
        if not self.status.database["exists"]:
            raise WorkflowError("there is no test database", next="invoke phase1")
        return self.server.address.at(self.settings.test_database)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a check found.

    Attributes:
        state: pass, fail or not applicable.
        sentences: what was found.
        data: the same for a machine, as JSON values.

    """

    state: Literal["pass", "fail", "not applicable"]
    sentences: tuple[str, ...]
    data: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, ok: bool, *sentences: str, **data: Any) -> "Evidence":
        """Return a pass or a fail."""
        return cls("pass" if ok else "fail", sentences, data)

    @classmethod
    def failed(cls, *sentences: str) -> "Evidence":
        """Return a fail."""
        return cls("fail", sentences)

    @classmethod
    def absent(cls, *sentences: str) -> "Evidence":
        """Return that the check does not apply here."""
        return cls("not applicable", sentences)


Function = Callable[[Subject], Awaitable[Evidence]]


@dataclass(frozen=True, slots=True)
class Check:
    """A registered check."""

    name: str
    title: str
    command: str
    function: Function


CHECKS: dict[str, Check] = {}
"""Every check by its name, in the order in which they were registered."""


def check(name: str, title: str, *, command: str) -> Callable[[Function], Function]:
    """Register a check. One of the same name takes the place of the one before.

    Args:
        name: a slug that is the same in every format: "second-run".
        title: the sentence that must be true.
        command: the command that shows it.

    """

    def register(function: Function) -> Function:
        CHECKS[name] = Check(name, title, command, function)
        return function

    return register


def listed(texts: "tuple[str, ...] | list[str]", *, most: int = 5) -> tuple[str, ...]:
    """Return the first few of many sentences, and how many more there are."""
    more = len(texts) - most
    return (*texts[:most], *((f"and {more} more",) if more > 0 else ()))
