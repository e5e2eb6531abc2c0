"""A foreign repository for tests of phase 1: lists that a test writes, and a database for them.

Loaded by path, because tests are not a package: `runpy.run_path(…)["ListedRepository"]`.
"""

import asyncio

from db_workflow.connection import session
from db_workflow.databases import create_database, list_marked
from db_workflow.schema.plan import load_plan
from db_workflow.schema.run.runner import migrate
from db_workflow.state import record


class ListedRepository:
    """Writes lists and runs the mechanisms of phase 1 on them."""

    def __init__(self, server, settings):
        self.server = server
        self.settings = settings
        self.address = server.address.at(settings.test_database)

    async def create(self, sql=""):
        """Create the test database, empty but for what some SQL makes."""
        settings = self.settings
        await create_database(
            self.server, settings.test_database, project=settings.project, role="test"
        )
        if sql:
            await self.execute(sql)

    def write(self, version, **steps):
        """Declare a version; a step's name is its file's stem, its text SQL or Python."""
        listed = ""
        runner = self.settings.root / f"scripts/v{version}_migration/run_migrations.py"
        folder = self.settings.sql / f"v{version}"
        for path in (runner.parent, folder):
            path.mkdir(parents=True, exist_ok=True)
        for stem, text in steps.items():
            if "async def upgrade" in text:
                listed += f'python_step("{stem}.py"), '
                (runner.parent / f"{stem}.py").write_text(text)
            else:
                listed += f'sql_file("{stem}.sql"), '
                (folder / f"{stem}.sql").write_bytes(text.encode())
        runner.write_text(
            "from db_workflow.schema import Migration, python_step, sql_file\n"
            f'MIGRATION = Migration("{version}", "a version", ({listed}))\n'
        )

    def remove(self, version):
        """Take a version away again."""
        (self.settings.root / f"scripts/v{version}_migration/run_migrations.py").unlink()
        for file in (self.settings.sql / f"v{version}").iterdir():
            file.unlink()

    @property
    def plan(self):
        return load_plan(self.settings)

    async def migrate(self, **options):
        return await migrate(self.address, self.plan, settings=self.settings, **options)

    async def execute(self, query):
        async with session(self.address, purpose="by hand") as connection:
            await connection.execute(query)

    async def value(self, query):
        async with session(self.address, purpose="look") as connection:
            return await connection.fetchval(query)

    async def until(self, query):
        """Wait until a query has a value, and return it."""
        async with asyncio.timeout(30):
            while True:
                if found := await self.value(query):
                    return found
                await asyncio.sleep(0.02)

    async def record(self, key, value):
        async with session(self.address, purpose="by hand") as connection:
            await record(connection, key, value)

    async def scratch_databases(self):
        """Return the project's scratch databases that are there."""
        marked = await list_marked(self.server, project=self.settings.project)
        return [name for name, marker in marked.items() if marker.role == "scratch"]
