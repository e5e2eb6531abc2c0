"""SQL files as they are handed to squawk, and what is said of them before that."""

import re
from collections.abc import Iterable

from db_workflow.errors import MigrationError
from db_workflow.schema.lint.result import Finding, Level
from db_workflow.schema.lint.rules import CANNOT_RUN, FILE_BYTES
from db_workflow.schema.lint.squawk import Source
from db_workflow.schema.plan import Entry
from db_workflow.schema.script.script import Script, read_script
from db_workflow.settings import Settings

# What the messages about a file begin with, after its name.
_PLACE = re.compile(r":(\d+)(?::(\d+))?: ")
# What pg_dump writes for psql, and psql alone.
_RESTRICT = re.compile(r"^\\(?:un)?restrict\b[^\n]*", re.MULTILINE)


def read_sources(
    entries: Iterable[Entry], *, settings: Settings
) -> tuple[list[Source], list[Finding]]:
    """Read the SQL files among steps.

    Returns:
        The files that squawk can read, and what is to be said of files beside that. A file that
        the runner would refuse is not among the former: half of what squawk says would follow
        from what is wrong with it.

    """
    sources: list[Source] = []
    findings: list[Finding] = []
    for entry in entries:
        if entry.kind != "sql":
            continue
        shown = settings.relative(entry.path)
        try:
            script = read_script(entry.path, shown=shown)
        except MigrationError as error:
            problems = error.data["problems"]
            findings += [_finding(shown, text, CANNOT_RUN, "error") for text in problems]
            continue
        findings += [_finding(shown, text, FILE_BYTES, "warning") for text in script.notes]
        sources.append(Source(entry.path, script.transaction, squawk_text(script)))
    return sources, findings


def squawk_text(script: Script) -> str | None:
    """Return what squawk is to read instead of a file, or None where it may read the file.

    Rows below a COPY, and the lines that pg_dump writes for psql, are no SQL: they become blank,
    and every statement keeps its line.
    """
    text = _RESTRICT.sub(_blank, script.text)
    for part in script.parts:
        if part.data is not None:
            # The rows begin on the line after their statement, and end with a line of their own.
            start = text.find("\n", part.start + len(part.text)) + 1 or len(text)
            end = start + len(part.data)
            rows = text[start:end] + text[end : end + 2].replace("\\.", "  ")
            text = text[:start] + _blank(rows) + text[start + len(rows) :]
    return None if text == script.text else text


def _blank(rows: str | re.Match[str]) -> str:
    text = rows if isinstance(rows, str) else rows.group()
    return re.sub(r"[^\n]", " ", text)


def _finding(shown: str, text: str, rule: str, level: Level) -> Finding:
    """Return a finding for a message that may begin with the file's name and a place in it."""
    message = text.removeprefix(shown)
    place = _PLACE.match(message)
    line, column = place.groups() if place else (None, None)
    return Finding(
        file=shown,
        rule=rule,
        message=message[place.end() :] if place else message.removeprefix(": "),
        level=level,
        source="db_workflow",
        line=int(line) if line else None,
        column=int(column) if column else None,
    )
