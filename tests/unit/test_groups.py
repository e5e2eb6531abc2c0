"""Which steps share a message."""

from pathlib import Path

import pytest

from db_workflow.schema.declaration import python_step, sql_file
from db_workflow.schema.plan import Entry
from db_workflow.schema.run.group import next_group
from db_workflow.schema.run.message import Frame, Message
from db_workflow.schema.script.script import read_script


@pytest.fixture
def listed(tmp_path):
    def listed(*texts, **options):
        entries, scripts = [], {}
        for number, text in enumerate(texts, start=1):
            name = f"v0.1/{number:02}"
            step = python_step("p.py") if text is None else sql_file("s.sql", **options)
            entries.append(Entry("0.1", number, name, step.kind, Path("s.sql"), "c", step))
            if text is not None:
                path = tmp_path / f"{number}.sql"
                path.write_text(text)
                scripts[name] = read_script(path, shown=path.name)
        return [entry.position for entry in next_group(entries, scripts)]

    return listed


def test_small_files_go_together(listed):
    assert listed("SELECT 1", "-- nothing", "CREATE TABLE t (x int);") == [1, 2, 3]


def test_a_message_holds_so_many_steps_and_so_many_characters(listed):
    assert listed(*["SELECT 1"] * 40) == list(range(1, 25))
    assert listed(*[f"SELECT '{'x' * 5_000}'"] * 4) == [1, 2, 3]


def test_a_large_file_goes_by_itself(listed):
    assert listed(f"SELECT '{'x' * 20_000}'", "SELECT 1") == [1]


@pytest.mark.parametrize(
    "text",
    [
        None,
        "-- db_workflow: no-transaction\nSELECT 1",
        "COPY t FROM stdin;\n1\n\\.\n",
        "RESET ALL",
        "CREATE INDEX IF NOT EXISTS i ON t (x)",
        "CALL something()",
        "SET standard_conforming_strings = off; SELECT 1",
    ],
)
def test_what_is_not_sent_as_it_stands_goes_by_itself(listed, text):
    assert listed("SELECT 1", text, "SELECT 1") == [1]
    assert listed(text, "SELECT 1") == [1]


@pytest.mark.parametrize("limit", ["lock_timeout_ms", "statement_timeout_ms", "time_limit_seconds"])
def test_what_declares_a_limit_goes_by_itself(listed, limit):
    assert listed("SELECT 1", "SELECT 1", **{limit: 5}) == [1]


def test_a_place_in_a_message_belongs_to_the_step_whose_text_stands_there():
    around = Frame("SET a = 1", "SELECT finish()", "RESET ALL")
    message = Message.of([(around, "SELECT 1"), (around, "SELECT é"), (around, "")])
    assert [message.text[start : start + 8] for start in message.starts[:2]] == [
        "SELECT 1",
        "SELECT é",
    ]
    first, second, last = message.starts
    assert message.step_at(1) == 0
    assert message.step_at(first + 1) == message.step_at(second) == 0
    assert message.step_at(second + 1) == message.step_at(last) == 1
    assert message.step_at(len(message.text)) == 2
