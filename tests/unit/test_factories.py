"""Factories build, add and flush, and never commit; the seeder completes manual rows with them."""

import enum
import uuid
from typing import ClassVar

import factory
import pytest
from sqlalchemy import ForeignKey, String, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from db_workflow.errors import TestDataError
from db_workflow.settings import Settings
from db_workflow.testdata.declared.declarations import ManualRows
from db_workflow.testdata.factories import BaseFactory, seed_factories, undeclared_columns
from db_workflow.testdata.seeding.manual import build_rows


class Base(DeclarativeBase):
    pass


class Kind(enum.StrEnum):
    PERSON = "person"
    PUPIL = "pupil"


class Person(Base):
    __tablename__ = "persons"
    __mapper_args__: ClassVar = {"polymorphic_on": "kind", "polymorphic_identity": Kind.PERSON}
    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    kind: Mapped[Kind]
    name: Mapped[str] = mapped_column(String)
    nickname: Mapped[str | None]
    since: Mapped[str] = mapped_column(server_default="today")


class School(Base):
    __tablename__ = "schools"
    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    title: Mapped[str]
    pupils: Mapped[list["Pupil"]] = relationship(back_populates="school")


class Pupil(Person):
    __tablename__ = "pupils"
    __mapper_args__: ClassVar = {"polymorphic_identity": Kind.PUPIL}
    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("schools.id"))
    level: Mapped[int] = mapped_column("grade")
    school: Mapped[School] = relationship(back_populates="pupils")


class PersonFactory(BaseFactory):
    class Meta:
        model = Person

    id = factory.Faker("uuid4", cast_to=None)
    name = factory.Faker("first_name")
    nickname = None


class SchoolFactory(BaseFactory):
    class Meta:
        model = School

    id = factory.Faker("uuid4", cast_to=None)
    title = factory.Sequence(lambda number: f"school {number}")


class PupilFactory(PersonFactory):
    class Meta:
        model = Pupil

    school = factory.SubFactory(SchoolFactory)
    level = 7


FACTORIES = {"persons": PersonFactory, "pupils": PupilFactory, "schools": SchoolFactory}
ONE, TWO = uuid.UUID(int=1), uuid.UUID(int=2)


class Recorder:
    """Notes what a factory asks of a session."""

    def __init__(self):
        self.calls = []

    def add(self, made):
        self.calls.append(("add", made))

    def add_all(self, made):
        self.calls.append(("add_all", made))

    async def flush(self):
        self.calls.append(("flush", None))


@pytest.fixture
def build(tmp_path):
    settings = Settings(
        root=tmp_path,
        project="school",
        sql=tmp_path,
        runners="{version}",
        models="m:Base",
        enums="e",
        test_data=tmp_path,
        codegen_reference=tmp_path,
    )

    def rows_of(**manual):
        files = {
            name: ManualRows(name, tmp_path / "data" / f"{name}.py", tuple(rows))
            for name, rows in manual.items()
        }
        built = build_rows(files, FACTORIES, settings=settings)
        return {name: [dict(row.values) for row in rows] for name, rows in built.items()}

    return rows_of


def test_a_built_object_has_everything_and_touches_no_session():
    pupil = PupilFactory.build()
    assert pupil.name
    assert pupil.kind is Kind.PUPIL
    assert isinstance(pupil.school, School)
    assert pupil.school_id is None


@pytest.mark.parametrize("given", [ONE, None])
def test_a_given_foreign_key_switches_its_subfactory_off(given):
    pupil = PupilFactory.build(school_id=given)
    assert pupil.school_id == given
    assert "school" not in vars(pupil)


def test_a_given_relationship_is_used():
    school = SchoolFactory.build(title="known")
    assert PupilFactory.build(school=school).school is school
    assert PupilFactory.build(school__title="deep").school.title == "deep"


async def test_creating_adds_and_flushes_and_does_nothing_more():
    session = Recorder()
    made = await PersonFactory.create(session, name="Ada")
    assert session.calls == [("add", made), ("flush", None)]
    session = Recorder()
    batch = await PersonFactory.create_batch(session, 3)
    assert len(batch) == 3
    assert session.calls == [("add_all", batch), ("flush", None)]


def test_the_same_seed_builds_the_same_objects():
    def names():
        seed_factories(3)
        return [(PupilFactory.build().name, SchoolFactory.build().title) for _ in range(5)]

    assert names() == names()


def test_a_column_that_nothing_fills_is_told():
    class Careless(BaseFactory):
        class Meta:
            model = Pupil

        name = "x"

    assert undeclared_columns(Careless) == ["nickname", "school_id", "level"]
    assert [undeclared_columns(kind) for kind in FACTORIES.values()] == [[], [], []]


def test_a_column_that_is_renamed_is_filled():
    class Renamed(BaseFactory[School]):
        class Meta:
            rename: ClassVar = {"title_": "title"}

        id = ONE
        title_ = "x"

    assert undeclared_columns(Renamed) == []
    assert Renamed.build().title == "x"


def test_a_manual_row_is_completed_and_taken_apart_by_table(build):
    built = build(pupils=[{"id": ONE, "name": "Ada", "school_id": TWO}])
    assert built == {
        "persons": [{"id": ONE, "kind": Kind.PUPIL, "name": "Ada", "nickname": None}],
        "pupils": [{"id": ONE, "grade": 7, "school_id": TWO}],
    }


def test_a_column_may_be_named_as_in_the_database(build):
    assert build(pupils=[{"id": ONE, "school_id": TWO, "grade": 9}])["pupils"][0]["grade"] == 9


def test_what_a_factory_makes_beside_a_row_is_loaded_too(build):
    built = build(pupils=[{"id": ONE}])
    assert built["pupils"][0]["school_id"] == built["schools"][0]["id"]


def test_one_person_in_two_files_is_one_object(build):
    built = build(
        persons=[{"id": str(ONE), "name": "Ada", "nickname": "A"}, {"id": TWO, "name": "Bo"}],
        pupils=[{"id": ONE, "school_id": TWO}],
    )
    assert len(built["persons"]) == 2
    ada = next(row for row in built["persons"] if row["name"] == "Ada")
    assert ada["kind"] is Kind.PUPIL
    assert ada["nickname"] == "A"
    assert len(built["pupils"]) == 1


def test_a_key_with_a_python_default_is_known_before_the_insert(build):
    built = build(pupils=[{"school_id": TWO}])
    assert built["persons"][0]["id"] == built["pupils"][0]["id"]
    assert built["persons"][0]["id"] is not None


def test_an_explicit_null_stays_and_a_missing_default_is_left_to_the_database(build):
    built = build(persons=[{"id": ONE, "nickname": None}])
    assert built["persons"][0]["nickname"] is None
    assert "since" not in built["persons"][0]


def test_an_unknown_column_is_told_with_file_row_and_the_likely_one(build):
    with pytest.raises(TestDataError, match=r"data/persons\.py row 2.*'nmae'.*'name'"):
        build(persons=[{"id": ONE}, {"id": TWO, "nmae": "x"}])


def test_a_factory_that_fails_is_told_with_the_row(build):
    class Broken(PersonFactory):
        class Meta:
            model = Person

        name = factory.LazyAttribute(lambda _: 1 / 0)

    FACTORIES["persons"] = Broken
    try:
        with pytest.raises(TestDataError, match=r"data/persons\.py row 1.*Broken.*ZeroDivision"):
            build(persons=[{"id": ONE}])
    finally:
        FACTORIES["persons"] = PersonFactory
