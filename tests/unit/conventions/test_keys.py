"""Foreign keys: what finds their rows, and what empties them."""

import pytest
from sqlalchemy import (
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import mapped_column

MISSING = ["foreign key notes (user_id) has no index"]


@pytest.fixture
def note(model):
    """Return a function that makes a table with a foreign key and what `arguments` add."""
    model("User", "users")

    def make(*arguments):
        model(
            "Note",
            "notes",
            kind=mapped_column(Text),
            user_id=mapped_column(ForeignKey("users.id")),
            __table_args__=arguments,
        )

    return make


def test_a_foreign_key_without_index_is_reported(note, breaches):
    note()
    assert breaches("indexed-foreign-keys") == MISSING


@pytest.mark.parametrize(
    "index",
    [
        Index("i", "user_id"),
        Index("i", "user_id", "kind"),
        Index("i", text("user_id DESC NULLS LAST")),
        Index("i", text('"user_id"'), "kind"),
        Index("i", "user_id", postgresql_using="hash"),
        Index("i", "user_id", postgresql_where=text("user_id IS NOT NULL")),
        Index("i", "user_id", postgresql_where=text("(user_id IS NOT NULL)")),
        UniqueConstraint("user_id", "kind"),
    ],
    ids=lambda one: None,
)
def test_what_finds_its_rows_serves_a_foreign_key(note, breaches, index):
    note(index)
    assert breaches("indexed-foreign-keys") == []


def test_an_index_with_an_order_serves_a_foreign_key(model, breaches):
    model("User", "users")
    note = model("Note", "notes", user_id=mapped_column(ForeignKey("users.id")))
    Index("i", note.__table__.c.user_id.desc().nulls_last())
    assert breaches("indexed-foreign-keys") == []


@pytest.mark.parametrize(
    "index",
    [
        Index("i", "kind", "user_id"),
        Index("i", text("lower(kind)"), "user_id"),
        Index("i", "user_id", postgresql_where=text("kind = 'x'")),
        Index("i", "user_id", postgresql_where=text("kind IS NOT NULL")),
        Index("i", "user_id", postgresql_where=text("user_id IS NOT NULL AND kind = 'x'")),
        Index("i", "user_id", postgresql_using="brin"),
        UniqueConstraint("kind", "user_id"),
    ],
    ids=lambda one: None,
)
def test_what_does_not_find_all_its_rows_does_not_serve_it(note, breaches, index):
    note(index)
    assert breaches("indexed-foreign-keys") == MISSING


@pytest.fixture
def lesson(model):
    """Return a function that makes a table with a foreign key of two columns."""
    columns = {"a": mapped_column(Integer), "b": mapped_column(Integer)}
    model("Plan", "plans", **columns, __table_args__=(UniqueConstraint("a", "b"),))

    def make(*arguments, **attributes):
        key = ForeignKeyConstraint(["a", "b"], ["plans.a", "plans.b"])
        columns = {"a": mapped_column(Integer), "b": mapped_column(Integer)}
        model("Lesson", "lessons", **{**columns, **attributes}, __table_args__=(key, *arguments))

    return make


def test_two_columns_may_lead_an_index_in_either_order(lesson, breaches):
    lesson(Index("i", "b", "a"))
    assert breaches("indexed-foreign-keys") == []


def test_one_of_two_columns_is_enough_only_if_it_is_unique(lesson, breaches):
    lesson(Index("i", "b"))
    assert breaches("indexed-foreign-keys") == ["foreign key lessons (a, b) has no index"]


def test_a_unique_column_finds_the_one_row(lesson, breaches):
    lesson(UniqueConstraint("b"))
    assert breaches("indexed-foreign-keys") == []


def test_a_foreign_key_that_leads_the_primary_key_is_indexed(lesson, breaches):
    lesson(PrimaryKeyConstraint("a", "b", "id"), id=mapped_column(Integer))
    assert breaches("indexed-foreign-keys") == []


def test_association_tables_without_a_class_are_looked_at_too(base, model, breaches):
    model("User", "users")
    Table(
        "friends",
        base.metadata,
        Column("a_id", ForeignKey("users.id"), primary_key=True),
        Column("b_id", ForeignKey("users.id"), primary_key=True),
    )
    assert breaches("indexed-foreign-keys") == ["foreign key friends (b_id) has no index"]


@pytest.mark.parametrize("action", ["ondelete", "onupdate"])
def test_set_null_on_a_column_that_is_not_null_is_reported(family, breaches, action):
    family(**{action: "SET NULL"})
    assert breaches("set-null-nullable") == [
        "foreign key children (parent_id) says SET NULL, but parent_id is NOT NULL"
    ]


def test_set_null_where_it_may_be_is_fine(family, breaches):
    family(ondelete="SET NULL", nullable=True)
    assert breaches("set-null-nullable") == []


@pytest.mark.parametrize(
    ("action", "found"),
    [
        ("SET NULL (b)", []),
        ("SET NULL", ["foreign key ends (a, b) says SET NULL, but a is NOT NULL"]),
        ("set null (b, a)", ["foreign key ends (a, b) says SET NULL, but a is NOT NULL"]),
    ],
)
def test_of_several_columns_those_that_are_emptied_count(lesson, model, breaches, action, found):
    lesson()
    model(
        "End",
        "ends",
        a=mapped_column(Integer, nullable=False),
        b=mapped_column(Integer, nullable=True),
        __table_args__=(ForeignKeyConstraint(["a", "b"], ["plans.a", "plans.b"], ondelete=action),),
    )
    assert breaches("set-null-nullable") == found
