"""Version 0.1, people: the ordered list of its steps."""

from db_workflow.schema import Migration, run_as_script, sql_file

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
    run_as_script(__file__)
