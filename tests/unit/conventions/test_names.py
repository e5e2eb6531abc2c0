"""Names of classes, tables and constraints."""

import pytest
from sqlalchemy import CheckConstraint, Column, ForeignKey, Table, Text, UniqueConstraint
from sqlalchemy.orm import mapped_column


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
