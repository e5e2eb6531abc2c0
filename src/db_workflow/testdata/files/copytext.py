"""PostgreSQL's COPY text: one field in and out, and what keeps it readable inside Python source.

The server writes and reads this format itself, so every type is exact.
"""

import re

NULL = r"\N"

_ESCAPES = {
    "\\": "\\\\",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
}
_MEANINGS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
# ASCII that stands in a data file as it is: what prints, and what parts fields and lines.
_PLAIN = bytes(range(0x20, 0x7F)) + b"\t\n"
_TRANSLATION = str.maketrans(_ESCAPES)
# Runs of byte escapes, because one character may take several bytes; or one escaped character.
_ESCAPED = re.compile(r"((?:\\x[0-9A-Fa-f]{1,2}|\\[0-7]{1,3})+)|\\(.)", re.DOTALL)
_BYTE = re.compile(r"\\x([0-9A-Fa-f]{1,2})|\\([0-7]{1,3})")


def decode(field: str) -> str | None:
    """Return the value that a COPY text field stands for; None for NULL."""
    if "\\" not in field:
        return field
    if field == NULL:
        return None
    return _ESCAPED.sub(_meaning, field)


def encode(value: str | None) -> str:
    """Return a value as a COPY text field, the way the server writes it."""
    return NULL if value is None else value.translate(_TRANSLATION)


def protect(lines: str) -> str:
    """Return lines of COPY text that are safe, and look like what they are, inside r'''…'''.

    Three quotes in a row would end the string. What does not print (line separators that editors
    honour, bidirectional controls, other controls) becomes byte escapes, which COPY reads back.
    """
    if "'''" in lines:
        lines = lines.replace("'''", "''\\'")
    # What is left is little, or nothing: looking at every character would take longer than COPY.
    rest = lines.encode().translate(None, _PLAIN).decode()
    if rest.isprintable():
        return lines
    for character in set(rest):
        if not character.isprintable():
            lines = lines.replace(character, _bytes(character))
    return lines


def _bytes(character: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in character.encode())


def _meaning(match: re.Match[str]) -> str:
    if match[1]:
        numbers = (
            int(found[1], 16) if found[1] else int(found[2], 8)
            for found in _BYTE.finditer(match[1])
        )
        return bytes(number & 0xFF for number in numbers).decode()
    return _MEANINGS.get(match[2], match[2])
