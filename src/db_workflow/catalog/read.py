"""Read a snapshot from a live database."""

import gc
import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import starmap
from typing import TYPE_CHECKING, Any

from db_workflow.catalog.queries import query
from db_workflow.catalog.snapshot import SchemaObject, Snapshot
from db_workflow.catalog.spelling import plain_lists, plain_view
from db_workflow.connection import PINNED
from db_workflow.state import HOME

if TYPE_CHECKING:
    import asyncpg

# What the query is read and planned with. jit: the planner thinks that it is expensive, and would
# compile it for longer than it runs. enable_nestloop: a new database has no statistics, and where a
# thousand rows are taken for one they are gone through a thousand times. plan_cache_mode: planning
# takes half as long as running, and a plan for these schemas is no better than one for any.
# The others say how constants in expressions are printed, and whether names are quoted always.
_PINNED = {
    "jit": "off",
    "enable_nestloop": "off",
    "plan_cache_mode": "force_generic_plan",
    "DateStyle": PINNED["DateStyle"],
    "IntervalStyle": PINNED["IntervalStyle"],
    "TimeZone": PINNED["TimeZone"],
    "extra_float_digits": PINNED["extra_float_digits"],
    "bytea_output": PINNED["bytea_output"],
    "quote_all_identifiers": "off",
}
_NAMES = ("search_path", *_PINNED)
_SET = ", ".join(
    f"set_config('{name}', ${number}, true)" for number, name in enumerate(_NAMES, start=1)
)
# What it was comes first, and is looked at before it changes.
_PIN = "SELECT " + ", ".join([*(f"current_setting('{name}')" for name in _NAMES), _SET])
_RESTORE = f"SELECT {_SET}"


async def read_snapshot(
    connection: "asyncpg.Connection[Any]", *, schemas: Sequence[str] = ("public",)
) -> Snapshot:
    """Read everything in some schemas, with one query.

    Objects of extensions and the workflow's own schema are left out; so are owners and storage
    settings. Names in the first schema are printed plain, others qualified.

    Args:
        connection: to the database; may be inside a transaction, read-only or not. Its
            `search_path` is the same afterwards.
        schemas: the schemas' names.

    """
    wanted = [schema for schema in schemas if schema != HOME]
    return _built(await _printed(connection, wanted, path=_path(wanted)))


async def get_ready(
    connection: "asyncpg.Connection[Any]", *, schemas: Sequence[str] = ("public",)
) -> None:
    """Let a session do ahead of time what a snapshot costs beside the schema's own size.

    It reads PostgreSQL's own catalogs for the first time, and plans the query; the plan serves as
    long as the search_path is the same, so it is made with that of these schemas.

    Args:
        connection: as for `read_snapshot`.
        schemas: those that it will be asked for.

    """
    await _printed(connection, [], path=_path([one for one in schemas if one != HOME]))


def _path(wanted: Sequence[str]) -> str:
    first = '"' + wanted[0].replace('"', '""') + '"' if wanted else ""
    # pg_temp is named to come last, where no temporary table can hide a real one.
    return f"{first}, pg_temp" if first else "pg_temp"


async def _printed(
    connection: "asyncpg.Connection[Any]", wanted: Sequence[str], *, path: str
) -> str:
    async with connection.transaction():
        before = await connection.fetchrow(_PIN, path, *_PINNED.values())
        assert before is not None  # noqa: S101 - one row without a FROM
        printed: str = await connection.fetchval(
            query(connection.get_server_version().major), list(wanted)
        )
        # Only an outer transaction would still see the change; a failure has rolled it back.
        await connection.fetchrow(_RESTORE, *before[: len(_NAMES)])
    return printed


def _built(printed: str) -> Snapshot:
    """Return the snapshot of what was printed.

    Of thousands of new objects none is garbage: the collector, which would look through them again
    and again, waits until they are there.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        return Snapshot.of(map(_spelled, starmap(SchemaObject, json.loads(printed))))
    finally:
        if collects:
            gc.enable()


def _spelled(found: SchemaObject) -> SchemaObject:
    properties = plain_lists(found.properties)
    if found.kind.endswith("view"):
        properties["definition"] = plain_view(properties["definition"])
    return replace(found, properties=properties)
