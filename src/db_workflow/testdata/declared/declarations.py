"""The repository's declaration files, as they are now: tables, order, factories, manual rows.

They are at paths that the workflow fixes, in the folder `test_data` of the settings.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db_workflow.errors import TestDataError
from db_workflow.modules import load_file
from db_workflow.settings import Settings
from db_workflow.testdata.declared.tables import Table
from db_workflow.testdata.files.names import part_files

if TYPE_CHECKING:  # factory_boy, Faker and the models are for those who build rows
    from db_workflow.testdata.factories import BaseFactory

CONFIG_FILE = "generate_test_data.py"
ORDER_FILE = "seed_test_db.py"
FACTORIES_FILE = "factories.py"


@dataclass(frozen=True, slots=True)
class ManualRows:
    """The rows of one `data/<table>.py`, as somebody wrote them."""

    table: str
    path: Path
    rows: tuple[Mapping[str, Any], ...]


def load_tables(settings: Settings) -> tuple[Table, ...]:
    """Return TABLE_CONFIG.

    Raises:
        WorkflowError: the file is missing or does not import.
        TestDataError: it has no TABLE_CONFIG, or one of something else than tables.

    """
    path = settings.test_data / CONFIG_FILE
    found = getattr(load_file(path, settings=settings), "TABLE_CONFIG", None)
    if not isinstance(found, Sequence) or not all(isinstance(entry, Table) for entry in found):
        raise _wrong(settings, path, "TABLE_CONFIG", "a tuple of Table(…)")
    return tuple(found)


def load_order(settings: Settings) -> tuple[str, ...]:
    """Return SEEDING_ORDER. Raises as `load_tables` does."""
    path = settings.test_data / ORDER_FILE
    found = getattr(load_file(path, settings=settings), "SEEDING_ORDER", None)
    if (
        not isinstance(found, Sequence)
        or isinstance(found, str)
        or not all(isinstance(name, str) for name in found)
    ):
        raise _wrong(settings, path, "SEEDING_ORDER", "a tuple of table names")
    return tuple(found)


def load_factories(settings: Settings) -> dict[str, "type[BaseFactory[Any]]"]:
    """Return the classes of factories.py that are factories, by name. Raises as `load_tables`."""
    from db_workflow.testdata.factories import BaseFactory

    module = load_file(settings.test_data / FACTORIES_FILE, settings=settings)
    return {
        name: kind
        for name, kind in vars(module).items()
        if isinstance(kind, type) and issubclass(kind, BaseFactory) and kind is not BaseFactory
    }


def load_manual_rows(settings: Settings, tables: Sequence[Table]) -> dict[str, ManualRows]:
    """Return the manual rows of every table that has some, by table.

    Raises:
        WorkflowError: a file does not import.
        TestDataError: a file has not its variable, or belongs to no table.

    """
    _refuse_strays(settings, tables)
    found = {}
    for table in tables:
        path = settings.data / table.manual_file
        if not path.is_file():
            continue
        rows = getattr(load_file(path, settings=settings), table.manual_variable, None)
        if not isinstance(rows, Sequence) or not all(isinstance(row, Mapping) for row in rows):
            raise _wrong(settings, path, table.manual_variable, "a list of dicts")
        if rows:
            found[table.name] = ManualRows(table.name, path, tuple(rows))
    return found


def stray_files(settings: Settings, tables: Sequence[Table]) -> list[Path]:
    """Return the files in the data folder that belong to no table."""
    known = {table.file for table in tables} | {table.manual_file for table in tables}
    known |= {path.name for table in tables for path in part_files(settings.data, table.file)}
    known.add("__init__.py")
    return sorted(path for path in settings.data.glob("*.py") if path.name not in known)


def _refuse_strays(settings: Settings, tables: Sequence[Table]) -> None:
    strays = [settings.relative(path) for path in stray_files(settings, tables)]
    if strays:
        raise TestDataError(
            f"No table of TABLE_CONFIG has the file {', '.join(strays)}.",
            why="rows that somebody wrote would silently not be loaded",
            next="name the file after its table, or remove it",
            data={"files": strays},
        )


def _wrong(settings: Settings, path: Path, variable: str, what: str) -> TestDataError:
    return TestDataError(
        f"{settings.relative(path)} has no {variable} that is {what}.",
        why="phase 3 works by this declaration",
        next=f"write {variable} in {settings.relative(path)}",
    )
