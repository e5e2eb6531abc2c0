"""What a model can say about a schema, and what it cannot: one list.

What a model cannot say is no difference: nobody could mend it. It is told by name instead.
"""

from collections.abc import Iterator, Mapping

from db_workflow.catalog import SchemaObject

# By kind, each property that some word in a model gives.
SAID: Mapping[str, frozenset[str]] = {
    "enum": frozenset({"labels"}),
    "domain": frozenset({"type", "nullable", "default", "collation", "checks"}),
    "sequence": frozenset(
        {"type", "start", "increment", "minimum", "maximum", "cache", "cycles"}  # Sequence(…)
    ),
    "table": frozenset(
        {
            "form",
            "persistence",  # prefixes=["UNLOGGED"]
            "partitioned by",
            "partition bound",
            "parents",  # postgresql_inherits
            "comment",
        }
    ),
    "column": frozenset(
        {
            "type",
            "nullable",
            "default",
            "identity",
            "sequence",  # the options of Identity(…)
            "generated",
            "generated kind",
            "collation",
            "comment",
        }
    ),
    "constraint": frozenset(
        {
            "type",
            "definition",
            "validated",  # postgresql_not_valid
            "columns",
            "expression",
            "references",
            "referenced columns",
            "match",
            "on update",
            "on delete",
            "emptied columns",  # ondelete="SET NULL (…)"
            "deferrable",
            "method",
            "elements",
            "include",
            "predicate",
            "nulls not distinct",
            "comment",
        }
    ),
    "index": frozenset(
        {
            "definition",
            "valid",  # no model says INVALID: such an index is to be built again
            "unique",
            "method",
            "elements",
            "include",
            "predicate",
            "nulls not distinct",
            "options",  # postgresql_with
        }
    ),
}
COMPARED = tuple(SAID)

_OF_ROLES = "who may do what is the database's matter"
_NO_DDL = "SQLAlchemy has no words for it"
_STORAGE = "storage is for whoever runs the database, and only newer versions have words for it"
_TRIGGERS = "a state for maintenance, set by ALTER TABLE … DISABLE TRIGGER"
# The others of their properties, and why not.
UNSAYABLE: Mapping[str, Mapping[str, str]] = {
    "enum": {"comment": _NO_DDL, "grants": _OF_ROLES},
    "domain": {"comment": _NO_DDL, "grants": _OF_ROLES},
    "sequence": {"comment": _NO_DDL, "grants": _OF_ROLES, "owned by": "a Sequence has no owner"},
    "table": {
        "access method": _STORAGE,
        "options": _STORAGE,
        "of type": _NO_DDL,
        "row security": _NO_DDL,
        "replica identity": _NO_DDL,
        "grants": _OF_ROLES,
    },
    "column": {
        "position": "a column added later stands last in the table, where it belongs in the class",
        "not null": "NOT VALID goes away by VALIDATE CONSTRAINT; the model says NOT NULL",
        "grants": _OF_ROLES,
        "sequence grants": _OF_ROLES,
    },
    "constraint": {
        "enforced": _NO_DDL,
        "inherited by none": _NO_DDL,
        "without overlaps": _NO_DDL,
        "options": _NO_DDL,
        "disabled triggers": _TRIGGERS,
        "replica triggers": _TRIGGERS,
        "always triggers": _TRIGGERS,
    },
    "index": {"comment": _NO_DDL},
}
# Whole kinds, and why not.
UNSAYABLE_KINDS: Mapping[str, str] = {
    "schema": "models live in it",
    "extension": "models lean on it",
    "composite type": "models name it",
    "range type": "models name it",
    "view": "a view that is mapped is no table",
    "materialised view": "a view that is mapped is no table",
    "rule": _NO_DDL,
    "function": "models call it",
    "trigger": _NO_DDL,
    "policy": _NO_DDL,
    "statistics": _NO_DDL,
}

IGNORED = tuple(f"{kind}.{name}" for kind, names in UNSAYABLE.items() for name in names)
# Every table has these; nobody misses them.
_NEVER_LISTED = {"position"}
# What a definition prints of what cannot be said: the other properties then speak for it.
_PRINTED = ("enforced", "inherited by none", "without overlaps", "options")


def unsaid(found: SchemaObject) -> Iterator[str]:
    """Yield the properties of an object that no model can say, as it has them."""
    for name in UNSAYABLE.get(found.kind, ()):
        if name in found.properties and name not in _NEVER_LISTED:
            yield name
    yield from _of_exclusion(found)


def unproven(found: SchemaObject) -> frozenset[str]:
    """Return the properties that no longer count where an object has what no model can say.

    A definition that prints that as well proves nothing; all else that it prints is compared by
    properties of its own.
    """
    if found.kind != "constraint":
        return frozenset()
    names = {name for name in _PRINTED if name in found.properties}
    if "enforced" in names:
        names.add("validated")  # never validated, because never enforced
    only_here = set(_of_exclusion(found))
    if names or "include" in only_here:
        names.add("definition")
    return frozenset(names | only_here)


def without(found: SchemaObject, names: frozenset[str]) -> SchemaObject:
    """Return an object without some of its properties."""
    kept = {name: value for name, value in found.properties.items() if name not in names}
    return SchemaObject(found.kind, found.name, found.table, kept)


def _of_exclusion(found: SchemaObject) -> Iterator[str]:
    """Yield what an exclusion constraint has, and SQLAlchemy's alone cannot be given."""
    if found.properties.get("type") == "exclusion":
        yield from (name for name in ("include", "comment") if name in found.properties)
