"""Version 0.2, finance: the ordered list of its steps."""

from db_workflow.schema import Migration, sql_file
from db_workflow.scripts import run_migrations

MIGRATION = Migration(
    version="0.2",
    title="finance",
    steps=(
        sql_file("charges/01_tuition_template_charges.sql"),
        sql_file("charges/02_backfill_from_arrays.sql"),
        sql_file("charges/03_drop_arrays.sql"),
        sql_file("sharings/01_student_subject_sharings.sql"),
        sql_file("sharings/02_backfill_from_arrays.sql"),
        sql_file("sharings/03_drop_arrays.sql"),
        sql_file("logs/01_tuition_logs.sql"),
        sql_file("logs/02_tuition_log_charges.sql"),
        sql_file("payments/01_payment_logs.sql"),
        sql_file("notes/01_notes.sql"),
        sql_file("meetings/01_meeting_links.sql"),
    ),
)

if __name__ == "__main__":
    run_migrations(__file__)
