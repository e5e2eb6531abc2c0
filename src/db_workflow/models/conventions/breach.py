"""One place in the models where a convention is broken."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Breach:
    """What is wrong, where, and what to write.

    Attributes:
        owner: the class.
        attribute: the attribute of the class, or "" for the class itself.
        what: what is wrong, in a line.
        write: the line to write.
        rule: the broken convention's name.
        why: its reason.

    """

    owner: type[Any]
    attribute: str
    what: str
    write: str
    rule: str = ""
    why: str = ""

    def __str__(self) -> str:
        """Return one line: what is wrong, which rule, and why there is one."""
        return f"{self.what} ({self.rule}: {self.why})"
