"""Lists of migration steps that a test writes, and the databases that they are applied to.

Loaded by path, because tests are not a package: `runpy.run_path(…)["MigrationLists"]`.
"""

import asyncio
import inspect
import json
import os
import secrets
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from db_workflow.connection import session
from db_workflow.databases import create_database
from db_workflow.schema.ledger.ledger import read_ledger
from db_workflow.schema.plan import load_plan
from db_workflow.schema.run.runner import migrate

CHILD = Path(__file__).with_name("migration_child.py")
# A door at which steps wait, in a schema that no fingerprint holds. It is looked at without a lock
# that could time out.
GATE = """
CREATE SCHEMA gate;
CREATE TABLE gate.door (open boolean);
INSERT INTO gate.door VALUES ({open});
CREATE FUNCTION gate.pass() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    WHILE NOT (SELECT open FROM gate.door) LOOP
        PERFORM pg_sleep(0.01);
    END LOOP;
END $$;
CREATE FUNCTION gate.passing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM gate.pass();
    RETURN NEW;
END $$"""


async def until(condition, *, seconds=20):
    """Wait until a condition, awaitable or not, holds; return what it then was."""
    async with asyncio.timeout(seconds):
        while True:
            found = condition()
            found = await found if inspect.isawaitable(found) else found
            if found:
                return found
            await asyncio.sleep(0.01)


class Heard:
    """Keeps what was reported."""

    def __init__(self):
        self.said = []

    def say(self, text):
        self.said.append(text)

    def progress(self, label, done, total=None):
        pass

    def heard(self, text):
        return any(text in line for line in self.said)


class MigrationLists:
    """A tiny repository whose lists a test writes."""

    def __init__(self, server, settings):
        self.server = server
        self.settings = settings
        self.runners = []

    def write(self, *steps, version="0.1"):
        """Declare a version; a step is its file's name and its text, and perhaps its options."""
        runner = Path(f"scripts/v{version}_migration/run_migrations.py")
        listed = ""
        for name, text, *options in steps:
            python = name.endswith(".py")
            kind = "python_step" if python else "sql_file"
            listed += f"    {kind}({', '.join([repr(name), *options])}),\n"
            self.file(runner.parent / name if python else f"sql/v{version}/{name}", text)
        head = "from db_workflow.schema import Migration, python_step, sql_file\n"
        self.file(runner, f"{head}MIGRATION = Migration('{version}', 'a version', (\n{listed}))\n")

    def end(self):
        """End what still runs."""
        for runner in self.runners:
            runner.kill()

    def file(self, path, text):
        target = self.settings.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())

    async def database(self, *, door_open=True, prepared="", role="scratch"):
        """Create a database, with the gate in it and whatever else is to be there before."""
        settings = self.settings
        name = f"{settings.project}_{secrets.token_hex(3)}"
        await create_database(self.server, name, project=settings.project, role=role)
        database = MigratedDatabase(self, self.server.address.at(name))
        await database.execute(GATE.format(open=door_open))
        if prepared:
            await database.execute(prepared)
        return database


class MigratedDatabase:
    """One database that the lists are applied to."""

    def __init__(self, lists, address):
        self.lists = lists
        self.address = address
        # By which way a run reaches it: a proxy's, perhaps.
        self.way = address

    async def migrate(self, **options):
        settings = replace(self.lists.settings, **options.pop("limits", {}))
        return await migrate(self.way, load_plan(settings), settings=settings, **options)

    def start(self, *, pause_after="", **limits):
        """Begin to migrate in a process of its own."""
        runner = Runner(self, pause_after, limits)
        self.lists.runners.append(runner)
        return runner

    async def execute(self, query):
        async with session(self.address, purpose="test") as connection:
            return await connection.execute(query)

    async def fetch(self, query):
        async with session(self.address, purpose="test") as connection:
            return [tuple(row) for row in await connection.fetch(query)]

    async def value(self, query):
        return (await self.fetch(query))[0][0]

    async def ledger(self):
        async with session(self.address, purpose="test") as connection:
            return {row.name: row for row in await read_ledger(connection)}

    async def open_door(self):
        await self.execute("UPDATE gate.door SET open = true")

    async def at_the_door(self):
        """Wait until a step stands at the closed door."""
        return await until(
            lambda: self.fetch(
                "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
                " AND datname = current_database() AND pid <> pg_backend_pid()"
            )
        )

    async def holders(self):
        """Return the server processes that hold an advisory lock of this database."""
        return [
            pid
            for (pid,) in await self.fetch(
                "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND database ="
                " (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
        ]

    async def nobody_holds(self):
        """Tell whether no server process holds an advisory lock of this database."""
        return not await self.holders()

    async def contents(self):
        """Return every table's rows, as text and in order."""
        tables = await self.fetch(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace ORDER BY 1"
        )
        return {
            name: await self.fetch(f'SELECT t::text FROM public."{name}" t ORDER BY 1')
            for (name,) in tables
        }

    async def outcome(self):
        """Return everything that two runs of the same lists must leave alike."""
        recorded = await self.value("SELECT value FROM db_workflow.state WHERE key = 'schema'")
        others = await self.fetch("SELECT key FROM db_workflow.state ORDER BY key")
        ledger = [
            (
                *(row.name, row.version, row.position, row.kind, row.checksum, row.outcome),
                row.rows_touched,
                # Of locks that the watch has seen and the server has not counted, it may miss some.
                *[(lock["relation"], lock["mode"]) for lock in row.locks if "bytes" in lock],
            )
            for row in (await self.ledger()).values()
        ]
        schema = {key: json.loads(recorded)[key] for key in ("fingerprint", "versions")}
        return {"schema": schema, "state": others, "ledger": ledger, "rows": await self.contents()}


class Runner:
    """A process that migrates."""

    def __init__(self, database, pause_after, limits):
        settings = database.lists.settings
        told = {"root": str(settings.root), "pause_after": pause_after, "limits": limits}
        # The address may hold a password: it travels where nobody else can read it.
        self.process = subprocess.Popen(
            [sys.executable, str(CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "TEST_DATABASE_URL": database.way.url()},
        )
        self.process.stdin.write(json.dumps(told) + "\n")
        self.process.stdin.flush()

    async def said(self, text):
        """Read what it says until a line has this text."""
        async with asyncio.timeout(20):
            while True:
                line = await asyncio.to_thread(self.process.stdout.readline)
                assert line, f"ended without saying {text!r}"
                if text in line:
                    return line

    def kill(self):
        """End it as kill -9 does: it has no say in it."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self._close()

    async def end(self, *, seconds=30):
        """Wait for its end; return its exit code and what it has not yet been heard to say."""
        async with asyncio.timeout(seconds):
            text = await asyncio.to_thread(self.process.stdout.read)
            code = await asyncio.to_thread(self.process.wait)
        self._close()
        return code, text

    def _close(self):
        self.process.stdin.close()
        self.process.stdout.close()
