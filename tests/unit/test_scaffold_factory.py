"""The factories that are written: what fills each column, and what is left open."""

import ast
import enum
import uuid
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from sqlalchemy import (
    CheckConstraint,
    DateTime,
    Enum,
    FetchedValue,
    ForeignKey,
    Numeric,
    Text,
    inspect,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from db_workflow.scaffold.factory import FactoryWriter, Known, MissingFactoryError, full_name
from db_workflow.scaffold.imports import Imports
from db_workflow.testdata import BaseFactory
from db_workflow.testdata.factories import seed_factories, undeclared_columns
from db_workflow.testdata.structure import Column, OwnedSequence, TableStructure, Unique

FILE = """
from datetime import UTC, date, datetime, time, timedelta

from factory import Faker, LazyFunction, Sequence, SubFactory

from db_workflow.testdata import BaseFactory
"""
KNOWN = {
    "people": Known("PersonFactory", generic=True, abstract=True),
    "pupils": Known("PupilFactory"),
}


class Base(DeclarativeBase):
    pass


class Mood(enum.StrEnum):
    CALM = "calm"
    WILD = "wild"


class Person(Base):
    __tablename__ = "people"
    __mapper_args__: ClassVar = {"polymorphic_on": "kind", "polymorphic_identity": "person"}
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]


class Pupil(Person):
    __tablename__ = "pupils"
    __mapper_args__: ClassVar = {"polymorphic_identity": "pupil"}
    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    level: Mapped[int]


class Thing(Base):
    __tablename__ = "things"
    __table_args__ = (
        CheckConstraint("size < 9"),
        CheckConstraint(
            "born < seen_at AND opens > '08:00'\n AND owner_id <> friend_id AND note <> ''"
        ),
    )
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    counted: Mapped[int] = mapped_column(server_default=FetchedValue())
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    friend_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    part_of_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("things.id"))
    lost_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    gone_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    email: Mapped[str]
    code: Mapped[str]
    note: Mapped[str]
    currency: Mapped[str]
    short: Mapped[str]
    api_key: Mapped[str]
    price: Mapped[Decimal] = mapped_column(Numeric(6, 2))
    size: Mapped[int]
    place: Mapped[int]
    mood: Mapped[Mood] = mapped_column(Enum(Mood))
    flavour: Mapped[str] = mapped_column(Enum("sweet", "sour", name="flavour"))
    born: Mapped[date]
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default="now()")
    said_at: Mapped[datetime]
    opens: Mapped[time]
    lasts: Mapped[timedelta]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    tags: Mapped[list[str]] = mapped_column(JSONB)
    active: Mapped[bool]
    hidden: Mapped[bool] = mapped_column(server_default="false")
    shape: Mapped[str] = mapped_column(Text)
    maybe: Mapped[str | None] = mapped_column(Text)
    owner: Mapped[Person] = relationship(foreign_keys=[owner_id])
    friend: Mapped[Person | None] = relationship(foreign_keys=[friend_id])
    part_of: Mapped["Thing"] = relationship(foreign_keys=[part_of_id], remote_side="Thing.id")


COLUMNS = {
    "id": ("uuid", "uuid"),
    "counted": ("integer", "number"),
    **dict.fromkeys(
        ("owner_id", "friend_id", "part_of_id", "lost_id", "gone_id"), ("uuid", "uuid")
    ),
    **dict.fromkeys(("email", "code", "note", "currency", "api_key"), ("text", "text")),
    "short": ("character varying(5)", "text"),
    "price": ("numeric(6,2)", "number"),
    "size": ("integer", "number"),
    "place": ("integer", "number"),
    "mood": ("mood", "enum"),
    "flavour": ("flavour", "enum"),
    "born": ("date", "date"),
    "seen_at": ("timestamp with time zone", "date"),
    "said_at": ("timestamp without time zone", "date"),
    "opens": ("time without time zone", "date"),
    "lasts": ("interval", "interval"),
    "facts": ("jsonb", "json"),
    "tags": ("text[]", "array"),
    "active": ("boolean", "boolean"),
    "hidden": ("boolean", "boolean"),
    "shape": ("polygon", "other"),
    "maybe": ("polygon", "other"),
}
WRITTEN = """\
class ThingFactory(BaseFactory[Thing]):
    # CHECK (born < seen_at AND opens > '08:00' AND owner_id <> friend_id AND note <> '')
    # CHECK (size < 9)
    id = Faker("uuid4", cast_to=None)
    owner = SubFactory(PupilFactory)
    friend = None
    # part_of: it refers to this table; decide what a row is below.
    # lost_id: no relationship fills it; decide what it is.
    gone_id = None
    email = Sequence(lambda number: f"person{number}@example.test")
    code = Sequence(lambda number: f"code-{number}")
    note = Faker("sentence")
    currency = Faker("currency_code")
    short = Faker("pystr", max_chars=5)
    api_key = Faker("hexify", text="^^^^^^^^^^^^^^^^")
    price = Faker("pydecimal", min_value=0, max_value=1000, right_digits=2)
    size = Faker("random_int", min=1, max=5)
    place = Sequence(lambda number: number + 1)
    mood = Faker("enum", enum_cls=Mood)
    flavour = Faker("random_element", elements=("sweet", "sour"))
    born = Faker("date_between_dates", date_start=date(2024, 1, 1), date_end=date(2025, 1, 1))
    seen_at = Faker(
        "date_time_between_dates",
        datetime_start=datetime(2024, 1, 1, tzinfo=UTC),
        datetime_end=datetime(2025, 1, 1, tzinfo=UTC),
        tzinfo=UTC,
    )
    said_at = Faker(
        "date_time_between_dates",
        datetime_start=datetime(2024, 1, 1),
        datetime_end=datetime(2025, 1, 1),
    )
    opens = time(9)
    lasts = timedelta(hours=1)
    facts = LazyFunction(dict)
    tags = LazyFunction(list)
    active = False
    # shape: a polygon; decide what it is.
    maybe = None"""


