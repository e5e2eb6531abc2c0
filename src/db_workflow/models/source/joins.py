"""Joins along the models' relationships that link nothing: SQLAlchemy lets them configure."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy.orm import DeclarativeBase, Mapper, RelationshipProperty


def unlinked_joins(base: "type[DeclarativeBase]") -> Iterator[str]:
    """Yield a line for each relationship whose join is a cartesian product.

    A condition that compares a table with itself, or names the same table twice, configures; the
    join then gives each row of one side with each of the other.
    """
    for mapper in sorted(base.registry.mappers, key=lambda one: one.class_.__name__):
        for found in mapper.relationships:
            if found.parent is mapper and not _links_two_tables(found):
                yield from _linted(mapper, found)


def _links_two_tables(found: "RelationshipProperty[Any]") -> bool:
    """Tell, without compiling it, whether a condition is a plain foreign key between two tables."""
    if found.secondary is not None:
        return False
    here, there = set(found.parent.tables), set(found.mapper.tables)
    return any(
        local.table is not remote.table and local.table in here and remote.table in there
        for local, remote in found.local_remote_pairs or ()
    )


def _linted(mapper: "Mapper[Any]", found: "RelationshipProperty[Any]") -> Iterator[str]:
    from sqlalchemy import select
    from sqlalchemy.dialects import postgresql
    from sqlalchemy.exc import SQLAlchemyError
    from sqlalchemy.orm import aliased
    from sqlalchemy.sql.compiler import COLLECT_CARTESIAN_PRODUCTS

    # Not as JOIN … ON: what stands in ON always counts as a link.
    target = aliased(found.mapper.class_)
    joined: Any = getattr(mapper.class_, found.key).of_type(target)
    statement = select(mapper.class_, target).where(joined)
    name = f"{mapper.class_.__name__}.{found.key}"
    dialect: Any = postgresql.dialect
    try:
        compiled: Any = statement.compile(dialect=dialect(), linting=COLLECT_CARTESIAN_PRODUCTS)
    except SQLAlchemyError as error:
        yield f"relationship {name} cannot be joined: {' '.join(str(error).split())}"
        return
    apart, _ = compiled.from_linter.lint()
    if apart:
        tables = ", ".join(sorted(compiled.from_linter.froms[one] for one in apart))
        yield (
            f"relationship {name} is a cartesian product: its condition does not link {tables}"
            f" ({found.primaryjoin}"
            + (f" AND {found.secondaryjoin})" if found.secondaryjoin is not None else ")")
        )
