"""The one session that seeds: SQLAlchemy's for manual rows, the driver's for everything else."""

import contextlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import asyncpg

from db_workflow.address import Address
from db_workflow.connection import connect
from db_workflow.errors import ServerError

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection


@contextlib.asynccontextmanager
async def opened(
    address: Address,
) -> "AsyncIterator[tuple[AsyncConnection, asyncpg.Connection[Any]]]":
    """Open a session for the length of a block; yield it as SQLAlchemy and as the driver know it.

    Raises:
        ServerError: it cannot be opened, or it ended before the block did.

    """
    from sqlalchemy.exc import DBAPIError
    from sqlalchemy.ext.asyncio import create_async_engine
    from sqlalchemy.pool import NullPool

    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=lambda: connect(address, purpose="seed"),
        poolclass=NullPool,
    )
    try:
        try:
            connection = await engine.connect()
        except DBAPIError as error:  # at what SQLAlchemy asks each new session
            raise _ended(address) from error
        try:
            raw = (await connection.get_raw_connection()).driver_connection
            assert raw is not None  # noqa: S101 - connected a moment ago
            async with _told_if_it_ends(raw, address):
                yield connection, raw
        finally:
            await connection.close()
    finally:
        await engine.dispose()


@contextlib.asynccontextmanager
async def _told_if_it_ends(raw: "asyncpg.Connection[Any]", address: Address) -> AsyncIterator[None]:
    try:
        yield
    except Exception as error:
        if raw.is_closed():
            raise _ended(address) from error
        raise


def _ended(address: Address) -> ServerError:
    return ServerError(
        f"The session that seeds {address} has ended before it was done.",
        why="the server ended it, or the way to it is broken; what the database holds now are"
        " the rows from before, or all of the new ones",
        next="invoke seed",
    )
