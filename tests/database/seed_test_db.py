"""The order in which test data is loaded, parents first: SEEDING_ORDER.

`python tests/database/seed_test_db.py` loads the manual and the generated rows into the test
database, as `invoke seed` does; with `--clear` it only empties it. An order that some foreign key
contradicts is refused, with one that works to paste here.
"""

from pathlib import Path

from db_workflow.scripts import run_seeder
from db_workflow.settings import Settings, load_settings

SEEDING_ORDER = (
    "users",
    "admins",
    "teachers",
    "parents",
    "students",
    "teacher_specialties",
    "student_subjects",
    "student_subject_sharings",
    "tuitions",
    "tuition_template_charges",
    "meeting_links",
    "tuition_logs",
    "tuition_log_charges",
    "payment_logs",
    "notes",
    "availability_intervals",
    "timetable_runs",
    "timetable_run_user_solutions",
    "timetable_solution_slots",
    "calendar_events",
    "user_devices",
)


async def clear_database(settings: Settings | None = None) -> None:
    """Empty every table of the test database in one statement, as `--clear` does.

    Args:
        settings: the repository; this one if it is left out.

    Raises:
        DatabaseRefusedError: the workflow did not create the database as a test database.
        PhaseError: it is not migrated.
        BusyError: somebody else is using it.

    """
    from db_workflow import steps

    await steps.clear_database(settings or load_settings(Path(__file__).parent))


if __name__ == "__main__":
    run_seeder(__file__)
