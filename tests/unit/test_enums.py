"""The enums say what the SQL files build, in the same order."""

import re
from pathlib import Path

import pytest

from efficient_tutor_backend.database import db_enums
from efficient_tutor_backend.database.db_enums import AvailabilityType, DatabaseEnum
from efficient_tutor_backend.database.models import Base

SQL = Path(db_enums.__file__).parent / "sql"
ENUMS = DatabaseEnum.__subclasses__()


def built_by_sql():
    """Return the labels of each type as the SQL files create and extend it, in order."""
    types = {}
    for path in sorted(SQL.rglob("*.sql")):
        text = path.read_text("utf-8")
        for name, labels in re.findall(r"CREATE TYPE (\w+) AS ENUM \(([^)]*)\)", text):
            types[name] = re.findall(r"'([^']*)'", labels)
        for name, label in re.findall(r"ALTER TYPE (\w+) ADD VALUE '([^']*)'", text):
            types[name].append(label)
    return types


@pytest.mark.parametrize("enum", ENUMS, ids=lambda enum: enum.__name__)
def test_labels_and_their_order_are_those_of_the_sql_files(enum):
    assert enum.labels() == built_by_sql()[enum.type_name()]


def test_every_type_of_the_sql_files_has_an_enum():
    assert built_by_sql().keys() == {enum.type_name() for enum in ENUMS}


def test_the_type_name_is_the_class_name_in_snake_case():
    assert AvailabilityType.type_name() == "availability_type"
    assert db_enums.MeetingLinkType.type_name() == "meeting_link_type"


def test_every_enum_is_exported():
    assert {enum.__name__ for enum in ENUMS} | {"DatabaseEnum"} == set(db_enums.__all__)


def test_a_member_is_its_label_as_text():
    assert db_enums.EducationalSystem("National-EG") == "National-EG"
    assert f"{db_enums.EducationalSystem.NATIONAL_EG}" == "National-EG"


def test_columns_write_labels_and_not_member_names():
    role = Base.metadata.tables["users"].c.role.type
    assert role.enums == ["admin", "parent", "student", "teacher"]
    assert role.name == "user_role"
