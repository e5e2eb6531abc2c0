"""The same as `snapshot`, with 20 tables."""

from collections.abc import Iterable

from benchmarks import snapshot
from benchmarks.measure import Contestant


def contestants() -> Iterable[Contestant]:
    """Return the contestants of `snapshot` on few tables."""
    return snapshot.contestants(tables=20)
