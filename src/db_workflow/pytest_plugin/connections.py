"""The connections of `db_engine`: whose they are, and which of them must not be used again."""

import re
import weakref
from typing import TYPE_CHECKING, Any

from db_workflow.address import Address
from db_workflow.connection import connect

if TYPE_CHECKING:
    import asyncpg
    from asyncpg.connection import LoggedQuery
    from sqlalchemy import Connection
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

# What a rollback does not take out of a session: plans and types that the driver learnt from a
# schema that is gone again, prepared statements, advisory locks. A word too many only costs a
# connection.
_STAYS = re.compile(
    r"\b(?:CREATE|ALTER|DROP|DO|CALL|PREPARE|pg_(?:try_)?advisory_lock(?:_shared)?)\b",
    re.IGNORECASE,
)


class Connections:
    """The connections that `db_engine` has opened to one worker's database."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self.engine: AsyncEngine | None = None
        self._open: weakref.WeakSet[asyncpg.Connection[Any]] = weakref.WeakSet()
        self._spoilt: weakref.WeakSet[asyncpg.Connection[Any]] = weakref.WeakSet()
        # Whether one of them may have committed something; whoever has looked sets it back.
        self.committed = False

    async def open(self) -> "asyncpg.Connection[Any]":
        """Open a connection that is known from now on. Raises as `connect` does."""
        connection = await connect(self.address, purpose="tests")
        self._open.add(connection)
        known = weakref.ref(connection)

        def told(query: "LoggedQuery") -> None:
            if (found := known()) is not None:
                self._heed(found, query.query)

        connection.add_query_logger(told)
        return connection

    def watch(self, engine: "AsyncEngine") -> None:
        """Heed what an engine sends on these connections; the driver tells of its own queries."""
        from sqlalchemy import DDL, event

        def told(connection: "Connection", _cursor: object, query: str, *_: object) -> None:
            raw = connection.connection.driver_connection
            if raw is not None and self._heed(raw, query):
                # What SQLAlchemy itself takes for DDL lets it prepare its statements anew. In the
                # text of a query it does not see any, and plans of earlier tests would fail.
                connection.execute(DDL("SELECT 1"))  # type: ignore[no-untyped-call]

        event.listen(engine.sync_engine, "after_cursor_execute", told)
        self.engine = engine

    def _heed(self, connection: "asyncpg.Connection[Any]", query: str) -> bool:
        """Note what a query does beyond its test; return whether it may have changed the schema."""
        stays = _STAYS.search(query)
        if stays:
            self._spoilt.add(connection)
        if not connection.is_in_transaction() and not query.startswith("ROLLBACK"):
            self.committed = True
        return stays is not None

    @property
    def processes(self) -> list[int]:
        """The server's processes behind the connections that are open."""
        return [one.get_server_pid() for one in self._open if not one.is_closed()]

    @property
    def lent(self) -> int:
        """How many connections of the engine's pool somebody has in use."""
        from sqlalchemy.pool import QueuePool

        pool = self.engine.sync_engine.pool if self.engine is not None else None
        return pool.checkedout() if isinstance(pool, QueuePool) else 0

    async def give_back(self, connection: "AsyncConnection") -> None:
        """Close a connection that a later test would not find as if it were new."""
        pooled = connection.sync_connection
        if pooled is None or pooled.connection.driver_connection in self._spoilt:
            await connection.invalidate()

    def forget(self) -> None:
        """Let go of every connection at once: their database is about to go."""
        for one in self._open:
            if not one.is_closed():
                one.terminate()
        self._open.clear()
        if self.engine is not None:
            self.engine.sync_engine.dispose(close=False)
