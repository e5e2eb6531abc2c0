"""What seeding needs to know of each table, and which tables nobody has told it of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from db_workflow.errors import TestDataError
from db_workflow.settings import Settings
from db_workflow.testdata.declared.declarations import CONFIG_FILE, FACTORIES_FILE, ORDER_FILE
from db_workflow.testdata.declared.tables import Table
from db_workflow.testdata.declared.usual import usual_table
from db_workflow.testdata.structure import Structure, TableStructure

if TYPE_CHECKING:
    from db_workflow.testdata.factories import BaseFactory


@dataclass(frozen=True, slots=True)
class Gap:
    """A table that something is missing for.

    Attributes:
        table: its name.
        adds: what to add, each with the file that it belongs into.

    """

    table: str
    adds: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.table} is not complete; add {'; '.join(self.adds)}"


def find_gaps(
    structure: Structure,
    tables: Sequence[Table],
    order: Sequence[str],
    factories: Mapping[str, "type[BaseFactory[Any]]"],
    *,
    settings: Settings,
) -> list[Gap]:
    """Return every table without an entry, a place in the order, a factory or a manual file.

    Args:
        structure: the tables that there are.
        tables: TABLE_CONFIG.
        order: SEEDING_ORDER.
        factories: those of factories.py, by name.
        settings: where the data folder is.

    """
    entries = {table.name: table for table in tables}
    gaps = []
    for name, found in structure.items():
        entry = entries.get(name) or usual_table(found.name)
        adds = []
        if name not in entries:
            adds.append(
                f"Table({name!r}, file={entry.file!r}, variable={entry.variable!r},"
                f" factory={entry.factory!r}, columns={{…}}) to TABLE_CONFIG in {CONFIG_FILE}"
            )
        if name not in order:
            adds.append(f"{name!r} to SEEDING_ORDER in {ORDER_FILE}{_behind(found, order)}")
        if entry.factory not in factories:
            adds.append(f"class {entry.factory}(BaseFactory) to {FACTORIES_FILE}")
        if not (settings.data / entry.manual_file).is_file():
            path = settings.relative(settings.data / entry.manual_file)
            adds.append(f"the file {path} with {entry.manual_variable} = []")
        if adds:
            gaps.append(Gap(name, tuple(adds)))
    return gaps


def require_complete(gaps: Sequence[Gap]) -> None:
    """Refuse to seed while something is missing.

    Raises:
        TestDataError: names every such table, and all that it lacks.

    """
    if gaps:
        names = " ".join(gap.table for gap in gaps)
        raise TestDataError(
            "Seeding does not know enough of every table:\n"
            + "\n".join(f"  - {gap}" for gap in gaps),
            why="a table that is left out stays empty, and nobody notices",
            next=f"invoke scaffold {names}, which writes what is missing; then decide",
            data={"gaps": {gap.table: list(gap.adds) for gap in gaps}},
        )


def _behind(found: TableStructure, order: Sequence[str]) -> str:
    """Return behind which table the first place is that suits; empty if any does."""
    places = [
        order.index(reference.target)
        for reference in found.references
        if reference.target in order and reference.target != found.name
    ]
    return f", behind {order[max(places)]!r}" if places else ""
