"""What a look at a database found: faults, notes, and how much was looked at."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

FaultKind = Literal[
    "orphans",
    "violated check",
    "unvalidated constraint",
    "switched-off trigger",
    "invalid index",
    "sequence behind",
    "not readable",
]
# Faults that a terminal shows; JSON has them all.
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Fault:
    """One promise that does not hold, or that nobody has checked.

    Attributes:
        kind: what sort of promise.
        name: the table's and the object's, such as "public.orders fk_orders_customer".
        text: what was found, in a sentence; counts and names, and no value of a row.
        next: what mends it, or the query that shows the rows.

    """

    kind: FaultKind
    name: str
    text: str
    next: str


@dataclass(frozen=True, slots=True)
class Integrity:
    """What a look at a database found.

    Attributes:
        database: its address, without the password.
        faults: everything that is wrong.
        notes: what is only to be known: enum values that no row has, what could not be looked at.
        counted: how much was looked at, by kind: "foreign keys", "checks", "indexes", …
        seconds: how long it took.

    """

    database: str
    faults: tuple[Fault, ...]
    notes: tuple[str, ...]
    counted: Mapping[str, int]
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    @property
    def exit_code(self) -> int:
        """0 when nothing is wrong, else 1."""
        return 0 if self.ok else 1

    @property
    def looked_at(self) -> str:
        """Everything that was looked at, in words: `3 foreign keys, 2 checks`."""
        return ", ".join(f"{count:,} {kind}" for kind, count in self.counted.items())

    def to_json(self) -> Mapping[str, Any]:
        """Return everything, for a machine."""
        return {"ok": self.ok, **asdict(self)}

    def __str__(self) -> str:
        """Return the screen a person sees."""
        lines = [f"database   {self.database}", f"looked at  {self.looked_at}"]
        for fault in self.faults[:_SHOWN]:
            lines += ["", f"✗ {fault.kind}: {fault.text}", f"    {fault.next}"]
        if len(self.faults) > _SHOWN:
            lines += ["", f"… and {len(self.faults) - _SHOWN} more; --json has them all"]
        if self.notes:
            lines += ["", "to be known:", *(f"  - {note}" for note in self.notes)]
        verdict = "every promise holds" if self.ok else f"{len(self.faults)} do not hold"
        return "\n".join([*lines, "", f"{verdict} ({self.seconds:.1f} s)"])
