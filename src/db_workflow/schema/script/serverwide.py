"""Statements that act on more than the database they run in: roles, other databases, the server.

Known by their words, as far as a text says it: what a function or a Python step does is not seen.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from db_workflow.schema.script.script import Script
from db_workflow.schema.script.statement import Statement

_SHARED = {"role", "user", "group", "tablespace", "database", "subscription"}
_ALWAYS = {("alter", "system"), ("drop", "owned"), ("reassign", "owned")}
_PROGRAM = {("from", "program"), ("to", "program")}
# Without ON it is a role that is granted.
_GRANTED_ON = {None, "database", "tablespace", "parameter"}
# In a DO block, whatever else it does, and in the strings that it executes. As a text: compiled
# when the first DO needs it, not at import.
_IN_BLOCK = (
    r"\b(?:create|alter|drop)\s+(?:role|user(?!\s+mapping)|group|tablespace|database|subscription)\b"
    r"|\balter\s+system\b|\b(?:drop|reassign)\s+owned\b"
)


def serverwide(script: Script) -> tuple[Statement, ...]:
    """Return the statements of a file that act on more than one database."""
    return tuple(found for found in script.statements if _is_serverwide(script.text, found))


def without(script: Script, statements: tuple[Statement, ...]) -> str:
    """Return a file's text with spaces where some statements are; every line stays its number."""
    pieces = []
    begin = 0
    for statement in statements:
        pieces.append(script.text[begin : statement.start])
        pieces.append(re.sub(r"[^\n]", " ", script.text[statement.start : statement.end]))
        begin = statement.end
    return "".join([*pieces, script.text[begin:]])


def _is_serverwide(text: str, statement: Statement) -> bool:
    match statement.words:
        case ("create" | "alter" | "drop", kind, *more) if kind in _SHARED:
            return more[:1] != ["mapping"]  # CREATE USER MAPPING is for a foreign server
        case ("comment" | "security", *more):
            return _after_on(more) in _SHARED
        case ("grant" | "revoke", *more):
            return _after_on(more) in _GRANTED_ON
        case ("do", *_):
            piece = text[statement.start : statement.end]
            return re.search(_IN_BLOCK, piece, re.IGNORECASE) is not None
        case ("copy", *more):
            return bool(_PROGRAM.intersection(pairwise(more)))
    return statement.words[:2] in _ALWAYS


def _after_on(words: Sequence[str]) -> str | None:
    """Return the kind of object that a statement is about; None without an ON."""
    return words[words.index("on") + 1] if "on" in words[:-1] else None
