"""What the scanner finds in a SQL text."""

from dataclasses import dataclass, field

from db_workflow.schema.script.statement import Statement


@dataclass(frozen=True, slots=True)
class PsqlOnly:
    """Something that psql would interpret and the server would not understand."""

    start: int
    text: str


@dataclass(frozen=True, slots=True)
class Break:
    """A place where a message must end: the server has to run it before it reads what follows.

    Attributes:
        statement: the number of the statement that ends there, from 0.
        after: where the next message begins.
        data: the rows of a COPY, as a span; None where only the rules of strings change.

    """

    statement: int
    after: int
    data: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A comment that is a word to the runner.

    Attributes:
        start: where the comment begins.
        word: what follows `db_workflow:` on its line.
        plain: whether it is a comment of one line, as it has to be to count.

    """

    start: int
    word: str
    plain: bool


@dataclass(slots=True)
class Scan:
    """What a text holds.

    Attributes:
        statements: in order.
        psql_only: what only psql would understand, in order.
        breaks: where a message must end before the text does.
        blanks: spans that psql obeys and that mean nothing elsewhere, to be sent as spaces.
        marks: words to the runner, wherever they stand, in order.
        trailing: places of what follows a COPY on its line; psql would read the rows first.
        closed: whether the text ends outside quotes, comments, parentheses and bodies.
        standard: whether strings at the end obey the standard, as they do unless a SET said no.

    """

    statements: list[Statement] = field(default_factory=list)
    psql_only: list[PsqlOnly] = field(default_factory=list)
    breaks: list[Break] = field(default_factory=list)
    blanks: list[tuple[int, int]] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    trailing: list[int] = field(default_factory=list)
    closed: bool = True
    standard: bool = True
