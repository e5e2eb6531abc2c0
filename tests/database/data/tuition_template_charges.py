"""Manual rows of `tuition_template_charges`: brother and sister pay different prices."""

from decimal import Decimal

TUITION_TEMPLATE_CHARGES_DATA = [
    {
        "id": "00000000-0000-4000-8000-000000000111",
        "tuition_id": "00000000-0000-4000-8000-000000000101",
        "student_id": "00000000-0000-4000-8000-0000000000d1",
        "parent_id": "00000000-0000-4000-8000-00000000000c",
        "cost": Decimal("200.00"),
    },
    {
        "id": "00000000-0000-4000-8000-000000000112",
        "tuition_id": "00000000-0000-4000-8000-000000000101",
        "student_id": "00000000-0000-4000-8000-0000000000d2",
        "parent_id": "00000000-0000-4000-8000-00000000000c",
        "cost": Decimal("180.00"),
    },
]
