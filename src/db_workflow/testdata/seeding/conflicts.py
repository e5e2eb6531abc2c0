"""Which staged rows give way to which, found by the server; and who has to follow them."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from db_workflow.connection import quoted
from db_workflow.errors import TestDataError
from db_workflow.testdata.seeding.staging import ROW, Stage, equal, listed
from db_workflow.testdata.structure import Reference, Unique


class Conflicts:
    """The staged rows of one table that a unique key does not let in, and their survivors."""

    def __init__(self, connection: "asyncpg.Connection[Any]", stage: Stage) -> None:
        self._connection = connection
        self._stage = stage
        self._key = stage.structure.primary_key
        self._survivors = f"{stage.name}_survivors"
        self._found = 0

    async def prepare(self) -> None:
        """Make the place that remembers the survivors, by their primary key."""
        columns = self._stage.structure.columns
        types = "".join(f", {quoted(name)} {columns[name].type}" for name in self._key)
        await self._connection.execute(
            f"CREATE TEMP TABLE {self._survivors} (gone bigint{types}) ON COMMIT DROP"
        )

    async def give_way_to_table(self) -> None:
        """Take the rows out that conflict with rows of the table: manual ones."""
        for unique in self._stage.structure.uniques:
            await self._collect(
                f"{_keyed(unique, self._stage.name)} AS gone"
                f" JOIN {_keyed(unique, self._stage.structure.sql)} AS kept ON {_same(unique)}"
            )
        # After all keys: a row that has two survivors must be known to have two.
        await self._remove()

    async def give_way_to_each_other(self) -> None:
        """Take the rows out that conflict with an earlier row of the same file."""
        for unique in self._stage.structure.uniques:
            keyed = _keyed(unique, self._stage.name)
            keys = ", ".join(_key_names(unique))
            first = f"SELECT DISTINCT ON ({keys}) * FROM {keyed} AS one ORDER BY {keys}, {ROW}"  # noqa: S608 - quoted names
            await self._collect(
                f"{keyed} AS gone JOIN ({first}) AS kept"
                f" ON gone.{ROW} > kept.{ROW} AND {_same(unique)}"
            )
            await self._remove()

    async def follow(self, child: Stage, reference: Reference) -> None:
        """Let staged rows that refer to this table refer to what stands for it now.

        Two things may have changed: a row gave way, or the columns that are referred to were
        rewritten themselves, because they refer to a row that gave way.

        Raises:
            TestDataError: a row would have to follow two survivors.

        """
        if not (self._found or self._stage.rewritten):
            return
        await self._refuse_torn(child, reference)
        old = [f"old_{place}" for place in range(len(reference.columns))]
        new = [f"new_{place}" for place in range(len(reference.columns))]
        moves = self._moves(reference.target_columns, old, new)
        differ = " OR ".join(
            f"move.{before} IS DISTINCT FROM move.{after}"
            for before, after in zip(old, new, strict=True)
        )
        moved = ", ".join(
            f"{quoted(name)} = move.{after}"
            for name, after in zip(reference.columns, new, strict=True)
        )
        await child.keep_original(self._connection)
        status = await self._connection.execute(
            f"UPDATE {child.name} AS c SET {moved} FROM {child.original} AS o, ({moves}) AS move"  # noqa: S608 - quoted names
            f" WHERE c.{ROW} = o.{ROW} AND ({differ})"
            f" AND {equal('o', reference.columns, 'move', old)}"
        )
        if status != "UPDATE 0":
            child.rewritten = True

    def _moves(self, columns: Sequence[str], old: Sequence[str], new: Sequence[str]) -> str:
        """Return a query of the columns' values as they came and as they are now."""
        stage, key = self._stage, self._key
        every = listed([*key, *(name for name in columns if name not in key)])
        standing = " UNION ALL ".join(
            f"SELECT {every} FROM {source}"  # noqa: S608 - quoted names
            for source in (stage.structure.sql, stage.name)
        )

        def pairs(alias: str) -> str:
            return ", ".join(
                f"o.{quoted(name)} AS {before}, {alias}.{quoted(name)} AS {after}"
                for name, before, after in zip(columns, old, new, strict=True)
            )

        return (
            f"SELECT {pairs('a')} FROM {stage.original} AS o"  # noqa: S608 - quoted names
            f" JOIN {self._survivors} AS m ON m.gone = o.{ROW}"
            f" JOIN ({standing}) AS a ON {equal('a', key, 'm', key)}"
            f" UNION SELECT {pairs('s')} FROM {stage.original} AS o"
            f" JOIN {stage.name} AS s ON s.{ROW} = o.{ROW}"
        )

    async def _collect(self, pairs: str) -> None:
        chosen = f", {listed(self._key, alias='kept')}" if self._key else ""
        status = await self._connection.execute(
            f"INSERT INTO {self._survivors} SELECT gone.{ROW}{chosen} FROM {pairs}"  # noqa: S608 - quoted names
        )
        self._found += int(status.rpartition(" ")[2])

    async def _remove(self) -> None:
        if not self._found:
            return
        await self._stage.keep_original(self._connection)
        await self._connection.execute(
            f"DELETE FROM {self._stage.name} AS s USING {self._survivors} AS m"  # noqa: S608 - own names
            f" WHERE m.gone = s.{ROW}"
        )

    async def _refuse_torn(self, child: Stage, reference: Reference) -> None:
        stage = self._stage
        torn = (
            f"SELECT gone FROM (SELECT DISTINCT * FROM {self._survivors}) AS m"  # noqa: S608 - own name
            " GROUP BY gone HAVING count(*) > 1"
        )
        count = await self._connection.fetchval(
            f"SELECT count(DISTINCT o.{ROW}) FROM {stage.original} AS o"  # noqa: S608 - quoted names
            f" JOIN {child.original} AS c"
            f" ON {equal('c', reference.columns, 'o', reference.target_columns)}"
            f" WHERE o.{ROW} IN ({torn})"
        )
        if count:
            raise TestDataError(
                f"{count} generated row(s) of {stage.structure.name} give way to two rows each,"
                f" and rows of {reference.table} refer to them ({reference.name}).",
                why="which of the two those rows belong to cannot be known",
                next=f"change the manual rows of {stage.structure.name}: one of them has one"
                " unique value of a generated row, another one a second",
            )


def _keyed(unique: Unique, source: str) -> str:
    """Return a subquery of the rows that an index covers, with its keys as columns.

    PostgreSQL prints an index's expressions with bare column names: they are resolved in here.
    """
    names = _key_names(unique)
    keys = ", ".join(f"({key}) AS {name}" for key, name in zip(unique.keys, names, strict=True))
    conditions = [unique.predicate] if unique.predicate else []
    if not unique.nulls_equal:  # two NULLs do not conflict
        conditions += [f"({key}) IS NOT NULL" for key in unique.keys]
    where = f" WHERE {' AND '.join(f'({condition})' for condition in conditions)}"
    return f"(SELECT *, {keys} FROM {source}{where if conditions else ''})"  # noqa: S608 - PostgreSQL's own printing


def _key_names(unique: Unique) -> list[str]:
    return [f"db_workflow_key_{place}" for place in range(len(unique.keys))]


def _same(unique: Unique) -> str:
    operator = "IS NOT DISTINCT FROM" if unique.nulls_equal else "="
    return " AND ".join(f"gone.{name} {operator} kept.{name}" for name in _key_names(unique))
