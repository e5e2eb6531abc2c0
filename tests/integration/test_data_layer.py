"""The rules of the domain, kept by the database and reachable through the models.

Each test makes its own rows; what else the database holds does not matter. The file is long
because it is the whole rule book in one place, in sections that can be read one at a time.
"""

import uuid
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, InvalidRequestError
from sqlalchemy.orm import selectinload

from efficient_tutor_backend.database.db_enums import (
    AdminPrivilege,
    AvailabilityType,
    DevicePlatform,
    EducationalSystem,
    LogStatus,
    MeetingLinkType,
    NoteType,
    RunStatus,
    StudentStatus,
    Subject,
    UserRole,
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

# Enough of one for the database, which looks at the algorithm; nobody signs in here.
HASH = "$argon2id$v=19$m=19456,t=2,p=1$"
LEVEL = {"subject": Subject.MATH, "educational_system": EducationalSystem.IGCSE, "grade": 10}
NOON = datetime(2031, 5, 4, 12, tzinfo=UTC)


def person(first_name):
    return {
        "email": f"{uuid.uuid4()}@example.org",
        "password_hash": HASH,
        "first_name": first_name,
        "last_name": "Test",
    }


def a_teacher():
    return Teacher(**person("Tara"), currency="EGP", birth_date=date(1988, 2, 29))


def a_parent():
    return Parent(**person("Pia"), currency="KWD")


def a_student(parent, **values):
    values = {"educational_system": EducationalSystem.IGCSE, "grade": 10, **values}
    return Student(**person("Sam"), parent=parent, **values)


def an_interval(user, **values):
    return AvailabilityInterval(
        user=user,
        **{
            "day_of_week": 1,
            "start_time": time(8),
            "end_time": time(14),
            "availability_type": AvailabilityType.SCHOOL,
            **values,
        },
    )


class Lesson:
    """A tuition with everyone and everything around it."""

    def __init__(self):
        self.teacher = a_teacher()
        self.parent = a_parent()
        self.student = a_student(self.parent)
        self.specialty = TeacherSpecialty(teacher=self.teacher, **LEVEL)
        self.tuition = Tuition(specialty=self.specialty)
        self.charge = TuitionTemplateCharge(
            tuition=self.tuition, student=self.student, parent=self.parent, cost=Decimal("10.00")
        )

    def log(self, **values):
        keys = {"tuition_id": self.tuition.id, "teacher_id": self.teacher.id}
        hour = {"starts_at": NOON, "ends_at": NOON + timedelta(hours=1)}
        return TuitionLog(**keys, **LEVEL, **{**hour, **values})


async def save(session, *rows):
    session.add_all(rows)
    await session.flush()


async def refused(session, *rows, by):
    """Assert that the rows are refused by the constraint of that name.

    Rows name what is stored already by its key: through a relationship they would hang on to
    it after they were refused.
    """
    with pytest.raises(IntegrityError, match=by):
        async with session.begin_nested():
            await save(session, *rows)


async def count(session, model, **values):
    return await session.scalar(select(func.count()).select_from(model).filter_by(**values))


@pytest.fixture
async def lesson(db_session):
    lesson = Lesson()
    await save(db_session, lesson.charge)
    return lesson


# --- Values that the database refuses ---------------------------------------------------


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"day_of_week": 0}, "ck_availability_intervals_day_of_week"),
        ({"day_of_week": 8}, "ck_availability_intervals_day_of_week"),
        ({"end_time": time(8)}, "ck_availability_intervals_order"),
        ({"end_time": time(7, 59)}, "ck_availability_intervals_order"),
    ],
)
async def test_an_interval_is_on_a_day_and_ends_after_it_starts(db_session, values, constraint):
    await refused(db_session, an_interval(a_parent(), **values), by=constraint)


@pytest.mark.parametrize("day", [1, 7])
async def test_monday_and_sunday_are_days(db_session, day):
    await save(db_session, an_interval(a_parent(), day_of_week=day))


