"""The new texts of the declaration files, made one table after the other."""

import ast
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Mapper

from db_workflow.errors import TestDataError
from db_workflow.scaffold.classes import with_class
from db_workflow.scaffold.entry import entry_code
from db_workflow.scaffold.factory import FactoryWriter, Known, MissingFactoryError, full_name
from db_workflow.scaffold.imports import Imports
from db_workflow.scaffold.literals import with_element
from db_workflow.scaffold.splice import UnplaceableError
from db_workflow.scaffold.writing import read_text
from db_workflow.settings import Settings
from db_workflow.testdata.declared.declarations import CONFIG_FILE, FACTORIES_FILE, ORDER_FILE
from db_workflow.testdata.declared.suggestions import Suggestion
from db_workflow.testdata.declared.tables import Table
from db_workflow.testdata.declared.usual import usual_table
from db_workflow.testdata.factories import BaseFactory, mapper_of
from db_workflow.testdata.seeding.order import check_order
from db_workflow.testdata.structure import Column, Structure

Suggested = Mapping[str, tuple[Column, Suggestion]]


@dataclass(frozen=True, slots=True)
class Existing:
    """What the repository declares already."""

    tables: Sequence[Table]
    order: Sequence[str]
    factories: Mapping[str, type[BaseFactory[Any]]]

    def table(self, name: str) -> Table | None:
        """Return a table's entry."""
        return next((table for table in self.tables if table.name == name), None)

    def known(self) -> dict[str, Known]:
        """Return the factories by the tables that they make rows of; those that build first."""
        found: dict[str, Known] = {}
        for name, kind in self.factories.items():
            options: Any = kind._meta  # noqa: SLF001 - factory_boy's documented options
            if options.model is None:
                continue
            made = Known(name, bool(getattr(kind, "__parameters__", ())), bool(options.abstract))
            place = full_name(mapper_of(kind))
            if place not in found or found[place].abstract:
                found[place] = made
        return found

    def lacks(self, name: str, *, settings: Settings) -> bool:
        """Tell whether anything of a table is missing."""
        table = self.table(name)
        return (
            table is None
            or name not in self.order
            or table.factory not in self.factories
            or not (settings.data / table.manual_file).is_file()
        )


