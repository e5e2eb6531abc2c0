"""What a statement sets a setting of the session to, as far as its text says it.

Two settings decide how the rest of a file is to be read, so they must be known before it is sent:
`standard_conforming_strings` (whether a plain string obeys backslashes; the server reads a whole
message by the rule that held before it) and `client_encoding`.
"""

import re

from db_workflow.schema.script.statement import Statement

STRINGS = "standard_conforming_strings"
ENCODING = "client_encoding"
DEFAULT = "default"
# The server accepts every beginning of a word that is not the beginning of another.
_OFF = {"of", "off", "f", "fa", "fal", "fals", "false", "n", "no", "0"}
_ON = {"on", "t", "tr", "tru", "true", "y", "ye", "yes", "1", DEFAULT}
# Patterns as texts: `re` compiles and keeps them when the first file needs them, not at import.
_COMMENT = r"--[^\n\r]*|/\*.*?\*/"
_SET = r"\Aset\s+(?:session\s+|local\s+)?\"?{name}\"?\s*(?:=|\bto\b)\s*(.+)"
_SET_NAMES = r"\Aset\s+(?:session\s+|local\s+)?names\b\s*(.*)"
_SET_CONFIG = r"set_config\s*\(\s*'{name}'\s*,\s*([^,)]+)"
_FLAGS = re.IGNORECASE | re.DOTALL


def value_set(text: str, statement: Statement, name: str) -> str | None:
    """Return the value a statement gives a setting, in lower case and without its quotes.

    Args:
        text: the SQL that the statement is in.
        statement: the statement.
        name: the setting.

    """
    words = statement.words
    if not words:
        return None
    if words[0] == "reset":
        return DEFAULT if words[1:2] in (("all",), (name,)) else None
    if words[0] == "set":
        pattern = _SET.format(name=name)
        if name == ENCODING and "names" in words[1:3]:
            pattern = _SET_NAMES
    elif words[0] == "select" and "set_config" in words:
        pattern = _SET_CONFIG.format(name=name)
    else:
        return None
    bare = re.sub(_COMMENT, " ", text[statement.start : statement.end], flags=re.DOTALL)
    values: list[str] = re.findall(pattern, bare, _FLAGS)
    return (values[-1].strip().strip("'").lower() or DEFAULT) if values else None


def strings_after(text: str, statement: Statement, *, standard: bool) -> bool:
    """Return whether plain strings leave backslashes alone after a statement.

    Args:
        text: the SQL that the statement is in.
        statement: the statement.
        standard: whether they did before it.

    """
    value = value_set(text, statement, STRINGS)
    if value is None:
        return standard
    return value not in _OFF and (standard or value in _ON)


def is_switch(value: str) -> bool:
    """Tell whether a value is one that turns a setting on or off."""
    return value in _ON | _OFF
