"""The schema as the last run left it: written down at its end, compared before anything begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from db_workflow.catalog import Snapshot, read_snapshot, read_stamp
from db_workflow.schema.keys import SCHEMA
from db_workflow.state import recall, record

if TYPE_CHECKING:
    import asyncpg


@dataclass(frozen=True, slots=True)
class Recorded:
    """What is recorded of a schema, and whether it is still true.

    Attributes:
        fingerprint: as recorded; None if no run has come to its end.
        holds: whether the schema has it now.

    """

    fingerprint: str | None
    holds: bool


async def record_schema(
    connection: "asyncpg.Connection[Any]", *, versions: Sequence[str], schemas: Sequence[str]
) -> Snapshot:
    """Write down the schema as it is now, and the versions that are there in full; return it."""
    # The stamp first: a change between the two then shows as one.
    stamp = await read_stamp(connection, schemas=schemas)
    snapshot = await read_snapshot(connection, schemas=schemas)
    found = {"fingerprint": snapshot.fingerprint, "versions": list(versions), "stamp": stamp}
    await record(connection, SCHEMA, found)
    return snapshot


async def recorded_schema(
    connection: "asyncpg.Connection[Any]", *, schemas: Sequence[str]
) -> Recorded:
    """Return what is recorded, compared with the schema as it is; the schema is read if it must."""
    left = await recall(connection, SCHEMA) or {}
    fingerprint = left.get("fingerprint")
    if fingerprint is None:
        return Recorded(None, holds=False)
    if left.get("stamp") == await read_stamp(connection, schemas=schemas):
        return Recorded(fingerprint, holds=True)
    snapshot = await read_snapshot(connection, schemas=schemas)
    return Recorded(fingerprint, holds=snapshot.fingerprint == fingerprint)
