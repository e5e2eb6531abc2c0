"""Generating test data: one read-only snapshot, transformed on the fly, proven, then put in place.

Nothing in the data folder changes before every file is written and the leak gate has passed.
"""

import contextlib
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg

from db_workflow.address import Address
from db_workflow.catalog import read_snapshot
from db_workflow.connection import quoted, session
from db_workflow.console import Reporter, Silent
from db_workflow.errors import TestDataError
from db_workflow.settings import Settings
from db_workflow.testdata.declared.classify import classify
from db_workflow.testdata.declared.declarations import load_tables
from db_workflow.testdata.declared.tables import Classified, Table
from db_workflow.testdata.extraction.subset import Place, arrays, in_arrays, select_rows, sort_key
from db_workflow.testdata.extraction.uniqueness import UniquenessProof
from db_workflow.testdata.files.copytext import NULL, decode, encode
from db_workflow.testdata.files.datafile import FileWriter, read_file
from db_workflow.testdata.gate.leaks import Gate, require_clean
from db_workflow.testdata.rules.pseudonyms import Key, Pseudonyms, UnfitValueError, load_key
from db_workflow.testdata.rules.rule import Rule
from db_workflow.testdata.structure import Column, read_structure


@dataclass(frozen=True, slots=True)
class ExtractResult:
    """What was generated.

    Attributes:
        tables: the number of rows of each table, in the order of TABLE_CONFIG.
        key_id: which key made the pseudonyms; "public" for the stand-in's rows.
        files: the files that are in the data folder now.
        changed: those of them whose bytes are new.
        seconds: how long it took.

    """

    tables: Mapping[str, int]
    key_id: str
    files: tuple[Path, ...]
    changed: tuple[Path, ...]
    seconds: float

    @property
    def rows(self) -> int:
        """The number of rows of all tables."""
        return sum(self.tables.values())


