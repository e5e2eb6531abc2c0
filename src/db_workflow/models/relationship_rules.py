"""Conventions about relationships. See `conventions.RULES` for the reasons."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from db_workflow.models.breach import Breach
from db_workflow.models.names import plural, snake_case

if TYPE_CHECKING:
    from sqlalchemy import ForeignKeyConstraint
    from sqlalchemy.orm import DeclarativeBase, Mapper, RelationshipProperty

# Each of these sends a query when the attribute is looked at.
_LAZY = {"select", True, "dynamic"}


def both_sides(base: "type[DeclarativeBase]") -> Iterator[Breach]:
    """Want every foreign key to be a relationship, each end naming the other.

    The key that joins a subclass's table to its parent's is what the inheritance itself uses.
    """
    mappers = _sorted(base)
    relationships = [one for mapper in mappers for one in _own_relationships(mapper)]
    for one in relationships:
        if not one.back_populates and not one.viewonly:
            here, there = one.parent.class_, one.mapper.class_.__name__
            yield Breach(
                here,
                one.key,
                f"relationship {here.__name__}.{one.key} does not name its other side",
                f'{one.key} = relationship(back_populates="…"), and the other side in {there}',
            )
    for mapper in mappers:
        for key in sorted(_own_keys(mapper), key=lambda key: tuple(key.column_keys)):
            if not any(_uses(one, key) for one in relationships):
                yield _missing(mapper, key, mappers)


def no_lazy_loading(base: "type[DeclarativeBase]") -> Iterator[Breach]:
    """Want no relationship that loads by itself when its attribute is looked at."""
    for mapper in _sorted(base):
        for one in _own_relationships(mapper):
            if one.lazy in _LAZY:
                name = f"{mapper.class_.__name__}.{one.key}"
                yield Breach(
                    mapper.class_,
                    one.key,
                    f"relationship {name} loads lazily (lazy={one.lazy!r})",
                    f'{one.key} = relationship(…, lazy="raise_on_sql"), or "selectin", "joined"',
                )


def _missing(
    mapper: "Mapper[Any]", key: "ForeignKeyConstraint", mappers: "list[Mapper[Any]]"
) -> Breach:
    table = key.referred_table
    target = next(
        (other.class_.__name__ for other in mappers if other.local_table is table), table.name
    )
    mine = mapper.class_.__name__
    columns = list(key.column_keys)
    name = columns[0].removesuffix("_id") if len(columns) == 1 else snake_case(target)
    others = plural(snake_case(mine))
    here = f'relationship(back_populates="{others}", lazy="raise_on_sql")'
    there = f'relationship(back_populates="{name}", lazy="raise_on_sql")'
    return Breach(
        mapper.class_,
        columns[0],
        f"foreign key {key.table.name} ({', '.join(columns)}) is no relationship",
        f'{name}: Mapped["{target}"] = {here}\n'
        f'and in {target}: {others}: Mapped[list["{mine}"]] = {there}',
    )


def _sorted(base: "type[DeclarativeBase]") -> "list[Mapper[Any]]":
    return sorted(base.registry.mappers, key=lambda mapper: mapper.class_.__name__)


def _own_relationships(mapper: "Mapper[Any]") -> "list[RelationshipProperty[Any]]":
    """Return the relationships that a class states itself."""
    return [one for one in mapper.relationships if one.parent is mapper]


def _own_keys(mapper: "Mapper[Any]") -> "list[ForeignKeyConstraint]":
    from sqlalchemy import Table

    table = vars(mapper.class_).get("__table__")
    if not isinstance(table, Table):
        return []
    parent = mapper.inherits
    joined = set() if parent is None else {other for other in parent.tables if other is not table}
    primary = set(table.primary_key.columns)
    return [
        key
        for key in table.foreign_key_constraints
        if not (key.referred_table in joined and set(key.columns) <= primary)
    ]


def _uses(one: "RelationshipProperty[Any]", key: "ForeignKeyConstraint") -> bool:
    """Tell whether a relationship goes along a foreign key, from the side that holds it."""
    if one.viewonly:
        return False
    columns = set(key.columns)
    return columns == {remote for _, remote in one.local_remote_pairs or ()} or columns == {
        local for local, _ in one.local_remote_pairs or ()
    }
