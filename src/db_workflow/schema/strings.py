"""Whether a plain string obeys backslashes: what `SET standard_conforming_strings` changes.

The server reads a whole message before it runs the first statement in it, so a file that changes
this setting cannot be one message, and what follows has to be scanned by the other rule.
"""

import re

from db_workflow.schema.statement import Statement

SETTING = "standard_conforming_strings"
_VALUE = re.compile(rf"{SETTING}\W+(?:to\s+)?'?(\w+)", re.IGNORECASE)
_SETTERS = {"set", "reset", "select"}
_OFF = {"of", "off", "f", "fa", "fal", "fals", "false", "n", "no", "0"}
_ON = {"on", "t", "tr", "tru", "true", "y", "ye", "yes", "1", "default"}


def strings_after(text: str, statement: Statement, *, standard: bool) -> bool:
    """Return whether strings are standard after a statement.

    Args:
        text: the SQL that the statement is in.
        statement: the statement.
        standard: whether they were before it.

    """
    words = statement.words
    if not words or words[0] not in _SETTERS:
        return standard
    if words[0] == "select" and "set_config" not in words:
        return standard
    if words[0] == "reset":
        return standard or words[1:2] in (("all",), (SETTING,))
    value = _VALUE.search(text, statement.start, statement.end)
    word = value[1].lower() if value else ""
    return word not in _OFF and (standard or word in _ON)
