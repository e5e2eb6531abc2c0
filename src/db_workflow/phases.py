"""The phases, what each is judged by, and the guard before each step.

Nothing here remembers anything: every call reads the lists, the ledger, the catalog, the models
and the data files again, so an edited file or a column dropped by hand makes a phase fall back by
itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from db_workflow.connection import session
from db_workflow.databases import exists, read_marker, refuse_production
from db_workflow.errors import DatabaseRefusedError, PhaseError, WorkflowError
from db_workflow.evidence import Fact
from db_workflow.server import Server
from db_workflow.settings import Settings

NAMES = {1: "schema", 2: "models", 3: "test data"}
_WHY = {
    1: "models and test data made from a schema that is not the migrated one would be wrong",
    2: "test data loaded through models that do not match the schema crashes, or lies",
    3: "tests on missing, foreign or changed rows prove nothing",
}


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase as it stands now."""

    number: int
    facts: tuple[Fact, ...]

    @property
    def name(self) -> str:
        """What the phase is about."""
        return NAMES[self.number]

    @property
    def holds(self) -> bool:
        """Whether every fact is as it must be."""
        return all(fact.ok for fact in self.facts)

    @property
    def next(self) -> str:
        """The command or edit that mends the first wrong fact."""
        return next((fact.next for fact in self.facts if not fact.ok), "")


@dataclass(frozen=True, slots=True)
class Status:
    """All phases as they stand now."""

    phases: tuple[Phase, ...]
    database: Mapping[str, Any]

    @property
    def first_missing(self) -> Phase | None:
        """The first phase that does not hold."""
        return next((phase for phase in self.phases if not phase.holds), None)

    @property
    def next(self) -> str:
        """The one thing to do now."""
        missing = self.first_missing
        return missing.next if missing else "nox -s db_tests"

    @property
    def exit_code(self) -> int:
        """0 when all phases hold, else 10 plus the number of the first that does not."""
        missing = self.first_missing
        return 10 + missing.number if missing else 0


async def judge(server: Server, *, settings: Settings, up_to: int = 3) -> Status:
    """Judge the phases in order. What comes after a phase that does not hold is not looked at.

    Args:
        server: the server that holds the test database.
        settings: the repository.
        up_to: the last phase to judge.

    """
    phases: list[Phase] = []
    database = await _database(server, settings)
    for number in range(1, up_to + 1):
        missing = next((phase for phase in phases if not phase.holds), None)
        if missing is not None:
            waits = Fact(f"waits for phase {missing.number}", ok=False, next=missing.next)
            phases.append(Phase(number, (waits,)))
        elif not database["ours"]:
            phases.append(Phase(number, (_unusable(database),)))
        else:
            phases.append(Phase(number, tuple(await _facts(number, server, settings))))
    return Status(tuple(phases), database)


async def require(server: Server, *, settings: Settings, phase: int, step: str) -> None:
    """Refuse a step unless a phase and all before it hold.

    Raises:
        PhaseError: names the first phase that does not hold, what was found, and what to run.

    """
    missing = (await judge(server, settings=settings, up_to=phase)).first_missing
    if missing is not None:
        raise refusal(missing.number, missing.facts, step=step)


def refusal(phase: int, facts: tuple[Fact, ...], *, step: str) -> PhaseError:
    """Return the error that refuses a step because of the facts that are wrong."""
    wrong = [fact for fact in facts if not fact.ok]
    listed = "\n".join(f"  - {fact.text}" for fact in wrong)
    return PhaseError(
        phase,
        f"{step} is refused: phase {phase} ({NAMES[phase]}) does not hold.\n{listed}",
        why=_WHY[phase],
        next=wrong[0].next,
        data={"facts": [fact.text for fact in wrong]},
    )


async def _facts(number: int, server: Server, settings: Settings) -> list[Fact]:
    """Ask the phase's own folder; what cannot be judged does not hold."""
    address = server.address.at(settings.test_database)
    try:
        async with session(address, purpose="status", read_only=True) as connection:
            # Imported here: a command pays only for the phases it asks about.
            if number == 1:
                from db_workflow.schema.facts import facts as schema_facts

                return await schema_facts(connection, settings=settings)
            if number == 2:
                from db_workflow.models.facts import facts as models_facts

                return await models_facts(server, connection, settings=settings)
            from db_workflow.testdata.facts import facts as testdata_facts

            return await testdata_facts(connection, settings=settings)
    except WorkflowError as error:
        return [Fact(error.found, ok=False, next=error.next or "invoke status")]
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        return [failed_fact(error, phase=number, settings=settings)]


def failed_fact(error: Exception, *, phase: int, settings: Settings) -> Fact:
    """Return what stands in place of a phase's facts when looking at them failed.

    Args:
        error: what the driver or the system raised.
        phase: the phase's number.
        settings: the repository.

    """
    if isinstance(error, asyncpg.InsufficientPrivilegeError):
        if phase != 1:  # its tables, and not the workflow's own
            mend = "let TEST_DATABASE_URL name the account that owns the test database"
            return Fact(f"the account may not look at it: {error}", ok=False, next=mend)
        from db_workflow.schema.judge.rights import unreadable

        refused = unreadable(error)
        return Fact(refused.found, ok=False, next=refused.next)
    if isinstance(error, OSError) and isinstance(error.filename, str | Path):
        shown = settings.relative(Path(error.filename))
        text = f"{shown} cannot be read: {error.strerror}"
        return Fact(text, ok=False, next=f"let this account read {shown}")
    # Another terminal's step drops and creates databases; whoever only looks must not crash.
    text = f"the database changed while it was looked at ({type(error).__name__})"
    return Fact(text, ok=False, next="invoke status")


def _unusable(database: Mapping[str, Any]) -> Fact:
    if not database["exists"]:
        return Fact(
            f"the test database {database['name']!r} does not exist", ok=False, next="invoke phase1"
        )
    return Fact(
        f"{database['name']!r} is production, or not a test database that the workflow created",
        ok=False,
        next="let TEST_DATABASE_URL name a database that does not exist yet",
    )


async def _is_production(server: Server, settings: Settings) -> bool:
    try:
        await refuse_production(server, settings.test_database, settings=settings)
    except DatabaseRefusedError:
        return True
    return False


async def _database(server: Server, settings: Settings) -> dict[str, Any]:
    name = settings.test_database
    marker = await read_marker(server, name)
    return {
        "name": name,
        "address": str(server.address.at(name)),
        "exists": await exists(server, name),
        "embedded": server.embedded,
        "ours": marker is not None
        and marker.role == "test"
        and not await _is_production(server, settings),
        "baseline": dict(marker.facts) if marker else {},
    }
