"""A SQL file: what may not be sent to the server, what is, and how a place in it is shown."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db_workflow.errors import MigrationError
from db_workflow.schema.script.place import place_in
from db_workflow.schema.script.script import (
    Part,
    Script,
    Statement,
    locate,
    read_script,
    statement_lines,
)

# Pieces that files are made of: what opens, closes, hides or ends something, and broken bytes.
PIECES = (
    *(
        b"SELECT 1",
        b";",
        b"\n",
        b"\r\n",
        b"'",
        b'"',
        b"$$",
        b"$a$",
        b"(",
        b")",
        b"--",
        b"/*",
        b"*/",
    ),
    *(
        b"E'\\'",
        b"\\",
        b"\\.\n",
        b"\n\\.",
        b":x",
        b"::",
        b"\xef\xbb\xbf",
        b"\xff",
        b"\0",
        b"1.",
        b"U&",
    ),
    *(b"COPY t FROM stdin;\n", b"COPY t TO stdout", b"\\restrict a\n", b"COMMIT;", b"VACUUM;"),
    *(
        b"SET standard_conforming_strings = off;",
        b"-- db_workflow: no-transaction\n",
        b"RESET ALL;",
    ),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scripts")


def read(tmp_path: Path, content: str | bytes) -> Script:
    file = tmp_path / "01.sql"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_script(file, shown="sql/01.sql")


def refusal(tmp_path: Path, content: str | bytes) -> list[str]:
    with pytest.raises(MigrationError) as caught:
        read(tmp_path, content)
    problems: list[str] = caught.value.data["problems"]
    return problems


@pytest.mark.parametrize("content", ["", "-- nothing yet\n", "/* a */", ";\n;", "\ufeff\r\n"])
def test_a_file_without_statements_is_empty_and_not_refused(tmp_path: Path, content: str):
    script = read(tmp_path, content)
    assert script.is_empty
    assert (script.parts, script.complete) == ((), True)


def test_a_byte_order_mark_is_not_sent_and_noted(tmp_path: Path):
    script = read(tmp_path, b"\xef\xbb\xbfSELECT 1;")
    assert script.text == "SELECT 1;"
    assert script.notes == (
        "sql/01.sql:1: begins with a byte order mark; it is not sent, but counts in the checksum",
    )


def test_a_byte_order_mark_inside_the_file_is_refused(tmp_path: Path):
    [problem] = refusal(tmp_path, "SELECT 1;\n\ufeffSELECT 2;")
    assert problem.startswith("sql/01.sql:2: a byte order mark inside the file")


def test_crlf_line_ends_are_noted(tmp_path: Path):
    script = read(tmp_path, "SELECT 1;\r\nSELECT\r\n2;\r\n")
    assert [note.split(";")[0] for note in script.notes] == ["sql/01.sql: has CRLF line ends"]
    assert statement_lines(script) == (1, 2)


def test_an_ordinary_file_has_no_notes(tmp_path: Path):
    assert read(tmp_path, "SELECT 1;\n").notes == ()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf16_is_refused_by_name(tmp_path: Path, encoding: str):
    assert "sql/01.sql:1: UTF-16" in refusal(tmp_path, "SELECT 1;".encode(encoding))[0]


def test_a_file_that_is_not_utf8_is_refused_with_its_line(tmp_path: Path):
    assert "sql/01.sql:2: not UTF-8" in refusal(tmp_path, b"SELECT 1;\nSELECT '\xe9';")[0]
    assert "sql/01.sql:2: not UTF-8" in refusal(tmp_path, b"\xef\xbb\xbf--\n\xe9\n")[0]


def test_a_nul_character_is_refused(tmp_path: Path):
    assert "sql/01.sql:1: a NUL character" in refusal(tmp_path, "SELECT '\0';")[0]


CONTROL = [
    "BEGIN",
    "begin isolation level serializable",
    "COMMIT",
    "END",
    "ABORT",
    "ROLLBACK",
    "Start Transaction",
    "PREPARE TRANSACTION 'x'",
    "COMMIT PREPARED 'x'",
]


@pytest.mark.parametrize("statement", CONTROL)
def test_transaction_control_at_top_level_is_refused_with_its_line(tmp_path: Path, statement: str):
    [problem] = refusal(tmp_path, f"SELECT 1;\n/* two\nlines */ {statement};\nSELECT 2;")
    assert problem.startswith("sql/01.sql:3: ")
    assert "the runner opens and ends the transaction" in problem


@pytest.mark.parametrize("statement", [*CONTROL, "SAVEPOINT a", "ROLLBACK TO a", "RELEASE a"])
def test_transaction_control_without_a_transaction_is_advised_to_split(
    tmp_path: Path, statement: str
):
    [problem] = refusal(tmp_path, f"-- db_workflow: no-transaction\n{statement};")
    assert problem.startswith("sql/01.sql:2: ")
    assert "split the file" in problem


@pytest.mark.parametrize(
    "statement",
    [
        "DO $$ BEGIN PERFORM 1; COMMIT; END $$",
        "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END'",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END",
        "SELECT 'x' -- ; COMMIT;",
        "SELECT 'x' /* ; COMMIT; */",
        "SAVEPOINT a; ROLLBACK TO SAVEPOINT a; RELEASE a",
        "ROLLBACK WORK TO a",
        "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
        "PREPARE q AS SELECT 1",
    ],
)
def test_what_only_looks_like_transaction_control_is_accepted(tmp_path: Path, statement: str):
    assert not read(tmp_path, f"{statement};").is_empty


ALONE = [
    "CREATE INDEX CONCURRENTLY i ON t (a)",
    "create unique index concurrently if not exists i on t (a)",
    "DROP INDEX CONCURRENTLY i",
    "REINDEX TABLE CONCURRENTLY t",
    "REINDEX (VERBOSE, CONCURRENTLY) INDEX i",
    "REINDEX (CONCURRENTLY TRUE) INDEX i",
    "REINDEX SCHEMA public",
    "VACUUM",
    "VACUUM (ANALYZE) t",
    "CREATE DATABASE d",
    "DROP DATABASE IF EXISTS d",
    "ALTER SYSTEM SET work_mem = '1GB'",
    "CREATE TABLESPACE s LOCATION '/srv'",
    "DROP TABLESPACE s",
    "ALTER TABLE p DETACH PARTITION q CONCURRENTLY",
    "CLUSTER",
    "CLUSTER (VERBOSE)",
    "CLUSTER VERBOSE",
    "DISCARD ALL",
]


@pytest.mark.parametrize("statement", ALONE)
def test_what_cannot_run_in_a_transaction_is_told_before_it_is_sent(tmp_path: Path, statement: str):
    [problem] = refusal(tmp_path, f"SELECT 1;\n\n{statement};\n")
    assert problem.startswith("sql/01.sql:3: ")
    assert "put `-- db_workflow: no-transaction` into the file's first lines" in problem


@pytest.mark.parametrize("statement", ALONE)
def test_a_no_transaction_file_may_hold_it(tmp_path: Path, statement: str):
    script = read(tmp_path, f"\n-- why\n--db_workflow:  no-transaction \r\n{statement};\n")
    assert not script.transaction
    assert len(script.statements) == 1


@pytest.mark.parametrize(
    "statement",
    [
        'CREATE INDEX "concurrently" ON t (a)',
        "REINDEX (CONCURRENTLY off) INDEX i",
        "REINDEX TABLE t",
        "CLUSTER t",
        'CLUSTER VERBOSE "T" USING i',
        "ALTER TABLE p DETACH PARTITION q",
        "REFRESH MATERIALIZED VIEW CONCURRENTLY v",
        "ANALYZE",
        "CREATE FUNCTION vacuum() RETURNS void LANGUAGE sql AS ''",
    ],
)
def test_what_only_looks_as_if_it_could_not_is_accepted(tmp_path: Path, statement: str):
    assert read(tmp_path, f"{statement};").transaction


@pytest.mark.parametrize(
    "above",
    ["/* licence */\n", "/* a\n /* nested */ licence\n */ ", "\\restrict x\n", "-- why\n\n;;\n"],
)
def test_the_word_to_the_runner_counts_wherever_it_stands_above_the_first_statement(
    tmp_path: Path, above: str
):
    script = read(tmp_path, f"{above}-- db_workflow: no-transaction\nVACUUM;")
    assert not script.transaction


@pytest.mark.parametrize("before", ["SELECT 1;\n", "SELECT 1; ", "SELECT\n"])
def test_a_word_to_the_runner_that_comes_too_late_is_refused(tmp_path: Path, before: str):
    [problem] = refusal(tmp_path, f"{before}-- db_workflow: no-transaction\n;")
    line = before.count("\n") + 1
    assert problem.startswith(f"sql/01.sql:{line}: `-- db_workflow: no-transaction` counts above")


@pytest.mark.parametrize(
    "comment", ["/* db_workflow: no-transaction */", "/*\n * db_workflow: no-transaction\n */"]
)
def test_a_word_to_the_runner_in_a_block_comment_is_refused(tmp_path: Path, comment: str):
    [problem] = refusal(tmp_path, f"{comment}\nSELECT 1;")
    assert "only `-- db_workflow: no-transaction`, in a comment of one line, is known" in problem


def test_what_only_mentions_the_runner_is_no_word_to_it(tmp_path: Path):
    text = (
        "-- see db_workflow: no-transaction\nSELECT '-- db_workflow: x', $$ -- db_workflow: y\n$$;"
    )
    assert read(tmp_path, text).transaction


def test_an_unknown_word_to_the_runner_is_refused(tmp_path: Path):
    [problem] = refusal(tmp_path, "-- v1\n-- db_workflow: no_transaction\nSELECT 1;")
    assert problem.startswith("sql/01.sql:2: db_workflow: no_transaction: only")


def test_psql_commands_are_refused_by_name_and_line(tmp_path: Path):
    found = refusal(tmp_path, "SELECT 1;\n\\connect other\n\\i more.sql\nSELECT :'x';\n\\timing\n")
    assert [problem.split(": ")[:2] for problem in found] == [
        ["sql/01.sql:2", r"\connect is a command of psql, not SQL"],
        ["sql/01.sql:3", r"\i is a command of psql, not SQL"],
        ["sql/01.sql:4", ":'x' is a variable of psql, not SQL"],
        ["sql/01.sql:5", r"\timing is a command of psql, not SQL"],
    ]
    assert found[1].endswith("list that file as a step of its own")


def test_what_pg_dump_restricts_psql_with_is_sent_as_spaces(tmp_path: Path):
    script = read(tmp_path, "\\restrict a'b\nSELECT 1;\n\\unrestrict a'b\nSELECT 2;\n\\unrestrict")
    [part] = script.parts
    assert (part.start, len(part.text)) == (0, len(script.text))
    assert part.text.split() == ["SELECT", "1;", "SELECT", "2;"]
    assert part.text.index("SELECT 2") == script.text.index("SELECT 2")


def test_restrict_inside_a_statement_is_refused(tmp_path: Path):
    assert refusal(tmp_path, "SELECT\n\\restrict a\n1")[0].startswith("sql/01.sql:2: \\restrict")


def test_a_file_is_sent_as_one_part(tmp_path: Path):
    script = read(tmp_path, "SELECT 1;\nSELECT 2;\n")
    assert script.parts == (Part(0, script.text),)
    assert script.complete


@pytest.mark.parametrize(
    "text", ["SELECT (1", "SELECT 'a", "SELECT $$a", "SELECT 1 /* a", 'SELECT "']
)
def test_what_is_not_closed_is_not_complete(tmp_path: Path, text: str):
    assert not read(tmp_path, text).complete


def test_rows_below_a_copy_are_a_part_of_their_own(tmp_path: Path):
    text = "SELECT 1;\nCOPY t (a, b) FROM stdin; -- rows\nx\tbegin;\n\\N\t\\\\.\n\\.\nSELECT 2;\n"
    script = read(tmp_path, text)
    copy = text.index("COPY")
    assert script.parts == (
        Part(0, "SELECT 1;\n"),
        Part(copy, "COPY t (a, b) FROM stdin", "x\tbegin;\n\\N\t\\\\.\n"),
        Part(text.index("\nSELECT 2"), "\nSELECT 2;\n"),
    )
    assert statement_lines(script) == (1, 2, 6)
    assert script.complete


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("COPY t FROM stdin;\n\\.\n", ""),
        ("COPY t FROM stdin;", ""),
        ("COPY t FROM stdin", ""),
        ("COPY t FROM stdin;\na\n", "a\n"),
        ("COPY t FROM stdin;\na\nb", "a\nb"),
        ("COPY t FROM stdin;\na\n\\.", "a\n"),
        ("COPY t FROM stdin;\r\na\r\n\\.\r\n", "a\r\n"),
        ("COPY t FROM stdin;\n\\.x\n \\.\n\\\\.\n\\.\n", "\\.x\n \\.\n\\\\.\n"),
        ('COPY t\nFROM\nSTDIN (FORMAT csv);\n"a\n;b"\n\\.\n', '"a\n;b"\n'),
        ("copy public.from FROM stdout;\na\n\\.\n", "a\n"),
        ("COPY t FROM stdin /* ; */ ; /* a */ -- b\na\n\\.\n", "a\n"),
        ("COPY t FROM stdin WHERE a <> 'x;';\na\n\\.\n", "a\n"),
    ],
)
def test_rows_go_from_the_next_line_to_the_one_that_ends_them(tmp_path: Path, text: str, data: str):
    script = read(tmp_path, text)
    assert [part.data for part in script.parts] == [data]
    assert len(script.statements) == 1
    assert not script.complete  # nothing may follow in the message that brings the rows


@pytest.mark.parametrize("rest", ["SELECT 1;", "1", "/* open", "COPY u FROM stdin;"])
def test_what_follows_a_copy_on_its_line_is_refused(tmp_path: Path, rest: str):
    problems = refusal(tmp_path, f"SELECT 1;\nCOPY t FROM stdin; {rest}\na\n\\.\n")
    assert problems == [
        "sql/01.sql:2: something follows COPY … FROM STDIN on its line; put it below the rows"
    ]


@pytest.mark.parametrize("copy", ["COPY t TO stdout", "COPY (SELECT 1) TO STDIN"])
def test_copy_to_the_client_is_refused(tmp_path: Path, copy: str):
    assert "COPY … TO STDOUT has nothing to write to" in refusal(tmp_path, f"{copy};")[0]


@pytest.mark.parametrize(
    "copy",
    ["COPY BINARY t FROM stdin", "COPY t FROM stdin (FORMAT 'binary')", "COPY t FROM stdin BINARY"],
)
def test_copy_of_bytes_is_refused(tmp_path: Path, copy: str):
    assert "in binary format" in refusal(tmp_path, f"{copy};\n\\.\n")[0]


@pytest.mark.parametrize(
    "copy",
    [
        "COPY t FROM '/srv/stdin.csv'",
        "COPY stdin FROM '/srv/a.csv'",
        "COPY t TO PROGRAM 'cat'",
        "COPY t FROM '/srv/a.csv' WHERE a IS DISTINCT FROM stdin",
    ],
)
def test_copy_on_the_server_is_sent_as_any_statement(tmp_path: Path, copy: str):
    assert [part.data for part in read(tmp_path, f"{copy};\n").parts] == [None]


def test_a_change_of_how_strings_are_read_ends_its_part(tmp_path: Path):
    text = "SET standard_conforming_strings = off;\nSELECT 'a\\';b';\n"
    script = read(tmp_path, text)
    first, second = script.parts
    assert first.text == "SET standard_conforming_strings = off;"
    assert second == Part(len(first.text), "\nSELECT 'a\\';b';\n")
    assert not script.complete  # what is added would be read by that rule too


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("SET client_encoding = 'LATIN1'", "client_encoding latin1: files are UTF-8"),
        ("SET NAMES 'WIN1252'", "client_encoding win1252"),
        ("SELECT set_config('client_encoding', 'sql_ascii', true)", "client_encoding sql_ascii"),
        ("SET standard_conforming_strings = $$off$$", "cannot be read; write on or off"),
        ("DO $$ BEGIN SET standard_conforming_strings = off; END $$", "set it at top level"),
        (
            "SAVEPOINT a;SET standard_conforming_strings = off;ROLLBACK TO a",
            "ROLLBACK TO after a change",
        ),
        (
            "-- db_workflow: no-transaction\nSET LOCAL standard_conforming_strings = off",
            "has no effect outside a transaction",
        ),
    ],
)
def test_settings_that_hide_how_a_file_is_read_are_refused(tmp_path: Path, text: str, problem: str):
    assert problem in refusal(tmp_path, f"{text};")[0]


@pytest.mark.parametrize(
    "text",
    [
        "SET client_encoding = 'UTF8'",
        "SET client_encoding TO DEFAULT",
        "RESET client_encoding",
        "SET NAMES 'utf-8'",
        "SET NAMES",
        "SET search_path = names, public",
        "SELECT pg_catalog.set_config('search_path', '', false)",
        "ALTER ROLE r SET standard_conforming_strings = off",
        "CREATE FUNCTION f() RETURNS int SET client_encoding = 'LATIN1' RETURN 1",
        "COMMENT ON TABLE t IS 'standard_conforming_strings = off'",
    ],
)
def test_settings_that_change_nothing_here_are_accepted(tmp_path: Path, text: str):
    assert len(read(tmp_path, f"{text};").parts) == 1


def test_every_problem_is_told_in_the_order_of_the_file(tmp_path: Path):
    problems = refusal(tmp_path, "COMMIT;\n\\echo\nVACUUM;\nSELECT :x;\n")
    assert [problem.split(":")[1] for problem in problems] == ["1", "2", "3", "4"]


def test_a_file_of_nothing_but_problems_is_told_in_short(tmp_path: Path):
    problems = refusal(tmp_path, "\\N\t\\N\n" * 1_000)
    assert len(problems) == 21
    assert problems[-1] == "sql/01.sql: and 980 more"


@given(st.lists(st.sampled_from(PIECES), max_size=25).map(b"".join))
def test_whatever_a_file_holds_it_is_refused_by_name_or_cut_into_parts(
    folder: Path, content: bytes
):
    try:
        script = read(folder, content)
    except MigrationError as error:
        assert all(problem.startswith("sql/01.sql:") for problem in error.data["problems"])
        return
    held = [statement for part in script.parts for statement in inside(script, part)]
    assert tuple(held) == script.statements
    assert [part.start for part in script.parts] == sorted(part.start for part in script.parts)


def inside(script: Script, part: Part) -> list[Statement]:
    """Return the statements that stand whole in a part, word for word."""
    return [
        statement
        for statement in script.statements
        if part.text[statement.start - part.start : statement.end - part.start]
        == script.text[statement.start : statement.end]
        and part.start <= statement.start < part.start + len(part.text)
    ]


def test_a_position_is_shown_as_file_line_column_and_caret(tmp_path: Path):
    script = read(tmp_path, "SELECT 1;\nSELECT é frm x;\n")
    place = locate(script, script.text.index("frm") + 1)
    assert (place.line, place.column) == (2, 10)
    assert str(place) == ("sql/01.sql:2:10\n  2 | SELECT é frm x;\n    |          ^")


def test_of_a_line_of_a_megabyte_only_the_surroundings_are_shown():
    text = "x" * 500_000 + "HERE" + "y" * 500_000
    first, line, caret = str(place_in(text, 500_000, shown="a.sql")).splitlines()
    assert first == "a.sql:1:500001"
    assert len(line) < 200
    assert line[caret.index("^") :].startswith("HERE")


def test_the_caret_stands_right_behind_tabs_and_wide_characters(tmp_path: Path):
    script = read(tmp_path, "\tSELECT '数学' frm x;")
    lines = str(locate(script, script.text.index("frm") + 1)).splitlines()
    assert lines[2] == "    | \t" + " " * len("SELECT '____' ") + "^"


def test_a_position_at_the_very_end_is_shown(tmp_path: Path):
    script = read(tmp_path, "SELECT (1")
    assert locate(script, 10).column == 10


def test_each_statement_is_known_by_the_line_it_begins_on(tmp_path: Path):
    script = read(tmp_path, "-- head\nSELECT 1; SELECT 2;\n\nSELECT\n3;")
    assert statement_lines(script) == (2, 2, 4)
