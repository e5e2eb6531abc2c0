"""Where the same object is printed differently, by majors or once restored: one spelling.

Before 16 a view's columns are always printed with their table (`users.id`); since then only where
the outermost query has more than one source. The shorter spelling is the one used here. What
differs in meaning as well (13 stores EXTRACT as `date_part`) is left as it is.

A comparison of varchar with a list is stored as it was typed, with one cast around the list; what
PostgreSQL prints of it and reads again, as a restored dump is read, has one around each value. The
second spelling is the one that stays, and so the one used here.
"""

import re
from itertools import pairwise
from typing import Any

_TOKEN = re.compile(
    r"E'(?:[^'\\]|''|\\.)*'|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|[^\W\d][\w$]*|\s+|.", re.DOTALL
)
_SET_OPERATIONS = {"UNION", "INTERSECT", "EXCEPT"}
_AFTER_SOURCES = {"WHERE", "GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT", "OFFSET", "FETCH", "FOR"}
_QUERY = {"SELECT", "WITH", "VALUES"}


_LIST = re.compile(r"\(ARRAY\[((?:E?'(?:[^']|'')*'::character varying(?:, )?)+)\]\)::text\[\]")
_VALUE = re.compile(r"E?'(?:[^']|'')*'::character varying")


def plain_lists(value: Any) -> Any:
    """Return a property with its lists of varchar as a restored dump has them."""
    if isinstance(value, str):
        return _LIST.sub(_each_cast, value) if "::character varying" in value else value
    if isinstance(value, list):
        return [plain_lists(one) for one in value]
    if isinstance(value, dict):
        return {name: plain_lists(one) for name, one in value.items()}
    return value


def _each_cast(found: re.Match[str]) -> str:
    return f"ARRAY[{', '.join(f'({value})::text' for value in _VALUE.findall(found[1]))}]"


def plain_view(definition: str) -> str:
    """Return a view's definition without the prefixes that only older majors print."""
    parts = _TOKEN.findall(definition)
    depths, nested = _levels(parts)
    top = [position for position, depth in enumerate(depths) if depth == 0]
    if any(parts[position] in _SET_OPERATIONS for position in top):
        return definition
    start = next((position for position in top if parts[position] == "FROM"), None)
    if start is None:
        return definition
    end = next((at for at in top if at > start and parts[at] in {*_AFTER_SOURCES, ";"}), len(parts))
    source = _only_source(parts[start + 1 : end], depths[start + 1 : end])
    if source is None:
        return definition
    return "".join(
        part
        for position, part in enumerate(parts)
        if nested[position] or start < position < end or not _is_prefix(parts, position, source)
    )


def _levels(parts: list[str]) -> tuple[list[int], list[bool]]:
    """Return for each token its depth in parentheses, and whether it is in a query of its own."""
    depths, nested = [], []
    stack: list[bool] = []
    words = [part for part in parts if not part.isspace()]
    follows = dict(enumerate(following for _, following in pairwise([*words, ""])))
    word = -1
    for part in parts:
        word += not part.isspace()
        if part == ")" and stack:
            stack.pop()
        depths.append(len(stack))
        nested.append(any(stack))
        if part == "(":
            stack.append(follows.get(word, "") in _QUERY)
    return depths, nested


def _only_source(parts: list[str], depths: list[int]) -> str | None:
    """Return the name that the one source of a FROM clause goes by; None if there are more."""
    words = [(part, depth) for part, depth in zip(parts, depths, strict=True) if not part.isspace()]
    top = [part for part, depth in words if depth == 0]
    if not words or "," in top or "TABLESAMPLE" in top:
        return None
    if words[0][0] == "(" and words[1][0] not in _QUERY:
        return None  # a join
    names = [part for part in top if part not in {"(", ")", ".", "ONLY", "LATERAL"}]
    return names[-1] if names else None


def _is_prefix(parts: list[str], position: int, source: str) -> bool:
    """Tell whether a token is the source's name, or the dot after it, before a column."""
    dot = position if parts[position] == "." else position + 1
    return (
        0 < dot < len(parts) - 1
        and parts[dot] == "."
        and parts[dot - 1] == source
        and parts[dot + 1] != "*"
        and (dot < 2 or parts[dot - 2] != ".")
    )
