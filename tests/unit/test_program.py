"""What is told of PostgreSQL's own programs when they fail."""

import pytest

from db_workflow.program import Ended


@pytest.mark.parametrize(
    ("complaints", "reason"),
    [
        ("pg_dump: error: no such table\nDETAIL: more\n", "pg_dump: error: no such table"),
        (
            (
                'pg_restore: error: could not execute query: ERROR:  role "x" does not exist\n'
                "pg_restore: error: a worker process died unexpectedly\n"
            ),
            'pg_restore: error: could not execute query: ERROR:  role "x" does not exist',
        ),
        (
            "pg_restore: error: a worker process died unexpectedly\n",
            "pg_restore: error: a worker process died unexpectedly",
        ),
        ("only a warning\n", "only a warning"),
        ("", "it ended with 1 and said nothing"),
    ],
)
def test_the_line_that_says_why_is_told(complaints, reason):
    assert Ended(1, "", complaints).reason == reason
