"""The tables, as of v0.4: the Python side of what `sql/` builds.

`Base.metadata.create_all` gives the same catalog as the migrations do, name by name; only
the trigger that keeps the last Master has no counterpart here. The file is long because
the workflow compares and regenerates the models as one; it reads in the order people,
curriculum, tuitions, finance, notes, timetable, devices.

Every relationship is loaded on purpose (`selectinload`, `joinedload`) or not at all: one
that was forgotten raises at the attribute, in the line that forgot it, instead of sending
a query that an async session cannot send there.
"""

import uuid
from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from sqlalchemy import (
    UUID,
    CheckConstraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Numeric,
    SmallInteger,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, ENUM, JSONB
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.orm import DeclarativeBase, Mapped, Relationship, mapped_column, relationship

from efficient_tutor_backend.database.db_enums import (
    AdminPrivilege,
    AvailabilityType,
    DatabaseEnum,
    DevicePlatform,
    EducationalSystem,
    LogCreation,
    LogStatus,
    MeetingLinkType,
    NoteType,
    RunStatus,
    StudentStatus,
    Subject,
    UserRole,
)


def _mapper_args(**arguments: Any) -> dict[str, Any]:
    """Return mapper arguments with what every table needs.

    What the server fills in comes back with the INSERT or UPDATE itself (RETURNING):
    otherwise the first look at `updated_at` after a flush would need a query.
    """
    return {"eager_defaults": True, **arguments}


class Base(DeclarativeBase):
    """What every table shares: names by convention, types by annotation."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        uuid.UUID: UUID(as_uuid=True),
        datetime: DateTime(timezone=True),
        Decimal: Numeric(10, 2),
        str: Text,
        **{
            enum: ENUM(enum, name=enum.type_name(), values_callable=lambda cls: cls.labels())
            for enum in DatabaseEnum.__subclasses__()
        },
    }
    __mapper_args__ = _mapper_args()


Id = Annotated[uuid.UUID, mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))]
CreatedAt = Annotated[datetime, mapped_column(server_default=func.now())]
UpdatedAt = Annotated[datetime, mapped_column(server_default=func.now(), onupdate=func.now())]
SmallInt = Annotated[int, mapped_column(SmallInteger)]


def _to_one(back_populates: str, **options: Any) -> Relationship[Any]:
    """Return the side of a relationship that holds the foreign key."""
    return relationship(back_populates=back_populates, lazy="raise_on_sql", **options)


def _to_many(back_populates: str, **options: Any) -> Relationship[Any]:
    """Return the other side, of a collection or of at most one.

    Deleting is left to the database (`passive_deletes="all"`): its CASCADE, SET NULL and
    RESTRICT are the rules, and the ORM would have to load every child to repeat them.
    """
    return relationship(
        back_populates=back_populates, lazy="raise_on_sql", passive_deletes="all", **options
    )


# --- People ---------------------------------------------------------------------------


class User(Base):
    """Anyone who can sign in. Every user is exactly one of the four kinds below."""

    __tablename__ = "users"
    __table_args__: Any = (
        CheckConstraint("email LIKE '%_@_%'", name="email_shape"),
        CheckConstraint("password_hash LIKE '%$argon2id$v=%'", name="password_hash_argon2id"),
        Index("uq_users_email_lower", text("lower(email)"), unique=True),
        Index("ix_users_role_active", "role", postgresql_where=text("is_active")),
    )
    __mapper_args__ = _mapper_args(polymorphic_on="role", polymorphic_abstract=True)

    id: Mapped[Id]
    email: Mapped[str]
    password_hash: Mapped[str]
    first_name: Mapped[str]
    last_name: Mapped[str]
    time_zone: Mapped[str] = mapped_column(server_default=text("'UTC'"))
    role: Mapped[UserRole]
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    is_first_sign_in: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    availability_intervals: Mapped[list["AvailabilityInterval"]] = _to_many("user")
    timetable_solutions: Mapped[list["TimetableRunUserSolution"]] = _to_many("user")
    devices: Mapped[list["UserDevice"]] = _to_many("user")


def _kind(role: UserRole) -> dict[str, Any]:
    """Return the mapper arguments of one kind of user.

    A query for users loads each kind's own columns along (one SELECT per kind it meets):
    like a relationship, they could not be fetched at attribute access.
    """
    return _mapper_args(polymorphic_identity=role, polymorphic_load="selectin")


class Admin(User):
    """A user who runs the house. At most one is Master, and the last one stays."""

    __tablename__ = "admins"
    __table_args__ = (
        Index(
            "uq_admins_one_master",
            "privilege",
            unique=True,
            postgresql_where=text("privilege = 'Master'"),
        ),
    )
    __mapper_args__ = _kind(UserRole.ADMIN)

    id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    privilege: Mapped[AdminPrivilege] = mapped_column(server_default=text("'Normal'"))


class Teacher(User):
    """A user who teaches, and is paid in one currency."""

    __tablename__ = "teachers"
    __table_args__ = (CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),)
    __mapper_args__ = _kind(UserRole.TEACHER)

    id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    currency: Mapped[str]
    birth_date: Mapped[date | None]

    specialties: Mapped[list["TeacherSpecialty"]] = _to_many("teacher")
    tuition_logs: Mapped[list["TuitionLog"]] = _to_many("teacher")
    payment_logs: Mapped[list["PaymentLog"]] = _to_many("teacher")
    notes: Mapped[list["Note"]] = _to_many("teacher")


class Parent(User):
    """A user who pays, in one currency."""

    __tablename__ = "parents"
    __table_args__ = (CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),)
    __mapper_args__ = _kind(UserRole.PARENT)

    id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    currency: Mapped[str]

    # Named, because both ends also reach `users`: there is more than one path.
    students: Mapped[list["Student"]] = _to_many("parent", foreign_keys="Student.parent_id")
    tuition_template_charges: Mapped[list["TuitionTemplateCharge"]] = _to_many("parent")
    tuition_log_charges: Mapped[list["TuitionLogCharge"]] = _to_many("parent")
    payment_logs: Mapped[list["PaymentLog"]] = _to_many("parent")


class Student(User):
    """A user who is taught. `cost` is per lesson, unless a tuition says otherwise."""

    __tablename__ = "students"
    __table_args__ = (
        CheckConstraint("cost >= 0", name="cost"),
        CheckConstraint(
            "min_lessons_per_week >= 0 AND max_lessons_per_week >= min_lessons_per_week",
            name="lessons_per_week",
        ),
        CheckConstraint("grade BETWEEN 1 AND 13", name="grade"),
    )
    __mapper_args__ = _kind(UserRole.STUDENT)

    id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    parent_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("parents.id", ondelete="RESTRICT"), index=True
    )
    status: Mapped[StudentStatus] = mapped_column(server_default=text("'NONE'"))
    cost: Mapped[Decimal] = mapped_column(server_default=text("0"))
    min_lessons_per_week: Mapped[SmallInt] = mapped_column(server_default=text("0"))
    max_lessons_per_week: Mapped[SmallInt] = mapped_column(server_default=text("7"))
    # One-time password, in clear until its first use, then None.
    generated_password: Mapped[str | None]
    educational_system: Mapped[EducationalSystem]
    grade: Mapped[SmallInt]

    parent: Mapped["Parent"] = _to_one("students", foreign_keys="Student.parent_id")
    subjects: Mapped[list["StudentSubject"]] = _to_many("student")
    subject_sharings: Mapped[list["StudentSubjectSharing"]] = _to_many("student")
    tuition_template_charges: Mapped[list["TuitionTemplateCharge"]] = _to_many("student")
    tuition_log_charges: Mapped[list["TuitionLogCharge"]] = _to_many("student")
    notes: Mapped[list["Note"]] = _to_many("student")


# --- Curriculum -----------------------------------------------------------------------


def _specialty_key(name: str) -> ForeignKeyConstraint:
    """Return the four-column key of a plan that must match a teacher's specialty."""
    columns = ("teacher_id", "subject", "educational_system", "grade")
    return ForeignKeyConstraint(
        columns,
        [f"teacher_specialties.{column}" for column in columns],
        name=name,
        onupdate="CASCADE",
        ondelete="RESTRICT",
    )


class TeacherSpecialty(Base):
    """What a teacher teaches, at which level."""

    __tablename__ = "teacher_specialties"
    __table_args__ = (
        UniqueConstraint(
            "teacher_id",
            "subject",
            "educational_system",
            "grade",
            name="uq_teacher_specialties_specialty",
        ),
        CheckConstraint("grade BETWEEN 1 AND 13", name="grade"),
    )

    id: Mapped[Id]
    teacher_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("teachers.id", ondelete="CASCADE"))
    subject: Mapped[Subject]
    educational_system: Mapped[EducationalSystem]
    grade: Mapped[SmallInt]

    teacher: Mapped["Teacher"] = _to_one("specialties")
    student_subjects: Mapped[list["StudentSubject"]] = _to_many("specialty")
    tuitions: Mapped[list["Tuition"]] = _to_many("specialty")


