"""What a statement works on that cannot be rolled back: read from its text, as far as needed.

The server decides which statements run outside a transaction. Only for those that leave something
behind when they are interrupted has somebody to know what to look for; their heads are short and
rigid.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from db_workflow.schema.script.lexeme import after_block

Verb = Literal["create index", "drop index", "reindex", "detach"]

_TOKEN = re.compile(
    r"""
      (?P<space>\s+|--[^\n]*)
    | (?P<block>/\*)
    | (?P<quoted>[uU]&"(?:[^"]|"")*"|"(?:[^"]|"")+")
    | (?P<word>[A-Za-z_\x80-\U0010ffff][\w$]*)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_NAME = re.compile(r'["A-Za-z_\x80-\U0010ffff]')
# No head is longer, whatever follows it.
_TOKENS_READ = 60


@dataclass(frozen=True, slots=True)
class Target:
    """What a statement works on, as it is spelled there.

    Attributes:
        verb: what it does.
        name: the index, or the partition; None for an index that the server names.
        table: the index's table, or the partitioned one.
        lenient: whether IF NOT EXISTS passes over what is there.
        concurrently: whether it says so.

    """

    verb: Verb
    name: str | None = None
    table: str | None = None
    lenient: bool = False
    concurrently: bool = False

    @property
    def waits_politely(self) -> bool:
        """Whether nobody has to stand behind it while it waits for others to end.

        It waits for every older transaction, on any table, for as long as that takes; its own lock
        keeps out neither readers nor writers meanwhile. A limit would only make it fail.
        """
        return self.concurrently and self.verb != "detach"


def target_of(text: str) -> Target | None:
    """Return what a statement works on, if it is of a kind that leaves something behind."""
    read = _Reader(text)
    if read.skip("create"):
        return _created(read)
    if read.skip("drop", "index"):
        concurrently = read.skip("concurrently")
        read.skip("if", "exists")
        return Target("drop index", read.name(), concurrently=concurrently)
    if read.skip("reindex"):
        return _reindexed(read)
    if read.skip("alter", "table"):
        read.skip("if", "exists")
        table = read.name()
        if table and read.skip("detach", "partition"):
            return Target("detach", read.name(), table, concurrently=read.skip("concurrently"))
    return None


def _created(read: "_Reader") -> Target | None:
    read.skip("unique")
    if not read.skip("index"):
        return None
    concurrently = read.skip("concurrently")
    lenient = read.skip("if", "not", "exists")
    name = None if read.skip("on") else read.name()
    if name is not None and not read.skip("on"):
        return None
    read.skip("only")
    return Target("create index", name, read.name(), lenient, concurrently)


def _reindexed(read: "_Reader") -> Target:
    concurrently = "concurrently" in read.parentheses()
    named = read.skip("index") or read.skip("table")
    if not named:
        _ = read.skip("schema") or read.skip("database") or read.skip("system")
    concurrently = read.skip("concurrently") or concurrently
    # A schema or a database is reindexed whole: there is no relation to name.
    return Target("reindex", read.name() if named else None, concurrently=concurrently)


class _Reader:
    """Reads a statement's head, token by token."""

    def __init__(self, text: str) -> None:
        self._tokens = list(islice(_tokens(text), _TOKENS_READ))
        self._at = 0

    def skip(self, *words: str) -> bool:
        """Pass these words if they come next, all of them."""
        end = self._at + len(words)
        if [token.lower() for token in self._tokens[self._at : end]] != list(words):
            return False
        self._at = end
        return True

    def name(self) -> str | None:
        """Pass a name, qualified or not, and return it as it is spelled."""
        if not self._is_name():
            return None
        parts = [self._next()]
        while self.skip("."):
            if not self._is_name():
                return None
            parts.append(self._next())
        return ".".join(parts)

    def parentheses(self) -> list[str]:
        """Pass what stands in parentheses, and return it in lower case."""
        inside: list[str] = []
        if self.skip("("):
            while self._at < len(self._tokens) and not self.skip(")"):
                inside.append(self._next().lower())
        return inside

    def _is_name(self) -> bool:
        return self._at < len(self._tokens) and _NAME.match(self._tokens[self._at]) is not None

    def _next(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1]


def _tokens(text: str) -> Iterator[str]:
    """Yield names, words and signs; no spaces, no comments."""
    place = 0
    while match := _TOKEN.match(text, place):
        place = match.end()
        if match.lastgroup == "block":
            place = after_block(text, place) or len(text)
        elif match.lastgroup != "space":
            yield match.group()
