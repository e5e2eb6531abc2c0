"""The real sqlacodegen against a migrated database: a reference beside the models."""

import ast
import asyncio
import os
import pickle
import subprocess
import sys
from dataclasses import replace

import pytest

from db_workflow.connection import session
from db_workflow.console import Silent
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
# Constraints that differ in their names and targets alone, in tables that reference each other.
ALIKE = """
CREATE TABLE places (id int PRIMARY KEY, a int REFERENCES places, b int, c int,
    UNIQUE (b, c), UNIQUE (c, b), CONSTRAINT again UNIQUE (b, c));
CREATE TABLE ways (id int PRIMARY KEY REFERENCES places);
ALTER TABLE places ADD FOREIGN KEY (a) REFERENCES ways, ADD FOREIGN KEY (b) REFERENCES ways,
    ADD FOREIGN KEY (b) REFERENCES places, ADD FOREIGN KEY (c) REFERENCES ways;
"""
# Sets of objects are in the order of their addresses, which other objects move.
IN_ITS_OWN_PROCESS = """
import asyncio, pickle, sys
kept = [object() for _ in range(1000 * int(sys.argv[1]))]
from db_workflow.models import generate_reference
settings = pickle.load(sys.stdin.buffer)
asyncio.run(generate_reference(settings.test_address, settings=settings))
"""


@pytest.fixture
async def migrated(server, tiny_settings):
    """Return settings whose test database holds a schema with odd corners."""
    name = tiny_settings.test_database
    await create_database(server, name, project=tiny_settings.project, role="test")
    async with session(server.address.at(name), purpose="test") as connection:
        await connection.execute(SQL)
    return tiny_settings


class Remarks(Silent):
    """Keeps what is said."""

    def __init__(self):
        self.said = []

    def say(self, text):
        self.said.append(text)


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


async def test_a_reference_that_cannot_be_imported_is_said_to_be(migrated):
    heard = Remarks()
    path = await generate_reference(migrated.test_address, settings=migrated, reporter=heard)
    (said,) = [one for one in heard.said if "imported" in one]
    line = next(n for n, one in enumerate(path.read_text().splitlines(), 1) if "MetaData()" in one)
    assert f"line {line} of the reference uses MetaData, which nothing there defines" in said
    with pytest.raises(NameError, match="MetaData"):
        exec(compile(path.read_bytes(), path, "exec"), {"__name__": "reference"})  # noqa: S102 - that it runs is the test


async def test_of_a_reference_that_can_be_imported_nothing_is_said(migrated):
    heard = Remarks()
    async with session(migrated.test_address, purpose="test") as connection:
        await connection.execute("ALTER TABLE teachers DROP lessons; DROP DOMAIN positive")
        await connection.execute("DROP INDEX ix_users_email")
    path = await generate_reference(migrated.test_address, settings=migrated, reporter=heard)
    exec(compile(path.read_bytes(), path, "exec"), {"__name__": "reference"})  # noqa: S102 - that it runs is the test
    assert heard.said == []


async def test_the_order_of_lines_does_not_depend_on_the_process(migrated):
    async with session(migrated.test_address, purpose="test") as connection:
        await connection.execute(ALIKE)
    written = set()
    for seed in range(3):
        await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-c", IN_ITS_OWN_PROCESS, str(seed)],
            input=pickle.dumps(migrated),
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            check=True,
        )
        written.add(migrated.codegen_reference.read_bytes())
    assert len(written) == 1
    assert b"relationship('Places'" in written.pop()


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


async def remarks_on(migrated, sql, *, schemas=("public",)):
    """Generate a database with more in it; return the reference's text and the remarks."""
    async with session(migrated.test_address, purpose="test") as connection:
        await connection.execute(sql)
    heard = Remarks()
    settings = replace(migrated, schemas=schemas)
    path = await generate_reference(migrated.test_address, settings=settings, reporter=heard)
    return path.read_text(), heard.said


async def test_several_schemas_and_odd_names_give_a_class_a_table(migrated):
    text, _ = await remarks_on(
        migrated,
        """
        CREATE SCHEMA "Other Place";
        CREATE TABLE "Other Place".users (id int PRIMARY KEY, user_id uuid REFERENCES users);
        CREATE TABLE "My Things" (id int PRIMARY KEY, "Some Column" text, metadata text);
        CREATE TABLE "class" (id int PRIMARY KEY);
        CREATE TABLE keyless (a int);
        CREATE TABLE empty ();
        CREATE SCHEMA not_ours;
        CREATE TABLE not_ours.secrets (id int PRIMARY KEY);
        """,
        schemas=("public", "Other Place"),
    )
    names = {node.name for node in ast.parse(text).body if isinstance(node, ast.ClassDef)}
    assert {"Users", "Users_", "MyThings", "Class"} <= names
    assert "{'schema': 'Other Place'}" in text
    assert "t_keyless = Table(" in text
    assert "t_empty = Table(" in text
    assert "secrets" not in text


async def test_partitions_are_parts_of_their_table(migrated):
    text, _ = await remarks_on(
        migrated,
        """
        CREATE TABLE visits (day date PRIMARY KEY) PARTITION BY RANGE (day);
        CREATE TABLE visits_old PARTITION OF visits FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')
        """,
    )
    assert "class Visits(" in text
    assert "visits_old" not in text


async def test_what_the_reference_does_not_say_is_said_beside_it(migrated):
    _, said = await remarks_on(
        migrated,
        """
        CREATE SCHEMA other;
        CREATE TYPE other.mood AS ENUM ('hungry');
        CREATE TABLE other.dogs (id int PRIMARY KEY, mood other.mood);
        CREATE TABLE rooms (id int PRIMARY KEY, during tsrange, place point,
            CONSTRAINT ex_rooms EXCLUDE USING gist (during WITH &&));
        """,
        schemas=("public", "other"),
    )
    assert said == [
        "sqlacodegen: Did not recognize type 'point' of column 'place'",
        "sqlacodegen: not as it is: domain positive",
        "sqlacodegen: not as it is: enum of a name that two schemas have mood",
        "sqlacodegen: not as it is: exclusion constraint ex_rooms",
        "sqlacodegen: not as it is: expression index ix_users_email",
        said[-1],
    ]
    assert "MetaData" in said[-1]


async def test_a_schema_that_is_not_there_is_no_traceback(migrated):
    text, _ = await remarks_on(migrated, "SELECT 1", schemas=("public", "nowhere"))
    assert "class Users(" in text


async def test_what_makes_sqlacodegen_fail_is_told_and_the_reference_stays(migrated):
    first = (await generate_reference(migrated.test_address, settings=migrated)).read_bytes()
    with pytest.raises(ModelsError, match="failed on this schema: AssertionError") as caught:
        await remarks_on(migrated, 'CREATE TABLE "!!!" (id int PRIMARY KEY)')
    assert "phase2 --suggest" in caught.value.next
    assert migrated.codegen_reference.read_bytes() == first


def test_inflect_is_imported_only_when_it_is_asked():
    code = """
import sys
from db_workflow.models.reference import generator
made = generator._generator()(None, None, ())
assert made.inflect_engine is not None
print("inflect" in sys.modules, "typeguard" in sys.modules)
print(made.inflect_engine.plural_noun("child"), "inflect" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["False False", "children True"]
