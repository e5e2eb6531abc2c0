"""The models keep the house's rules; that they equal the database is phase 2's check."""

import subprocess
import sys

import pytest
from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKeyConstraint,
    Numeric,
    PrimaryKeyConstraint,
    UniqueConstraint,
)
from sqlalchemy.orm import RelationshipDirection

from efficient_tutor_backend.database import models
from efficient_tutor_backend.database.db_enums import UserRole
from efficient_tutor_backend.database.models import Base, User

TABLES = Base.metadata.sorted_tables
MAPPERS = sorted(Base.registry.mappers, key=lambda mapper: mapper.class_.__name__)
# A kind's key is its user's: that foreign key is the inheritance itself.
FOREIGN_KEYS = [
    constraint
    for table in TABLES
    for constraint in sorted(table.foreign_key_constraints, key=lambda key: str(key.name))
    if not (constraint.referred_table.name == "users" and constraint.column_keys == ["id"])
]


PREFIXES = {
    PrimaryKeyConstraint: "pk",
    ForeignKeyConstraint: "fk",
    UniqueConstraint: "uq",
    CheckConstraint: "ck",
}


def every(things):
    # Many come out of sets, and every test process has to collect them in one order.
    things = sorted(things, key=lambda thing: (str(getattr(thing, "table", "")), str(thing.name)))
    return pytest.mark.parametrize("thing", things, ids=lambda thing: str(thing.name))


def columns():
    return [column for table in TABLES for column in table.columns]


def indexed_columns(table):
    """Return the columns of every index, those behind keys included; None for expressions."""
    keys = [key for key in table.constraints if PREFIXES[type(key)] in {"pk", "uq"}]
    return [list(key.columns.keys()) for key in keys] + [
        [getattr(part, "name", None) for part in index.expressions] for index in table.indexes
    ]


def relationship_over(constraint):
    wanted = {element.parent for element in constraint.elements}
    return [
        relationship
        for mapper in MAPPERS
        for relationship in mapper.relationships
        if relationship.parent is mapper
        and relationship.direction is RelationshipDirection.MANYTOONE
        and relationship.local_columns == wanted
    ]


def test_mappers_configure_without_a_warning():
    # In a process of its own: mappers configure once, and another test may have been first.
    code = (
        "import sqlalchemy.orm, efficient_tutor_backend.database.models\n"
        "sqlalchemy.orm.configure_mappers()"
    )
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (0, "")


@every(FOREIGN_KEYS)
def test_every_foreign_key_is_a_relationship_with_both_sides(thing):
    (relationship,) = relationship_over(thing)
    (other,) = relationship._reverse_property
    assert relationship.back_populates == other.key
    assert other.back_populates == relationship.key


def test_no_relationship_loads_behind_an_attribute():
    lazy = {str(one): one.lazy for mapper in MAPPERS for one in mapper.relationships}
    assert set(lazy.values()) == {"raise_on_sql"}


def test_deleting_children_is_left_to_the_database():
    for mapper in MAPPERS:
        for relationship in mapper.relationships:
            if relationship.direction is RelationshipDirection.ONETOMANY:
                assert relationship.passive_deletes == "all", relationship


@every([table.primary_key for table in TABLES])
def test_every_primary_key_follows_the_naming_convention(thing):
    assert thing.name == f"pk_{thing.table.name}"


def test_every_constraint_and_index_is_named_for_its_table_and_fits():
    for table in TABLES:
        for constraint in table.constraints:
            assert constraint.name.startswith(f"{PREFIXES[type(constraint)]}_{table.name}")
            assert len(constraint.name) <= 63  # PostgreSQL cuts the rest off, silently
        for index in table.indexes:
            assert index.name.startswith(("ix_", "uq_")[index.unique] + table.name)
            assert len(index.name) <= 63


@every([key for table in TABLES for key in table.foreign_key_constraints])
def test_every_foreign_key_leads_an_index(thing):
    wanted = list(thing.column_keys)
    assert any(led[: len(wanted)] == wanted for led in indexed_columns(thing.table))


@every(FOREIGN_KEYS)
def test_a_required_reference_is_never_emptied(thing):
    if any(not column.nullable for column in thing.columns):
        assert thing.ondelete in {"CASCADE", "RESTRICT"}
    else:
        assert thing.ondelete is not None


def test_instants_know_their_time_zone():
    assert all(c.type.timezone for c in columns() if isinstance(c.type, DateTime))


def test_money_has_ten_digits_and_two_decimals():
    money = [c for c in columns() if isinstance(c.type, Numeric)]
    assert {c.name for c in money} == {"cost", "amount"}
    assert {(c.type.precision, c.type.scale) for c in money} == {(10, 2)}


def test_each_role_is_one_kind_of_user():
    kinds = {
        role: mapper.class_.__name__ for role, mapper in User.__mapper__.polymorphic_map.items()
    }
    assert kinds == {
        UserRole.ADMIN: "Admin",
        UserRole.PARENT: "Parent",
        UserRole.STUDENT: "Student",
        UserRole.TEACHER: "Teacher",
    }


def test_a_user_that_is_no_kind_cannot_be_made():
    with pytest.raises(Exception, match="abstract"):
        User(email="nobody@example.org")


def test_every_table_has_one_class_in_singular():
    classes = {mapper.class_.__name__: mapper.local_table.name for mapper in MAPPERS}
    assert len(classes) == len(TABLES) == len(set(classes.values()))
    assert classes["TeacherSpecialty"] == "teacher_specialties"
    assert not [name for name in classes if name.endswith("s")]
    assert all(hasattr(models, name) for name in classes)
