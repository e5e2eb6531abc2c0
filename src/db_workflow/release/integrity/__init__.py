"""Integrity: one read-only look at what a database promises about its rows, and whether it holds.

PostgreSQL checks a promise when a row is written or a constraint is made. A trigger that was
switched off, a dump loaded with `session_replication_role`, a constraint that was never validated:
after each of them the catalog may say what the rows do not.
"""

from db_workflow.release.integrity.look import inspect, look_at
from db_workflow.release.integrity.result import Fault, Integrity

__all__ = ["Fault", "Integrity", "inspect", "look_at"]
