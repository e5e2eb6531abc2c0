"""Enum classes against PostgreSQL's enum types: the same labels in the same order."""

import json
import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from db_workflow.catalog import Snapshot
from db_workflow.models.compared.enum_columns import EnumColumn
from db_workflow.models.created.ddl import Named, full, named
from db_workflow.models.naming.names import members, pascal_case, snake_case, unquoted


@dataclass(frozen=True, slots=True)
class EnumDifference:
    """An enum that is not the same on both sides.

    Attributes:
        type_name: the type in PostgreSQL, as printed.
        class_name: the class in Python, there or to be written.
        change: "missing" (no such class), "unexpected" (no such type), "different".
        expected: the database's labels in order; empty when it has no such type.
        actual: the class's members in order, label → name; empty when there is no class.
        base: the class that enum classes derive from here.

    """

    type_name: str
    class_name: str
    change: Literal["missing", "unexpected", "different"]
    expected: tuple[str, ...] = ()
    actual: Mapping[str, str] | None = None
    base: str = "StrEnum"

    def __str__(self) -> str:
        """Return one line: what is wrong with which enum."""
        if self.change == "missing":
            return f"enum {self.type_name} has no class {self.class_name}"
        if self.change == "unexpected":
            return f"class {self.class_name} has no enum type {self.type_name} in the database"
        here = tuple(self.actual or ())
        lacking = [label for label in self.expected if label not in here]
        extra = [label for label in here if label not in self.expected]
        parts = [
            *([f"lacks {', '.join(map(repr, lacking))}"] if lacking else []),
            *([f"has {', '.join(map(repr, extra))} too many"] if extra else []),
        ]
        if not parts:
            parts = [f"has another order: {', '.join(here)}, not {', '.join(self.expected)}"]
        return f"class {self.class_name} (enum {self.type_name}) {' and '.join(parts)}"

    @property
    def write(self) -> str:
        """What to write in Python."""
        if self.change == "unexpected":
            return (
                f"remove class {self.class_name}, or create the type {self.type_name}"
                " by a migration"
            )
        names = {**members(self.expected), **(self.actual or {})}
        body = "\n".join(
            f"    {names[label]} = {json.dumps(label, ensure_ascii=False)}"
            for label in self.expected
        )
        return f"class {self.class_name}({self.base}):\n{body or '    pass'}"


def compare_enums(
    classes: Sequence[type[Enum]],
    database: Snapshot,
    *,
    columns: Sequence[EnumColumn] = (),
    listed: Collection[type[Enum]] = (),
    first: str = "public",
) -> tuple[EnumDifference, ...]:
    """Return the enums that differ, by type name.

    A class answers for the types that the models' columns use it for, and for the one that its
    attribute `type_name` (a text, or a method without arguments) names; without one, for its own
    name in snake case: `UserRole` for `user_role`, in whatever schema.

    Args:
        classes: the enum classes.
        database: the migrated schema.
        columns: of the models, that take labels.
        listed: classes that answer for a CHECK list.
        first: the schema whose names are printed plain.

    """
    types = {
        found.name: tuple(found.properties.get("labels") or ())
        for found in database.of_kind("enum")
    }
    answers = answers_for(classes, tuple(types), columns, first=first)
    base = classes[0].__bases__[0].__name__ if classes else "StrEnum"
    found = [
        EnumDifference(name, pascal_case(unquoted(name)[-1]), "missing", types[name], None, base)
        for name in types.keys() - answers.keys()
        if types[name]  # without labels there is nothing that a class could have
    ]
    for name, answering in answers.items():
        for one in answering:
            labels = {str(member.value): member.name for member in one}
            if tuple(labels) != types[name]:
                found.append(
                    EnumDifference(name, one.__name__, "different", types[name], labels, base)
                )
    used = {
        *(one for answering in answers.values() for one in answering),
        *(column.enum_class for column in columns),
        *listed,
    }
    found += [
        EnumDifference(
            type_name(one),
            one.__name__,
            "unexpected",
            (),
            {str(member.value): member.name for member in one},
            base,
        )
        for one in classes
        if one not in used
    ]
    return tuple(sorted(found, key=lambda one: (one.type_name, one.class_name)))


def answers_for(
    classes: Sequence[type[Enum]],
    types: Sequence[str],
    columns: Sequence[EnumColumn] = (),
    *,
    first: str = "public",
) -> dict[str, list[type[Enum]]]:
    """Return the classes that answer for each printed type; types without one are left out."""
    found: dict[str, list[type[Enum]]] = {name: [] for name in types}
    by_name = {full(named(name), first): name for name in types}
    by_local: dict[str, list[str]] = defaultdict(list)
    for name in types:
        by_local[unquoted(name)[-1]].append(name)
    for column in columns:
        used = by_name.get(full(column.type_name, first)) if column.type_name else None
        one = column.enum_class
        if used and one is not None and one in classes and one not in found[used]:
            found[used].append(one)
    given = {one: _meant(type_name(one), by_local) for one in classes}
    # A name with a schema is that one type; without one, each that nothing else tells of.
    for one, (schema, local) in sorted(given.items(), key=lambda pair: pair[1][0] is None):
        meant = by_local[local] if schema is None else [by_name.get((schema, local), "")]
        for name in filter(None, meant):
            if one not in found[name] and (schema or not found[name]):
                found[name].append(one)
    return {name: answering for name, answering in found.items() if answering}


def _meant(said: str, by_local: Mapping[str, Sequence[str]]) -> Named:
    """Return schema (None: any) and name of what a class calls its type: printed, or as it is."""
    return (None, said) if said in by_local else named(said)


def unused(
    classes: Sequence[type[Enum]],
    database: Snapshot,
    columns: Sequence[EnumColumn],
    *,
    first: str = "public",
) -> tuple[str, ...]:
    """Return what nobody misses: types of no column, classes that no column of the models uses."""
    types = [found.name for found in database.of_kind("enum")]
    # What stands on a type prints its name: a column's type, a domain's, a function's definition.
    printed = "\n".join(
        str(found.properties.get(name))
        for found in database.objects
        for name in ("type", "attributes", "subtype", "definition")
        if found.kind not in {"constraint", "index"} and name in found.properties
    )
    idle = {name for name in types if not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", printed)}
    sent = {column.enum_class for column in columns}
    return (
        *(f"enum {name} is the type of no column" for name in types if name in idle),
        *(
            f"class {one.__name__} (enum {name}) is used by no column of the models"
            for name, answering in answers_for(classes, types, columns, first=first).items()
            for one in answering
            if name not in idle and one not in sent
        ),
    )


def type_name(found: type[Enum]) -> str:
    """Return the name of the PostgreSQL type that a class stands for."""
    given = getattr(found, "type_name", None)
    if callable(given):
        given = given()
    return given if isinstance(given, str) else snake_case(found.__name__)