def structure(name, columns, *unique):
    made = {
        column: Column(column, kind, group, group, 5 if column == "short" else None, True, False)
        for column, (kind, group) in columns.items()
    }
    uniques = tuple(Unique(one, (one,), (one,), None, False, True, False) for one in unique)
    counted = (OwnedSequence("counted", "s"),) if "counted" in columns else ()
    return TableStructure(name, "public", name, False, made, uniques, (), counted)


def code_of(model, columns, *unique, known=KNOWN, text=FILE, width=100):
    mapper = inspect(model)
    name = full_name(mapper)
    imports = Imports(text)
    writer = FactoryWriter(
        f"{model.__name__}Factory", mapper, structure(name, columns, *unique), known, imports, width
    )
    return writer.code(), imports


def test_each_column_is_filled_by_what_it_is():
    code, _ = code_of(Thing, COLUMNS, "code", "place")
    assert code == WRITTEN


def test_what_is_written_builds_and_leaves_open_what_it_says():
    class PupilFactory(BaseFactory[Pupil]):
        id = uuid.UUID(int=1)
        level = 7

    code, imports = code_of(Thing, COLUMNS, "code", "place")
    own = {"Thing": Thing, "Mood": Mood, "PupilFactory": PupilFactory}
    space = dict(own)
    exec(FILE + "\n" + code, space)  # noqa: S102 - it was written a line above
    made = space["ThingFactory"]
    assert undeclared_columns(made) == ["part_of_id", "lost_id", "shape"]
    seed_factories()
    first = made.build()
    assert first.mood in Mood
    assert isinstance(first.owner, Pupil)
    assert len(first.short) <= 5
    seed_factories()
    assert made.build().seen_at == first.seen_at
    added = imports.added_to(FILE, width=100)
    assert f"from {__name__} import Mood, Thing\n" in added


def test_joined_inheritance_declares_its_own_columns_only():
    columns = {"id": ("uuid", "uuid"), "level": ("integer", "number")}
    code, _ = code_of(Pupil, columns)
    assert code == (
        'class PupilFactory(PersonFactory[Pupil]):\n    level = Faker("random_int", min=1, max=5)'
    )
    plain = {"people": Known("PersonFactory")}
    code, _ = code_of(Pupil, columns, known=plain)
    assert code.startswith(
        "class PupilFactory(PersonFactory):\n    class Meta:\n        model = Pupil\n\n    level ="
    )


def test_a_class_of_which_nothing_can_be_known_is_one_all_the_same():
    class Outline(Base):
        __tablename__ = "outlines"
        build: Mapped[str] = mapped_column(Text, primary_key=True)
        shape: Mapped[str] = mapped_column(Text)

    code, _ = code_of(Outline, {"build": ("text", "text"), "shape": ("polygon", "other")})
    (made,) = ast.parse(code).body
    assert ast.get_docstring(made)
    assert code.endswith(
        "    # build: factories have a method of this name; see factory_boy's Meta.rename.\n"
        "    # shape: a polygon; decide what it is."
    )


@pytest.mark.parametrize("known", [{}, {"people": KNOWN["people"]}])
def test_a_parent_that_nothing_builds_is_named(known):
    with pytest.raises(MissingFactoryError, match="people"):
        code_of(Thing, COLUMNS, known=known)


def test_what_the_file_calls_things_is_used():
    text = "import datetime as dt\n\nimport factory\n\nfrom db_workflow import testdata\n"
    code, _ = code_of(Thing, COLUMNS, text=text)
    assert "class ThingFactory(testdata.BaseFactory[Thing]):" in code
    assert 'id = factory.Faker("uuid4", cast_to=None)' in code
    assert "opens = dt.time(9)" in code
