"""What a test is told about what it left, and how to mend it."""

from db_workflow.errors import TestDataError
from db_workflow.pytest_plugin.options import COMMITS
from db_workflow.pytest_plugin.worker import Left


def leak_text(left: Left) -> str:
    """Return the screen of a test that left something behind."""
    listed = "\n".join(f"  - {text}" for text in (*left.contents, *left.sessions))
    advice = []
    if left.contents:
        advice.append(
            f"work through `db_session` or `db_connection`, or mark the test {COMMITS}: its"
            " worker's database is then made anew after it"
        )
    if left.sessions:
        advice.append(
            "close it (`await engine.dispose()`) before the test ends; one that is meant to"
            " outlive it belongs to a fixture of a wider scope, or its application name into"
            " `db_shared_connections`"
        )
    error = TestDataError(
        f"This test has left something in its database:\n{listed}",
        why="the tests after it would find it, and pass or fail by their order",
        next="\n        ".join(advice),
    )
    ended = " The connections were ended." if left.sessions else ""
    again = "The database was made anew." if left.renewed else ""
    return f"{error}\n  {again}{ended}".rstrip()


def foreign_loop_text(scope: str) -> str:
    """Return the screen of a test that asks for another event loop than its fixtures have."""
    error = TestDataError(
        f"This test runs on the event loop of its {scope}, and its database's connections on that"
        " of the session.",
        why="a connection belongs to one event loop",
        next='@pytest.mark.asyncio(loop_scope="session"), or remove the marker',
    )
    return str(error)
