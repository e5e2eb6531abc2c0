"""One SQL file: read, checked for what cannot run here, and cut into what is sent."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from db_workflow.errors import MigrationError
from db_workflow.schema.script.misfits import HEADER, misfits
from db_workflow.schema.script.parts import Part, parts_of
from db_workflow.schema.script.place import Place, line_of, place_in
from db_workflow.schema.script.scan import Scan
from db_workflow.schema.script.scanner import scan
from db_workflow.schema.script.statement import Statement

__all__ = [
    "Part",
    "Place",
    "Script",
    "Statement",
    "line_of",
    "locate",
    "read_script",
    "statement_lines",
]

_BOM = b"\xef\xbb\xbf"
_PROBLEMS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Script:
    """A SQL file that may be sent to the server.

    Attributes:
        shown: the path as a person types it.
        text: the whole file, without a byte order mark.
        transaction: whether it runs in one transaction; False when a comment above its first
            statement says `-- db_workflow: no-transaction`.
        statements: every statement, in order; the rows of a COPY belong to none.
        parts: what is sent, one message each, in order; none for a file of comments.
        complete: whether more SQL may follow the last part in the same message after a line
            with a semicolon: that part carries no rows, and it ends outside quotes, comments and
            parentheses, with strings that obey the standard.
        notes: what is odd about the file, but no reason to refuse it.
        checksum: SHA-256 of the bytes that were read, in hexadecimal.

    """

    shown: str
    text: str
    transaction: bool
    statements: tuple[Statement, ...]
    parts: tuple[Part, ...]
    complete: bool
    notes: tuple[str, ...]
    checksum: str

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to send; the driver fails on an empty query."""
        return not self.parts


def read_script(path: Path, *, shown: str) -> Script:
    """Read a SQL file and refuse what cannot run as a migration step.

    Args:
        path: the file.
        shown: its path as a person types it, for messages.

    Raises:
        MigrationError: not UTF-8, a NUL, psql's own commands and variables, transaction control,
            COPY TO STDOUT, another client encoding, a word to the runner that it would not obey,
            a statement that cannot run in a transaction in a file that runs in one; every finding
            with its line, and what to do.

    """
    text, notes, checksum = _read(path, shown)
    found = scan(text)
    transaction, problems = _transaction(text, found)
    problems += misfits(text, found, transaction=transaction)
    if problems:
        raise _refusal(_listed(problems, text, shown))
    parts = parts_of(text, found)
    rows_last = bool(parts) and parts[-1].data is not None
    complete = found.closed and found.standard and not rows_last
    statements = tuple(found.statements)
    return Script(shown, text, transaction, statements, parts, complete, notes, checksum)


def _read(path: Path, shown: str) -> tuple[str, tuple[str, ...], str]:
    """Return a file's text, what is odd about its bytes, and their checksum.

    The bytes themselves are not needed any longer, and may be many.
    """
    content = path.read_bytes()
    checksum = hashlib.sha256(content).hexdigest()
    return _decoded(content, shown), tuple(_notes(content, shown)), checksum


def _decoded(content: bytes, shown: str) -> str:
    # A byte order mark, or every other byte of the first letters zero.
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"} or content[:4].count(0) == 2:
        raise _refusal([f"{shown}:1: UTF-16; save the file as UTF-8"])
    try:
        return content.removeprefix(_BOM).decode()
    except UnicodeDecodeError as error:
        start = error.start + len(content) - len(content.removeprefix(_BOM))
        line = content.count(b"\n", 0, start) + 1
        raise _refusal(
            [f"{shown}:{line}: not UTF-8: {error.reason}; save the file as UTF-8"]
        ) from error


def _notes(content: bytes, shown: str) -> list[str]:
    notes = []
    if content.startswith(_BOM):
        notes.append(
            f"{shown}:1: begins with a byte order mark; it is not sent, but counts in the checksum"
        )
    if b"\r\n" in content:
        notes.append(
            f"{shown}: has CRLF line ends; git's autocrlf would change its checksum: say"
            " `*.sql -text` in .gitattributes"
        )
    return notes


def _transaction(text: str, found: Scan) -> tuple[bool, list[tuple[int, str]]]:
    """Return whether the runner opens a transaction, and words to it that it would not obey."""
    first = found.statements[0].start if found.statements else len(text)
    transaction = True
    problems = []
    for mark in found.marks:
        if mark.word != "no-transaction" or not mark.plain:
            wrong = f"db_workflow: {mark.word}: only `{HEADER}`, in a comment of one line, is known"
            problems.append((mark.start, wrong))
        elif mark.start > first:
            wrong = f"`{HEADER}` counts above the first statement only; move it there"
            problems.append((mark.start, wrong))
        else:
            transaction = False
    return transaction, problems


def _listed(problems: list[tuple[int, str]], text: str, shown: str) -> list[str]:
    """Return problems with their lines; a file that is something else altogether has thousands."""
    lines = [
        f"{shown}:{line_of(text, at)}: {what}" for at, what in sorted(problems)[:_PROBLEMS_SHOWN]
    ]
    more = len(problems) - len(lines)
    return [*lines, f"{shown}: and {more:,} more"] if more else lines


def _refusal(lines: list[str]) -> MigrationError:
    return MigrationError(
        "A SQL file cannot run as a migration step:\n" + "\n".join(f"  - {line}" for line in lines),
        why="nothing of it was sent to the server",
        next="mend the file, then invoke migrate",
        data={"problems": lines},
    )


def locate(script: Script, position: int) -> Place:
    """Return the place of a server's error position (in characters of the file, from 1)."""
    return place_in(script.text, position - 1, shown=script.shown)


def statement_lines(script: Script) -> tuple[int, ...]:
    """Return the line on which each statement begins."""
    lines = []
    line, place = 1, 0
    for statement in script.statements:
        line += script.text.count("\n", place, statement.start)
        place = statement.start
        lines.append(line)
    return tuple(lines)
