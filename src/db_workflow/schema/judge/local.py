"""A plan without what it does to the whole server: a proof must not change what others use."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from db_workflow.errors import MigrationError
from db_workflow.schema.plan import Entry, Plan
from db_workflow.schema.script.place import line_of
from db_workflow.schema.script.script import Script, read_script
from db_workflow.schema.script.serverwide import serverwide, without
from db_workflow.settings import Settings


@dataclass(frozen=True, slots=True)
class LocalPlan:
    """A plan whose files act on their database only.

    Attributes:
        plan: with copies in place of the files that had to be changed.
        left_out: what is not in them, each with its place in the file that it stands in.
        shown: by the path of a copy, that of its file as a person types it.

    """

    plan: Plan
    left_out: tuple[str, ...]
    shown: Mapping[str, str] = field(default_factory=dict)

    def told(self, text: str) -> str:
        """Return a text that may name a copy's path, with the file's own."""
        for copy, path in self.shown.items():
            text = text.replace(copy, path)
        return text


def local_plan(plan: Plan, folder: Path, *, settings: Settings) -> LocalPlan:
    """Leave out of a plan what its SQL does to roles, to other databases and to the server.

    Args:
        plan: every list that is to run.
        folder: where the copies of changed files go.
        settings: the repository.

    """
    entries: list[Entry] = []
    left_out: list[str] = []
    shown: dict[str, str] = {}
    for entry in plan.entries:
        script = _script(entry, settings)
        found = serverwide(script) if script else ()
        if script is None or not found:
            entries.append(entry)
            continue
        copy = folder / entry.name
        copy.parent.mkdir(parents=True, exist_ok=True)
        content = without(script, found).encode()
        copy.write_bytes(content)
        entries.append(replace(entry, path=copy, checksum=hashlib.sha256(content).hexdigest()))
        shown[str(copy)] = script.shown
        for statement in found:
            what = " ".join(statement.words[:2]).upper()
            left_out.append(f"{what} ({script.shown}:{line_of(script.text, statement.start)})")
    return LocalPlan(Plan(plan.migrations, tuple(entries)), tuple(left_out), shown)


def _script(entry: Entry, settings: Settings) -> Script | None:
    if entry.kind != "sql":
        return None
    try:
        return read_script(entry.path, shown=settings.relative(entry.path))
    except MigrationError:
        return None  # the run says so, of all such files at once
