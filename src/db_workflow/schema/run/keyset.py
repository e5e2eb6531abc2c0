"""Reading a table piece by piece in the order of its primary key, from a remembered place on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from db_workflow.connection import quoted
from db_workflow.errors import MigrationError

if TYPE_CHECKING:
    import asyncpg

# No table has a column of that name.
_PLACE = quoted("db_workflow place")
# A table that is larger is not counted: the planner's estimate has to do.
_COUNTED_BYTES = 100 * 1024 * 1024
# Types without their lengths: a value that was cut to its column's length once needs none.
_KEY = """
SELECT a.attname AS name, format_type(a.atttypid, -1) AS type
FROM pg_catalog.pg_index i
CROSS JOIN unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (number, position)
JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
WHERE i.indrelid = $1 AND i.indisprimary AND k.position <= i.indnkeyatts
ORDER BY k.position"""
_TABLE = """
SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name,
    c.relkind = 'p' OR pg_relation_size(c.oid) > $2 AS is_large
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid = to_regclass($1)"""

# A place in the key's order: its values as PostgreSQL prints them, so that every type is exact.
Place = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Keyset:
    """How one table is read.

    Attributes:
        table: its qualified name, quoted.
        key: the primary key's columns with their types.
        columns: what is read besides the key.
        where: which rows, as SQL.
        is_large: whether its rows are estimated, not counted.

    """

    table: str
    key: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    where: str
    is_large: bool

    async def read(
        self, connection: "asyncpg.Connection[Any]", after: Place | None, *, limit: int
    ) -> tuple[tuple[Mapping[str, Any], ...], Place | None]:
        """Return the next rows after a place, and the place of the last of them."""
        names = [name for name, _ in self.key]
        read = [*names, *(name for name in self.columns if name not in names)]
        place = ", ".join(f"{quoted(name)}::text" for name in names)
        rows = await connection.fetch(
            f"SELECT {_listed(read)}, ARRAY[{place}] AS {_PLACE} FROM {self.table}"  # noqa: S608 - quoted
            f" WHERE {self._condition(after)} ORDER BY {_listed(names)} LIMIT {limit:d}",
            *(after or ()),
        )
        if not rows:
            return (), None
        found = tuple({name: row[name] for name in read} for row in rows)
        return found, tuple(rows[-1][len(read)])

    async def remaining(self, connection: "asyncpg.Connection[Any]", after: Place | None) -> int:
        """Return how many rows come after a place: counted, or estimated for a large table."""
        query = f"FROM {self.table} WHERE {self._condition(after)}"
        if not self.is_large:
            return int(await connection.fetchval(f"SELECT count(*) {query}", *(after or ())))
        import json

        plan = await connection.fetchval(f"EXPLAIN (FORMAT JSON) SELECT {query}", *(after or ()))
        return int(json.loads(plan)[0]["Plan"]["Plan Rows"])

    def _condition(self, after: Place | None) -> str:
        # The line break ends a comment at the end of the condition.
        condition = f"({self.where}\n)"
        if after is None:
            return condition
        names = _listed(name for name, _ in self.key)
        values = ", ".join(
            f"${number}::text::{type_}" for number, (_, type_) in enumerate(self.key, start=1)
        )
        return f"{condition} AND ({names}) > ({values})"


async def keyset_of(
    connection: "asyncpg.Connection[Any]",
    table: str,
    *,
    columns: Sequence[str],
    where: str | None,
) -> Keyset:
    """Return how a table is read.

    Args:
        connection: open on its database.
        table: its name as written in SQL.
        columns: what is read besides its primary key.
        where: which rows; None for all.

    Raises:
        MigrationError: there is no such table, or it has no primary key.

    """
    found = await connection.fetchrow(_TABLE, table, _COUNTED_BYTES)
    if found is None:
        raise MigrationError(
            f"There is no table {table} to read in batches.",
            next="mend the name in the step, then invoke migrate",
        )
    key = tuple((row["name"], row["type"]) for row in await connection.fetch(_KEY, found["oid"]))
    if not key:
        raise MigrationError(
            f"{table} cannot be read in batches: it has no primary key.",
            why="without one no place in it can be found again",
            next="add a primary key in a step before this one, then invoke migrate",
        )
    return Keyset(found["name"], key, tuple(columns), where or "true", found["is_large"])


def _listed(names: Iterable[str]) -> str:
    return ", ".join(quoted(name) for name in names)
