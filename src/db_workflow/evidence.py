"""What a phase is judged by: facts, recomputed every time, never a flag that someone set."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that must be true for a phase to hold.

    Attributes:
        text: the fact as found, in a sentence ("every one of 23 steps is in the ledger").
        ok: whether it is as it must be.
        next: the command or edit that mends it, when it is not ok.

    """

    text: str
    ok: bool
    next: str = ""
