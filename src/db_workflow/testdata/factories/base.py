"""BaseFactory: factory_boy for asynchronous sessions; it builds and adds, and never commits."""

import random
from collections.abc import Iterator
from typing import Any, TypeVar

from factory.base import Factory
from factory.enums import BUILD_STRATEGY
from factory.random import reseed_random
from sqlalchemy.ext.asyncio import AsyncSession

from db_workflow.testdata.factories.options import ModelOptions
from db_workflow.testdata.factories.rows import Rows, rows_of
from db_workflow.testdata.factories.step import Step

# What `seed_factories` resets to unless a test asks for something else.
DEFAULT_SEED = 20_240_401

ModelT = TypeVar("ModelT")


class _WithOptions(Factory[ModelT]):
    """factory_boy takes the class of the options from a base."""

    _options_class = ModelOptions

    class Meta:
        abstract = True


class BaseFactory(_WithOptions[ModelT]):
    """The parent of an application's factories, one for each model.

    A factory names its model once, and then editors and type checkers know what it makes:

        class StudentFactory(BaseFactory[Student]):
            parent = SubFactory(ParentFactory)

        student = await StudentFactory.create(session)  # a Student

    factory_boy's `class Meta: model = Student` does as well, for who needs no types.

    A foreign key given to it switches off the SubFactory of its relationship:
    `StudentFactory.build(parent_id=known)` builds no parent. One of several columns does so when
    all of them are given, by themselves or by objects at other relationships.
    """

    class Meta:
        """factory_boy's options."""

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
    def rows(cls, size: int, **values: Any) -> Rows:
        """Build several objects and return them as rows, for a bulk load without a session.

        Each has parents of its own, as in `create_batch`, and their rows are in the result, by
        table, parents first; so are all parts of joined inheritance. A foreign key that is given
        builds none: `StudentFactory.rows(100_000, parent_id=parent.id)`.

        Raises:
            TestDataError: a row has no value for a column that others have, or no key that another
                row refers to.

        """
        return rows_of(cls.build_batch(size, **values))

    @classmethod
    def _generate(cls, strategy: str, params: dict[str, Any]) -> Any:
        if cls._meta.abstract or strategy != BUILD_STRATEGY:  # which it refuses, or makes stubs
            return super()._generate(strategy, params)  # type: ignore[no-untyped-call]
        return Step(cls._meta, params, strategy).build()  # type: ignore[no-untyped-call]

    @classmethod
    def _adjust_kwargs(cls, **values: Any) -> dict[str, Any]:
        # A relationship set to None would empty the foreign key at flush: leave it unset.
        options: Any = cls._meta
        for link in list(options.settled(values)):
            if values.get(link.name, cls) is None:
                values.pop(link.name)
        return values


def seed_factories(number: int = DEFAULT_SEED) -> None:
    """Make everything that factories invent from here on the same in every run."""
    reseed_random(number)  # type: ignore[no-untyped-call]
    random.seed(number)
    for kind in _subclasses(BaseFactory):
        kind.reset_sequence(0, force=True)  # type: ignore[no-untyped-call]


def _subclasses(kind: type[BaseFactory[Any]]) -> Iterator[type[BaseFactory[Any]]]:
    for child in kind.__subclasses__():
        if not child._meta.abstract:  # noqa: SLF001 - factory_boy's documented options
            yield child
        yield from _subclasses(child)
