"""What a SQL file may not hold, each with what to do instead."""

import re

from db_workflow.schema.scanner import Scan
from db_workflow.schema.statement import Statement, copies_binary, copies_with_client
from db_workflow.schema.strings import SETTING

HEADER = "-- db_workflow: no-transaction"
_INSTEAD = {
    "\\copy": "use COPY … FROM STDIN with the rows below it, or a Python step",
    "\\c": "a step runs in the database that is being migrated, and in no other",
    "\\connect": "a step runs in the database that is being migrated, and in no other",
    "\\i": "list that file as a step of its own",
    "\\ir": "list that file as a step of its own",
    "\\include": "list that file as a step of its own",
    "\\include_relative": "list that file as a step of its own",
    "\\;": "end the statement with a plain semicolon",
    "\\:": "a plain colon is left alone here",
    "\\.": "it ends the rows of a COPY … FROM STDIN, and none is open",
    "\\set": "write the value itself, or use a Python step",
    "\\gset": "write the value itself, or use a Python step",
    "\\gexec": "use DO with EXECUTE",
    "\\if": "use DO with IF, or a Python step",
}
_ENDS_TRANSACTION = {"begin", "commit", "end", "abort", "rollback", "start"}
_SAVEPOINTS = {"savepoint", "release"}
_ENCODING = re.compile(r"client_encoding\W+(?:to\s+)?'?([\w-]+)|\bnames\s*'?([\w-]*)", re.IGNORECASE)
_UTF8 = {"utf8", "utf-8", "unicode", "default", ""}
_CONCURRENTLY = re.compile(r"\(\s*(?:[^()]*,)?\s*concurrently\s*(?!\s*(?:false|off|0))[,)\s]", re.I)


def misfits(text: str, found: Scan, *, transaction: bool) -> list[tuple[int, str]]:
    """Return what cannot run as a migration step: places, and what is wrong there.

    Args:
        text: the file.
        found: what it holds.
        transaction: whether the runner runs it in one transaction.

    """
    problems = [(only.start, _psql_only(only.text)) for only in found.psql_only]
    problems += [
        (at, "something follows COPY … FROM STDIN on its line; put it below the rows")
        for at in found.trailing
    ]
    if "\0" in text:
        problems.append((text.index("\0"), "a NUL character"))
    for statement in found.statements:
        problem = _problem(text, statement, transaction=transaction)
        if problem:
            problems.append((statement.start, problem))
    return sorted(problems)


def _psql_only(text: str) -> str:
    if text.startswith(":"):
        return f"{text} is a variable of psql, not SQL: write the value itself"
    instead = _INSTEAD.get(text)
    return f"{text} is a command of psql, not SQL" + (f": {instead}" if instead else "")


def _problem(text: str, statement: Statement, *, transaction: bool) -> str | None:
    words = statement.words
    if not words:
        return None
    return (
        _control(words, transaction=transaction)
        or (_alone(text, statement) if transaction else None)
        or _copy(text, statement)
        or _setting(text, statement)
    )


def _control(words: tuple[str, ...], *, transaction: bool) -> str | None:
    """Judge transaction control."""
    # ROLLBACK TO a savepoint stays inside the transaction.
    inside = words[0] in _SAVEPOINTS or (words[0] == "rollback" and "to" in words)
    ends = words[0] in _ENDS_TRANSACTION or words[:2] == ("prepare", "transaction")
    named = " ".join(words[:2]).upper()
    if not transaction and (ends or inside):
        return (
            f"{named} at top level; each statement of a no-transaction file runs by itself: put"
            " what belongs together into a file without that line"
        )
    if ends and not inside:
        return (
            f"{named} at top level; the runner opens and ends the transaction, and nothing may"
            " end it halfway"
        )
    return None


def _alone(text: str, statement: Statement) -> str | None:
    """Judge statements that the server runs outside transactions only."""
    name = _runs_alone(text, statement)
    if name is None:
        return None
    return f"{name} cannot run in a transaction: put `{HEADER}` into the first lines of the file"


def _runs_alone(text: str, statement: Statement) -> str | None:
    words = statement.words
    head = tuple(word for word in words[:4] if word != "unique")
    two = head[:2]
    if head[:3] in {
        ("create", "index", "concurrently"),
        ("drop", "index", "concurrently"),
    }:
        return " ".join(head[:3]).upper()
    if two in {
        ("create", "database"),
        ("drop", "database"),
        ("create", "tablespace"),
        ("drop", "tablespace"),
        ("alter", "system"),
        ("discard", "all"),
        ("reindex", "database"),
        ("reindex", "schema"),
        ("reindex", "system"),
    }:
        return " ".join(two).upper()
    if words[0] == "vacuum":
        return "VACUUM"
    if words[0] == "reindex" and (
        "concurrently" in words[:3]
        or _CONCURRENTLY.search(text, statement.start, statement.end)
    ):
        return "REINDEX … CONCURRENTLY"
    if words[:2] == ("alter", "table") and "detach" in words and words[-1] == "concurrently":
        return "DETACH PARTITION … CONCURRENTLY"
    whole = '"' not in text[statement.start : statement.end]
    if words[0] == "cluster" and whole and words[1:] in ((), ("verbose",)):
        return "CLUSTER without a table"
    return None


def _copy(text: str, statement: Statement) -> str | None:
    direction = copies_with_client(statement.words)
    if direction == "to":
        return "COPY … TO STDOUT has nowhere to write to here; use a Python step"
    if direction == "from" and copies_binary(text, statement):
        return "COPY … FROM STDIN in binary format: a text file cannot hold its rows"
    return None


def _setting(text: str, statement: Statement) -> str | None:
    """Judge settings that change how the rest of the file is to be read."""
    words = statement.words
    piece = slice(statement.start, statement.end)
    if words[0] == "do" and SETTING in text[piece].lower():
        return f"{SETTING} is changed inside DO: set it at top level, where it can be seen"
    if words[0] == "set" or (words[0] == "select" and "set_config" in words):
        encoding = _ENCODING.search(text[piece])
        name = (encoding[1] or encoding[2] or "").lower() if encoding else ""
        if name not in _UTF8:
            return f"client_encoding {name}: files are UTF-8; save the file as UTF-8, drop the SET"
    return None
