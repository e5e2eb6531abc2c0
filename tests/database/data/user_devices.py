"""Manual rows of `user_devices`: Paula's phone and browser."""

USER_DEVICES_DATA = [
    {
        "id": "00000000-0000-4000-8000-000000000501",
        "user_id": "00000000-0000-4000-8000-00000000000c",
        "platform": "IOS",
        "push_token": "paulas-phone",
    },
    {
        "id": "00000000-0000-4000-8000-000000000502",
        "user_id": "00000000-0000-4000-8000-00000000000c",
        "platform": "WEB",
        "push_token": "paulas-browser",
    },
]
