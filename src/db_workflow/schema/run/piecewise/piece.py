"""One statement of a file that runs statement by statement."""

import hashlib
import re
from dataclasses import dataclass

from db_workflow.schema.script.script import Script, line_of

# What is good for one session only, and so is repeated when an interrupted run is taken up.
_OF_SESSION = {"set", "reset", "load", "prepare", "deallocate", "discard"}
# What may be done again whatever a failure has left of it. A procedure is not among them: nobody
# knows what it has committed.
_REPEATABLE = {"vacuum", "cluster"}
_SESSION_FUNCTIONS = {"set_config", "setseed", "pg_advisory_lock", "pg_advisory_lock_shared"}
# What is good for one transaction only.
_OF_TRANSACTION = re.compile(r"(lock|declare|set local|set constraints|set transaction)\b")
_TEMPORARY = re.compile(
    r"create (?:or replace )?(?:global |local )?temp(?:orary)? (?:recursive )?(?:table|view|seq)"
    r"|select\b.* into (?:global |local )?temp(?:orary)? (?!from\b)"
    r"|create\b.* pg_temp\b"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A statement, and the rows that stand below it if it is COPY … FROM STDIN.

    Attributes:
        number: its place in the file, from 1.
        start: where its text begins in the file, in characters from 0.
        text: the statement.
        words: its bare words outside parentheses, in lower case.
        data: the rows.

    """

    number: int
    start: int
    text: str
    words: tuple[str, ...] = ()
    data: str | None = None

    @property
    def digest(self) -> str:
        """By what an edit of its text or its rows is noticed.

        The beginning of a SHA-256 is enough for that, and the record holds one a statement.
        """
        whole = hashlib.sha256("\0".join((self.text, self.data or "")).encode())
        return whole.hexdigest()[:16]

    @property
    def is_of_session(self) -> bool:
        """Whether a later statement may need what it did to the session."""
        first = self.words[0] if self.words else ""
        return first in _OF_SESSION or (
            first == "select" and not _SESSION_FUNCTIONS.isdisjoint(self.words)
        )

    @property
    def repeats_safely(self) -> bool:
        """Whether it may run once more after it failed without a transaction around it."""
        return bool(self.words) and self.words[0] in _REPEATABLE

    @property
    def empties_session(self) -> bool:
        """Whether it may take the step's limits away, and the driver's own statements."""
        return self.words[:1] in {("discard",), ("deallocate",)} or self.words[:2] == (
            "reset",
            "all",
        )


def pieces_of(script: Script) -> tuple[Piece, ...]:
    """Return a file's statements in order."""
    rows = {part.start: part.data for part in script.parts if part.data is not None}
    return tuple(
        Piece(
            number,
            statement.start,
            script.text[statement.start : statement.end],
            statement.words,
            rows.get(statement.start),
        )
        for number, statement in enumerate(script.statements, start=1)
    )


def problems_of(script: Script) -> list[str]:
    """Return what cannot run statement by statement, each with its file and line."""
    return [
        f"{script.shown}:{line_of(script.text, piece.start)}: {problem}"
        for piece in pieces_of(script)
        if (problem := _problem(piece))
    ]


def _problem(piece: Piece) -> str | None:
    words = " ".join(piece.words)
    if match := _OF_TRANSACTION.match(words):
        return (
            f"{match[1].upper()} lasts until its transaction ends, and in a no-transaction file"
            " each statement has a transaction of its own; put what belongs together into a file"
            " without that line"
        )
    if _TEMPORARY.match(words):
        return (
            "a temporary object is gone when an interrupted run is taken up in another session;"
            " use a table, and drop it in the last statement"
        )
    return None
