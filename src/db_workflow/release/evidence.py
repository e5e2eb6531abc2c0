"""Old evidence: a checklist that is kept counts as long as all that it rests on is the same."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from db_workflow.release import kept
from db_workflow.release.inputs import Inputs, read_inputs
from db_workflow.release.result import Checklist
from db_workflow.schema.plan import load_plan
from db_workflow.settings import Settings

# Names that a sentence spells out; the rest is counted.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a version's release.

    Attributes:
        digest: of all that it rests on, as it is now.
        checklist: the one that is kept; None if there is none.
        fresh: whether nothing that the checklist rests on has changed since.
        why: why it is not fresh, in a sentence; empty if it is.
        stale: the groups that have changed: "lists", "repository", "settings", "backup",
            "production", "test database", "boundary", "version".

    """

    digest: str
    checklist: Checklist | None
    fresh: bool
    why: str
    stale: tuple[str, ...] = ()

    @property
    def releasable(self) -> bool:
        """Whether a checklist that still counts found nothing wrong."""
        return self.fresh and self.checklist is not None and self.checklist.releasable


async def release_digest(settings: Settings, version: str) -> str:
    """Return the digest of all that the release of a version rests on. See `read_inputs`."""
    return (await read_inputs(settings, load_plan(settings).version(version))).digest


async def standing(settings: Settings, version: str) -> Standing:
    """Tell whether a version's kept checklist still counts.

    Everything that it rests on is read again: dates say nothing.

    Args:
        settings: the repository.
        version: however it is spelled.

    Raises:
        MigrationError: there is no such version, or the lists are wrong.

    """
    version = load_plan(settings).version(version)
    now = await read_inputs(settings, version)
    found = _read(_path(settings, version))
    if found is None:
        why = f"there is no checklist of version {version}"
        return Standing(now.digest, None, fresh=False, why=why)
    checklist, before = found
    changes = now.changes(before)
    if changes or checklist.digest != now.digest:
        why = f"changed since the checklist: {described(changes)}"
        return Standing(now.digest, checklist, fresh=False, why=why, stale=tuple(changes))
    return Standing(now.digest, checklist, fresh=True, why="")


def keep(settings: Settings, checklist: Checklist, inputs: Inputs) -> Path:
    """Keep a checklist with what it rests on; return its file, which only its owner reads."""
    path = _path(settings, checklist.version)
    content = {
        "checklist": checklist.to_json(),
        "inputs": {group: dict(names) for group, names in inputs.groups.items()},
    }
    kept.write(path, json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    return path


def described(changes: Mapping[str, tuple[str, ...]]) -> str:
    """Return what has changed in words: `lists (v0.4/a.sql); production (schema)`."""
    return "; ".join(f"{group} ({_listed(names)})" for group, names in changes.items())


def _listed(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _path(settings: Settings, version: str) -> Path:
    return kept.folder(settings) / f"checklist-v{version}.json"


def _read(path: Path) -> tuple[Checklist, Inputs] | None:
    """Read a kept checklist; what somebody has damaged is none."""
    text = kept.read(path)
    if text is None:
        return None
    try:
        found = json.loads(text)
        groups = {group: dict(names) for group, names in found["inputs"].items()}
        return Checklist.from_json(found["checklist"]), Inputs(groups)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
