"""Make a first timetable run out of the tuitions, so that v0.3 does not start empty.

First fit: each lesson takes the earliest time at which all its participants are free,
from a day that its id chooses (or everything would fall on Monday). No search, no random
choice: the same tuitions and intervals give the same run, row for row, id for id.

The placing is done here, a week being one integer per user; names, solutions and slots
are written by the server in one statement each.
"""

import json
import uuid
from collections import defaultdict
from datetime import time
from typing import Any

import asyncpg

from db_workflow.schema import StepContext

GRID = 5  # minutes; intervals are rounded outwards to it
BITS_A_DAY = 24 * 60 // GRID
FIRST, LAST = time(8), time(22)  # lessons take place between these
REPORT_EVERY = 5_000
RUN = uuid.UUID("3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003")

Placement = tuple[uuid.UUID, int, time, time]

# Lessons with their people and the name that a slot shows. Groups that have lost all
# their students have nobody to meet.
LESSONS = """
    CREATE TEMPORARY TABLE lessons ON COMMIT DROP AS
    SELECT
        tuition.id,
        tuition.min_duration_minutes,
        tuition.max_duration_minutes,
        array_agg(student.id ORDER BY student.id) || teacher.id AS participants,
        format(
            '%s %s: %s with %s',
            tuition.subject,
            tuition.lesson_index,
            string_agg(
                student.first_name, ', ' ORDER BY student.first_name COLLATE "C", student.id
            ),
            teacher.first_name
        ) AS name
    FROM tuitions AS tuition
    JOIN users AS teacher ON teacher.id = tuition.teacher_id
    JOIN tuition_template_charges AS charge ON charge.tuition_id = tuition.id
    JOIN users AS student ON student.id = charge.student_id
    GROUP BY tuition.id, teacher.id
"""

PLACEMENTS = """
    CREATE TEMPORARY TABLE placements (
        tuition_id uuid PRIMARY KEY, day_of_week smallint, start_time time, end_time time
    ) ON COMMIT DROP
"""

BUSY = """
    SELECT
        user_id,
        day_of_week,
        floor(extract(epoch FROM start_time) / (60 * $1::integer))::integer AS first_bit,
        ceil(extract(epoch FROM end_time) / (60 * $1::integer))::integer AS end_bit
    FROM availability_intervals
"""

# The run's instant is that of the newest tuition: what it was computed from, not when.
INSERT_RUN = """
    INSERT INTO timetable_runs (id, status, parameters, created_at, finished_at)
    SELECT $1, 'SUCCESS', $2::jsonb, max(created_at), max(created_at) FROM tuitions
"""

INSERT_SOLUTIONS = """
    INSERT INTO timetable_run_user_solutions (id, run_id, user_id)
    SELECT
        encode(substr(sha256(convert_to('solution ' || $1 || ' ' || user_id, 'UTF8')), 1, 16),
               'hex')::uuid,
        $1::uuid,
        user_id
    FROM (
        SELECT unnest(participants) AS user_id
        FROM lessons JOIN placements ON placements.tuition_id = lessons.id
        UNION
        SELECT user_id FROM availability_intervals
    ) AS people
"""

INSERT_SLOTS = """
    INSERT INTO timetable_solution_slots (
        id, solution_id, name, day_of_week, start_time, end_time, participants,
        tuition_id, availability_interval_id
    )
    SELECT
        encode(substr(sha256(convert_to(
            concat_ws(' ', 'slot', solution.id, tuition_id, availability_interval_id), 'UTF8'
        )), 1, 16), 'hex')::uuid,
        solution.id, name, day_of_week, start_time, end_time, participants,
        tuition_id, availability_interval_id
    FROM (
        SELECT
            unnest(participants) AS user_id, name, day_of_week, start_time, end_time,
            participants, tuition_id, NULL::uuid AS availability_interval_id
        FROM lessons JOIN placements ON placements.tuition_id = lessons.id
        UNION ALL
        SELECT
            users.id, users.first_name || ': ' || availability_type, day_of_week, start_time,
            end_time, ARRAY[users.id], NULL, availability_intervals.id
        FROM availability_intervals JOIN users ON users.id = availability_intervals.user_id
    ) AS block
    JOIN timetable_run_user_solutions AS solution
        ON solution.run_id = $1 AND solution.user_id = block.user_id
"""