async def extract(
    address: Address, *, settings: Settings, stand_in: bool, reporter: Reporter = Silent()
) -> ExtractResult:
    """Write an anonymised file for every table of TABLE_CONFIG.

    Args:
        address: the migrated database to read; in one snapshot, read-only.
        settings: where the declarations, the data folder and the key are.
        stand_in: whether the rows are the local stand-in's, see `anonymise.load_key`.
        reporter: where progress goes.

    Raises:
        TestDataError: a column is not classified, a rule cannot treat a value, keys collide, or a
            source value was found in the files. The old files are then as they were.

    """
    started = time.monotonic()
    tables = load_tables(settings)
    key = load_key(settings, stand_in=stand_in)
    with _passing_folder(settings) as folder:
        async with (
            session(address, purpose="generate", read_only=True) as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            snapshot = await read_snapshot(connection, schemas=settings.schemas)
            structure = await read_structure(connection, schemas=settings.schemas)
            classified = classify(tables, structure)
            run = _Run(connection, folder, key, snapshot.fingerprint, reporter)
            rows = await run.write_all(classified)
        run.prove(classified)
        files, changed = _put_in_place(folder, settings.data, tables)
    return ExtractResult(rows, key.id, files, changed, time.monotonic() - started)


@dataclass(frozen=True, slots=True)
class _Run:
    """One generation: a connection inside its snapshot, and where the files go for now."""

    connection: "asyncpg.Connection[Any]"
    folder: Path
    key: Key
    fingerprint: str
    reporter: Reporter
    gate: Gate = field(default_factory=Gate)

    async def write_all(self, tables: Sequence[Classified]) -> dict[str, int]:
        """Write a file for every table; return the numbers of rows."""
        chosen = await select_rows(self.connection, tables)
        problems: list[str] = []
        rows = {}
        for entry in tables:
            work = _TableRun(entry, Pseudonyms(self.key), self.gate, self._writer(entry))
            with contextlib.closing(work.writer):
                await self._copy(entry, work, chosen[entry.table.name])
                work.writer.finish(source=self.fingerprint, key=self.key.id, rules=entry.digest)
            problems += work.problems()
            rows[entry.table.name] = work.writer.count
            self.reporter.progress(f"generated {entry.table.name}", work.writer.count)
        _refuse(problems)
        return rows

    def prove(self, tables: Sequence[Classified]) -> None:
        """Read the files back and pass them through the leak gate."""
        files = [(read_file(self.folder / entry.table.file), entry) for entry in tables]
        require_clean(self.gate, files)

    def _writer(self, entry: Classified) -> FileWriter:
        return FileWriter(
            self.folder / entry.table.file,
            table=entry.table.name,
            variable=entry.table.variable,
            columns=tuple(entry.rules),
        )

    async def _copy(
        self, entry: Classified, work: "_TableRun", chosen: frozenset[Place] | None
    ) -> None:
        columns = ", ".join(f"t.{quoted(name)}" for name in entry.rules)
        condition = "" if chosen is None else f" WHERE {in_arrays('t')}"
        query = (
            f"SELECT {columns} FROM {entry.structure.source} AS t{condition}"  # noqa: S608 - quoted names
            f" ORDER BY {sort_key(entry.structure)}"
        )
        places = () if chosen is None else arrays(chosen)
        await self.connection.copy_from_query(query, *places, output=work.take, format="text")
        work.require_success()


class _TableRun:
    """Turns the bytes of one table's COPY into lines of a file."""

    def __init__(
        self, entry: Classified, pseudonyms: Pseudonyms, gate: Gate, writer: FileWriter
    ) -> None:
        self.writer = writer
        self._entry = entry
        self._pseudonyms = pseudonyms
        self._gate = gate
        self._proof = UniquenessProof(entry, tuple(entry.rules))
        self._rest = b""
        self._failed: Exception | None = None
        self._too_long: dict[str, int] = {}
        self._transformed = [
            (place, entry.structure.columns[name], rule)
            for place, (name, rule) in enumerate(entry.rules.items())
            if not rule.keeps
        ]

    async def take(self, data: bytes) -> None:
        """Take the next bytes; a row may end in the following ones.

        Never raises: asyncpg waits for ever when the receiver of a COPY's last bytes fails.
        """
        if self._failed is not None:
            return
        *lines, self._rest = (self._rest + data).split(b"\n")
        try:
            for line in lines:
                self._row(line.decode())
        except Exception as error:  # noqa: BLE001 - kept for `require_success`
            self._failed = error

    def require_success(self) -> None:
        """Raise what stopped the taking of rows."""
        if self._failed is not None:
            raise self._failed

    def problems(self) -> list[str]:
        """Return what the rows of the whole table showed."""
        name = self._entry.table.name
        return [
            *(
                f"{name}.{column}: {self._entry.rules[column]} gives up to {longest} characters,"
                f" the type is {self._entry.structure.columns[column].type}"
                for column, longest in self._too_long.items()
            ),
            *self._proof.problems(),
        ]

    def _row(self, line: str) -> None:
        if not self._transformed:
            self.writer.add(line)
            return
        before = line.split("\t")
        after = before.copy()
        for place, column, rule in self._transformed:
            if before[place] != NULL:
                after[place] = self._field(before[place], column, rule)
        if self._proof.needed:
            self._proof.add(before, after)
        self.writer.add("\t".join(after))

    def _field(self, field: str, column: Column, rule: Rule) -> str:
        value = decode(field)
        if value is None or rule.transform is None:
            return field
        try:
            made = rule.transform(value, self._pseudonyms)
            self._gate.note(self._entry.table.name, column, rule, value)
        except UnfitValueError as error:
            raise self._failure(column, rule, str(error)) from None
        except Exception as error:  # noqa: BLE001 - a custom rule may raise anything
            # Its message, and the chain, may hold the value.
            raise self._failure(column, rule, type(error).__name__) from None
        if made is not None and column.length is not None and column.kind == "text":
            longest = self._too_long.get(column.name, column.length)
            if len(made) > longest:
                self._too_long[column.name] = len(made)
        return encode(made)

    def _failure(self, column: Column, rule: Rule, reason: str) -> TestDataError:
        place = f"{self._entry.table.name}.{column.name}"
        return TestDataError(
            f"{rule.name}() cannot treat a value of {place}: {reason}"
            f" (row {self.writer.count + 1} in the order of the primary key).",
            why="what a rule cannot treat would have to be kept or dropped; somebody has to decide",
            next=f"change the rule of {place} in TABLE_CONFIG",
        )


def _refuse(problems: Sequence[str]) -> None:
    if problems:
        raise TestDataError(
            "The transformed rows would not fit into the database:\n"
            + "\n".join(f"  - {problem}" for problem in problems),
            why="seeding would fail or lose rows",
            next="choose rules that are unique there (email, url, token, uuid) or shorter",
            data={"problems": list(problems)},
        )


@contextlib.contextmanager
def _passing_folder(settings: Settings) -> Iterator[Path]:
    """Make a folder that only lives as long as the run; one that a kill left behind goes first.

    It is in the git-ignored state folder: a kill must not leave unproven rows to be committed.
    """
    folder = settings.state / "generating"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _put_in_place(
    folder: Path, data: Path, tables: Sequence[Table]
) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Replace the files that differ; remove those of tables that are no longer declared."""
    data.mkdir(parents=True, exist_ok=True)
    names = {table.file for table in tables}
    changed = []
    for name in sorted(names):
        target = data / name
        if not target.is_file() or target.read_bytes() != (folder / name).read_bytes():
            # By way of a copy beside it: the folders may be on two file systems.
            partial = target.with_name(f".{name}.partial")
            shutil.copyfile(folder / name, partial)
            partial.replace(target)
            changed.append(target)
    for old in data.glob("auto_*.py"):
        if old.name not in names and _is_generated(old):
            old.unlink()
    return tuple(data / table.file for table in tables), tuple(changed)


def _is_generated(path: Path) -> bool:
    """Tell a generated file from manual rows of a table that is called auto_…."""
    try:
        read_file(path)
    except TestDataError:
        return False
    return True
