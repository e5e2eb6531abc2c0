"""Manual wins over generated: generated rows that a unique key does not let in give way.

The server finds the conflicts, over whole sets and by every unique index: partial ones, ones over
expressions, ones where NULLs are equal. What refers to a row that gave way then refers to the row
that it gave way to.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import asyncpg

from db_workflow.connection import quoted
from db_workflow.errors import TestDataError
from db_workflow.testdata.seeding.conflicts import Conflicts
from db_workflow.testdata.seeding.staging import ROW, Stage, equal, listed, server_said
from db_workflow.testdata.structure import Reference


@dataclass(frozen=True, slots=True)
class Merge:
    """Loads staged rows table by table, parents first.

    Attributes:
        connection: inside the transaction that seeds.
        stages: the staged rows by table, all of them staged before the first is loaded.
        late: foreign keys whose columns are filled at the end (`order.OrderCheck.late`).

    """

    connection: "asyncpg.Connection[Any]"
    stages: Mapping[str, Stage]
    late: frozenset[Reference]

    async def load(self, name: str) -> int:
        """Load a table's staged rows beside what it holds already. Returns how many gave way.

        Raises:
            TestDataError: a row cannot be loaded, or something refers to a row that gave way to
                more than one.

        """
        stage = self.stages.get(name)
        if stage is None or not stage.count:
            return 0
        try:
            return stage.count - await self._load(stage)
        except asyncpg.PostgresError as error:
            raise TestDataError(
                f"The generated rows of {name} cannot be loaded: {server_said(error)}",
                why="manual rows, generated rows and the schema do not fit together",
                next="mend the manual rows, or generate anew: invoke phase1, then invoke phase3",
            ) from error

    async def fill_late(self) -> None:
        """Fill, or correct, the foreign keys whose table is further down the order.

        Raises:
            TestDataError: such a table has no primary key to find its rows by.

        """
        for reference in sorted(self.late, key=lambda reference: reference.name):
            stage = self.stages.get(reference.table)
            if stage is None:
                continue
            key = stage.structure.primary_key
            if not key:
                raise TestDataError(
                    f"{reference.table} has no primary key, so that its circular foreign key"
                    f" {reference.name} cannot be filled.",
                    why="its rows cannot be found again",
                    next=f"give {reference.table} a primary key",
                )
            filled = ", ".join(f"{quoted(name)} = s.{quoted(name)}" for name in reference.columns)
            differ = " OR ".join(
                f"t.{quoted(name)} IS DISTINCT FROM s.{quoted(name)}" for name in reference.columns
            )
            await self.connection.execute(
                f"UPDATE {stage.structure.sql} AS t SET {filled} FROM {stage.name} AS s"  # noqa: S608 - quoted names
                f" WHERE {equal('t', key, 's', key)} AND ({differ})"
            )

    async def _load(self, stage: Stage) -> int:
        conflicts = Conflicts(self.connection, stage)
        await conflicts.prepare()
        if await self._is_occupied(stage):
            await conflicts.give_way_to_table()
        await self._follow(conflicts, stage)
        # ON CONFLICT does not work beside a deferrable unique constraint.
        deferrable = any(not unique.immediate for unique in stage.structure.uniques)
        if not deferrable and (loaded := await self._insert_all(stage)) is not None:
            return loaded
        # Rarely: rows of one file in each other's way, because those they refer to became one.
        await conflicts.give_way_to_each_other()
        await self._follow(conflicts, stage)
        return await self._insert(stage, skip_conflicts=not deferrable)

    async def _follow(self, conflicts: Conflicts, stage: Stage) -> None:
        if not stage.structure.primary_key:
            return  # nothing names a survivor, and nothing but a unique key could be referred to
        for child in self.stages.values():
            for reference in child.structure.references:
                if reference.target == stage.structure.name:
                    await conflicts.follow(child, reference)

    async def _is_occupied(self, stage: Stage) -> bool:
        query = f"SELECT EXISTS (SELECT FROM {stage.structure.sql})"  # noqa: S608 - quoted names
        return bool(await self.connection.fetchval(query))

    async def _insert_all(self, stage: Stage) -> int | None:
        """Insert what is staged; if something was left out, undo it and return None."""
        query = f"SELECT count(*) FROM {stage.name}"  # noqa: S608 - own name
        staged = await self.connection.fetchval(query)
        try:
            async with self.connection.transaction():
                loaded = await self._insert(stage, skip_conflicts=True)
                if loaded != staged:
                    raise _LeftOutError  # noqa: TRY301 - leaving the block rolls it back
        # The second: a row may refer to one of its own table that was left out.
        except (_LeftOutError, asyncpg.ForeignKeyViolationError):
            return None
        return loaded

    async def _insert(self, stage: Stage, *, skip_conflicts: bool) -> int:
        waiting = {
            name
            for reference in self.late
            if reference.table == stage.structure.name and not reference.deferrable
            for name in reference.columns
            if not stage.structure.columns[name].not_null
        }
        columns = listed([name for name in stage.columns if name not in waiting])
        status: str = await self.connection.execute(
            f"INSERT INTO {stage.structure.sql} ({columns}) OVERRIDING SYSTEM VALUE"  # noqa: S608 - quoted names
            f" SELECT {columns} FROM {stage.name} ORDER BY {ROW}"
            + (" ON CONFLICT DO NOTHING" if skip_conflicts else "")
        )
        return int(status.rpartition(" ")[2])


class _LeftOutError(Exception):
    """Rolls an attempt back."""