class StudentSubject(Base):
    """What a student takes, and with whom."""

    __tablename__ = "student_subjects"
    __table_args__ = (
        _specialty_key("fk_student_subjects_specialty"),
        UniqueConstraint(
            "student_id",
            "teacher_id",
            "subject",
            "educational_system",
            "grade",
            name="uq_student_subjects_student_id_specialty",
        ),
        CheckConstraint("lessons_per_week >= 1", name="lessons_per_week"),
        Index(
            "ix_student_subjects_specialty",
            "teacher_id",
            "subject",
            "educational_system",
            "grade",
        ),
    )

    id: Mapped[Id]
    student_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("students.id", ondelete="CASCADE"))
    teacher_id: Mapped[uuid.UUID]
    subject: Mapped[Subject]
    lessons_per_week: Mapped[SmallInt] = mapped_column(server_default=text("1"))
    educational_system: Mapped[EducationalSystem]
    grade: Mapped[SmallInt]

    student: Mapped["Student"] = _to_one("subjects")
    specialty: Mapped["TeacherSpecialty"] = _to_one("student_subjects")
    sharings: Mapped[list["StudentSubjectSharing"]] = _to_many("student_subject")
    shared_with: AssociationProxy[list["Student"]] = association_proxy(
        "sharings", "student", creator=lambda student: StudentSubjectSharing(student=student)
    )