@pytest.mark.parametrize("durations", [(90, 60), (-1, 60)])
async def test_a_tuition_lasts_at_least_its_minimum_and_that_is_not_negative(
    db_session, lesson, durations
):
    shortest, longest = durations
    other = Tuition(
        teacher_id=lesson.teacher.id,
        **LEVEL,
        min_duration_minutes=shortest,
        max_duration_minutes=longest,
    )
    await refused(db_session, other, by="ck_tuitions_duration")


async def test_a_students_maximum_of_lessons_is_not_below_the_minimum(db_session):
    student = a_student(a_parent(), min_lessons_per_week=3, max_lessons_per_week=2)
    await refused(db_session, student, by="ck_students_lessons_per_week")


async def test_no_amount_of_money_is_negative(db_session, lesson):
    less, people = (
        Decimal("-0.01"),
        {"student_id": lesson.student.id, "parent_id": lesson.parent.id},
    )
    log, another = lesson.log(), a_student(a_parent())
    await save(db_session, log, another)
    await refused(db_session, a_student(a_parent(), cost=less), by="ck_students_cost")
    await refused(
        db_session,
        TuitionTemplateCharge(
            tuition_id=lesson.tuition.id, **{**people, "student_id": another.id}, cost=less
        ),
        by="ck_tuition_template_charges_cost",
    )
    await refused(
        db_session,
        TuitionLogCharge(tuition_log_id=log.id, **people, cost=less),
        by="ck_tuition_log_charges_cost",
    )
    await refused(
        db_session,
        PaymentLog(
            parent_id=lesson.parent.id, teacher_id=lesson.teacher.id, amount=less, paid_at=NOON
        ),
        by="ck_payment_logs_amount",
    )


async def test_a_lesson_ends_after_it_starts(db_session, lesson):
    await refused(db_session, lesson.log(ends_at=NOON), by="ck_tuition_logs_order")


@pytest.mark.parametrize("grade", [0, 14])
async def test_a_grade_is_one_that_a_school_has(db_session, grade):
    await refused(db_session, a_student(a_parent(), grade=grade), by="ck_students_grade")


async def test_a_currency_is_three_capital_letters(db_session):
    await refused(db_session, Parent(**person("Pia"), currency="egp"), by="ck_parents_currency")


async def test_a_hash_that_is_not_argon2id_cannot_be_stored(db_session):
    parent = a_parent()
    parent.password_hash = "$sha256$salt$" + "0" * 64
    await refused(db_session, parent, by="ck_users_password_hash_argon2id")


async def test_run_parameters_are_an_object(db_session):
    run = TimetableRun(status=RunStatus.SUCCESS, parameters=["a", "list"])
    await refused(db_session, run, by="ck_timetable_runs_parameters")


# --- Values that must be unique -----------------------------------------------------------


async def test_two_users_cannot_share_an_address_that_differs_by_case(db_session):
    first, second = a_parent(), a_parent()
    first.email, second.email = "Shared.Case@Example.org", "shared.case@example.ORG"
    await save(db_session, first)
    await refused(db_session, second, by="uq_users_email_lower")
    await db_session.refresh(first)
    assert first.email == "Shared.Case@Example.org"


async def test_a_teacher_has_each_specialty_once(db_session, lesson):
    again = TeacherSpecialty(teacher_id=lesson.teacher.id, **LEVEL)
    await refused(db_session, again, by="uq_teacher_specialties_specialty")


async def test_a_student_takes_each_specialty_once(db_session, lesson):
    taken = {"student_id": lesson.student.id, "teacher_id": lesson.teacher.id, **LEVEL}
    await save(db_session, StudentSubject(**taken))
    await refused(
        db_session, StudentSubject(**taken), by="uq_student_subjects_student_id_specialty"
    )


async def test_a_tuition_meets_in_one_place(db_session, lesson):
    link = {"tuition_id": lesson.tuition.id, "url": "https://meet.example.org/a"}
    await save(db_session, MeetingLink(link_type=MeetingLinkType.ZOOM, **link))
    await refused(
        db_session,
        MeetingLink(link_type=MeetingLinkType.GOOGLE_MEET, **link),
        by="uq_meeting_links_tuition_id",
    )


