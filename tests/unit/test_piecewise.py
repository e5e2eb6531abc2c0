"""What is read from the head of a statement that cannot be rolled back; what sessions keep."""

import pytest

from db_workflow.schema.run.piecewise.piece import Piece
from db_workflow.schema.run.piecewise.target import Target, target_of


@pytest.mark.parametrize(
    ("text", "target"),
    [
        (
            "CREATE INDEX CONCURRENTLY i ON t (x)",
            Target("create index", "i", "t", concurrently=True),
        ),
        ("create unique index I on only s.t using hash (x)", Target("create index", "I", "s.t")),
        (
            'CREATE INDEX CONCURRENTLY IF NOT EXISTS "a ""b" ON "S" . t (x)',
            Target("create index", '"a ""b"', '"S".t', lenient=True, concurrently=True),
        ),
        (
            "CREATE INDEX CONCURRENTLY ON t (x)",
            Target("create index", None, "t", concurrently=True),
        ),
        (
            "create /* /* on */ */ index -- concurrently\n i on t (x)",
            Target("create index", "i", "t"),
        ),
        (
            "DROP INDEX CONCURRENTLY IF EXISTS s.i CASCADE",
            Target("drop index", "s.i", concurrently=True),
        ),
        ("REINDEX TABLE CONCURRENTLY t", Target("reindex", "t", concurrently=True)),
        ("REINDEX (VERBOSE, CONCURRENTLY) INDEX s.i", Target("reindex", "s.i", concurrently=True)),
        ("REINDEX SCHEMA CONCURRENTLY s", Target("reindex", concurrently=True)),
        ("REINDEX DATABASE d", Target("reindex")),
        (
            "ALTER TABLE IF EXISTS p DETACH PARTITION s.c CONCURRENTLY",
            Target("detach", "s.c", "p", concurrently=True),
        ),
        ("ALTER TABLE t ADD x int", None),
        ("CREATE TABLE index (on int)", None),
        ("VACUUM t", None),
        ("", None),
    ],
)
def test_a_target_is_read_from_the_head_of_its_statement(text, target):
    assert target_of(text) == target


@pytest.mark.parametrize(
    ("words", "repeated"),
    [
        ("set search_path", True),
        ("reset role", True),
        ("select pg_catalog set_config", True),
        ("prepare p as select", True),
        ("select", False),
        ("insert into t values", False),
        ("update t set x", False),
    ],
)
def test_what_later_statements_need_of_the_session_is_repeated(words, repeated):
    assert Piece(1, 0, "", tuple(words.split())).is_of_session is repeated


def test_an_edit_of_a_statement_or_of_its_rows_shows_in_its_digest():
    digests = {
        Piece(1, 0, text, data=data).digest
        for text, data in (("COPY t", "1"), ("COPY t", "2"), ("COPY  t", "1"), ("COPY t", None))
    }
    assert len(digests) == 4
    assert Piece(1, 0, "COPY t", data="1").digest == Piece(7, 90, "COPY t", data="1").digest
