"""Manual rows of `timetable_runs`: none, the generated rows have runs of every kind."""

TIMETABLE_RUNS_DATA = []
