"""Manual rows of `payment_logs`: Paula paid for both, so that she owes Theo nothing."""

from datetime import UTC, datetime
from decimal import Decimal

PAYMENT_LOGS_DATA = [
    {
        "id": "00000000-0000-4000-8000-000000000221",
        "parent_id": "00000000-0000-4000-8000-00000000000c",
        "teacher_id": "00000000-0000-4000-8000-00000000000b",
        "amount": Decimal("380.00"),
        "paid_at": datetime(2025, 5, 31, 9, tzinfo=UTC),
        "status": "ACTIVE",
        "notes": "cash",
        "corrected_from_id": None,
    },
]
