"""One migration at a time on one database, whoever runs it and from wherever."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

from db_workflow.address import Address
from db_workflow.connection import session
from db_workflow.errors import MigrationError
from db_workflow.lock import take
from db_workflow.schema.failure import DRIVER_ERRORS

# Advisory locks belong to one database, so one number serves all: "migrate" in ASCII.
KEY = int.from_bytes(b"migrate", "big")


@contextlib.asynccontextmanager
async def migration_lock(
    address: Address, *, wait_seconds: float
) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Hold the database's migration lock; yields a check that it is still held.

    The lock has a session of its own: a step that ends with DISCARD ALL, or unlocks everything it
    finds, does not release it.

    Raises:
        BusyError: still held by another session after `wait_seconds`; says by whom.

    """
    async with session(address, purpose="migrate") as connection:
        await take(
            connection,
            KEY,
            wait_seconds=wait_seconds,
            found=f"Another run is migrating {address.database!r}",
            why="two runs at once would apply steps twice or out of order",
        )

        async def still_held() -> None:
            try:
                await connection.execute("SELECT")
            except DRIVER_ERRORS as error:
                raise MigrationError(
                    f"The lock on {address.database!r} was lost: its session ended.",
                    why="another run may have begun, so this step was rolled back",
                    next="invoke migrate",
                ) from error

        yield still_held
