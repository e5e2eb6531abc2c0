"""Generated test data of the table timetable_runs. Do not edit: `invoke generate` writes it anew.

Rows are PostgreSQL's COPY text, in the order of the primary key.
"""

from db_workflow.testdata import rows

TABLE = 'timetable_runs'
SOURCE = '145b38fa6ed2ec3576c419d6542d867fe3e5758ccc9586677f83bca1a90405e9'
KEY = 'public'
RULES = 'ca222df4a3cd33a6ab7f6a5dc44a3194'
ROWS = 4
DIGEST = '51a7a71f250cf7796d5be65a700578b245008025cbfa2ae9d3bccb9a11356c2d'

AUTO_TIMETABLE_RUNS_DATA = rows(
    columns=(
        'id',
        'status',
        'parameters',
        'created_at',
        'finished_at',
    ),
    text=r'''
3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	SUCCESS	{"day": {"end": "22:00", "start": "08:00"}, "source": "synthesised", "unplaced": {"lessons": 0, "examples": []}, "requested_by": "Ulimia Valomford", "teacher_load": {"Quinevia": 17, "Ulimia": 18, "Pellimina": 16, "Βελμίρα": 14, "Любозар": 12, "Ilanon": 12, "Kelolina": 17, "Ulimina": 7, "תרסין": 9}}	2024-12-12 00:12:23.596209+00	2024-12-12 00:12:23.596209+00
7773a6d4-06fc-5d4e-8a03-25e6d966d222	MANUAL	{"moved": [{"by": "Ulimia Valomford", "day": 3, "slot": "Geography: נועמאור"}], "source": "manual", "comment": "Velit officia sed velit elit duis", "approved": true, "contacts": {"נועמאור Farundford-Norerovan": "(936) 4388 0884", "Βελμίρα Ждаворин": "+0 560 590 5247", "Ñolaris そらの Valelberg": "+5 475 000 7426"}, "requested_by": null}	2025-02-28 05:53:35.731591+00	2025-02-28 06:34:35.731591+00
8d1ed946-58dc-507b-a370-f5635e22a9de	FAILED	{"busy": {"": [], "Pellimina Quaravdale": [[1, "08:00", "13:00"], [2, "08:00", "13:00"]]}, "error": "Cillum veniam fugiat anim cupidatat consectetur culpa ipsum", "source": "solver 2.1", "weights": {"gap": 1.1, "late": 0, "sibling": -0.5, "same_day": null}, "unplaced": [{"lesson": "Geography 1: נועמאור", "reason": "Laboris"}], "requested_by": "Ulimia Valomford"}	2025-02-22 05:50:21.275048+00	2025-02-22 05:52:21.275048+00
c9fa3467-336b-5d25-9097-2a1b4bd72a57	FAILED	{}	2025-02-23 05:52:07.867079+00	\N
''',
)
