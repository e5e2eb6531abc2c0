"""Entries of TABLE_CONFIG: what they may hold, and what is said when they hold something else."""

from dataclasses import replace
from pathlib import Path

import pytest

from db_workflow.errors import TestDataError, WorkflowError
from db_workflow.settings import load_settings
from db_workflow.testdata import Table, VirtualKey, rules
from db_workflow.testdata.declared.declarations import load_tables
from db_workflow.testdata.declared.tables import Classified, subset_problems
from db_workflow.testdata.structure import Column, Reference, TableStructure, Unique

ROOT = Path(__file__).parents[2]


def table(name="lessons", **fields):
    return Table(name, **{"file": "auto_t.py", "variable": "T", "factory": "F", **fields})


def structure_of(name, *columns, references=()):
    found = {
        column: Column(column, "text", "text", "text", None, False, False) for column in columns
    }
    key = Unique(f"pk_{name}", ("id",), ("id",), None, True, True, False)
    return TableStructure(name, "public", name, False, found, (key,), tuple(references), ())


LESSONS = structure_of(
    "lessons",
    "id",
    "student_id",
    "at",
    references=[Reference("fk", "lessons", ("student_id",), "students", ("id",), False)],
)
FOUND = {"lessons": LESSONS, "students": structure_of("students", "id", "name")}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": 5}, "name 5 is no name"),
        ({"name": None}, "name None is no name"),
        ({"name": ""}, "name '' is no name"),
        ({"file": None}, "file None is no name"),
        ({"variable": ["T"]}, "variable ['T'] is no name"),
        ({"factory": str}, "factory <class 'str'> is no name"),
        ({"columns": None}, "columns None is no dict"),
        ({"columns": ["id"]}, "columns ['id'] is no dict"),
        ({"columns": {1: rules.keep()}}, "columns has the key 1, which is no column's name"),
        ({"columns": {"id": None}}, "columns['id'] is None, not a rule such as rules.keep()"),
        ({"columns": {"id": "keep"}}, "columns['id'] is 'keep', not a rule"),
        ({"columns": {"id": rules.keep}}, "not a rule such as rules.keep(); call it"),
        ({"where": None}, "where None is no SQL in a str"),
        ({"where": True}, "where True is no SQL in a str"),
        ({"where": "  "}, "where is only blanks"),
        ({"where": "a = '\0'"}, "where holds a character that SQL cannot"),
        ({"order": 3}, "order 3 is no SQL in a str"),
        ({"limit": "5"}, "limit '5' is no number of rows"),
        ({"limit": 2.0}, "limit 2.0 is no number of rows"),
        ({"limit": True}, "limit True is no number of rows"),
        ({"limit": -1}, "limit -1 is below 0"),
        ({"newest": None, "limit": 1}, "newest None is no column's name"),
        ({"newest": ("at", 5), "limit": 1}, "newest ('at', 5) is no column's name"),
        ({"newest": "at"}, "there is neither limit nor children_of"),
        ({"newest": "at", "order": "at", "limit": 1}, "newest and order both say"),
        ({"children_of": "student_id"}, "children_of 'student_id' is no dict"),
        ({"children_of": {5: 1}}, "children_of has the key 5"),
        ({"children_of": {(): 1}}, "children_of has the key ()"),
        ({"children_of": {"student_id": "5"}}, "children_of['student_id'] is '5'"),
        ({"children_of": {"student_id": -1}}, "children_of['student_id'] is -1"),
        ({"references": None}, "references is None, not a tuple of VirtualKey(…)"),
        ({"references": ("student_id",)}, "references has 'student_id', not a VirtualKey(…)"),
        ({"inherits": "no"}, "inherits 'no' is neither True nor False"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_a_value_that_a_field_cannot_have_is_told_by_table_and_field(fields, said):
    with pytest.raises(TestDataError) as caught:
        table(**fields)
    assert said in caught.value.found
    assert "TABLE_CONFIG: " + ("a table" if "name" in fields else "lessons") in caught.value.found
    assert len(caught.value.data["problems"]) == 1
    assert "generate_test_data.py" in caught.value.next


def test_all_wrong_values_of_a_table_are_told_at_once():
    with pytest.raises(TestDataError) as caught:
        table(limit="5", where=None, columns={"id": None, "at": 7})
    assert len(caught.value.data["problems"]) == 4


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((None, "people", "id"), "columns None is no column's name"),
        (((), "people", ()), "columns () is no column's name"),
        ((["a"], "people", "id"), "columns ['a'] is no column's name"),
        (("a", None, "id"), "target None is no table's name"),
        (("a", "people", ("id", "tag")), "columns and target_columns are not equally many"),
    ],
)
def test_a_virtual_key_that_is_none_is_told(given, said):
    with pytest.raises(TestDataError, match="A VirtualKey to ") as caught:
        VirtualKey(*given)
    assert said in caught.value.found


