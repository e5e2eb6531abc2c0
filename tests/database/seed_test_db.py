"""The order in which test data is loaded, parents first: SEEDING_ORDER.

`python tests/database/seed_test_db.py` loads the manual and the generated rows into the test
database, as `invoke seed` does; with `--clear` it only empties it. An order that some foreign key
contradicts is refused, with one that works to paste here.
"""

from db_workflow.scripts import run_seeder

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

CLEAR_PLACEHOLDER = None

if __name__ == "__main__":
    run_seeder()
