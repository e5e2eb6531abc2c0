"""Which rows to take: those that TABLE_CONFIG asks for, and all that belong to them.

Rows are named by their place on disk, see `places`. A table that is taken whole has none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import asyncpg

from db_workflow.testdata.declared.tables import Classified
from db_workflow.testdata.extraction.conditions import check_conditions, condition, told
from db_workflow.testdata.extraction.sorting import first_rows

if TYPE_CHECKING:  # they import numpy, and most extractions take whole tables
    from db_workflow.testdata.extraction.closure import Taken
    from db_workflow.testdata.extraction.places import Places


@dataclass(frozen=True, slots=True)
class Chosen:
    """How the rows of a table came to be taken; each counts once, as what it was first found to be.

    Attributes:
        asked: by the table's own condition.
        parents: because others refer to them.
        children: because they refer to others, by `children_of` or `inherits`.
        total: how many rows there are, taken or left out.

    """

    asked: int
    parents: int
    children: int
    total: int

    @property
    def taken(self) -> int:
        """How many rows are taken."""
        return self.asked + self.parents + self.children


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows to take from each table."""

    chosen: Mapping[str, Chosen]
    rows: Mapping[str, "Places"]

    def places(self, table: str) -> "Places | None":
        """Return a table's rows; None for all of them."""
        return self.rows.get(table)

    def report(self, table: str) -> Chosen:
        """Return how many rows of a table are taken, and why."""
        return self.chosen[table]


async def select_rows(
    connection: "asyncpg.Connection[Any]", tables: Sequence[Classified]
) -> Selection:
    """Return the rows to take from each table, closed over its keys.

    Args:
        connection: inside the read-only, repeatable-read transaction of the snapshot that the
            rows will be read from.
        tables: the declaration.

    Raises:
        TestDataError: SQL of the declaration is refused by the server.

    """
    await check_conditions(connection, tables)
    totals = {entry.table.name: await _count(connection, entry) for entry in tables}
    if all(entry.table.whole for entry in tables):
        return Selection({name: Chosen(n, 0, 0, n) for name, n in totals.items()}, {})
    taken = await _closed(connection, tables)
    return Selection(
        {
            name: Chosen(totals[name], 0, 0, totals[name])
            if table.places is None
            else Chosen(table.asked, table.parents, table.children, totals[name])
            for name, table in taken.items()
        },
        {name: table.places for name, table in taken.items() if table.places is not None},
    )


async def _closed(
    connection: "asyncpg.Connection[Any]", tables: Sequence[Classified]
) -> dict[str, "Taken"]:
    from db_workflow.testdata.extraction.closure import Taken, close
    from db_workflow.testdata.extraction.keys import read_keys

    taken = {}
    for entry in tables:
        places = None if entry.table.whole else await _asked(connection, entry)
        taken[entry.table.name] = Taken(entry, places, asked=len(places or ()))
    await close(connection, await read_keys(connection, tables), taken)
    return taken


async def _asked(connection: "asyncpg.Connection[Any]", entry: Classified) -> "Places":
    from db_workflow.testdata.extraction.places import Places, read_places

    table = entry.table
    if not table.asks:
        return Places()
    query = f"SELECT t.tableoid, t.ctid FROM {entry.structure.source} AS t"  # noqa: S608 - TABLE_CONFIG's own SQL
    if table.where:
        query += f" WHERE {condition(table.where)}"
    if table.limit is not None:
        query += f" ORDER BY {first_rows(entry)} LIMIT {int(table.limit)}"
    given = [f"`{name}`" for name in ("where", "order", "newest") if getattr(table, name)]
    with told(f"{' or '.join(given) or '`limit`'} of {table.name}"):
        return await read_places(connection, query)


async def _count(connection: "asyncpg.Connection[Any]", entry: Classified) -> int:
    return int(await connection.fetchval(f"SELECT count(*) FROM {entry.structure.source}"))  # noqa: S608 - a quoted name
