"""Objects taken apart into rows, with all that a factory has built beside them.

An object of joined inheritance has a part in each of its tables; parents come before it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table
from sqlalchemy import inspect as inspected
from sqlalchemy.orm import MANYTOMANY, MANYTOONE, Mapper

from db_workflow.errors import TestDataError


@dataclass(frozen=True, slots=True)
class Piece:
    """One row of one table.

    Attributes:
        table: SQLAlchemy's table.
        values: Python values by column name; what is not there is left to the database.
        asked: whether it is of the object that was asked for, and not of one beside it.

    """

    table: Table
    values: dict[str, Any]
    asked: bool


class Apart:
    """Takes objects apart; one that several refer to only once."""

    def __init__(self) -> None:
        self._known: dict[int, Any] = {}
        self._connected: set[tuple[Table, tuple[Any, ...]]] = set()

    def take(self, made: Any, *, asked: bool = True) -> Iterator[Piece]:
        """Yield the rows of an object and of what it refers to, parents first.

        Raises:
            TestDataError: another row has to know its key, and it has none.

        """
        if id(made) in self._known:
            return
        self._known[id(made)] = made  # keeps it alive, so that its id stays its own
        mapper = inspected(type(made))
        parts: dict[Table, dict[str, Any]] = {
            table: {} for table in mapper.tables if isinstance(table, Table)
        }
        _fill_keys(made, mapper)
        for attribute in mapper.column_attrs:
            for column in attribute.columns:
                if isinstance(column, Column) and _is_set(made, attribute.key, column):
                    parts[column.table][column.name] = made.__dict__[attribute.key]
        related = list(_related(made, mapper))
        for relationship, member in related:
            if relationship.direction is MANYTOONE and not relationship.viewonly:
                yield from self.take(member, asked=False)
                for local, remote in relationship.local_remote_pairs:
                    parts[local.table][local.name] = _value(member, remote)
        yield from (Piece(table, values, asked) for table, values in parts.items())
        for relationship, member in related:
            yield from self.take(member, asked=False)
            if relationship.direction is MANYTOMANY and not relationship.viewonly:
                yield from self._connection(made, member, relationship)

    def _connection(self, made: Any, member: Any, relationship: Any) -> Iterator[Piece]:
        """Yield the row of a table that has only the two foreign keys."""
        pairs = relationship.synchronize_pairs, relationship.secondary_synchronize_pairs
        values = {
            there.name: _value(side, here)
            for side, found in zip((made, member), pairs, strict=True)
            for here, there in found
        }
        key = (relationship.secondary, tuple(sorted(values.items())))
        if key not in self._connected:  # both ends know of it
            self._connected.add(key)
            yield Piece(relationship.secondary, values, asked=False)


def _related(made: Any, mapper: Mapper[Any]) -> Iterator[tuple[Any, Any]]:
    for relationship in mapper.relationships:
        found = made.__dict__.get(relationship.key)
        if found is None:
            continue
        for member in found if isinstance(found, list | set | tuple) else (found,):
            yield relationship, member


def _fill_keys(made: Any, mapper: Mapper[Any]) -> None:
    """Give an object the primary key that SQLAlchemy would give it at the INSERT."""
    for column in mapper.primary_key:
        key = mapper.get_property_by_column(column).key
        default = getattr(column, "default", None)
        if made.__dict__.get(key) is None and default is not None and default.is_callable:
            setattr(made, key, default.arg(None))


def _is_set(made: Any, key: str, column: "Column[Any]") -> bool:
    if key not in made.__dict__:
        return False
    # Dataclass models set what nobody gave to None; where that cannot be meant, the default is.
    return made.__dict__[key] is not None or bool(column.nullable)


def _value(member: Any, column: Any) -> Any:
    key = inspected(type(member)).get_property_by_column(column).key
    value = member.__dict__.get(key)
    if value is None:
        raise TestDataError(
            f"{type(member).__name__} has no {key} before it is inserted.",
            why="rows that refer to it have to know it",
            next=f"let its factory fill {key}",
        )
    return value
