"""Schemas that nobody thought of: read twice alike, and models written from them agree.

25 schemas a test by default, always the same ones, and the first that fails is shown as it is.
`SCHEMA_FUZZ=500` tries as many others, each time new ones, and shrinks what fails to the smallest
SQL that does, which may take minutes.
"""

import os
import runpy
import secrets
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
from hypothesis import HealthCheck, Phase, given, note, reject
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from db_workflow.catalog import Snapshot, differences, read_snapshot
from db_workflow.connection import session
from db_workflow.databases import create_database, drop_database, list_marked
from db_workflow.errors import ModelsError
from db_workflow.models import compare_models
from db_workflow.models.writing import Surroundings, Writer
from db_workflow.settings import load_settings

_STRATEGIES = runpy.run_path(str(Path(__file__).with_name("schema_strategies.py")))
schemas, EXTENSIONS = _STRATEGIES["schemas"], _STRATEGIES["EXTENSIONS"]
NAMESPACES = _STRATEGIES["NAMESPACES"]
mutations = runpy.run_path(str(Path(__file__).with_name("schema_mutations.py")))["mutations"]
# Conventions that a database may break by itself: no way of writing its models would mend them.
_OF_THE_DATABASE = {
    "class-names",
    "indexed-foreign-keys",
    "set-null-nullable",
    "named-constraints",
    "timestamps-with-time-zone",
    "exact-money",
}
_MANY = int(os.environ.get("SCHEMA_FUZZ", "0"))
few = hypothesis_settings(
    max_examples=_MANY or 25,
    derandomize=not _MANY,
    database=None,
    deadline=None,  # a busy machine is no failure
    phases=(Phase.generate, Phase.shrink) if _MANY else (Phase.generate,),
    print_blob=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(scope="module")
async def repository(server, tmp_path_factory):
    """Return the settings of a repository with two databases that have the extensions."""
    project = f"fuzz_{secrets.token_hex(4)}"
    root = tmp_path_factory.mktemp("fuzz")
    (root / "pyproject.toml").write_text(
        f'[tool.db_workflow]\nproject = "{project}"\nsql = "sql"\n'
        'runners = "scripts/v{version}_migration/run_migrations.py"\n'
        f'models = "{project}_models:Base"\nenums = "{project}_models"\n'
        'test_data = "tests/database"\nimport_paths = ["."]\n'
    )
    settings = replace(load_settings(root, environment={}), schemas=NAMESPACES)
    settings = replace(settings, test_address=server.address.at(settings.test_database))
    for name in (settings.test_database, f"{settings.test_database}_b"):
        await create_database(server, name, project=project, role="test")
        async with session(server.address.at(name), purpose="test") as connection:
            await connection.execute(EXTENSIONS)
    yield settings
    for name in await list_marked(server, project=project):
        await drop_database(server, name, settings=settings)


@pytest.fixture(scope="module")
async def first(server, repository):
    async with session(repository.test_address, purpose="test") as connection:
        yield connection


@pytest.fixture(scope="module")
async def second(server, repository):
    address = server.address.at(f"{repository.test_database}_b")
    async with session(address, purpose="test") as connection:
        # Another past than the first: other numbers, another search path.
        await connection.execute("CREATE TABLE gone (id serial); DROP TABLE gone")
        await connection.execute('SET search_path = "Other schema", extensions, public')
        yield connection


@asynccontextmanager
async def made(connection, statements):
    """Make a schema for the length of a block."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        note(";\n".join(statements))
        await connection.execute(";\n".join(statements))
        yield
    finally:
        await transaction.rollback()


@asynccontextmanager
async def changed(connection, data, snapshot):
    """Change a schema for the length of a block; yield the statement that did."""
    choices = mutations(snapshot)
    transaction = connection.transaction()
    await transaction.start()
    try:
        for _ in range(5):
            statement = data.draw(st.sampled_from(choices), label="change")
            if await _accepted(connection, statement):
                break
        else:
            reject()
        yield statement
    finally:
        await transaction.rollback()


async def _accepted(connection, statement):
    try:
        async with connection.transaction():
            await connection.execute(statement)
    except asyncpg.PostgresError as refused:
        # What others depend on, and what other features forbid; nothing else may be refused.
        if isinstance(refused, asyncpg.PostgresSyntaxError):
            raise
        return False
    return True


def write_models(repository, snapshot):
    """Write the repository's models file from a snapshot; return the writer."""
    writer = Writer(snapshot, schemas=NAMESPACES)
    code = writer.module()
    note(code)
    (repository.root / f"{repository.project}_models.py").write_text(code)
    return writer


def write_suggestions(repository, snapshot):
    """Paste what is suggested for each table into one file, beside a base."""
    name = f"{repository.project}_models"
    writer = Writer(snapshot, schemas=NAMESPACES, surroundings=Surroundings(homes={"Base": name}))
    pasted = [
        writer.table(table.name).partition("# below the classes:")
        for table in snapshot.of_kind("table")
        if "partition bound" not in table.properties
    ]
    base = "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase):\n    pass\n"
    code = "\n".join([base, *(top for top, _, _ in pasted), *(last for _, _, last in pasted)])
    note(code)
    (repository.root / f"{name}.py").write_text(code)


@few
@given(statements=schemas())
async def test_a_schema_is_read_alike_wherever_it_is_made(first, second, statements):
    async with made(first, statements), made(second, statements):
        one = await read_snapshot(first, schemas=NAMESPACES)
        other = await read_snapshot(second, schemas=NAMESPACES)
    assert differences(one, other) == ()
    assert one == other
    assert one.fingerprint == other.fingerprint
    assert Snapshot.from_json(one.to_json()) == one
    assert Snapshot.from_json(one.to_json()).fingerprint == one.fingerprint
    assert len(one.of_kind("table")) >= 1


@few
@given(statements=schemas(), data=st.data())
async def test_every_change_that_a_model_can_say_is_a_difference(first, statements, data):
    async with made(first, statements):
        before = await read_snapshot(first, schemas=NAMESPACES)
        async with changed(first, data, before) as statement:
            after = await read_snapshot(first, schemas=NAMESPACES)
        assert differences(before, after), statement
        assert before.fingerprint != after.fingerprint
        assert await read_snapshot(first, schemas=NAMESPACES) == before


@few
@given(statements=schemas(most_tables=4))
async def test_models_written_from_any_schema_agree_with_it(server, repository, first, statements):
    async with made(first, statements):
        snapshot = await read_snapshot(first, schemas=NAMESPACES)
        writer = write_models(repository, snapshot)
        found = await compare_models(server, first, settings=repository)
    assert found.differences == (), str(found)
    assert found.enums == (), str(found)
    assert found.warnings == ()
    assert {one.rule for one in found.breaches} <= _OF_THE_DATABASE, str(found)
    for table in snapshot.of_kind("table"):
        if "partition bound" in table.properties:
            with pytest.raises(ModelsError):
                writer.table(table.name)


@few
@given(statements=schemas(most_tables=4))
async def test_suggestions_for_all_tables_make_models_that_agree(
    server, repository, first, statements
):
    async with made(first, statements):
        snapshot = await read_snapshot(first, schemas=NAMESPACES)
        write_suggestions(repository, snapshot)
        found = await compare_models(server, first, settings=repository)
    # What belongs to no table is suggested by no table.
    rest = [one for one in found.differences if one.kind not in {"sequence", "enum", "domain"}]
    assert rest == [], str(found)
    assert found.warnings == ()


@few
@given(statements=schemas(most_tables=2), data=st.data())
async def test_a_change_that_a_model_can_say_is_found(server, repository, first, statements, data):
    async with made(first, statements):
        snapshot = await read_snapshot(first, schemas=NAMESPACES)
        write_models(repository, snapshot)
        async with changed(first, data, snapshot) as statement:
            found = await compare_models(server, first, settings=repository)
    assert found.differences or found.enums, statement
    assert not found.agrees
