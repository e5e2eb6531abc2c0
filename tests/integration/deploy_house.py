"""A production that tests deploy to and roll back: a database that the workflow did not make.

Loaded by path, because tests are not a package: `runpy.run_path(…)["House"]`; so are the fixtures.
"""

import runpy
from dataclasses import replace
from pathlib import Path

import pytest

from db_workflow.connection import quoted, session
from db_workflow.databases import drop_database, list_marked
from db_workflow.release.deploy.contents import read_contents
from db_workflow.release.deploy.deploy import deploy
from db_workflow.release.deploy.outlook import look_ahead
from db_workflow.release.deploy.record import last_deployment
from db_workflow.release.rollback.outlook import look_back
from db_workflow.release.rollback.properties import read_properties
from db_workflow.release.rollback.rollback import roll_back
from db_workflow.schema.plan import load_plan
from db_workflow.schema.run.runner import migrate
from db_workflow.server import Server

_HELPERS = runpy.run_path(str(Path(__file__).with_name("migration_lists.py")))
MigrationLists, Runner, Heard = (_HELPERS[name] for name in ("MigrationLists", "Runner", "Heard"))
until = _HELPERS["until"]
CHILD = Path(__file__).with_name("deploy_child.py")

FIRST = """
CREATE TYPE colour AS ENUM ('red', 'green');
CREATE TABLE people (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    state text NOT NULL CHECK (state IN ('new', 'old')),
    colour colour
);
CREATE VIEW old_people AS SELECT id, name FROM people WHERE state IN ('old', 'older');
INSERT INTO people (name, state, colour)
    SELECT 'n' || g, CASE WHEN g % 2 = 0 THEN 'new' ELSE 'old' END, 'red'
    FROM generate_series(1, 40) g;
"""
# A list of varchar is printed otherwise once it has been restored: see `catalog.spelling`.
RESPELLED = (
    "CREATE TABLE seats (kind varchar(9) CHECK (kind IN ('a', 'it''s')), n int);"
    " CREATE VIEW some_seats AS SELECT n FROM seats WHERE kind IN ('a', 'b');"
    " CREATE INDEX ix_seats ON seats (n) WHERE kind IN ('a', 'c')"
)
SECOND = (
    ("a.sql", "ALTER TABLE people ADD COLUMN note text; CREATE TABLE extra (x int PRIMARY KEY);"),
    ("b.sql", "UPDATE people SET note = name; INSERT INTO extra VALUES (1), (2);"),
)


class House:
    """A repository with two versions, and a production at the first of them."""

    def __init__(self, server, settings):
        self.server = server
        self.name = f"{settings.project}_real"
        self.address = server.address.at(self.name)
        self.settings = replace(settings, production_address=self.address)
        self.lists = MigrationLists(server, self.settings)
        self.heard = Heard()
        self.runners = []

    @property
    def there(self):
        return Server(self.address.at("postgres"), self.server.binaries, embedded=False)

    async def build(self, *second, options="", first=FIRST):
        """Create production at the first version, with rows."""
        self.lists.write(("first.sql", first), version="0.1")
        self.lists.write(*(second or SECOND), version="0.2")
        await self.outside(f"CREATE DATABASE {quoted(self.name)} {options}")
        await migrate(self.address, load_plan(self.settings), settings=self.settings, to="0.1")

    async def gone(self):
        """Drop everything that a test and the workflow have made."""
        for runner in self.runners:
            runner.kill()
        for name in await list_marked(self.server, project=self.settings.project):
            await drop_database(self.server, name, settings=self.settings)
        await self.outside(f"DROP DATABASE IF EXISTS {quoted(self.name)} WITH (FORCE)")

    async def look(self):
        return await look_ahead(
            self.address, load_plan(self.settings), version="0.2", settings=self.settings
        )

    async def deploy(self, **limits):
        settings = replace(self.settings, **limits)
        return await deploy(
            self.address,
            load_plan(settings),
            outlook=await self.look(),
            digest="d" * 64,
            server=self.server,
            settings=settings,
            reporter=self.heard,
        )

    async def look_back(self):
        return await look_back(self.there, self.address, settings=self.settings)

    async def roll_back(self, *, ending=False):
        return await roll_back(
            self.there,
            self.address,
            outlook=await self.look_back(),
            ending=ending,
            settings=self.settings,
            reporter=self.heard,
        )

    def start(self, verb, *, pause_after):
        """Begin to deploy or roll back in a process of its own."""
        runner = Child(self, verb, pause_after)
        self.runners.append(runner)
        return runner

    async def contents(self):
        """Return everything that production holds, as JSON values."""
        async with (
            session(self.address, purpose="test", read_only=True) as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            return (await read_contents(connection)).to_json()

    async def properties(self):
        async with session(self.server.address, purpose="test") as connection:
            return await read_properties(connection, self.name)

    async def last(self):
        async with session(self.address, purpose="test", read_only=True) as connection:
            return await last_deployment(connection)

    async def execute(self, statement):
        async with session(self.address, purpose="test") as connection:
            await connection.execute(statement)

    async def outside(self, statement):
        async with session(self.server.address, purpose="test") as connection:
            return await connection.fetch(statement)

    async def databases(self):
        """Return the names of this project's databases."""
        rows = await self.outside("SELECT datname FROM pg_database ORDER BY 1")
        return [row[0] for row in rows if row[0].startswith(self.settings.project)]


class Child(Runner):
    """A process that deploys or rolls back."""

    def __init__(self, house, verb, pause_after):
        import json
        import os
        import subprocess
        import sys

        told = {"root": str(house.settings.root), "pause_after": pause_after, "verb": verb}
        self.process = subprocess.Popen(
            [sys.executable, str(CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={
                **os.environ,
                "TEST_DATABASE_URL": house.settings.test_address.url(),
                "PRODUCTION_DATABASE_URL": house.address.url(),
            },
        )
        self.process.stdin.write(json.dumps(told) + "\n")
        self.process.stdin.flush()


@pytest.fixture
async def house(server, tiny_settings):
    """Return a house that is still to be built."""
    made = House(server, tiny_settings)
    yield made
    await made.gone()


@pytest.fixture
async def deployed(house):
    """Return a house whose production was deployed to; `house.before` is what it held before."""
    await house.build()
    house.before = await house.contents()
    await house.deploy()
    return house
