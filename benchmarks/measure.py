"""Run contestants alternately and compare their medians."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Contestant:
    """One way to do the work.

    Attributes:
        name: as printed.
        run: does the work once and returns the seconds it took; set-up and clean-up around it are
            not counted. None when the peer is missing here.
        missing: why, then.
        memory: returns the most memory that any run took, in MB; None where nobody looked.

    """

    name: str
    run: Callable[[], float] | None
    missing: str = ""
    memory: Callable[[], float] | None = None


def compare(contestants: Sequence[Contestant], *, rounds: int) -> list[dict[str, Any]]:
    """Return a row for each contestant: median and best seconds, and the median divided by ours.

    Machines are noisy: everyone runs once a round, so that a slow minute is slow for all. The
    first round is not counted.
    """
    taken: dict[str, list[float]] = {entry.name: [] for entry in contestants if entry.run}
    for number in range(rounds + 1):
        for entry in contestants:
            if entry.run is not None:
                seconds = entry.run()
                if number:
                    taken[entry.name].append(seconds)
    medians = {name: statistics.median(times) for name, times in taken.items()}
    ours = medians[contestants[0].name]
    return [
        {
            "name": entry.name,
            "median_s": round(medians[entry.name], 4),
            "best_s": round(min(taken[entry.name]), 4),
            "ratio_to_ours": round(medians[entry.name] / ours, 2),
            **({"peak_mb": round(entry.memory())} if entry.memory else {}),
        }
        if entry.run
        else {"name": entry.name, "missing": entry.missing}
        for entry in contestants
    ]
