"""The phases, as `invoke status` judges them, and the tests that ran when they held."""

from db_workflow.connection import session
from db_workflow.release.checks.registry import Evidence, Function, Subject, check
from db_workflow.release.files import sources_digest
from db_workflow.state import recall

# What a run of the tests was recorded with, and what to call it.
_TESTED = {"schema": "schema", "seeded": "rows", "sources": "code"}


def _phase(number: int) -> Function:
    async def judged(subject: Subject) -> Evidence:
        phase = subject.status.phases[number - 1]
        return Evidence.of(phase.holds, *(fact.text for fact in phase.facts))

    return judged


check("phase-1", "Phase 1 holds: the schema is the lists' schema", command="invoke status")(
    _phase(1)
)
check("phase-2", "Phase 2 holds: models and enums tell the truth", command="invoke phase2")(
    _phase(2)
)
check("phase-3", "Phase 3 holds: test data is complete and current", command="invoke status")(
    _phase(3)
)


@check(
    "db-tests",
    "Tests on the database passed at this schema, rows and code",
    command="nox -s db_tests",
)
async def db_tests(subject: Subject) -> Evidence:
    """Compare what the run recorded with what is there now; a change makes it stale."""
    async with session(subject.test_database, purpose="checklist", read_only=True) as connection:
        ran = await recall(connection, "db_tests")
        schema = await recall(connection, "schema")
        seeded = await recall(connection, "seeded")
    if ran is None:
        return Evidence.failed("no passing run is recorded on this database")
    now = {"schema": schema, "seeded": seeded, "sources": sources_digest(subject.settings)}
    others = [word for key, word in _TESTED.items() if ran.get(key) != now[key]]
    counted = f"{ran['passed']} tests passed, {ran['skipped']} skipped"
    return Evidence.of(
        not others,
        counted + (f", but on other {' and '.join(others)}" if others else ""),
        passed=ran["passed"],
        skipped=ran["skipped"],
    )
