"""Where the statements of a SQL text are: quotes, dollar quotes and comments told apart.

Not a parser. The server does the parsing; this finds out what the server would never see as such
(psql's own commands), and which statements would end the runner's transaction. The rules are those
of psql's scanner, `BEGIN ATOMIC` bodies included.
"""

import re
from dataclasses import dataclass, field

# One alternative a kind of lexeme; what fits none of them is a single character of an operator.
# An unfinished quote runs to the end of the text: the server has the better message for it.
_LEXEME = re.compile(
    r"""
      (?P<space>\s+|--[^\n]*)
    | (?P<block>/\*)
    | (?P<string>[eE]'(?:[^'\\]|\\.|'')*(?:'|\Z)|'(?:[^']|'')*(?:'|\Z)|"(?:[^"]|"")*(?:"|\Z))
    | (?P<dollar>\$(?:[A-Za-z_\x80-\U0010ffff][\w]*)?\$)
    | (?P<word>[A-Za-z_\x80-\U0010ffff][\w$]*)
    | (?P<number>\d[\w.]*|\$\d+)
    | (?P<variable>:'[^']*'|:"[^"]*")
    | (?P<cast>::)
    | (?P<meta>\\[^\s;]*)
    | (?P<other>[=<>+*,.!%^&|@~?{}#]+|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_BLOCK_EDGE = re.compile(r"/\*|\*/")
_OPENING, _CLOSING = "([", ")]"


@dataclass(slots=True)
class Statement:
    """One statement of a text.

    Attributes:
        start: where its first lexeme begins, in characters from 0.
        words: its bare words outside parentheses, in lower case.

    """

    start: int
    words: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PsqlOnly:
    """Something that psql would interpret and the server would not understand."""

    start: int
    text: str


@dataclass(slots=True)
class Scan:
    """What a text holds."""

    statements: list[Statement] = field(default_factory=list)
    psql_only: list[PsqlOnly] = field(default_factory=list)


def scan(text: str) -> Scan:
    """Find the statements of a SQL text, and what only psql would understand."""
    result = Scan()
    current: Statement | None = None
    depth = body = place = 0
    while match := _LEXEME.match(text, place):
        start, place, kind = match.start(), match.end(), match.lastgroup
        if kind == "space":
            continue
        if kind == "block":
            place, closed = _after_block(text, place)
            if not closed and current is None:  # a mistake, for which the server has the message
                result.statements.append(Statement(start))
            continue
        lexeme = match.group()
        if lexeme == ";" and depth == 0 and body == 0:
            current = None
            continue
        if current is None:
            if lexeme == ";":
                continue
            current = Statement(start)
            result.statements.append(current)
        if kind == "dollar":
            closing = text.find(lexeme, place)
            place = len(text) if closing < 0 else closing + len(lexeme)
        elif kind == "word" and depth == 0:
            current.words.append(lexeme.lower())
            body = _body_depth(current.words, body)
        elif kind == "meta" or (kind == "variable" and depth == 0):
            result.psql_only.append(PsqlOnly(start, lexeme))
        elif lexeme in _OPENING:
            depth += 1
        elif lexeme in _CLOSING:
            depth = max(0, depth - 1)
    return result


def _after_block(text: str, place: int) -> tuple[int, bool]:
    """Return the end of a block comment, and whether it has one; they nest."""
    depth = 1
    while depth:
        edge = _BLOCK_EDGE.search(text, place)
        if edge is None:
            return len(text), False
        depth += 1 if edge.group() == "/*" else -1
        place = edge.end()
    return place, True


def _body_depth(words: list[str], depth: int) -> int:
    """Return how deep in a `BEGIN ATOMIC … END` body the last word stands."""
    head = [word for word in words[:4] if word not in {"or", "replace"}]
    if head[:2] not in (["create", "function"], ["create", "procedure"]):
        return depth
    if words[-1] == "begin" or (words[-1] == "case" and depth):
        return depth + 1
    if words[-1] == "end" and depth:
        return depth - 1
    return depth
