"""Read a snapshot from a live database."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from db_workflow.catalog.queries import QUERY
from db_workflow.catalog.snapshot import SchemaObject, Snapshot
from db_workflow.catalog.spelling import plain_view
from db_workflow.state import HOME

if TYPE_CHECKING:
    import asyncpg

# jit: the planner thinks this query is expensive and would compile it for longer than it runs.
_PIN = (
    "SELECT current_setting('search_path'), current_setting('jit'),"
    " set_config('search_path', $1, true), set_config('jit', 'off', true)"
)
_RESTORE = "SELECT set_config('search_path', $1, true), set_config('jit', $2, true)"


async def read_snapshot(
    connection: "asyncpg.Connection[Any]", *, schemas: Sequence[str] = ("public",)
) -> Snapshot:
    """Read everything in some schemas, with one query.

    Objects of extensions and the workflow's own schema are left out; so are owners, grants,
    comments and storage settings. Names in the first schema are printed plain, others qualified.

    Args:
        connection: to the database; may be inside a transaction, read-only or not. Its
            `search_path` is the same afterwards.
        schemas: the schemas' names.

    """
    wanted = [schema for schema in schemas if schema != HOME]
    first = '"' + wanted[0].replace('"', '""') + '"' if wanted else ""
    # pg_temp is named to come last, where no temporary table can hide a real one.
    path = f"{first}, pg_temp" if first else "pg_temp"
    async with connection.transaction():
        before = await connection.fetchrow(_PIN, path)
        assert before is not None  # noqa: S101 - one row without a FROM
        rows = await connection.fetch(QUERY, wanted)
        # Only an outer transaction would still see the change; a failure has rolled it back.
        await connection.fetchrow(_RESTORE, before[0], before[1])
    return Snapshot.of(
        SchemaObject(kind, name, table, _spelled(kind, json.loads(properties)))
        for kind, name, table, properties in rows
    )


def _spelled(kind: str, properties: dict[str, Any]) -> dict[str, Any]:
    if kind.endswith("view"):
        properties["definition"] = plain_view(properties["definition"])
    return properties
