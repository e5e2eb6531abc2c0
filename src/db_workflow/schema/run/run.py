"""What every step of one run shares."""

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from db_workflow.console import Reporter, Silent
from db_workflow.schema.run.lock import MigrationLock
from db_workflow.settings import Settings

if TYPE_CHECKING:
    import asyncpg

# A server that does not answer for so long is left alone.
_UNANSWERED_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Run:
    """What every step of one run shares.

    Attributes:
        connection: open on the database, in no transaction.
        lock: the migration lock; proven to be held before a step is kept.
        settings: for the limits.
        rows_shown: whether a failure may show what rows hold.
        reporter: where progress goes.

    """

    connection: "asyncpg.Connection[Any]"
    lock: MigrationLock
    settings: Settings
    rows_shown: bool = False
    reporter: Reporter = Silent()

    @property
    def major(self) -> int:
        """The server's major version."""
        return self.connection.get_server_version().major


@contextlib.contextmanager
def ended_after(connection: "asyncpg.Connection[Any]", seconds: float = 0) -> Iterator[None]:
    """End a session if a block takes longer than that, and a while: nobody answers there.

    Being cancelled is not enough: undoing waits for the server's answer too.
    """
    clock = asyncio.get_running_loop().call_later(
        seconds + _UNANSWERED_SECONDS, connection.terminate
    )
    try:
        yield
    finally:
        clock.cancel()
