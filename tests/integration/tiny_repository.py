"""A foreign repository for tests of phase 3: tables by SQL, everything else derived from them.

Loaded by path, because tests are not a package: `runpy.run_path(…)["TinyRepository"]`.
"""

from db_workflow.connection import session
from db_workflow.databases import create_database
from db_workflow.testdata.extraction.extract import extract
from db_workflow.testdata.seeding.seed import seed
from db_workflow.testdata.structure import read_structure

HEADER = "from db_workflow.testdata import BaseFactory, Table, rules\n"


class TinyRepository:
    """Writes the declaration files that fit a database, and runs the mechanisms on it."""

    def __init__(self, server, settings):
        self.server = server
        self.settings = settings
        self.address = server.address.at(settings.test_database)
        # What the tests change before `declare`: by table.
        self.columns = {}
        self.options = {}
        self.manual = {}
        self.order = ()

    async def create(self, sql, *, role="test"):
        """Create the test database with tables and rows, and declarations that keep everything."""
        settings = self.settings
        await create_database(
            self.server, settings.test_database, project=settings.project, role=role
        )
        await self.sql(sql)
        await self.declare()

    async def sql(self, statements):
        async with session(self.address, purpose="by hand") as connection:
            await connection.execute(statements)

    async def rows(self, query):
        async with session(self.address, purpose="look") as connection:
            return [tuple(row) for row in await connection.fetch(query)]

    async def texts(self, table):
        """Return a table's rows as PostgreSQL prints them."""
        return [row[0] for row in await self.rows(f"SELECT t::text FROM {table} t ORDER BY 1")]

    async def declare(self):
        """Write TABLE_CONFIG, SEEDING_ORDER, models, factories and manual rows."""
        async with session(self.address, purpose="look") as connection:
            structure = await read_structure(connection, schemas=self.settings.schemas)
        self.settings.data.mkdir(parents=True, exist_ok=True)
        self._write("generate_test_data.py", self._config(structure))
        order = self.order or tuple(structure)
        self._write("seed_test_db.py", f"SEEDING_ORDER = {order!r}\n")
        models, factories = self._models(structure)
        name = f"{self.settings.project}_models"
        (self.settings.root / f"{name}.py").write_text(models)
        self._write("factories.py", f"{HEADER}import {name} as models\n{factories}")
        for table in structure:
            file = table.replace(".", "_")
            rows = self.manual.get(table)
            if rows is not None or not (self.settings.data / f"{file}.py").exists():
                text = f"import datetime, decimal, uuid\n{file.upper()}_DATA = {rows or []!r}\n"
                self._write(f"data/{file}.py", text)

    async def extract(self, **options):
        options = {"stand_in": True, **options}
        return await extract(self.address, settings=self.settings, **options)

    async def seed(self, **options):
        return await seed(self.address, settings=self.settings, **options)

    def generated(self, table):
        """Return the text of a generated file."""
        return (self.settings.data / f"auto_{table.replace('.', '_')}.py").read_text("utf-8")

    def _write(self, name, text):
        (self.settings.test_data / name).write_text(text, "utf-8")

    def _config(self, structure):
        tables = []
        for name, table in structure.items():
            file = name.replace(".", "_")
            columns = dict.fromkeys(table.written, "rules.keep()")
            columns |= self.columns.get(name, {})
            listed = ", ".join(f"{column!r}: {rule}" for column, rule in columns.items() if rule)
            options = "".join(f", {key}={val!r}" for key, val in self.options.get(name, {}).items())
            tables.append(
                f"Table({name!r}, file='auto_{file}.py', variable='AUTO_{file.upper()}_DATA',"
                f" factory='{file.title()}Factory', columns={{{listed}}}{options}),\n"
            )
        return f"{HEADER}TABLE_CONFIG = (\n{''.join(tables)})\n"

    @staticmethod
    def _models(structure):
        models = "from sqlalchemy import Column, FetchedValue\n"
        models += "from sqlalchemy.types import NullType\n"
        models += "from sqlalchemy.orm import DeclarativeBase\n"
        models += "class Base(DeclarativeBase):\n    pass\n"
        factories = ""
        for name, table in structure.items():
            kind = name.replace(".", "_").title()
            key = table.primary_key or table.written
            models += f"class {kind}(Base):\n    __tablename__ = {table.relation!r}\n"
            models += f"    __table_args__ = {{'schema': {table.schema!r}}}\n"
            for column in table.columns.values():
                models += (
                    f"    {column.name} = Column({column.name!r}, NullType,"
                    f" primary_key={column.name in key}, server_default=FetchedValue())\n"
                )
            factories += f"class {kind}Factory(BaseFactory):\n    class Meta:\n"
            factories += f"        model = models.{kind}\n"
        return models, factories
