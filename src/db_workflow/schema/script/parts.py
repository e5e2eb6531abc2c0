"""The messages in which a file is sent: almost always one, more where COPY brings rows."""

from dataclasses import dataclass

from db_workflow.schema.script.scan import Scan


@dataclass(frozen=True, slots=True)
class Part:
    """What is sent in one message.

    Attributes:
        start: where `text` begins in the file's text, in characters from 0.
        text: SQL; for a COPY … FROM STDIN, that one statement.
        data: the rows that follow such a COPY in the file, as they stand there, without the line
            that ends them; None for everything else.

    """

    start: int
    text: str
    data: str | None = None


def parts_of(text: str, found: Scan) -> tuple[Part, ...]:
    """Cut a text into what is sent, in order; a stretch without a statement is left out."""
    sent = _blanked(text, found.blanks)
    parts: list[Part] = []
    begin = first = 0  # the place, and the number of the first statement, not yet in a part
    for cut in found.breaks:
        last = found.statements[cut.statement]
        if cut.data is None:
            parts.append(Part(begin, sent[begin : cut.after]))
        else:
            if cut.statement > first:
                parts.append(Part(begin, sent[begin : last.start]))
            rows = slice(*cut.data)
            parts.append(Part(last.start, sent[last.start : last.end], text[rows]))
        begin, first = cut.after, cut.statement + 1
    if first < len(found.statements):
        parts.append(Part(begin, sent[begin:]))
    return tuple(parts)


def _blanked(text: str, spans: list[tuple[int, int]]) -> str:
    """Return a text with spaces in some places, so that every other place stays where it was."""
    pieces = []
    begin = 0
    for start, end in spans:
        pieces += [text[begin:start], " " * (end - start)]
        begin = end
    return "".join([*pieces, text[begin:]]) if spans else text