class Drafts:
    """The texts of the files as they will be."""

    def __init__(
        self,
        existing: Existing,
        structure: Structure,
        mappers: Mapping[str, Mapper[Any]],
        *,
        settings: Settings,
        width: int,
    ) -> None:
        self.texts: dict[Path, str] = {}
        self.open: list[str] = []
        self.config, self._order_file, self._factories_file = (
            settings.test_data / name for name in (CONFIG_FILE, ORDER_FILE, FACTORIES_FILE)
        )
        self._existing = existing
        self._structure = structure
        self._mappers = mappers
        self._settings = settings
        self._width = width
        self._order = list(existing.order)
        self._known = existing.known()
        self._written: dict[Path, list[str]] = {}

    @property
    def written(self) -> dict[str, tuple[str, ...]]:
        """What was added, by file as a person types it."""
        return {
            self._settings.relative(path): tuple(parts) for path, parts in self._written.items()
        }

    def declared(self, name: str) -> Table:
        """Return a table's entry, or the one that it gets."""
        found = self._existing.table(name)
        if found is not None:
            return found
        known = self._known.get(name)
        model = self._mappers[name].class_.__name__
        factory = known.name if known else f"{model}Factory"
        return replace(usual_table(name), factory=factory)

    def add(self, table: Table, suggested: Suggested) -> None:
        """Add what is missing of a table.

        Raises:
            TestDataError: a file is written in a way that cannot be added to; with what to paste.

        """
        if table.factory not in self._existing.factories:
            self._add_factory(table)
        if self._existing.table(table.name) is None:
            self._add_entry(table, suggested)
        if table.name not in self._order:
            self._add_to_order(table.name)
        self._add_manual(table)

    def _add_entry(self, table: Table, suggested: Suggested) -> None:
        text = self._text(self.config)
        code = f"Table({table.name!r}, …)"
        try:
            imports = Imports(text)
            code = entry_code(table, suggested, imports=imports, width=self._width)
            made = with_element(text, "TABLE_CONFIG", code, width=self._width)
            made = imports.added_to(made, width=self._width)
        except UnplaceableError as error:
            raise self._refused(self.config, error, code) from error
        self._put(self.config, made, f"TABLE_CONFIG has {table.name}")

    def _add_to_order(self, name: str) -> None:
        """Put a table at the end, or before the first that refers to it."""
        children = self._children(name)
        before = next((one for one in self._order if one in children), None)
        at = len(self._order) if before is None else self._order.index(before)
        order = [*self._order[:at], name, *self._order[at:]]
        now = check_order(order, self._structure)
        worse = set(now.problems) - set(check_order(self._order, self._structure).problems)
        text = self._text(self._order_file)
        try:
            _refuse_worse(worse)
            element = json.dumps(name, ensure_ascii=False)
            made = with_element(text, "SEEDING_ORDER", element, width=self._width, before=before)
        except UnplaceableError as error:
            raise self._refused(self._order_file, error, now.paste) from error
        self._order = order
        self._put(self._order_file, made, f"SEEDING_ORDER has {name}")

    def _add_factory(self, table: Table) -> None:
        text, known = self._text(self._factories_file), self._known
        code = f"class {table.factory}(…)"
        try:
            imports = Imports(text)
            writer = FactoryWriter(
                table.factory,
                self._mappers[table.name],
                self._structure[table.name],
                known,
                imports,
                self._width,
            )
            code = writer.code()
            children = {known[one].name for one in self._children(table.name) if one in known}
            made = imports.added_to(with_class(text, code, before=children), width=self._width)
        except MissingFactoryError as error:
            raise self._missing_parent(table.name, str(error)) from error
        except UnplaceableError as error:
            raise self._refused(self._factories_file, error, code) from error
        known[table.name] = Known(table.factory)
        self.open += (f"{table.factory}.{name}" for name in writer.open)
        self._put(self._factories_file, made, table.factory)

    def _add_manual(self, table: Table) -> None:
        path = self._settings.data / table.manual_file
        if path.exists() or not table.manual_variable.isidentifier():
            return
        text = f'"""Manual rows of `{table.name}`."""\n\n{table.manual_variable} = []\n'
        ast.parse(text)
        self._put(path, text, "no manual rows yet")

    def _children(self, name: str) -> set[str]:
        """Return the tables that refer to one."""
        return {
            one.name
            for one in self._structure.values()
            if one.name != name and any(key.target == name for key in one.references)
        }

    def _text(self, path: Path) -> str:
        return self.texts[path] if path in self.texts else read_text(path)

    def _put(self, path: Path, text: str, what: str) -> None:
        self.texts[path] = text
        self._written.setdefault(path, []).append(what)

    def _missing_parent(self, table: str, parent: str) -> TestDataError:
        abstract = self._known.get(parent)
        return TestDataError(
            f"{table} refers to {parent}, which has no factory that builds rows.",
            why="a row of the one needs a row of the other",
            next=f"write one that inherits from {abstract.name} in factories.py"
            if abstract
            else f"invoke scaffold {parent} {table}",
            data={"table": table, "parent": parent},
        )

    def _refused(self, path: Path, error: UnplaceableError, code: str) -> TestDataError:
        shown = self._settings.relative(path)
        return TestDataError(
            f"{shown} cannot be added to: {error}.",
            why="it is edited only where all that is there is sure to stay; nothing was written",
            next=f"write this into {shown}, and run the same command again:\n{code}",
            data={"file": shown, "paste": code},
        )


def _refuse_worse(problems: Collection[str]) -> None:
    if problems:  # its parents are behind its children
        raise UnplaceableError("; ".join(sorted(problems)))
