"""Conventions against hidden queries. See `rules.RULES` for the reasons.

Not among them, because the query decides and no model can: attributes of a subclass that a query
for its parent class left out (`selectin_polymorphic`), and what a commit expires
(`expire_on_commit`).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from db_workflow.models.conventions.breach import Breach
from db_workflow.models.conventions.tables import mappers, own_table

if TYPE_CHECKING:
    from sqlalchemy import Column
    from sqlalchemy.orm import DeclarativeBase, Mapper

# Each of these sends a query when the attribute is looked at.
_LAZY = {"select", True, "dynamic"}


def no_lazy_relationships(base: "type[DeclarativeBase]") -> Iterator[Breach]:
    """Want no relationship that loads by itself when its attribute is looked at."""
    for mapper in mappers(base):
        for one in mapper.relationships:
            if one.parent is mapper and one.lazy in _LAZY:
                name = f"{mapper.class_.__name__}.{one.key}"
                yield Breach(
                    mapper.class_,
                    one.key,
                    f"relationship {name} loads lazily (lazy={one.lazy!r})",
                    f'{one.key} = relationship(…, lazy="raise_on_sql"), or "selectin", "joined"',
                )


def no_lazy_columns(base: "type[DeclarativeBase]") -> Iterator[Breach]:
    """Want deferred columns to raise when a query has left them out."""
    for mapper in mappers(base):
        for one in mapper.column_attrs:
            if one.parent is mapper and one.deferred and not one.raiseload:
                yield Breach(
                    mapper.class_,
                    one.key,
                    f"column {mapper.class_.__name__}.{one.key} is deferred, and loads lazily",
                    f"{one.key} = mapped_column(…, deferred=True, deferred_raiseload=True)",
                )


def eager_defaults(base: "type[DeclarativeBase]") -> Iterator[Breach]:
    """Want values that the server computes to be fetched by the statement that makes it do so.

    SQLAlchemy's own "auto" does that for INSERT; what an UPDATE computes (a generated column,
    `onupdate=func.now()`) it expires, and loads at the next look.
    """
    for mapper in mappers(base):
        forgotten = [column.name for column in _columns(mapper) if _expires(column, mapper)]
        if forgotten:
            yield Breach(
                mapper.class_,
                "",
                f"class {mapper.class_.__name__} loads {', '.join(forgotten)} again after a flush",
                '__mapper_args__ = {"eager_defaults": True}, in the base for all',
            )


def _columns(mapper: "Mapper[Any]") -> "list[Column[Any]]":
    """Return the mapped columns of a class's own table, those of subclasses in it included."""
    table = own_table(mapper)
    mapped = [one.columns for one in mapper.self_and_descendants]
    return [
        column
        for column in (() if table is None else table.columns)
        if any(columns.contains_column(column) for columns in mapped)
    ]


def _expires(column: "Column[Any]", mapper: "Mapper[Any]") -> bool:
    if mapper.eager_defaults is True:
        return False
    on_update = column.server_onupdate is not None or _is_sql(column.onupdate)
    on_insert = column.server_default is not None or _is_sql(column.default)
    # A primary key comes back with every INSERT.
    return on_update or (mapper.eager_defaults is False and on_insert and not column.primary_key)


def _is_sql(default: Any) -> bool:
    return default is not None and bool(default.is_clause_element)
