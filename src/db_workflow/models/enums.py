"""Enum classes against PostgreSQL's enum types: the same labels in the same order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from db_workflow.catalog import Snapshot
from db_workflow.models.names import member, pascal_case, snake_case, unquoted


@dataclass(frozen=True, slots=True)
class EnumDifference:
    """An enum that is not the same on both sides.

    Attributes:
        type_name: the type in PostgreSQL.
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
        names = self.actual or {}
        lines = [f"{names.get(label) or member(label)} = {label!r}" for label in self.expected]
        body = "\n".join(f"    {line}".replace("'", '"') for line in lines)
        return f"class {self.class_name}({self.base}):\n{body}"


def compare_enums(classes: Sequence[type[Enum]], database: Snapshot) -> tuple[EnumDifference, ...]:
    """Return the enums that differ, by type name.

    A class belongs to the type that its attribute `type_name` (a text, or a method without
    arguments) names; without one, to its own name in snake case: `UserRole` to `user_role`.
    """
    types = {
        unquoted(found.name)[-1]: tuple(found.properties.get("labels") or ())
        for found in database.of_kind("enum")
    }
    by_type = {type_name(found): found for found in classes}
    base = classes[0].__bases__[0].__name__ if classes else "StrEnum"
    found: list[EnumDifference] = []
    for name in sorted(types.keys() | by_type.keys()):
        if name not in by_type:
            found.append(
                EnumDifference(name, pascal_case(name), "missing", types[name], None, base)
            )
            continue
        members = {str(one.value): one.name for one in by_type[name]}
        class_name = by_type[name].__name__
        if name not in types:
            found.append(EnumDifference(name, class_name, "unexpected", (), members, base))
        elif tuple(members) != types[name]:
            found.append(EnumDifference(name, class_name, "different", types[name], members, base))
    return tuple(found)


def type_name(found: type[Enum]) -> str:
    """Return the name of the PostgreSQL type that a class stands for."""
    given = getattr(found, "type_name", None)
    if callable(given):
        given = given()
    return given if isinstance(given, str) else snake_case(found.__name__)
