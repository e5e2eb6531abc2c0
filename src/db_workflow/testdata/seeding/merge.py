"""Manual wins over generated: generated rows that a key does not let in give way.

The server finds the conflicts, over whole sets and by every unique index and exclusion constraint:
partial ones, ones over expressions, ones where NULLs are equal. What refers to a row that gave way
then refers to the row that it gave way to. Where nothing can conflict, a file goes straight into
its table; where something does, it is staged beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from db_workflow.connection import quoted
from db_workflow.errors import TestDataError
from db_workflow.testdata.files.reading import DataFile
from db_workflow.testdata.seeding.conflicts import Conflicts
from db_workflow.testdata.seeding.keys import Key
from db_workflow.testdata.seeding.report import GaveWay
from db_workflow.testdata.seeding.sending import send
from db_workflow.testdata.seeding.staging import ROW, Stage, equal, listed, server_said, stage_file
from db_workflow.testdata.seeding.traits import Traits
from db_workflow.testdata.structure import Reference, Structure


@dataclass(frozen=True, slots=True)
class Merge:
    """Loads files table by table, parents first.

    Attributes:
        connection: inside the transaction that seeds.
        structure: the tables.
        files: the generated rows by table.
        keys: what keeps rows of a table apart, by table.
        traits: what is odd about a table, by table.
        late: foreign keys whose columns are filled at the end (`order.OrderCheck.late`).
        stages: the staged rows by table.
        sent: of tables whose file went straight in, the digest of its rows.

    """

    connection: "asyncpg.Connection[Any]"
    structure: Structure
    files: Mapping[str, DataFile]
    keys: Mapping[str, tuple[Key, ...]]
    traits: Mapping[str, Traits]
    late: frozenset[Reference]
    stages: dict[str, Stage] = field(default_factory=dict)
    sent: dict[str, str] = field(default_factory=dict)
    _conflicts: dict[str, Conflicts] = field(default_factory=dict)

    async def stage(self, name: str) -> Stage:
        """Stage a table's file, unless it is there already.

        Raises:
            TestDataError: see `staging.stage_file`.

        """
        if name not in self.stages:
            structure, file = self.structure[name], self.files[name]
            self.stages[name] = await stage_file(self.connection, structure, file, len(self.stages))
        return self.stages[name]

    async def load(self, name: str) -> tuple[GaveWay, ...]:
        """Load a table's file beside what the table holds already. Returns what gave way.

        Raises:
            TestDataError: a row cannot be loaded, or something refers to a row that gave way to
                more than one.

        """
        if name not in self.files or not self.files[name].rows:
            return ()
        try:
            if not await self._must_be_staged(name) and await self._send(name):
                return ()
            return await self._load(await self.stage(name))
        except asyncpg.PostgresError as error:
            raise TestDataError(
                f"The generated rows of {name} cannot be loaded: {server_said(error)}",
                why="manual rows, generated rows and the schema do not fit together",
                next="mend the manual rows, or generate anew: invoke phase1, then invoke phase3",
            ) from error

    async def fill_late(self) -> None:
        """Fill, or correct, the foreign keys whose table is further down the order.

        Raises:
            TestDataError: such a table has no primary key to find its rows by, or the values do
                not fit the rows that are there by now.

        """
        for reference in sorted(self.late, key=lambda reference: reference.name):
            stage = self.stages.get(reference.table)
            if stage is None:
                continue
            try:
                await self._fill(stage, reference)
            except asyncpg.PostgresError as error:
                raise TestDataError(
                    f"The circular foreign key {reference.name} of {reference.table} cannot be"
                    f" filled: {server_said(error)}",
                    why="its rows are loaded before those they refer to, and these turned out to be"
                    " others",
                    next=f"change the manual rows of {reference.table} or {reference.target} that"
                    " stand in the way",
                ) from error

    async def _fill(self, stage: Stage, reference: Reference) -> None:
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

    async def _must_be_staged(self, name: str) -> bool:
        """Tell whether a file's rows may meet others, or have to be changed on their way in."""
        structure = self.structure[name]
        parents = (self._conflicts.get(reference.target) for reference in structure.references)
        return (
            name in self.stages
            or self.traits[name].rules
            or self.traits[name].policies
            or any(reference.table == name for reference in self.late)
            or any(parent.moved for parent in parents if parent)
            or await self._is_occupied(structure.sql)
        )

    async def _send(self, name: str) -> bool:
        """Let the file go straight into its table; tell whether the server took it."""
        try:
            async with self.connection.transaction():
                self.sent[name] = await send(
                    self.connection, self.structure[name], self.files[name]
                )
        # Rows in each other's way, perhaps; if it is anything else, staging them will tell.
        except asyncpg.PostgresError:
            return False
        return True

    async def _load(self, stage: Stage) -> tuple[GaveWay, ...]:
        name = stage.structure.name
        conflicts = Conflicts(self.connection, stage, self.keys[name])
        await conflicts.prepare()
        for reference in stage.structure.references:
            if parent := self._conflicts.get(reference.target):
                await parent.follow(stage, reference)
        await self._settle(conflicts, stage)
        # ON CONFLICT does not work beside a deferrable unique constraint, nor beside rules.
        skips = all(key.immediate for key in self.keys[name]) and not self.traits[name].rules
        loaded = await self._insert_all(stage) if skips else None
        if loaded is None:
            # Rarely: rows of one file in each other's way, because those they refer to became one.
            while await conflicts.give_way_to_each_other():
                await self._settle(conflicts, stage)
            loaded = await self._insert(stage, skip_conflicts=skips)
        self._conflicts[name] = conflicts
        for reference in self.late:
            child = self.stages.get(reference.table)
            if reference.target == name and child and reference.table in self._conflicts:
                await conflicts.follow(child, reference)
        return await conflicts.told(stage.count - loaded)

    async def _settle(self, conflicts: Conflicts, stage: Stage) -> None:
        """Let rows give way to what the table holds, until none of those that are left has to."""
        structure = stage.structure
        occupied = await self._is_occupied(structure.sql)
        found = True
        while found:
            found = bool(await conflicts.give_way_to_table()) if occupied else False
            for reference in structure.references:
                if reference.target == structure.name:
                    await conflicts.follow(stage, reference)

    async def _is_occupied(self, table: str) -> bool:
        query = f"SELECT EXISTS (SELECT FROM {table})"  # noqa: S608 - quoted names
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