class StudentSubjectSharing(Base):
    """Another student who sits in a student's lessons of a subject."""

    __tablename__ = "student_subject_sharings"

    student_subject_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("student_subjects.id", ondelete="CASCADE"), primary_key=True
    )
    student_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("students.id", ondelete="CASCADE"), primary_key=True, index=True
    )

    student_subject: Mapped["StudentSubject"] = _to_one("sharings")
    student: Mapped["Student"] = _to_one("subject_sharings")


# --- Tuitions -------------------------------------------------------------------------


class Tuition(Base):
    """A planned lesson. Since v0.3 its id is derived from what it identifies."""

    __tablename__ = "tuitions"
    __table_args__ = (
        _specialty_key("fk_tuitions_specialty"),
        CheckConstraint("lesson_index >= 1", name="lesson_index"),
        CheckConstraint(
            "min_duration_minutes >= 0 AND max_duration_minutes >= min_duration_minutes",
            name="duration",
        ),
        Index("ix_tuitions_specialty", "teacher_id", "subject", "educational_system", "grade"),
    )

    id: Mapped[Id]
    teacher_id: Mapped[uuid.UUID]
    subject: Mapped[Subject]
    lesson_index: Mapped[SmallInt] = mapped_column(server_default=text("1"))
    min_duration_minutes: Mapped[int] = mapped_column(server_default=text("60"))
    max_duration_minutes: Mapped[int] = mapped_column(server_default=text("90"))
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
    educational_system: Mapped[EducationalSystem]
    grade: Mapped[SmallInt]

    specialty: Mapped["TeacherSpecialty"] = _to_one("tuitions")
    template_charges: Mapped[list["TuitionTemplateCharge"]] = _to_many("tuition")
    meeting_link: Mapped["MeetingLink | None"] = _to_many("tuition")
    logs: Mapped[list["TuitionLog"]] = _to_many("tuition")
    timetable_slots: Mapped[list["TimetableSolutionSlot"]] = _to_many("tuition")


class TuitionTemplateCharge(Base):
    """A student of a tuition, what each lesson will cost, and who will pay."""

    __tablename__ = "tuition_template_charges"
    __table_args__ = (
        UniqueConstraint("tuition_id", "student_id"),
        CheckConstraint("cost >= 0", name="cost"),
    )

    id: Mapped[Id]
    tuition_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("tuitions.id", onupdate="CASCADE", ondelete="CASCADE")
    )
    student_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("students.id", ondelete="CASCADE"), index=True
    )
    parent_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("parents.id", ondelete="RESTRICT"), index=True
    )
    cost: Mapped[Decimal]

    tuition: Mapped["Tuition"] = _to_one("template_charges")
    student: Mapped["Student"] = _to_one("tuition_template_charges")
    parent: Mapped["Parent"] = _to_one("tuition_template_charges")


