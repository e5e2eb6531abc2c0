"""What `adopt` did, or would have had to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from db_workflow.address import Address
from db_workflow.catalog.report import as_data
from db_workflow.errors import MigrationError
from db_workflow.schema.judge.comparison import Drift
from db_workflow.schema.judge.drift import listed
from db_workflow.schema.judge.nearest import Nearest


@dataclass(frozen=True, slots=True)
class AdoptResult:
    """What was adopted.

    Attributes:
        database: its address, without the password.
        version: the last version that it has.
        adopted: the steps that are now in its ledger, in order.
        unproven: those of them that are Python: what they did to rows no schema shows.
        drift: what stays different, accepted by whoever called, and what no proof could see.
        fingerprint: of the schema, as recorded.
        seconds: how long it took.
        next: what to do now.

    """

    database: str
    version: str
    adopted: tuple[str, ...]
    unproven: tuple[str, ...]
    drift: Drift
    fingerprint: str
    seconds: float
    next: str

    def to_json(self) -> Mapping[str, Any]:
        """Return everything, for a machine."""
        return {
            "database": self.database,
            "version": self.version,
            "adopted": list(self.adopted),
            "unproven": list(self.unproven),
            "differences": [as_data(difference) for difference in self.drift.differences],
            "tables": list(self.drift.tables),
            "not_compared": list(self.drift.not_compared),
            "fingerprint": self.fingerprint,
            "seconds": self.seconds,
            "next": self.next,
        }

    def __str__(self) -> str:
        """Return the screen a person sees."""
        lines = [
            f"database  {self.database}",
            f"ledger    {len(self.adopted)} steps adopted, up to version {self.version}",
            f"schema    {self.fingerprint[:12]}",
        ]
        if self.drift.texts:
            lines += ["", "stays different from a fresh run of the lists, and verify will say so:"]
            lines += listed(self.drift.texts)
        lines += ["", "not proven:"]
        lines += [f"  - what {name} did to rows" for name in self.unproven]
        lines += [f"  - {text}" for text in self.drift.not_compared]
        return "\n".join([*lines, "", f"adopted ({self.seconds:.1f} s); next: {self.next}"])


def difference_refusal(
    address: Address, version: str, drift: Drift, nearest: Nearest | None, *, flag: str
) -> MigrationError:
    """Return the error that refuses to adopt a database at a version that it is not at.

    Args:
        address: the database.
        version: the one that was asked for.
        drift: what differs.
        nearest: a version that fits better, if there is one.
        flag: what makes the command mean this database.

    """
    count = len(drift.texts)
    things = "1 difference" if count == 1 else f"{count} differences"
    lines = [
        f"The schema of {address.database!r} is not that of version {version}: {things}.",
        *listed(drift.texts),
    ]
    step = (
        "write a step for each difference into a later version, or take it back by hand; or"
        f" adopt it as it is: invoke baseline --version {version} --accept-differences{flag}"
    )
    if nearest is not None:
        fit = f"with {nearest.differences}" if nearest.differences else "exactly"
        lines.append(f"It fits version {nearest.choice} better: {fit}.")
        step = f"invoke baseline --version {nearest.choice}{flag}"
    return MigrationError(
        "\n".join(lines),
        why="a ledger that says a step has run, where its effect is not there, would never let it"
        " run again; nothing was written",
        next=step,
        data={
            "version": version,
            "differences": [as_data(difference) for difference in drift.differences],
            "tables": list(drift.tables),
            "nearest": nearest.version if nearest else None,
        },
    )
