"""The values of an object's properties, and what changed in them, as a person reads them."""

import difflib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# Longer values, and those of several lines, read better as a comparison of their lines.
_SHORT = 120
_WORDS = {None: "none", True: "yes", False: "no"}
# Of a dictionary only what differs is told: a role's grants, a sequence's one option.
_BY_ENTRY = frozenset({"grants", "sequence", "aggregate"})


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One value that is not the same on both sides.

    Attributes:
        what: the property, and the entry in it if it has entries: `sequence increment`.
        expected: the one value.
        actual: the other one.

    """

    what: str
    expected: str
    actual: str

    @property
    def is_long(self) -> bool:
        """Whether the values do not fit on a line with their names."""
        both = self.expected + self.actual
        return max(len(self.expected), len(self.actual)) > _SHORT or "\n" in both

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines that differ, `-` before those expected and `+` before the others."""
        compared = difflib.unified_diff(
            self.expected.splitlines(), self.actual.splitlines(), lineterm="", n=1
        )
        return tuple(line for line in compared if not line.startswith(("---", "+++", "@@")))


def changes(
    expected: Mapping[str, Any], actual: Mapping[str, Any], names: Iterable[str]
) -> tuple[ValueChange, ...]:
    """Return what changed between two objects' properties.

    Args:
        expected: the one object's.
        actual: the other's.
        names: the properties that differ.

    """
    found = []
    for name in names:
        one, other = expected.get(name), actual.get(name)
        if name in _BY_ENTRY:
            one, other = one or {}, other or {}
            found += [
                ValueChange(_entry(name, key), shown(one.get(key)), shown(other.get(key)))
                for key in sorted(one.keys() | other.keys())
                if one.get(key) != other.get(key)
            ]
        else:
            found.append(ValueChange(name, shown(one), shown(other)))
    return tuple(found)


def shown(value: Any) -> str:
    """Return a property's value as a person reads it."""
    if value is None or isinstance(value, bool):
        return _WORDS[value]
    if isinstance(value, str):
        return value or "''"
    if isinstance(value, list):
        return ", ".join(shown(entry) for entry in value) or "nothing"
    if isinstance(value, Mapping) and {"column", "expression"} & value.keys():
        return element(value)
    if isinstance(value, Mapping):
        return "; ".join(f"{key} {shown(entry)}" for key, entry in value.items()) or "nothing"
    return json.dumps(value, ensure_ascii=False)


def element(found: Mapping[str, Any]) -> str:
    """Return a column or expression of an index: `email text_pattern_ops descending`."""
    words = [found.get("column") or found["expression"]]
    if "collation" in found:
        words.append(f"COLLATE {found['collation']}")
    if "operator class" in found:
        words.append(found["operator class"])
    if "operator class options" in found:
        words.append(f"({', '.join(found['operator class options'])})")
    if "order" in found:
        words.append(found["order"])
    if "nulls" in found:
        words.append(f"nulls {found['nulls']}")
    if "operator" in found:
        words.append(f"with {found['operator']}")
    return " ".join(words)


def summary(kind: str, properties: Mapping[str, Any]) -> str:
    """Return an object in a line: a column's type and default, a constraint's definition.

    Empty where a name says it all, and where only the whole definition would.
    """
    if kind == "column":
        return " ".join(" ".join(_column(properties)).splitlines())
    if kind == "enum":
        return shown(properties["labels"])
    if kind == "index" and "elements" in properties:
        return " ".join(_index(properties).splitlines())
    if kind == "sequence":
        return ""
    return short_definition(properties) or properties.get("type", "")


def short_definition(properties: Mapping[str, Any]) -> str:
    """Return PostgreSQL's definition of an object if it fits on a line, else nothing."""
    found: str = properties.get("definition") or ""
    return "" if len(found) > _SHORT or "\n" in found else found


def _column(properties: Mapping[str, Any]) -> Iterable[str]:
    yield properties["type"]
    if not properties.get("nullable", True):
        yield "not null"
    if properties.get("default") is not None:
        yield f"default {properties['default']}"
    if "identity" in properties:
        yield f"identity {properties['identity']}"
    if "generated" in properties:
        yield f"generated {properties.get('generated kind', '')} as {properties['generated']}"


def _index(properties: Mapping[str, Any]) -> str:
    words = ["unique"] if properties.get("unique") else []
    if properties.get("method", "btree") != "btree":
        words.append(properties["method"])
    words.append(f"({shown(properties['elements'])})")
    if "include" in properties:
        words.append(f"include ({', '.join(properties['include'])})")
    if "predicate" in properties:
        words.append(f"where {properties['predicate']}")
    return " ".join(words)


def _entry(name: str, key: str) -> str:
    return f"{name} of {key}" if name == "grants" else f"{name} {key}"
