"""What columns send to enum types and CHECK lists, beside what the database takes there."""

from enum import Enum, StrEnum

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, ENUM

from db_workflow.catalog import SchemaObject, Snapshot
from db_workflow.models.compared.enum_columns import (
    check_lists,
    classes_of_lists,
    compare_columns,
    enum_columns,
)
from db_workflow.models.compared.enums import compare_enums, unused


class State(Enum):
    NEW = "new"
    OLD = "old"


class LessonState(StrEnum):
    DONE = "done"


def values(found):
    return [one.value for one in found]


def database(*objects, **types):
    return Snapshot.of(
        [
            SchemaObject("table", "lessons", None, {}),
            *(
                SchemaObject("enum", name, None, {"labels": list(labels)})
                for name, labels in types.items()
            ),
            *objects,
        ]
    )


def column(of_type):
    return SchemaObject("column", "lessons.state", "lessons", {"type": of_type})


def check(expression, name="lessons.c"):
    return SchemaObject("constraint", name, "lessons", {"type": "check", "expression": expression})


def sent(*columns):
    metadata = sa.MetaData()
    sa.Table("lessons", metadata, *columns)
    return enum_columns(metadata)


LISTS = {
    "(state = ANY (ARRAY['new'::text, 'old'::text]))": ("state", ["new", "old"]),
    "((state)::text = ANY (ARRAY[('a''b'::character varying)::text,"
    " ('c]'::character varying)::text]))": ("state", ["a'b", "c]"]),
    '("St""ate" = ANY (ARRAY[E\'a\\\\\\\\b\'::text]))': ('St"ate', ["a\\\\b"]),
    "(state = 'new'::text)": ("state", ["new"]),
    "((state)::text = 'new'::text)": ("state", ["new"]),
}


@pytest.mark.parametrize("expression", LISTS)
def test_a_check_list_is_recognised_as_postgresql_prints_it(expression):
    name, labels = LISTS[expression]
    assert check_lists(database(check(expression))) == {
        ("lessons", name): ("lessons.c", tuple(labels))
    }


@pytest.mark.parametrize(
    "expression",
    [
        "(n > 0)",
        "((state = 'new'::text) OR (n > 0))",
        "(lower(state) = ANY (ARRAY['a'::text]))",
        "(state <> 'new'::text)",
        "(NOT (state = ANY (ARRAY['a'::text])))",
        "((state = ANY (ARRAY['a'::text])) AND (n = ANY (ARRAY[1, 2])))",
        "(n = ANY (ARRAY[1, 2]))",
    ],
)
def test_another_condition_is_no_list(expression):
    assert check_lists(database(check(expression))) == {}


def test_a_column_that_sends_names_where_values_are_taken_is_told_inside_arrays_too():
    for of_type in (ENUM(State, name="state"), ARRAY(ENUM(State, name="state"))):
        columns = sent(sa.Column("state", of_type))
        (found,) = compare_columns(columns, {}, database(state=("new", "old")), first="public")
        assert str(found) == (
            "column lessons.state sends 'NEW', 'OLD', the names of State's members;"
            " enum state takes 'new', 'old'"
        )
        assert found.write == "values_callable=lambda cls: [member.value for member in cls]"
        assert found.type_name == "state"


def test_the_second_column_of_a_type_is_looked_at_as_well():
    columns = sent(
        sa.Column("a", ENUM(State, name="state", values_callable=values)),
        sa.Column("b", ENUM("old", "new", name="state", create_type=False)),
    )
    (found,) = compare_columns(columns, {}, database(state=("new", "old")), first="public")
    assert str(found) == "column lessons.b sends 'old', 'new'; enum state takes 'new', 'old'"


def test_a_class_that_is_wrong_itself_is_not_told_once_more_for_its_columns():
    columns = sent(sa.Column("state", ENUM(State, name="state", values_callable=values)))
    snapshot = database(state=("new", "old", "lost"))
    assert compare_columns(columns, {}, snapshot, first="public") == ()
    assert len(compare_enums([State], snapshot, columns=columns)) == 1


def test_a_text_column_with_a_list_and_an_enum_are_compared():
    listed = database(check("(state = ANY (ARRAY['new'::text, 'old'::text]))"))
    right = sa.Enum(State, native_enum=False, values_callable=values)
    assert compare_columns(sent(sa.Column("state", right)), {}, listed, first="public") == ()
    wrong = sa.Enum(State, native_enum=False)
    (found,) = compare_columns(sent(sa.Column("state", wrong)), {}, listed, first="public")
    assert found.names
    assert found.type_name == ""


def test_a_class_called_like_a_text_column_answers_for_its_list():
    listed = database(check("(state = ANY (ARRAY['new'::text, 'old'::text]))"))
    assert classes_of_lists([], [State], listed) == {("lessons", "state"): State}
    assert compare_columns([], {("lessons", "state"): State}, listed, first="public") == ()
    # The one that names the table as well comes first.
    classes = classes_of_lists([], [State, LessonState], listed)
    assert classes == {("lessons", "state"): LessonState}
    (found,) = compare_columns([], classes, listed, first="public")
    assert str(found) == (
        "column lessons.state sends 'done'; constraint lessons.c takes 'new', 'old'"
    )
    assert [one.class_name for one in compare_enums([State], listed, listed=[State])] == []


def test_two_types_of_one_name_are_told_apart_by_their_columns():
    class FarState(StrEnum):
        LOST = "lost"

    snapshot = database(**{"state": ("new", "old"), "far.state": ("lost",)})
    columns = sent(
        sa.Column("a", ENUM(State, name="state", values_callable=values)),
        sa.Column("b", ENUM(FarState, name="state", schema="far", values_callable=values)),
    )
    assert compare_enums([State, FarState], snapshot, columns=columns) == ()
    assert compare_columns(columns, {}, snapshot, first="public") == ()
    # Without a column the name alone decides: the class is compared with both.
    assert [one.type_name for one in compare_enums([State], snapshot)] == ["far.state"]


def test_what_nothing_uses_is_noted():
    columns = sent(sa.Column("state", ENUM(State, name="state", values_callable=values)))
    snapshot = database(column("state[]"), state=("new", "old"), idle=("a",))
    assert unused([State], snapshot, columns) == ("enum idle is the type of no column",)
    assert unused([State], snapshot, []) == (
        "enum idle is the type of no column",
        "class State (enum state) is used by no column of the models",
    )
