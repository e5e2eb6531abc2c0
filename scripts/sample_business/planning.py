"""What only v0.3 knows: busy teachers, new specialties, later runs of the timetable, events."""

import json
from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from sample_business.chance import TODAY, Chance, identifier
from sample_business.lessons import Lessons
from sample_business.people import People
from sample_business.texts import phone

_Row = tuple[object, ...]

FAILED, ABANDONED, MANUAL = (identifier("run", kind) for kind in ("failed", "abandoned", "manual"))

# The week's lessons of the newest run that found a timetable, once each.
_EVENTS = """
    INSERT INTO calendar_events (id, run_id, event_key, title, starts_at, ends_at)
    SELECT
        encode(substr(sha256(convert_to('event ' || run_id || ' ' || tuition_id, 'UTF8')), 1, 16),
               'hex')::uuid,
        run_id, 'tuition-' || tuition_id, name,
        ($2::date + (day_of_week - 1) + start_time) AT TIME ZONE 'UTC',
        ($2::date + (day_of_week - 1) + end_time) AT TIME ZONE 'UTC'
    FROM (
        SELECT DISTINCT ON (slot.tuition_id) solution.run_id, slot.*
        FROM timetable_solution_slots AS slot
        JOIN timetable_run_user_solutions AS solution ON solution.id = slot.solution_id
        WHERE slot.tuition_id IS NOT NULL AND solution.run_id <> $1
        ORDER BY slot.tuition_id, slot.id
    ) AS lesson
"""

# What a person has moved by hand: the first lessons of the first teachers.
_MOVABLE = """
    SELECT solution.user_id, slot.name, slot.day_of_week, slot.start_time, slot.end_time,
           slot.participants, slot.tuition_id, slot.availability_interval_id
    FROM timetable_solution_slots AS slot
    JOIN timetable_run_user_solutions AS solution ON solution.id = slot.solution_id
    WHERE solution.user_id = ANY($1::uuid[])
    ORDER BY solution.user_id, slot.id
    LIMIT 60
"""


def interval_rows(people: People) -> Iterator[_Row]:
    """Return rows of `availability_intervals` for teachers, who have been busy all along."""
    chance = Chance("teachers' intervals")
    for number, teacher in enumerate(people.teachers):
        blocks = [(day, time(8), time(13), "work") for day in (1, 2, 4)[: 1 + number % 3]]
        blocks += [(5, time(12, 0, 30), time(13, 15), "personal"), (7, time(0), time(9), "sleep")]
        if chance.often(0.4):
            blocks.append((chance.between(1, 7), time(21), time(22, 15, 0, 250_000), "sports"))
        for order, block in enumerate(blocks):
            yield (identifier("teacher's interval", number, order), teacher.person.id, *block)


def specialty_rows(people: People) -> Iterator[_Row]:
    """Return rows of `teacher_specialties` that no lesson asks for yet."""
    for number, teacher in enumerate(people.teachers):
        # Grade 13 is one that no student has reached, so that none of these is there already.
        row = (teacher.person.id, teacher.subjects[0], ("IGCSE", "SAT")[number % 2], 13)
        yield (identifier("specialty", *row), *row)


def run_rows(people: People, lessons: Lessons) -> Iterator[_Row]:
    """Return rows of `timetable_runs`: one failed, one never ended, one made by hand."""
    chance = Chance("runs")
    owner, group = people.admins[1], lessons.groups[0]
    student, teacher = group.members[0].person, group.teacher.person
    failed = {
        "source": "solver 2.1",
        "requested_by": owner.name,
        "weights": {"gap": 1.10, "late": 0, "same_day": None, "sibling": -0.5},
        "error": f"no room for {student.name} ({student.email}) with {teacher.first_name}",
        "unplaced": [{"lesson": f"{group.subject} 1: {student.first_name}", "reason": "nobody"}],
        "busy": {teacher.name: [[1, "08:00", "13:00"], [2, "08:00", "13:00"]], "": []},
    }
    manual = {
        "source": "manual",
        "requested_by": None,
        "moved": [{"by": owner.name, "slot": f"{group.subject}: {student.first_name}", "day": 3}],
        "contacts": {parent.person.name: phone(chance) for parent in people.parents[:3]},
        "comment": f'“{teacher.first_name}” prefers mornings 🌞 \\ "really"\n',
        "approved": True,
    }
    for run, status, parameters, days, minutes in (
        (FAILED, "FAILED", failed, 9, 2),
        (ABANDONED, "FAILED", {}, 8, None),
        (MANUAL, "MANUAL", manual, 3, 41),
    ):
        created = TODAY - timedelta(days=days, microseconds=chance.below(10**9))
        finished = None if minutes is None else created + timedelta(minutes=minutes)
        yield run, status, json.dumps(parameters, ensure_ascii=False), created, finished


async def fill_manual_run(connection: "asyncpg.Connection[Any]", people: People) -> None:
    """Write solutions and slots of the run made by hand: those of three teachers, half an hour on.

    Args:
        connection: to the database, in a transaction.
        people: everyone in the business.

    """
    teachers = [teacher.person.id for teacher in people.teachers[:3]]
    slots = await connection.fetch(_MOVABLE, teachers)
    await connection.copy_records_to_table(
        "timetable_run_user_solutions",
        records=[(_solution(user), MANUAL, user) for user in teachers],
        columns=["id", "run_id", "user_id"],
    )
    await connection.copy_records_to_table(
        "timetable_solution_slots",
        records=[
            (
                identifier("manual slot", number),
                _solution(slot["user_id"]),
                slot["name"],
                # Lessons go to the next day; what a teacher is busy with stays.
                slot["day_of_week"] % 7 + 1 if slot["tuition_id"] else slot["day_of_week"],
                *list(slot.values())[3:],
            )
            for number, slot in enumerate(slots)
        ],
        columns=["id", "solution_id", *list(slots[0].keys())[1:]] if slots else None,
    )


async def fill_calendar(connection: "asyncpg.Connection[Any]", people: People) -> None:
    """Write the week's calendar events of the synthesised run, and one made by hand.

    Args:
        connection: to the database, in a transaction.
        people: everyone in the business.

    """
    await connection.execute(_EVENTS, MANUAL, TODAY.date())
    starts_at = TODAY + timedelta(days=2, hours=9)
    title = f"Parents' evening: {', '.join(parent.person.name for parent in people.parents[:4])} ☕"
    await connection.copy_records_to_table(
        "calendar_events",
        records=[
            (
                identifier("event"),
                MANUAL,
                "evening",
                title,
                starts_at,
                starts_at + timedelta(hours=2),
            )
        ],
        columns=["id", "run_id", "event_key", "title", "starts_at", "ends_at"],
    )


async def demote_observer(connection: "asyncpg.Connection[Any]", people: People) -> None:
    """Let the admin who only ever watched do only that."""
    await connection.execute(
        "UPDATE admins SET privilege = 'ReadOnly' WHERE id = $1", people.admins[2].id
    )


def _solution(user: UUID) -> UUID:
    return identifier("solution", MANUAL, user)
