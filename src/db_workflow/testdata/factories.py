"""BaseFactory: factory_boy for asynchronous sessions; it builds and adds, and never commits."""

import random
from collections.abc import Iterator
from typing import Any, TypeVar

from factory.base import Factory
from factory.random import reseed_random
from sqlalchemy import Column
from sqlalchemy import inspect as inspected
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import MANYTOONE, Mapper

# What `seed_factories` resets to unless a test asks for something else.
DEFAULT_SEED = 20_240_401


ModelT = TypeVar("ModelT")


class BaseFactory(Factory[ModelT]):
    """The parent of an application's factories, one for each model.

    A foreign key given to it switches off the SubFactory of its relationship:
    `StudentFactory.build(parent_id=known)` builds no parent.
    """

    class Meta:
        """factory_boy's options; a factory of a model names it here."""

        abstract = True

    @classmethod
    async def create(  # type: ignore[override] # asynchronous on purpose
        cls, session: AsyncSession, **values: Any
    ) -> ModelT:
        """Build an object, add it to the session and flush. The test's transaction ends it."""
        made = cls.build(**values)
        session.add(made)
        await session.flush()
        return made

    @classmethod
    async def create_batch(  # type: ignore[override] # asynchronous on purpose
        cls, session: AsyncSession, size: int, **values: Any
    ) -> list[ModelT]:
        """Build several objects, add them and flush once."""
        made = cls.build_batch(size, **values)
        session.add_all(made)
        await session.flush()
        return made

    @classmethod
    def _generate(cls, strategy: str, params: dict[str, Any]) -> Any:
        switched_off = dict.fromkeys(_given_relationships(cls, params))
        return super()._generate(strategy, {**params, **switched_off})  # type: ignore[no-untyped-call]

    @classmethod
    def _adjust_kwargs(cls, **values: Any) -> dict[str, Any]:
        # A relationship set to None would empty the foreign key at flush: leave it unset.
        for name in _given_relationships(cls, values, empty=True):
            values.pop(name)
        return values


def seed_factories(number: int = DEFAULT_SEED) -> None:
    """Make everything that factories invent from here on the same in every run."""
    reseed_random(number)  # type: ignore[no-untyped-call]
    random.seed(number)
    for kind in _subclasses(BaseFactory):
        kind.reset_sequence(0, force=True)  # type: ignore[no-untyped-call]


def mapper_of(kind: type[BaseFactory[Any]]) -> Mapper[Any]:
    """Return the mapper of a factory's model."""
    mapper: Mapper[Any] = inspected(kind._meta.model)  # noqa: SLF001 - factory_boy's documented options
    return mapper


def undeclared_columns(kind: type[BaseFactory[Any]]) -> list[str]:
    """Return the columns of a factory's model that it neither fills nor may leave to the database.

    A column may be left if it is nullable, has a default, is the discriminator, or follows from a
    relationship that the factory fills.
    """
    mapper = mapper_of(kind)
    declared = set(kind._meta.declarations)  # noqa: SLF001 - factory_boy's documented options
    for relationship in mapper.relationships:
        if relationship.key in declared and relationship.direction is MANYTOONE:
            declared |= {
                mapper.get_property_by_column(column).key for column in relationship.local_columns
            }
    return [
        attribute.key
        for attribute in mapper.column_attrs
        if attribute.key not in declared
        and not any(_fills_itself(column, mapper) for column in attribute.columns)
    ]


def _fills_itself(column: Any, mapper: Mapper[Any]) -> bool:
    # An expression that a mapper makes a column of has none of these.
    return (
        not isinstance(column, Column)
        or bool(column.nullable)
        or column.default is not None
        or column.server_default is not None
        or column is mapper.polymorphic_on
        or column is column.table.autoincrement_column
    )


def _given_relationships(
    kind: type[BaseFactory[Any]], values: dict[str, Any], *, empty: bool = False
) -> list[str]:
    """Return relationships whose foreign key columns are all among the values.

    Args:
        kind: the factory.
        values: what a caller gave, or what the factory is about to pass on.
        empty: only those that are among the values as None; otherwise only those that are not.

    """
    if kind._meta.model is None:  # noqa: SLF001 - as above
        return []
    mapper = mapper_of(kind)
    found = []
    for relationship in mapper.relationships:
        if relationship.direction is not MANYTOONE:
            continue
        keys = [mapper.get_property_by_column(column).key for column in relationship.local_columns]
        given = all(key in values for key in keys)
        here = relationship.key in values
        if given and (here and values[relationship.key] is None if empty else not here):
            found.append(relationship.key)
    return found


def _subclasses(kind: type[BaseFactory[Any]]) -> Iterator[type[BaseFactory[Any]]]:
    for child in kind.__subclasses__():
        if not child._meta.abstract:  # noqa: SLF001 - as above
            yield child
        yield from _subclasses(child)