async def test_a_run_solves_each_user_once_and_names_each_event_once(db_session):
    run, user = TimetableRun(status=RunStatus.MANUAL), a_parent()
    await save(db_session, run, user)
    solution = {"run_id": run.id, "user_id": user.id}
    event = {
        "run_id": run.id,
        "event_key": "a",
        "title": "Math",
        "starts_at": NOON,
        "ends_at": NOON + timedelta(hours=1),
    }
    await save(db_session, TimetableRunUserSolution(**solution), CalendarEvent(**event))
    await refused(
        db_session,
        TimetableRunUserSolution(**solution),
        by="uq_timetable_run_user_solutions_run_id_user_id",
    )
    await refused(db_session, CalendarEvent(**event), by="uq_calendar_events_run_id_event_key")


async def test_a_push_token_belongs_to_one_device(db_session):
    token = str(uuid.uuid4())
    device = {"platform": DevicePlatform.WEB, "push_token": token}
    await save(db_session, UserDevice(user=a_parent(), **device))
    await refused(
        db_session, UserDevice(user=a_parent(), **device), by="uq_user_devices_push_token"
    )


# --- Slots ----------------------------------------------------------------------------------


def a_slot(lesson, **sources):
    return TimetableSolutionSlot(
        solution=TimetableRunUserSolution(
            run=TimetableRun(status=RunStatus.SUCCESS), user_id=lesson.student.id
        ),
        name="Math: Sam",
        day_of_week=2,
        start_time=time(16),
        end_time=time(17, 30),
        participants=[lesson.teacher.id, lesson.student.id],
        **sources,
    )


async def test_a_slot_has_one_source(db_session, lesson):
    interval = an_interval(lesson.student)
    await save(db_session, interval)
    await save(db_session, a_slot(lesson, tuition_id=lesson.tuition.id))
    await save(db_session, a_slot(lesson, availability_interval_id=interval.id))


async def test_a_slot_has_neither_no_source_nor_two(db_session, lesson):
    interval = an_interval(lesson.student)
    await save(db_session, interval)
    rule = "ck_timetable_solution_slots_one_source"
    await refused(db_session, a_slot(lesson), by=rule)
    await refused(
        db_session,
        a_slot(lesson, tuition_id=lesson.tuition.id, availability_interval_id=interval.id),
        by=rule,
    )


async def test_a_slot_goes_with_its_source(db_session, lesson):
    interval = an_interval(lesson.student)
    await save(db_session, interval)
    slot = a_slot(lesson, availability_interval_id=interval.id)
    await save(db_session, slot)
    await db_session.execute(
        delete(AvailabilityInterval).where(AvailabilityInterval.id == interval.id)
    )
    assert await count(db_session, TimetableSolutionSlot, id=slot.id) == 0


async def test_the_participants_of_a_slot_come_back_as_identifiers(db_session, lesson):
    slot = a_slot(lesson, tuition_id=lesson.tuition.id)
    await save(db_session, slot)
    found = await db_session.scalar(
        select(TimetableSolutionSlot.id).where(
            TimetableSolutionSlot.participants.contains([lesson.student.id]),
            TimetableSolutionSlot.id == slot.id,
        )
    )
    await db_session.refresh(slot)
    assert found == slot.id
    assert slot.participants == [lesson.teacher.id, lesson.student.id]


# --- Admins -----------------------------------------------------------------------------------


@pytest.fixture
async def master(db_session):
    """Return the one Master, made if there is none."""
    found = await db_session.scalar(select(Admin).where(Admin.privilege == AdminPrivilege.MASTER))
    if found is None:
        found = Admin(**person("Maya"), privilege=AdminPrivilege.MASTER)
        await save(db_session, found)
    return found


async def test_there_is_at_most_one_master(db_session, master):
    second = Admin(**person("Mona"), privilege=AdminPrivilege.MASTER)
    await refused(db_session, second, by="uq_admins_one_master")


async def test_a_new_admin_is_normal_unless_said_otherwise(db_session):
    admin = Admin(**person("Noor"))
    await save(db_session, admin)
    assert admin.privilege is AdminPrivilege.NORMAL


@pytest.mark.parametrize("table", [Admin.__table__, User.__table__])
async def test_the_last_master_cannot_be_deleted(db_session, master, table):
    with pytest.raises(IntegrityError, match="neither deleted nor demoted"):
        async with db_session.begin_nested():
            await db_session.execute(delete(table).where(table.c.id == master.id))
    assert await count(db_session, Admin, id=master.id) == 1


