"""Relationships and their other sides."""

import pytest
from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Table, Text, UniqueConstraint
from sqlalchemy.orm import mapped_column, relationship

from db_workflow.models.conventions import check_conventions

POLYMORPHIC = {"polymorphic_on": "kind", "polymorphic_identity": "user"}


def side(target, other, **options):
    return relationship(target, back_populates=other, lazy="raise_on_sql", **options)


def test_a_foreign_key_without_relationship_is_reported_with_both_lines_to_write(base, model):
    model("User", "users")
    model("Note", "notes", user_id=mapped_column(ForeignKey("users.id"), index=True))
    base.registry.configure()
    (found,) = check_conventions(base)
    assert found.what == "foreign key notes (user_id) is no relationship"
    assert 'user: Mapped["User"] = relationship(back_populates="notes"' in found.write
    assert 'in User: notes: Mapped[list["Note"]]' in found.write
    assert (found.owner.__name__, found.attribute) == ("Note", "user_id")


def test_a_relationship_that_does_not_name_its_other_side_is_reported(model, breaches):
    model("User", "users")
    model(
        "Note",
        "notes",
        user_id=mapped_column(ForeignKey("users.id")),
        user=relationship("User", lazy="raise_on_sql"),
    )
    assert breaches("relationships-both-sides") == [
        "relationship Note.user does not name its other side"
    ]


def test_a_foreign_key_to_a_table_without_a_class_cannot_be_a_relationship(base, model, breaches):
    Table("codes", base.metadata, Column("code", Text, primary_key=True))
    model("Note", "notes", code=mapped_column(ForeignKey("codes.code")))
    assert breaches("relationships-both-sides") == []


def test_a_relationship_over_several_columns_counts(model, breaches):
    model(
        "Plan",
        "plans",
        a=mapped_column(Text),
        b=mapped_column(Text),
        lessons=side("Lesson", "plan"),
        __table_args__=(UniqueConstraint("a", "b"),),
    )
    model(
        "Lesson",
        "lessons",
        a=mapped_column(Text),
        b=mapped_column(Text),
        plan=side("Plan", "lessons"),
        __table_args__=(ForeignKeyConstraint(["a", "b"], ["plans.a", "plans.b"]),),
    )
    assert breaches("relationships-both-sides") == []
    assert breaches("matching-back-populates") == []


def test_the_key_of_joined_inheritance_needs_no_relationship(model, breaches):
    user = model("User", "users", kind=mapped_column(Text), __mapper_args__=POLYMORPHIC)
    admin = model(
        "Admin",
        "admins",
        bases=(user,),
        id=mapped_column(ForeignKey("users.id"), primary_key=True),
        __mapper_args__={"polymorphic_identity": "admin"},
    )
    model(
        "Chief",
        "chiefs",
        bases=(admin,),
        id=mapped_column(ForeignKey("admins.id"), primary_key=True),
        __mapper_args__={"polymorphic_identity": "chief"},
    )
    assert breaches("relationships-both-sides") == []


def test_a_subclass_may_join_by_a_column_that_is_not_its_primary_key(model, breaches):
    user = model("User", "users", kind=mapped_column(Text), __mapper_args__=POLYMORPHIC)
    model(
        "Admin",
        "admins",
        bases=(user,),
        number=mapped_column(Text, primary_key=True),
        user_id=mapped_column(ForeignKey("users.id"), unique=True),
        __mapper_args__={"polymorphic_identity": "admin"},
    )
    assert breaches("relationships-both-sides") == []


def test_another_key_of_a_subclass_to_its_parent_is_a_relationship(model, breaches):
    user = model("User", "users", kind=mapped_column(Text), __mapper_args__=POLYMORPHIC)
    key = mapped_column(ForeignKey("users.id"), primary_key=True)
    model(
        "Student",
        "students",
        bases=(user,),
        id=key,
        tutor_id=mapped_column(ForeignKey("users.id")),
        __mapper_args__={"polymorphic_identity": "student", "inherit_condition": key == user.id},
    )
    assert breaches("relationships-both-sides") == [
        "foreign key students (tutor_id) is no relationship"
    ]


