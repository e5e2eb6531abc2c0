"""Manual rows of `parents`: sign in as parent@example.test with "public-test-password"."""

PARENTS_DATA = [
    {
        "id": "00000000-0000-4000-8000-00000000000c",
        "email": "parent@example.test",
        "first_name": "Paula",
        "last_name": "Parent",
        "time_zone": "Africa/Cairo",
        "currency": "EGP",
    },
]