async def upgrade(step: StepContext) -> None:
    """Place every lesson that fits, and write the run, its solutions and their slots."""
    connection = step.connection
    if not await connection.fetchval("SELECT EXISTS (SELECT FROM tuitions)"):
        return  # a run that has nothing to plan would only look like a plan

    await connection.execute(LESSONS)
    await connection.execute(PLACEMENTS)
    await connection.copy_records_to_table("placements", records=await _place_all(step))
    # Fresh tables have no statistics, and the joins below run over all of them.
    await connection.execute("ANALYZE lessons; ANALYZE placements")

    parameters = json.dumps(await _parameters(connection), ensure_ascii=False)
    await connection.execute(INSERT_RUN, RUN, parameters)
    await connection.execute(INSERT_SOLUTIONS, str(RUN))
    await connection.execute(INSERT_SLOTS, RUN)


async def _place_all(step: StepContext) -> list[Placement]:
    taken: defaultdict[uuid.UUID, int] = defaultdict(int)
    for row in await step.connection.fetch(BUSY, GRID):
        day = (row["day_of_week"] - 1) * BITS_A_DAY
        taken[row["user_id"]] |= _bits(day + row["first_bit"], day + row["end_bit"])

    # Large groups first: they are the hardest to fit.
    lessons = await step.connection.fetch(
        "SELECT id, min_duration_minutes, max_duration_minutes, participants FROM lessons"
        " ORDER BY cardinality(participants) DESC, id"
    )
    opening_hours = _opening_hours()
    placements: list[Placement] = []
    for done, lesson in enumerate(lessons, start=1):
        free = opening_hours
        for person in lesson["participants"]:
            free &= ~taken[person]
        # The planned length if there is room for it, else the shortest that is allowed.
        for minutes in (lesson["max_duration_minutes"], lesson["min_duration_minutes"]):
            length = max(1, -(-minutes // GRID))
            start = first_fit(free, length, preferred_day=lesson["id"].int % 7)
            if start is not None:
                for person in lesson["participants"]:
                    taken[person] |= _bits(start, start + length)
                placements.append(_placement(lesson["id"], start, length))
                break
        if done % REPORT_EVERY == 0 or done == len(lessons):
            step.progress(done, len(lessons))
    return placements


def first_fit(free: int, length: int, *, preferred_day: int) -> int | None:
    """Return the first bit that begins `length` free bits, or None.

    Bit n of `free` is the n-th stretch of the week. Looks from the preferred day (Monday
    is 0) to the end of the week, then from its beginning.
    """
    starts, covered = free, 1
    while covered < length:  # a bit stays set while the `covered` bits from it are free
        step = min(covered, length - covered)
        starts &= starts >> step
        covered += step
    skipped = preferred_day * BITS_A_DAY
    starts = (starts >> skipped << skipped) or starts
    return (starts & -starts).bit_length() - 1 if starts else None


def _bits(first: int, end: int) -> int:
    return (1 << end) - (1 << first)


def _opening_hours() -> int:
    first, end = (clock.hour * 60 // GRID for clock in (FIRST, LAST))
    return sum(_bits(day * BITS_A_DAY + first, day * BITS_A_DAY + end) for day in range(7))


def _placement(tuition_id: uuid.UUID, start: int, length: int) -> Placement:
    day, first = divmod(start, BITS_A_DAY)
    return tuition_id, day + 1, _clock(first), _clock(first + length)


def _clock(bit: int) -> time:
    hours, minutes = divmod(bit * GRID, 60)
    return time(hours, minutes)


async def _parameters(connection: "asyncpg.Connection[Any]") -> dict[str, Any]:
    """Return what the run reports about itself, as the solver of this version does."""
    unplaced = await connection.fetch(
        "SELECT name FROM lessons WHERE id NOT IN (SELECT tuition_id FROM placements) ORDER BY id"
    )
    busiest = await connection.fetch(
        "SELECT first_name, count(*) AS lessons"
        " FROM tuitions JOIN users ON users.id = tuitions.teacher_id"
        ' GROUP BY first_name ORDER BY lessons DESC, first_name COLLATE "C" LIMIT 10'
    )
    return {
        "source": "synthesised",
        "requested_by": await connection.fetchval(
            "SELECT first_name || ' ' || last_name FROM users JOIN admins USING (id)"
            " WHERE privilege = 'Master'"
        ),
        "day": {"start": f"{FIRST:%H:%M}", "end": f"{LAST:%H:%M}"},
        "teacher_load": {row["first_name"]: row["lessons"] for row in busiest},
        "unplaced": {
            "lessons": len(unplaced),
            "examples": [row["name"] for row in unplaced[:10]],
        },
    }
