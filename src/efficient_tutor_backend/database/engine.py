"""The engine, the sessions, and the only place in the repository that commits.

A unit of work is one `async with get_db_session()`: it ends in one commit or in none.
Code in between that could commit would save half of its caller's work, so sessions refuse
to, and a test (tests/unit/test_commit_rule.py) reads the whole repository for it.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Any, NoReturn

from sqlalchemy import URL, make_url
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

__all__ = [
    "CommitRefusedError",
    "DatabaseUrlError",
    "GuardedSession",
    "create_engine",
    "dispose_engine",
    "get_db_session",
    "get_engine",
    "get_session_factory",
]


class DatabaseUrlError(RuntimeError):
    """DATABASE_URL is missing, or is not an address of a PostgreSQL database."""


class CommitRefusedError(RuntimeError):
    """Something other than the end of `get_db_session()` tried to commit."""

    def __init__(self, call: str) -> None:
        super().__init__(
            f"{call} is refused: only the end of `async with get_db_session()` commits. "
            "Committing here would save half of the caller's unit of work. "
            "To send changes and see their effects now, use `await session.flush()`; "
            "for a part that may fail alone, `async with session.begin_nested()`."
        )


class GuardedSession(AsyncSession):
    """A session that leaves the decision to commit to whoever opened it."""

    async def commit(self) -> NoReturn:
        """Refuse, always. Raises CommitRefusedError."""
        raise CommitRefusedError("session.commit()")

    def begin(self) -> NoReturn:
        """Refuse: the block would commit at its end. Raises CommitRefusedError."""
        raise CommitRefusedError("session.begin()")

    async def _commit_unit_of_work(self) -> None:
        await super().commit()


def create_engine(url: str | URL, **options: Any) -> AsyncEngine:
    """Return an asyncpg engine for an address as libpq writes it; it connects on first use.

    Takes `postgresql://` (and `postgres://`) with or without a driver, a socket folder as
    `?host=/folder`, and `sslmode`, which asyncpg calls `ssl`. `options` go to SQLAlchemy.
    """
    address = make_url(url)
    if address.get_backend_name() not in {"postgresql", "postgres"}:
        raise DatabaseUrlError(
            f"{address.render_as_string(hide_password=True)} is not a PostgreSQL address: "
            "write postgresql://user:password@host:5432/database"
        )
    query = dict(address.query)
    if "sslmode" in query:
        query["ssl"] = query.pop("sslmode")
    return create_async_engine(
        address.set(drivername="postgresql+asyncpg", query=query),
        **{"pool_pre_ping": True, **options},
    )


@lru_cache(maxsize=1)
def get_engine() -> AsyncEngine:
    """Return the process's engine for DATABASE_URL, made on the first call."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        raise DatabaseUrlError(
            "DATABASE_URL is not set: the data layer does not guess a database. "
            "Set it to postgresql://user:password@host:5432/database"
        )
    return create_engine(url)


async def dispose_engine() -> None:
    """Close the process's engine, if there is one; the next use makes a new one."""
    if get_engine.cache_info().currsize:
        await get_engine().dispose()
        get_engine.cache_clear()


def get_session_factory(engine: AsyncEngine) -> async_sessionmaker[GuardedSession]:
    """Return a factory of guarded sessions.

    Objects stay usable after the commit: reading an expired attribute would need a query,
    which an async session cannot send behind an attribute access.
    """
    return async_sessionmaker(engine, class_=GuardedSession, expire_on_commit=False)


@asynccontextmanager
async def get_db_session(engine: AsyncEngine | None = None) -> AsyncIterator[GuardedSession]:
    """Open a unit of work: commit if the block ends, roll back if it raises.

    Cancellation counts as raising. Uses the process's engine unless one is given.
    """
    async with get_session_factory(engine or get_engine())() as session:
        try:
            yield session
        except BaseException:
            await session.rollback()
            raise
        await session._commit_unit_of_work()  # noqa: SLF001 - this is the one place
