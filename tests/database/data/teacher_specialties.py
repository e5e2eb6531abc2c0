"""Manual rows of `teacher_specialties`: what Theo teaches."""

TEACHER_SPECIALTIES_DATA = [
    {
        "id": "00000000-0000-4000-8000-0000000000e1",
        "teacher_id": "00000000-0000-4000-8000-00000000000b",
        "subject": "Math",
        "educational_system": "IGCSE",
        "grade": 10,
    },
    {
        "id": "00000000-0000-4000-8000-0000000000e2",
        "teacher_id": "00000000-0000-4000-8000-00000000000b",
        "subject": "Physics",
        "educational_system": "IGCSE",
        "grade": 9,
    },
]
