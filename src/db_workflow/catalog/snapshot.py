"""A schema as plain data: what is there, in PostgreSQL's own spelling."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from operator import attrgetter
from typing import Any

from db_workflow.errors import WorkflowError

# In the order in which a person reads them: what the others stand on comes first. Left out:
# - what `unread.kinds_unread` names when there is any: casts, operators, text search objects,
#   publications, event triggers, foreign servers, settings of the database, …
# - whether a materialised view is populated: see `outside.unpopulated_views`
# - always: owners, roles, storage settings and statistics targets, tablespaces, whether a sequence
#   is logged, names and options of partitions' own parts of an index, extensions' versions,
#   security labels, subscriptions, transforms, large objects
KINDS = (
    "schema",
    "extension",
    "enum",
    "domain",
    "composite type",
    "range type",
    "sequence",
    "table",
    "column",
    "constraint",
    "index",
    "view",
    "materialised view",
    "rule",
    "function",
    "trigger",
    "policy",
    "statistics",
)
_RANK = {kind: rank for rank, kind in enumerate(KINDS)}
_FORMAT = 1
# The properties that say who may do what.
GRANTS = frozenset({"grants", "sequence grants"})
# One for all: `json.dumps` makes one a call.
_ENCODER = json.JSONEncoder(sort_keys=True)


@dataclass(frozen=True, slots=True)
class SchemaObject:
    """One object of a schema.

    Attributes:
        kind: one of `KINDS`.
        name: unique in its kind, printed as SQL would need it; what belongs to a table carries
            the table's name (`users.email`). Indexes and functions have names of their own.
        table: the table (or view) it belongs to and goes with, if any.
        properties: everything else there is to know, as JSON values.

    """

    kind: str
    name: str
    table: str | None
    properties: Mapping[str, Any]

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same object in another snapshot."""
        return self.kind, self.name

    @property
    def local_name(self) -> str:
        """The name without the table's."""
        prefix = f"{self.table}."
        return self.name.removeprefix(prefix) if self.table else self.name


@dataclass(frozen=True)  # no slots: the fingerprint is computed once and kept
class Snapshot:
    """A schema at one moment. Two databases with equal snapshots have equal schemas."""

    objects: tuple[SchemaObject, ...]

    @classmethod
    def of(cls, objects: Iterable[SchemaObject]) -> "Snapshot":
        """Put objects into their one order, which no server's collation has a say in."""
        by_name = sorted(objects, key=attrgetter("name"))
        return cls(tuple(sorted(by_name, key=lambda found: _RANK[found.kind])))

    @classmethod
    def from_json(cls, text: str) -> "Snapshot":
        """Read what `to_json` wrote.

        Raises:
            WorkflowError: it is something else, or written by a newer version.

        """
        try:
            read = json.loads(text)
            if read["format"] != _FORMAT:
                raise WorkflowError(
                    f"This snapshot has format {read['format']}; this version reads {_FORMAT}.",
                    next="upgrade db_workflow, or take the snapshot again",
                )
            return cls.of(SchemaObject(*found) for found in read["objects"])
        except (ValueError, KeyError, TypeError) as error:
            raise WorkflowError(
                "This is not a snapshot written by db_workflow.", next="take the snapshot again"
            ) from error

    def to_json(self) -> str:
        """Return it as JSON, one object a line, so that a file of it reads well in a diff."""
        lines = ",\n".join(
            _ENCODER.encode([found.kind, found.name, found.table, found.properties])
            for found in self.objects
        )
        return f'{{"format": {_FORMAT}, "objects": [\n{lines}\n]}}\n'

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of everything in it but grants, in hexadecimal.

        Who may do what is an administrator's matter, and changes without a migration.
        """
        told = self
        if any(not GRANTS.isdisjoint(found.properties) for found in self.objects):
            told = Snapshot(tuple(map(_without_grants, self.objects)))
        return hashlib.sha256(told.to_json().encode()).hexdigest()

    @cached_property
    def by_key(self) -> Mapping[tuple[str, str], SchemaObject]:
        """Every object by kind and name."""
        return {found.key: found for found in self.objects}

    @property
    def is_empty(self) -> bool:
        """Whether nobody has made anything: no more than the schemas themselves and extensions."""
        return all(found.kind in {"schema", "extension"} for found in self.objects)

    def of_kind(self, *kinds: str) -> tuple[SchemaObject, ...]:
        """Return the objects of some kinds, in order."""
        return tuple(found for found in self.objects if found.kind in kinds)

    def of_table(self, table: str, *, kinds: Collection[str] = KINDS) -> tuple[SchemaObject, ...]:
        """Return what belongs to a table, in order; columns as they stand in the table."""
        mine = self._by_table.get(table, ())
        return tuple(found for found in mine if found.kind in kinds)

    @cached_property
    def _by_table(self) -> Mapping[str, list[SchemaObject]]:
        tables: dict[str, list[SchemaObject]] = {}
        for found in self.objects:
            if found.table is not None:
                tables.setdefault(found.table, []).append(found)
        for mine in tables.values():
            mine.sort(key=_column_position)
        return tables


def _without_grants(found: SchemaObject) -> SchemaObject:
    kept = {name: value for name, value in found.properties.items() if name not in GRANTS}
    return replace(found, properties=kept)


def _column_position(found: SchemaObject) -> tuple[int, int]:
    return _RANK[found.kind], found.properties.get("position", 0)
