"""The conventions of the models, rule by rule."""

import pytest
from sqlalchemy import (
    UUID,
    CheckConstraint,
    Column,
    DateTime,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase, mapped_column, relationship

from db_workflow.models.conventions import RULES, check_conventions

NAMES = {
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}


# A registry holds its classes weakly; what no module keeps would be collected.
KEPT = []


@pytest.fixture
def base():
    class Base(DeclarativeBase):
        metadata = MetaData(naming_convention=NAMES)

    yield Base
    Base.registry.dispose()
    KEPT.clear()


def breaches(base, rule):
    (wanted,) = [one for one in RULES if one.name == rule]
    base.registry.configure()
    return [one.what for one in check_conventions(base, rules=(wanted,))]


def model(base, name, table, **attributes):
    attributes.setdefault("id", mapped_column(UUID, primary_key=True))
    made = type(name, (base,), {"__tablename__": table, **attributes})
    KEPT.append(made)
    return made


def family(base, *, lazy="raise_on_sql", index=True, **options):
    model(
        base,
        "Parent",
        "parents",
        children=relationship("Child", back_populates="parent", lazy=lazy),
    )
    model(
        base,
        "Child",
        "children",
        parent_id=mapped_column(ForeignKey("parents.id", **options), index=index, nullable=False),
        parent=relationship("Parent", back_populates="children", lazy=lazy),
    )


def test_a_well_kept_model_breaks_nothing(base):
    family(base, ondelete="CASCADE")
    base.registry.configure()
    assert check_conventions(base) == ()


@pytest.mark.parametrize(
    ("name", "table"),
    [("User", "users"), ("TeacherSpecialty", "teacher_specialties"), ("Box", "boxes"),
     ("TuitionLog", "tuition_logs"), ("Person", "people"), ("Status", "status")],
)  # fmt: skip
def test_singular_class_and_plural_table_belong_together(base, name, table):
    model(base, name, table)
    assert breaches(base, "class and table names") == []


def test_a_class_that_is_no_singular_of_its_table_is_named(base):
    model(base, "Users", "users")
    model(base, "Payment", "money")
    assert breaches(base, "class and table names") == [
        "class Payment maps table money",
        "class Users maps table users",
    ]


def test_a_foreign_key_without_relationship_is_reported_with_both_lines_to_write(base):
    model(base, "User", "users")
    model(base, "Note", "notes", user_id=mapped_column(ForeignKey("users.id"), index=True))
    base.registry.configure()
    (found,) = check_conventions(base)
    assert found.what == "foreign key notes (user_id) is no relationship"
    assert 'user: Mapped["User"] = relationship(back_populates="notes"' in found.write
    assert 'in User: notes: Mapped[list["Note"]]' in found.write
    assert (found.owner.__name__, found.attribute) == ("Note", "user_id")


def test_a_relationship_that_does_not_name_its_other_side_is_reported(base):
    model(base, "User", "users")
    model(
        base,
        "Note",
        "notes",
        user_id=mapped_column(ForeignKey("users.id")),
        user=relationship("User", lazy="raise_on_sql"),
    )
    assert breaches(base, "relationships on both sides") == [
        "relationship Note.user does not name its other side"
    ]


def test_the_key_of_joined_inheritance_needs_no_relationship(base):
    user = model(
        base,
        "User",
        "users",
        kind=mapped_column(Text),
        __mapper_args__={"polymorphic_on": "kind"},
    )
    type(
        "Admin",
        (user,),
        {
            "__tablename__": "admins",
            "id": mapped_column(ForeignKey("users.id"), primary_key=True),
            "__mapper_args__": {"polymorphic_identity": "admin"},
        },
    )
    assert breaches(base, "relationships on both sides") == []


def test_a_relationship_over_several_columns_counts(base):
    model(
        base,
        "Plan",
        "plans",
        a=mapped_column(Text),
        b=mapped_column(Text),
        lessons=relationship("Lesson", back_populates="plan", lazy="raise"),
        __table_args__=(UniqueConstraint("a", "b"),),
    )
    model(
        base,
        "Lesson",
        "lessons",
        a=mapped_column(Text),
        b=mapped_column(Text),
        plan=relationship("Plan", back_populates="lessons", lazy="raise"),
        __table_args__=(
            ForeignKeyConstraint(["a", "b"], ["plans.a", "plans.b"]),
            Index("ix_lessons_b_a", "b", "a"),
        ),
    )
    assert breaches(base, "relationships on both sides") == []
    assert breaches(base, "indexed foreign keys") == []


@pytest.mark.parametrize("lazy", ["select", True, "dynamic"])
def test_relationships_that_load_by_themselves_are_reported(base, lazy):
    parent = model(base, "Parent", "parents")
    model(base, "Child", "children", parent_id=mapped_column(ForeignKey("parents.id")))
    parent.children = relationship("Child", lazy=lazy)
    assert len(breaches(base, "no lazy loading")) == 1


@pytest.mark.parametrize("lazy", ["raise", "raise_on_sql", "selectin", "joined", "subquery"])
def test_relationships_that_load_on_purpose_or_not_at_all_are_fine(base, lazy):
    family(base, lazy=lazy)
    assert breaches(base, "no lazy loading") == []


def test_a_foreign_key_without_index_is_reported(base):
    family(base, index=False)
    assert breaches(base, "indexed foreign keys") == [
        "foreign key children (parent_id) has no index"
    ]


def test_a_partial_index_or_a_later_column_does_not_serve_a_foreign_key(base):
    model(base, "User", "users")
    model(
        base,
        "Note",
        "notes",
        kind=mapped_column(Text),
        user_id=mapped_column(ForeignKey("users.id")),
        __table_args__=(
            Index("ix_notes_kind_user_id", "kind", "user_id"),
            Index("ix_notes_user_id", "user_id", postgresql_where=text("kind = 'x'")),
            Index("ix_notes_lower", text("lower(kind)"), "user_id"),
        ),
    )
    assert breaches(base, "indexed foreign keys") == ["foreign key notes (user_id) has no index"]


def test_association_tables_without_a_class_are_looked_at_too(base):
    model(base, "User", "users")
    Table(
        "friends",
        base.metadata,
        Column("a_id", ForeignKey("users.id"), primary_key=True),
        Column("b_id", ForeignKey("users.id"), primary_key=True),
    )
    assert breaches(base, "indexed foreign keys") == ["foreign key friends (b_id) has no index"]
    assert breaches(base, "class and table names") == []


def test_set_null_on_a_column_that_is_not_null_is_reported(base):
    family(base, ondelete="SET NULL")
    assert breaches(base, "foreign keys that can be emptied") == [
        "foreign key children (parent_id) says SET NULL, but parent_id is NOT NULL"
    ]


def test_constraints_without_a_name_are_reported():
    class Base(DeclarativeBase):
        pass

    model(
        Base,
        "User",
        "users",
        email=mapped_column(Text),
        __table_args__=(UniqueConstraint("email"), CheckConstraint("email <> ''")),
    )
    assert sorted(breaches(Base, "named constraints")) == [
        "a CheckConstraint of users (email <> '') has no name",
        "a UniqueConstraint of users (email) has no name",
    ]


def test_uuids_as_texts_are_reported_in_arrays_too(base):
    model(
        base,
        "User",
        "users",
        token=mapped_column(UUID(as_uuid=False)),
        friends=mapped_column(ARRAY(UUID(as_uuid=False))),
    )
    assert breaches(base, "UUIDs as objects") == [
        "column users.token gives texts",
        "column users.friends gives texts",
    ]


def test_instants_without_a_time_zone_are_reported(base):
    model(base, "User", "users", seen=mapped_column(DateTime), at=mapped_column(DateTime(True)))
    assert breaches(base, "instants with a time zone") == ["column users.seen has no time zone"]


def test_money_as_a_float_is_reported_and_other_floats_are_not(base):
    model(
        base,
        "Bill",
        "bills",
        total_cost=mapped_column(Float),
        latitude=mapped_column(Float),
        price=mapped_column(Numeric(10, 2)),
    )
    assert breaches(base, "exact money") == [
        "column bills.total_cost holds money as binary fractions"
    ]


def test_every_rule_has_a_name_of_its_own_and_a_reason():
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(rule.why for rule in RULES)
