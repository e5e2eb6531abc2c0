"""Manual rows of `student_subject_sharings`: Sol sits in Sara's Math lessons."""

STUDENT_SUBJECT_SHARINGS_DATA = [
    {
        "student_subject_id": "00000000-0000-4000-8000-0000000000f1",
        "student_id": "00000000-0000-4000-8000-0000000000d2",
    },
]
