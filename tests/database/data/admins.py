"""Manual rows of `admins`: sign in as admin@example.test with "public-test-password"."""

ADMINS_DATA = [
    {
        "id": "00000000-0000-4000-8000-00000000000a",
        "email": "admin@example.test",
        "first_name": "Ada",
        "last_name": "Admin",
        "time_zone": "Africa/Cairo",
        # Not Master: there is at most one, and production's is among the generated rows.
        "privilege": "Normal",
    },
]
