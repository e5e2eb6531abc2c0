"""A run that was interrupted: what it has left at work on the server, and what only it knew."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from db_workflow.console import Reporter
from db_workflow.schema.keys import SCHEMA
from db_workflow.schema.ledger.ledger import Row
from db_workflow.schema.run.locks import relation_names, settle
from db_workflow.schema.run.session import end_session, this_session
from db_workflow.state import recall, record

if TYPE_CHECKING:
    import asyncpg


async def begin(connection: "asyncpg.Connection[Any]") -> Mapping[str, str]:
    """Write down that a run is under way, and by which session.

    From here until the end of the run nobody can say what the schema should be.

    Returns:
        The tables' names by oid: what the run drops has no name afterwards.

    """
    names = await relation_names(connection)
    session = dict(await this_session(connection))
    shared: dict[str, Any] = {"fingerprint": None, "versions": []}
    await record(connection, SCHEMA, {**shared, "session": session, "relations": dict(names)})
    return names


async def end_left_over(connection: "asyncpg.Connection[Any]", *, reporter: Reporter) -> None:
    """End the session of a run that was killed, if the server still works for it.

    It would be rolled back at its end, because its lock is gone; until then its own locks stand in
    the way of the run that wants to do the step again.

    Raises:
        MigrationError: it is still there after some seconds, or belongs to another account.

    """
    left = await recall(connection, SCHEMA) or {}
    await end_session(connection, left.get("session"), step="migrate", reporter=reporter)


async def settle_left_over(
    connection: "asyncpg.Connection[Any]", rows: Sequence[Row]
) -> tuple[Row, ...]:
    """Complete the ledger rows of a run that did not come to do it; return all rows."""
    left = await recall(connection, SCHEMA) or {}
    if "relations" not in left:
        return tuple(rows)
    return await settle(connection, rows, {}, names=left["relations"])
