"""What one process does for a run: its part of copying, comparing, indexing, proving."""

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self, TypeVar, cast

import asyncpg

from db_workflow.connection import quoted
from db_workflow.errors import TestDataError
from db_workflow.testdata.declared.classify import classify
from db_workflow.testdata.declared.declarations import load_tables
from db_workflow.testdata.declared.tables import Classified
from db_workflow.testdata.extraction.companions import Companions, companions
from db_workflow.testdata.extraction.fitness import fit_problems
from db_workflow.testdata.extraction.jobs import Job
from db_workflow.testdata.extraction.lines import Lines
from db_workflow.testdata.extraction.orders import (
    Compare,
    Copied,
    Copy,
    MakeIndex,
    Order,
    Proof,
    Prove,
    Task,
    Write,
)
from db_workflow.testdata.extraction.slices import in_places
from db_workflow.testdata.extraction.snapshot import reading
from db_workflow.testdata.extraction.sorting import file_order
from db_workflow.testdata.extraction.transform import Transformer
from db_workflow.testdata.extraction.unique_keys import UniqueKeys, collisions
from db_workflow.testdata.files.spool import Spool, Spooled
from db_workflow.testdata.files.writing import write_parts
from db_workflow.testdata.gate.index import Index, build_index
from db_workflow.testdata.gate.search import search
from db_workflow.testdata.gate.secrets import Secrets
from db_workflow.testdata.rules.pseudonyms import Pseudonyms

T = TypeVar("T")


class Work:
    """One process's part of a run, and its session."""

    def __init__(
        self,
        order: Order,
        tables: Sequence[Classified],
        connection: "asyncpg.Connection[Any] | None" = None,
    ) -> None:
        """Prepare.

        Args:
            order: the run.
            tables: the declaration.
            connection: a session on the snapshot; without one it is opened when it is needed.

        """
        self.order = order
        self.tables = {entry.table.name: entry for entry in tables}
        self.pseudonyms = Pseudonyms(order.key)
        self._connection = connection
        self._open = contextlib.AsyncExitStack()
        self._found: dict[str, Companions] = {}
        self._index: Index | None = None

    @classmethod
    def taken_up(cls, order: Order) -> Self:
        """Read the declarations anew, in a process that did not start the run.

        Raises:
            TestDataError: they are no longer what the run began with.

        """
        tables = classify(load_tables(order.settings), order.structure)
        if {entry.table.name: entry.digest for entry in tables} != order.digests:
            raise TestDataError(
                "TABLE_CONFIG was changed while rows were being generated.",
                why="one run treats all rows alike",
                next="invoke generate once more",
            )
        return cls(order, tables)

    async def close(self) -> None:
        """Close the session, if this process has opened one of its own."""
        await self._open.aclose()

    async def connection(self) -> "asyncpg.Connection[Any]":
        """Return the session on the run's snapshot."""
        if self._connection is None:
            self._connection = await self._open.enter_async_context(reading(self.order.source))
        return self._connection

    async def do(self, task: Task[T]) -> T:
        """Do a task."""
        asked, result = cast("object", task), cast("Any", None)
        match asked:
            case Copy(job):
                result = await self._copy(job)
            case Compare(table, saved):
                result = collisions(self.tables[table], saved)
            case MakeIndex(saved, path):
                build_index(saved, path)
                result = dict(self._opened(path).unsearched)
            case Write(table, spools):
                result = self._write(table, spools)
            case Prove(table, path, index):
                result = await self._prove(table, path, index)
            case _:
                raise NotImplementedError(type(task).__name__)
        found: T = result
        return found

    async def _copy(self, job: Job) -> Copied:
        entry, folder = self.tables[job.table], self.order.folder
        spool, secrets, keys = Spool(folder, job.stem), Secrets(), UniqueKeys(entry)
        transformer = Transformer(
            entry,
            self.pseudonyms,
            self._companions(job.table),
            note=secrets.note,
            check=keys.add if keys.needed else None,
            first=job.first,
        )
        lines = Lines(lambda block: spool.add(transformer.block(block)))
        connection = await self.connection()
        await connection.copy_from_query(self._query(job), output=lines.take, format="text")
        lines.finish()
        hidden, seen = folder / f"{job.stem}.secrets", folder / f"{job.stem}.keys"
        secrets.save(hidden)
        if keys.needed:
            keys.save(seen)
        rows = transformer.count - job.first
        return Copied(job, rows, spool.close(), hidden, seen if keys.needed else None)

    def _write(self, table: str, spools: Sequence[Spooled]) -> tuple[Path, ...]:
        entry = self.tables[table]
        return write_parts(
            self.order.folder,
            table=table,
            file=entry.table.file,
            variable=entry.table.variable,
            columns=tuple(entry.rules),
            spools=spools,
            source=self.order.fingerprint,
            key=self.order.key.id,
            rules=entry.digest,
        )

    async def _prove(self, table: str, path: Path, index: Path) -> Proof:
        entry = self.tables[table]
        leaks = search(path, entry, self._opened(index))
        problems = await fit_problems(await self.connection(), entry, path)
        return Proof(tuple(leaks), tuple(problems))

    def _companions(self, table: str) -> Companions:
        """Return what the rules of a table want to know."""
        if table not in self._found:
            self._found[table] = companions(
                self.tables[table], tuple(self.tables.values()), self.pseudonyms
            )
        return self._found[table]

    def _opened(self, path: Path) -> Index:
        """Return the index of what has to be hidden."""
        if self._index is None:
            self._index = Index.open(path)
        return self._index

    def _query(self, job: Job) -> str:
        """Return what reads a job's rows."""
        entry = self.tables[job.table]
        columns = [f"t.{quoted(name)}" for name in entry.rules]
        wanted = ", ".join([*columns, *self._companions(job.table).select])
        query = f"SELECT {wanted} FROM {entry.structure.source} AS t"  # noqa: S608 - quoted names
        if condition := job.condition if job.places is None else in_places(job.places):
            query += f" WHERE {condition}"
        return f"{query} ORDER BY {file_order(entry, self.pseudonyms)}"
