"""What models stand on is there before them: types they only name, functions, sequences, views."""

import asyncio
import gc
import os
import shutil
import time
from dataclasses import replace
from functools import partial

import pytest

from db_workflow.binaries import Binaries
from db_workflow.connection import session
from db_workflow.databases import create_database
from db_workflow.errors import ModelsError, ServerError
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


OPERATOR = CASES["an operator"]


async def test_a_change_of_what_no_snapshot_reads_is_not_covered_by_memory(models, tiny_settings):
    sql, code, _ = OPERATOR
    folder = tiny_settings.state / "modelled"
    assert (await models(code, sql)).agrees
    assert (await models(code)).agrees
    assert len(list(folder.iterdir())) == 1
    assert (await models(code, "CREATE CAST (bigint AS date) WITH INOUT")).agrees
    assert len(list(folder.iterdir())) == 2


async def test_what_is_refused_names_the_class_and_what_the_ground_lacks(models):
    """A function whose body needs a table that the models do not have cannot be made for them."""
    sql = (
        "CREATE TABLE far (x int); CREATE FUNCTION fits(far) RETURNS boolean LANGUAGE sql"
        " IMMUTABLE AS 'SELECT true'; CREATE TABLE a (id int PRIMARY KEY)"
    )
    code = (
        "class A(Base):\n"
        '    __tablename__ = "a"\n'
        "    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)\n"
        '    __table_args__ = (CheckConstraint("fits(NULL)", name="c"),)'
    )
    with pytest.raises(ModelsError, match=r"^\w+_models\.py:\d+: PostgreSQL refuses") as caught:
        await models(code, sql)
    assert "CREATE OR REPLACE FUNCTION public.fits" in caught.value.why
    assert caught.value.next.startswith(f"mend {caught.value.data['place']}")


async def test_without_pg_dump_what_is_refused_says_what_was_missing(
    server, models, tiny_settings, tmp_path
):
    sql, code, _ = OPERATOR
    await models(code, sql)
    bare = replace(server, binaries=Binaries(tmp_path, "an empty folder"))
    shutil.rmtree(tiny_settings.state / "modelled")
    async with session(tiny_settings.test_address, purpose="test") as connection:
        with pytest.raises(ModelsError, match="===") as caught:
            await compare_models(bare, connection, settings=tiny_settings)
    assert "pg_dump is not among the PostgreSQL programs" in caught.value.why
    assert not (tiny_settings.state / "modelled").exists()


async def test_many_statements_in_a_wrong_order_are_created_in_slices(models):
    """One foreign key to a later table makes the first message fail; the rest stays fast."""
    code = (
        "from sqlalchemy import event\n"
        'for number in range(350):\n    table(f"t{number}", Column("x", Integer,'
        ' primary_key=True, autoincrement=False), CheckConstraint("late()", name=f"c{number}"))\n'
        'event.listen(Base.metadata, "after_create", DDL("CREATE FUNCTION late() RETURNS boolean'
        " LANGUAGE sql IMMUTABLE AS 'SELECT EXISTS (TABLE t349)'\"))"
    )
    sql = (
        "CREATE FUNCTION late() RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';"
        " DO $$ BEGIN FOR n IN 0..349 LOOP EXECUTE format('CREATE TABLE t%s (x int PRIMARY KEY,"
        " CONSTRAINT c%s CHECK (late()))', n, n); COMMIT; END LOOP; END $$"
    )
    first, _, loop = sql.partition("; ")
    await models('table("t", Column("x", Integer))', first)
    assert (await models(code, loop)).agrees


async def test_what_a_killed_run_left_half_written_goes_and_pushes_nothing_out(
    models, tiny_settings
):
    folder = tiny_settings.state / "modelled"
    await models('table("a", Column("x", Integer))', "CREATE TABLE a (x int)")
    (kept,) = folder.iterdir()
    for number in range(9):
        (folder / f"{number}.half").write_text("{")
    old = time.time() - 7200
    os.utime(folder / "0.half", (old, old))
    await models('table("a", Column("x", BigInteger))')
    assert kept.exists()
    assert not (folder / "0.half").exists()
    assert (folder / "1.half").exists()  # somebody may still be writing it


async def test_a_file_that_models_find_by_themselves_is_seen_in_the_same_process(
    models, tiny_settings
):
    name = tiny_settings.project
    package = tiny_settings.root / f"{name}_models"
    package.mkdir()
    (package / "__init__.py").write_text(
        f"{HEAD}from pathlib import Path\nfor path in sorted(Path(__file__).parent.glob('x_*.py')):"
        "\n    exec(path.read_text())\n"
    )
    (package / "x_a.py").write_text('table("a", Column("x", Integer))')
    compare = partial(models, "")
    assert (await compare("CREATE TABLE a (x int)")).agrees
    (package / "x_b.py").write_text('table("b", Column("x", Integer))')
    found = await compare()
    assert [str(one) for one in found.differences] == ["table b is unexpected"]


async def test_two_failures_at_once_are_told_as_one_and_leave_nothing_unheard(
    server, models, tiny_settings
):
    """The conventions are judged beside the work in the database; their error is not lost."""
    await models('table("a", Column("x", Integer))')
    path = tiny_settings.root / f"{tiny_settings.project}_models.py"
    path.write_text(
        path.read_text().replace('Column("x", Integer)', 'Column("x", Named("nobody"))')
    )
    wrong = replace(tiny_settings, conventions_exclude=("no-such-rule",))
    unheard = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: unheard.append(context))
    try:
        async with session(tiny_settings.test_address, purpose="test") as connection:
            with pytest.raises(ModelsError, match="nobody"):
                await compare_models(server, connection, settings=wrong)
        gc.collect()
        await asyncio.sleep(0)
    finally:
        loop.set_exception_handler(None)
    assert unheard == []


async def test_a_server_without_room_is_not_the_fault_of_the_models(models):
    code = (
        'from sqlalchemy import event\ntable("a", Column("x", Integer))\n'
        'event.listen(Base.metadata, "after_create", DDL("DO $$ BEGIN RAISE EXCEPTION'
        " 'out of shared memory' USING ERRCODE = '53200'; END $$\"))"
    )
    with pytest.raises(ServerError, match=r"out of shared memory \(53200\)") as caught:
        await models(code)
    assert "max_locks_per_transaction" in caught.value.next
