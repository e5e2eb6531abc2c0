"""The database: `models`, `db_enums`, `engine`, and the SQL that builds it."""

from efficient_tutor_backend.database.engine import (
    CommitRefusedError,
    GuardedSession,
    create_engine,
    dispose_engine,
    get_db_session,
    get_engine,
    get_session_factory,
)

__all__ = [
    "CommitRefusedError",
    "GuardedSession",
    "create_engine",
    "dispose_engine",
    "get_db_session",
    "get_engine",
    "get_session_factory",
]
