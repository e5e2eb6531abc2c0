"""Manual rows of `notes`: Sara's homework."""

NOTES_DATA = [
    {
        "id": "00000000-0000-4000-8000-000000000301",
        "teacher_id": "00000000-0000-4000-8000-00000000000b",
        "student_id": "00000000-0000-4000-8000-0000000000d1",
        "subject": "Math",
        "note_type": "HOMEWORK",
        "name": "Quadratic equations",
        "description": "Questions 1 to 12; the last one is for fun.",
        "url": "https://files.example.test/quadratic-equations.pdf",
    },
]
