"""What `scaffold` did, for people and for machines."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Scaffolded:
    """What was written, and what is left to a person.

    Attributes:
        tables: in the order in which they are seeded.
        written: by file, as one types it from the root, what was added.
        undecided: the columns whose rules are marked, as `table.column`.
        open: the factories' attributes that are left open, as `Factory.attribute`.
        config: the file of TABLE_CONFIG.

    """

    tables: tuple[str, ...]
    written: Mapping[str, tuple[str, ...]]
    undecided: tuple[str, ...]
    open: tuple[str, ...]
    config: str

    @property
    def next(self) -> str:
        """What a person does now."""
        if self.undecided or self.open:
            return "decide about these, then invoke phase3"
        return "invoke phase3"

    def __str__(self) -> str:
        """Return what a person reads."""
        if not self.tables:
            return "no table is left out: nothing to write"
        if not self.written:
            return f"{', '.join(self.tables)}: everything is there already; nothing was written"
        lines = [f"{path}: {', '.join(parts)}" for path, parts in self.written.items()]
        if self.undecided:
            lines += [
                "",
                f"{self.config}: take rules.undecided(…) away around what you agree with:",
            ]
            lines += (f"  - {column}" for column in self.undecided)
        if self.open:
            lines += ["", "in the factories, write what nobody could know:"]
            lines += (f"  - {attribute}" for attribute in self.open)
        return "\n".join((*lines, "", f"next: {self.next}"))

    def to_json(self) -> Mapping[str, Any]:
        """Return everything as JSON values."""
        return {
            "tables": list(self.tables),
            "written": {path: list(parts) for path, parts in self.written.items()},
            "undecided": list(self.undecided),
            "open": list(self.open),
            "next": self.next,
        }
