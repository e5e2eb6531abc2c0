"""What is decided before seeding touches a row: declarations, files, manual rows; all checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import asyncpg

from db_workflow.catalog import read_snapshot
from db_workflow.errors import TestDataError
from db_workflow.settings import Settings
from db_workflow.testdata.declared.classify import classify
from db_workflow.testdata.declared.declarations import (
    load_factories,
    load_manual_rows,
    load_order,
    load_tables,
)
from db_workflow.testdata.declared.tables import Table
from db_workflow.testdata.files.reading import DataFile
from db_workflow.testdata.seeding.complete import find_gaps, require_complete
from db_workflow.testdata.seeding.current import factory_problems, read_current
from db_workflow.testdata.seeding.order import OrderCheck, check_order, require_order
from db_workflow.testdata.structure import Structure, TableStructure, read_structure

if TYPE_CHECKING:
    from db_workflow.testdata.seeding.manual import ManualRow


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is decided before the first row is touched."""

    structure: Structure
    tables: Sequence[Table]
    order: Sequence[str]
    check: OrderCheck
    files: Mapping[str, DataFile]
    manual: Mapping[str, Sequence["ManualRow"]]
    fingerprint: str

    @property
    def ordered(self) -> list[TableStructure]:
        """The tables, parents first."""
        return [self.structure[name] for name in self.order]


async def prepare(connection: "asyncpg.Connection[Any]", *, settings: Settings) -> Plan:
    """Read the declarations and files, check them against the database, build manual rows.

    Raises:
        TestDataError: something is wrong or does not fit.

    """
    from db_workflow.testdata.factories import seed_factories
    from db_workflow.testdata.seeding.manual import build_rows

    tables, order = load_tables(settings), load_order(settings)
    snapshot = await read_snapshot(connection, schemas=settings.schemas)
    structure = await read_structure(connection, schemas=settings.schemas)
    factories = load_factories(settings)
    require_complete(find_gaps(structure, tables, order, factories, settings=settings))
    classified = classify(tables, structure)
    check = check_order(order, structure)
    require_order(check)
    files, problems = read_current(
        settings, classified, fingerprint=snapshot.fingerprint, whole=False
    )
    _refuse("The generated files cannot be used:", problems, "invoke phase1, then invoke phase3")
    _refuse("The factories do not fit:", factory_problems(tables, factories), "mend factories.py")
    seed_factories()
    manual = build_rows(
        load_manual_rows(settings, tables),
        {table.name: factories[table.factory] for table in tables},
        settings=settings,
    )
    return Plan(structure, tables, order, check, files, manual, snapshot.fingerprint)


def _refuse(what: str, problems: Sequence[str], remedy: str) -> None:
    if problems:
        raise TestDataError(
            what + "\n" + "\n".join(f"  - {problem}" for problem in problems),
            why="rows that do not fit the schema and the rules prove nothing",
            next=remedy,
            data={"problems": list(problems)},
        )
