"""The values of an object's properties, and what changed in them, as a person reads them."""

import difflib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from db_workflow.catalog.snapshot import GRANTS
from db_workflow.connection import quoted

# Longer values, and those of several lines, read better as a comparison of their lines.
SHORT = 120
_WORDS = {None: "none", True: "yes", False: "no"}
# Of a dictionary only what differs is told: a role's grants, a sequence's one option.
_BY_ENTRY = GRANTS | {"sequence", "aggregate"}
# The properties that hold plain names of columns.
COLUMN_LISTS = frozenset({"columns", "include", "emptied columns", "referenced columns"})
_WORD = r"[a-z_][a-z0-9_]*"
# What PostgreSQL calls that which is absent, where it has a word for it.
ABSENT = {
    "access method": "heap",
    "collation": "default",
    "deferrable": "no",
    "enforced": "yes",
    "inherited by none": "no",
    "match": "simple",
    "nulls not distinct": "no",
    "on delete": "no action",
    "on update": "no action",
    "operator class": "default",
    "replica identity": "default",
    "row security": "off",
    "without overlaps": "no",
}


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
        return max(len(self.expected), len(self.actual)) > SHORT or "\n" in both

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
    expected, actual = printed_names(expected), printed_names(actual)
    for name in names:
        one, other = expected.get(name), actual.get(name)
        if name in _BY_ENTRY:
            one, other = one or {}, other or {}
            found += [
                ValueChange(
                    _entry(name, key),
                    _entry_shown(name, key, one.get(key), other.get(key)),
                    _entry_shown(name, key, other.get(key), one.get(key)),
                )
                for key in sorted(one.keys() | other.keys())
                if one.get(key) != other.get(key)
            ]
        else:
            texts = (_absent(name) if value is None else shown(value) for value in (one, other))
            found.append(ValueChange(name, *texts))
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


def short_definition(properties: Mapping[str, Any]) -> str:
    """Return PostgreSQL's definition of an object if it fits on a line, else nothing."""
    found: str = properties.get("definition") or ""
    return "" if len(found) > SHORT or "\n" in found else found


def printed_names(properties: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an object's properties with the columns' plain names as SQL would need them.

    Keywords are known by PostgreSQL's definition, which quotes those that need it.
    """
    definition = str(properties.get("definition", ""))

    def printed(name: str) -> str:
        in_quotes = quoted(name)
        return name if re.fullmatch(_WORD, name) and in_quotes not in definition else in_quotes

    found = dict(properties)
    for name in COLUMN_LISTS & found.keys():
        found[name] = [printed(column) for column in found[name]]
    if "elements" in found:
        found["elements"] = [
            {**one, "column": printed(one["column"])} if "column" in one else one
            for one in found["elements"]
        ]
    return found


def _entry(name: str, key: str) -> str:
    return f"{name} of {key}" if name in GRANTS else f"{name} {key}"


def _absent(name: str) -> str:
    return ABSENT.get(name, _WORDS[None])


def _entry_shown(name: str, key: str, entry: Any, other: Any) -> str:
    # What one side takes away was there without a grant: "none" would say that it was not.
    if entry is None and name in GRANTS and (key == "OWNER" or other == []):
        return "as usual"
    return shown(entry)
