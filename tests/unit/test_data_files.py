"""Generated files: exact for every value, data and nothing else, and proven intact."""

import ast
import importlib.util
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from db_workflow.errors import TestDataError
from db_workflow.testdata.files.copytext import NULL, decode, encode, protect
from db_workflow.testdata.files.datafile import (
    CopyRows,
    load_rows,
    read_file,
    read_header,
    write_file,
)

NASTY = [
    "",
    " ",
    "'''",
    "''''''''",
    "\\'''",
    "ends with a backslash\\",
    "\\",
    "\\N",
    "\\.",
    "tab\tnewline\nreturn\rend",
    "\x01\x1f\x7f\x85\u00a0",
    "next\u2028line\u2029paragraph",
    "turned \u202e around \u2066 and \ufeff about",
    "Zoë Ångström 健太 😀 नमस्ते",
    "r'''\n''')\nimport os",
    '"""',
    "\\x41 \\101 is not A",
]


def write(path, rows, columns=("id", "value")):
    lines = ["\t".join(encode(value) for value in row) for row in rows]
    facts = {"source": "schema", "key": "public", "rules": "rules"}
    return write_file(
        path, table="things", variable="AUTO_THINGS_DATA", columns=columns, lines=lines, **facts
    )


def values(path):
    return [row["value"] for row in load_rows(path)]


def imported(path):
    spec = importlib.util.spec_from_file_location("written", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@hypothesis_settings(deadline=None)  # a busy machine is no failure
@given(value=st.none() | st.text(st.characters(exclude_characters="\0", codec="utf-8")))
def test_a_field_comes_back_as_it_was(value):
    assert decode(encode(value)) == value
    assert decode(protect(encode(value))) == value


@hypothesis_settings(deadline=None)  # a busy machine is no failure
@given(value=st.text(st.characters(exclude_characters="\0", codec="utf-8")))
def test_a_protected_line_prints_and_never_closes_the_string(value):
    line = protect(encode(value))
    assert line.replace("\t", "").isprintable()
    assert ast.literal_eval(f"r'''\n{line}\n'''") == f"\n{line}\n"


@pytest.mark.parametrize("value", [*NASTY, None])
def test_a_value_survives_the_file_read_and_imported(tmp_path, value):
    path = tmp_path / "auto_things.py"
    write(path, [("1", value), ("2", "after")])
    assert values(path) == [value, "after"]
    assert [row["value"] for row in imported(path).AUTO_THINGS_DATA] == [value, "after"]


def test_null_and_the_text_that_looks_like_it_are_two(tmp_path):
    write(tmp_path / "auto_things.py", [("1", None), ("2", NULL)])
    assert values(tmp_path / "auto_things.py") == [None, NULL]


def test_the_header_says_what_the_file_is(tmp_path):
    path = tmp_path / "auto_things.py"
    written = write(path, [("1", "x"), ("2", "y")])
    header = read_header(path)
    assert header == written
    assert (header.table, header.source, header.key, header.rules) == (
        "things",
        "schema",
        "public",
        "rules",
    )
    assert header.count == 2


def test_the_same_rows_give_the_same_bytes_and_a_changed_row_one_changed_line(tmp_path):
    rows = [(str(number), f"value {number}") for number in range(100)]
    write(tmp_path / "auto_one.py", rows)
    write(tmp_path / "auto_two.py", rows)
    one = (tmp_path / "auto_one.py").read_text("utf-8")
    assert one == (tmp_path / "auto_two.py").read_text("utf-8")
    rows[50] = ("50", "another")
    write(tmp_path / "auto_two.py", rows)
    two = (tmp_path / "auto_two.py").read_text("utf-8")
    changed = [
        line
        for line, other in zip(one.splitlines(), two.splitlines(), strict=True)
        if line != other
    ]
    assert len(changed) == 2
    assert changed[0].startswith("DIGEST = ")


def test_no_rows_are_rows_too(tmp_path):
    path = tmp_path / "auto_things.py"
    write(path, [])
    assert len(load_rows(path)) == 0
    assert list(load_rows(path)) == []
    assert read_header(path).count == 0


def test_nothing_but_the_file_is_left(tmp_path):
    write(tmp_path / "auto_things.py", [("1", "x")])
    assert [path.name for path in tmp_path.iterdir()] == ["auto_things.py"]


def test_rows_add_to_lists_on_either_side(tmp_path):
    path = tmp_path / "auto_things.py"
    write(path, [("1", "x"), ("2", None)])
    rows = imported(path).AUTO_THINGS_DATA
    manual = [{"id": 3}]
    first, second = {"id": "1", "value": "x"}, {"id": "2", "value": None}
    assert manual + rows == [{"id": 3}, first, second]
    assert rows + manual == [first, second, {"id": 3}]
    assert rows + rows == [first, second] * 2
    assert rows[-1] == second
    assert rows[:1] == [first]
    assert second in rows


def test_reading_does_not_run_the_file(tmp_path):
    path = tmp_path / "auto_things.py"
    write(path, [("1", "x")])
    witness = tmp_path / "was_run"
    path.write_text(path.read_text("utf-8") + f"open({str(witness)!r}, 'w')\n", "utf-8")
    with pytest.raises(TestDataError, match="something else than rows"):
        read_file(path)
    assert not witness.exists()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("from db_workflow.testdata import rows", "from os import system as rows"),
        ("AUTO_THINGS_DATA = rows(", "AUTO_THINGS_DATA = print("),
        ("    text=r'''", "    text=f'''"),
        ("ROWS = 1", "ROWS = len('x')"),
        ("KEY = 'public'", "KEY = b'public'"),
        ("KEY = 'public'\n", ""),
        ("        'id',\n", "        str(),\n"),
        ("ROWS = 1", "ROWS = (1"),
    ],
)
def test_only_the_one_shape_is_accepted(tmp_path, old, new):
    path = tmp_path / "auto_things.py"
    write(path, [("1", "{x}")])
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(TestDataError) as caught:
        read_file(path)
    assert caught.value.next == "invoke generate"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("value 1", "value 2"),
        ("SOURCE = 'schema'", "SOURCE = 'other'"),
        ("RULES = 'rules'", "RULES = 'other'"),
        ("KEY = 'public'", "KEY = 'other'"),
        ("ROWS = 1", "ROWS = 2"),
        ("TABLE = 'things'", "TABLE = 'others'"),
        ("        'value',", "        'other',"),
        ("1\tvalue 1\n", ""),
    ],
)
def test_an_edit_anywhere_is_noticed(tmp_path, old, new):
    path = tmp_path / "auto_things.py"
    write(path, [("1", "value 1")])
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(TestDataError, match="was changed after it was written"):
        read_file(path)


def test_a_missing_file_says_what_to_run(tmp_path):
    with pytest.raises(TestDataError, match=r"auto_none\.py is missing") as caught:
        read_file(tmp_path / "auto_none.py")
    assert caught.value.next == "invoke generate"


def test_a_row_decodes_only_when_somebody_looks():
    rows = CopyRows(("a",), "\nonly one field\nx\ty\n")
    assert len(rows) == 2
    assert rows[0] == {"a": "only one field"}
    with pytest.raises(ValueError, match="argument 2 is longer"):
        rows[1]


def test_importing_a_data_file_loads_no_heavy_library(tmp_path):
    path = tmp_path / "auto_things.py"
    write(path, [("1", "x")])
    code = (
        "import runpy, sys; runpy.run_path(sys.argv[1]);"
        "print(*({'sqlalchemy', 'factory', 'faker', 'asyncpg', 'rich'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
