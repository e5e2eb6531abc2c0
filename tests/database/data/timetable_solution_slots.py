"""Manual rows of `timetable_solution_slots`: none, slots come with their run."""

TIMETABLE_SOLUTION_SLOTS_DATA = []
