"""Manual rows of `tuition_logs`: a lesson entered an hour late, voided, and entered again."""

from datetime import UTC, datetime

TUITION_LOGS_DATA = [
    {
        "id": "00000000-0000-4000-8000-000000000201",
        "tuition_id": "00000000-0000-4000-8000-000000000101",
        "teacher_id": "00000000-0000-4000-8000-00000000000b",
        "subject": "Math",
        "educational_system": "IGCSE",
        "grade": 10,
        "starts_at": datetime(2025, 5, 5, 16, tzinfo=UTC),
        "ends_at": datetime(2025, 5, 5, 17, 30, tzinfo=UTC),
        "status": "VOID",
        "creation": "SCHEDULED",
        "corrected_from_id": None,
    },
    {
        "id": "00000000-0000-4000-8000-000000000202",
        "tuition_id": "00000000-0000-4000-8000-000000000101",
        "teacher_id": "00000000-0000-4000-8000-00000000000b",
        "subject": "Math",
        "educational_system": "IGCSE",
        "grade": 10,
        "starts_at": datetime(2025, 5, 5, 15, tzinfo=UTC),
        "ends_at": datetime(2025, 5, 5, 16, 30, tzinfo=UTC),
        "status": "ACTIVE",
        "creation": "CUSTOM",
        "corrected_from_id": "00000000-0000-4000-8000-000000000201",
    },
]