async def test_the_last_master_cannot_be_demoted_and_the_error_says_how_to_hand_over(
    db_session, master
):
    with pytest.raises(IntegrityError, match="neither deleted nor demoted") as refusal:
        async with db_session.begin_nested():
            await db_session.execute(
                update(Admin.__table__)
                .where(Admin.__table__.c.id == master.id)
                .values(privilege=AdminPrivilege.READ_ONLY)
            )
    hint = refusal.value.orig.__cause__.hint
    assert "SET CONSTRAINTS tr_admins_keep_master DEFERRED" in hint


async def test_another_admin_can_be_demoted_and_deleted(db_session, master):
    other = Admin(**person("Noor"))
    await save(db_session, other)
    other.privilege = AdminPrivilege.READ_ONLY
    await db_session.flush()
    await db_session.delete(other)
    await db_session.flush()
    assert await count(db_session, User, id=other.id) == 0


async def test_mastership_can_be_handed_over_in_one_transaction(db_session, master):
    heir = Admin(**person("Hana"))
    await save(db_session, heir)
    await db_session.execute(text("SET CONSTRAINTS tr_admins_keep_master DEFERRED"))
    master.privilege = AdminPrivilege.NORMAL
    await db_session.flush()
    heir.privilege = AdminPrivilege.MASTER
    await db_session.flush()
    await db_session.execute(text("SET CONSTRAINTS tr_admins_keep_master IMMEDIATE"))


# --- References ---------------------------------------------------------------------------------


async def test_deleting_a_user_takes_the_kind_and_what_is_only_theirs(db_session):
    teacher = a_teacher()
    device = UserDevice(user=teacher, platform=DevicePlatform.IOS, push_token=str(uuid.uuid4()))
    interval = an_interval(teacher)
    await save(db_session, device, interval)
    await db_session.execute(delete(User.__table__).where(User.__table__.c.id == teacher.id))
    assert await count(db_session, Teacher.__table__, id=teacher.id) == 0
    assert await count(db_session, UserDevice, id=device.id) == 0
    assert await count(db_session, AvailabilityInterval, id=interval.id) == 0


async def test_the_session_leaves_deleting_to_the_database(db_session, lesson):
    log = lesson.log()
    await save(db_session, log)
    await db_session.delete(lesson.tuition)
    await db_session.flush()
    assert await count(db_session, TuitionTemplateCharge, id=lesson.charge.id) == 0
    await db_session.refresh(log, ["tuition_id"])
    assert log.tuition_id is None


async def test_a_parent_with_students_cannot_be_deleted(db_session, lesson):
    with pytest.raises(IntegrityError, match=r"fk_\w+_parent_id"):
        async with db_session.begin_nested():
            await db_session.execute(
                delete(User.__table__).where(User.__table__.c.id == lesson.parent.id)
            )


async def test_a_student_who_owes_for_a_lesson_cannot_be_deleted(db_session, lesson):
    owed = TuitionLogCharge(
        tuition_log=lesson.log(), student=lesson.student, parent=lesson.parent, cost=Decimal(5)
    )
    await save(db_session, owed)
    with pytest.raises(IntegrityError, match="fk_tuition_log_charges_student_id"):
        async with db_session.begin_nested():
            await db_session.execute(
                delete(User.__table__).where(User.__table__.c.id == lesson.student.id)
            )


async def test_a_log_outlives_its_tuition_and_its_correction_outlives_the_log(db_session, lesson):
    wrong = lesson.log(status=LogStatus.VOID)
    right = lesson.log(corrected_from=wrong)
    await save(db_session, right)
    await db_session.execute(delete(Tuition).where(Tuition.id == lesson.tuition.id))
    await db_session.execute(delete(TuitionLog).where(TuitionLog.id == wrong.id))
    await db_session.refresh(right, ["tuition_id", "corrected_from_id"])
    assert (right.tuition_id, right.corrected_from_id) == (None, None)


