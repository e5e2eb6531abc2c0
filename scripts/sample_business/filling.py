"""The business, loaded version by version: what each version's tables can hold."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import asyncpg

from db_workflow.console import Reporter
from sample_business import history, lessons, planning
from sample_business.lessons import Lessons, invent_lessons, price
from sample_business.people import People, Person, invent_people

_Row = tuple[object, ...]
_REPORT_EVERY = 1_000

_USER = (
    "id", "email", "password_hash", "first_name", "last_name", "time_zone", "role",
    "is_active", "is_first_sign_in", "created_at", "updated_at",
)  # fmt: skip
_TUITION = (
    "id", "teacher_id", "subject", "lesson_index", "min_duration_minutes",
    "max_duration_minutes", "student_ids", "cost", "created_at", "updated_at",
)  # fmt: skip
_STUDENT = (
    "id", "parent_id", "status", "cost", "min_lessons_per_week", "max_lessons_per_week",
    "generated_password", "school_year",
)  # fmt: skip
_INTERVAL = ("day_of_week", "start_time", "end_time", "availability_type")
_LOG = (
    "id", "tuition_id", "teacher_id", "subject", "starts_at", "ends_at", "status",
    "creation", "corrected_from_id", "created_at", "updated_at",
)  # fmt: skip
_PAYMENT = (
    "id", "parent_id", "teacher_id", "amount", "paid_at", "status", "notes",
    "corrected_from_id", "created_at", "updated_at",
)  # fmt: skip
_NOTE = (
    "id", "teacher_id", "student_id", "subject", "note_type", "name", "description", "url",
    "created_at", "updated_at",
)  # fmt: skip


class Business:
    """An invented business, ready to be written into a database at v0.1, v0.2 or v0.3."""

    def __init__(self, students: int, reporter: Reporter) -> None:
        self._people: People = invent_people(students)
        self._lessons: Lessons = invent_lessons(self._people)
        self._reporter = reporter

    async def fill(self, connection: "asyncpg.Connection[Any]", version: str) -> None:
        """Write what a version made room for, all of it or nothing.

        Args:
            connection: to a database at that version, holding what the versions before it held.
            version: "0.1", "0.2" or "0.3".

        """
        fill = {"0.1": self._fill_people, "0.2": self._fill_history, "0.3": self._fill_planning}
        async with connection.transaction():
            await fill[version](connection)
        # The next version's backfills join all of it; without statistics they would guess.
        await connection.execute("ANALYZE")

    async def _fill_people(self, connection: "asyncpg.Connection[Any]") -> None:
        people, plans = self._people, self._lessons
        copy = _Copy(connection, self._reporter)
        await copy("users", _USER, (_user(person) for person in people.everyone()))
        oldest = people.admins[:2]
        await copy("admins", ("id", "is_owner"), ((one.id, one in oldest) for one in people.admins))
        await copy(
            "teachers",
            ("id", "currency", "birth_date"),
            ((one.person.id, one.currency, one.birth_date) for one in people.teachers),
        )
        await copy(
            "parents", ("id", "currency"), ((one.person.id, one.currency) for one in people.parents)
        )
        await copy("students", _STUDENT, _students(people))
        await copy(
            "student_subjects",
            ("id", "student_id", "teacher_id", "subject", "lessons_per_week",
             "shared_with_student_ids"),
            lessons.student_subject_rows(plans),
        )  # fmt: skip
        await copy("tuitions", _TUITION, lessons.tuition_rows(plans))
        await copy(
            "student_availability_intervals",
            ("id", "student_id", *_INTERVAL, "label"),
            lessons.interval_rows(people),
        )

    async def _fill_history(self, connection: "asyncpg.Connection[Any]") -> None:
        people, plans = self._people, self._lessons
        await _make_prices_personal(connection, plans)
        copy = _Copy(connection, self._reporter)
        await copy("tuition_logs", _LOG, history.log_rows(plans))
        await copy(
            "tuition_log_charges",
            ("id", "tuition_log_id", "student_id", "parent_id", "cost"),
            history.charge_rows(plans, people),
        )
        await copy("payment_logs", _PAYMENT, history.payment_rows(plans, people))
        await copy("notes", _NOTE, history.note_rows(plans))
        await copy(
            "meeting_links",
            ("id", "tuition_id", "link_type", "url", "meeting_id", "password"),
            history.meeting_rows(plans),
        )

    async def _fill_planning(self, connection: "asyncpg.Connection[Any]") -> None:
        people, plans = self._people, self._lessons
        copy = _Copy(connection, self._reporter)
        await planning.demote_observer(connection, people)
        await copy(
            "availability_intervals", ("id", "user_id", *_INTERVAL), planning.interval_rows(people)
        )
        await copy(
            "teacher_specialties",
            ("id", "teacher_id", "subject", "educational_system", "grade"),
            planning.specialty_rows(people),
        )
        await copy(
            "timetable_runs",
            ("id", "status", "parameters", "created_at", "finished_at"),
            planning.run_rows(people, plans),
        )
        await planning.fill_manual_run(connection, people)
        await planning.fill_calendar(connection, people)


class _Copy:
    """Loads rows into a table as fast as PostgreSQL takes them, and tells how far it is."""

    def __init__(self, connection: "asyncpg.Connection[Any]", reporter: Reporter) -> None:
        self._connection = connection
        self._reporter = reporter

    async def __call__(self, table: str, columns: Sequence[str], rows: Iterable[_Row]) -> None:
        await self._connection.copy_records_to_table(
            table, records=self._counted(table, rows), columns=list(columns), schema_name="public"
        )

    def _counted(self, table: str, rows: Iterable[_Row]) -> Iterator[_Row]:
        for done, row in enumerate(rows, start=1):
            if done % _REPORT_EVERY == 0:
                self._reporter.progress(f"stand-in: {table}", done)
            yield row


async def _make_prices_personal(connection: "asyncpg.Connection[Any]", plans: Lessons) -> None:
    """Give the charges that the arrays became a price for each student."""
    prices = [
        (tuition.id, student.person.id, price(tuition.group, student))
        for tuition in plans.tuitions
        for student in tuition.group.members
        if student.brothers_and_sisters_before
    ]
    await connection.execute(
        "UPDATE tuition_template_charges AS charge SET cost = agreed.cost"
        " FROM unnest($1::uuid[], $2::uuid[], $3::numeric[]) AS agreed (tuition, student, cost)"
        " WHERE charge.tuition_id = agreed.tuition AND charge.student_id = agreed.student",
        *([entry[column] for entry in prices] for column in range(3)),
    )


def _user(person: Person) -> _Row:
    return tuple(getattr(person, column) for column in _USER)


def _students(people: People) -> Iterator[_Row]:
    for student in people.students:
        yield (
            student.person.id,
            student.parent.person.id,
            student.status,
            student.cost,
            student.min_lessons,
            student.max_lessons,
            student.generated_password,
            student.school_year,
        )
