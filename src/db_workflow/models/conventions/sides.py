"""Conventions about relationships. See `rules.RULES` for the reasons."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from db_workflow.models.conventions.breach import Breach
from db_workflow.models.conventions.tables import (
    attribute_of,
    foreign_keys,
    mappers,
    own_table,
    shown,
)
from db_workflow.models.naming.names import snake_case
from db_workflow.nouns import plural

if TYPE_CHECKING:
    from sqlalchemy import Column, ForeignKeyConstraint
    from sqlalchemy.orm import DeclarativeBase, Mapper, RelationshipProperty


def both_sides(base: "type[DeclarativeBase]") -> Iterator[Breach]:
    """Want every foreign key to be a relationship, each end naming the other.

    The key that joins a subclass's table to its parent's is what the inheritance itself uses. A
    key to a table without a class cannot be one.
    """
    classes = {own_table(mapper): mapper.class_.__name__ for mapper in mappers(base)}
    relationships = _relationships(base)
    for one in relationships:
        if not one.back_populates:
            there = one.mapper.class_.__name__
            yield Breach(
                one.parent.class_,
                one.key,
                f"relationship {_name(one)} does not name its other side",
                f'{one.key} = relationship(back_populates="…"), and the other side in {there}',
            )
    used = {columns for one in relationships for columns in _ends(one)}
    for mapper in mappers(base):
        for key in _own_keys(mapper):
            target = classes.get(key.referred_table)
            if target and frozenset(key.columns) not in used:
                yield _missing(mapper, key, target)


def sides_match(base: "type[DeclarativeBase]") -> Iterator[Breach]:
    """Want two sides to name each other and to be the two ends of one foreign key.

    SQLAlchemy looks at neither: it copies a change to whatever `back_populates` names.
    """
    for one in _relationships(base):
        other = _other(one)
        if other is None or not other.back_populates:
            continue
        back = _other(other)
        related = one.parent.isa(other.mapper) or other.mapper.isa(one.parent)
        if back is None or back.key != one.key or not related:
            found = f"{other.mapper.class_.__name__}.{other.back_populates}"
            yield _wrong(one, f"names {_name(other)} as its other side, which names {found}")
        elif _held(one) != _held(other) and _name(one) <= _name(other):  # said once
            mine, others = ", ".join(sorted(_held(one))), ", ".join(sorted(_held(other)))
            yield _wrong(one, f"goes along {mine}, its other side {_name(other)} along {others}")


def _relationships(base: "type[DeclarativeBase]") -> "list[RelationshipProperty[Any]]":
    """Return the relationships that classes state themselves, and that can be written to."""
    return [
        one
        for mapper in mappers(base)
        for one in mapper.relationships
        if one.parent is mapper and not one.viewonly
    ]


def _name(one: "RelationshipProperty[Any]") -> str:
    return f"{one.parent.class_.__name__}.{one.key}"


def _other(one: "RelationshipProperty[Any]") -> "RelationshipProperty[Any] | None":
    """Return what a relationship names as its other side, unless that is only for looking."""
    if not one.back_populates:
        return None
    found = one.mapper.relationships.get(one.back_populates)
    return None if found is None or found.viewonly else found


def _held(one: "RelationshipProperty[Any]") -> set[str]:
    """Return the columns that a relationship writes: the foreign key's, on either side."""
    pairs = [*one.synchronize_pairs, *(one.secondary_synchronize_pairs or ())]
    return {str(column) for _, column in pairs}


def _wrong(one: "RelationshipProperty[Any]", what: str) -> Breach:
    return Breach(
        one.parent.class_,
        one.key,
        f"relationship {_name(one)} {what}",
        f"{one.key} = relationship(back_populates=…, foreign_keys=…): each side the other's name",
    )


def _missing(mapper: "Mapper[Any]", key: "ForeignKeyConstraint", target: str) -> Breach:
    mine = mapper.class_.__name__
    columns = [column.name for column in key.columns]
    name = columns[0].removesuffix("_id") if len(columns) == 1 else snake_case(target)
    others = plural(snake_case(mine))
    here = f'relationship(back_populates="{others}", lazy="raise_on_sql")'
    there = f'relationship(back_populates="{name}", lazy="raise_on_sql")'
    return Breach(
        mapper.class_,
        attribute_of(mapper.class_, key.columns[0]),
        f"foreign key {shown(key.table, columns)} is no relationship",
        f'{name}: Mapped["{target}"] = {here}\n'
        f'and in {target}: {others}: Mapped[list["{mine}"]] = {there}',
    )


def _own_keys(mapper: "Mapper[Any]") -> "list[ForeignKeyConstraint]":
    """Return the foreign keys of a class's own table that inheritance does not use."""
    table = own_table(mapper)
    if table is None:
        return []
    joined = _joined(mapper)
    ancestors = set(mapper.inherits.tables) - {table} if mapper.inherits is not None else set()
    return [
        key
        for key in foreign_keys(table)
        if not (key.referred_table in ancestors and set(key.columns) <= joined)
        # Columns that reference themselves: each row points to itself, which is no way to go.
        and not all(element.parent is element.column for element in key.elements)
    ]


def _joined(mapper: "Mapper[Any]") -> "set[Column[Any]]":
    """Return the columns by which a subclass's table joins its parent's; its key among them."""
    from sqlalchemy import Column
    from sqlalchemy.sql.visitors import iterate

    if mapper.inherit_condition is None:
        return set()
    return {
        *(one for one in iterate(mapper.inherit_condition) if isinstance(one, Column)),
        *(one for one in mapper.local_table.primary_key if isinstance(one, Column)),
    }


def _ends(one: "RelationshipProperty[Any]") -> Iterator[frozenset[Any]]:
    """Yield the columns at both ends of a relationship; a foreign key's are at one of them."""
    pairs = one.local_remote_pairs or ()
    yield frozenset(local for local, _ in pairs)
    yield frozenset(remote for _, remote in pairs)
