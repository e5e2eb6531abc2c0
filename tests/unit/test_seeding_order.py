"""SEEDING_ORDER: parents first, every table once, and the right order ready to paste."""

import ast

from db_workflow.testdata.seeding.order import check_order
from db_workflow.testdata.structure import Column, Reference, TableStructure


def table_of(name, *targets, nullable=(), deferrable=()):
    columns = {
        f"{target}_id": Column(
            f"{target}_id", "uuid", "uuid", "uuid", None, target not in nullable, False
        )
        for target in targets
    }
    references = tuple(
        Reference(f"fk_{target}", name, (f"{target}_id",), target, ("id",), target in deferrable)
        for target in targets
    )
    return TableStructure(name, "public", name, False, columns, (), references, ())


def structure(*tables):
    return {table.name: table for table in tables}


FAMILY = structure(table_of("child", "parent"), table_of("grand"), table_of("parent", "grand"))


def test_parents_first_is_right():
    check = check_order(("grand", "parent", "child"), FAMILY)
    assert check.problems == ()
    assert check.late == frozenset()


def test_a_wrong_order_is_told_with_the_right_one_to_paste():
    check = check_order(("child", "grand", "parent"), FAMILY)
    assert check.problems == ("child comes before parent, which it refers to",)
    assert check.right == ("grand", "parent", "child")
    name, _, value = check.paste.partition(" = ")
    assert name == "SEEDING_ORDER"
    assert ast.literal_eval(value) == check.right


def test_the_right_order_changes_as_little_as_possible():
    free = structure(*(table_of(name) for name in "dcba"), table_of("x", "y"), table_of("y"))
    check = check_order(("d", "x", "b", "y", "a", "c"), free)
    assert check.right == ("d", "b", "y", "x", "a", "c")


def test_missing_unknown_and_repeated_tables_are_told_together():
    check = check_order(("grand", "ghost", "grand", "parent"), FAMILY)
    assert set(check.problems) == {
        "grand is named twice",
        "ghost: the database has no such table",
        "child is missing",
    }
    assert check.right == ("grand", "parent", "child")


def test_a_table_may_refer_to_itself():
    check = check_order(("tree",), structure(table_of("tree", "tree")))
    assert check.problems == ()


def test_a_nullable_reference_still_wants_its_parent_first_where_it_can_be():
    tables = structure(table_of("child", "parent", nullable=("parent",)), table_of("parent"))
    assert check_order(("child", "parent"), tables).problems


def test_a_circle_with_a_nullable_reference_can_be_loaded_in_either_order():
    tables = structure(table_of("a", "b", nullable=("b",)), table_of("b", "a"))
    check = check_order(("a", "b"), tables)
    assert check.problems == ()
    assert [(each.table, each.target) for each in check.late] == [("a", "b")]
    assert check_order(("b", "a"), tables).problems == ("b comes before a, which it refers to",)
    assert check_order(("b", "a"), tables).right == ("a", "b")


def test_a_circle_with_a_deferrable_reference_can_be_loaded():
    tables = structure(table_of("a", "b", deferrable=("b",)), table_of("b", "a"))
    assert check_order(("a", "b"), tables).problems == ()


def test_a_circle_that_nothing_opens_is_told():
    tables = structure(table_of("a", "b"), table_of("b", "a"))
    assert check_order(("a", "b"), tables).problems == ("a comes before b, which it refers to",)


def test_what_only_refers_to_a_circle_still_comes_behind_it():
    tables = structure(
        table_of("outside", "a", deferrable=("a",)),
        table_of("a", "b", deferrable=("b",)),
        table_of("b", "a"),
    )
    right = check_order(("outside", "a", "b"), tables).right
    assert right == ("a", "outside", "b")
    assert check_order(right, tables).problems == ()
