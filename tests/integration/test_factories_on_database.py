"""What the factories make is accepted by the seeded database, and gone after the test."""

from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from db_workflow.modules import load_file
from db_workflow.settings import load_settings
from efficient_tutor_backend.database.db_enums import Subject
from efficient_tutor_backend.database.models import Parent, Teacher, TeacherSpecialty, Tuition, User

SETTINGS = load_settings(Path(__file__).parents[2], environment={})
factories, generate = (
    load_file(SETTINGS.test_data / f"{name}.py", settings=SETTINGS)
    for name in ("factories", "generate_test_data")
)
# Nobody is a user and nothing else: that factory is only there to be inherited.
KINDS = [
    kind
    for kind in (getattr(factories, table.factory) for table in generate.TABLE_CONFIG)
    if kind._meta.model is not User
]

each_factory = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


async def count(session, model):
    return await session.scalar(select(func.count()).select_from(model))


@each_factory
async def test_a_row_from_nothing_but_defaults_is_accepted(db_session, kind):
    model = kind._meta.model
    before = await count(db_session, model)
    made = await kind.create(db_session)
    assert made in db_session
    assert await count(db_session, model) == before + 1


@each_factory
async def test_a_batch_is_accepted(db_session, kind):
    model = kind._meta.model
    before = await count(db_session, model)
    made = await kind.create_batch(db_session, 3)
    assert len({id(one) for one in made}) == 3
    assert await count(db_session, model) == before + 3


async def test_a_given_foreign_key_builds_no_parent(db_session):
    parent = await factories.ParentFactory.create(db_session)
    before = await count(db_session, Parent)
    student = await factories.StudentFactory.create(db_session, parent_id=parent.id)
    assert student.parent_id == parent.id
    assert await count(db_session, Parent) == before


async def test_a_given_relationship_builds_no_parent(db_session):
    parent = await factories.ParentFactory.create(db_session)
    before = await count(db_session, Parent)
    student = await factories.StudentFactory.create(db_session, parent=parent)
    assert student.parent_id == parent.id
    assert await count(db_session, Parent) == before


async def test_a_given_specialty_of_four_columns_builds_no_specialty(db_session):
    specialty = await factories.TeacherSpecialtyFactory.create(db_session)
    columns = ("teacher_id", "subject", "educational_system", "grade")
    level = {column: getattr(specialty, column) for column in columns}
    before = [await count(db_session, model) for model in (TeacherSpecialty, Teacher)]
    tuition = await factories.TuitionFactory.create(db_session, **level)
    assert {column: getattr(tuition, column) for column in columns} == level
    assert [await count(db_session, model) for model in (TeacherSpecialty, Teacher)] == before


async def test_a_choice_made_on_the_specialty_reaches_the_stored_lesson(db_session):
    tuition = await factories.TuitionFactory.create(db_session, specialty__subject=Subject.BIOLOGY)
    stored = select(Tuition.subject).where(Tuition.id == tuition.id)
    assert await db_session.scalar(stored) is Subject.BIOLOGY


async def test_a_lesson_without_a_plan_and_a_busy_slot_are_accepted(db_session):
    log = await factories.TuitionLogFactory.create(db_session, tuition=None)
    slot = await factories.TimetableSolutionSlotFactory.create(db_session, busy=True)
    assert log.tuition_id is None
    assert slot.tuition_id is None
    assert slot.availability_interval_id is not None


@each_factory
async def test_rows_are_accepted_by_core_inserts(db_session, kind):
    model = kind._meta.model
    before = await count(db_session, model)
    for table, rows in kind.rows(3).items():
        await db_session.execute(insert(table), rows)
    assert await count(db_session, model) == before + 3


@each_factory
async def test_rows_are_accepted_by_copy(db_session, kind):
    model = kind._meta.model
    before = await count(db_session, model)
    connection = await db_session.connection()
    driver = (await connection.get_raw_connection()).driver_connection
    made = kind.rows(3)
    for table in made:
        await driver.copy_records_to_table(
            table.name, columns=made.columns(table), records=made.records(table)
        )
    assert await count(db_session, model) == before + 3


async def test_a_choice_made_two_factories_down_is_stored(db_session):
    parent = await factories.ParentFactory.create(db_session)
    before = await count(db_session, Parent)
    subject = await factories.StudentSubjectFactory.create(db_session, student__parent_id=parent.id)
    await db_session.refresh(subject, ["student"])
    assert subject.student.parent_id == parent.id
    assert await count(db_session, Parent) == before
