"""The conventions as a person reads them: which there are, why, and which are kept here."""

from dataclasses import dataclass
from typing import Any

from db_workflow.models.conventions.check import rules_in_use
from db_workflow.models.conventions.rules import RULES
from db_workflow.settings import Settings

_HOW = """\
Not yours? In [tool.db_workflow]: conventions_exclude = ["{rule}"]
At one place only, beside the attribute or its class: # db_workflow: allow {rule}"""


@dataclass(frozen=True, slots=True)
class Listing:
    """All rules.

    Attributes:
        kept: the names of those that this repository has not switched off.

    """

    kept: frozenset[str]

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "conventions": [
                {"name": one.name, "rule": one.rule, "why": one.why, "on": one.name in self.kept}
                for one in RULES
            ]
        }

    def __str__(self) -> str:
        """Return the screen a person sees."""
        lines = [
            f"{'✓' if one.name in self.kept else '-'} {one.name}: {one.rule}\n    why: {one.why}"
            for one in RULES
        ]
        off = len(RULES) - len(self.kept)
        lines.append(f"\n{len(self.kept)} conventions are checked, {off} switched off (-).")
        return "\n".join([*lines, how_to_switch_off(RULES[0].name)])


def how_to_switch_off(rule: str) -> str:
    """Return the two ways not to keep a rule."""
    return _HOW.format(rule=rule)


def list_conventions(settings: Settings) -> Listing:
    """Return all rules and which are kept.

    Raises:
        SettingsError: `conventions_exclude` names a rule that there is not.

    """
    return Listing(frozenset(rule.name for rule in rules_in_use(settings)))
