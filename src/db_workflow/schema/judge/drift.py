"""Differences between a live schema and the expected one, as a person reads them."""

from collections.abc import Iterable, Mapping
from typing import Any

from db_workflow.catalog import Difference
from db_workflow.catalog.description import described
from db_workflow.catalog.values import ValueChange, short_definition

_SHOWN = 40


def drift_text(found: Difference) -> str:
    """Return what is there and what should be; several lines when definitions are long."""
    what = f"{found.kind} {found.name}"
    if found.change == "missing":
        return _with_summary(f"{what} is missing", "should be", found.kind, found.expected)
    if found.change == "unexpected":
        return _with_summary(
            f"{what} is there, but none of these steps creates it", "is", found.kind, found.actual
        )
    if found.change == "renamed":
        return f"{what} is called {found.actual_name} here"
    return "\n".join(_joined(what, [_property(one) for one in found.values]))


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


def _property(found: ValueChange) -> str:
    if not found.is_long:
        return f"{found.what} is {found.actual}, should be {found.expected}"
    return "\n".join(
        [f"{found.what} is not what it should be (- should be, + is there)"]
        + [f"    {line}" for line in found.lines]
    )


def _with_summary(text: str, word: str, kind: str, properties: Mapping[str, Any] | None) -> str:
    # Whoever is to make it again needs all of it.
    told = short_definition(properties or {}) or described(kind, properties or {}).line
    return f"{text}; {word} {told}" if told else text
