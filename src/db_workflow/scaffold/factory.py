"""The class of a table's factory: a line for each column that the database does not fill."""

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import MANYTOONE, Mapper

from db_workflow.scaffold.fakes import NONE, Fake, fake
from db_workflow.scaffold.imports import Imports
from db_workflow.scaffold.splice import laid_out
from db_workflow.testdata.factories import BaseFactory
from db_workflow.testdata.factories.columns import fills_itself
from db_workflow.testdata.structure import TableStructure

_INDENT = "    "
# With a default of their own, which the same seed would not repeat.
_UNREPEATABLE = {"date", "uuid"}


@dataclass(frozen=True, slots=True)
class Known:
    """A factory that there is, or is about to be.

    Attributes:
        name: its class.
        generic: whether it is written with a model in brackets by those that inherit from it.
        abstract: whether it builds nothing itself.

    """

    name: str
    generic: bool = False
    abstract: bool = False


class MissingFactoryError(Exception):
    """A table's factory needs that of another table, which there is not; says of which."""


@dataclass(frozen=True, slots=True)
class FactoryWriter:
    """Writes the factory of one table.

    Attributes:
        name: the class that it gets.
        mapper: that of its model.
        structure: the table.
        known: the factories of other tables, by SQLAlchemy's full name of the table.
        imports: what the factories' file calls things.
        width: how long a line may be.
        open: the attributes that `code` has left to a person.

    """

    name: str
    mapper: Mapper[Any]
    structure: TableStructure
    known: Mapping[str, Known]
    imports: Imports
    width: int
    open: list[str] = field(default_factory=list)

    def code(self) -> str:
        """Return the class.

        Raises:
            MissingFactoryError: a table that a row must refer to has no factory yet.
            UnplaceableError: a name that it needs is something else in the file.

        """
        model = self.mapper.class_
        made = self.imports.name(model.__module__, model.__name__)
        head, options = self._head(made)
        body = [*self._checks(), *self._lines()]
        if all(line.startswith("#") for line in body):
            body.insert(0, '"""All that can be known of a row is a default."""')
        return "\n".join((head, *options, *(_INDENT + line for line in body)))

    def _head(self, model: str) -> tuple[str, tuple[str, ...]]:
        if self.mapper.inherits is None:
            base = self.imports.name("db_workflow.testdata", "BaseFactory")
            return f"class {self.name}({base}[{model}]):", ()
        known = self._factory_of(self.mapper.inherits, concrete=False)
        if known.generic:
            return f"class {self.name}({known.name}[{model}]):", ()
        meta = (f"{_INDENT}class Meta:", f"{_INDENT * 2}model = {model}", "")
        return f"class {self.name}({known.name}):", meta

    def _checks(self) -> Iterator[str]:
        """Yield what the database asks of a row, to be read by a person."""
        table: Any = self.mapper.local_table
        found = (one for one in table.constraints if isinstance(one, CheckConstraint))
        for text in sorted(" ".join(str(one.sqltext).split()) for one in found):
            room = self.width - len(_INDENT)
            yield from textwrap.wrap(
                f"CHECK ({text})", room, initial_indent="# ", subsequent_indent="#   "
            )

    def _lines(self) -> Iterator[str]:
        links = {
            column.name: relationship
            for relationship in self.mapper.relationships
            if relationship.direction is MANYTOONE and not relationship.viewonly
            for column in relationship.local_columns
        }
        attributes: dict[Any, Any] = {
            column: attribute
            for attribute in self.mapper.column_attrs
            for column in attribute.columns
        }
        told = set()
        for column in self.mapper.local_table.columns:
            attribute = attributes.get(column)
            if attribute is None or column is self.mapper.polymorphic_on:
                continue
            if len(attribute.columns) > 1:  # the key that it shares with what it inherits from
                continue
            link = links.get(column.name)
            if link is None:
                yield from self._column(attribute.key, column)
            elif link.key not in told:
                told.add(link.key)
                yield self._link(link)

    def _link(self, link: Any) -> str:
        if all(column.nullable for column in link.local_columns):
            return f"{link.key} = None"
        if link.mapper.local_table is self.mapper.local_table:
            return self._left_open(link.key, "it refers to this table; decide what a row is below")
        made = self._factory_of(link.mapper, concrete=True).name
        return f"{link.key} = {self.imports.name('factory', 'SubFactory')}({made})"

    def _column(self, key: str, column: Any) -> Iterator[str]:
        found = self.structure.columns.get(column.name)
        counted = any(one.column == column.name for one in self.structure.sequences)
        if found is None or found.computed or counted or column.identity is not None:
            return
        if fills_itself(column) and found.kind not in _UNREPEATABLE:
            return
        made: Fake | None
        if hasattr(BaseFactory, key):
            why = "factories have a method of this name; see factory_boy's Meta.rename"
            yield self._left_open(key, why)
            return
        if column.foreign_keys:
            made = NONE if column.nullable else None
        else:
            made = fake(found, column.type, table=self.structure, imports=self.imports)
            made = NONE if made is None and column.nullable else made
        if made is None:
            why = "no relationship fills it" if column.foreign_keys else f"a {found.type}"
            yield self._left_open(key, f"{why}; decide what it is")
        elif not made.called:
            yield f"{key} = {made.arguments[0]}"
        else:
            opening = f"{key} = {made.called}("
            yield laid_out(opening, made.arguments, ")", width=self.width, indent=_INDENT)

    def _left_open(self, key: str, why: str) -> str:
        self.open.append(key)
        return f"# {key}: {why}."

    def _factory_of(self, mapper: Mapper[Any], *, concrete: bool) -> Known:
        """Return the factory of a model, or of one that inherits from it."""
        for one in mapper.self_and_descendants:
            known = self.known.get(full_name(one))
            if known is not None and not (concrete and known.abstract):
                return known
            if not concrete:
                break
        raise MissingFactoryError(full_name(mapper))


def full_name(mapper: Mapper[Any]) -> str:
    """Return the name of a mapper's own table as `structure` has it."""
    table: Any = mapper.local_table
    schema = getattr(table, "schema", None)
    name = getattr(table, "name", "")  # what is mapped to a query has none
    return str(name if schema in {None, "public"} else f"{schema}.{name}")
