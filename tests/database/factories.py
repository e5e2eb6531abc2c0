"""One factory per model: a complete, valid object from nothing but a name.

    student = await StudentFactory.create(db_session, parent=parent, grade=11)
    tuitions = await TuitionFactory.create_batch(db_session, 3, specialty__subject=Subject.MATH)

A factory builds what its object needs (a student's parent, a tuition's specialty and with it a
teacher), unless it is given; a foreign key that is given builds nothing. The seeder fills with
these what manual rows leave open. Everything is drawn from Faker's seeded generator, and nothing
depends on today's date: the same seed gives the same rows on any day.

Long, because the workflow wants all of them in this file; in the order of models.py.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar

from factory import Faker, LazyAttribute, List, Maybe, SelfAttribute, Sequence, SubFactory, Trait

from db_workflow.testdata import BaseFactory
from efficient_tutor_backend.database.db_enums import (
    AdminPrivilege,
    AvailabilityType,
    DevicePlatform,
    EducationalSystem,
    LogCreation,
    LogStatus,
    MeetingLinkType,
    NoteType,
    RunStatus,
    StudentStatus,
    Subject,
)
from efficient_tutor_backend.database.models import (
    Admin,
    AvailabilityInterval,
    CalendarEvent,
    MeetingLink,
    Note,
    Parent,
    PaymentLog,
    Student,
    StudentSubject,
    StudentSubjectSharing,
    Teacher,
    TeacherSpecialty,
    TimetableRun,
    TimetableRunUserSolution,
    TimetableSolutionSlot,
    Tuition,
    TuitionLog,
    TuitionLogCharge,
    TuitionTemplateCharge,
    User,
    UserDevice,
)

ModelT = TypeVar("ModelT")
UserT = TypeVar("UserT", bound=User)

# Argon2id of "public-test-password", the same as in generate_test_data.py: hashing takes 20 ms,
# too long for each of a thousand users.
TEST_PASSWORD_HASH = (
    "$argon2id$v=19$m=19456,t=2,p=1$TcBoZcce8idTi+8jI7duhA"
    "$y6f+11Ayz9PZ4NoCYiSMYxzgIrKmKNHfP0Q8hCJAu+I"
)

# Known before the INSERT, so that children and tests can refer to it.
ID = Faker("uuid4", cast_to=None)
INSTANT = Faker(
    "date_time_between_dates",
    datetime_start=datetime(2024, 9, 1, tzinfo=UTC),
    datetime_end=datetime(2025, 6, 1, tzinfo=UTC),
    tzinfo=UTC,
)
SUBJECT = Faker("enum", enum_cls=Subject)
SYSTEM = Faker("enum", enum_cls=EducationalSystem)
GRADE = Faker("random_int", min=7, max=12)
CURRENCY = Faker("random_element", elements=("EGP", "EUR", "GBP", "KWD", "USD"))
PRICE = Faker("pydecimal", min_value=50, max_value=400, right_digits=2)
DAY = Faker("random_int", min=1, max=7)
START = Faker("random_element", elements=[time(hour) for hour in range(8, 22)])
AN_HOUR_LATER = LazyAttribute(lambda block: block.start_time.replace(block.start_time.hour + 1))


def taken_from(other: str, path: str, *, otherwise: Any) -> Maybe:
    """Return what an object that was built or given says; without one, a value of its own."""
    return Maybe(other, SelfAttribute(f"{other}.{path}"), otherwise)


# --- People ---------------------------------------------------------------------------


class UserFactory(BaseFactory[UserT]):
    """What the four kinds have in common; nobody is a user and nothing else."""

    class Meta:
        model = User
        abstract = True

    id = ID
    email = Sequence(lambda number: f"person{number}@example.test")
    password_hash = TEST_PASSWORD_HASH
    first_name = Faker("first_name")
    last_name = Faker("last_name")
    time_zone = Faker("random_element", elements=("Africa/Cairo", "Asia/Kuwait", "Europe/London"))
    is_active = True
    is_first_sign_in = False
    created_at = INSTANT
    updated_at = SelfAttribute("created_at")


class AdminFactory(UserFactory[Admin]):
    privilege = AdminPrivilege.NORMAL  # there is at most one Master


class TeacherFactory(UserFactory[Teacher]):
    currency = CURRENCY
    birth_date = Faker("date_between_dates", date_start=date(1965, 1, 1), date_end=date(2000, 1, 1))


class ParentFactory(UserFactory[Parent]):
    currency = CURRENCY


class StudentFactory(UserFactory[Student]):
    parent = SubFactory(ParentFactory)
    status = Faker("enum", enum_cls=StudentStatus)
    cost = PRICE
    min_lessons_per_week = Faker("random_int", min=0, max=2)
    max_lessons_per_week = Faker("random_int", min=3, max=7)
    generated_password = None  # has signed in
    educational_system = SYSTEM
    grade = GRADE


# --- Curriculum -----------------------------------------------------------------------


class TeacherSpecialtyFactory(BaseFactory[TeacherSpecialty]):
    id = ID
    teacher = SubFactory(TeacherFactory)
    teacher_id = SelfAttribute("teacher.id")
    subject = SUBJECT
    educational_system = SYSTEM
    grade = GRADE


class SpecialtyFactory(BaseFactory[ModelT]):
    """What is taught by a specialty. Choose it there: `specialty__subject=Subject.MATH`.

    Only all four columns together stand for a specialty that is there already.
    """

    class Meta:
        abstract = True

    id = ID
    specialty = SubFactory(TeacherSpecialtyFactory)
    teacher_id = SelfAttribute("specialty.teacher_id")
    subject = SelfAttribute("specialty.subject")
    educational_system = SelfAttribute("specialty.educational_system")
    grade = SelfAttribute("specialty.grade")


class StudentSubjectFactory(SpecialtyFactory[StudentSubject]):
    student = SubFactory(
        StudentFactory,
        educational_system=SelfAttribute("..educational_system"),
        grade=SelfAttribute("..grade"),
    )
    lessons_per_week = Faker("random_int", min=1, max=3)


class StudentSubjectSharingFactory(BaseFactory[StudentSubjectSharing]):
    student_subject = SubFactory(StudentSubjectFactory)
    student = SubFactory(StudentFactory)


# --- Tuitions -------------------------------------------------------------------------


class TuitionFactory(SpecialtyFactory[Tuition]):
    lesson_index = 1
    min_duration_minutes = Faker("random_element", elements=(45, 60, 90))
    max_duration_minutes = LazyAttribute(lambda tuition: tuition.min_duration_minutes + 30)
    created_at = INSTANT
    updated_at = SelfAttribute("created_at")


class TuitionTemplateChargeFactory(BaseFactory[TuitionTemplateCharge]):
    id = ID
    tuition = SubFactory(TuitionFactory)
    student = SubFactory(StudentFactory)
    parent = taken_from("student", "parent", otherwise=SubFactory(ParentFactory))
    cost = taken_from("student", "cost", otherwise=PRICE)


class MeetingLinkFactory(BaseFactory[MeetingLink]):
    id = ID
    tuition = SubFactory(TuitionFactory)
    link_type = Faker("enum", enum_cls=MeetingLinkType)
    url = Faker("numerify", text="https://meet.example.test/###-####-###")
    meeting_id = Faker("numerify", text="%## #### ####")
    password = Faker("bothify", text="??##??")


# --- Finance --------------------------------------------------------------------------


class TuitionLogFactory(BaseFactory[TuitionLog]):
    """A lesson held as planned. `tuition=None` is one whose plan is gone."""

    id = ID
    tuition = SubFactory(TuitionFactory)
    teacher = taken_from("tuition", "specialty.teacher", otherwise=SubFactory(TeacherFactory))
    subject = taken_from("tuition", "subject", otherwise=SUBJECT)
    educational_system = taken_from("tuition", "educational_system", otherwise=SYSTEM)
    grade = taken_from("tuition", "grade", otherwise=GRADE)
    starts_at = INSTANT
    ends_at = LazyAttribute(lambda log: log.starts_at + timedelta(hours=1))
    status = LogStatus.ACTIVE
    creation = LogCreation.SCHEDULED
    corrected_from = None
    created_at = SelfAttribute("ends_at")
    updated_at = SelfAttribute("created_at")


class TuitionLogChargeFactory(BaseFactory[TuitionLogCharge]):
    id = ID
    tuition_log = SubFactory(TuitionLogFactory)
    student = SubFactory(StudentFactory)
    parent = taken_from("student", "parent", otherwise=SubFactory(ParentFactory))
    cost = taken_from("student", "cost", otherwise=PRICE)


class PaymentLogFactory(BaseFactory[PaymentLog]):
    id = ID
    parent = SubFactory(ParentFactory)
    teacher = SubFactory(TeacherFactory)
    amount = PRICE
    paid_at = INSTANT
    status = LogStatus.ACTIVE
    notes = Faker("sentence")
    corrected_from = None
    created_at = SelfAttribute("paid_at")
    updated_at = SelfAttribute("created_at")


# --- Notes ----------------------------------------------------------------------------


class NoteFactory(BaseFactory[Note]):
    id = ID
    teacher = SubFactory(TeacherFactory)
    student = SubFactory(StudentFactory)
    subject = SUBJECT
    note_type = Faker("enum", enum_cls=NoteType)
    name = Faker("sentence", nb_words=3)
    description = Faker("paragraph")
    url = Faker("numerify", text="https://files.example.test/######.pdf")
    created_at = INSTANT
    updated_at = SelfAttribute("created_at")


# --- Timetable ------------------------------------------------------------------------


class AvailabilityIntervalFactory(BaseFactory[AvailabilityInterval]):
    id = ID
    user = SubFactory(StudentFactory)
    day_of_week = DAY
    start_time = START
    end_time = AN_HOUR_LATER
    availability_type = Faker("enum", enum_cls=AvailabilityType)


class TimetableRunFactory(BaseFactory[TimetableRun]):
    id = ID
    status = RunStatus.SUCCESS
    parameters = LazyAttribute(lambda _: {"source": "factory"})  # a new one for each run
    created_at = INSTANT
    finished_at = LazyAttribute(lambda run: run.created_at + timedelta(minutes=2))


class TimetableRunUserSolutionFactory(BaseFactory[TimetableRunUserSolution]):
    id = ID
    run = SubFactory(TimetableRunFactory)
    user = SubFactory(StudentFactory)


class TimetableSolutionSlotFactory(BaseFactory[TimetableSolutionSlot]):
    """A block for a tuition; with `busy=True`, one in which the user cannot come."""

    class Params:
        busy = Trait(
            tuition=None,
            availability_interval=SubFactory(
                AvailabilityIntervalFactory, user=SelfAttribute("..solution.user")
            ),
        )

    id = ID
    solution = SubFactory(TimetableRunUserSolutionFactory)
    name = Faker("sentence", nb_words=3)
    day_of_week = DAY
    start_time = START
    end_time = AN_HOUR_LATER
    participants = List([ID])
    tuition = SubFactory(TuitionFactory)
    availability_interval = None  # a slot has exactly one source


class CalendarEventFactory(BaseFactory[CalendarEvent]):
    id = ID
    run = SubFactory(TimetableRunFactory)
    event_key = Sequence(lambda number: f"event-{number}")
    title = Faker("sentence", nb_words=3)
    starts_at = INSTANT
    ends_at = LazyAttribute(lambda event: event.starts_at + timedelta(hours=1))


# --- Devices --------------------------------------------------------------------------


class UserDeviceFactory(BaseFactory[UserDevice]):
    id = ID
    user = SubFactory(ParentFactory)
    platform = Faker("enum", enum_cls=DevicePlatform)
    push_token = Sequence(lambda number: f"factory-device-{number}")
    created_at = INSTANT
    last_seen_at = LazyAttribute(lambda device: device.created_at + timedelta(days=1))
