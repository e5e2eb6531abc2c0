"""Which objects of two snapshots are compared, and what is left out, by name."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from db_workflow.catalog import SchemaObject, Snapshot
from db_workflow.models.compared.sayable import COMPARED, unproven, unsaid, without

# Said by the models' columns, or answered for by enum classes; and every table lies in a schema.
_NEVER_LISTED = ("enum", "schema")


@dataclass(frozen=True, slots=True)
class Scope:
    """Both sides as far as models can speak, and what they cannot speak of.

    Attributes:
        database: the migrated side.
        modelled: the models' side.
        left_out: objects of the database, and properties of objects, by name.

    """

    database: Snapshot
    modelled: Snapshot
    left_out: tuple[str, ...]


def scope_of(migrated: Snapshot, modelled: Snapshot, *, lent: Iterable[str]) -> Scope:
    """Return what of two snapshots is compared.

    Args:
        migrated: the database.
        modelled: what the models gave.
        lent: domains and sequences that models only name; they come from the database itself.

    """
    outside = set(_no_models(migrated))
    named = set(lent)
    of_parents = set(_of_parents_alone(migrated))

    def inside(found: SchemaObject) -> bool:
        if found.kind not in COMPARED:
            return False
        if found.kind in {"domain", "sequence"} and found.name in named:
            return False
        if found.key in of_parents:
            return False
        return (found.table or found.name) not in outside

    database = [found for found in migrated.objects if inside(found)]
    rest = [
        f"{found.kind} {found.name}"
        for found in migrated.objects
        # What goes with a table that is left out is not listed beside it.
        if not inside(found) and found.table not in outside and found.kind not in _NEVER_LISTED
    ]
    rest += [f"{name} of {found.name}" for found in database for name in unsaid(found)]
    rest += [
        f"{name} of schema {found.name}"
        for found in migrated.of_kind("schema")
        for name in found.properties
    ]
    blind = {found.key: names for found in database if (names := unproven(found))}
    return Scope(
        Snapshot.of(_cut(database, blind)),
        Snapshot.of(_cut([found for found in modelled.objects if inside(found)], blind)),
        tuple(rest),
    )


def _no_models(migrated: Snapshot) -> Iterator[str]:
    """Yield what a model may map but never is the model of: partitions, foreign tables, views."""
    for found in migrated.of_kind("table"):
        if "partition bound" in found.properties or found.properties["form"] == "foreign":
            yield found.name
    for found in migrated.of_kind("view", "materialised view"):
        yield found.name


def _of_parents_alone(migrated: Snapshot) -> Iterator[tuple[str, str]]:
    """Yield the constraints that heirs do not have: a model's CHECK is always theirs as well."""
    parents = {
        parent
        for found in migrated.of_kind("table")
        for parent in found.properties.get("parents") or ()
    }
    for found in migrated.of_kind("constraint"):
        if found.table in parents and "inherited by none" in found.properties:
            yield found.key


def _cut(
    objects: Sequence[SchemaObject], blind: dict[tuple[str, str], frozenset[str]]
) -> Iterator[SchemaObject]:
    for found in objects:
        names = blind.get(found.key)
        yield without(found, names) if names else found
