"""The list of rules. What is not here is no convention."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from db_workflow.models.conventions import keys, loading, naming, sides, values
from db_workflow.models.conventions.breach import Breach

if TYPE_CHECKING:
    from sqlalchemy.orm import DeclarativeBase


@dataclass(frozen=True, slots=True)
class Rule:
    """One convention.

    Attributes:
        name: what settings, comments and messages call it.
        rule: what it wants, in a line.
        why: what goes wrong without it.
        check: finds the places where a base breaks it; its mappers are configured.

    """

    name: str
    rule: str
    why: str
    check: "Callable[[type[DeclarativeBase]], Iterator[Breach]]"


RULES = (
    Rule(
        "class-names",
        "a class in singular PascalCase, its table the same noun in plural snake_case",
        "a reader finds the class of a table, and the table of a class, without looking",
        naming.names_match,
    ),
    Rule(
        "relationships-both-sides",
        "each foreign key is a relationship, and each relationship names its other side",
        "with one side only, an object already loaded keeps a stale collection",
        sides.both_sides,
    ),
    Rule(
        "matching-back-populates",
        "two sides name each other, and go along the same foreign key",
        "what is set on one side shows up in a collection that the database will not confirm",
        sides.sides_match,
    ),
    Rule(
        "no-lazy-relationships",
        "relationships load when a query says so: raise_on_sql, selectin, joined, write_only",
        "an async session cannot send the hidden query; the attribute fails far from its cause",
        loading.no_lazy_relationships,
    ),
    Rule(
        "no-lazy-columns",
        "deferred columns raise instead of loading by themselves",
        "an async session cannot send the hidden query; the attribute fails far from its cause",
        loading.no_lazy_columns,
    ),
    Rule(
        "eager-defaults",
        "what the server fills in comes back with the INSERT or UPDATE itself",
        "the first look after a flush needs a query, which an async session cannot send there",
        loading.eager_defaults,
    ),
    Rule(
        "indexed-foreign-keys",
        "the columns of a foreign key lead an index over the whole table",
        "PostgreSQL does not index them itself: deleting a parent reads the whole child table",
        keys.foreign_keys_indexed,
    ),
    Rule(
        "set-null-nullable",
        "SET NULL only where every column it empties may be NULL",
        "ON DELETE SET NULL on a column that is NOT NULL turns every delete into an error",
        keys.set_null_is_nullable,
    ),
    Rule(
        "named-constraints",
        "each constraint has a name, its own or by the metadata's naming convention",
        "a later migration has to name what it alters, and errors name what they broke",
        naming.constraints_named,
    ),
    Rule(
        "uuid-objects",
        "uuid columns give uuid.UUID, not texts",
        "texts compare by spelling: 'A0…' and 'a0…' would be two identifiers",
        values.uuids_are_objects,
    ),
    Rule(
        "timestamps-with-time-zone",
        "a column of date and time holds the zone: timestamptz",
        "without one the same value means another instant to another reader",
        values.instants_have_zones,
    ),
    Rule(
        "exact-money",
        "columns named like money are numeric, and Decimal in Python",
        "binary fractions cannot hold 0.10: sums drift by cents",
        values.money_is_exact,
    ),
)