async def test_a_log_does_not_correct_itself(db_session, lesson):
    log = lesson.log()
    await save(db_session, log)
    with pytest.raises(IntegrityError, match="ck_tuition_logs_corrected_from_id"):
        async with db_session.begin_nested():
            await db_session.execute(
                update(TuitionLog).where(TuitionLog.id == log.id).values(corrected_from_id=log.id)
            )


@pytest.mark.parametrize("plan", ["tuition", "student subject"])
async def test_a_plan_must_match_a_specialty_in_all_four_columns(db_session, lesson, plan):
    columns = {"teacher_id": lesson.teacher.id, **LEVEL, "grade": 11}
    if plan == "tuition":
        await refused(db_session, Tuition(**columns), by="fk_tuitions_specialty")
    else:
        subject = StudentSubject(student_id=lesson.student.id, **columns)
        await refused(db_session, subject, by="fk_student_subjects_specialty")


async def test_a_corrected_specialty_carries_its_plans_along(db_session, lesson):
    taken = StudentSubject(student=lesson.student, specialty=lesson.specialty)
    await save(db_session, taken)
    lesson.specialty.grade = 11
    await db_session.flush()
    await db_session.refresh(lesson.tuition)
    await db_session.refresh(taken)
    assert (lesson.tuition.grade, taken.grade) == (11, 11)


async def test_a_specialty_in_use_cannot_be_removed(db_session, lesson):
    with pytest.raises(IntegrityError, match="fk_tuitions_specialty"):
        async with db_session.begin_nested():
            await db_session.execute(
                delete(TeacherSpecialty).where(TeacherSpecialty.id == lesson.specialty.id)
            )


async def test_what_refers_to_a_tuition_follows_its_new_id(db_session, lesson):
    link = MeetingLink(
        tuition=lesson.tuition, link_type=MeetingLinkType.ZOOM, url="https://meet.example.org/b"
    )
    log, slot = lesson.log(), a_slot(lesson, tuition_id=lesson.tuition.id)
    await save(db_session, link, log, slot)
    new_id = uuid.uuid4()
    await db_session.execute(
        update(Tuition.__table__)
        .where(Tuition.__table__.c.id == lesson.tuition.id)
        .values(id=new_id)
    )
    for row in (lesson.charge, link, log, slot):
        await db_session.refresh(row, ["tuition_id"])
        assert row.tuition_id == new_id


# --- Exactness ----------------------------------------------------------------------------------


@pytest.mark.parametrize("amount", ["0.00", "0.10", "19.99", "99999999.99"])
async def test_money_comes_back_as_it_went_in(db_session, lesson, amount):
    lesson.charge.cost = Decimal(amount)
    await db_session.flush()
    await db_session.refresh(lesson.charge)
    assert isinstance(lesson.charge.cost, Decimal)
    assert str(lesson.charge.cost) == amount


async def test_money_is_added_up_without_rounding(db_session, lesson):
    log = lesson.log()
    students = [a_student(lesson.parent) for _ in range(3)]
    await save(
        db_session,
        *(
            TuitionLogCharge(
                tuition_log=log, student=student, parent=lesson.parent, cost=Decimal("0.10")
            )
            for student in students
        ),
    )
    total = await db_session.scalar(
        select(func.sum(TuitionLogCharge.cost)).where(TuitionLogCharge.tuition_log_id == log.id)
    )
    assert str(total) == "0.30"


async def test_more_money_than_ten_digits_is_refused(db_session, lesson):
    with pytest.raises(DBAPIError, match="numeric field overflow"):
        async with db_session.begin_nested():
            lesson.charge.cost = Decimal("100000000.00")
            await db_session.flush()


async def test_an_instant_comes_back_as_the_same_instant(db_session, lesson):
    cairo_in_summer = timezone(timedelta(hours=3))
    starts_at = datetime(2031, 5, 4, 15, 0, 0, 123456, tzinfo=cairo_in_summer)
    log = lesson.log(starts_at=starts_at, ends_at=starts_at + timedelta(microseconds=1))
    await save(db_session, log)
    await db_session.refresh(log)
    assert log.starts_at == starts_at
    assert log.starts_at.utcoffset() is not None
    assert log.ends_at - log.starts_at == timedelta(microseconds=1)


