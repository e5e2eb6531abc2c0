"""A SQL file: what may not be sent to the server, and how a place in it is shown."""

from pathlib import Path

import pytest

from db_workflow.errors import MigrationError
from db_workflow.schema.script import Script, locate, read_script, statement_lines


def read(tmp_path: Path, content: str | bytes) -> Script:
    file = tmp_path / "01.sql"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_script(file, shown="sql/01.sql")


def refusal(tmp_path: Path, content: str | bytes) -> list[str]:
    with pytest.raises(MigrationError) as caught:
        read(tmp_path, content)
    problems: list[str] = caught.value.data["problems"]
    return problems


def test_a_file_of_comments_is_empty_and_not_refused(tmp_path: Path):
    assert read(tmp_path, "-- nothing yet\n").is_empty


def test_a_byte_order_mark_is_refused(tmp_path: Path):
    assert "sql/01.sql:1: a byte order mark" in refusal(tmp_path, b"\xef\xbb\xbfSELECT 1;")[0]


def test_a_file_that_is_not_utf8_is_refused_with_its_line(tmp_path: Path):
    assert "sql/01.sql:2: not UTF-8" in refusal(tmp_path, b"SELECT 1;\nSELECT '\xe9';")[0]


def test_a_nul_character_is_refused(tmp_path: Path):
    assert "sql/01.sql:1: a NUL character" in refusal(tmp_path, "SELECT '\0';")[0]


@pytest.mark.parametrize(
    "statement",
    [
        "BEGIN",
        "begin isolation level serializable",
        "COMMIT",
        "END",
        "ABORT",
        "ROLLBACK",
        "Start Transaction",
        "PREPARE TRANSACTION 'x'",
        "COMMIT PREPARED 'x'",
    ],
)
def test_transaction_control_at_top_level_is_refused_with_its_line(tmp_path: Path, statement: str):
    [problem] = refusal(tmp_path, f"SELECT 1;\n/* two\nlines */ {statement};\nSELECT 2;")
    assert problem.startswith("sql/01.sql:3: ")
    assert "the runner opens and ends the transaction" in problem


@pytest.mark.parametrize(
    "statement",
    [
        "DO $$ BEGIN PERFORM 1; COMMIT; END $$",
        "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END'",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END",
        "SELECT 'x' -- ; COMMIT;",
        "SELECT 'x' /* ; COMMIT; */",
        "SAVEPOINT a; ROLLBACK TO SAVEPOINT a; RELEASE a",
        "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
        "PREPARE q AS SELECT 1",
    ],
)
def test_what_only_looks_like_transaction_control_is_accepted(tmp_path: Path, statement: str):
    assert not read(tmp_path, f"{statement};").is_empty


def test_psql_commands_are_refused_by_name_and_line(tmp_path: Path):
    found = refusal(tmp_path, "\\restrict abc\nSELECT 1;\n\\connect other\n")
    assert found == [
        r"sql/01.sql:1: \restrict is a command of psql, not SQL",
        r"sql/01.sql:3: \connect is a command of psql, not SQL",
    ]


def test_copy_from_stdin_is_refused_and_its_data_is_not_read_as_sql(tmp_path: Path):
    found = refusal(tmp_path, "SELECT 1;\nCOPY t (a) FROM stdin;\nbegin;\n\\.\nCOMMIT;\n")
    assert len(found) == 1
    assert found[0].startswith("sql/01.sql:2: COPY has nothing to read from")


def test_copy_from_a_file_on_the_server_is_accepted(tmp_path: Path):
    assert not read(tmp_path, "COPY t FROM '/srv/stdin.csv';").is_empty


def test_a_position_is_shown_as_file_line_column_and_caret(tmp_path: Path):
    script = read(tmp_path, "SELECT 1;\nSELECT é frm x;\n")
    place = locate(script, script.text.index("frm") + 1)
    assert (place.line, place.column) == (2, 10)
    assert str(place) == ("sql/01.sql:2:10\n  2 | SELECT é frm x;\n    |          ^")


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
