"""What pieces of code must know of the module that they go into."""

from collections.abc import Mapping
from dataclasses import dataclass, field

BASE = "Base"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The module that pieces of code go into.

    Attributes:
        base: what the declarative base is called there.
        homes: the module to import each existing class from, the base included, by class name;
            empty: there are no models.
        imported: names that mean there what written code means by them: no import is needed.
        taken: names that mean something else there: an import of such a name gets another.

    """

    base: str = BASE
    homes: Mapping[str, str] = field(default_factory=dict)
    imported: frozenset[str] = frozenset()
    taken: frozenset[str] = frozenset()


NOWHERE = Surroundings()
