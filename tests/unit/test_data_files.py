"""Generated files: exact for every value, data and nothing else, and proven intact."""

import ast
import hashlib
import importlib.util
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from db_workflow.errors import TestDataError
from db_workflow.testdata.files.copytext import NULL, decode, encode, protect
from db_workflow.testdata.files.reading import read_blocks, read_header, read_table
from db_workflow.testdata.files.rows import CopyRows
from db_workflow.testdata.files.shape import TAIL, Header, head
from db_workflow.testdata.files.spool import Spool
from db_workflow.testdata.files.writing import write_parts

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


def write(path, rows, columns=("id", "value"), table="things"):
    spool = Spool(path.parent, path.stem)
    spool.add(["\t".join(encode(value) for value in row) for row in rows])
    write_parts(
        path.parent,
        table=table,
        file=path.name,
        variable="AUTO_THINGS_DATA",
        columns=columns,
        spools=spool.close(),
        source="schema",
        key="public",
        rules="rules",
    )


def read_file(path):
    return read_table(path.parent, path.name)


def load_rows(path):
    return read_file(path).rows


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
    write(path, [("1", "x"), ("2", "y")])
    header = read_header(path)
    assert (header.table, header.source, header.key, header.rules) == (
        "things",
        "schema",
        "public",
        "rules",
    )
    assert (header.variable, header.columns) == ("AUTO_THINGS_DATA", ("id", "value"))
    assert header.count == header.total == 2
    assert (header.part, header.others) == (1, ())


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


def test_a_merge_with_conflicts_is_told_as_that(tmp_path):
    path = tmp_path / "auto_things.py"
    sides = []
    for rows in ([("1", "x"), ("2", "y")], [("1", "z"), ("2", "y")]):
        write(path, rows)
        sides.append(path.read_text("utf-8").split("\n"))
    merged = []
    for ours, theirs in zip(*sides, strict=True):
        both = ["<<<<<<< ours", ours, "=======", theirs, ">>>>>>> theirs"]
        merged += [ours] if ours == theirs else both
    path.write_text("\n".join(merged), "utf-8")
    with pytest.raises(TestDataError, match=r"auto_things\.py holds a merge with conflicts"):
        read_file(path)


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
        ("ROWS = 1", "ROWS = True"),
        ("ROWS = 1", "ROWS = " + "(" * 100_000),
        ('"""Generated', 'import os\n"""Generated'),
        ("import rows\n", "import rows\nimport os\n"),
        ("AUTO_THINGS_DATA = rows(", "rows.x = rows("),
        ("    text=", "    file=__file__,\n    text="),
        ("    text=", "    **{},\n    text="),
        ("''',\n)", "''', )"),
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
        ("ROWS = 1", "ROWS =  1"),
        ("ROWS = 1", "ROWS = 1\nPART = 1"),
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


def test_no_byte_of_a_file_can_be_another(tmp_path):
    path = tmp_path / "auto_things.py"
    write(path, [("1", "two '''' quotes"), ("2", "Zoë")])
    whole = path.read_bytes()
    for place, byte in enumerate(whole):
        path.write_bytes(whole[:place] + bytes([byte ^ 1]) + whole[place + 1 :])
        with pytest.raises(TestDataError, match=r"auto_things\.py (was changed|holds something)"):
            read_file(path)
    for cut in range(len(whole)):
        path.write_bytes(whole[:cut])
        with pytest.raises(TestDataError, match=r"auto_things\.py (was changed|holds something)"):
            read_file(path)
    path.write_bytes(whole)
    assert values(path) == ["two '''' quotes", "Zoë"]


AWKWARD = st.text(st.sampled_from("''''\\\\\\\n\n\r\0\f\ta)#é\u2028\u202e😀"), max_size=60)


@hypothesis_settings(deadline=None, max_examples=500)  # a busy machine is no failure
@given(text=AWKWARD)
def test_what_is_read_is_what_python_would_read(tmp_path_factory, text):
    """A file with a digest that fits, whatever its rows are: as the writer never writes them."""
    path = tmp_path_factory.mktemp("files") / "auto_things.py"
    text = text and text + "\n"
    blank = Header("t", "s", "k", "r", text.count("\n"), "", "AUTO_THINGS_DATA", ("a",))
    digest = blank.digest_with(hashlib.sha256(text.encode()).hexdigest())
    path.write_bytes(head(replace(blank, digest=digest)) + text.encode() + TAIL)
    try:
        lines = [line for block in read_blocks(path) for line in block]
    except TestDataError:
        assert set(text) & set("'\r\0")  # nothing else is refused
        return
    assert "".join(f"{line}\n" for line in lines) == text
    *_, last = ast.parse(path.read_bytes()).body
    assert ast.literal_eval(last.value.keywords[-1].value) == "\n" + text


ANY_TEXT = st.text(st.characters(exclude_characters="\0", codec="utf-8"))


@hypothesis_settings(deadline=None)  # a busy machine is no failure
@given(
    rows=st.lists(
        st.tuples(st.none() | ANY_TEXT, st.none() | ANY_TEXT)
        | st.tuples(st.sampled_from(NASTY), AWKWARD.map(lambda text: text.replace("\0", ""))),
        max_size=20,
    )
)
def test_any_rows_come_back_as_they_were_read_and_imported(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("files") / "auto_things.py"
    write(path, rows)
    for found in (load_rows(path), imported(path).AUTO_THINGS_DATA):
        assert [tuple(row.values()) for row in found] == rows


def test_a_line_longer_than_any_block_comes_back(tmp_path):
    path = tmp_path / "auto_things.py"
    long = "x'''\u2028" * 300_000
    write(path, [("1", "before"), ("2", long), ("3", "after")])
    assert values(path) == ["before", long, "after"]


@pytest.mark.parametrize("name", ['we"""ird', "back\\slash", "new\nline", "Zoë's", '"'])
def test_a_table_may_be_called_anything(tmp_path, name):
    path = tmp_path / "auto_things.py"
    write(path, [("1", "x")], table=name)
    assert read_header(path).table == imported(path).TABLE == name


def test_half_a_character_is_refused_without_showing_it(tmp_path):
    with pytest.raises(TestDataError, match="half a character") as caught:
        write(tmp_path / "auto_things.py", [("1", "secret \udc80")])
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


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
