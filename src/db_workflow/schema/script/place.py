"""A place in a file, as a person is shown it."""

import unicodedata
from dataclasses import dataclass

# Of a line that is longer: dumps and inserts come in lines of megabytes.
_SHOWN = 160
_BEFORE = 60


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file. Line and column count from 1, the column in characters."""

    shown: str
    line: int
    column: int
    source: str

    def __str__(self) -> str:
        """Return `file:line:column`, the line itself, and a caret below it."""
        before, after = self._around()
        # Tabs stay tabs and wide characters count double, so that the caret stands right.
        lead = "".join(
            character if character == "\t" else " " * _width(character) for character in before
        )
        number = str(self.line)
        return (
            f"{self.shown}:{self.line}:{self.column}\n"
            f"  {number} | {before}{after}\n"
            f"  {' ' * len(number)} | {lead}^"
        )

    def _around(self) -> tuple[str, str]:
        """Return the line before and from the column on, cut to what a terminal shows."""
        before, after = self.source[: self.column - 1], self.source[self.column - 1 :]
        if len(self.source) > _SHOWN:
            before = f"…{before[-_BEFORE:]}" if len(before) > _BEFORE else before
            room = _SHOWN - len(before)
            after = f"{after[:room]}…" if len(after) > room else after
        return before, after


def line_of(text: str, offset: int) -> int:
    """Return the line, from 1, of a place in a text given in characters from 0."""
    return text.count("\n", 0, offset) + 1


def place_in(text: str, offset: int, *, shown: str) -> Place:
    """Return a place in a text given in characters from 0; beyond its ends, the nearest end."""
    offset = min(max(offset, 0), len(text))
    begin = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    source = text[begin : len(text) if end < 0 else end].rstrip("\r")
    return Place(shown, line_of(text, offset), offset - begin + 1, source)


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
