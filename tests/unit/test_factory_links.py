"""A foreign key that is given switches its SubFactory off: of several columns, at any depth."""

import factory
import pytest
from sqlalchemy import ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from db_workflow.errors import TestDataError
from db_workflow.testdata.factories import BaseFactory, undeclared_columns


class Base(DeclarativeBase):
    pass


class Teacher(Base):
    __tablename__ = "teachers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Subject(Base):
    __tablename__ = "subjects"
    teacher_id: Mapped[int] = mapped_column(ForeignKey("teachers.id"), primary_key=True)
    level: Mapped[int] = mapped_column(primary_key=True)
    teacher: Mapped[Teacher] = relationship()


class Lesson(Base):
    __tablename__ = "lessons"
    __table_args__ = (
        ForeignKeyConstraint(["teacher_id", "level"], ["subjects.teacher_id", "subjects.level"]),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    teacher_id: Mapped[int] = mapped_column(ForeignKey("teachers.id"))
    level: Mapped[int]
    teacher: Mapped[Teacher] = relationship(overlaps="subject")
    subject: Mapped[Subject] = relationship(overlaps="teacher")


class Note(Base):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"))
    lesson: Mapped[Lesson] = relationship()
    glance: Mapped[Lesson] = relationship(viewonly=True)


class TeacherFactory(BaseFactory[Teacher]):
    id = factory.Sequence(lambda number: number)
    name = "Ada"


class SubjectFactory(BaseFactory[Subject]):
    teacher = factory.SubFactory(TeacherFactory)
    level = 7


class LessonFactory(BaseFactory[Lesson]):
    teacher = factory.SubFactory(TeacherFactory)
    subject = factory.SubFactory(SubjectFactory)


class NoteFactory(BaseFactory[Note]):
    lesson = factory.SubFactory(LessonFactory)


def set_on(made):
    return {name for name in vars(made) if not name.startswith("_")}


def test_the_model_is_named_once():
    assert LessonFactory._meta.model is Lesson
    assert not LessonFactory._meta.abstract
    with pytest.raises(TypeError, match="makes Note by its base, and Lesson by its Meta"):

        class Twice(BaseFactory[Note]):
            class Meta:
                model = Lesson


def test_all_columns_of_a_key_switch_it_off_and_some_do_not():
    whole = LessonFactory.build(teacher_id=1, level=2)
    assert set_on(whole) == {"teacher_id", "level"}
    part = LessonFactory.build(level=2)
    assert {"teacher", "subject"} < set_on(part)


def test_an_object_at_another_relationship_gives_its_columns():
    teacher = TeacherFactory.build()
    lesson = LessonFactory.build(teacher=teacher, level=2)
    assert set_on(lesson) == {"teacher", "level"}
    assert lesson.teacher is teacher


def test_a_key_that_is_given_deeper_down_counts_too():
    note = NoteFactory.build(lesson__teacher_id=1, lesson__level=2)
    assert set_on(note.lesson) == {"teacher_id", "level"}
    deepest = NoteFactory.build(lesson__subject__teacher_id=4)
    assert set_on(deepest.lesson.subject) == {"teacher_id", "level"}


def test_a_key_that_a_subfactory_gives_switches_off_as_well():
    class Fixed(BaseFactory[Note]):
        lesson = factory.SubFactory(LessonFactory, teacher_id=5, level=6)

    assert set_on(Fixed.build().lesson) == {"teacher_id", "level"}


def test_a_key_beside_another_object_is_refused():
    teacher = TeacherFactory.build(id=1)
    assert SubjectFactory.build(teacher=teacher, teacher_id=1).teacher is teacher
    with pytest.raises(TestDataError, match="teacher and teacher_id, which do not say the same"):
        SubjectFactory.build(teacher=teacher, teacher_id=2)


def test_a_choice_inside_of_what_is_not_built_is_refused():
    with pytest.raises(TestDataError, match="was given teacher_id and teacher__name"):
        SubjectFactory.build(teacher_id=1, teacher__name="Bo")


def test_a_relationship_that_only_shows_fills_nothing():
    class Looking(BaseFactory[Note]):
        glance = None

    assert undeclared_columns(Looking) == ["lesson_id"]
    assert undeclared_columns(NoteFactory) == []
