"""Which tables a SQL file names: a guess from its words, for whoever plans a run.

It names and does not lock: what a statement really does to a table only the server knows, and a
function or a trigger may touch others. Names that are no tables are found out by asking the server.
"""

import re
from collections.abc import Iterator

from db_workflow.schema.script.script import Script

_TOKEN = re.compile(
    r"""
      (?P<skip>\s+|--[^\n]*|/\*.*?\*/)
    | (?P<string>[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*')
    | (?P<dollar>\$(?P<tag>\w*)\$(?P<body>.*?)\$(?P=tag)\$)
    | (?P<name>"(?:[^"]|"")+"|[^\W\d][\w$]*)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
# A table's name may follow these words; a list of names those of the second row.
_BEFORE_ONE = {"into", "join", "on", "references", "update", "view", "copy", "analyze", "cluster"}
_BEFORE_MANY = {"from", "table", "truncate", "using", "lock", "vacuum"}
_BETWEEN = {"if", "exists", "not", "only", "concurrently", "table", "full", "freeze", "verbose"}


def named_tables(script: Script) -> tuple[tuple[str | None, str], ...]:
    """Return what may be tables, each once, as (schema or None, name), in order of appearance."""
    found: dict[tuple[str | None, str], None] = {}
    for statement in script.statements:
        text = script.text[statement.start : statement.end]
        # A DO block runs what it holds; a function's body only waits.
        body = statement.words[:1] == ("do",)
        found.update(dict.fromkeys(_after_keywords(list(_tokens(text, inside=body)))))
    return tuple(found)


def _tokens(text: str, *, inside: bool) -> Iterator[str]:
    for match in _TOKEN.finditer(text):
        if match.lastgroup == "skip" or match["string"] is not None:
            continue
        if match["dollar"] is not None:
            if inside:
                yield ";"
                yield from _tokens(match["body"], inside=False)
        else:
            yield match.group()


def _after_keywords(tokens: list[str]) -> Iterator[tuple[str | None, str]]:
    place = 0
    while place < len(tokens):
        word = tokens[place].lower()
        place += 1
        if word not in _BEFORE_ONE | _BEFORE_MANY:
            continue
        while place < len(tokens) and tokens[place].lower() in _BETWEEN:
            place += 1
        name, after = _name_at(tokens, place)
        while name is not None:
            yield name
            # Go on from here: the name may be followed by another keyword.
            place = after
            if word in _BEFORE_ONE or tokens[after : after + 1] != [","]:
                break
            name, after = _name_at(tokens, after + 1)


def _name_at(tokens: list[str], place: int) -> tuple[tuple[str | None, str] | None, int]:
    """Return a name with or without its schema at a place, and the place after it."""
    first = tokens[place : place + 1]
    if not first or not _is_name(first[0]):
        return None, place
    if tokens[place + 1 : place + 2] == ["."] and len(tokens) > place + 2:
        return (_folded(first[0]), _folded(tokens[place + 2])), place + 3
    return (None, _folded(first[0])), place + 1


def _is_name(token: str) -> bool:
    if token.lower() in _BEFORE_ONE | _BEFORE_MANY:
        return False  # BEFORE UPDATE ON people
    return token[0] == '"' or token[0] == "_" or token[0].isalpha()


def _folded(token: str) -> str:
    return token[1:-1].replace('""', '"') if token[0] == '"' else token.lower()
