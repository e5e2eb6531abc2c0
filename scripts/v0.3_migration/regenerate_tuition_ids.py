"""Give every tuition the id that its content determines; what refers to it follows.

The same planned lesson then has the same id in every environment and after every
re-creation, so a timetable computed elsewhere still fits. `uuid5` needs SHA-1, which
core PostgreSQL lacks: the ids are computed here, everything else happens in the server.
"""

import uuid
from collections.abc import Iterable

import asyncpg

from db_workflow.errors import MigrationError
from db_workflow.schema import StepContext

BATCH = 5_000

# Fixed for good: another namespace would give every tuition another id.
NAMESPACE = uuid.UUID("6f1c1f0e-5d0b-5c39-9d0a-3f2b7c1e8a44")

# Everyone in the room, teacher included: two teachers may give the same lesson of the
# same subject to the same student.
TUITIONS = """
    SELECT
        tuition.id,
        tuition.subject::text,
        tuition.educational_system::text,
        tuition.grade,
        tuition.lesson_index,
        array_agg(charge.student_id) FILTER (WHERE charge.student_id IS NOT NULL)
            || tuition.teacher_id AS participants
    FROM tuitions AS tuition
    LEFT JOIN tuition_template_charges AS charge ON charge.tuition_id = tuition.id
    WHERE tuition.id > $1
    GROUP BY tuition.id
    ORDER BY tuition.id
    LIMIT $2
"""


def tuition_id(
    subject: str,
    educational_system: str,
    grade: int,
    lesson_index: int,
    participants: Iterable[uuid.UUID],
) -> uuid.UUID:
    """Return the id of a lesson; the order of its participants does not matter."""
    people = ",".join(sorted(str(person) for person in participants))
    return uuid.uuid5(NAMESPACE, f"{subject}|{educational_system}|{grade}|{lesson_index}|{people}")


async def upgrade(step: StepContext) -> None:
    """Compute the new ids, refuse collisions, then move every tuition in one statement.

    Running it again changes nothing: an id is a function of what stays the same.
    """
    connection = step.connection
    await connection.execute(
        "CREATE TEMPORARY TABLE new_tuition_ids (old_id uuid PRIMARY KEY, new_id uuid NOT NULL)"
        " ON COMMIT DROP"
    )
    total = await connection.fetchval("SELECT count(*) FROM tuitions")
    done, last = 0, uuid.UUID(int=0)
    while batch := await connection.fetch(TUITIONS, last, BATCH):
        await connection.copy_records_to_table(
            "new_tuition_ids", records=[(row["id"], _new_id(row)) for row in batch]
        )
        done, last = done + len(batch), batch[-1]["id"]
        step.progress(done, total)

    await _refuse_collisions(step)
    # The foreign keys to tuitions are ON UPDATE CASCADE since tuition_ids/01.
    await connection.execute(
        "UPDATE tuitions SET id = new_id FROM new_tuition_ids"
        " WHERE id = old_id AND old_id <> new_id"
    )


def _new_id(row: asyncpg.Record) -> uuid.UUID:
    return tuition_id(
        row["subject"],
        row["educational_system"],
        row["grade"],
        row["lesson_index"],
        row["participants"],
    )


async def _refuse_collisions(step: StepContext) -> None:
    groups = await step.connection.fetch(
        "SELECT array_agg(old_id ORDER BY old_id)::text[] AS ids FROM new_tuition_ids"
        " GROUP BY new_id HAVING count(*) > 1 ORDER BY 1"
    )
    if groups:
        example = ", ".join(groups[0]["ids"])
        raise MigrationError(
            f"{len(groups)} group(s) of tuitions are the same lesson twice, the first: {example}",
            why="they agree in subject, system, grade, lesson index and everyone who takes part, "
            "so they would get the same id",
            next="give one of each group another lesson_index, or delete it, and run this again",
            data={"collisions": [group["ids"] for group in groups]},
        )
