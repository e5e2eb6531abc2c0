"""Manual rows of `timetable_run_user_solutions`: none, solutions come with their run."""

TIMETABLE_RUN_USER_SOLUTIONS_DATA = []
