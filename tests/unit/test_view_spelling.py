"""What majors, or a restore, print otherwise has one spelling."""

import pytest

from db_workflow.catalog.spelling import plain_lists, plain_view

SAME_SINCE_16 = [
    (" SELECT users.id\n   FROM users;", " SELECT id\n   FROM users;"),
    (' SELECT u."Name"\n   FROM other.users u;', ' SELECT "Name"\n   FROM other.users u;'),
    (' SELECT "Order".id\n   FROM "Order";', ' SELECT id\n   FROM "Order";'),
    (
        " SELECT g.g\n   FROM generate_series(1, 3) g(g);",
        " SELECT g\n   FROM generate_series(1, 3) g(g);",
    ),
    (
        " SELECT q.a\n   FROM ( SELECT c.id AS a\n           FROM child c) q\n  WHERE (q.a > 1);",
        " SELECT a\n   FROM ( SELECT c.id AS a\n           FROM child c) q\n  WHERE (a > 1);",
    ),
    (
        " SELECT t.id\n   FROM t\n  WHERE (EXISTS ( SELECT 1\n  FROM s\n  WHERE (s.id = t.id)));",
        " SELECT id\n   FROM t\n  WHERE (EXISTS ( SELECT 1\n  FROM s\n  WHERE (s.id = t.id)));",
    ),
    (
        " SELECT EXTRACT(year FROM t.at) AS y\n   FROM t;",
        " SELECT EXTRACT(year FROM at) AS y\n   FROM t;",
    ),
]
UNCHANGED = [
    " SELECT a.id\n   FROM (a\n     JOIN b ON ((a.id = b.id)));",
    " SELECT a.id\n   FROM a,\n    b;",
    " SELECT a.id\n   FROM a\nUNION\n SELECT b.id\n   FROM b;",
    " SELECT t.*::t AS whole\n   FROM t;",
    " SELECT 't.id' AS label\n   FROM t;",
    " SELECT 1 AS one;",
]


@pytest.mark.parametrize(("older", "newer"), SAME_SINCE_16)
def test_both_spellings_become_the_newer_one(older, newer):
    assert plain_view(older) == newer
    assert plain_view(newer) == newer


@pytest.mark.parametrize("definition", UNCHANGED)
def test_what_every_major_prints_alike_is_left_alone(definition):
    assert plain_view(definition) == definition


@pytest.mark.parametrize(
    ("printed", "restored"),
    [
        (
            "k = ANY ((ARRAY['a'::character varying, 'b''c'::character varying])::text[])",
            "k = ANY (ARRAY[('a'::character varying)::text, ('b''c'::character varying)::text])",
        ),
        ("k = ANY (ARRAY['a'::text, 'b'::text])", "k = ANY (ARRAY['a'::text, 'b'::text])"),
        ("k ~ 'character varying'", "k ~ 'character varying'"),
    ],
)
def test_lists_of_varchar_are_spelled_as_a_restored_dump_has_them(printed, restored):
    assert plain_lists({"definition": printed, "keys": [printed, 1]}) == {
        "definition": restored,
        "keys": [restored, 1],
    }
    assert plain_lists(restored) == restored
