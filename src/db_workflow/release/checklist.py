"""Run every check and gather what each found."""

from dataclasses import dataclass
from typing import Literal

from db_workflow import phases
from db_workflow.errors import WorkflowError
from db_workflow.release.checks import CHECKS, Evidence, Subject
from db_workflow.schema.plan import load_plan
from db_workflow.server import open_server
from db_workflow.settings import Settings

State = Literal["pass", "fail", "not applicable"]


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the checklist.

    Attributes:
        title: what must be true.
        state: pass, fail or not applicable.
        evidence: what was found, in sentences.
        command: the command that shows it.

    """

    title: str
    state: State
    evidence: tuple[str, ...]
    command: str


@dataclass(frozen=True, slots=True)
class Checklist:
    """All items for one version."""

    version: str
    items: tuple[Item, ...]

    @property
    def releasable(self) -> bool:
        """Whether nothing fails."""
        return all(item.state != "fail" for item in self.items)

    @property
    def summary(self) -> str:
        """One sentence."""
        failed = sum(item.state == "fail" for item in self.items)
        verdict = f"{failed} of {len(self.items)} items fail" if failed else "releasable"
        return f"version {self.version}: {verdict}"


async def check(settings: Settings, *, version: str) -> Checklist:
    """Run every registered check for a version.

    Raises:
        MigrationError: there is no such version, or the lists are wrong.

    """
    plan = load_plan(settings)
    version = plan.version(version)
    server = open_server(settings)
    status = await phases.judge(server, settings=settings)
    subject = Subject(settings, server, version, plan, status)
    items = []
    for entry in CHECKS:
        try:
            found = await entry.function(subject)
        except WorkflowError as error:
            found = Evidence.failed(str(error).replace("\n", " "))
        items.append(Item(entry.title, found.state, found.sentences, entry.command))
    return Checklist(version, tuple(items))