class MeetingLink(Base):
    """Where an online tuition meets."""

    __tablename__ = "meeting_links"
    __table_args__ = (UniqueConstraint("tuition_id"),)

    id: Mapped[Id]
    tuition_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("tuitions.id", onupdate="CASCADE", ondelete="CASCADE")
    )
    link_type: Mapped[MeetingLinkType]
    url: Mapped[str]
    meeting_id: Mapped[str | None]
    password: Mapped[str | None]

    tuition: Mapped["Tuition"] = _to_one("meeting_link")


# --- Finance --------------------------------------------------------------------------


class TuitionLog(Base):
    """A lesson that took place. Never edited: voided, and corrected by another."""

    __tablename__ = "tuition_logs"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="order"),
        CheckConstraint("corrected_from_id <> id", name="corrected_from_id"),
        CheckConstraint("grade BETWEEN 1 AND 13", name="grade"),
        Index(
            "ix_tuition_logs_active",
            "teacher_id",
            text("starts_at DESC"),
            postgresql_where=text("status = 'ACTIVE'"),
        ),
    )

    id: Mapped[Id]
    tuition_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("tuitions.id", onupdate="CASCADE", ondelete="SET NULL"), index=True
    )
    teacher_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("teachers.id", ondelete="RESTRICT"), index=True
    )
    subject: Mapped[Subject]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    status: Mapped[LogStatus] = mapped_column(server_default=text("'ACTIVE'"))
    creation: Mapped[LogCreation] = mapped_column(server_default=text("'SCHEDULED'"))
    corrected_from_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("tuition_logs.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
    educational_system: Mapped[EducationalSystem]
    grade: Mapped[SmallInt]

    tuition: Mapped["Tuition | None"] = _to_one("logs")
    teacher: Mapped["Teacher"] = _to_one("tuition_logs")
    charges: Mapped[list["TuitionLogCharge"]] = _to_many("tuition_log")
    corrected_from: Mapped["TuitionLog | None"] = _to_one(
        "corrections", remote_side="TuitionLog.id"
    )
    corrections: Mapped[list["TuitionLog"]] = _to_many("corrected_from")


class TuitionLogCharge(Base):
    """What a lesson cost one student, and who owes it: as agreed on the day."""

    __tablename__ = "tuition_log_charges"
    __table_args__ = (
        UniqueConstraint("tuition_log_id", "student_id"),
        CheckConstraint("cost >= 0", name="cost"),
    )

    id: Mapped[Id]
    tuition_log_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("tuition_logs.id", ondelete="CASCADE")
    )
    student_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("students.id", ondelete="RESTRICT"), index=True
    )
    parent_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("parents.id", ondelete="RESTRICT"), index=True
    )
    cost: Mapped[Decimal]

    tuition_log: Mapped["TuitionLog"] = _to_one("charges")
    student: Mapped["Student"] = _to_one("tuition_log_charges")
    parent: Mapped["Parent"] = _to_one("tuition_log_charges")


class PaymentLog(Base):
    """What a parent paid to a teacher. Corrected like a lesson."""

    __tablename__ = "payment_logs"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("corrected_from_id <> id", name="corrected_from_id"),
        Index("ix_payment_logs_parent_id_paid_at", "parent_id", text("paid_at DESC")),
    )

    id: Mapped[Id]
    parent_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("parents.id", ondelete="RESTRICT"))
    teacher_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("teachers.id", ondelete="RESTRICT"), index=True
    )
    amount: Mapped[Decimal]
    paid_at: Mapped[datetime]
    status: Mapped[LogStatus] = mapped_column(server_default=text("'ACTIVE'"))
    notes: Mapped[str | None]
    corrected_from_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("payment_logs.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    parent: Mapped["Parent"] = _to_one("payment_logs")
    teacher: Mapped["Teacher"] = _to_one("payment_logs")
    corrected_from: Mapped["PaymentLog | None"] = _to_one(
        "corrections", remote_side="PaymentLog.id"
    )
    corrections: Mapped[list["PaymentLog"]] = _to_many("corrected_from")


# --- Notes ----------------------------------------------------------------------------


class Note(Base):
    """Material that a teacher leaves for a student."""

    __tablename__ = "notes"

    id: Mapped[Id]
    teacher_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("teachers.id", ondelete="CASCADE"), index=True
    )
    student_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("students.id", ondelete="CASCADE"), index=True
    )
    subject: Mapped[Subject]
    note_type: Mapped[NoteType]
    name: Mapped[str]
    description: Mapped[str | None]
    url: Mapped[str]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    teacher: Mapped["Teacher"] = _to_one("notes")
    student: Mapped["Student"] = _to_one("notes")


# --- Timetable ------------------------------------------------------------------------


