"""The rules applied: all of them, or those that a repository has not switched off."""

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from db_workflow.errors import SettingsError
from db_workflow.models.breach import Breach
from db_workflow.models.conventions.rules import RULES, Rule
from db_workflow.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import DeclarativeBase

    from db_workflow.models.places import Places


def check_conventions(
    base: "type[DeclarativeBase]", *, rules: Sequence[Rule] = RULES
) -> tuple[Breach, ...]:
    """Return every place where a convention is broken, rule by rule."""
    return tuple(
        replace(breach, rule=rule.name, why=rule.why)
        for rule in rules
        for breach in rule.check(base)
    )


def breaches_of(
    base: "type[DeclarativeBase]", *, settings: Settings, places: "Places"
) -> tuple[Breach, ...]:
    """Return the breaches that a repository has not excused, by its settings or on the spot.

    `# db_workflow: allow RULE` beside an attribute excuses the attribute, beside `class` the
    whole class.

    Raises:
        SettingsError: `conventions_exclude` names a rule that there is not.

    """
    found = check_conventions(base, rules=rules_in_use(settings))
    return tuple(one for one in found if one.rule not in places.allowed(one.owner, one.attribute))


def rules_in_use(settings: Settings) -> tuple[Rule, ...]:
    """Return the rules that the settings do not switch off.

    Raises:
        SettingsError: `conventions_exclude` names a rule that there is not.

    """
    names = [rule.name for rule in RULES]
    unknown = [name for name in settings.conventions_exclude if name not in names]
    if unknown:
        near = [one for name in unknown for one in get_close_matches(name, names, n=2)]
        raise SettingsError(
            f"`conventions_exclude` names what is no convention: {', '.join(unknown)}."
            + (f" Near: {', '.join(dict.fromkeys(near))}." if near else ""),
            why="a rule that is misspelled here would go on being checked",
            next="invoke phase2 --rules lists them",
            data={"unknown": unknown, "near": near},
        )
    return tuple(rule for rule in RULES if rule.name not in settings.conventions_exclude)
