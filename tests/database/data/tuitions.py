"""Manual rows of `tuitions`: Theo's Math lesson for Sara and Sol."""

TUITIONS_DATA = [
    {
        "id": "00000000-0000-4000-8000-000000000101",
        "teacher_id": "00000000-0000-4000-8000-00000000000b",
        "subject": "Math",
        "educational_system": "IGCSE",
        "grade": 10,
        "lesson_index": 1,
        "min_duration_minutes": 60,
        "max_duration_minutes": 90,
    },
]
