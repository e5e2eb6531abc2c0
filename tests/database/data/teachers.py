"""Manual rows of `teachers`: sign in as teacher@example.test with "public-test-password"."""

from datetime import date

TEACHERS_DATA = [
    {
        "id": "00000000-0000-4000-8000-00000000000b",
        "email": "teacher@example.test",
        "first_name": "Theo",
        "last_name": "Teacher",
        "time_zone": "Africa/Cairo",
        "currency": "EGP",
        "birth_date": date(1988, 2, 29),
    },
]
