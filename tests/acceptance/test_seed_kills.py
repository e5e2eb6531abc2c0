"""`invoke seed`, killed anywhere: the database holds what it held, or all of the new rows."""

import asyncio
import os
import runpy
import signal
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from db_workflow.connection import quoted, session
from db_workflow.errors import ServerError
from db_workflow.schema.plan import load_plan
from db_workflow.schema.run.runner import migrate

HERE = Path(__file__).parent
own_cluster = runpy.run_path(str(HERE.parent / "integration/own_cluster.py"))["own_cluster"]
CUSTOMERS = "tests/database/data/customers.py"
# Someone who has the mail address of a generated customer: the files have to be staged and merged.
BY_HAND = """
CUSTOMERS_DATA = [
    {"id": "00000000-0000-4000-8000-000000000001", "name": "By Hand",
     "email": "by.hand@example.test"},
    {"id": "00000000-0000-4000-8000-000000000009", "name": "In the Way", "email": "MAIL"},
]
"""
ROWS = """
INSERT INTO customers (id, name, email)
    SELECT md5('c' || i)::uuid, 'Name ' || i, 'person' || i || '@mail.example'
    FROM generate_series(1, 8000) AS i;
INSERT INTO orders (id, customer_id, colour, total)
    SELECT md5('o' || i)::uuid, md5('c' || i)::uuid, 'red', i FROM generate_series(1, 8000) AS i
"""
# Everything that seeding writes, in one line; and what it may leave behind.
CONTENTS = """
SELECT (SELECT md5(string_agg(c::text, '' ORDER BY id)) FROM customers AS c),
       (SELECT md5(string_agg(o::text, '' ORDER BY id)) FROM orders AS o),
       (SELECT value::text FROM db_workflow.state WHERE key = 'seeded')
"""
LEFT = """
SELECT (SELECT count(*) FROM pg_class WHERE relpersistence = 't')
       + (SELECT count(*) FROM pg_locks WHERE database = (SELECT oid FROM pg_database
              WHERE datname = current_database()) AND pid <> pg_backend_pid())
       + (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory')
"""
DATABASES = "SELECT datname FROM pg_database WHERE datname LIKE '%\\_test%' ORDER BY 1"


class Swaying:
    """A repository whose manual rows are now these and now those, and what each makes of it."""

    def __init__(self, shop, cluster):
        self.shop = shop
        self.cluster = cluster
        self.texts = []
        self.known = []
        self.seconds = 1.0

    async def learn(self):
        """Seed each undisturbed, and remember what came of it and how long it took."""
        path = self.shop.root / CUSTOMERS
        generated = (path.parent / "auto_customers.py").read_text("utf-8")
        mail = generated.partition("r'''\n")[2].partition("\n")[0].split("\t")[2]
        self.texts = [path.read_text("utf-8"), BY_HAND.replace("MAIL", mail)]
        for text in self.texts:
            path.write_text(text, "utf-8")
            started = time.monotonic()
            self.shop.passes("seed")
            self.seconds = time.monotonic() - started
            self.known.append((await self.contents(), await self.databases()))

    async def contents(self):
        (row,) = await self.asked(CONTENTS)
        return tuple(row)

    async def databases(self):
        return [row["datname"] for row in await self.asked(DATABASES)]

    async def nothing_is_left(self):
        async with asyncio.timeout(20):
            while (await self.asked(LEFT))[0][0]:  # noqa: ASYNC110 - another process's end
                await asyncio.sleep(0.05)

    async def asked(self, query):
        """Ask the database, as soon as the server answers again."""
        async with asyncio.timeout(20):
            while True:
                with suppress(ServerError, asyncpg.PostgresError, OSError):
                    return await self.shop.sql(query)
                await asyncio.sleep(0.05)

    async def survives(self, number, *, at, kill):
        """Change the manual rows, seed, kill something at a moment, and look what is there."""
        before, after = number % 2, (number + 1) % 2
        assert await self.contents() == self.known[before][0]
        (self.shop.root / CUSTOMERS).write_text(self.texts[after], "utf-8")
        process = self.shop.start("seed")
        try:
            await asyncio.sleep(at)
            await kill(self, process)
            out, said = await asyncio.to_thread(process.communicate)
        finally:
            process.kill()
        assert "Traceback" not in said, (out, said)
        found = await self.contents()
        assert found in {self.known[before][0], self.known[after][0]}
        await self.nothing_is_left()
        self.shop.passes("seed")
        assert await self.contents() == self.known[after][0]
        assert await self.databases() == self.known[after][1]
        return found == self.known[after][0]


@pytest.fixture
async def swaying(shop):
    """Return the shop on a server of its own, with sixteen thousand rows, seeded."""
    with own_cluster(shop.server.binaries) as cluster:
        address = cluster.server.address
        production = shop.production
        environment = {
            **shop.environment,
            "TEST_DATABASE_URL": address.at(shop.settings.test_database).url(),
            "PRODUCTION_DATABASE_URL": address.at(production).url(),
        }
        moved = replace(shop, server=cluster.server, environment=environment)
        async with session(address, purpose="test") as connection:
            await connection.execute(f"CREATE DATABASE {quoted(production)}")
        settings = moved.settings
        await migrate(address.at(production), load_plan(settings), settings=settings, to="1.0")
        for rows in ROWS.split(";"):
            await moved.sql(rows, database=production)
        moved.passes("phase1", "phase3")
        found = Swaying(moved, cluster)
        await found.learn()
        yield found


async def kill_command(swaying, process):
    """End the command as kill -9 does."""
    process.kill()


async def kill_backend(swaying, process):
    """End the server's process that works for the command, as kill -9 does: a crash for all."""
    async with asyncio.timeout(20):
        while process.poll() is None:
            rows = await swaying.asked(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                " AND application_name LIKE '%seed%' AND pid <> pg_backend_pid()"
            )
            if rows:
                with suppress(ProcessLookupError):
                    os.kill(rows[0]["pid"], signal.SIGKILL)
                return
            await asyncio.sleep(0.005)


async def test_a_seeding_that_is_killed_anywhere_leaves_the_old_rows_or_the_new(swaying):
    assert swaying.known[0] != swaying.known[1]
    points = 16
    ends = [
        await swaying.survives(
            number + 1, at=swaying.seconds * (0.25 + 0.8 * number / points), kill=kill_command
        )
        for number in range(points)
    ]
    assert not all(ends)  # some were killed before they were done


async def test_a_seeding_whose_server_process_is_killed_leaves_the_old_rows_or_the_new(swaying):
    ends = [
        await swaying.survives(
            number + 1, at=swaying.seconds * (0.3 + 0.6 * number / 6), kill=kill_backend
        )
        for number in range(6)
    ]
    assert not all(ends)