def test_a_virtual_key_takes_one_column_as_a_word():
    key = VirtualKey("owner_id", "people", "id", where="owner_kind = 'person'")
    assert key == VirtualKey(("owner_id",), "people", ("id",), where="owner_kind = 'person'")
    (reference,) = table(references=(key,)).virtual_references()
    assert (reference.table, reference.columns) == ("lessons", ("owner_id",))
    assert (reference.target, reference.target_columns) == ("people", ("id",))


def test_a_table_asks_for_rows_unless_it_only_comes_along():
    along = {"children_of": {"student_id": 5}}
    assert [table().whole, table(limit=0).whole, table(where="true").whole] == [True, False, False]
    assert not table(**along).whole
    assert not table(**along).asks
    assert not table(**along, where="true").asks
    assert table(**along, limit=3).asks
    assert table(where="true").asks


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"newest": "when", "limit": 1}, "lessons.when: the table has no such column"),
        ({"children_of": {"at": 1}}, "children_of names at, which is no foreign key"),
        (
            {"children_of": {("student_id", "at"): 1}},
            "student_id and at, which is no foreign key of the table; its keys: student_id",
        ),
        (
            {"references": (VirtualKey("whom", "students", "id"),)},
            "lessons.whom: the table has no such column, but a VirtualKey names it",
        ),
        (
            {"references": (VirtualKey("at", "students", "nr"),)},
            "students.nr: the table has no such column, but a VirtualKey names it",
        ),
        (
            {"references": (VirtualKey("at", "pupils", "id"),)},
            "lessons: a VirtualKey refers to pupils, which is no table",
        ),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_rows_cannot_be_chosen_by_what_the_database_has_not(fields, said):
    (problem,) = subset_problems(table(**fields), FOUND)
    assert said in problem


def test_rows_are_chosen_by_what_the_database_has():
    key = VirtualKey("at", "students", "name")
    fields = {"references": (key,), "children_of": {"student_id": 1, ("at",): None}}
    assert subset_problems(table(**fields, newest=("at", "id")), FOUND) == []


def test_the_digest_knows_of_all_that_chooses_rows():
    def digest(**fields):
        return Classified(table(**fields), LESSONS, {"id": rules.keep()}).digest

    key = VirtualKey("at", "students", "id")
    different = [
        {},
        {"limit": 1},
        {"limit": 1, "newest": "at"},
        {"limit": 1, "newest": ("at", "id")},
        {"limit": 1, "order": "at"},
        {"children_of": {"student_id": 1}},
        {"children_of": {"student_id": None}},
        {"references": (key,)},
        {"references": (replace_where(key, "true"),)},
        {"inherits": False},
    ]
    assert len({digest(**fields) for fields in different}) == len(different)
    both = {"a": 1, "b": 2}
    assert digest(children_of=both) == digest(children_of=dict(reversed(both.items())))
    assert digest(limit=1, newest="at") == digest(limit=1, newest=("at",))


def replace_where(key, where):
    return VirtualKey(key.columns, key.target, key.target_columns, where=where)


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("TABLE_CONFIG = (Table('t', file='auto_t.py', variable='T', factory='F', limit='5'),)",
         r"TABLE_CONFIG: t: limit '5' is no number of rows"),
        ("TABLE_CONFIG = (Table('t', file='auto_t.py', variable='T'),)",
         r"generate_test_data\.py:2: TypeError: .*'factory'"),
        ("TABLE_CONFIG = (None,)", r"has no TABLE_CONFIG that is a tuple of Table"),
        ("TABLE_CONFIG = None", r"has no TABLE_CONFIG that is a tuple of Table"),
    ],
)  # fmt: skip
def test_a_wrong_entry_in_the_file_is_an_error_of_the_workflow(tmp_path, config, said):
    settings = replace(load_settings(ROOT), root=tmp_path, test_data=tmp_path)
    (tmp_path / "generate_test_data.py").write_text(
        f"from db_workflow.testdata import Table\n{config}\n"
    )
    with pytest.raises(WorkflowError, match=said):
        load_tables(settings)
