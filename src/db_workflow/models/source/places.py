"""Where in the models a table or column stands, as `file:line`, and what is allowed there."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db_workflow.models.naming.names import unquoted
from db_workflow.models.source.registry import Models
from db_workflow.models.source.sources import Allow, Source, Span
from db_workflow.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Table


class Places:
    """Finds the class and the line of what a snapshot names."""

    def __init__(self, models: Models, settings: Settings) -> None:
        self._models = models
        self._settings = settings
        self._sources: dict[Path, Source] = {}
        self._paths: dict[str, Path | None] = {}

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

    def of(self, printed_table: str | None, column: str = "") -> str:
        """Return `file:line` of a table's class, or of a column in it; the file if not found."""
        found = self.class_of(printed_table) if printed_table else None
        if found is None:
            return self._settings.relative(self._models.file)
        return self.of_class(found, _attribute_of(found, column))

    def of_class(self, found: type[Any], attribute: str = "") -> str:
        """Return `file:line` of a class or of an attribute of it, its mixins' included."""
        for path, span in self._spans(found, attribute):
            return f"{self._settings.relative(path)}:{span.line}"
        return self._settings.relative(self._path_of(found) or self._models.file)

    def allowed(self, found: type[Any], attribute: str = "") -> list[Allow]:
        """Return the comments beside an attribute or its class that allow to break conventions."""
        return [
            allow
            for path, span in self._spans(found, attribute)
            for line, allow in self._of(path).allows.items()
            if line in span.lines
        ]

    def allows(self) -> list[Allow]:
        """Return every such comment in the files of the models' classes, as they stand there."""
        classes = (
            one for mapper in self._models.base.registry.mappers for one in mapper.class_.__mro__
        )
        paths = {path for one in classes if (path := self._path_of(one)) is not None}
        return [
            allow for path in sorted(paths) for _, allow in sorted(self._of(path).allows.items())
        ]

    def _spans(self, found: type[Any], attribute: str) -> Iterator[tuple[Path, Span]]:
        """Yield where an attribute stands, and the head of the class it was asked of."""
        for owner in found.__mro__ if attribute else ():
            path = self._path_of(owner)
            span = self._of(path).spans.get((owner.__name__, attribute)) if path else None
            if path and span:
                yield path, span
                break
        path = self._path_of(found)
        head = self._of(path).spans.get((found.__name__, "")) if path else None
        if path and head:
            yield path, head

    def _path_of(self, found: type[Any]) -> Path | None:
        """Return the file of a class, by its module's name: `sys.modules` may show another copy."""
        name = found.__module__
        if name not in self._paths:
            inside = Path(*name.split("."))
            near = (
                path
                for root in self._settings.import_paths
                for path in (root / inside.with_suffix(".py"), root / inside / "__init__.py")
            )
            self._paths[name] = next((path for path in near if path.is_file()), None)
        return self._paths[name]

    def _of(self, path: Path) -> Source:
        return self._sources.setdefault(path, Source(path))


def _own_table(found: type[Any]) -> "Table | None":
    """Return the table that a class maps itself, not one it only inherits."""
    from sqlalchemy import Table

    table = vars(found).get("__table__")
    return table if isinstance(table, Table) else None


def _attribute_of(found: type[Any], column: str) -> str:
    """Return what a class calls a column of its table; nothing if it does not map one."""
    from sqlalchemy import inspect

    mapper = inspect(found)
    names = (
        attribute.key
        for attribute in mapper.column_attrs
        if any(
            getattr(one, "table", None) is mapper.local_table and one.name == column
            for one in attribute.columns
        )
    )
    return next(names, "")
