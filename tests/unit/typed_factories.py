"""What a type checker must know of factories: `test_factory_types.py` has it checked.

Never run. Each `assert_type` is an error of mypy's if the type is another one.
"""

from typing import Any, TypeVar, assert_type

import factories
from sqlalchemy.ext.asyncio import AsyncSession

from db_workflow.testdata import BaseFactory
from db_workflow.testdata.factories import Rows
from efficient_tutor_backend.database.models import Student, Tuition, User

UserT = TypeVar("UserT", bound=User)


class PersonFactory(BaseFactory[UserT]):
    """One that has no model of its own."""


class PupilFactory(PersonFactory[Student]):
    """One that inherits."""


class UntypedFactory(BaseFactory):
    """One that names its model in Meta only."""

    class Meta:
        model = Student


async def ask(session: AsyncSession) -> None:
    """Ask for everything that a factory returns."""
    assert_type(PupilFactory.build(), Student)
    assert_type(PupilFactory.build_batch(2), list[Student])
    assert_type(await PupilFactory.create(session, grade=7), Student)
    assert_type(await PupilFactory.create_batch(session, 2), list[Student])
    assert_type(PupilFactory.rows(2), Rows)
    assert_type(await UntypedFactory.create(session), Any)
    assert_type(await factories.StudentFactory.create(session), Student)
    assert_type(await factories.TuitionFactory.create_batch(session, 2), list[Tuition])
