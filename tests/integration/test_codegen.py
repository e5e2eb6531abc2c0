"""The real sqlacodegen against a migrated database: a reference beside the models."""

import ast
from dataclasses import replace

import pytest

from db_workflow.connection import session
from db_workflow.databases import create_database
from db_workflow.errors import ModelsError
from db_workflow.models import generate_reference

SQL = """
CREATE SCHEMA db_workflow;
CREATE TABLE db_workflow.ledger (id int PRIMARY KEY);
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE TABLE users (id uuid PRIMARY KEY, email text NOT NULL, mood mood, "class" text);
CREATE TABLE teachers (
    id uuid PRIMARY KEY REFERENCES users (id),
    mentor_id uuid REFERENCES users (id),
    lessons positive,
    rates numeric(10, 2)[]
);
CREATE INDEX ix_users_email ON users (lower(email) DESC) WHERE mood = 'ok';
CREATE VIEW emails AS SELECT email FROM users;
"""


@pytest.fixture
async def migrated(server, tiny_settings):
    """Return settings whose test database holds a schema with odd corners."""
    name = tiny_settings.test_database
    await create_database(server, name, project=tiny_settings.project, role="test")
    async with session(server.address.at(name), purpose="test") as connection:
        await connection.execute(SQL)
    return tiny_settings


def classes(path):
    tree = ast.parse(path.read_text())
    return {node.name for node in tree.body if isinstance(node, ast.ClassDef)}


async def test_the_reference_is_valid_python_and_says_what_it_is(migrated, capsys):
    written = await generate_reference(migrated.test_address, settings=migrated)
    assert written == migrated.codegen_reference
    assert {"Base", "Users", "Teachers"} <= classes(written)
    assert "a reference, never a copy" in ast.get_docstring(ast.parse(written.read_text()))
    assert capsys.readouterr().out == ""


async def test_views_and_the_workflows_own_schema_are_left_out(migrated):
    text = (await generate_reference(migrated.test_address, settings=migrated)).read_text()
    assert "ledger" not in text
    assert "emails" not in text


async def test_the_models_file_is_not_touched(migrated):
    models = migrated.root / f"{migrated.models.partition(':')[0]}.py"
    models.write_bytes(b"# refined by hand\n")
    await generate_reference(migrated.test_address, settings=migrated)
    assert models.read_bytes() == b"# refined by hand\n"


async def test_a_reference_over_the_models_is_refused(migrated):
    models = migrated.root / f"{migrated.models.partition(':')[0]}.py"
    models.write_bytes(b"# refined by hand\n")
    wrong = replace(migrated, codegen_reference=models)
    with pytest.raises(ModelsError, match="codegen_reference"):
        await generate_reference(migrated.test_address, settings=wrong)
    assert models.read_bytes() == b"# refined by hand\n"


async def test_the_same_schema_gives_the_same_bytes_and_nothing_beside_it(migrated):
    first = (await generate_reference(migrated.test_address, settings=migrated)).read_bytes()
    again = await generate_reference(migrated.test_address, settings=migrated)
    assert again.read_bytes() == first
    assert [path.name for path in again.parent.iterdir() if "reference" in path.name] == [
        again.name
    ]
