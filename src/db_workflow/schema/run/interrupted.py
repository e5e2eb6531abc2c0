"""A run that was interrupted: what it has left at work on the server, and what only it knew."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from db_workflow.console import Reporter
from db_workflow.schema.keys import SCHEMA
from db_workflow.schema.ledger.ledger import Row
from db_workflow.schema.ledger.recorded import amend_beginning, record_beginning
from db_workflow.schema.run.locks import relation_names, settle
from db_workflow.schema.run.session import end_session, this_session
from db_workflow.state import recall

if TYPE_CHECKING:
    import asyncpg


async def begin(
    connection: "asyncpg.Connection[Any]",
    rows: Sequence[Row],
    *,
    worker: "asyncpg.Connection[Any]",
) -> Mapping[str, str]:
    """Write down that a run is under way, and by which session.

    Args:
        connection: open on the database.
        rows: its ledger.
        worker: the session in which the steps will run.

    Returns:
        The tables' names by oid: what the run drops has no name afterwards.

    """
    names = await relation_names(connection)
    facts = {"session": dict(await this_session(worker)), "relations": dict(names)}
    await record_beginning(connection, rows, facts)
    return names


async def go_on_in(worker: "asyncpg.Connection[Any]") -> None:
    """Write down that another session, this one, runs the steps from here on."""
    await amend_beginning(worker, session=dict(await this_session(worker)))


async def changes_begin(worker: "asyncpg.Connection[Any]") -> None:
    """Write down that the schema may change before the ledger has a row more."""
    await amend_beginning(worker, changing=True)


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