class AvailabilityInterval(Base):
    """When a user cannot come, each week. Wall-clock times of the business's week."""

    __tablename__ = "availability_intervals"
    __table_args__ = (
        CheckConstraint("day_of_week BETWEEN 1 AND 7", name="day_of_week"),
        CheckConstraint("end_time > start_time", name="order"),
        Index(None, "user_id", "day_of_week"),
    )

    id: Mapped[Id]
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    day_of_week: Mapped[SmallInt]
    start_time: Mapped[time]
    end_time: Mapped[time]
    availability_type: Mapped[AvailabilityType]

    user: Mapped["User"] = _to_one("availability_intervals")
    timetable_slots: Mapped[list["TimetableSolutionSlot"]] = _to_many("availability_interval")


class TimetableRun(Base):
    """A run of the solver. `parameters` is a value: assign a new one to change it."""

    __tablename__ = "timetable_runs"
    __table_args__ = (
        CheckConstraint("jsonb_typeof(parameters) = 'object'", name="parameters"),
        CheckConstraint("finished_at >= created_at", name="order"),
        Index(
            "ix_timetable_runs_newest",
            text("created_at DESC"),
            postgresql_where=text("status <> 'FAILED'"),
        ),
    )

    id: Mapped[Id]
    status: Mapped[RunStatus]
    parameters: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    created_at: Mapped[CreatedAt]
    finished_at: Mapped[datetime | None]

    solutions: Mapped[list["TimetableRunUserSolution"]] = _to_many("run")
    calendar_events: Mapped[list["CalendarEvent"]] = _to_many("run")


class TimetableRunUserSolution(Base):
    """What a run found for one user."""

    __tablename__ = "timetable_run_user_solutions"
    __table_args__ = (UniqueConstraint("run_id", "user_id"),)

    id: Mapped[Id]
    run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("timetable_runs.id", ondelete="CASCADE"))
    user_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )

    run: Mapped["TimetableRun"] = _to_one("solutions")
    user: Mapped["User"] = _to_one("timetable_solutions")
    slots: Mapped[list["TimetableSolutionSlot"]] = _to_many("solution")


class TimetableSolutionSlot(Base):
    """A block in a user's week: a tuition, or time that the user is not available."""

    __tablename__ = "timetable_solution_slots"
    __table_args__ = (
        CheckConstraint("day_of_week BETWEEN 1 AND 7", name="day_of_week"),
        CheckConstraint("end_time > start_time", name="order"),
        CheckConstraint(
            "num_nonnulls(tuition_id, availability_interval_id) = 1", name="one_source"
        ),
        Index(None, "participants", postgresql_using="gin"),
    )

    id: Mapped[Id]
    solution_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("timetable_run_user_solutions.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str]
    day_of_week: Mapped[SmallInt]
    start_time: Mapped[time]
    end_time: Mapped[time]
    # A snapshot of who was in the block when the run was made; no foreign key on purpose.
    participants: Mapped[list[uuid.UUID]] = mapped_column(
        ARRAY(UUID(as_uuid=True)), server_default=text("'{}'")
    )
    tuition_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("tuitions.id", onupdate="CASCADE", ondelete="CASCADE"), index=True
    )
    availability_interval_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("availability_intervals.id", ondelete="CASCADE"), index=True
    )

    solution: Mapped["TimetableRunUserSolution"] = _to_one("slots")
    tuition: Mapped["Tuition | None"] = _to_one("timetable_slots")
    availability_interval: Mapped["AvailabilityInterval | None"] = _to_one("timetable_slots")


class CalendarEvent(Base):
    """An event sent to people's calendars; its key makes sending it again harmless."""

    __tablename__ = "calendar_events"
    __table_args__ = (
        UniqueConstraint("run_id", "event_key"),
        CheckConstraint("ends_at > starts_at", name="order"),
    )

    id: Mapped[Id]
    run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("timetable_runs.id", ondelete="CASCADE"))
    event_key: Mapped[str]
    title: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    run: Mapped["TimetableRun"] = _to_one("calendar_events")


# --- Devices --------------------------------------------------------------------------


class UserDevice(Base):
    """A phone or browser of a user's that receives notifications."""

    __tablename__ = "user_devices"
    __table_args__ = (UniqueConstraint("push_token"),)

    id: Mapped[Id]
    user_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    platform: Mapped[DevicePlatform]
    push_token: Mapped[str]
    last_seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    created_at: Mapped[CreatedAt]

    user: Mapped["User"] = _to_one("devices")
