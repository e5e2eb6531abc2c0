"""Manual rows of `student_subjects`: Sara takes Math and Sol Physics, both with Theo."""

STUDENT_SUBJECTS_DATA = [
    {
        "id": "00000000-0000-4000-8000-0000000000f1",
        "student_id": "00000000-0000-4000-8000-0000000000d1",
        "teacher_id": "00000000-0000-4000-8000-00000000000b",
        "subject": "Math",
        "educational_system": "IGCSE",
        "grade": 10,
        "lessons_per_week": 1,
    },
    {
        "id": "00000000-0000-4000-8000-0000000000f2",
        "student_id": "00000000-0000-4000-8000-0000000000d2",
        "teacher_id": "00000000-0000-4000-8000-00000000000b",
        "subject": "Physics",
        "educational_system": "IGCSE",
        "grade": 9,
        "lessons_per_week": 2,
    },
]
