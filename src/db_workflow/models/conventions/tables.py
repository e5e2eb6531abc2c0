"""What the rules walk over: tables with their classes, columns with their attributes."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Column, ForeignKeyConstraint, Table
    from sqlalchemy.orm import DeclarativeBase, Mapper


def mappers(base: "type[DeclarativeBase]") -> "list[Mapper[Any]]":
    """Return the mappers by the names of their classes: the registry keeps them in a set."""
    return sorted(base.registry.mappers, key=lambda mapper: mapper.class_.__name__)


def own_table(mapper: "Mapper[Any]") -> "Table | None":
    """Return the table that a class maps itself, not one that it shares with its parent."""
    from sqlalchemy import Table

    table = mapper.local_table
    inherited = mapper.inherits is not None and table is mapper.inherits.local_table
    return table if isinstance(table, Table) and not inherited else None


def tables(base: "type[DeclarativeBase]") -> "Iterator[tuple[type[Any], Table]]":
    """Yield every table with the class that maps it; the base stands in where there is none."""
    owners = {own_table(mapper): mapper.class_ for mapper in mappers(base)}
    for table in sorted(base.metadata.tables.values(), key=lambda table: str(table.fullname)):
        yield owners.get(table, base), table


def attribute_of(owner: type[Any], column: "Column[Any]") -> str:
    """Return the attribute of a class that holds a column; the column's key where none does."""
    from sqlalchemy import inspect
    from sqlalchemy.orm.exc import UnmappedColumnError

    mapper = inspect(owner, raiseerr=False)
    try:
        return column.key if mapper is None else str(mapper.get_property_by_column(column).key)
    except UnmappedColumnError:
        return column.key


def foreign_keys(table: "Table") -> "list[ForeignKeyConstraint]":
    """Return a table's foreign keys by the names of their columns: the table keeps a set."""
    return sorted(table.foreign_key_constraints, key=lambda key: tuple(key.column_keys))


def shown(table: "Table", columns: "list[str]") -> str:
    """Return `table (a, b)`."""
    return f"{table.fullname} ({', '.join(columns)})"
