"""The phases, as `invoke status` judges them, and the tests that ran when they held."""

from db_workflow.connection import session
from db_workflow.release.checks.registry import Evidence, Function, Subject, check
from db_workflow.state import recall


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
    "db-tests", "Tests on the database passed at this schema and data", command="nox -s db_tests"
)
async def db_tests(subject: Subject) -> Evidence:
    """Compare what the run recorded with what is there now; a change makes it stale."""
    async with session(subject.test_database, purpose="checklist", read_only=True) as connection:
        ran = await recall(connection, "db_tests")
        schema = await recall(connection, "schema")
        seeded = await recall(connection, "seeded")
    if ran is None:
        return Evidence.failed("no passing run is recorded on this database")
    same = ran["schema"] == schema and ran["seeded"] == seeded
    counted = f"{ran['passed']} tests passed, {ran['skipped']} skipped"
    return Evidence.of(
        same,
        counted + ("" if same else ", but on another schema or data"),
        passed=ran["passed"],
        skipped=ran["skipped"],
    )
