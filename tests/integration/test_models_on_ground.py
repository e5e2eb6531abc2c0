"""What models stand on is there before them: types they only name, functions, sequences, views."""

import pytest

from db_workflow.connection import session
from db_workflow.databases import create_database
from db_workflow.models import compare_models
from tests.integration.model_cases import CASES, HEAD


@pytest.fixture
async def models(server, tiny_settings):
    """Return a function that creates a schema and compares models with it, again and again."""
    settings = tiny_settings
    name = settings.project
    await create_database(server, settings.test_database, project=name, role="test")
    async with session(settings.test_address, purpose="test") as connection:

        async def compare(code, sql=""):
            if sql:
                await connection.execute(sql)
            # Enum classes stand before everything else, and in a module of their own.
            start = code.index("table(") if "class Mood" in code else 0
            enums = "from enum import Enum, StrEnum\n" + code[:start]
            (settings.root / f"{name}_enums.py").write_text(enums)
            imported = f"{HEAD}from {name}_enums import *\n" if start else HEAD
            (settings.root / f"{name}_models.py").write_text(imported + code[start:])
            return await compare_models(server, connection, settings=settings)

        yield compare


@pytest.mark.parametrize("case", CASES)
async def test_models_are_equal_when_right_and_differ_by_one_wrong_word(models, case):
    sql, code, (right, wrong) = CASES[case]
    found = await models(code, sql)
    assert (found.differences, found.enums, found.warnings) == ((), (), ()), str(found)
    assert code.count(right) >= 1
    found = await models(code.replace(right, wrong))
    assert found.differences, str(found)


async def test_what_models_only_name_is_listed(models):
    sql, code, _ = CASES["a sequence that two defaults call"]
    found = await models(code, f"{sql}; CREATE DOMAIN idle AS int")
    assert found.not_compared == ("domain idle", "sequence numbers")


async def test_a_sequence_that_no_default_calls_is_missing_in_the_models(models):
    sql = "CREATE SEQUENCE s; CREATE TABLE a (x int)"
    found = await models('table("a", Column("x", Integer))', sql)
    assert [str(one) for one in found.differences] == ["sequence s is missing"]


async def test_a_table_in_a_schema_that_nobody_looks_after_is_listed(models):
    found = await models('table("a", Column("x", Integer), schema="far")')
    assert found.not_compared == ("table far.a (schema far is not in `schemas`)",)


async def test_labels_that_a_default_does_not_have_are_told_and_not_refused(models):
    """A names trap: SQLAlchemy sends the members' names unless it is told to send their values."""
    code = (
        'class Mood(Enum):\n    GOOD = "a"\n    BAD = "b"\n'
        'table("t", Column("m", ENUM(Mood, name="mood"), server_default=text("\'a\'")))'
    )
    sql = "CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE t (m mood DEFAULT 'a')"
    (found,) = (await models(code, sql)).findings
    assert found.what == (
        "column t.m sends 'GOOD', 'BAD', the names of Mood's members; enum mood takes 'a', 'b'"
    )
    assert "values_callable" in found.write


async def test_a_check_list_and_the_enum_of_its_column_agree_in_values_and_order(models):
    code = (
        'class Mood(StrEnum):\n    A = "a"\n    B = "b"\n'
        'table("t", Column("m", sa.Enum(Mood, native_enum=False, length=9,'
        " values_callable=lambda cls: [one.value for one in cls])),"
        " CheckConstraint(\"m IN ('a', 'b')\", name=\"c\"))"
    )
    sql = "CREATE TABLE t (m varchar(9), CONSTRAINT c CHECK (m IN ('a', 'b')))"
    assert (await models(code, sql)).findings == ()
    turned = code.replace('    A = "a"\n    B = "b"', '    B = "b"\n    A = "a"')
    (found,) = (await models(turned)).findings
    assert found.what == "column t.m sends 'b', 'a'; constraint t.c takes 'a', 'b'"


async def test_what_the_models_gave_is_remembered_until_something_changes(models, tiny_settings):
    code = 'table("a", Column("x", Integer))'
    folder = tiny_settings.state / "modelled"
    await models(code, "CREATE TABLE a (x int)")
    (path,) = folder.iterdir()
    assert path.stat().st_mode & 0o077 == 0
    first = path.read_text()
    assert (await models(code)).agrees
    assert list(folder.iterdir()) == [path]
    # A file that is not what was written counts as not there, and is written again.
    for wrong in (first[:-20], first.replace("integer", "bigint!"), "", "{}\n{}"):
        path.write_text(wrong)
        assert (await models(code)).agrees
        assert path.read_text() == first
    await models(code.replace("Integer", "BigInteger"))
    await models(code, "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'")
    assert len(list(folder.iterdir())) == 3


async def test_the_order_of_indexes_does_not_matter_to_what_is_remembered(models, tiny_settings):
    """It is another one whenever the models are imported anew."""
    indexes = ", ".join(f'Index("i{number}", "x")' for number in range(9))
    for comment in "abcd":
        await models(f'table("a", Column("x", Integer), {indexes})  # {comment}')
    assert len(list((tiny_settings.state / "modelled").iterdir())) == 1


async def test_only_the_last_few_are_remembered(models, tiny_settings):
    for number in range(10):
        await models(f'table("a{number}", Column("x", Integer))')
    assert len(list((tiny_settings.state / "modelled").iterdir())) == 8
