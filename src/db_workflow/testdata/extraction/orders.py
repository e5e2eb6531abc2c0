"""What a run asks of whoever does its work, and what comes back: plain values that can be sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from db_workflow.settings import Settings
from db_workflow.testdata.extraction.jobs import Job
from db_workflow.testdata.extraction.snapshot import Source
from db_workflow.testdata.files.spool import Spooled
from db_workflow.testdata.gate.leaks import Leak
from db_workflow.testdata.rules.key import Key
from db_workflow.testdata.structure import Structure

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Order:
    """What a run is about: all that another process needs to take part.

    Attributes:
        source: the database, and the snapshot that all read.
        settings: where the declarations are.
        structure: the tables as they were when the run began.
        digests: what TABLE_CONFIG said then, by table.
        key: what pseudonyms are made with.
        fingerprint: of the schema; stands in every file.
        folder: where everything goes for now.

    """

    source: Source
    settings: Settings
    structure: Structure
    digests: Mapping[str, str]
    key: Key
    fingerprint: str
    folder: Path


class Task(Generic[T]):
    """Something that any process of a run can do; T is what comes of it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Copied:
    """What came of a job: rows on disk, and hashes of what they were made of."""

    job: Job
    rows: int
    spools: tuple[Spooled, ...]
    secrets: Path
    keys: Path | None


@dataclass(frozen=True, slots=True)
class Proof:
    """What speaks against a finished file."""

    leaks: tuple[Leak, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Copy(Task[Copied]):
    """Read a job's rows, transform them, and leave them on disk."""

    job: Job


@dataclass(frozen=True, slots=True)
class Compare(Task[list[str]]):
    """Find rows of a table that would share a key: what speaks against it, a line each."""

    table: str
    saved: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class MakeIndex(Task[Mapping[str, int]]):
    """Merge what has to be hidden; count by column what is not worth a search."""

    saved: tuple[Path, ...]
    path: Path


@dataclass(frozen=True, slots=True)
class Write(Task[tuple[Path, ...]]):
    """Make the data files of a table from the rows on disk."""

    table: str
    spools: tuple[Spooled, ...]


@dataclass(frozen=True, slots=True)
class Prove(Task[Proof]):
    """Search a finished file for what has to be hidden, and ask the server whether it fits."""

    table: str
    path: Path
    index: Path
