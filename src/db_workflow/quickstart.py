"""The main job in one go: an invented production, all three phases, and what they cost."""

import time
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

from db_workflow import phases, steps
from db_workflow.console import Reporter
from db_workflow.errors import PhaseError
from db_workflow.settings import Settings

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ran:
    """One line of the closing table: what ran, what came of it, and seconds."""

    step: str
    outcome: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Quickstart:
    """What ran, and how the phases stand at the end."""

    ran: tuple[Ran, ...]
    status: phases.Status


async def run(settings: Settings, students: int, reporter: Reporter) -> Quickstart:
    """Run every step in its order, as a person would, and stop where one fails.

    Raises:
        PhaseError: models and database do not agree.

    """
    ran: list[Ran] = []

    async def timed(step: str, work: Awaitable[T]) -> tuple[T, float]:
        reporter.say(f"• {step}")
        started = time.perf_counter()
        result = await work
        return result, time.perf_counter() - started

    def done(step: str, outcome: str, seconds: float) -> None:
        ran.append(Ran(step, outcome, seconds))
        reporter.say(f"  {outcome} ({seconds:.1f} s)")

    if settings.sample_production is not None and settings.production_address is None:
        counts, seconds = await timed(
            "sample-production",
            steps.sample_production(settings, students=students, reporter=reporter),
        )
        done("sample-production", f"{sum(counts.values()):,} rows of invented history", seconds)

    first, seconds = await timed(
        "phase 1: reset, migrate",
        steps.phase1(settings, download_recent=True, reporter=reporter),
    )
    outcome = f"{len(first.migrate.applied)} steps applied, {first.migrate.already} already there"
    done("phase1", outcome, seconds)

    reference, seconds = await timed("codegen", steps.codegen(settings, reporter=reporter))
    done("codegen", f"reference in {settings.relative(reference)}", seconds)

    comparison, seconds = await timed(
        "phase 2: models against the database", steps.phase2(settings)
    )
    if not comparison.agrees:
        raise PhaseError(
            2,
            f"Models and database differ in {len(comparison.findings)} places.",
            why="test data made through models that are wrong would be wrong",
            next="invoke phase2",
        )
    done("phase2", f"{comparison.compared} objects compared, no difference", seconds)

    third, seconds = await timed(
        "phase 3: generate, seed", steps.phase3(settings, reporter=reporter)
    )
    rows = sum(table.loaded for table in third.seed.tables)
    generated = "files were current"
    if third.extract is not None:
        generated = f"{third.extract.rows:,} generated and anonymised"
    done("phase3", f"{rows:,} rows seeded ({generated})", seconds)

    status, seconds = await timed("status", steps.status(settings))
    done("status", "all phases hold" if status.exit_code == 0 else status.next, seconds)
    return Quickstart(tuple(ran), status)
