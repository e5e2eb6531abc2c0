"""Edits of somebody's Python: comments and formatting stay, and so does what is there."""

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db_workflow.errors import WorkflowError
from db_workflow.scaffold.classes import with_class
from db_workflow.scaffold.imports import Imports
from db_workflow.scaffold.literals import with_element
from db_workflow.scaffold.splice import Source, UnplaceableError
from db_workflow.scaffold.writing import read_text, write_all

DECLARED = Path(__file__).parents[1] / "database"


def add(text, *, before=None, width=40):
    return with_element(text, "A", '"new"', width=width, before=before)


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ('A = ("x", "y")\n', 'A = ("x", "y", "new")\n'),
        ('A = ("x",)\n', 'A = ("x", "new")\n'),
        ('A: list[str] = ["x"]  # why\n', 'A: list[str] = ["x", "new"]  # why\n'),
        ("A = ()\n", 'A = ("new",)\n'),
        ("A = []\n", 'A = ["new"]\n'),
        ('A = (*B, "x")\n', 'A = (*B, "x", "new")\n'),
        ('A = B + ("x",)\n', 'A = B + ("x", "new")\n'),
        ('A = tuple(["é"])  # ü\n', 'A = tuple(["é", "new"])  # ü\n'),
        ('A = ["x"]\nA += ["y"]\n', 'A = ["x"]\nA += ["y", "new"]\n'),
        (
            'A = ("a long element", "another element")\n',
            'A = (\n    "a long element",\n    "another element",\n    "new",\n)\n',
        ),
        (
            'A = (\n    "x",  # one\n    # two\n    "y"  # three\n    # four\n)\n',
            'A = (\n    "x",  # one\n    # two\n    "y",  # three\n    # four\n    "new",\n)\n',
        ),
        ('A = ["x", # one\n  "y"] # two\n', 'A = ["x", # one\n  "y",\n  "new",\n] # two\n'),
        ("A = (\n    # nothing yet\n)\n", 'A = (\n    # nothing yet\n    "new",\n)\n'),
    ],
)
def test_an_element_comes_last(text, made):
    assert add(text) == made


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ('A = ("x", "y")\n', 'A = ("x", "new", "y")\n'),
        (
            'A = (\n    "x",\n    # of y\n    "y",\n)\n',
            'A = (\n    "x",\n    # of y\n    "new",\n    "y",\n)\n',
        ),
        ('A = (\n    "x", "y",\n    "z",\n)\n', 'A = (\n    "x", "new", "y",\n    "z",\n)\n'),
    ],
)
def test_an_element_comes_before_another(text, made):
    assert add(text, before="y") == made


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("B = ()\n", "is not given its value at the top level"),
        ("if True:\n    A = ()\n", "is not given its value at the top level"),
        ("A = [name for name in B]\n", "no tuple or list that is written out"),
        ("A = tuple(B)\n", "no tuple or list that is written out"),
        ('A = "x", "y"\n', "a tuple without brackets"),
        ('A = ("x"), ("y")\n', "a tuple without brackets"),
        ("A = (\n", "does not parse"),
    ],
)
def test_what_cannot_be_added_to_is_refused(text, why):
    with pytest.raises(UnplaceableError, match=why):
        add(text)


def test_an_element_that_is_not_written_out_is_no_place():
    with pytest.raises(UnplaceableError, match="'y' is not written out"):
        add('A = (*B, "x")\n', before="y")


def test_an_edit_that_would_change_a_meaning_is_refused():
    source = Source('A = ("x", "y")\n')
    with pytest.raises(UnplaceableError, match="would mean something else"):
        source.spliced((5, 8, '"z"'))
    with pytest.raises(UnplaceableError, match="was not found"):
        source.spliced((4, 5, ""))


GAPS = st.sampled_from(["", " ", "\n", "\n    ", "  # said, (why]\n  ", "\n# «»\n\n    "])


@st.composite
def literals(draw):
    """Return a tuple or list of one to five names, laid out in any way, with its names."""
    names = [f"t{number}" for number in range(draw(st.integers(1, 5)))]
    pieces = [
        draw(GAPS) + draw(st.sampled_from([f'"{name}"', f'("{name}")'])) + draw(GAPS)
        for name in names
    ]
    last = draw(st.sampled_from(["", ",", ", ", ",\n", ",  # the last\n"]))
    tuple_needs_comma = len(names) == 1 and not last
    first, end = draw(st.sampled_from(["()", "[]"]))
    comma = "," if first == "(" and tuple_needs_comma else ""
    return f"# head\nA = {first}{','.join(pieces)}{comma}{last}{end}  # end\nB = 1\n", names


@given(literals(), st.data())
def test_any_layout_gets_its_element_and_keeps_its_comments(made, data):
    text, names = made
    before = data.draw(st.sampled_from([None, *names]))
    try:
        new = add(text, before=before)
    except UnplaceableError:
        # Only what stands in brackets of its own may have no place before it.
        assert before is not None
        assert f'("{before}")' in text
        return
    place = len(names) if before is None else names.index(before)
    assert list(ast.literal_eval(ast.parse(new).body[0].value)) == [
        *names[:place],
        "new",
        *names[place:],
    ]
    comments = [line.partition("#")[2] for line in text.split("\n") if "#" in line]
    assert [line.partition("#")[2] for line in new.split("\n") if "#" in line] == comments


