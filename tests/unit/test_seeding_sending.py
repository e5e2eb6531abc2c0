"""What is sent, and what the server would print of it: the same but for what protects a file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db_workflow.errors import TestDataError
from db_workflow.testdata.files.copytext import encode, protect
from db_workflow.testdata.files.reading import read_table
from db_workflow.testdata.files.spool import Spool
from db_workflow.testdata.files.writing import write_parts
from db_workflow.testdata.seeding.sending import as_printed, require_columns
from db_workflow.testdata.structure import Column, TableStructure

TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"))


@given(st.lists(st.none() | TEXTS | st.text("'\\xnN4\u202e\x01'", max_size=9), min_size=1))
def test_a_protected_row_is_printed_as_the_server_had_it(values):
    row = "\t".join(encode(value) for value in values) + "\n"
    assert as_printed(protect(row).encode()) == row.encode()


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        (rb"\x41", b"A"),
        (rb"\\x41", rb"\\x41"),
        (rb"\\\x41", rb"\\A"),
        (rb"\N", rb"\N"),
        (rb"''\'", b"'''"),
        (rb"\\'", rb"\\'"),
    ],
)
def test_only_what_a_file_adds_is_taken_away(written, printed):
    assert as_printed(written) == printed


@pytest.fixture
def file(tmp_path):
    spool = Spool(tmp_path, "t")
    spool.add(["1\tone", "2\ttwo"])
    facts = {"source": "schema", "key": "public", "rules": "rules"}
    names = {"table": "t", "file": "auto_t.py", "variable": "T", "columns": ("id", "name")}
    write_parts(tmp_path, spools=spool.close(), **names, **facts)
    return tmp_path / "auto_t.py"


def test_a_file_whose_rows_are_not_read_yet_is_not_proven_by_its_head(file):
    file.write_text(file.read_text().replace("two", "too"))
    with pytest.raises(TestDataError, match="was changed after it was written"):
        read_table(file.parent, file.name)
    found = read_table(file.parent, file.name, whole=False)
    assert len(found.rows) == 2
    with pytest.raises(TestDataError, match="was changed after it was written"):
        list(found.rows)


def test_a_file_with_other_columns_than_the_table_is_refused(file):
    column = Column("id", "integer", "number", "number", None, True, False)
    table = TableStructure("t", "public", "t", False, {"id": column}, (), (), ())
    with pytest.raises(TestDataError, match=r"auto_t\.py has other columns than the table t"):
        require_columns(table, read_table(file.parent, file.name))
