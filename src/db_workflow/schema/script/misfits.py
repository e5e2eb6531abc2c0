"""What a SQL file may not hold, each with what to do instead."""

import re

from db_workflow.schema.script.scan import Scan
from db_workflow.schema.script.setting import ENCODING, STRINGS, is_switch, value_set
from db_workflow.schema.script.statement import Statement, copies_binary, copies_with_client

HEADER = "-- db_workflow: no-transaction"
_ONE_DATABASE = "a step runs in the database that is being migrated, and in no other"
_A_STEP = "list that file as a step of its own"
_THE_VALUE = "write the value itself, or use a Python step"
_INSTEAD = {
    "\\copy": "use COPY … FROM STDIN with the rows below it, or a Python step",
    "\\c": _ONE_DATABASE,
    "\\connect": _ONE_DATABASE,
    "\\i": _A_STEP,
    "\\ir": _A_STEP,
    "\\include": _A_STEP,
    "\\include_relative": _A_STEP,
    "\\set": _THE_VALUE,
    "\\gset": _THE_VALUE,
    "\\gexec": "use DO with EXECUTE",
    "\\if": "use DO with IF, or a Python step",
    "\\;": "end the statement with a plain semicolon",
    "\\.": "it ends the rows of a COPY … FROM STDIN, and none is open",
}
_ENDS_TRANSACTION = {"begin", "commit", "end", "abort", "rollback", "start"}
_UTF8 = {"utf8", "utf-8", "unicode", "default"}
# The first words of statements that the server runs outside transactions only.
_ALONE = {
    ("create", "index", "concurrently"),
    ("drop", "index", "concurrently"),
    ("create", "database"),
    ("drop", "database"),
    ("create", "tablespace"),
    ("drop", "tablespace"),
    ("alter", "system"),
    ("discard", "all"),
    ("reindex", "database"),
    ("reindex", "schema"),
    ("reindex", "system"),
    ("vacuum",),
}
_ALONE_HEADS = {words[0] for words in _ALONE} | {"cluster"}
# As a text: compiled when the first REINDEX needs it, not at import.
_OPTION = r"\A\w+\s*\([^()]*\bconcurrently\b(?!\s*(?:false|off|0)\b)"


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
        problems.append((text.index("\0"), "a NUL character, which SQL cannot hold"))
    for statement in found.statements:
        problem = statement.words and _problem(text, statement, transaction=transaction)
        if problem:
            problems.append((statement.start, problem))
    return sorted(problems + _undone_settings(found))


def _psql_only(text: str) -> str:
    if text.startswith(":"):
        return f"{text} is a variable of psql, not SQL: {_THE_VALUE}"
    instead = _INSTEAD.get(text)
    return f"{text} is a command of psql, not SQL" + (f": {instead}" if instead else "")


def _problem(text: str, statement: Statement, *, transaction: bool) -> str | None:
    words = statement.words
    if words[0].startswith("\ufeff"):
        return "a byte order mark inside the file (were files joined?); take it out"
    control = _control(words, transaction=transaction)
    if control or words[0] in {"insert", "update", "delete"}:  # what large files are made of
        return control
    alone = _runs_alone(text, statement) if transaction else None
    if alone:
        return f"{alone} cannot run in a transaction: put `{HEADER}` into the file's first lines"
    return _copy(text, statement) or _setting(text, statement, transaction=transaction)


def _control(words: tuple[str, ...], *, transaction: bool) -> str | None:
    """Judge transaction control."""
    ends = words[0] in _ENDS_TRANSACTION or words[:2] == ("prepare", "transaction")
    # ROLLBACK TO a savepoint stays inside the transaction.
    inside = words[0] in {"savepoint", "release"} or (words[0] == "rollback" and "to" in words)
    if transaction and ends and not inside:
        return (
            f"{' '.join(words[:2]).upper()} at top level; the runner opens and ends the"
            " transaction, and nothing may end it halfway"
        )
    if not transaction and (ends or inside):
        return (
            f"{' '.join(words[:2]).upper()} at top level; in a no-transaction file every statement"
            " stands by itself: split the file, and put what belongs together into a step without"
            f" `{HEADER}`"
        )
    return None


def _runs_alone(text: str, statement: Statement) -> str | None:
    """Return the name of a statement that the server runs outside transactions only."""
    words = statement.words
    if words[-1] == "concurrently" and words[:2] == ("alter", "table") and "detach" in words:
        return "DETACH PARTITION … CONCURRENTLY"
    if words[0] not in _ALONE_HEADS:
        return None
    head = tuple(word for word in words[:4] if word != "unique")
    for length in (1, 2, 3):
        if head[:length] in _ALONE:
            return " ".join(head[:length]).upper()
    piece = text[statement.start : statement.end]
    if words[0] == "reindex" and (
        "concurrently" in words[:3] or re.search(_OPTION, piece, re.IGNORECASE)
    ):
        return "REINDEX … CONCURRENTLY"
    if words[0] == "cluster" and words[1:] in ((), ("verbose",)) and '"' not in piece:
        return "CLUSTER without a table"
    return None


def _copy(text: str, statement: Statement) -> str | None:
    direction = copies_with_client(statement.words)
    if direction == "to":
        return "COPY … TO STDOUT has nothing to write to here; use a Python step"
    if direction == "from" and copies_binary(text, statement):
        return "COPY … FROM STDIN in binary format: a text file cannot hold its rows"
    return None


def _setting(text: str, statement: Statement, *, transaction: bool) -> str | None:
    """Judge settings that change how the rest of the file is to be read."""
    encoding = value_set(text, statement, ENCODING)
    if encoding is not None and encoding not in _UTF8:
        return f"{ENCODING} {encoding}: files are UTF-8; save it so, and take the SET out"
    words = statement.words
    strings = value_set(text, statement, STRINGS)
    if strings is not None:
        if not is_switch(strings):
            return f"the value of {STRINGS} cannot be read; write on or off"
        if not transaction and "local" in words:
            return f"SET LOCAL {STRINGS} has no effect outside a transaction; take it out"
    elif words[0] in {"do", "with"} and STRINGS in text[statement.start : statement.end].lower():
        return f"{STRINGS} inside {words[0].upper()}: set it at top level, where it can be seen"
    return None


def _undone_settings(found: Scan) -> list[tuple[int, str]]:
    """Refuse to go back behind a change of how strings are read: it would be undone unseen."""
    changes = [cut.statement for cut in found.breaks if cut.data is None]
    return [
        (statement.start, f"ROLLBACK TO after a change of {STRINGS}: split the file between them")
        for statement in (found.statements[min(changes) :] if changes else ())
        if statement.words[:1] == ("rollback",) and "to" in statement.words
    ]