def test_what_a_parent_class_says_is_not_said_again_of_its_subclasses(model, breaches):
    user = model(
        "User",
        "users",
        kind=mapped_column(Text),
        notes=relationship("Note"),
        __mapper_args__=POLYMORPHIC,
    )
    model(
        "Admin",
        "admins",
        bases=(user,),
        id=mapped_column(ForeignKey("users.id"), primary_key=True),
        __mapper_args__={"polymorphic_identity": "admin"},
    )
    model("Note", "notes", user_id=mapped_column(ForeignKey("users.id")))
    assert breaches("relationships-both-sides") == [
        "relationship User.notes does not name its other side"
    ]
    assert breaches("no-lazy-relationships") == [
        "relationship User.notes loads lazily (lazy='select')"
    ]


def lessons_of_two(model, *, teacher_back="taught", student_back="visited"):
    """Make a lesson with a teacher and a student, both users."""
    taught, visited = "[Lesson.teacher_id]", "[Lesson.student_id]"
    model(
        "User",
        "users",
        taught=side("Lesson", "teacher", foreign_keys=taught),
        visited=side("Lesson", "student", foreign_keys=visited),
    )
    model(
        "Lesson",
        "lessons",
        teacher_id=mapped_column(ForeignKey("users.id")),
        student_id=mapped_column(ForeignKey("users.id")),
        teacher=side("User", teacher_back, foreign_keys=taught),
        student=side("User", student_back, foreign_keys=visited),
    )


def test_two_ways_to_one_class_match_side_by_side(model, breaches):
    lessons_of_two(model)
    assert breaches("matching-back-populates") == []


def test_a_side_that_names_another_relationship_back_is_reported(model, breaches):
    lessons_of_two(model, student_back="taught")
    other = "as its other side, which names"
    assert breaches("matching-back-populates") == [
        f"relationship Lesson.student names User.taught {other} Lesson.teacher",
        f"relationship User.visited names Lesson.student {other} User.taught",
    ]


def test_sides_that_go_along_different_foreign_keys_are_reported_once(model, breaches):
    model("User", "users", lessons=side("Lesson", "user", foreign_keys="[Lesson.student_id]"))
    model(
        "Lesson",
        "lessons",
        teacher_id=mapped_column(ForeignKey("users.id")),
        student_id=mapped_column(ForeignKey("users.id")),
        user=side("User", "lessons", foreign_keys="[Lesson.teacher_id]"),
    )
    (found,) = breaches("matching-back-populates")
    mine, other = "lessons.teacher_id", "lessons.student_id"
    assert found == (
        f"relationship Lesson.user goes along {mine}, its other side User.lessons along {other}"
    )


def test_a_side_that_leads_to_another_subclass_is_reported(model, breaches):
    user = model("User", "users", kind=mapped_column(Text), __mapper_args__=POLYMORPHIC)
    for name in ("Teacher", "Student"):
        model(
            name,
            f"{name.lower()}s",
            bases=(user,),
            id=mapped_column(ForeignKey("users.id"), primary_key=True),
            lessons=side("Lesson", "user") if name == "Teacher" else None,
            __mapper_args__={"polymorphic_identity": name},
        )
    model(
        "Lesson",
        "lessons",
        user_id=mapped_column(ForeignKey("teachers.id")),
        user=side("Student", "other", primaryjoin="foreign(Lesson.user_id) == Student.id"),
    )
    model_of = {one.class_.__name__: one.class_ for one in user.registry.mappers}
    model_of["Student"].other = side(
        "Lesson", "user", primaryjoin="foreign(Lesson.user_id) == Student.id"
    )
    assert breaches("matching-back-populates")[0].startswith("relationship Teacher.lessons names")


@pytest.mark.parametrize("other", ["friend_of", "friends"])
def test_many_to_many_has_two_sides_as_well(base, model, breaches, other):
    Table(
        "friends",
        base.metadata,
        Column("a_id", ForeignKey("users.id"), primary_key=True),
        Column("b_id", ForeignKey("users.id"), primary_key=True),
    )
    model(
        "User",
        "users",
        friends=side(
            "User",
            "friend_of",
            secondary="friends",
            primaryjoin="User.id == friends.c.a_id",
            secondaryjoin="User.id == friends.c.b_id",
        ),
        friend_of=side(
            "User",
            other,
            secondary="friends",
            primaryjoin="User.id == friends.c.b_id",
            secondaryjoin="User.id == friends.c.a_id",
        ),
    )
    assert (breaches("matching-back-populates") == []) == (other == "friends")
