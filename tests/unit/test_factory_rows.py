"""Objects as rows: every table's, parents first, all of a table with the same columns."""

import enum
from typing import Any, ClassVar

import factory
import pytest
from sqlalchemy import JSON, Column, Enum, ForeignKey, Table
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from db_workflow.errors import TestDataError
from db_workflow.testdata.factories import BaseFactory


class Base(DeclarativeBase):
    type_annotation_map: ClassVar = {dict[str, Any]: JSON().with_variant(JSONB(), "postgresql")}


class Kind(enum.Enum):
    PERSON = "person"
    PUPIL = "pupil"
    TUTOR = "tutor"


class Person(Base):
    __tablename__ = "persons"
    __mapper_args__: ClassVar = {"polymorphic_on": "kind", "polymorphic_identity": Kind.PERSON}
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(
        Enum(Kind, values_callable=lambda kinds: [one.value for one in kinds])
    )
    nickname: Mapped[str | None]
    rank: Mapped[int] = mapped_column(default=3)
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    since: Mapped[str] = mapped_column(server_default="today")


class Pupil(Person):
    __tablename__ = "pupils"
    __mapper_args__: ClassVar = {"polymorphic_identity": Kind.PUPIL}
    id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    tutor_id: Mapped[int | None] = mapped_column(ForeignKey("tutors.id"))
    tutor: Mapped["Tutor | None"] = relationship(foreign_keys=[tutor_id])
    clubs: Mapped[list["Club"]] = relationship(secondary="members", back_populates="pupils")


class Tutor(Person):
    __tablename__ = "tutors"
    __mapper_args__: ClassVar = {"polymorphic_identity": Kind.TUTOR}
    id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)


class Club(Base):
    __tablename__ = "clubs"
    id: Mapped[int] = mapped_column(primary_key=True)
    pupils: Mapped[list[Pupil]] = relationship(secondary="members", back_populates="clubs")


MEMBERS = Table(
    "members",
    Base.metadata,
    Column("pupil_id", ForeignKey("pupils.id")),
    Column("club_id", ForeignKey("clubs.id")),
)


class TutorFactory(BaseFactory[Tutor]):
    id = factory.Sequence(lambda number: 100 + number)
    nickname = "T"


class PupilFactory(BaseFactory[Pupil]):
    id = factory.Sequence(lambda number: number)
    tutor = factory.SubFactory(TutorFactory)


class ClubFactory(BaseFactory[Club]):
    id = factory.Sequence(lambda number: number)


@pytest.fixture(autouse=True)
def _from_zero():
    for kind in (TutorFactory, PupilFactory, ClubFactory):
        kind.reset_sequence(0)


def by_name(rows):
    return {table.name: list(found) for table, found in rows.items()}


def test_every_table_has_its_rows_parents_first():
    rows = by_name(PupilFactory.rows(2))
    assert list(rows) == ["persons", "tutors", "pupils"]
    assert rows["tutors"] == [{"id": 100}, {"id": 101}]
    assert rows["pupils"] == [{"id": 0, "tutor_id": 100}, {"id": 1, "tutor_id": 101}]
    assert [row["kind"] for row in rows["persons"]] == [
        Kind.TUTOR, Kind.PUPIL, Kind.TUTOR, Kind.PUPIL,
    ]  # fmt: skip


def test_a_key_that_is_given_makes_no_parents():
    rows = by_name(PupilFactory.rows(3, tutor_id=7))
    assert "tutors" not in rows
    assert [row["tutor_id"] for row in rows["pupils"]] == [7, 7, 7]


def test_all_rows_of_a_table_have_the_same_columns_in_its_order():
    rows = PupilFactory.rows(1)
    persons = next(iter(rows))
    assert rows.columns(persons) == ("id", "kind", "nickname", "rank", "facts")
    assert {tuple(row) for row in rows[persons]} == {rows.columns(persons)}
    assert [row["nickname"] for row in rows[persons]] == ["T", None]
    first, second = (row["facts"] for row in rows[persons])
    assert first == {}
    assert first is not second


def test_records_are_what_the_driver_takes():
    rows = PupilFactory.rows(1, facts={"a": 1})
    persons = next(iter(rows))
    assert rows.records(persons) == [
        (100, "tutor", "T", 3, "{}"),
        (0, "pupil", None, 3, '{"a": 1}'),
    ]


def test_a_column_that_only_some_rows_fill_is_refused():
    class Dated(BaseFactory[Tutor]):
        id = factory.Sequence(lambda number: 100 + number)
        since = "2024"

    class Mixed(BaseFactory[Pupil]):
        id = factory.Sequence(lambda number: number)
        tutor = factory.SubFactory(Dated)

    with pytest.raises(TestDataError, match="Some rows of persons have a since"):
        Mixed.rows(1)


def test_a_parent_without_a_key_is_refused():
    class Keyless(BaseFactory[Pupil]):
        tutor = factory.SubFactory(TutorFactory, id=None)

    with pytest.raises(TestDataError, match="Tutor has no id before it is inserted"):
        Keyless.rows(1)


def test_many_to_many_rows_come_once_and_last():
    pupil = PupilFactory.build(tutor=None)
    rows = by_name(ClubFactory.rows(2, pupils=[pupil]))
    assert rows["clubs"] == [{"id": 0}, {"id": 1}]
    assert len(rows["pupils"]) == 1
    assert rows["members"] == [{"pupil_id": 0, "club_id": 0}, {"pupil_id": 0, "club_id": 1}]
    assert list(rows)[-1] == "members"


def test_no_rows_are_no_tables():
    assert dict(PupilFactory.rows(0)) == {}
