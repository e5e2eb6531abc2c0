"""Who does a run's tasks: this process alone, or several beside it."""

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from db_workflow.settings import Settings
from db_workflow.testdata.extraction.orders import Task

if TYPE_CHECKING:  # numpy is for those who do the work
    from db_workflow.testdata.extraction.work import Work

T = TypeVar("T")
Told = Callable[[Any], None]

_MOST = 8
# From so many rows on it pays to start processes: a quarter of a second each.
LARGE = 200_000


def most_workers(settings: Settings) -> int:
    """Return how many processes may work at once; 1 is this one alone."""
    return min(settings.extract_workers or os.cpu_count() or 1, _MOST)


class Crew(Protocol):
    """Whoever does the tasks of a run."""

    async def do(self, tasks: Sequence[Task[T]], told: Told | None = None) -> list[T]:
        """Do tasks, in any order and several at once.

        Args:
            tasks: what to do.
            told: is given every result as soon as it is there.

        Returns:
            The results, in the order of the tasks.

        """
        ...


class Alone:
    """Does all of it in this process."""

    def __init__(self, work: "Work") -> None:
        self._work = work

    async def do(self, tasks: Sequence[Task[T]], told: Told | None = None) -> list[T]:
        """Do tasks. See `Crew`."""
        results = []
        for task in tasks:
            results.append(await self._work.do(task))
            if told is not None:
                told(results[-1])
        return results
