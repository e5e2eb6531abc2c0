"""Differences between a live schema and the expected one, as a person reads them."""

import difflib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from db_workflow.catalog import Difference

# Longer values, and those of several lines, are shown as a comparison of their lines.
_SHORT = 120
_SHOWN = 40


def drift_text(found: Difference) -> str:
    """Return what is there and what should be; several lines when definitions are long."""
    what = f"{found.kind} {found.name}"
    if found.change == "missing":
        return _with_definition(f"{what} is missing", "should be", found.expected)
    if found.change == "unexpected":
        return _with_definition(
            f"{what} is there, but none of these steps creates it", "is", found.actual
        )
    parts = [
        _property(name, (found.expected or {}).get(name), (found.actual or {}).get(name))
        for name in found.properties
    ]
    return "\n".join(_joined(what, parts))


def listed(texts: Iterable[tuple[str, str]]) -> list[str]:
    """Return differences as a list's lines, the first ones of many."""
    every = [text for _, text in texts]
    lines = []
    for text in every[:_SHOWN]:
        first, *rest = text.splitlines()
        lines += [f"  - {first}", *(f"    {line}" for line in rest)]
    if len(every) > _SHOWN:
        lines.append(f"  … and {len(every) - _SHOWN} more")
    return lines


def as_data(found: Difference) -> dict[str, Any]:
    """Return a difference for a machine."""
    return {
        "kind": found.kind,
        "name": found.name,
        "change": found.change,
        "table": found.table,
        "expected": found.expected,
        "actual": found.actual,
        "properties": list(found.properties),
    }


def _joined(what: str, parts: Iterable[str]) -> list[str]:
    """Put short parts on one line, and each long one under it."""
    parts = list(parts)
    short = [part for part in parts if "\n" not in part]
    long = [part for part in parts if "\n" in part]
    lines = [f"{what}: {'; '.join(short)}"] if short else []
    for part in long:
        first, _, rest = part.partition("\n")
        lines += [f"{what}: {first}", rest]
    return lines


def _property(name: str, expected: Any, actual: Any) -> str:
    there, wanted = _value(actual), _value(expected)
    if max(len(there), len(wanted)) <= _SHORT and "\n" not in there + wanted:
        return f"{name} is {there}, should be {wanted}"
    compared = difflib.unified_diff(wanted.splitlines(), there.splitlines(), lineterm="", n=1)
    lines = [line for line in compared if not line.startswith(("---", "+++", "@@"))]
    return "\n".join(
        [f"{name} is not what it should be (- should be, + is there)"]
        + [f"    {line}" for line in lines]
    )


def _with_definition(text: str, word: str, properties: Mapping[str, Any] | None) -> str:
    definition = (properties or {}).get("definition") or (properties or {}).get("type")
    if not isinstance(definition, str) or len(definition) > _SHORT or "\n" in definition:
        return text
    return f"{text}; {word} {definition}"


def _value(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value or "''"
    if isinstance(value, list):
        return ", ".join(_value(entry) for entry in value) or "nothing"
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
