"""The schema of the lists at one version against another: what a release changes."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from db_workflow.catalog import Difference, Snapshot, differences
from db_workflow.catalog.markdown import markdown
from db_workflow.catalog.report import Group, as_data, counted, grouped, tree
from db_workflow.console import Reporter, Silent
from db_workflow.schema.judge.expected import Expected, fresh_run
from db_workflow.schema.plan import Plan
from db_workflow.server import Server
from db_workflow.settings import Settings

_NOTHING = Snapshot(())
# Between two releases nothing was expected.
_CHANGES = {"unexpected": "added", "missing": "removed"}
_NEVER_COMPARED = ("rows", "owners, roles, storage settings and security labels")


@dataclass(frozen=True)  # no slots: the groups are made once and kept
class SchemaDiff:
    """What one version's schema is beside another's.

    Attributes:
        before: the version that is the old one here; empty for the schema before every list.
        after: the one that is the new one; earlier than the other to see the way back.
        differences: between the two.
        old: the schema of the one.
        new: the schema of the other.
        not_compared: what this could not see, in sentences.
        schema: the one whose names are printed plain.
        seconds: how long it took.

    """

    before: str
    after: str
    differences: tuple[Difference, ...]
    old: Snapshot
    new: Snapshot
    not_compared: tuple[str, ...]
    schema: str
    seconds: float

    @cached_property
    def groups(self) -> list[Group]:
        """The differences by table."""
        return grouped(self.differences, self.old, self.new, schema=self.schema)

    def to_json(self) -> Mapping[str, Any]:
        """Return everything, for a machine; of a new or removed table also what it contains."""
        return {
            "before": self.before or None,
            "after": self.after,
            "equal": not self.differences,
            "differences": [
                {
                    **as_data(one),
                    "change": _CHANGES.get(one.change, one.change),
                    "contents": self._contents(one),
                }
                for one in self.differences
            ],
            "not_compared": list(self.not_compared),
            "fingerprints": self._fingerprints,
            "seconds": self.seconds,
        }

    @property
    def _fingerprints(self) -> Mapping[str, str] | None:
        if self.before == self.after:
            return None  # nothing was run
        return {"before": self.old.fingerprint, "after": self.new.fingerprint}

    def _contents(self, found: Difference) -> list[Mapping[str, Any]]:
        if found.table is not None or found.change not in {"missing", "unexpected"}:
            return []
        side = self.old if found.change == "missing" else self.new
        return [
            {"kind": one.kind, "name": one.name, "properties": one.properties}
            for one in side.of_table(found.name)
        ]

    def to_markdown(self) -> str:
        """Return it for release notes."""
        title = f"### Schema, {self._title}"
        body = markdown(self.groups) if self.differences else "The schema stays as it is."
        return f"{title}\n\n{body}"

    def __str__(self) -> str:
        """Return the screen a person sees."""
        if self.before == self.after:
            return f"{self.after} is one version: there is nothing to compare"
        lines = [f"schema    {self._title}"]
        lines += ["", tree(self.groups), ""] if self.differences else []
        lines.append(
            f"{counted(self.differences)} ({self.seconds:.1f} s)"
            if self.differences
            else f"the schema is the same ({self.seconds:.1f} s)"
        )
        return "\n".join([*lines, "not compared:", *(f"  - {one}" for one in self.not_compared)])

    @property
    def _title(self) -> str:
        return f"{self.before or 'nothing'} → {self.after}"


async def schema_diff(
    plan: Plan,
    version: str,
    other: str | None = None,
    *,
    server: Server,
    settings: Settings,
    reporter: Reporter = Silent(),
) -> SchemaDiff:
    """Run the lists from nothing up to one version and on to another; compare the two schemas.

    Both are built in one scratch database; no other database is looked at.

    Args:
        plan: every version's list, whole, as `load_plan` returns it.
        version: the old version, and `other` the new one; without `other` the new one, compared
            with the version before it, the first one with nothing.
        other: may be earlier than `version`: then this is the way back.
        server: where the scratch database is made.
        settings: the repository.
        reporter: told how far the runs are.

    Raises:
        MigrationError: there is no such version, or the lists do not run from nothing.
        ServerError: the server cannot be used.

    """
    started = time.perf_counter()
    before, after = _versions(plan, version, other)
    schemas: dict[str, Expected] = {}
    if before != after:
        async with fresh_run(server, settings=settings, reporter=reporter) as run:
            for one in ("", *plan.versions):
                if one in {before, after}:
                    schemas[one] = await run.apply(plan.up_to(one) if one else Plan((), ()))
    old, new = (schemas[one].snapshot if schemas else _NOTHING for one in (before, after))
    # Of the steps the longer run says all that the shorter one does.
    notes = max(
        (one.notes for one in schemas.values()), key=lambda notes: len("".join(notes)), default=()
    )
    unread = sorted({kind for one in schemas.values() for kind in one.unread})
    return SchemaDiff(
        before=before,
        after=after,
        differences=differences(old, new, renames=True),
        old=old,
        new=new,
        not_compared=(*_NEVER_COMPARED, *notes, *unread),
        schema=settings.schemas[0],
        seconds=time.perf_counter() - started,
    )


def _versions(plan: Plan, version: str, other: str | None) -> tuple[str, str]:
    """Return the old and the new version as the lists spell them; "" is before all of them."""
    if other is not None:
        return plan.version(version), plan.version(other)
    after = plan.version(version)
    return ("", *plan.versions)[plan.versions.index(after)], after
