"""Names of classes, tables and constraints."""

from enum import StrEnum

import pytest
from sqlalchemy import CheckConstraint, Column, Enum, ForeignKey, Table, Text, UniqueConstraint
from sqlalchemy.orm import mapped_column

from db_workflow.models.conventions import RULES, check_conventions


class Status(StrEnum):
    """An enum whose name a table's class would have."""

    NEW = "new"


@pytest.mark.parametrize(
    ("name", "table"),
    [("User", "users"), ("TeacherSpecialty", "teacher_specialties"), ("Box", "boxes"),
     ("TuitionLog", "tuition_logs"), ("Person", "people"), ("Status", "status"),
     ("Status", "statuses"), ("Analysis", "analyses"), ("Criterion", "criteria"),
     ("Index", "indices"), ("Index", "indexes"), ("Shelf", "shelves"), ("Hero", "heroes"),
     ("Photo", "photos"), ("Quiz", "quizzes"), ("Staff", "staff"), ("APIKey", "api_keys"),
     ("OAuthToken", "oauth_tokens"), ("Oauth2Token", "oauth2_tokens"), ("Day", "days")],
)  # fmt: skip
def test_singular_class_and_plural_table_belong_together(model, breaches, name, table):
    model(name, table)
    assert breaches("class-names") == []


@pytest.mark.parametrize(
    ("name", "table"),
    [("Users", "users"), ("Payment", "money"), ("User", "user"), ("user", "users"),
     ("User_Role", "user_roles"), ("User", "Users"), ("Box", "boxs"), ("Company", "companys"),
     ("TuitionLog", "tuitionlogs"), ("UserRole", "roles")],
)  # fmt: skip
def test_names_that_do_not_belong_together_are_named(model, breaches, name, table):
    model(name, table)
    assert breaches("class-names") == [f"class {name} maps table {table}"]


def test_a_subclass_in_its_parents_table_has_no_table_to_be_called_after(model, breaches):
    user = model(
        "User",
        "users",
        kind=mapped_column(Text),
        __mapper_args__={"polymorphic_on": "kind", "polymorphic_identity": "user"},
    )
    model("Robot", None, bases=(user,), __mapper_args__={"polymorphic_identity": "robot"})
    assert breaches("class-names") == []


@pytest.fixture
def advice(base):
    """Return a function that says what is wrong with names, and what to write."""
    (rule,) = [one for one in RULES if one.name == "class-names"]

    def ask():
        base.registry.configure()
        return {one.what: one.write for one in check_conventions(base, rules=(rule,))}

    return ask


def test_a_class_may_be_called_after_its_schema_as_well(model, breaches):
    model("User", "users")
    model("AuditUser", "users", __table_args__={"schema": "audit"})
    model("AuditLogEntry", "entries", __table_args__={"schema": "audit_log"})
    assert breaches("class-names") == []


def test_a_name_that_something_else_has_may_be_told_apart_by_anything(model, breaches):
    model("BaseRow", "bases", kind=mapped_column(Enum(Status, name="status")))
    model("StatusRow", "statuses")
    model("User", "users")
    model("OldUser", "users", __table_args__={"schema": "archive"})
    model("Table2faCode", "2fa_codes")
    model("PersonRow", "people")
    assert breaches("class-names") == ["class PersonRow maps table people"]


def test_no_name_is_proposed_that_is_taken(model, advice):
    model("User", "users")
    model("Users", "users", __table_args__={"schema": "audit"})
    model("Basis_", "bases")
    model("Thing", "user")
    model("Things", "things")
    assert advice() == {
        "class Users maps table audit.users": "class AuditUser",
        "class Basis_ maps table bases": "class BaseRow",
        "class Thing maps table user": (
            "two names that belong together, or # db_workflow: allow class-names"
        ),
        "class Things maps table things": "class ThingRow",
    }


def test_no_table_name_is_proposed_that_postgresql_would_cut(model, advice):
    long = "a" * 59
    model("Entry", f"{long}_log")  # 63 bytes
    model(f"B{long}Log", f"b{long}_log"[:63], __table_args__={"schema": "other"})
    model(f"C{long}Log", f"c{long}", __table_args__={"schema": "other"})
    assert advice() == {
        f"class Entry maps table {long}_log": f"class A{long[1:]}Log",
        f"class C{long}Log maps table other.c{long}": (
            "two names that belong together, or # db_workflow: allow class-names"
        ),
    }


def test_a_name_in_a_script_without_capitals_is_a_name(model, breaches):
    model("Übung", "übungs")
    model("学生", "学生s")
    assert breaches("class-names") == []


def test_association_tables_without_a_class_have_no_class_to_be_called_after(base, model, breaches):
    model("User", "users")
    Table(
        "befriend",
        base.metadata,
        Column("a_id", ForeignKey("users.id"), primary_key=True),
        Column("b_id", ForeignKey("users.id"), primary_key=True),
    )
    assert breaches("class-names") == []


def test_constraints_without_a_name_are_reported(base, model, breaches):
    base.metadata.naming_convention = {"ix": "ix_%(table_name)s"}
    model(
        "User",
        "users",
        email=mapped_column(Text),
        __table_args__=(UniqueConstraint("email"), CheckConstraint("email <> ''")),
    )
    assert breaches("named-constraints") == [
        "a CheckConstraint of users (email <> '') has no name",
        "a UniqueConstraint of users (email) has no name",
    ]


def test_names_by_convention_are_names(model, breaches):
    model("User", "users", email=mapped_column(Text, unique=True))
    assert breaches("named-constraints") == []
