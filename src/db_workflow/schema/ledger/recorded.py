"""The schema as the last run left it: written down at its end, compared before anything begins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from db_workflow.catalog.stamp import is_of_this_reader, read_stamp, same_catalogs
from db_workflow.schema.keys import SCHEMA
from db_workflow.schema.ledger.ledger import Row, read_ledger
from db_workflow.state import recall, record

if TYPE_CHECKING:
    import asyncpg

    from db_workflow.catalog import Snapshot

_DOUBT = (
    "a run broke off after it had changed the schema, so nobody can know whether somebody else"
    " has changed it since; invoke verify compares it with what the lists give"
)
_OTHER_READER = (
    "the schema was recorded by another version of this tool, or for other `schemas`, and has been"
    " written to since, so nobody can know whether it was changed; invoke verify compares it with"
    " what the lists give"
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What is recorded of a schema, and whether it is still true.

    Attributes:
        fingerprint: as recorded; None if the last run was ended before it could record one, or if
            another version of this tool did.
        holds: whether the schema is known to be as it was left.
        changed: whether it is known not to be.
        doubt: why neither is known; empty if one is, or if nothing was ever recorded.
        outdated: whether another version of this tool, or one for other schemas, recorded it.

    """

    fingerprint: str | None
    holds: bool
    changed: bool = False
    doubt: str = ""
    outdated: bool = False


async def record_schema(
    connection: "asyncpg.Connection[Any]", *, versions: Sequence[str], schemas: Sequence[str]
) -> "Snapshot":
    """Write down the schema as it is now, and the versions that are there in full; return it."""
    from db_workflow.catalog import read_snapshot

    # The stamp first: a change between the two then shows as one.
    stamp = await read_stamp(connection, schemas=schemas)
    snapshot = await read_snapshot(connection, schemas=schemas)
    found = {"fingerprint": snapshot.fingerprint, "versions": list(versions), "stamp": stamp}
    await record(connection, SCHEMA, found)
    return snapshot


async def record_beginning(
    connection: "asyncpg.Connection[Any]", rows: Sequence[Row], facts: Mapping[str, Any]
) -> None:
    """Write down that a run begins, with facts of its own.

    From here to its end nobody can say what the schema should be. What was recorded before is kept
    beside it: as long as the run has changed nothing, that must still hold.
    """
    left = await recall(connection, SCHEMA) or {}
    before = left.get("before") or {
        "fingerprint": left.get("fingerprint"),
        "stamp": left.get("stamp"),
        "sequence": _last(rows),
    }
    begun: dict[str, Any] = {"fingerprint": None, "versions": [], "before": before}
    await record(connection, SCHEMA, {**begun, **facts})


async def amend_beginning(
    connection: "asyncpg.Connection[Any]", *, changing: bool = False, **facts: Any
) -> None:
    """Write down something else of the run that is under way.

    Args:
        connection: open on the database.
        changing: whether the schema may change from here on with no row in the ledger.
        facts: what else there is to know.

    """
    left = await recall(connection, SCHEMA) or {}
    if changing:
        facts["before"] = {"fingerprint": None, "stamp": None, "sequence": None}
    await record(connection, SCHEMA, {**left, **facts})


async def recorded_schema(
    connection: "asyncpg.Connection[Any]", *, schemas: Sequence[str]
) -> Recorded:
    """Return what is recorded, compared with the schema as it is; the schema is read if it must."""
    left = await recall(connection, SCHEMA) or {}
    fingerprint = left.get("fingerprint")
    if fingerprint is not None:
        return await _compared(connection, left, schemas, recorded=fingerprint)
    if "session" not in left:
        return Recorded(None, holds=False)
    before = left.get("before") or {"sequence": 0}
    if before["sequence"] != _last(await read_ledger(connection)):
        return Recorded(None, holds=False, doubt=_DOUBT)
    if before.get("fingerprint") is None:
        return Recorded(None, holds=False)
    return await _compared(connection, before, schemas, recorded=None)


async def _compared(
    connection: "asyncpg.Connection[Any]",
    left: Mapping[str, Any],
    schemas: Sequence[str],
    *,
    recorded: str | None,
) -> Recorded:
    stamp = left.get("stamp") or ""
    now = await read_stamp(connection, schemas=schemas)
    if stamp == now:
        return Recorded(recorded, holds=True)
    mine = is_of_this_reader(stamp, schemas=schemas)
    if same_catalogs(stamp, now) and not mine:
        return Recorded(None, holds=True, outdated=True)
    from db_workflow.catalog import read_snapshot

    snapshot = await read_snapshot(connection, schemas=schemas)
    if snapshot.fingerprint == left["fingerprint"]:
        return Recorded(recorded, holds=True)
    if stamp and not mine:
        return Recorded(None, holds=False, doubt=_OTHER_READER, outdated=True)
    return Recorded(recorded, holds=False, changed=True)


def _last(rows: Sequence[Row]) -> int:
    """Return the number of the last row whose step has run: what is skipped changes nothing."""
    return max((row.sequence for row in rows if not row.skipped), default=0)
