"""A release: checklist, rehearsal and integrity before it; deploy and rollback."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from db_workflow.release.checklist import Checked
    from db_workflow.release.checks.registry import Evidence, Subject, check
    from db_workflow.release.result import Checklist, Item

__all__ = ["Checked", "Checklist", "Evidence", "Item", "Subject", "check"]

_ROOMS = {
    "checklist": ("Checked",),
    "checks.registry": ("Evidence", "Subject", "check"),
    "result": ("Checklist", "Item"),
}


def __getattr__(name: str) -> Any:
    """Import what is asked for: each command pays only for its own."""
    for room, names in _ROOMS.items():
        if name in names:
            return getattr(importlib.import_module(f"{__name__}.{room}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
