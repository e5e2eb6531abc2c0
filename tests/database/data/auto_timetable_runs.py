"""Generated test data of the table timetable_runs. Do not edit: `invoke generate` writes it anew.

Rows are PostgreSQL's COPY text, in the order of the primary key.
"""

from db_workflow.testdata import rows

TABLE = 'timetable_runs'
SOURCE = '145b38fa6ed2ec3576c419d6542d867fe3e5758ccc9586677f83bca1a90405e9'
KEY = 'public'
RULES = '7a5beb8576ff820f7cceb016e09605a0'
ROWS = 4
DIGEST = 'bcdb795f9ac45ebfedff7f15f6bb54d9b249698c7eaf554ece93a3a4df077319'

AUTO_TIMETABLE_RUNS_DATA = rows(
    columns=(
        'id',
        'status',
        'parameters',
        'created_at',
        'finished_at',
    ),
    text=r'''
3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	SUCCESS	{"day": {"end": "22:00", "start": "08:00"}, "source": "synthesised", "unplaced": {"lessons": 0, "examples": []}, "requested_by": "Maveda Norimdale", "teacher_load": {"Maveda": 18, "Elevian": 14, "Loraron": 16, "Ulimina": 7, "Jorevian": 17, "凪岚晴": 12, "كرفانين": 17, "Φαλδούλη": 9, "Любозовин": 12}}	2024-12-12 00:12:23.596209+00	2024-12-12 00:12:23.596209+00
7773a6d4-06fc-5d4e-8a03-25e6d966d222	MANUAL	{"moved": [{"by": "Maveda Norimdale", "day": 3, "slot": "Geography: Ulimina"}], "source": "manual", "comment": "Velit officia sed velit elit duis", "approved": true, "contacts": {"Elevian Ersavwick": "+1 953 285 8463", "Ulimina Prinosstead-Calimdale": "(058) 5800 8433", "طلفاسام ترسيرا الدلميسبي": "+1 779 392 3815"}, "requested_by": null}	2025-02-28 05:53:35.731591+00	2025-02-28 06:34:35.731591+00
8d1ed946-58dc-507b-a370-f5635e22a9de	FAILED	{"busy": {"": [], "Loraron Quaravdale": [[1, "08:00", "13:00"], [2, "08:00", "13:00"]]}, "error": "Cillum veniam fugiat anim cupidatat consectetur culpa ipsum", "source": "solver 2.1", "weights": {"gap": 1.1, "late": 0, "sibling": -0.5, "same_day": null}, "unplaced": [{"lesson": "Geography 1: Ulimina", "reason": "Laboris"}], "requested_by": "Maveda Norimdale"}	2025-02-22 05:50:21.275048+00	2025-02-22 05:52:21.275048+00
c9fa3467-336b-5d25-9097-2a1b4bd72a57	FAILED	{}	2025-02-23 05:52:07.867079+00	\N
''',
)
