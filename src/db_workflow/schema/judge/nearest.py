"""Which version a database without a ledger is at, as far as its schema can tell."""

from collections.abc import Sequence
from dataclasses import dataclass

from db_workflow.console import Reporter
from db_workflow.errors import MigrationError
from db_workflow.schema.judge.comparison import compare, distance
from db_workflow.schema.judge.expected import fresh_run
from db_workflow.schema.judge.live import Live
from db_workflow.schema.plan import Plan
from db_workflow.server import Server
from db_workflow.settings import Settings


@dataclass(frozen=True, slots=True)
class Nearest:
    """The versions whose schema is nearest to a database's.

    Attributes:
        versions: oldest first; several where a version changes nothing but rows.
        differences: how many things differ there.
        notes: what the fresh run left out, and what it did once more, in sentences.

    """

    versions: tuple[str, ...]
    differences: int
    notes: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """The oldest of them."""
        return self.versions[0]

    def __str__(self) -> str:
        """Return the sentence's part that a person reads."""
        several = "versions" if len(self.versions) > 1 else "version"
        what = f"{several} {_listed(self.versions, 'and')}"
        if not self.differences:
            return f"it fits {what} exactly"
        things = "1 difference" if self.differences == 1 else f"{self.differences} differences"
        return f"it fits {what} best, with {things}"

    @property
    def choice(self) -> str:
        """The versions as one may be chosen of them."""
        return _listed(self.versions, "or")


async def nearest_versions(
    live: Live,
    plan: Plan,
    *,
    server: Server,
    settings: Settings,
    reporter: Reporter,
) -> Nearest | None:
    """Run the lists from nothing, and compare after each version.

    Args:
        live: the database.
        plan: every version's list, whole.
        server: where the scratch database for the fresh run is made.
        settings: the repository.
        reporter: where progress goes.

    Returns:
        The versions that fit best; None if not even the first one's list runs from nothing.

    """
    found: list[tuple[int, str, int]] = []
    notes: tuple[str, ...] = ()
    async with fresh_run(server, settings=settings, reporter=reporter) as run:
        for version in plan.versions:
            try:
                expected = await run.apply(plan.up_to(version))
            except MigrationError:
                break  # a later version's fault is not what the person asked about
            texts = compare(live, expected).texts
            found.append((distance(live, expected), version, len(texts)))
            notes = expected.notes
    if not found:
        return None
    least, _, count = min(found, key=lambda one: one[0])
    versions = tuple(version for away, version, _ in found if away == least)
    return Nearest(versions, count, notes)


def flag_of(target: object, settings: Settings) -> str:
    """Return the flag with which a command looks at a database; empty for the test database.

    Args:
        target: the database's address.
        settings: the repository.

    """
    return " --production" if target == settings.production_address else ""


def _listed(versions: Sequence[str], word: str) -> str:
    *some, last = versions
    return f"{', '.join(some)} {word} {last}" if some else last
