"""The conventions of the models: small named rules, each with its reason."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from db_workflow.models import column_rules, relationship_rules
from db_workflow.models.breach import Breach

__all__ = ["RULES", "Breach", "Rule", "check_conventions"]

if TYPE_CHECKING:
    from sqlalchemy.orm import DeclarativeBase


@dataclass(frozen=True, slots=True)
class Rule:
    """One convention.

    Attributes:
        name: what it is called, in lists and messages.
        why: what goes wrong without it.
        check: finds the places where a base breaks it.

    """

    name: str
    why: str
    check: "Callable[[type[DeclarativeBase]], Iterator[Breach]]"


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
        replace(breach, rule=rule.name, why=rule.why)
        for rule in rules
        for breach in rule.check(base)
    )
