"""From a duration to a length: linear, or logarithmic where one step dwarfs the others."""

import math
from collections.abc import Collection
from dataclasses import dataclass

# A bar that is a fiftieth of the longest is a dot: then a linear scale tells nothing of it.
_DOMINATES = 50
_TICKS = 6
_SHORTEST = 1e-6  # seconds
_VISIBLE = 0.6  # per cent of the width


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale of durations.

    Attributes:
        low: where it begins, in seconds.
        high: where it ends.
        logarithmic: whether ten times as long is always as far away.

    """

    low: float
    high: float
    logarithmic: bool

    @classmethod
    def of(cls, durations: Collection[float]) -> "Scale":
        """Return the scale on which most of some durations can be told apart."""
        times = sorted(max(one, _SHORTEST) for one in durations)
        middle, high = times[(len(times) - 1) // 2], times[-1]
        if high <= _DOMINATES * middle:
            return cls(0, high, logarithmic=False)
        low = 10.0 ** math.floor(math.log10(times[0]))
        return cls(low, high, logarithmic=True)

    def percent(self, seconds: float) -> float:
        """Return how far along the scale a duration is, at least as far as can be seen."""
        if self.logarithmic:
            share = math.log(max(seconds, self.low) / self.low) / math.log(self.high / self.low)
        else:
            share = seconds / self.high
        return max(100 * share, _VISIBLE)

    @property
    def ticks(self) -> list[float]:
        """A few round durations on it."""
        if self.logarithmic:
            first, last = math.ceil(math.log10(self.low)), math.floor(math.log10(self.high))
            return [
                10.0**power for power in range(first, last + 1, -(-(last - first + 1) // _TICKS))
            ]
        decade = 10.0 ** math.floor(math.log10(self.high))
        step = next(
            decade * part for part in (0.2, 0.5, 1, 2) if self.high / (decade * part) <= _TICKS
        )
        return [step * count for count in range(1, int(self.high / step + 1e-9) + 1)]
