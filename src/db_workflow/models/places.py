"""Where in the models a table or column stands, as `file:line`, and what is allowed there."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db_workflow.models.names import unquoted
from db_workflow.models.registry import Models
from db_workflow.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Table

_RULES = r"[\w-]+(?:\s*,\s*[\w-]+)*"
_ALLOWED = re.compile(rf"#\s*db_workflow:\s*allow\s+({_RULES})")


@dataclass(frozen=True, slots=True)
class _File:
    """A file of models: the lines of its classes and attributes, and what comments allow."""

    spans: Mapping[tuple[str, str], range]
    allowed: Mapping[int, frozenset[str]]


class Places:
    """Finds the class and the line of what a snapshot names."""

    def __init__(self, models: Models, settings: Settings) -> None:
        self._models = models
        self._settings = settings
        self._files: dict[Path, _File] = {}

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
        """Return `file:line` of a class or of an attribute of it, its mixins' included."""
        for path, span in self._spans(found, attribute):
            return f"{self._settings.relative(path)}:{span.start}"
        return self._settings.relative(self._source(found) or self._models.file)

    def allowed(self, found: type[Any], attribute: str = "") -> frozenset[str]:
        """Return the conventions that comments beside an attribute or its class allow to break."""
        return frozenset(
            rule
            for path, span in self._spans(found, attribute)
            for line in span
            for rule in self._of_file(path).allowed.get(line, ())
        )

    def _spans(self, found: type[Any], attribute: str) -> Iterator[tuple[Path, range]]:
        """Yield where an attribute stands, and the head of the class it was asked of."""
        for owner in found.__mro__ if attribute else ():
            path = self._source(owner)
            span = self._of_file(path).spans.get((owner.__name__, attribute)) if path else None
            if path and span:
                yield path, span
                break
        path = self._source(found)
        head = self._of_file(path).spans.get((found.__name__, "")) if path else None
        if path and head:
            yield path, head

    def _source(self, found: type[Any]) -> Path | None:
        """Return the file of a class, by its module's name: `sys.modules` may show another copy."""
        inside = Path(*found.__module__.split("."))
        for root in self._settings.import_paths:
            for path in (root / inside.with_suffix(".py"), root / inside / "__init__.py"):
                if path.is_file():
                    return path
        return None

    def _of_file(self, path: Path) -> _File:
        if path not in self._files:
            self._files[path] = _read(path)
        return self._files[path]


def _own_table(found: type[Any]) -> "Table | None":
    """Return the table that a class maps itself, not one it only inherits."""
    from sqlalchemy import Table

    table = vars(found).get("__table__")
    return table if isinstance(table, Table) else None


def _read(path: Path) -> _File:
    try:
        source = path.read_bytes()
        tree = ast.parse(source)
    except (OSError, SyntaxError):
        return _File({}, {})
    spans: dict[tuple[str, str], range] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.ClassDef):
            continue
        spans[node.name, ""] = range(node.lineno, node.body[0].lineno)
        for entry in node.body:
            for name in _assigned(entry):
                spans[node.name, name] = range(entry.lineno, (entry.end_lineno or 0) + 1)
    return _File(spans, _comments(source))


def _assigned(entry: ast.stmt) -> Iterator[str]:
    targets: list[ast.expr] = []
    if isinstance(entry, ast.AnnAssign):
        targets = [entry.target]
    elif isinstance(entry, ast.Assign):
        targets = entry.targets
    for target in targets:
        if isinstance(target, ast.Name):
            yield target.id


def _comments(source: bytes) -> dict[int, frozenset[str]]:
    """Return by line the rules that `# db_workflow: allow RULE, RULE` names."""
    if b"db_workflow:" not in source:
        return {}  # most files; taking one apart takes as long as importing it
    found = {
        token.start[0]: _ALLOWED.search(token.string)
        for token in tokenize.tokenize(io.BytesIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    return {
        line: frozenset(re.split(r"\s*,\s*", match[1])) for line, match in found.items() if match
    }
