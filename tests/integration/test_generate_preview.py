"""A preview shows what generating would do to a table, on a terminal only, and writes nothing."""

import os
import pty
import runpy
import subprocess
import sys
import termios
from pathlib import Path

import pytest
from invoke.context import Context
from invoke.exceptions import Exit

from db_workflow import show
from db_workflow.errors import TestDataError
from db_workflow.steps import testdata
from db_workflow.tasks import namespace
from db_workflow.testdata.extraction.preview import preview
from db_workflow.testdata.extraction.screen import screen

TinyRepository = runpy.run_path(str(Path(__file__).with_name("tiny_repository.py")))[
    "TinyRepository"
]
PEOPLE = """
    CREATE TABLE teams (id int PRIMARY KEY, name text);
    CREATE TABLE people (
        id int PRIMARY KEY, team_id int REFERENCES teams, first_name text, email text NOT NULL,
        about text, secret_token text
    );
    INSERT INTO teams SELECT i, 'team ' || i FROM generate_series(1, 20) i;
    INSERT INTO people SELECT i, i % 20 + 1, CASE WHEN i % 3 > 0 THEN 'Philippa' END,
        'person' || i || '@quack.example', '', 'Q' FROM generate_series(1, 300) i;
    UPDATE people SET first_name = 'Bo', about = E'two\\nlines\\x1b[2J' || repeat('long', 200)
        WHERE id = 2;
"""
RULES = {
    "people": {
        "first_name": "rules.first_name()",
        "email": "rules.email()",
        "about": "rules.text()",
    }
}


@pytest.fixture
async def people(server, tiny_settings):
    repository = TinyRepository(server, tiny_settings)
    repository.columns = RULES
    await repository.create(PEOPLE)
    return repository


async def seen(repository, table="people", rows=5):
    return await preview(
        repository.address, settings=repository.settings, stand_in=True, table=table, rows=rows
    )


