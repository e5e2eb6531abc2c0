"""The rows below a COPY … FROM STDIN: where they begin and end, by the rules of psql."""

from dataclasses import dataclass

from db_workflow.schema.script import lexeme

_END = "\n\\."


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows as they stand in a file.

    Attributes:
        start: of the first row.
        end: behind the last row's line break.
        after: behind the line that ends them.
        ended: whether there is such a line; else they go on to the end of the file.
        alone: whether nothing but comments follows the COPY on its own line.

    """

    start: int
    end: int
    after: int
    ended: bool
    alone: bool


def rows_below(text: str, semicolon: int) -> Rows:
    r"""Find the rows of the COPY that ends at a semicolon: from the next line to one with `\.`.

    In every format: a quote of CSV does not hide that line from psql.
    """
    line_end = text.find("\n", semicolon)
    line_end = len(text) if line_end < 0 else line_end
    alone = not _something_in(text[semicolon + 1 : line_end])
    start = min(line_end + 1, len(text))
    found = text.find(_END, line_end)
    while found >= 0:
        after = found + len(_END)
        if text[after : after + 2] in {"\r\n", "\r", ""} or text[after] == "\n":
            return Rows(start, max(start, found + 1), after, True, alone)
        found = text.find(_END, after)
    return Rows(start, len(text), len(text), False, alone)


def _something_in(rest: str) -> bool:
    """Tell whether a line holds more than white space and comments."""
    while rest := rest.lstrip(lexeme.SPACE):
        if rest.startswith("--"):
            return False
        after = lexeme.after_block(rest, 2) if rest.startswith("/*") else None
        if after is None:
            return True
        rest = rest[after:]
    return False
