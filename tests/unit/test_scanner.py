"""Finding statements without parsing SQL."""

import random

import pytest

from db_workflow.schema.scanner import scan


def starts(text: str) -> list[str]:
    """Return the text of each statement up to the next one's start."""
    places = [statement.start for statement in scan(text).statements]
    ends = [*places[1:], len(text)]
    return [text[start:end].strip(" \n;") for start, end in zip(places, ends, strict=True)]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ';'",
        "SELECT 'it''s; here'",
        r"SELECT E'a\';b'",
        'SELECT 1 AS "a;""b"',
        "SELECT $$ ; $$",
        "SELECT $tag$ ; $$ ; $tag$",
        "SELECT 1 -- ; not yet",
        "SELECT /* ; /* nested ; */ ; */ 1",
        "CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2)",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END",
        "CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; CALL q(); END",
    ],
)
def test_a_semicolon_inside_a_statement_does_not_end_it(text: str):
    assert starts(f"{text}\n;\nSELECT 2;") == [text, "SELECT 2"]


@pytest.mark.parametrize("text", ["", " \n", "-- a comment", "/* a; b */", ";;", "-- a\n;/* b */;"])
def test_a_text_without_statements_has_none(text: str):
    assert scan(text).statements == []


@pytest.mark.parametrize("text", ["SELECT 'open", "SELECT $$ open", "SELECT /* open", 'SELECT "o'])
def test_an_unfinished_quote_runs_to_the_end(text: str):
    assert len(scan(f"{text}; SELECT 2").statements) == 1


def test_words_in_quotes_and_parentheses_are_not_words_of_the_statement():
    statement = scan("INSERT INTO t (commit) VALUES ('rollback', \"end\")").statements[0]
    assert statement.words == ["insert", "into", "t", "values"]


@pytest.mark.parametrize("text", [r"\connect other", "SELECT 1 \\gexec", "SELECT :'name'"])
def test_what_only_psql_understands_is_found(text: str):
    assert len(scan(text).psql_only) == 1


@pytest.mark.parametrize(
    "text", ["SELECT a[1:'2'::int]", "SELECT '1'::text", r"SELECT E'\\x'", "SELECT '\\d'"]
)
def test_what_only_looks_like_psql_is_left_alone(text: str):
    assert scan(text).psql_only == []


def test_every_text_is_scanned_to_its_end():
    invented = random.Random(1)  # noqa: S311 - a test's texts
    for _ in range(2_000):
        text = "".join(invented.choices("ab;'\"$-/*\\:()[] \nE1é", k=invented.randint(0, 40)))
        places = [statement.start for statement in scan(text).statements]
        assert places == sorted(set(places)), text


def test_quoted_values_never_split_a_statement():
    invented = random.Random(2)  # noqa: S311 - as above
    for _ in range(500):
        values = ["".join(invented.choices("ab;$ -/*\n", k=8)) for _ in range(4)]
        text = ";\n".join(f"SELECT '{v}', $x${v}$x$, \"{v}\"" for v in values)
        assert len(scan(text).statements) == len(values), text
