"""The application's test data declarations agree with its models and with each other."""

import enum
import inspect
import re
from pathlib import Path

import pytest
from sqlalchemy import inspect as inspected

from db_workflow.modules import load_file
from db_workflow.settings import load_settings
from db_workflow.testdata.factories import BaseFactory, seed_factories, undeclared_columns
from efficient_tutor_backend.database.db_enums import Subject
from efficient_tutor_backend.database.models import Base, User
from efficient_tutor_backend.passwords import verify_password

SETTINGS = load_settings(Path(__file__).parents[2], environment={})
factories, generate, seed = (
    load_file(SETTINGS.test_data / f"{name}.py", settings=SETTINGS)
    for name in ("factories", "generate_test_data", "seed_test_db")
)
TABLES = {table.name: table for table in generate.TABLE_CONFIG}
MODELS = {mapper.local_table.name: mapper.class_ for mapper in Base.registry.mappers}
FACTORIES = {table.name: getattr(factories, table.factory) for table in generate.TABLE_CONFIG}
# Nobody is a user and nothing else: that factory is only there to be inherited.
BUILDABLE = [kind for kind in FACTORIES.values() if kind._meta.model is not User]

each_factory = pytest.mark.parametrize("kind", BUILDABLE, ids=lambda kind: kind.__name__)


def columns_of(made):
    return {column.key: column for column in inspected(type(made)).column_attrs}


def manual_rows(name):
    module = load_file(SETTINGS.data / TABLES[name].manual_file, settings=SETTINGS)
    return getattr(module, TABLES[name].manual_variable)


def test_every_model_is_in_the_config_in_the_order_and_in_the_manual_files():
    manual = {path.stem for path in SETTINGS.data.glob("*.py")}
    manual = {name for name in manual if not name.startswith("auto_")}
    assert set(MODELS) == set(TABLES) == set(seed.SEEDING_ORDER) == manual
    assert len(TABLES) == len(generate.TABLE_CONFIG)
    assert len(seed.SEEDING_ORDER) == len(set(seed.SEEDING_ORDER))


def test_every_model_has_the_factory_that_the_config_names():
    assert {name: kind._meta.model for name, kind in FACTORIES.items()} == MODELS


def test_no_factory_is_left_out_of_the_config():
    helpers = {"BaseFactory", "SpecialtyFactory"}
    found = {
        name
        for name, kind in vars(factories).items()
        if inspect.isclass(kind) and issubclass(kind, BaseFactory)
    }
    assert found - helpers == {kind.__name__ for kind in FACTORIES.values()}


def test_parents_are_seeded_before_their_children():
    position = {name: number for number, name in enumerate(seed.SEEDING_ORDER)}
    for table in Base.metadata.tables.values():
        for key in table.foreign_keys:
            parent = key.column.table.name
            assert parent == table.name or position[parent] < position[table.name]


@each_factory
def test_a_factory_fills_every_column_that_the_database_does_not(kind):
    assert undeclared_columns(kind) == []


@each_factory
def test_a_factory_builds_values_of_the_columns_types(kind):
    made = kind.build()
    for name, attribute in columns_of(made).items():
        value = getattr(made, name)
        if value is not None:
            expected = attribute.columns[0].type.python_type
            assert isinstance(value, expected), name
            assert not issubclass(expected, enum.Enum) or value in expected


@each_factory
def test_the_same_seed_builds_the_same_values(kind):
    def build():
        seed_factories(7)
        made = kind.build()
        return {name: getattr(made, name) for name in columns_of(made)}

    assert build() == build()


def test_a_lesson_takes_all_four_columns_from_its_specialty():
    tuition = factories.TuitionFactory.build(specialty__subject=Subject.IT)
    for column in ("teacher_id", "subject", "educational_system", "grade"):
        assert getattr(tuition, column) == getattr(tuition.specialty, column)
    assert tuition.teacher_id == tuition.specialty.teacher.id
    assert tuition.subject is Subject.IT


def test_a_log_repeats_what_was_planned():
    tuition = factories.TuitionFactory.build()
    log = factories.TuitionLogFactory.build(tuition=tuition)
    assert log.teacher is tuition.specialty.teacher
    assert (log.subject, log.grade) == (tuition.subject, tuition.grade)


def test_a_charge_is_owed_by_the_students_parent():
    charge = factories.TuitionTemplateChargeFactory.build()
    assert charge.parent is charge.student.parent


def test_a_busy_slot_is_the_users_own_interval_and_no_tuition():
    slot = factories.TimetableSolutionSlotFactory.build(busy=True)
    assert slot.tuition is None
    assert slot.availability_interval.user is slot.solution.user


def test_everyone_in_the_test_data_has_the_public_password():
    assert generate.TEST_PASSWORD_HASH == factories.TEST_PASSWORD_HASH
    assert verify_password(generate.TEST_PASSWORD_HASH, generate.TEST_PASSWORD)


def test_the_words_of_the_timetable_include_every_subject_and_kind_of_interval():
    kept = {*generate.LESSON_WORDS, *generate.BUSY_WORDS}
    assert {subject.value for subject in Subject} <= kept
    assert {kind.value for kind in factories.AvailabilityType} <= kept


SENSITIVE = re.compile(
    r"email|(?<!file_)name$|password|birth|url|meeting_id|token|notes|description|title|key"
)


def test_no_column_that_sounds_personal_is_kept():
    for name, table in TABLES.items():
        for column in Base.metadata.tables[name].columns:
            if SENSITIVE.search(column.name):
                assert not table.columns[column.name].keeps, f"{name}.{column.name}"


@pytest.mark.parametrize("name", TABLES)
def test_manual_rows_have_known_columns_a_key_and_no_real_address(name):
    known = {column.key for column in inspected(MODELS[name]).column_attrs}
    keys = [column.name for column in Base.metadata.tables[name].primary_key]
    rows = manual_rows(name)
    assert len({tuple(row[key] for key in keys) for row in rows}) == len(rows)
    for row in rows:
        assert row.keys() <= known
        for value in row.values():
            assert not isinstance(value, str) or not re.search(r"@(?!example\.test$)", value)


def test_manual_rows_of_every_table_build_with_their_factory():
    for name, kind in FACTORIES.items():
        for row in manual_rows(name):
            made = kind.build(**row)
            assert {key: getattr(made, key) for key in row} == row


def test_a_developer_finds_one_of_each_kind_by_name():
    for name in ("admins", "teachers", "parents", "students"):
        emails = [row["email"] for row in manual_rows(name)]
        assert f"{name.removesuffix('s')}@example.test" in emails


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("tuition-0d9a7a52-4e0f-5f0e-9a63-6f1f3a0f5b11", True),
        ("evening with the Fernsbys", False),
        ("tuition-0d9a7a52-4e0f-5f0e-9a63-6f1f3a0f5b11 for Omar", False),
    ],
)
def test_only_derived_event_keys_are_kept(given, kept, public_pseudonyms):
    made = generate.derived_or_token(given, public_pseudonyms)
    assert (made == given) is kept
    assert (given in generate.typed_key(given)) is not kept


@pytest.fixture
def public_pseudonyms():
    from db_workflow.testdata.rules.key import load_key
    from db_workflow.testdata.rules.pseudonyms import Pseudonyms

    return Pseudonyms(load_key(SETTINGS, stand_in=True))
