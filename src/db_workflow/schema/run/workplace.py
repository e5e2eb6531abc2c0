"""The session in which the steps of a run work: nothing of the runner's own rests on it."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from db_workflow.address import Address
from db_workflow.connection import Coming, opening

if TYPE_CHECKING:
    import asyncpg


@dataclass(slots=True)
class Workplace:
    """Where steps work: one session at a time, the first of which is opened meanwhile.

    What the server keeps of a session is reset after each step. What a step in Python does to the
    driver (codecs, listeners, prepared statements) nobody can reset: the next one works elsewhere.
    """

    _address: Address
    _open: contextlib.AsyncExitStack
    _coming: Coming | None = None
    _connection: "asyncpg.Connection[Any] | None" = None

    @property
    def is_lost(self) -> bool:
        """Whether the session has ended by itself; the server may still work for it."""
        return self._connection is not None and self._connection.is_closed()

    async def enter(self) -> "asyncpg.Connection[Any]":
        """Return a new session, in which a step means what it means in psql; close the last one."""
        if self._coming is None:
            await self.begin()
        assert self._coming is not None  # noqa: S101 - just begun
        self._connection, self._coming = await self._coming(), None
        return self._connection

    async def leave(self) -> None:
        """Close the session."""
        await self._open.aclose()

    async def begin(self) -> None:
        """Begin to open a session, in the place of the last one."""
        await self.leave()
        coming = opening(self._address, purpose="migrate", pinned=False)
        self._coming = await self._open.enter_async_context(coming)


@contextlib.asynccontextmanager
async def workplace(address: Address) -> AsyncIterator[Workplace]:
    """Give the steps of a run a place to work, for the length of a block."""
    async with contextlib.AsyncExitStack() as stack:
        place = Workplace(address, stack)
        await place.begin()
        yield place
