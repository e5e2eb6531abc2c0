"""What `benchmarks.seed` loads: the declarations of one table, and the ways that others load it."""

import importlib
import sys
from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from db_workflow.address import Address
from db_workflow.connection import session
from db_workflow.settings import Settings
from db_workflow.testdata.extraction.extract import extract

COLUMNS = (
    *("id", "first_name", "email", "phone", "city"),
    *("subject", "amount", "grade", "active", "created_at"),
)
_MODELS = """\
from datetime import datetime
from decimal import Decimal

from sqlalchemy import BigInteger, DateTime, Identity, Numeric
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "people"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    first_name: Mapped[str]
    email: Mapped[str]
    phone: Mapped[str]
    city: Mapped[str]
    subject: Mapped[str]
    amount: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    grade: Mapped[int]
    active: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
"""
_FACTORIES = """\
from datetime import UTC, datetime
from decimal import Decimal

from benchmark_models import Person
from factory import Faker, Sequence

from db_workflow.testdata import BaseFactory


class PersonFactory(BaseFactory):
    class Meta:
        model = Person

    first_name = Faker("first_name")
    email = Sequence(lambda number: f"person{number}@example.test")
    phone = Sequence(lambda number: f"+20 1{number:09}")
    city = Faker("random_element", elements=("Cairo", "Giza", "Luxor"))
    subject = Faker("random_element", elements=("Math", "Physics"))
    amount = Decimal("12.50")
    grade = Faker("random_int", min=7, max=12)
    active = True
    created_at = datetime(2024, 9, 1, tzinfo=UTC)
"""
_CONFIG = """\
from db_workflow.testdata import Table, rules

TABLE_CONFIG = (
    Table(
        "people",
        file="auto_people.py",
        variable="AUTO_PEOPLE_DATA",
        factory="PersonFactory",
        columns={name: rules.keep() for name in "NAMES".split()},
    ),
)
"""


async def declare(address: Address, settings: Settings) -> list[tuple[Any, ...]]:
    """Write the declarations and generate the data file; return the same rows as values."""
    settings.data.mkdir(parents=True)
    (settings.root / "benchmark_models.py").write_text(_MODELS, "utf-8")
    names = " ".join(name for name in COLUMNS if name != "active")
    for name, text in (
        ("generate_test_data.py", _CONFIG.replace("NAMES", names)),
        ("seed_test_db.py", 'SEEDING_ORDER = ("people",)\n'),
        ("factories.py", _FACTORIES),
        ("data/people.py", "PEOPLE_DATA = []\n"),
    ):
        (settings.test_data / name).write_text(text, "utf-8")
    sys.path.insert(0, str(settings.root))
    await extract(address, settings=settings, stand_in=True)
    async with session(address, purpose="benchmark") as connection:
        found = await connection.fetch(f"SELECT {', '.join(COLUMNS)} FROM people ORDER BY id")
        return [tuple(row) for row in found]


async def copy_records(address: Address, rows: Sequence[tuple[Any, ...]]) -> None:
    """Load rows by asyncpg's binary COPY."""
    async with session(address, purpose="benchmark") as connection:
        await connection.copy_records_to_table("people", records=rows, columns=COLUMNS)


async def insert_by_core(address: Address, rows: Sequence[tuple[Any, ...]]) -> None:
    """Load rows by SQLAlchemy's insert(), given as dicts."""
    model = importlib.import_module("benchmark_models").Person
    # The identity is GENERATED ALWAYS: the server numbers the rows.
    values = [dict(zip(COLUMNS[1:], row[1:], strict=True)) for row in rows]
    engine = create_async_engine(address.url(driver="asyncpg"))
    async with engine.begin() as connection:
        await connection.execute(insert(model), values)
    await engine.dispose()


async def add_all(address: Address, rows: Sequence[tuple[Any, ...]]) -> None:
    """Load rows as objects of the ORM."""
    model = importlib.import_module("benchmark_models").Person
    engine = create_async_engine(address.url(driver="asyncpg"))
    async with AsyncSession(engine) as orm, orm.begin():
        orm.add_all([model(**dict(zip(COLUMNS[1:], row[1:], strict=True))) for row in rows])
    await engine.dispose()


async def create(address: Address, rows: Sequence[tuple[Any, ...]]) -> None:
    """Let a factory make as many objects, each with its own flush, as tests do."""
    factory = importlib.import_module("factories").PersonFactory
    engine = create_async_engine(address.url(driver="asyncpg"))
    async with AsyncSession(engine) as orm, orm.begin():
        for _ in rows:
            await factory.create(orm)
    await engine.dispose()
