"""One statement of a file, and the kinds of it that the scanner must know."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

_DIRECTIONS = ("from", "to")
_CLIENT = ("stdin", "stdout")
# As a text: compiled when the first COPY needs it, not at import.
_BINARY = r"\bformat\s*'?binary\b"


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
    """Tell whether a statement that begins so may have a `BEGIN ATOMIC` body."""
    if not words or words[0] != "create":
        return False
    kind = words[3:4] if words[1:3] == ["or", "replace"] else words[1:2]
    return kind in (["function"], ["procedure"])


def copies_with_client(words: tuple[str, ...]) -> str | None:
    """Return "from" or "to" if a statement is a COPY whose rows pass through the client."""
    if words[:1] != ("copy",):
        return None
    for word, following in itertools.pairwise(words):
        # A table may be `some.from`; the keyword is the last of such a row.
        if word in _DIRECTIONS and following not in _DIRECTIONS:
            # The server takes either name for "the client", whatever the direction.
            return word if following in _CLIENT else None
    return None


def copies_binary(text: str, statement: Statement) -> bool:
    """Tell whether a COPY's rows are bytes, which no text file holds."""
    words = statement.words
    first = words[1:2] == ("binary",) and words[2:3] not in (("from",), ("to",))
    piece = text[statement.start : statement.end]
    return first or words[-1] == "binary" or bool(re.search(_BINARY, piece, re.IGNORECASE))
