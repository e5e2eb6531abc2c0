"""Version 0.3, curriculum and timetable: the ordered list of its steps."""

from db_workflow.schema import Migration, python_step, sql_file
from db_workflow.scripts import run_migrations

MIGRATION = Migration(
    version="0.3",
    title="curriculum and timetable",
    steps=(
        sql_file("curriculum/01_add_system_and_grade.sql"),
        sql_file("curriculum/02_backfill_students.sql"),
        sql_file("curriculum/03_backfill_lessons.sql"),
        sql_file("curriculum/04_require_system_and_grade.sql"),
        sql_file("specialties/01_teacher_specialties.sql"),
        sql_file("specialties/02_backfill_from_lessons.sql"),
        sql_file("specialties/03_lessons_match_specialties.sql"),
        sql_file("availability/01_generalise_to_users.sql"),
        sql_file("availability/02_add_work_and_personal.sql"),
        sql_file("availability/03_classify_others.sql"),
        sql_file("availability/04_drop_label.sql"),
        sql_file("admins/01_add_privilege.sql"),
        sql_file("admins/02_backfill_privilege.sql"),
        sql_file("admins/03_one_master.sql"),
        sql_file("timetable/01_runs_and_solutions.sql"),
        sql_file("timetable/02_slots.sql"),
        sql_file("timetable/03_calendar_events.sql"),
        sql_file("tuition_ids/01_references_follow.sql"),
        python_step("regenerate_tuition_ids.py"),
        python_step("normalise_passwords.py"),
        # Last: it reads the tuitions by their final ids.
        python_step("synthesise_timetable.py"),
    ),
)

if __name__ == "__main__":
    run_migrations(__file__)
