"""A schema as plain data, read from pg_catalog; differences; the fingerprint.

PostgreSQL compares itself: both sides are printed by the same server, so spelling never matters.
"""

from db_workflow.catalog.difference import Difference, differences
from db_workflow.catalog.outside import tables_outside, unpopulated_views
from db_workflow.catalog.read import read_snapshot
from db_workflow.catalog.snapshot import GRANTS, KINDS, SchemaObject, Snapshot
from db_workflow.catalog.stamp import is_of_this_reader, read_stamp, same_catalogs
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
    "same_catalogs",
    "tables_outside",
    "unpopulated_views",
]
