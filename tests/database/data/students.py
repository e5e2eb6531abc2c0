"""Manual rows of `students`: Paula's children, a class apart.

Sign in as student@example.test with "public-test-password". Sol has never signed in: the one-time
password is the same one.
"""

from decimal import Decimal

STUDENTS_DATA = [
    {
        "id": "00000000-0000-4000-8000-0000000000d1",
        "email": "student@example.test",
        "first_name": "Sara",
        "last_name": "Parent",
        "time_zone": "Africa/Cairo",
        "parent_id": "00000000-0000-4000-8000-00000000000c",
        "status": "Alpha",
        "cost": Decimal("200.00"),
        "min_lessons_per_week": 1,
        "max_lessons_per_week": 4,
        "educational_system": "IGCSE",
        "grade": 10,
    },
    {
        "id": "00000000-0000-4000-8000-0000000000d2",
        "email": "new.student@example.test",
        "first_name": "Sol",
        "last_name": "Parent",
        "time_zone": "Africa/Cairo",
        "is_first_sign_in": True,
        "generated_password": "public-test-password",
        "parent_id": "00000000-0000-4000-8000-00000000000c",
        "status": "NONE",
        "cost": Decimal("180.00"),
        "min_lessons_per_week": 0,
        "max_lessons_per_week": 3,
        "educational_system": "IGCSE",
        "grade": 9,
    },
]
