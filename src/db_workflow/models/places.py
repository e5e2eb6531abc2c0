"""Where in the models a table or column stands, as `file:line`."""

import ast
import inspect
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db_workflow.models.names import unquoted
from db_workflow.models.registry import Models
from db_workflow.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Table


class Places:
    """Finds the class and the line of what a snapshot names."""

    def __init__(self, models: Models, settings: Settings) -> None:
        self._models = models
        self._settings = settings
        self._lines: dict[Path, Mapping[tuple[str, str], int]] = {}

    def relative(self, path: Path) -> str:
        """Return a path as a person types it from the root."""
        return self._settings.relative(path)

    def key(self, printed_table: str) -> tuple[str, str]:
        """Return schema and name of a printed table."""
        parts = unquoted(printed_table)
        return (parts[0] if len(parts) > 1 else self._settings.schemas[0], parts[-1])

    @cached_property
    def _classes(self) -> dict[tuple[str, str], type[Any]]:
        return {
            self._table_key(table): mapper.class_
            for mapper in sorted(
                self._models.base.registry.mappers, key=lambda one: one.class_.__name__
            )
            if (table := _own_table(mapper.class_)) is not None
        }

    def _table_key(self, table: "Table") -> tuple[str, str]:
        return table.schema or self._settings.schemas[0], table.name

    def class_of(self, printed_table: str) -> type[Any] | None:
        """Return the class that maps a table."""
        return self._classes.get(self.key(printed_table))

    def table(self, printed_table: str) -> "Table | None":
        """Return the models' table of a printed name."""
        wanted = self.key(printed_table)
        tables = self._models.base.metadata.tables.values()
        return next((table for table in tables if self._table_key(table) == wanted), None)

    def of(self, printed_table: str | None, attribute: str = "") -> str:
        """Return `file:line` of a class, or of an attribute of it; the file if not found."""
        found = self.class_of(printed_table) if printed_table else None
        if found is None:
            return self._settings.relative(self._models.file)
        return self.of_class(found, attribute)

    def of_class(self, found: type[Any], attribute: str = "") -> str:
        """Return `file:line` of a class or of an attribute of it."""
        try:
            path = Path(inspect.getfile(found))
        except (TypeError, OSError):
            return self._settings.relative(self._models.file)
        lines = self._of_file(path)
        line = lines.get((found.__name__, attribute)) or lines.get((found.__name__, ""))
        return self._settings.relative(path) + (f":{line}" if line else "")

    def _of_file(self, path: Path) -> Mapping[tuple[str, str], int]:
        if path not in self._lines:
            self._lines[path] = _read_lines(path)
        return self._lines[path]


def _own_table(found: type[Any]) -> "Table | None":
    """Return the table that a class maps itself, not one it only inherits."""
    from sqlalchemy import Table

    table = vars(found).get("__table__")
    return table if isinstance(table, Table) else None


def _read_lines(path: Path) -> dict[tuple[str, str], int]:
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError):
        return {}
    lines: dict[tuple[str, str], int] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.ClassDef):
            continue
        lines[node.name, ""] = node.lineno
        for entry in node.body:
            targets = (
                [entry.target]
                if isinstance(entry, ast.AnnAssign)
                else entry.targets
                if isinstance(entry, ast.Assign)
                else []
            )
            for target in targets:
                if isinstance(target, ast.Name):
                    lines[node.name, target.id] = entry.lineno
    return lines
