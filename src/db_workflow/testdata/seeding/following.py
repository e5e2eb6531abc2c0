"""Rows that follow: what referred to a row that gave way refers to the one that stands for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

from db_workflow.connection import quoted
from db_workflow.errors import TestDataError
from db_workflow.testdata.seeding.staging import ROW, Stage, equal, listed
from db_workflow.testdata.structure import Reference


@dataclass(frozen=True, slots=True)
class Moved:
    """A table whose rows are no longer all what its file says.

    Attributes:
        connection: inside the transaction that seeds.
        stage: its staged rows.
        survivors: the temporary table that says which rows stand for those that gave way.

    """

    connection: "asyncpg.Connection[Any]"
    stage: Stage
    survivors: str

    async def lead(self, child: Stage, reference: Reference) -> None:
        """Let staged rows that refer to this table refer to what stands for it now.

        Two things may have changed: a row gave way, or the columns that are referred to were
        rewritten themselves, because they refer to a row that gave way.

        Raises:
            TestDataError: a row would have to follow two survivors.

        """
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
        await child.keep_original(self.connection)
        status = await self.connection.execute(
            f"UPDATE {child.name} AS c SET {moved} FROM {child.original} AS o, ({moves}) AS move"  # noqa: S608 - quoted names
            f" WHERE c.{ROW} = o.{ROW} AND ({differ})"
            f" AND {equal('o', reference.columns, 'move', old)}"
        )
        if status != "UPDATE 0":
            child.rewritten = True

    def _moves(self, columns: Sequence[str], old: Sequence[str], new: Sequence[str]) -> str:
        """Return a query of the columns' values as they came and as they are now."""
        stage, key = self.stage, self.stage.structure.primary_key
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
            f" JOIN {self.survivors} AS m ON m.gone = o.{ROW}"
            f" JOIN ({standing}) AS a ON {equal('a', key, 'm', key)}"
            f" UNION SELECT {pairs('s')} FROM {stage.original} AS o"
            f" JOIN {stage.name} AS s ON s.{ROW} = o.{ROW}"
        )

    async def _refuse_torn(self, child: Stage, reference: Reference) -> None:
        stage = self.stage
        torn = (
            f"SELECT gone FROM (SELECT DISTINCT gone, {listed(self.stage.structure.primary_key)}"  # noqa: S608 - own name
            f" FROM {self.survivors}) AS m GROUP BY gone HAVING count(*) > 1"
        )
        count = await self.connection.fetchval(
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
