"""One statement of a file, and the kinds of it that the runner must know before it sends it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_DIRECTIONS = ("from", "to")
_CLIENT = ("stdin", "stdout")
_BINARY = re.compile(r"\bformat\s*'?binary\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a text. The rows that follow a COPY belong to none.

    Attributes:
        start: where its first lexeme begins, in characters from 0.
        end: where its last lexeme ends; the semicolon is outside.
        words: its bare words outside parentheses and brackets, in lower case.

    """

    start: int
    end: int
    words: tuple[str, ...]


def is_routine(words: Sequence[str]) -> bool:
    """Tell whether a statement may have a `BEGIN ATOMIC` body."""
    if not words or words[0] != "create":
        return False
    kind = words[3:4] if words[1:3] == ["or", "replace"] else words[1:2]
    return kind in (["function"], ["procedure"])


def copies_with_client(words: Sequence[str]) -> str | None:
    """Return "from" or "to" if a statement is a COPY whose rows pass through the client."""
    if words[:1] != ("copy",):
        return None
    for word, following in zip(words[1:], words[2:], strict=False):
        # A schema's table may be named `from`; the keyword is the last of such a row.
        if word in _DIRECTIONS and following not in _DIRECTIONS:
            return word if following in _CLIENT else None
    return None


def copies_binary(text: str, statement: Statement) -> bool:
    """Tell whether a COPY's rows are bytes, which no text file holds."""
    words = statement.words
    old = words[1:2] == ("binary",) and words[2:3] not in (("from",), ("to",))
    return old or words[-1] == "binary" or bool(_BINARY.search(text, statement.start, statement.end))
