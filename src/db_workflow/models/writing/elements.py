"""The elements of an index, and the SQL that stands in them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from db_workflow.connection import quoted as in_quotes
from db_workflow.models.writing.code import Code, Group, literal

# Words that are no name of a column unless quoted.
_WORDS = (
    "all analyse analyze and any array as asc asymmetric authorization binary both case",
    "cast check collate collation column concurrently constraint create cross",
    "current_catalog current_date current_role current_schema current_time",
    "current_timestamp current_user default deferrable desc distinct do else end except",
    "false fetch for foreign freeze from full grant group having ilike in initially inner",
    "intersect into is isnull join lateral leading left like limit localtime localtimestamp",
    "natural not notnull null offset on only or order outer overlaps placing primary",
    "references returning right select session_user similar some symmetric system_user",
    "table tablesample then to trailing true union unique user using variadic verbose when",
    "where window with",
)
_RESERVED = frozenset(word for line in _WORDS for word in line.split())

_LABEL = r"\((?:'(?:[^']|'')*'|E'(?:[^'\\]|''|\\.)*')::character\ varying\)::text"
# A list of at least two that a varchar is compared with; of one, PostgreSQL makes another thing.
_LIST = re.compile(
    rf"""\((?P<column>"(?:[^"]|"")*"|\w+)\)::text\ (?P<how>=\ ANY|<>\ ALL)
    \ \(ARRAY\[(?P<list>{_LABEL}(?:,\ {_LABEL})+)\]\)""",
    re.VERBOSE | re.DOTALL,
)


def quoted(name: str) -> str:
    """Return a name as SQL needs it."""
    if re.fullmatch(r"[a-z_][a-z0-9_]*", name) and name not in _RESERVED:
        return name
    return in_quotes(name)


def said(printed: str) -> str:
    """Return an expression so that PostgreSQL prints it like this again.

    A varchar in a list of labels it prints with casts, and reads otherwise than it was.
    """

    def listed(found: re.Match[str]) -> str:
        labels = re.sub(_LABEL, lambda one: one[0][1:].rsplit("::", 2)[0], found["list"])
        return f"{found['column']} {'IN' if found['how'] == '= ANY' else 'NOT IN'} ({labels})"

    return _LIST.sub(listed, printed)


def bare(condition: str) -> str:
    """Return a condition without the parentheses around the whole of it."""
    condition = said(condition)
    while condition.startswith("(") and _closes_at_end(condition):
        condition = condition[1:-1]
    return condition


def _closes_at_end(condition: str) -> bool:
    """Tell whether the parenthesis that opens a condition is closed by its last character."""
    depth = 0
    tokens = re.finditer(r"E'(?:[^'\\]|''|\\.)*'|'[^']*'|\"[^\"]*\"|[()]", condition, re.DOTALL)
    for token in tokens:
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if depth == 0:
            return token.end() == len(condition)
    return False


def is_plain(element: Mapping[str, Any]) -> bool:
    """Tell whether an element is a column and nothing else."""
    return set(element) <= {"column", "operator"}


def has_class_only(element: Mapping[str, Any]) -> bool:
    """Tell whether an element is a column with an operator class of its own."""
    return set(element) <= {"column", "operator", "operator class"} and "operator class" in element


def printed(element: Mapping[str, Any]) -> str:
    """Return an element of an index as SQL."""
    column = element.get("column")
    parts = [quoted(column) if column else said(element["expression"])]
    if collation := element.get("collation"):
        parts.append(f"COLLATE {collation}")
    if options := element.get("operator class options"):
        parts.append(f"{element['operator class']} ({', '.join(options)})")
    elif cls := element.get("operator class"):
        parts.append(cls)
    if element.get("order") == "descending":
        parts.append("DESC")
    if nulls := element.get("nulls"):
        parts.append(f"NULLS {nulls.upper()}")
    return " ".join(parts)


def operator(printed: str) -> str:
    """Return `&&` for `&&(tstzrange,tstzrange)`."""
    name = printed.partition("(")[0]
    return f"OPERATOR({name})" if "." in name else name


def settings(listed: Sequence[str]) -> Code:
    """Return storage options as a mapping; a value that is no word is quoted, as SQL needs it."""
    found = {}
    for one in listed:
        name, _, value = one.partition("=")
        plain = re.fullmatch(r"[\w.-]+", value)
        found[name] = value if plain else "'" + value.replace("'", "''") + "'"
    return mapping(found)


def mapping(found: Mapping[str, str]) -> Code:
    """Return a mapping of texts."""
    entries = tuple(f"{literal(key)}: {literal(value)}" for key, value in found.items())
    return Group("{", entries, "}")
