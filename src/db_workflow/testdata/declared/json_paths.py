"""The paths of sampled JSON values, as a complete `rules.json({…})` to paste.

A key may be somebody's name. So one is written out only if it occurs in most of the sampled rows,
and looks like a word of a program: lower-case first, no spaces, no number. All others are the
wildcard `*`, their values one path, and the keys themselves hidden by a rule for `*~`.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from db_workflow.testdata.declared.shapes import Shape, recognised
from db_workflow.testdata.declared.suggestions import for_number, for_text

# One or two rows are no "most of them".
_FEWEST_ROWS = 3
_MOST_TEXTS = 1_000
# What lies deeper is left to the next error: no rule names such paths by hand.
_DEEPEST = 24
_KEY = re.compile(r"[a-z_][A-Za-z_\-]*(?:\d{1,2})?")


@dataclass(slots=True)
class _Place:
    """What was found at one path: in which rows, which leaves, and what is below it."""

    rows: set[int] = field(default_factory=set)
    texts: list[str] = field(default_factory=list)
    numbers: bool = False
    is_object: bool = False
    below: dict[str, "_Place"] = field(default_factory=dict)
    elements: "_Place | None" = None


def recognised_json(values: Sequence[str]) -> Shape | None:
    """Return the shape of JSON texts, with the rule; None if none of them can be read."""
    top = _Place()
    for row, value in enumerate(values):
        try:
            _take(top, json.loads(value), row, 0)
        except (ValueError, RecursionError):
            continue
    if not top.rows:
        return None
    most = max(len(top.rows) // 2 + 1, _FEWEST_ROWS)
    paths = dict(_rules(top, "", "", most))
    lines = [f"    {json.dumps(path)}: {rule}," for path, rule in paths.items()]
    hidden = sum(path.endswith("*~") for path in paths)
    why = f"{len(paths)} path{'s' if len(paths) > 1 else ''} in {len(top.rows):,} sampled values"
    if hidden:
        why += "; * stands for keys that are not in most of them and may be names"
    return Shape("json", why, "\n".join(("rules.json({", *lines, "})")))


def _take(place: _Place, value: object, row: int, depth: int) -> None:
    place.rows.add(row)
    if isinstance(value, dict):
        place.is_object = True
        for key, inner in value.items() if depth < _DEEPEST else ():
            _take(place.below.setdefault(key, _Place()), inner, row, depth + 1)
    elif isinstance(value, list):
        place.elements = place.elements or _Place()
        for inner in value if depth < _DEEPEST else ():
            _take(place.elements, inner, row, depth + 1)
    elif isinstance(value, str):
        if len(place.texts) < _MOST_TEXTS:
            place.texts.append(value)
    elif value is not None:
        place.numbers = True


def _rules(place: _Place, path: str, name: str, most: int) -> Iterator[tuple[str, str]]:
    """Yield (path, rule) for a place and all below it."""
    nothing = not (place.texts or place.numbers or place.is_object or place.elements)
    if place.texts or nothing:
        yield path, for_text(name, recognised(place.texts)).rule
    elif place.numbers:
        yield path, for_number(name).rule
    if place.elements is not None:
        yield from _rules(place.elements, f"{path}[]", name, most)
    if not place.is_object:
        return
    shown = {key: below for key, below in place.below.items() if _may_be_shown(key, below, most)}
    for key, below in shown.items():
        yield from _rules(below, _joined(path, key), key, most)
    hidden = {key: below for key, below in place.below.items() if key not in shown}
    if hidden or not shown:
        yield from _wildcard(hidden, path, name, most)


def _wildcard(
    hidden: Mapping[str, _Place], path: str, name: str, most: int
) -> Iterator[tuple[str, str]]:
    together = _Place()
    for below in hidden.values():
        _merge(together, below)
    yield from _rules(together, _joined(path, "*"), name, most)
    yield _joined(path, "*~"), _key_rule(list(hidden))


def _key_rule(keys: Sequence[str]) -> str:
    shape = recognised(keys)
    kind = shape.kind if shape is not None else ""
    if kind in {"names", "email", "uuid", "phone"}:
        return for_text("", shape).rule
    if keys and all(key.isalpha() and not key.islower() for key in keys):
        return "rules.first_name()"
    return "rules.token()"


def _merge(into: _Place, other: _Place) -> None:
    into.rows |= other.rows
    into.texts += other.texts[: _MOST_TEXTS - len(into.texts)]
    into.numbers |= other.numbers
    into.is_object |= other.is_object
    for key, below in other.below.items():
        _merge(into.below.setdefault(key, _Place()), below)
    if other.elements is not None:
        into.elements = into.elements or _Place()
        _merge(into.elements, other.elements)


def _may_be_shown(key: str, place: _Place, most: int) -> bool:
    return len(place.rows) >= most and _KEY.fullmatch(key) is not None


def _joined(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
