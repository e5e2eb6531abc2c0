"""The conventions as a person reads them: which there are, why, and which are kept here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from db_workflow.models.conventions.check import unknown_rules
from db_workflow.models.conventions.rules import RULES
from db_workflow.settings import Settings

_HOW = """\
Not yours? In [tool.db_workflow]: conventions_exclude = ["{rule}"]
At one place only, beside or above the attribute or its class: # db_workflow: allow {rule}"""


@dataclass(frozen=True, slots=True)
class Listing:
    """All rules.

    Attributes:
        kept: the names of those that this repository has not switched off.
        unknown: what its settings name besides, with the rules that may have been meant.

    """

    kept: frozenset[str]
    unknown: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "conventions": [
                {"name": one.name, "rule": one.rule, "why": one.why, "on": one.name in self.kept}
                for one in RULES
            ],
            "unknown": [{"name": name, "near": near} for name, near in self.unknown.items()],
        }

    def __str__(self) -> str:
        """Return the screen a person sees."""
        lines = [
            f"{'✓' if one.name in self.kept else '-'} {one.name}: {one.rule}\n    why: {one.why}"
            for one in RULES
        ]
        off = len(RULES) - len(self.kept)
        lines.append(f"\n{len(self.kept)} conventions are checked, {off} switched off (-).")
        for name, near in self.unknown.items():
            meant = f" (near: {', '.join(near)})" if near else ""
            lines.append(
                f"? {name}: `conventions_exclude` names it, and it is no convention{meant};"
                " phase 2 is refused until that is mended"
            )
        return "\n".join([*lines, how_to_switch_off(RULES[0].name)])


def how_to_switch_off(rule: str) -> str:
    """Return the two ways not to keep a rule."""
    return _HOW.format(rule=rule)


def list_conventions(settings: Settings) -> Listing:
    """Return all rules and which are kept; misspelled settings are told, and not refused here."""
    off = settings.conventions_exclude
    kept = frozenset(rule.name for rule in RULES if rule.name not in off)
    return Listing(kept, unknown_rules(settings))
