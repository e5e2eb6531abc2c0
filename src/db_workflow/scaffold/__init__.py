"""The round trip of a new table: what phase 3 wants to know of it, written where it belongs.

Four places: its entry in TABLE_CONFIG, its place in SEEDING_ORDER, its factory, and a file for
manual rows. What only a person can decide is marked, and refused until it is decided.
"""

from db_workflow.scaffold.result import Scaffolded
from db_workflow.scaffold.scaffold import scaffold

__all__ = ["Scaffolded", "scaffold"]
