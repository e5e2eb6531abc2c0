"""What a run is going to do: the declaration beside the database, the rows, the jobs."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from db_workflow.catalog import read_snapshot
from db_workflow.settings import Settings
from db_workflow.testdata.declared.sample import classify_sampled, secret_warnings
from db_workflow.testdata.declared.tables import Classified, Table
from db_workflow.testdata.extraction.jobs import Job, plan_jobs
from db_workflow.testdata.extraction.orders import Order
from db_workflow.testdata.extraction.snapshot import Source, hold
from db_workflow.testdata.extraction.subset import Selection, select_rows
from db_workflow.testdata.rules.key import Key
from db_workflow.testdata.rules.pseudonyms import Pseudonyms
from db_workflow.testdata.structure import Structure, read_structure


@dataclass(frozen=True, slots=True)
class Declared:
    """What is to be read, as the declaration and the database say together."""

    fingerprint: str
    structure: Structure
    tables: Sequence[Classified]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done, once the rows are chosen."""

    declared: Declared
    selection: Selection
    jobs: Sequence[Job]
    folder: Path
    warnings: tuple[str, ...]

    @property
    def tables(self) -> Sequence[Classified]:
        """Every table with its rules."""
        return self.declared.tables


async def read_declared(
    connection: "asyncpg.Connection[Any]", settings: Settings, tables: Sequence[Table]
) -> Declared:
    """Read the schema, find a rule for every column, and keep the tables as they are meanwhile.

    Raises:
        TestDataError: TABLE_CONFIG does not fit the database.

    """
    snapshot = await read_snapshot(connection, schemas=settings.schemas)
    structure = await read_structure(connection, schemas=settings.schemas)
    classified = await classify_sampled(connection, tables, structure)
    await hold(connection, [entry.structure for entry in classified])
    return Declared(snapshot.fingerprint, structure, classified)


async def make_plan(
    connection: "asyncpg.Connection[Any]", declared: Declared, folder: Path, key: Key
) -> Plan:
    """Choose the rows, and cut them into jobs."""
    selection = await select_rows(connection, declared.tables)
    return Plan(
        declared,
        selection,
        await plan_jobs(connection, declared.tables, selection, folder, Pseudonyms(key)),
        folder,
        await secret_warnings(connection, declared.tables),
    )


def order_of(plan: Plan, source: Source, settings: Settings, key: Key) -> Order:
    """Return what another process needs to know of a plan."""
    return Order(
        source,
        settings,
        plan.declared.structure,
        {entry.table.name: entry.digest for entry in plan.tables},
        key,
        plan.declared.fingerprint,
        plan.folder,
    )
