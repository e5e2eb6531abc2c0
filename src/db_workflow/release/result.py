"""A checklist as plain data: what was judged, item by item; kept as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

State = Literal["pass", "fail", "not applicable"]


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the checklist.

    Attributes:
        name: what it is called in every format: "second-run".
        title: what must be true.
        state: pass, fail or not applicable.
        evidence: what was found, in sentences.
        command: the command that shows it.
        data: the same for a machine, as JSON values; may be empty.

    """

    name: str
    title: str
    state: State
    evidence: tuple[str, ...]
    command: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChecklistPhase:
    """One phase as the checklist found it; `facts` are sentences."""

    number: int
    name: str
    holds: bool
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checklist:
    """All items for one version.

    Attributes:
        version: what is to be released.
        digest: of all that it rests on; see `evidence`.
        items: in order.
        phases: as they stood.
        made: when, UTC, as ISO 8601 has it. Nothing is decided by it.

    """

    version: str
    digest: str
    items: tuple[Item, ...]
    phases: tuple[ChecklistPhase, ...] = ()
    made: str = ""

    @property
    def releasable(self) -> bool:
        """Whether nothing fails."""
        return all(item.state != "fail" for item in self.items)

    @property
    def failing(self) -> tuple[str, ...]:
        """The names of the items that fail."""
        return tuple(item.name for item in self.items if item.state == "fail")

    @property
    def summary(self) -> str:
        """One sentence."""
        failed = len(self.failing)
        verdict = f"{failed} of {len(self.items)} items fail" if failed else "releasable"
        return f"version {self.version}: {verdict}"

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values that `from_json` reads."""
        return {**asdict(self), "releasable": self.releasable}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> "Checklist":
        """Read what `to_json` returned.

        Raises:
            ValueError: it is something else.

        """
        try:
            return cls(
                found["version"],
                found["digest"],
                tuple(
                    Item(**{**item, "evidence": tuple(item["evidence"])}) for item in found["items"]
                ),
                tuple(
                    ChecklistPhase(**{**phase, "facts": tuple(phase["facts"])})
                    for phase in found["phases"]
                ),
                found["made"],
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a checklist: {error}") from None
