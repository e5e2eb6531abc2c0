"""A tiny foreign repository, with a production of its own, driven by its commands.

A shop with two tables, one enum, two versions and a three-line `tasks.py`: nothing in it knows the
tutoring business, so what passes here passes for any repository.
"""

import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest

from db_workflow.connection import quoted, session
from db_workflow.databases import drop_database, list_marked
from db_workflow.schema.plan import load_plan
from db_workflow.schema.run.runner import migrate
from db_workflow.server import Server, open_server
from db_workflow.settings import Settings, load_settings

ROOT = Path(__file__).parents[2]

FILES = {
    "tasks.py": """
        from db_workflow.tasks import namespace

        __all__ = ["namespace"]
        """,
    "pyproject.toml": """
        [tool.db_workflow]
        project = "PROJECT"
        sql = "shop/sql"
        runners = "scripts/v{version}_migration/run_migrations.py"
        models = "shop.models:Base"
        enums = "shop.db_enums"
        test_data = "tests/database"
        import_paths = ["."]
        lock_wait_seconds = 0.5
        """,
    "shop/__init__.py": "",
    "shop/sql/v1.0/orders/01_customers.sql": """
        CREATE TYPE colour AS ENUM ('red', 'green');
        CREATE TABLE customers (
            id uuid DEFAULT gen_random_uuid(),
            name text NOT NULL,
            email text NOT NULL,
            CONSTRAINT pk_customers PRIMARY KEY (id),
            CONSTRAINT uq_customers_email UNIQUE (email)
        );
        """,
    "shop/sql/v1.0/orders/02_orders.sql": """
        CREATE TABLE orders (
            id uuid DEFAULT gen_random_uuid(),
            customer_id uuid NOT NULL,
            colour colour NOT NULL,
            total numeric(10, 2) NOT NULL,
            CONSTRAINT pk_orders PRIMARY KEY (id),
            CONSTRAINT fk_orders_customer FOREIGN KEY (customer_id)
                REFERENCES customers (id) ON DELETE CASCADE,
            CONSTRAINT ck_orders_total CHECK (total >= 0)
        );
        CREATE INDEX ix_orders_customer ON orders (customer_id);
        """,
    "shop/sql/v1.1/notes/01_note.sql": """
        ALTER TABLE orders ADD COLUMN note text;
        """,
    "scripts/v1.0_migration/run_migrations.py": """
        from db_workflow.schema import Migration, sql_file
        from db_workflow.scripts import run_migrations

        MIGRATION = Migration(
            version="1.0",
            title="customers and orders",
            steps=(sql_file("orders/01_customers.sql"), sql_file("orders/02_orders.sql")),
        )

        if __name__ == "__main__":
            run_migrations(__file__)
        """,
    "scripts/v1.1_migration/run_migrations.py": """
        from db_workflow.schema import Migration, python_step, sql_file
        from db_workflow.scripts import run_migrations

        MIGRATION = Migration(
            version="1.1",
            title="notes",
            steps=(sql_file("notes/01_note.sql"), python_step("write_notes.py")),
        )

        if __name__ == "__main__":
            run_migrations(__file__)
        """,
    "scripts/v1.1_migration/write_notes.py": """
        async def upgrade(step):
            await step.connection.execute(
                "UPDATE orders SET note = 'for ' || name"
                " FROM customers WHERE customers.id = customer_id"
            )
        """,
    "shop/db_enums.py": """
        from enum import StrEnum


        class Colour(StrEnum):
            RED = "red"
            GREEN = "green"
        """,
    "shop/models.py": """
        import uuid
        from decimal import Decimal

        from sqlalchemy import UUID, CheckConstraint, ForeignKey, Index, Numeric
        from sqlalchemy import PrimaryKeyConstraint, Text, UniqueConstraint, text
        from sqlalchemy.dialects.postgresql import ENUM
        from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

        from shop.db_enums import Colour

        NEW_ID = text("gen_random_uuid()")


        class Base(DeclarativeBase):
            pass


        class Customer(Base):
            __tablename__ = "customers"
            __table_args__ = (
                PrimaryKeyConstraint("id", name="pk_customers"),
                UniqueConstraint("email", name="uq_customers_email"),
            )
            id: Mapped[uuid.UUID] = mapped_column(UUID(as_uuid=True), server_default=NEW_ID)
            name: Mapped[str] = mapped_column(Text)
            email: Mapped[str] = mapped_column(Text)
            orders: Mapped[list["Order"]] = relationship(
                back_populates="customer", lazy="raise", passive_deletes=True
            )


        class Order(Base):
            __tablename__ = "orders"
            __table_args__ = (
                PrimaryKeyConstraint("id", name="pk_orders"),
                CheckConstraint("total >= 0", name="ck_orders_total"),
                Index("ix_orders_customer", "customer_id"),
            )
            id: Mapped[uuid.UUID] = mapped_column(UUID(as_uuid=True), server_default=NEW_ID)
            customer_id: Mapped[uuid.UUID] = mapped_column(
                ForeignKey("customers.id", name="fk_orders_customer", ondelete="CASCADE")
            )
            colour: Mapped[Colour] = mapped_column(
                ENUM(Colour, name="colour", values_callable=lambda kind: [e.value for e in kind])
            )
            total: Mapped[Decimal] = mapped_column(Numeric(10, 2))
            note: Mapped[str | None] = mapped_column(Text)
            customer: Mapped["Customer"] = relationship(back_populates="orders", lazy="raise")
        """,
    "tests/database/generate_test_data.py": """
        from db_workflow.scripts import run_generator
        from db_workflow.testdata import Table, rules

        TABLE_CONFIG = (
            Table(
                "customers",
                file="auto_customers.py",
                variable="AUTO_CUSTOMERS_DATA",
                factory="CustomerFactory",
                columns={"name": rules.first_name(), "email": rules.email()},
            ),
            Table(
                "orders",
                file="auto_orders.py",
                variable="AUTO_ORDERS_DATA",
                factory="OrderFactory",
                columns={"total": rules.keep(), "note": rules.text()},
            ),
        )

        if __name__ == "__main__":
            run_generator(__file__)
        """,
    "tests/database/seed_test_db.py": """
        from db_workflow.scripts import run_seeder

        SEEDING_ORDER = ("customers", "orders")

        if __name__ == "__main__":
            run_seeder(__file__)
        """,
    "tests/database/factories.py": """
        import uuid
        from decimal import Decimal

        import factory

        from db_workflow.testdata import BaseFactory
        from shop.db_enums import Colour
        from shop.models import Customer, Order


        class CustomerFactory(BaseFactory):
            class Meta:
                model = Customer

            id = factory.LazyFunction(uuid.uuid4)
            name = factory.Faker("first_name")
            email = factory.Sequence(lambda number: f"customer{number}@example.test")


        class OrderFactory(BaseFactory):
            class Meta:
                model = Order

            id = factory.LazyFunction(uuid.uuid4)
            customer = factory.SubFactory(CustomerFactory)
            colour = Colour.RED
            total = Decimal("1.00")
            note = None
        """,
    "tests/database/data/customers.py": """
        CUSTOMERS_DATA = [
            {"id": "00000000-0000-4000-8000-000000000001", "name": "By Hand",
             "email": "by.hand@example.test"},
        ]
        """,
    "tests/database/data/orders.py": """
        ORDERS_DATA = [
            {"id": "00000000-0000-4000-8000-000000000002", "total": "12.50",
             "customer_id": "00000000-0000-4000-8000-000000000001"},
        ]
        """,
}

