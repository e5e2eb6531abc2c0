"""One SQL file: read, checked for what cannot run here, and shown where the server found fault."""

import bisect
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from db_workflow.errors import MigrationError
from db_workflow.schema.scanner import Statement, scan

_BOM = b"\xef\xbb\xbf"
_COPY = "COPY has nothing to read from or write to here; use INSERT, or a Python step"
_ENDS_TRANSACTION = {"begin", "commit", "end", "abort", "rollback", "start"}


@dataclass(frozen=True, slots=True)
class Script:
    """A SQL file that may be sent to the server.

    Attributes:
        shown: the path as a person types it.
        text: the whole file.
        statements: where each statement begins, in characters from 0; empty for a file that
            holds nothing but comments.

    """

    shown: str
    text: str
    statements: tuple[int, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to send; the driver fails on an empty query."""
        return not self.statements


def read_script(path: Path, *, shown: str) -> Script:
    """Read a SQL file and refuse what cannot run inside the runner's transaction.

    Args:
        path: the file.
        shown: its path as a person types it, for messages.

    Raises:
        MigrationError: not UTF-8, a byte order mark, psql's own commands, transaction control,
            COPY FROM STDIN; every finding with its line.

    """
    content = path.read_bytes()
    if content.startswith(_BOM):
        raise _refusal([f"{shown}:1: a byte order mark; save the file as UTF-8 without one"])
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _refusal([f"{shown}:{line}: not UTF-8: {error.reason}"]) from error
    found = scan(text)
    problems = [
        (only.start, f"{only.text} is a command of psql, not SQL") for only in found.psql_only
    ]
    if "\0" in text:
        problems.append((text.index("\0"), "a NUL character"))
    for statement in found.statements:
        problem = _statement_problem(statement)
        if problem:
            problems.append((statement.start, problem))
        if problem == _COPY:
            # What follows is data; the scanner has taken it for SQL.
            problems = [(at, what) for at, what in problems if at <= statement.start]
            break
    if problems:
        raise _refusal([f"{shown}:{line_of(text, at)}: {what}" for at, what in sorted(problems)])
    return Script(shown, text, tuple(statement.start for statement in found.statements))


def _statement_problem(statement: Statement) -> str | None:
    words = statement.words
    if not words:
        return None
    if words[0] == "copy" and {"stdin", "stdout"} & set(words):
        return _COPY
    is_control = words[0] in _ENDS_TRANSACTION or words[:2] == ["prepare", "transaction"]
    # ROLLBACK TO a savepoint stays inside the transaction.
    if is_control and not (words[0] == "rollback" and "to" in words):
        return (
            f"{' '.join(words[:2]).upper()} at top level; the runner opens and ends the"
            " transaction, and nothing may end it halfway"
        )
    return None


def _refusal(lines: list[str]) -> MigrationError:
    return MigrationError(
        "A SQL file cannot run as a migration step:\n" + "\n".join(f"  - {line}" for line in lines),
        why="nothing of it was sent to the server",
        next="mend the file, then invoke migrate",
        data={"problems": lines},
    )


def line_of(text: str, offset: int) -> int:
    """Return the line, from 1, of a place in a text given in characters from 0."""
    return text.count("\n", 0, offset) + 1


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file. Line and column count from 1, the column in characters."""

    shown: str
    line: int
    column: int
    source: str

    def __str__(self) -> str:
        """Return `file:line:column`, the line itself, and a caret below it."""
        # Tabs stay tabs and wide characters count double, so that the caret stands right.
        lead = "".join(
            character if character == "\t" else " " * _width(character)
            for character in self.source[: self.column - 1]
        )
        number = str(self.line)
        return (
            f"{self.shown}:{self.line}:{self.column}\n"
            f"  {number} | {self.source}\n"
            f"  {' ' * len(number)} | {lead}^"
        )


def locate(script: Script, position: int) -> Place:
    """Return the place of a server's error position (in characters, from 1)."""
    text = script.text
    offset = min(max(position - 1, 0), len(text))
    begin = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    source = text[begin : len(text) if end < 0 else end].rstrip("\r")
    return Place(script.shown, line_of(text, offset), offset - begin + 1, source)


def statement_lines(script: Script) -> tuple[int, ...]:
    """Return the line on which each statement begins."""
    breaks = [match.start() for match in re.finditer("\n", script.text)]
    return tuple(bisect.bisect_left(breaks, start) + 1 for start in script.statements)


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