@pytest.mark.parametrize(
    ("file", "variable"),
    [("generate_test_data.py", "TABLE_CONFIG"), ("seed_test_db.py", "SEEDING_ORDER")],
)
def test_this_repositorys_own_declarations_only_get_lines(file, variable):
    text = (DECLARED / file).read_text("utf-8")
    new = with_element(text, variable, '"new"', width=100)
    assert new.replace('    "new",\n', "", 1) == text


IMPORTING = '''"""Said."""

import uuid
from decimal import Decimal as Number

import factory

from shop.enums import Colour
from shop.models import (
    Customer,  # who
    Order,
)
'''


def test_a_name_is_said_as_the_module_says_it():
    imports = Imports(IMPORTING)
    assert imports.name("factory", "Faker") == "factory.Faker"
    assert imports.name("decimal", "Decimal") == "Number"
    assert imports.name("shop.models.orders", "Order") == "Order"
    assert imports.added_to(IMPORTING, width=88) == IMPORTING
    assert Imports("from shop import models\n").name("shop.models", "Fee") == "models.Fee"


def test_imports_come_where_they_sort():
    imports = Imports(IMPORTING)
    for module, name in (
        ("datetime", "datetime"),
        ("datetime", "UTC"),
        ("shop.enums", "Size"),
        ("shop.models", "Fee"),
        ("shop.models", "Zone"),
        ("shop.later", "Late"),
    ):
        assert imports.name(module, name) == name
    assert (
        imports.added_to(IMPORTING, width=88)
        == '''"""Said."""

import uuid
from datetime import UTC, datetime
from decimal import Decimal as Number

import factory

from shop.enums import Colour, Size
from shop.later import Late
from shop.models import (
    Customer,  # who
    Fee,
    Order,
    Zone,
)
'''
    )


@pytest.mark.parametrize("text", ["Fee = 1\n", "from old import Fee\n", "class Fee: ...\n"])
def test_a_name_that_is_taken_is_refused(text):
    with pytest.raises(UnplaceableError, match="Fee is something else"):
        Imports(text).name("shop.models", "Fee")


def test_a_long_import_gets_a_line_for_each_name():
    text = "from shop.models import Alpha, Beta\n"
    imports = Imports(text)
    imports.name("shop.models", "Aleph")
    assert imports.added_to(text, width=30) == (
        "from shop.models import (\n    Aleph,\n    Alpha,\n    Beta,\n)\n"
    )


def test_a_class_comes_last_but_before_what_a_script_runs():
    text = "import x\n\n# the end\n"
    code = "class A:\n    b = 1"
    assert with_class(text, code) == f"import x\n\n# the end\n\n\n{code}\n"
    main = 'if __name__ == "__main__":\n    run()\n'
    assert with_class(f"import x\n\n\n{main}", code) == f"import x\n\n\n{code}\n\n\n{main}"


def test_a_class_comes_before_those_that_will_want_it():
    text = "class A: ...\n\n\n# --- of B ---\n\n\nclass B: ...\n"
    code = "class New:\n    a = A"
    assert with_class(text, code, before=["B"]) == (
        f"class A: ...\n\n\n# --- of B ---\n\n\n{code}\n\n\nclass B: ...\n"
    )
    assert with_class(text, "class New(B): ...", before=["A", "B"]).endswith("class New(B): ...\n")


def test_line_ends_mark_and_mode_stay_as_they_were(tmp_path):
    path = tmp_path / "windows.py"
    path.write_bytes(b"\xef\xbb\xbfA = (\r\n)\r\n")
    path.chmod(0o640)
    write_all({path: read_text(path).replace("(\n", "(\n    1,\n")})
    assert path.read_bytes() == b"\xef\xbb\xbfA = (\r\n    1,\r\n)\r\n"
    assert path.stat().st_mode & 0o777 == 0o640


def test_what_a_killed_run_has_left_is_taken_away(tmp_path):
    left = tmp_path / ".order.py.x1y2.partial"
    left.write_text("half", "utf-8")
    write_all({tmp_path / "order.py": "whole\n"})
    assert [path.name for path in tmp_path.iterdir()] == ["order.py"]


def test_a_file_that_cannot_be_written_leaves_all_as_they_were(tmp_path):
    first, new, wrong = tmp_path / "first.py", tmp_path / "data" / "new.py", tmp_path / "wrong.py"
    first.write_text("before\n", "utf-8")
    texts = {first: "after\n", new: "new\n", wrong: "never\n"}

    class Disturbed(dict):
        """Puts a folder in the place of the last file once everything is written beside."""

        def items(self):
            yield from super().items()
            wrong.mkdir()

    with pytest.raises(WorkflowError, match="cannot be written"):
        write_all(Disturbed(texts))
    assert first.read_text("utf-8") == "before\n"
    assert not new.exists()
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["data", "first.py", "wrong.py"]
    with pytest.raises(WorkflowError, match=r"wrong\.py cannot be written"):
        write_all(texts)
