"""Manual rows of `availability_intervals`: Sara's school on Monday, Theo's other work."""

from datetime import time

AVAILABILITY_INTERVALS_DATA = [
    {
        "id": "00000000-0000-4000-8000-000000000401",
        "user_id": "00000000-0000-4000-8000-0000000000d1",
        "day_of_week": 1,
        "start_time": time(7, 45),
        "end_time": time(14, 30),
        "availability_type": "school",
    },
    {
        "id": "00000000-0000-4000-8000-000000000402",
        "user_id": "00000000-0000-4000-8000-00000000000b",
        "day_of_week": 5,
        "start_time": time(12),
        "end_time": time(15),
        "availability_type": "work",
    },
]
