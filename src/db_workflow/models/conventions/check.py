"""The rules applied: all of them, or those that a repository has not switched off."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from db_workflow.errors import SettingsError
from db_workflow.models.conventions.breach import Breach
from db_workflow.models.conventions.excuses import NAMES, idle_excuses, near
from db_workflow.models.conventions.rules import RULES, Rule
from db_workflow.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import DeclarativeBase

    from db_workflow.models.source.places import Places
    from db_workflow.models.source.sources import Allow


@dataclass(frozen=True, slots=True)
class Judged:
    """How a repository's models keep the conventions.

    Attributes:
        breaches: those that it has not excused, by its settings or on the spot.
        remarks: comments that were meant to excuse something, and do not.

    """

    breaches: tuple[Breach, ...]
    remarks: tuple[str, ...]


def check_conventions(
    base: "type[DeclarativeBase]", *, rules: Sequence[Rule] = RULES
) -> tuple[Breach, ...]:
    """Return every place where a convention is broken, rule by rule."""
    return tuple(
        replace(breach, rule=rule.name, why=rule.why)
        for rule in rules
        for breach in rule.check(base)
    )


def judge_conventions(
    base: "type[DeclarativeBase]", *, settings: Settings, places: "Places"
) -> Judged:
    """Return what a repository has not excused, by its settings or on the spot.

    `# db_workflow: allow RULE` beside or above an attribute excuses the attribute, beside or above
    `class`, or beside `__tablename__`, the whole class.

    Raises:
        SettingsError: `conventions_exclude` names a rule that there is not.

    """
    rules = rules_in_use(settings)
    used: set[tuple[Allow, str]] = set()
    breaches = []
    for one in check_conventions(base, rules=rules):
        beside = places.allowed(one.owner, one.attribute)
        excused = {(allow, one.rule) for allow in beside if one.rule in allow.rules}
        used |= excused
        if not excused:
            breaches.append(one)
    return Judged(tuple(breaches), tuple(idle_excuses(places, used=used, rules=rules)))


def rules_in_use(settings: Settings) -> tuple[Rule, ...]:
    """Return the rules that the settings do not switch off.

    Raises:
        SettingsError: `conventions_exclude` names a rule that there is not.

    """
    unknown = unknown_rules(settings)
    if unknown:
        listed = list(dict.fromkeys(name for names in unknown.values() for name in names))
        raise SettingsError(
            f"`conventions_exclude` names what is no convention: {', '.join(unknown)}."
            + (f" Near: {', '.join(listed)}." if listed else ""),
            why="a rule that is misspelled here would go on being checked",
            next="invoke phase2 --rules lists them",
            data={"unknown": list(unknown), "near": listed},
        )
    return tuple(rule for rule in RULES if rule.name not in settings.conventions_exclude)


def unknown_rules(settings: Settings) -> dict[str, tuple[str, ...]]:
    """Return what `conventions_exclude` names that is no rule, with the rules that are near it."""
    return {name: near(name) for name in settings.conventions_exclude if name not in NAMES}
