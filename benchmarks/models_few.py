"""The same as `models`, with 20 tables."""

from collections.abc import Iterable

from benchmarks import models
from benchmarks.measure import Contestant


def contestants() -> Iterable[Contestant]:
    """Return the contestants of `models` on few tables."""
    return models.contestants(tables=20)
