"""Editing somebody's Python by positions: comments and formatting stay, and the result is proven.

An edit changes the syntax tree, and says which text to put where. It holds only if the new text
parses to the changed tree: so it did what was meant, and nothing else.
"""

import ast
import io
import tokenize
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

_WITHOUT_MEANING = {tokenize.COMMENT, tokenize.NL}


class UnplaceableError(Exception):
    """A file is written in a way that cannot be added to; says which."""


@dataclass(frozen=True, slots=True)
class Token:
    """One token that means something to Python, with its place in the text."""

    text: str
    start: int
    end: int


class Source:
    """A text of Python, its syntax tree, and what is where.

    Raises:
        UnplaceableError: it does not parse.

    """

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            self.tree = ast.parse(text)
        except (SyntaxError, ValueError) as error:
            raise UnplaceableError(f"it does not parse: {error}") from error

    @cached_property
    def lines(self) -> list[str]:
        """The lines, as Python counts them, each with its end."""
        return list(io.StringIO(self.text))

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        for line in self.lines:
            starts.append(starts[-1] + len(line))
        return starts

    @cached_property
    def tokens(self) -> list[Token]:
        """The tokens that mean something."""
        return [
            Token(one.string, self._at(*one.start), self._at(*one.end))
            for one in tokenize.generate_tokens(io.StringIO(self.text).readline)
            if one.type not in _WITHOUT_MEANING and one.string.strip()
        ]

    def start(self, node: ast.stmt | ast.expr | ast.alias) -> int:
        """Return where a node begins; a class or a function with its decorators."""
        decorators = getattr(node, "decorator_list", ())
        if decorators:
            return self.line_start(self.start(decorators[0]))
        return self._place(node.lineno, node.col_offset)

    def end(self, node: ast.stmt | ast.expr | ast.alias) -> int:
        """Return where a node ends."""
        return self._place(node.end_lineno or node.lineno, node.end_col_offset or 0)

    def line_start(self, offset: int) -> int:
        """Return where the line of a place begins."""
        return self.text.rfind("\n", 0, offset) + 1

    def line_end(self, offset: int) -> int:
        """Return where the line of a place ends, its end left out."""
        found = self.text.find("\n", offset)
        return len(self.text) if found < 0 else found

    def opens_line(self, offset: int) -> bool:
        """Tell whether nothing but blanks stands before a place in its line."""
        return not self.text[self.line_start(offset) : offset].strip()

    def indent(self, offset: int) -> str:
        """Return the blanks at the beginning of a place's line."""
        line = self.text[self.line_start(offset) : self.line_end(offset)]
        return line[: len(line) - len(line.lstrip())]

    def before(self, offset: int) -> Token:
        """Return the last token that ends before a place."""
        return next(token for token in reversed(self.tokens) if token.end <= offset)

    def closes(self, opening: int, closing: int) -> bool:
        """Tell whether the brackets at two places belong together."""
        depth = 0
        for token in self.tokens:
            if opening <= token.start <= closing:
                depth += (token.text in "([{") - (token.text in ")]}")
                if depth <= 0:
                    return token.start == closing
        return False

    def spliced(self, *edits: tuple[int, int, str]) -> str:
        """Return the text with pieces of it, from one place to another, replaced.

        Raises:
            UnplaceableError: the new text is not that of the tree as it has been changed.

        """
        text = self.text
        for start, end, piece in sorted(edits, reverse=True):
            text = text[:start] + piece + text[end:]
        try:
            made = ast.parse(text)
        except (SyntaxError, ValueError) as error:
            raise UnplaceableError("the place to add to was not found") from error
        if ast.dump(made) != ast.dump(self.tree):
            raise UnplaceableError("what was there would mean something else")
        return text

    def _at(self, row: int, column: int) -> int:
        return self._starts[row - 1] + column

    def _place(self, line: int, column: int) -> int:
        # The tree counts in bytes of UTF-8.
        return self._at(line, len(self.lines[line - 1].encode()[:column].decode()))


def indented(code: str, by: str) -> str:
    """Return code with blanks before each line that is not empty."""
    return "\n".join(by + line if line else line for line in code.split("\n"))


def laid_out(
    opening: str,
    parts: Sequence[str],
    closing: str,
    *,
    width: int,
    indent: str,
    last_comma: bool = True,
) -> str:
    """Return a call or a literal as ruff and black lay it out, without the first line's indent.

    Args:
        opening: up to and with the bracket.
        parts: what stands inside.
        closing: the bracket, and what follows it.
        width: how long a line may be.
        indent: the blanks before it.
        last_comma: whether the last of several lines ends in one; not for one argument alone.

    """
    inside = indent + "    "
    together = ", ".join(parts)
    if "\n" not in together:
        if len(indent + opening + together + closing) <= width:
            return opening + together + closing
        if len(inside + together) <= width and len(parts) > 1:
            return f"{opening}\n{inside}{together}\n{indent}{closing}"
    lines = ",\n".join(indented(part, inside) for part in parts)
    comma = "," if last_comma else ""
    return f"{opening}\n{lines}{comma}\n{indent}{closing}"
