"""Comments that allow a convention to be broken: what is said of those that do nothing."""

from collections.abc import Iterator, Sequence, Set
from difflib import get_close_matches
from typing import TYPE_CHECKING

from db_workflow.models.conventions.rules import RULES, Rule

if TYPE_CHECKING:
    from db_workflow.models.source.places import Places
    from db_workflow.models.source.sources import Allow

NAMES = tuple(rule.name for rule in RULES)
_LISTED = "invoke phase2 --rules lists them"


def near(name: str) -> tuple[str, ...]:
    """Return the rules that are spelled nearly like a name."""
    return tuple(get_close_matches(name.lower(), NAMES, n=2))


def idle_excuses(
    places: "Places", *, used: "Set[tuple[Allow, str]]", rules: Sequence[Rule]
) -> Iterator[str]:
    """Yield a line for each name in an `allow` that allows nothing.

    Args:
        places: of the models; all their comments are looked at.
        used: what has excused something, by comment and rule.
        rules: those that were asked. Nobody knows whether another is still broken.

    """
    asked = {rule.name for rule in rules}
    for allow in places.allows():
        here = f"{places.relative(allow.path)}:{allow.line}"
        if not allow.rules:
            yield f"{here}: `allow` names no convention, and so allows nothing; {_LISTED}"
        for name in allow.rules:
            if name not in NAMES:
                said = f"near: {', '.join(near(name))}" if near(name) else _LISTED
                yield f"{here}: `allow {name}` names no convention; {said}"
            elif name in asked and (allow, name) not in used:
                yield f"{here}: `allow {name}` excuses nothing: what it stands beside keeps it"
