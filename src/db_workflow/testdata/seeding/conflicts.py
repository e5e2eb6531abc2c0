"""Which staged rows give way to which, found by the server."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from db_workflow.connection import quoted
from db_workflow.testdata.seeding.following import Moved
from db_workflow.testdata.seeding.keys import Key
from db_workflow.testdata.seeding.report import GaveWay
from db_workflow.testdata.seeding.staging import ROW, Stage, listed
from db_workflow.testdata.structure import Reference

# How many pairs of rows the report names for each key.
_EXAMPLES = 3


class Conflicts:
    """The staged rows of one table that some key does not let in, and their survivors."""

    def __init__(
        self, connection: "asyncpg.Connection[Any]", stage: Stage, keys: Sequence[Key]
    ) -> None:
        self._connection = connection
        self._stage = stage
        self._keys = keys
        self._primary = stage.structure.primary_key
        self._survivors = f"{stage.name}_survivors"
        self._found = 0

    @property
    def moved(self) -> bool:
        """Whether rows that refer to this table may have to refer to something else now."""
        return bool(self._found or self._stage.rewritten)

    async def prepare(self) -> None:
        """Make the place that remembers survivors: staged ones by row, all by primary key."""
        columns = self._stage.structure.columns
        types = "".join(f", {quoted(name)} {columns[name].type}" for name in self._primary)
        await self._connection.execute(
            f"CREATE TEMP TABLE {self._survivors}"
            f" (gone bigint, key_place int, kept_row bigint{types}) ON COMMIT DROP"
        )

    async def give_way_to_table(self) -> int:
        """Take the rows out that conflict with rows of the table: manual ones. Returns how many."""
        found = 0
        for place, key in enumerate(self._keys):
            found += await self._collect(
                place,
                f"{key.keyed(self._stage.name)} AS gone"
                f" JOIN {key.keyed(self._stage.structure.sql)} AS kept"
                f" ON {key.conflict('gone', 'kept')}",
            )
        # After all keys: a row that has two survivors must be known to have two.
        if found:
            await self._remove()
        return found

    async def give_way_to_each_other(self) -> int:
        """Take the rows out that conflict with an earlier row that stays. Returns how many.

        It is what happens when rows are inserted one by one in the order of the file.
        """
        pairs, out = f"{self._stage.name}_pairs", f"{self._stage.name}_out"
        await self._connection.execute(
            f"CREATE TEMP TABLE {pairs} (gone bigint, kept bigint, key_place int);"
            f" CREATE TEMP TABLE {out} (gone bigint PRIMARY KEY)"
        )
        for place, key in enumerate(self._keys):
            await self._connection.execute(
                f"INSERT INTO {pairs} SELECT gone.{ROW}, kept.{ROW}, {place} FROM {self._both(key)}"  # noqa: S608 - quoted names
            )
        # Each round decides about the rows of which all those in their way are decided about.
        stays = f"NOT EXISTS (SELECT FROM {out} AS o WHERE o.gone = %s.kept)"
        status = ""
        while status != "INSERT 0 0":
            status = await self._connection.execute(
                f"INSERT INTO {out} SELECT p.gone FROM {pairs} AS p"  # noqa: S608 - own names
                f" WHERE {stays % 'p'} AND NOT EXISTS (SELECT FROM {pairs} AS q"
                f" WHERE q.gone = p.kept AND {stays % 'q'}) ON CONFLICT DO NOTHING"
            )
        found = await self._collect(
            "p.key_place",
            f"{pairs} AS p JOIN {out} AS gone USING (gone)"
            f" JOIN {self._stage.name} AS kept ON kept.{ROW} = p.kept WHERE {stays % 'p'}",
            gone="p.gone",
            kept_row="p.kept",
        )
        if found:
            await self._remove()
        await self._connection.execute(f"DROP TABLE {pairs}, {out}")
        return found

    async def follow(self, child: Stage, reference: Reference) -> None:
        """Let staged rows of a table that refers to this one follow, see `following.Moved`.

        Raises:
            TestDataError: a row would have to follow two survivors.

        """
        # Without a primary key nothing names a survivor.
        if self.moved and self._primary:
            moved = Moved(self._connection, self._stage, self._survivors)
            await moved.lead(child, reference)

    async def told(self, dropped: int) -> tuple[GaveWay, ...]:
        """Return what gave way to what, of so many rows that are not loaded."""
        by: dict[str, list[tuple[str, str]]] = {}
        counts: dict[str, int] = {}
        for row in await self._connection.fetch(self._examples()) if self._found else ():
            name = self._keys[row["key_place"]].name
            counts[name] = row["rows"]
            pairs = by.setdefault(name, [])
            if self._primary:
                pairs.append((row["gone_key"], row["kept_key"]))
        if unnamed := dropped - sum(counts.values()):
            counts["a key that only the server knows"] = unnamed
        return tuple(
            GaveWay(name, count, tuple(by.get(name, ()))) for name, count in counts.items()
        )

    def _both(self, key: Key) -> str:
        """Return the join of staged rows with the earlier ones that they conflict with."""
        keyed, conflict = key.keyed(self._stage.name), key.conflict("gone", "kept")
        later = f"gone.{ROW} > kept.{ROW} AND {conflict}"
        if not key.equality:
            return f"{keyed} AS gone JOIN {keyed} AS kept ON {later}"
        # Groups have numbers, so that they are found without comparing each row with each.
        number = f"dense_rank() OVER (ORDER BY {', '.join(key.columns)}) AS db_workflow_group"
        alone = "" if key.nulls_equal else " OR ".join(f"{name} IS NULL" for name in key.columns)
        ranked = f"(SELECT *, {number} FROM {keyed} AS one{alone and f' WHERE NOT ({alone})'})"  # noqa: S608 - quoted names
        return f"{ranked} AS gone JOIN {ranked} AS kept USING (db_workflow_group) WHERE {later}"

    def _examples(self) -> str:
        gone, kept = (
            "concat_ws(', ', " + (listed(self._primary, alias=alias) or "''") + ")"
            for alias in ("o", "m")
        )
        first = (
            f"SELECT DISTINCT ON (m.gone) m.gone, m.key_place, {gone} AS gone_key,"  # noqa: S608 - quoted names
            f" {kept} AS kept_key FROM {self._survivors} AS m"
            f" JOIN {self._stage.original} AS o ON o.{ROW} = m.gone ORDER BY m.gone, m.key_place"
        )
        numbered = (
            "SELECT *, row_number() OVER (PARTITION BY key_place ORDER BY gone) AS place,"  # noqa: S608 - quoted names
            f" count(*) OVER (PARTITION BY key_place) AS rows FROM ({first}) AS first"
        )
        return (
            f"SELECT key_place, rows, gone_key, kept_key FROM ({numbered}) AS numbered"  # noqa: S608 - quoted names
            f" WHERE place <= {_EXAMPLES} ORDER BY key_place, place"
        )

    async def _collect(
        self, key_place: object, pairs: str, *, gone: str = f"gone.{ROW}", kept_row: str = "NULL"
    ) -> int:
        chosen = f", {listed(self._primary, alias='kept')}" if self._primary else ""
        status = await self._connection.execute(
            f"INSERT INTO {self._survivors}"  # noqa: S608 - quoted names
            f" SELECT {gone}, {key_place}, {kept_row}{chosen} FROM {pairs}"
        )
        collected = int(status.rpartition(" ")[2])
        self._found += collected
        return collected

    async def _remove(self) -> None:
        """Take what gave way out of the stage; what gave way to it gives way to its survivor."""
        await self._stage.keep_original(self._connection)
        await self._connection.execute(
            f"DELETE FROM {self._stage.name} AS s USING {self._survivors} AS m"  # noqa: S608 - own names
            f" WHERE m.gone = s.{ROW}"
        )
        key = "".join(f", next.{quoted(name)}" for name in self._primary)
        status = ""
        while status != "INSERT 0 0":
            status = await self._connection.execute(
                f"WITH left_behind AS (DELETE FROM {self._survivors} AS m"  # noqa: S608 - own names
                f" WHERE kept_row IN (SELECT gone FROM {self._survivors}) RETURNING m.*)"
                f" INSERT INTO {self._survivors}"
                f" SELECT DISTINCT m.gone, m.key_place, next.kept_row{key}"
                f" FROM left_behind AS m JOIN {self._survivors} AS next ON next.gone = m.kept_row"
            )
