"""The conventions of the models: small named rules, each with its reason."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from db_workflow.models import column_rules, relationship_rules

if TYPE_CHECKING:
    from sqlalchemy.orm import DeclarativeBase


@dataclass(frozen=True, slots=True)
class Rule:
    """One convention.

    Attributes:
        name: what it is called, in lists and messages.
        why: what goes wrong without it.
        check: finds where a base breaks it: the class, the attribute (or ""), what is wrong, and
            the line to write.

    """

    name: str
    why: str
    check: "Callable[[type[DeclarativeBase]], Iterator[tuple[type[Any], str, str, str]]]"


@dataclass(frozen=True, slots=True)
class Breach:
    """One place where a convention is broken.

    Attributes:
        rule: the convention's name.
        why: its reason.
        owner: the class.
        attribute: the attribute of the class, or "".
        what: what is wrong.
        write: the line to write.

    """

    rule: str
    why: str
    owner: type[Any]
    attribute: str
    what: str
    write: str

    def __str__(self) -> str:
        """Return one line: what is wrong, which rule, and why there is one."""
        return f"{self.what} ({self.rule}: {self.why})"


RULES = (
    Rule(
        "class and table names",
        "a reader finds the class of a table, and the table of a class, without looking",
        column_rules.names_match,
    ),
    Rule(
        "relationships on both sides",
        "with one side only, an object already loaded keeps a stale collection",
        relationship_rules.both_sides,
    ),
    Rule(
        "no lazy loading",
        "an async session cannot send the hidden query; the attribute fails far from its cause",
        relationship_rules.no_lazy_loading,
    ),
    Rule(
        "indexed foreign keys",
        "PostgreSQL does not index them itself: deleting a parent reads the whole child table",
        column_rules.foreign_keys_indexed,
    ),
    Rule(
        "foreign keys that can be emptied",
        "ON DELETE SET NULL on a column that is NOT NULL turns every delete into an error",
        column_rules.set_null_is_nullable,
    ),
    Rule(
        "named constraints",
        "a later migration has to name what it alters, and errors name what they broke",
        column_rules.constraints_named,
    ),
    Rule(
        "UUIDs as objects",
        "texts compare by spelling: 'A0…' and 'a0…' would be two identifiers",
        column_rules.uuids_are_objects,
    ),
    Rule(
        "instants with a time zone",
        "without one the same value means another instant to another reader",
        column_rules.instants_have_zones,
    ),
    Rule(
        "exact money",
        "binary fractions cannot hold 0.10; sums drift by cents",
        column_rules.money_is_exact,
    ),
)


def check_conventions(
    base: "type[DeclarativeBase]", *, rules: Sequence[Rule] = RULES
) -> tuple[Breach, ...]:
    """Return every place where a convention is broken, rule by rule."""
    return tuple(
        Breach(rule.name, rule.why, owner, attribute, what, write)
        for rule in rules
        for owner, attribute, what, write in rule.check(base)
    )