async def test_what_the_server_fills_in_is_there_after_the_flush(db_session, lesson):
    assert lesson.tuition.id.version == 4
    assert lesson.tuition.min_duration_minutes == 60
    assert lesson.student.status is StudentStatus.NONE
    assert lesson.tuition.created_at == lesson.tuition.updated_at
    lesson.tuition.max_duration_minutes = 120
    await db_session.flush()
    assert lesson.tuition.updated_at >= lesson.tuition.created_at


async def test_run_parameters_come_back_with_their_keys_and_accents(db_session):
    parameters = {"requested_by": "Zoë Ünal", "teacher_load": {"Omar": 3}, "ratio": 0.1, "no": None}
    run = TimetableRun(status=RunStatus.SUCCESS, parameters=parameters)
    await save(db_session, run)
    await db_session.refresh(run)
    assert run.parameters == parameters


# --- Loading ------------------------------------------------------------------------------------


async def test_each_kind_of_user_comes_back_as_itself_with_its_own_columns(db_session, lesson):
    admin = Admin(**person("Noor"))
    await save(db_session, admin)
    people = [admin, lesson.teacher, lesson.parent, lesson.student]
    ids = [one.id for one in people]
    db_session.expunge_all()

    found = (await db_session.scalars(select(User).where(User.id.in_(ids)))).all()

    kinds = {type(user): user for user in found}
    assert kinds.keys() == {Admin, Teacher, Parent, Student}
    assert kinds[Teacher].birth_date == date(1988, 2, 29)
    assert kinds[Parent].currency == "KWD"
    assert kinds[Student].grade == 10
    assert kinds[Admin].privilege is AdminPrivilege.NORMAL
    assert kinds[Student].role is UserRole.STUDENT


async def test_relationships_that_were_asked_for_are_loaded(db_session, lesson):
    note = Note(
        teacher=lesson.teacher,
        student=lesson.student,
        subject=Subject.MATH,
        note_type=NoteType.HOMEWORK,
        name="Fractions",
        url="https://files.example.org/1",
    )
    await save(db_session, note)
    parent_id, tuition_id = lesson.parent.id, lesson.tuition.id
    db_session.expunge_all()

    parent = await db_session.scalar(
        select(Parent)
        .where(Parent.id == parent_id)
        .options(
            selectinload(Parent.students).selectinload(Student.notes).selectinload(Note.teacher)
        )
    )
    tuition = await db_session.scalar(
        select(Tuition)
        .where(Tuition.id == tuition_id)
        .options(
            selectinload(Tuition.specialty).selectinload(TeacherSpecialty.teacher),
            selectinload(Tuition.template_charges),
            selectinload(Tuition.meeting_link),
        )
    )

    assert [note.name for note in parent.students[0].notes] == ["Fractions"]
    assert parent.students[0].notes[0].teacher.first_name == "Tara"
    assert tuition.specialty.teacher is parent.students[0].notes[0].teacher
    assert [charge.cost for charge in tuition.template_charges] == [Decimal("10.00")]
    assert tuition.meeting_link is None


@pytest.mark.parametrize("attribute", ["template_charges", "specialty", "meeting_link"])
async def test_a_relationship_that_was_forgotten_says_so(db_session, lesson, attribute):
    tuition_id = lesson.tuition.id
    db_session.expunge_all()
    tuition = await db_session.get(Tuition, tuition_id)
    with pytest.raises(InvalidRequestError, match=rf"'Tuition\.{attribute}' is not available"):
        getattr(tuition, attribute)


async def test_students_who_share_a_subject_are_reached_through_it(db_session, lesson):
    friend = a_student(lesson.parent)
    taken = StudentSubject(student=lesson.student, specialty=lesson.specialty)
    taken.shared_with.append(friend)
    await save(db_session, taken)
    taken_id, friend_id = taken.id, friend.id
    db_session.expunge_all()

    found = await db_session.scalar(
        select(StudentSubject)
        .where(StudentSubject.id == taken_id)
        .options(selectinload(StudentSubject.sharings).selectinload(StudentSubjectSharing.student))
    )

    assert [student.id for student in found.shared_with] == [friend_id]
