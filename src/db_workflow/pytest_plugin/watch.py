"""What has happened in a database since the last look, as far as it outlives a test.

One statement a test: it costs a tenth of a millisecond, and says for certain if nothing was
committed. Transaction numbers belong to the whole server, so a number that was committed may be
another database's. Only when somebody can have committed in this one are its rows looked at
(`left`), which says in which tables something is.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Self

import asyncpg

from db_workflow.address import Address
from db_workflow.connection import connect
from db_workflow.pytest_plugin.left import Contents, changes, read_contents

# Candidates are the numbers given out since the last look, and those still at work then.
# pg_sequence_last_value is null for a sequence that has not been asked for a number.
_LOOK = """
WITH now AS MATERIALIZED (SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS next),
told AS MATERIALIZED (
    SELECT number, pg_xact_status(number::text::xid8) AS status
    FROM (SELECT generate_series($1::bigint, (SELECT next - 1 FROM now))
          UNION ALL SELECT unnest($2::bigint[])) AS candidates (number)
)
SELECT (SELECT next FROM now) AS next,
    ARRAY(SELECT number FROM told WHERE status = 'committed') AS committed,
    ARRAY(SELECT number FROM told WHERE status = 'in progress') AS unfinished,
    ARRAY(SELECT oid FROM unnest($3::oid[], $4::bigint[]) AS known (oid, last)
          WHERE pg_sequence_last_value(oid) IS DISTINCT FROM last) AS moved,
    (SELECT json_agg(json_build_object('process', pid, 'name', application_name,
                                       'state', state, 'query', left(query, 120)))
     FROM pg_stat_activity
     WHERE datname = current_database() AND backend_type = 'client backend'
       AND pid <> pg_backend_pid() AND (pid <> ALL ($5::int[]) OR state <> 'idle')) AS sessions,
    VISITORS AS visitors
"""
# How many sessions the database has ever had. A session is counted, at the latest, before it is
# gone from pg_stat_activity; older servers count in a process of its own, some time later.
_VISITORS = (
    "pg_stat_get_db_sessions((SELECT oid FROM pg_database WHERE datname = current_database()))"
)
_VISITORS_SINCE = 15
_SEQUENCES = """
SELECT seqrelid AS oid, pg_sequence_last_value(seqrelid) AS last, seqstart AS start,
    seqcache > 1 AS cached
FROM pg_sequence
"""
# A lock that a test has left behind must not stop the run.
_LOCK_TIMEOUT = "2s"


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody's connection to the database, as `pg_stat_activity` shows it."""

    process: int
    name: str | None
    state: str | None
    query: str | None

    @property
    def in_transaction(self) -> bool:
        """Whether it has begun something that it has not ended."""
        return self.state is not None and self.state != "idle"

    def __str__(self) -> str:
        """Return it in words."""
        what = "a transaction" if self.in_transaction else "a connection"
        query = " ".join((self.query or "").split())
        return f"{what} open: {self.name or 'without a name'} ({self.state}), last query: {query}"


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look found.

    Attributes:
        next: the transaction number that the server gives out next.
        committed: numbers committed since the last look, by anyone on the server.
        unfinished: numbers of transactions that are still at work.
        moved: sequences that are not where they were.
        sessions: others' connections, and those of `db_engine` that are not idle.
        visitors: how many connections there have ever been; None if the server cannot tell yet.

    """

    next: int
    committed: tuple[int, ...]
    unfinished: tuple[int, ...]
    moved: tuple[int, ...]
    sessions: tuple[Session, ...]
    visitors: int | None


class Watch:
    """Looks at one database, and remembers how it was."""

    def __init__(self, connection: "asyncpg.Connection[Any]", contents: Contents) -> None:
        self._connection = connection
        self._contents = contents
        self._next = 2**62  # later than any that the server gives out
        self._unfinished: tuple[int, ...] = ()
        self._visitors: int | None = None
        counts = connection.get_server_version().major >= _VISITORS_SINCE
        self._query = _LOOK.replace("VISITORS", _VISITORS if counts else "NULL::bigint")
        self._sequences: dict[int, tuple[int | None, int]] = {}
        self.cached_sequences = False

    @classmethod
    async def open(cls, address: Address) -> Self:
        """Begin to watch a database as it is now. Raises as `connect` does."""
        connection = await connect(address, purpose="watch tests")
        await connection.execute(f"SET lock_timeout = '{_LOCK_TIMEOUT}'")
        watch = cls(connection, await read_contents(connection))
        await watch._note_sequences()
        watch._note(await watch.look(()))
        return watch

    async def close(self) -> None:
        """End the watch."""
        self._connection.terminate()

    async def look(self, known: Collection[int]) -> Seen:
        """Tell what has happened since the last `settle`.

        Args:
            known: processes of connections that may be open, as long as they are idle.

        """
        row = await self._connection.fetchrow(
            self._query,
            self._next,
            self._unfinished,
            list(self._sequences),
            [last for last, _ in self._sequences.values()],
            list(known),
        )
        assert row is not None  # noqa: S101 - an aggregate
        sessions = json.loads(row["sessions"] or "[]")
        return Seen(
            row["next"],
            tuple(row["committed"]),
            tuple(row["unfinished"]),
            tuple(row["moved"]),
            tuple(Session(**one) for one in sessions),
            row["visitors"],
        )

    async def settle(self, seen: Seen, *, committed: bool = True, rewind: bool = True) -> list[str]:
        """Put the sequences back and return what was left in words; the next look begins here.

        Args:
            seen: what was found.
            committed: whether one of the connections that stay open can have committed.
            rewind: False takes the sequences as they are now for how they are to be.

        """
        visited = seen.visitors is None or seen.visitors != self._visitors
        suspicious = seen.committed and (committed or visited or seen.sessions)
        left = await self._left(seen.committed) if suspicious else []
        if not rewind:
            await self._note_sequences()
        elif seen.moved:
            await self._rewind(seen.moved)
        self._note(seen)
        return left

    async def end(self, sessions: Collection[Session]) -> None:
        """Begin to end others' connections to the database; they go when the server comes to it."""
        await self._connection.execute(
            "SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid",
            [one.process for one in sessions],
        )

    async def _left(self, committed: Collection[int]) -> list[str]:
        try:
            now = await read_contents(self._connection, committed)
        except asyncpg.LockNotAvailableError:
            return ["rows, perhaps: somebody has committed, and a table is locked"]
        before, self._contents = self._contents, now
        return changes(before, now)

    def _note(self, seen: Seen) -> None:
        self._next = seen.next
        self._unfinished = seen.unfinished
        self._visitors = seen.visitors

    async def _note_sequences(self) -> None:
        rows = await self._connection.fetch(_SEQUENCES)
        self._sequences = {row["oid"]: (row["last"], row["start"]) for row in rows}
        self.cached_sequences = any(row["cached"] for row in rows)

    async def _rewind(self, moved: Collection[int]) -> None:
        # No transaction takes a sequence's position back, so the one that sets it is rolled back
        # too: a commit would be a suspicion to every other worker.
        calls = []
        for oid in moved:
            last, start = self._sequences[oid]
            place = f"{start}, false" if last is None else f"{last}, true"
            calls.append(f"setval({oid}::oid::regclass, {place})")
        await self._connection.execute(f"BEGIN; SELECT {', '.join(calls)}; ROLLBACK")