PRODUCTION_ROWS = (
    """
    INSERT INTO customers (id, name, email) VALUES
        ('11111111-0000-4000-8000-000000000000', 'Philippa Quackenbush', 'philippa@quack.example'),
        ('22222222-0000-4000-8000-000000000000', 'Zoë Ångström', 'zoe.a@example.com')
    """,
    """
    INSERT INTO orders (id, customer_id, colour, total) VALUES
        ('33333333-0000-4000-8000-000000000000',
         '11111111-0000-4000-8000-000000000000', 'red', 9.99),
        ('44444444-0000-4000-8000-000000000000',
         '22222222-0000-4000-8000-000000000000', 'green', 0)
    """,
)


def _heed_signals() -> None:
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


@dataclass(frozen=True)
class Repository:
    """The shop's checkout, its production, and its commands."""

    root: Path
    server: Server
    production: str
    environment: dict[str, str]

    @property
    def settings(self) -> Settings:
        return load_settings(self.root, environment=self.environment)

    def git(self, *command: str) -> str:
        return subprocess.run(
            ["git", *command],  # noqa: S607 - whichever git the person has
            cwd=self.root,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def run(
        self, *command: str, cwd: Path | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a Python command as its user would."""
        return subprocess.run(
            [sys.executable, *command],
            cwd=cwd or self.root,
            env={**os.environ, **self.environment, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def invoke(self, *task: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return self.run("-m", "invoke", *task, **environment)

    def start(self, *task: str) -> "subprocess.Popen[str]":
        """Start a task, with its signals as a terminal has them, however these tests were started.

        A process below nohup, or in the background of a script, inherits that it ignores some.
        """
        return subprocess.Popen(
            [sys.executable, "-m", "invoke", *task],
            cwd=self.root,
            env={**os.environ, **self.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=_heed_signals,  # noqa: PLW1509 - these tests have one thread
        )

    def passes(self, *tasks: str) -> str:
        """Run tasks that must succeed; return what the last one printed."""
        done = None
        for task in tasks:
            done = self.invoke(*task.split())
            assert done.returncode == 0, f"{task}\n{done.stdout}\n{done.stderr}"
        assert done is not None
        return done.stdout

    def refused(self, task: str, *, code: int) -> str:
        """Run a task that must be refused with a code; return what it said."""
        done = self.invoke(*task.split())
        assert done.returncode == code, f"{task}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        assert "next:" in done.stderr
        return done.stderr

    def status(self) -> dict:
        done = self.invoke("status", "--json")
        return {"code": done.returncode, **json.loads(done.stdout)}

    def edit(self, path: str, old: str, new: str) -> None:
        file = self.root / path
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new), "utf-8")

    async def sql(self, statement: str, *, database: str = "") -> list:
        address = self.server.address.at(database or self.settings.test_database)
        async with session(address, purpose="by hand") as connection:
            return await connection.fetch(statement)


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Repository]:
    """Return the shop's repository, with a production at v1.0 that the workflow did not make."""
    server = open_server(load_settings(ROOT))
    project = f"shop_{secrets.token_hex(4)}"
    for name, content in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(content).lstrip("\n").replace("PROJECT", project), "utf-8")
    production = f"{project}_real"
    repository = Repository(
        tmp_path,
        server,
        production,
        {
            "TEST_DATABASE_URL": server.address.at(f"{project}_test").url(),
            "PRODUCTION_DATABASE_URL": server.address.at(production).url(),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
    )
    async with session(server.address, purpose="test") as connection:
        await connection.execute(f"CREATE DATABASE {quoted(production)}")
    settings = repository.settings
    address = server.address.at(production)
    await migrate(address, load_plan(settings), settings=settings, to="1.0")
    for rows in PRODUCTION_ROWS:
        await repository.sql(rows, database=production)
    yield repository
    for name in await list_marked(server, project=project):
        await drop_database(server, name, settings=settings)
    async with session(server.address, purpose="test") as connection:
        await connection.execute(f"DROP DATABASE {quoted(production)} WITH (FORCE)")
