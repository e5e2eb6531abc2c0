"""What everything that runs one file statement by statement has to know."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import asyncpg

from db_workflow.connection import DRIVER_ERRORS
from db_workflow.console import Reporter
from db_workflow.schema.plan import Entry
from db_workflow.schema.run.copied_rows import send_part
from db_workflow.schema.run.piecewise.piece import Piece
from db_workflow.schema.script.script import Script
from db_workflow.settings import Settings

_LIMITS = ("lock_timeout", "statement_timeout")
# The commands whose tag ends with the number of rows that they changed.
_CHANGE = {"INSERT", "UPDATE", "DELETE", "MERGE", "COPY"}


@dataclass(frozen=True, slots=True)
class Work:
    """One file at work.

    Attributes:
        connection: open on the database, in no transaction, the step's limits set.
        entry: the step.
        script: its text.
        pieces: its statements.
        settings: the repository.
        rows_shown: whether a failure may show what rows hold.
        reporter: where progress goes.
        still_held: raises when the migration lock is lost.
        limits: the step's `lock_timeout` and `statement_timeout`, as the server prints them.

    """

    connection: "asyncpg.Connection[Any]"
    entry: Entry
    script: Script
    pieces: tuple[Piece, ...]
    settings: Settings
    rows_shown: bool
    reporter: Reporter
    still_held: Callable[[], Awaitable[None]]
    limits: tuple[str, str]

    def say(self, text: str) -> None:
        """Report something about the step."""
        self.reporter.say(f"  {self.entry.name}  {text}")

    async def send(self, piece: Piece) -> int:
        """Send a statement; return how many rows it has changed."""
        return _changed(await send_part(self.connection, piece.text, piece.data))

    async def restore_driver(self) -> None:
        """Give back what a DISCARD, a DEALLOCATE or a RESET ALL has taken away."""
        await self.connection.reload_schema_state()
        await self._set(self.limits)

    @contextlib.asynccontextmanager
    async def patience(self) -> AsyncIterator[None]:
        """Wait for locks as long as it takes, unless the file has set a limit of its own."""
        limit = await self.connection.fetchval("SELECT current_setting('lock_timeout')")
        if limit != self.limits[0]:
            yield
            return
        await self._set(("0",))
        try:
            yield
        finally:
            with contextlib.suppress(*DRIVER_ERRORS):  # the session may be what has ended
                await self._set(self.limits[:1])

    async def _set(self, values: tuple[str, ...]) -> None:
        for name, value in zip(_LIMITS, values, strict=False):
            await self.connection.execute("SELECT set_config($1, $2, false)", name, value)


async def limits_of(connection: "asyncpg.Connection[Any]") -> tuple[str, str]:
    """Return the limits that are set in a session."""
    lock, statement = [
        str(await connection.fetchval("SELECT current_setting($1)", name)) for name in _LIMITS
    ]
    return lock, statement


def _changed(tag: str) -> int:
    command, _, rest = tag.partition(" ")
    number = rest.rpartition(" ")[2]
    return int(number) if command in _CHANGE and number.isdigit() else 0
