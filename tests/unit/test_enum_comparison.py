"""Enum classes against PostgreSQL's enum types."""

from enum import StrEnum

from db_workflow.catalog import SchemaObject, Snapshot
from db_workflow.models.compared.enums import compare_enums


class UserRole(StrEnum):
    ADMIN = "admin"
    PARENT = "parent"


def database(**types):
    return Snapshot.of(
        SchemaObject("enum", name, None, {"labels": list(labels)}) for name, labels in types.items()
    )


def test_same_labels_in_the_same_order_agree():
    assert compare_enums([UserRole], database(user_role=("admin", "parent"))) == ()


def test_a_label_the_class_lacks_is_named_and_the_whole_class_is_written():
    (found,) = compare_enums([UserRole], database(user_role=("admin", "Co-Teacher", "parent")))
    assert str(found) == "class UserRole (enum user_role) lacks 'Co-Teacher'"
    assert found.write == (
        "class UserRole(StrEnum):\n"
        '    ADMIN = "admin"\n'
        '    CO_TEACHER = "Co-Teacher"\n'
        '    PARENT = "parent"'
    )


def test_a_label_the_type_lacks_is_named():
    (found,) = compare_enums([UserRole], database(user_role=("admin",)))
    assert str(found) == "class UserRole (enum user_role) has 'parent' too many"


def test_another_order_is_a_difference():
    (found,) = compare_enums([UserRole], database(user_role=("parent", "admin")))
    assert "another order: admin, parent, not parent, admin" in str(found)


def test_a_type_without_a_class_is_missing():
    (found,) = compare_enums([], database(log_status=("VOID",)))
    assert str(found) == "enum log_status has no class LogStatus"
    assert found.write == 'class LogStatus(StrEnum):\n    VOID = "VOID"'


def test_a_class_without_a_type_is_unexpected():
    (found,) = compare_enums([UserRole], database())
    assert str(found) == "class UserRole has no enum type user_role in the database"
    assert "migration" in found.write


def test_a_class_may_name_its_type_by_text_or_method():
    class Colour(StrEnum):
        RED = "red"

    class Kind(StrEnum):
        ONE = "one"

        @classmethod
        def type_name(cls):
            return "note_kind"

    Colour.type_name = "paint"
    assert compare_enums([Colour, Kind], database(paint=("red",), note_kind=("one",))) == ()


def test_a_type_of_another_schema_is_matched_by_its_own_name():
    snapshot = database(**{'other."user_role"': ("admin", "parent")})
    assert compare_enums([UserRole], snapshot) == ()


def test_labels_that_are_no_names_get_members_that_are():
    (found,) = compare_enums([], database(odd=("9th", "", "class", "a b")))
    assert [line.split(" = ")[0].strip() for line in found.write.splitlines()[1:]] == [
        "_9TH",
        "EMPTY",
        "CLASS",
        "A_B",
    ]
