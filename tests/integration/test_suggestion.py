"""Whole classes for tables of a real database, with the repository's models or without."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from db_workflow.connection import session
from db_workflow.console import Silent
from db_workflow.databases import create_database
from db_workflow.errors import ModelsError
from db_workflow.models import compare_models
from db_workflow.models.suggestion import suggest_table

SQL = """
CREATE SCHEMA billing;
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE users (id int PRIMARY KEY, mood mood NOT NULL);
CREATE TABLE "My Table" (id int PRIMARY KEY, "Some Column" text);
CREATE TABLE billing.users (id int PRIMARY KEY, user_id int REFERENCES users);
CREATE TABLE keyless (a int);
CREATE VIEW moods AS SELECT mood FROM users;
CREATE TABLE days (day date PRIMARY KEY) PARTITION BY RANGE (day);
CREATE TABLE days_2020 PARTITION OF days FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
"""
MODELS = """
from sqlalchemy import Integer
from sqlalchemy.orm import DeclarativeBase, mapped_column


class Base(DeclarativeBase):
    pass


class Member(Base):
    __tablename__ = "users"
    id = mapped_column(Integer, primary_key=True)
"""
ENUMS = """
from enum import StrEnum


class Feeling(StrEnum):
    SAD = "sad"
    OK = "ok"
    type_name = staticmethod(lambda: "mood")
"""


class Heard(Silent):
    """Keeps what is said."""

    def __init__(self):
        self.said = []

    def say(self, text):
        self.said.append(text)


@pytest.fixture
async def suggest(server, tiny_settings):
    """Return a function that gives a table's code and the remarks about it."""
    settings = replace(tiny_settings, schemas=("public", "billing"))
    name = settings.test_database
    await create_database(server, name, project=settings.project, role="test")
    address = server.address.at(name)
    async with session(address, purpose="test") as connection:
        await connection.execute(SQL)

    async def ask(table):
        heard = Heard()
        async with session(address, purpose="test", read_only=True) as connection:
            code = await suggest_table(connection, table, settings=settings, reporter=heard)
        return code, heard.said

    return ask


@pytest.fixture
def models(tiny_settings):
    """Write models whose names nobody could guess."""
    project = tiny_settings.project
    (tiny_settings.root / f"{project}_models.py").write_text(MODELS)
    (tiny_settings.root / f"{project}_enums.py").write_text(ENUMS)


def classes(code):
    return [node.name for node in ast.parse(code).body if isinstance(node, ast.ClassDef)]


async def test_without_models_names_are_guessed_and_that_is_said(suggest):
    code, said = await suggest("users")
    assert classes(code) == ["DatabaseEnum", "Mood", "Base", "User"]
    exec(code, {"__name__": "nowhere"})  # noqa: S102 - it is what is tested
    assert "mood: Mapped[Mood]" in code
    assert len(said) == 1
    assert "There is no module" in said[0]
    assert "guessed" in said[0]


@pytest.mark.usefixtures("models")
async def test_the_models_own_names_are_kept(suggest):
    code, said = await suggest("users")
    assert classes(code) == ["Member"]
    assert "mood: Mapped[Feeling]" in code
    assert said == []
    other, _ = await suggest("billing.users")
    assert 'Mapped["Member | None"]' in other


async def test_tables_of_other_schemas_and_mixed_case_names_are_found(suggest):
    code, _ = await suggest("billing.users")
    assert '"schema": "billing"' in code
    assert '__tablename__ = "My Table"' in (await suggest("My Table"))[0]
    assert (await suggest('public."My Table"')) == (await suggest("My Table"))


async def test_a_table_without_a_key_is_a_table_and_no_class(suggest):
    code, _ = await suggest("keyless")
    assert classes(code) == ["Base"]
    assert "Table(" in code


SHOP = Path(__file__).parent / "written_models" / "shop.sql"
CUSTOMER = """
from collections.abc import Sequence as Text  # a name that means something else here
from sqlalchemy import *
from sqlalchemy.orm import DeclarativeBase, mapped_column


class Entity(DeclarativeBase):
    pass


class Customer(Entity):
    __tablename__ = "customers"
    id = mapped_column(UUID, primary_key=True, server_default=text("gen_random_uuid()"))
    email = mapped_column(TEXT, CheckConstraint("email LIKE '%_@_%'", name="customers_email_check"),
                          nullable=False)
    name = mapped_column(String(80, collation="C"))
    created_at = mapped_column(DateTime(True), nullable=False, server_default=func.now())
    __table_args__ = (UniqueConstraint(email, name="customers_email_key"),)
"""


async def test_a_suggestion_runs_in_a_file_of_its_own_beside_the_models(server, tiny_settings):
    settings = replace(tiny_settings, models=f"{tiny_settings.project}_models:Entity")
    models = settings.root / f"{settings.project}_models.py"
    models.write_text(CUSTOMER)
    (settings.root / f"{settings.project}_enums.py").write_text("")
    name = settings.test_database
    await create_database(server, name, project=settings.project, role="test")
    settings = replace(settings, test_address=server.address.at(name))
    async with session(settings.test_address, purpose="test") as connection:
        await connection.execute(SHOP.read_text("utf-8"))
        heard = Heard()
        code = await suggest_table(connection, "orders", settings=settings, reporter=heard)
        assert heard.said == []
        assert f"from {settings.project}_models import Customer, Entity" in code
        assert "Customer.orders = relationship(" in code
        assert "OrderProduct;" in code  # whose class is not there yet
        (settings.root / f"{settings.project}_orders.py").write_text(code)
        models.write_text(f"{CUSTOMER}\n\nimport {settings.project}_orders\n")
        found = await compare_models(server, connection, settings=settings)
    assert found.warnings == ()
    assert not [
        one for one in found.differences if {one.name, one.table} & {"orders", "customers"}
    ], str(found)


@pytest.mark.parametrize(("name", "what"), [("moods", "view"), ("days_2020", "partition")])
async def test_what_gets_no_class_is_refused_by_what_it_is(suggest, name, what):
    with pytest.raises(ModelsError, match=what):
        await suggest(name)
