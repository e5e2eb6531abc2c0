"""JSON as PostgreSQL writes it, read and written without losing anything: numbers, pairs, order."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NoReturn

from db_workflow.testdata.rules.pseudonyms import UnfitValueError

# Far more than a declaration could name, and far less than what Python's stack holds.
MOST_LEVELS = 200
_BRACKET_OR_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was written: `1.10` is not `1.1`, and there is no largest."""

    text: str


@dataclass(frozen=True, slots=True)
class Object:
    """Pairs in their order; `json`, unlike `jsonb`, may repeat a key."""

    pairs: list[tuple[str, Any]]


def read(value: str) -> Any:
    """Return what a JSON text holds.

    Raises:
        UnfitValueError: it is no JSON, or nested too deeply.

    """
    if value.count("[") + value.count("{") > MOST_LEVELS and _levels(value) > MOST_LEVELS:
        raise UnfitValueError(f"the JSON is nested deeper than {MOST_LEVELS} levels")
    try:
        return json.loads(
            value,
            parse_float=Number,
            parse_int=Number,
            parse_constant=_refused,
            object_pairs_hook=Object,
        )
    except json.JSONDecodeError:
        raise UnfitValueError("the value is not JSON") from None


def written(value: Any) -> str:
    """Return JSON as `jsonb` prints it."""
    if isinstance(value, Object):
        inside = ", ".join(f"{written(key)}: {written(below)}" for key, below in value.pairs)
        return f"{{{inside}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, Number):
        return value.text
    # Half of a surrogate pair, which `json` may hold, is no text but as an escape.
    escaped = isinstance(value, str) and not value.isascii() and _SURROGATE.search(value)
    return json.dumps(value, ensure_ascii=bool(escaped))


def leaf_text(value: Any) -> str:
    """Return a text, number or boolean as the text that rules see."""
    if isinstance(value, Number):
        return value.text
    return value if isinstance(value, str) else json.dumps(value)


def respelled(made: str | None, before: Any) -> Any:
    """Return what a rule has made of a leaf: still a number or boolean if it can be one."""
    if made is not None and isinstance(before, Number) and _NUMBER.fullmatch(made):
        return Number(made)
    if isinstance(before, bool) and made in {"true", "false"}:
        return made == "true"
    return made


def in_jsonb_order(keys: Iterable[str]) -> bool:
    """Tell whether keys come as `jsonb` has them: short ones first, then by bytes, each once."""
    places = [jsonb_place(key) for key in keys]
    return all(first < second for first, second in pairwise(places))


def jsonb_place(key: str) -> tuple[int, bytes]:
    """Return what `jsonb` sorts a key by."""
    spelled = key.encode(errors="surrogatepass")
    return len(spelled), spelled


def _levels(value: str) -> int:
    deepest = level = 0
    for found in _BRACKET_OR_TEXT.findall(value):
        if found in "[{":
            level += 1
            deepest = max(deepest, level)
        elif found in "]}":
            level -= 1
    return deepest


def _refused(_constant: str) -> NoReturn:
    raise UnfitValueError("the value is not JSON: NaN and Infinity are no numbers there")
