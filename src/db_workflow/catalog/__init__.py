"""A schema as plain data, read from pg_catalog; differences; the fingerprint.

PostgreSQL compares itself: both sides are printed by the same server, so spelling never matters.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from db_workflow.catalog.difference import Difference, differences
    from db_workflow.catalog.outside import tables_outside, unpopulated_views
    from db_workflow.catalog.read import read_snapshot
    from db_workflow.catalog.snapshot import GRANTS, KINDS, SchemaObject, Snapshot
    from db_workflow.catalog.stamp import is_of_this_reader, read_stamp, reader_of, same_catalogs
    from db_workflow.catalog.unread import kinds_unread

__all__ = [
    "GRANTS",
    "KINDS",
    "Difference",
    "SchemaObject",
    "Snapshot",
    "differences",
    "is_of_this_reader",
    "kinds_unread",
    "read_snapshot",
    "read_stamp",
    "reader_of",
    "same_catalogs",
    "tables_outside",
    "unpopulated_views",
]

_ROOMS = {
    "difference": (
        "Difference",
        "differences",
    ),
    "outside": (
        "tables_outside",
        "unpopulated_views",
    ),
    "read": ("read_snapshot",),
    "snapshot": (
        "GRANTS",
        "KINDS",
        "SchemaObject",
        "Snapshot",
    ),
    "stamp": (
        "is_of_this_reader",
        "read_stamp",
        "reader_of",
        "same_catalogs",
    ),
    "unread": ("kinds_unread",),
}


def __getattr__(name: str) -> Any:
    """Import what is asked for: a command that has nothing to do only takes a stamp."""
    for room, names in _ROOMS.items():
        if name in names:
            return getattr(importlib.import_module(f"{__name__}.{room}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