def everything_under(folder):
    return {
        path: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


async def test_the_first_rows_are_shown_before_and_after(people):
    found = await seen(people, rows=2)
    assert [row[:2] for row in found.before] == [("1", "2"), ("2", "3")]
    assert found.before[0][2:] == ("Philippa", "person1@quack.example", "", "Q")
    one, two = found.after
    assert one[:2] == ("1", "2")
    assert one[2] not in {None, "Philippa"}
    assert one[3].endswith("@example.test")
    assert one[4] == ""
    assert "long" not in two[4]


async def test_it_shows_what_generating_writes(people):
    found = await seen(people, rows=5)
    await people.extract(stand_in=True)
    lines = people.generated("people").split("\n")
    for row in found.after:
        if "\n" not in (row[4] or ""):
            assert "\t".join(r"\N" if value is None else value for value in row) in lines


async def test_nothing_is_written(people):
    before = everything_under(people.settings.root)
    await seen(people)
    assert everything_under(people.settings.root) == before


async def test_the_size_is_what_the_files_have(people):
    found = await seen(people)
    await people.extract(stand_in=True)
    rows = [line for line in people.generated("people").split("\n") if line[:1].isdigit()]
    assert found.bytes == sum(len(line.encode()) + 1 for line in rows)
    assert found.looked_at == found.chosen.taken == 300


async def test_a_subset_is_told_with_what_it_is_closed_over(people):
    people.options = {"people": {"where": "id <= 3"}, "teams": {"limit": 1}}
    await people.declare()
    found = await seen(people, "teams")
    assert (found.chosen.asked, found.chosen.parents, found.chosen.total) == (1, 3, 20)
    assert [row[0] for row in found.before] == ["1", "2", "3", "4"]
    text = screen(found, width=100)
    assert "rows      4 of 20: 1 asked for, 3 because others refer to them, 0 because they" in text
    assert "left out  16 rows" in text


async def test_a_large_table_is_estimated_by_some_of_its_rows(people):
    await people.sql(
        "INSERT INTO people SELECT i, 1, 'X', 'p' || i || '@quack.example', NULL, 'Q'"
        " FROM generate_series(1001, 60000) i"
    )
    found = await seen(people)
    assert found.looked_at == 1_000
    assert found.chosen.taken == 59_300
    await people.extract(stand_in=True)
    size = len(people.generated("people").encode())
    assert 0.7 * size < found.bytes < 1.3 * size
    assert "size      about, by 1,000 rows: " in screen(found, width=100)


async def test_the_report_tells_rules_secrets_and_what_the_gate_cannot_search(people):
    found = await seen(people)
    assert found.unsearched == {"first_name": 1}
    assert found.warnings[0].startswith("people.secret_token is kept, but seems to be secret")
    text = screen(found, width=100)
    assert "email         text     email()" in text
    assert "team_id       integer  keep()" in text
    assert "too short or in everybody's data: first_name 1" in text
    assert "WARNING: people.secret_token is kept" in text
    assert text.endswith("Nothing was written.")


@pytest.mark.parametrize("width", [20, 60, 80, 200])
async def test_lines_fit_the_terminal_and_nothing_moves_its_cursor(people, width):
    text = screen(await seen(people), width=width)
    rows, _, _ = text.partition("column ")
    assert max(map(len, rows.split("\n")[1:])) <= max(width, 40)
    assert "\x1b" not in text
    assert "NULL" in rows
    assert "''" in rows
    assert "…" in rows


async def test_after_generating_each_table_has_a_line(people, capsys):
    show.extracted(await people.extract())
    lines = capsys.readouterr().out.split("\n")
    assert lines[0].split() == ["generated", "rows", "size", "files"]
    assert lines[2].split()[:2] == ["people", "300"]
    assert lines[2].split()[-2:] == ["kB", "1"]
    assert lines[5] == "not searched for, too short or in everybody's data: people.first_name 1"
    assert lines[6].startswith("WARNING: people.secret_token is kept")


async def test_after_generating_a_subset_each_line_says_why_these_rows(people, capsys):
    people.options = {"people": {"where": "id <= 3"}, "teams": {"limit": 1}}
    await people.declare()
    show.extracted(await people.extract())
    lines = capsys.readouterr().out.split("\n")
    assert lines[0].split()[1:6] == ["rows", "of", "asked", "for", "parents"]
    assert lines[2].split()[:6] == ["people", "3", "300", "3", "0", "0"]
    assert lines[3].split()[:6] == ["teams", "4", "20", "1", "3", "0"]


def test_rows_alone_has_no_meaning():
    with pytest.raises(Exit, match="--rows says how many rows --preview TABLE shows") as caught:
        namespace.tasks["generate"].body(Context(), rows=3)
    assert caught.value.code == 2


async def test_an_empty_table_has_a_report_too(people):
    await people.sql("TRUNCATE people, teams")
    text = screen(await seen(people), width=80)
    assert text.startswith("people: no row would be written")
    assert "rows      0 of 0" in text


async def test_the_preview_as_a_value_shows_no_row(people):
    found = await seen(people)
    assert "quack" not in f"{found!r}{found}"


async def test_a_table_that_is_not_there_is_answered_with_the_one_that_was_meant(people):
    with pytest.raises(TestDataError, match="no table 'peopel'; did you mean 'people'"):
        await seen(people, "peopel")
    with pytest.raises(TestDataError, match="choose one of people, teams"):
        await seen(people, "???")


@pytest.mark.parametrize("rows", [0, -1, 101])
async def test_a_number_of_rows_that_no_screen_shows_is_refused(people, rows):
    with pytest.raises(TestDataError, match="1 to 100 rows"):
        await seen(people, rows=rows)


async def test_an_undecided_column_stops_it_with_what_to_paste(people):
    people.columns = {"people": {**RULES["people"], "email": None}}
    await people.declare()
    with pytest.raises(TestDataError, match="look like e-mail addresses") as caught:
        await seen(people)
    assert "quack" not in f"{caught.value}{caught.value.data}"


async def test_a_rule_that_fails_shows_no_value(people):
    people.columns = {"people": {**RULES["people"], "about": "rules.shift_days()"}}
    await people.declare()
    with pytest.raises(TestDataError, match=r"people\.about") as caught:
        await seen(people)
    assert "long" not in f"{caught.value}{caught.value.data}{caught.value.__cause__}"
    assert caught.value.__cause__ is None


async def test_it_stands_behind_the_same_guard_as_generating(people):
    with pytest.raises(Exception, match="generate --preview is refused") as caught:
        await testdata.preview(people.settings, "people")
    assert caught.value.exit_code in {11, 12}


COMMAND = "from db_workflow import front; front.preview(table='people', rows=3)"


def test_it_is_refused_where_the_output_is_kept(people):
    ended = subprocess.run(
        [sys.executable, "-c", COMMAND],
        cwd=people.settings.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 8
    assert ended.stdout == ""
    assert "its output is not a terminal" in ended.stderr
    assert "invoke generate --preview people, on a terminal" in ended.stderr


SHOWN = """
import asyncio, sys
from pathlib import Path
from db_workflow import show
from db_workflow.address import Address
from db_workflow.settings import load_settings
from db_workflow.testdata.extraction.preview import preview

show.require_terminal("people")
settings = load_settings(Path("."), environment={})
address = Address.parse(sys.argv[1], source="test")
show.preview(
    asyncio.run(preview(address, settings=settings, stand_in=True, table="people", rows=3))
)
"""


def on_a_terminal(program, *arguments, folder):
    """Run Python with a pseudo-terminal as its output; return its exit code and what it wrote."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (40, 120))
    # A shell's word for the width would outweigh the terminal's own.
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    process = subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        cwd=folder,
        env=environment,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    written = b""
    try:
        while data := os.read(ours, 4096):
            written += data
    except OSError:  # Linux says so when the other end is closed
        pass
    finally:
        os.close(ours)
    return process.wait(timeout=30), written.decode()


def test_on_a_terminal_it_is_shown(people):
    code, text = on_a_terminal(SHOWN, people.address.url(), folder=people.settings.root)
    assert code == 0, text
    assert "people: 3 of 300 rows, as they are and as they would be written" in text
    assert "person1@quack.example  " in text
    assert "@example.test" in text
    rows, _, _ = text.replace("\r", "").partition("column ")
    assert 100 < max(map(len, rows.split("\n"))) <= 120
