"""Who else is connected to a database: told before anything, ended only on request."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from db_workflow.connection import application_name

if TYPE_CHECKING:
    import asyncpg

_OTHERS = """
SELECT coalesce(nullif(application_name, ''), 'unnamed') AS name,
    usename::text AS account, count(*) AS sessions
FROM pg_catalog.pg_stat_activity
WHERE datname = $1 AND usename IS NOT NULL AND application_name <> ALL ($2::text[])
    AND coalesce(backend_type, 'client backend') = 'client backend'
GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
"""
_PREPARED = "SELECT count(*) FROM pg_catalog.pg_prepared_xacts WHERE database = $1"
_END = """
SELECT count(*) FROM (
    SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity
    WHERE datid = $1 AND usename IS NOT NULL
        AND coalesce(backend_type, 'client backend') = 'client backend'
) AS ended
"""
_NAMED = 5
# A session of this process that has just been closed may still be seen.
_OWN = ("look", "plan", "compare", "backup", "deploy", "rollback")


@dataclass(frozen=True, slots=True)
class Others:
    """Who is connected beside us.

    Attributes:
        kinds: (application, account, how many), most first.
        prepared: transactions that were prepared and neither committed nor rolled back.

    """

    kinds: tuple[tuple[str, str, int], ...]
    prepared: int = 0

    @property
    def count(self) -> int:
        """How many sessions."""
        return sum(number for _, _, number in self.kinds)

    def __bool__(self) -> bool:
        """Tell whether anybody stands in the way of a rename."""
        return bool(self.kinds or self.prepared)

    def __str__(self) -> str:
        """Return one line: `3 sessions: 2 of api (web), psql (anna)`."""
        if not self:
            return "nobody"
        named = [
            (f"{number} of " if number > 1 else "") + f"{name} ({account})"
            for name, account, number in self.kinds[:_NAMED]
        ]
        more = len(self.kinds) - _NAMED
        parts = []
        if self.kinds:
            tail = f", and {more} more" if more > 0 else ""
            parts.append(f"{self.count} session{'s' * (self.count > 1)}: {', '.join(named)}{tail}")
        if self.prepared:
            parts.append(f"{self.prepared} prepared transactions, which no session holds")
        return "; ".join(parts)


async def others(connection: "asyncpg.Connection[Any]", database: str) -> Others:
    """Return who is connected to a database, but for this process."""
    own = [application_name(purpose) for purpose in _OWN]
    rows = await connection.fetch(_OTHERS, database, own)
    prepared = await connection.fetchval(_PREPARED, database)
    return Others(tuple((row[0], row[1], row[2]) for row in rows), prepared)


async def end_sessions(connection: "asyncpg.Connection[Any]", oid: int) -> int:
    """End every client's session on a database that this one is not in; return how many."""
    return int(await connection.fetchval(_END, oid))
