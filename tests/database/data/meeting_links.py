"""Manual rows of `meeting_links`: where Theo's Math lesson meets."""

MEETING_LINKS_DATA = [
    {
        "id": "00000000-0000-4000-8000-000000000121",
        "tuition_id": "00000000-0000-4000-8000-000000000101",
        "link_type": "ZOOM",
        "url": "https://meet.example.test/theo-math",
        "meeting_id": "100 2000 3000",
        "password": "theo-math",
    },
]
