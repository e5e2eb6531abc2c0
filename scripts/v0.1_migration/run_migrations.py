"""Version 0.1, people: the ordered list of its steps."""

from db_workflow.schema import Migration, sql_file
from db_workflow.scripts import run_migrations

MIGRATION = Migration(
    version="0.1",
    title="people",
    steps=(
        sql_file("people/01_users.sql"),
        sql_file("people/02_admins_teachers_parents.sql"),
        sql_file("people/03_students.sql"),
        sql_file("curriculum/01_student_subjects.sql"),
        sql_file("tuitions/01_tuitions.sql"),
        sql_file("availability/01_student_availability_intervals.sql"),
    ),
)

if __name__ == "__main__":
    run_migrations(__file__)
