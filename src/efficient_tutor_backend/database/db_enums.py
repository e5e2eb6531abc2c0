"""The enums that Python and PostgreSQL share.

Values and their order are the database's: members compare and sort there by position,
so a new value goes where its migration put it.
"""

import re
from enum import StrEnum

__all__ = [
    "AdminPrivilege",
    "AvailabilityType",
    "DatabaseEnum",
    "DevicePlatform",
    "EducationalSystem",
    "LogCreation",
    "LogStatus",
    "MeetingLinkType",
    "NoteType",
    "RunStatus",
    "StudentStatus",
    "Subject",
    "UserRole",
]


class DatabaseEnum(StrEnum):
    """A PostgreSQL enum type: its labels are the members' values."""

    @classmethod
    def type_name(cls) -> str:
        """Return the name of the type in PostgreSQL.

        >>> MeetingLinkType.type_name()
        'meeting_link_type'
        """
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    @classmethod
    def labels(cls) -> list[str]:
        """Return the labels in the database's order."""
        return [member.value for member in cls]


class UserRole(DatabaseEnum):
    """Which of the four kinds a user is."""

    ADMIN = "admin"
    PARENT = "parent"
    STUDENT = "student"
    TEACHER = "teacher"


class AdminPrivilege(DatabaseEnum):
    """What an admin may do, least first."""

    READ_ONLY = "ReadOnly"
    NORMAL = "Normal"
    MASTER = "Master"


class StudentStatus(DatabaseEnum):
    """A student's rank in the house."""

    NONE = "NONE"
    ALPHA = "Alpha"
    OMEGA = "Omega"
    SIGMA = "Sigma"
    HIM = "HIM"


class Subject(DatabaseEnum):
    """What is taught."""

    MATH = "Math"
    PHYSICS = "Physics"
    CHEMISTRY = "Chemistry"
    BIOLOGY = "Biology"
    IT = "IT"
    GEOGRAPHY = "Geography"


class EducationalSystem(DatabaseEnum):
    """The curriculum a student follows."""

    IGCSE = "IGCSE"
    SAT = "SAT"
    NATIONAL_EG = "National-EG"
    NATIONAL_KW = "National-KW"


class LogStatus(DatabaseEnum):
    """Whether a log counts."""

    ACTIVE = "ACTIVE"
    VOID = "VOID"


class LogCreation(DatabaseEnum):
    """Whether a lesson came from the timetable or was entered by hand."""

    SCHEDULED = "SCHEDULED"
    CUSTOM = "CUSTOM"


class MeetingLinkType(DatabaseEnum):
    """Where an online lesson meets."""

    GOOGLE_MEET = "GOOGLE_MEET"
    ZOOM = "ZOOM"


class NoteType(DatabaseEnum):
    """What kind of material a note is."""

    STUDY_NOTES = "STUDY_NOTES"
    HOMEWORK = "HOMEWORK"
    PAST_PAPERS = "PAST_PAPERS"


class AvailabilityType(DatabaseEnum):
    """Why a user is not available."""

    SLEEP = "sleep"
    SCHOOL = "school"
    SPORTS = "sports"
    OTHERS = "others"
    WORK = "work"
    PERSONAL = "personal"


class RunStatus(DatabaseEnum):
    """How a timetable run ended, or that it was made by hand."""

    SUCCESS = "SUCCESS"
    FAILED = "FAILED"
    MANUAL = "MANUAL"


class DevicePlatform(DatabaseEnum):
    """What a user's device runs."""

    IOS = "IOS"
    ANDROID = "ANDROID"
    WEB = "WEB"
