"""Finding statements without parsing SQL."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db_workflow.schema.script.scanner import scan

# Pieces that texts are made of: everything that opens, closes or hides something.
PIECES = (
    *"ab1eE;'\"$-/*\\:()[]., \n\r\té",
    *(
        "''",
        "--",
        "/*",
        "*/",
        "$$",
        "$a$",
        "E'",
        "U&'",
        'U&"',
        "1.",
        "::",
        ":=",
        "SELECT ",
        "\n;\n",
    ),
    *(
        "CREATE FUNCTION f() ",
        "BEGIN ",
        "ATOMIC ",
        "END",
        " CASE ",
        "COPY t FROM stdin;\n",
        "\n\\.\n",
    ),
    *("SET standard_conforming_strings = off;", "\\restrict x\n", "RESET ALL"),
)
texts = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


def statements(text: str) -> list[str]:
    return [text[statement.start : statement.end] for statement in scan(text).statements]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ';'",
        "SELECT 'it''s; here'",
        r"SELECT E'a\';b'",
        r"SELECT e'a\\', ';'",
        "SELECT E'a'\n  -- goes on\n  'b\\';c'",
        r"SELECT '\', ';'",
        r"SELECT name'\', ';'",
        r"SELECT U&'\0441\043B;', U&'!0441;' UESCAPE '!'",
        r"SELECT N'\', ';'",
        "SELECT b'1', x'1f', ';'",
        r"""SELECT 1 AS U&"a;\0441" """.strip(),
        'SELECT 1 AS "a;""b"',
        "SELECT $$ ; $$",
        "SELECT $tag$ ; $$ ; $tag$",
        "SELECT $é$ ; $é$, $_1$ ; $_1$",
        "SELECT a$b$c, a$$, ';'",
        "SELECT 1$$;$$",
        "SELECT $1;'".replace(";'", ", ';'"),
        "SELECT 1 -- ; not yet\n + 1",
        "SELECT 1 -- ; an old line end\r + 1",
        "SELECT /* ; /* nested ; */ ; */ 1",
        "SELECT 2*/* ; */3, 4-- ;\n-5, 6 @-/* ; */ 7",
        "SELECT a[1:n], a[:2], a[b::int:c::int], f(x := ';')",
        "SELECT JSON_OBJECT('a':'b', c : d)",
        "CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2)",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END",
        "CREATE FUNCTION f() RETURNS int BEGIN /* ; */ ATOMIC END",
        "CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; CALL q(); END",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 AS begin; SELECT 2 AS end; END",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT t.end, t.case, 1 case FROM t; END",
        "CREATE FUNCTION begin() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE FUNCTION f() RETURNS int RETURN CASE WHEN true THEN 1 END",
        "SELECT 1 AS begin",
        "SELECT 1 AS case, 2 end",
        "SELECT a[1;".replace(";", "]"),
    ],
)
def test_a_semicolon_inside_a_statement_does_not_end_it(text: str):
    assert statements(f"{text}\n;\nSELECT 2;") == [text, "SELECT 2"]
    assert scan(text).closed


@pytest.mark.parametrize("text", ["", " \n", "-- a comment", "/* a; b */", ";;", "-- a\n;/* b */;"])
def test_a_text_without_statements_has_none(text: str):
    assert scan(text).statements == []
    assert scan(text).closed


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 'open",
        r"SELECT E'open\'",
        "SELECT $$ open",
        "SELECT $a$ open $A$",
        "SELECT /* open /* */",
        'SELECT "o',
        "/* open",
        "SELECT (1",
        "SELECT ((1)",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE a WHEN 1 THEN 2 END",
    ],
)
def test_what_is_not_closed_runs_to_the_end(text: str):
    found = scan(f"{text}; SELECT 2")
    assert len(found.statements) == 1
    assert not found.closed


def test_a_statement_ends_behind_its_last_lexeme():
    assert statements("SELECT 1 -- one\n /* two */ ;\r\n SELECT\t2 \n") == ["SELECT 1", "SELECT\t2"]


def test_words_in_quotes_and_parentheses_are_not_words_of_the_statement():
    [statement] = scan("INSERT INTO t (commit) VALUES ('rollback', \"end\"), a[begin]").statements
    assert statement.words == ("insert", "into", "t", "values", "a")


def test_what_is_glued_to_a_quote_is_no_word():
    text = """SELECT E'a', b'1', X'1f', N'n', U&'u', U&"v", name'n', d$e, e"f", 1.U&"g" """
    [statement] = scan(text).statements
    assert statement.words == ("select", "name", "d$e", "e")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\connect other", r"\connect"),
        ("SELECT 1 \\gexec", r"\gexec"),
        ("SELECT 1\\;", r"\;"),
        ("SELECT :'name'", ":'name'"),
        ('SELECT :"name"', ':"name"'),
        ("SELECT * FROM :table", ":table"),
        ("INSERT INTO t VALUES (1, :id)", ":id"),
        ("INSERT INTO t VALUES (:'id'::int)", ":'id'"),
        ("SELECT :{?name}", ":{?name}"),
        ("SELECT JSON_OBJECT('a' : :b)", ":b"),
        ("\\.", "\\."),
    ],
)
def test_what_only_psql_understands_is_found(text: str, expected: str):
    assert [only.text for only in scan(text).psql_only] == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT a[1:'2'::int]",
        'SELECT a[1:n], a[:n], a[1:"n"]',
        "SELECT '1'::text, 1 ::int",
        "SELECT f(a:=1, b := 2)",
        r"SELECT E'\\x'",
        "SELECT '\\d'",
        "SELECT $$ \\d :'x' $$, ':x', \"a :b\"",
        "SELECT 1 -- \\d :'x'",
        "SELECT json_object('a':'b'), JSON_OBJECTAGG (k : v)",
        "COPY t FROM stdin;\n\\N\t:x\n\\\\.\n\\.\n",
    ],
)
def test_what_only_looks_like_psql_is_left_alone(text: str):
    assert scan(text).psql_only == []


def test_arguments_of_a_psql_command_are_not_sql():
    found = scan("\\echo don't ; stop\nSELECT 1")
    assert [only.text for only in found.psql_only] == ["\\echo"]
    assert len(found.statements) == 1


@pytest.mark.parametrize(
    ("off", "on"),
    [
        ("SET standard_conforming_strings = off", "SET standard_conforming_strings = on"),
        ("set SESSION \"standard_conforming_strings\" TO 'false'", "RESET ALL"),
        (
            "SET LOCAL standard_conforming_strings /* ! */ TO no",
            "RESET standard_conforming_strings",
        ),
        (
            "SELECT pg_catalog.set_config('standard_conforming_strings', 'off', false)",
            "SET standard_conforming_strings TO DEFAULT",
        ),
    ],
)
def test_a_change_of_how_strings_are_read_is_obeyed(off: str, on: str):
    after_off, after_on = "SELECT 'a\\';b'", "SELECT '\\'"
    found = scan(f"{after_on}; {off}; {after_off}; {on}; {after_on}; SELECT 2")
    assert len(found.statements) == 6
    assert [(cut.statement, cut.data) for cut in found.breaks] == [(1, None), (3, None)]


def test_only_a_set_of_its_own_changes_how_strings_are_read():
    found = scan(
        "SELECT 1 AS set_config, 'standard_conforming_strings = off'; SELECT '\\'; SELECT 2"
    )
    assert len(found.statements) == 3


def test_prefixed_strings_are_read_alike_whatever_the_setting():
    found = scan(r"SET standard_conforming_strings = 0; SELECT b'1', x'1', E'\'', U&'\'; SELECT 2")
    assert len(found.statements) == 3


def test_setting_strings_as_they_are_breaks_nothing():
    found = scan("SET standard_conforming_strings = on; SELECT 1")
    assert not found.breaks
    assert found.standard


@given(texts)
def test_statements_lie_in_order_and_inside_the_text(text: str):
    place = 0
    for statement in scan(text).statements:
        assert place <= statement.start < statement.end <= len(text)
        assert not text[statement.start].isspace()
        place = statement.end


@given(texts)
def test_a_text_that_is_closed_may_be_followed_by_one_more_statement(text: str):
    found = scan(text)
    if found.closed and found.standard:
        more = scan(f"{text}\n;\nSELECT 'x'")
        assert more.statements[:-1] == found.statements
        assert more.statements[-1].words == ("select",)


def test_quoted_values_never_split_a_statement():
    invented = random.Random(2)  # noqa: S311 - a test's texts
    for _ in range(500):
        values = ["".join(invented.choices("ab;$ -/*\n", k=8)) for _ in range(4)]
        text = ";\n".join(f"SELECT '{v}', $x${v}$x$, \"{v}\"" for v in values)
        assert len(scan(text).statements) == len(values), text
