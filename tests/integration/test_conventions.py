"""The conventions' reasons, as PostgreSQL and an async session give them."""

import pytest
from sqlalchemy import Computed, DateTime, NullPool, Text, func, select
from sqlalchemy.exc import InvalidRequestError, MissingGreenlet
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from db_workflow.connection import connect, session
from db_workflow.databases import create_database
from db_workflow.models.conventions import check_conventions

FILLED_IN = ("made", "drawn", "seen", "size")


@pytest.fixture
async def database(server, tiny_settings):
    """Return an empty test database."""
    name = tiny_settings.test_database
    await create_database(server, name, project=tiny_settings.project, role="test")
    return server.address.at(name)


@pytest.fixture
async def create(database):
    """Return a function that creates a base's tables and opens an async session on them."""
    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=lambda: connect(database, purpose="test"),
        poolclass=NullPool,
    )
    sessions = []

    async def make(base):
        async with engine.begin() as connection:
            await connection.run_sync(base.metadata.create_all)
        sessions.append(AsyncSession(engine, expire_on_commit=False))
        return sessions[-1]

    yield make
    for one in sessions:
        await one.close()
    await engine.dispose()


def page(**arguments):
    """Make a class whose columns PostgreSQL fills in."""

    class Base(DeclarativeBase):
        __mapper_args__ = arguments

    class Page(Base):
        __tablename__ = "pages"
        id: Mapped[int] = mapped_column(primary_key=True)
        title: Mapped[str] = mapped_column(Text)
        made: Mapped[object] = mapped_column(DateTime(True), server_default=func.now())
        drawn: Mapped[object] = mapped_column(DateTime(True), default=func.now())
        seen: Mapped[object] = mapped_column(DateTime(True), onupdate=func.now(), nullable=True)
        size: Mapped[int] = mapped_column(Computed("length(title)"))

    Base.registry.configure()
    return Page


def lost(one):
    """Return the attributes whose look would need a query."""
    names = []
    for name in FILLED_IN:
        try:
            getattr(one, name)
        except MissingGreenlet:
            names.append(name)
    return names


@pytest.mark.parametrize(
    ("arguments", "inserted", "updated"),
    [
        ({}, [], ["seen", "size"]),
        ({"eager_defaults": "auto"}, [], ["seen", "size"]),
        ({"eager_defaults": True}, [], []),
        ({"eager_defaults": False}, ["made", "drawn", "size"], ["seen", "size"]),
    ],
)
async def test_what_the_server_computes_is_lost_where_the_rule_says_so(
    create, arguments, inserted, updated
):
    kind = page(**arguments)
    opened = await create(kind)
    one = kind(title="one")
    opened.add(one)
    await opened.flush()
    assert lost(one) == inserted
    await opened.refresh(one)
    one.title = "another"
    await opened.flush()
    assert lost(one) == updated
    reported = [name for name in FILLED_IN if name in {*inserted, *updated}]
    said = [one.what for one in check_conventions(kind.__base__) if one.rule == "eager-defaults"]
    assert said == [f"class Page loads {', '.join(reported)} again after a flush"] * bool(reported)


async def test_a_deferred_column_that_raises_names_itself(create):
    class Base(DeclarativeBase):
        pass

    class Page(Base):
        __tablename__ = "pages"
        id: Mapped[int] = mapped_column(primary_key=True)
        body: Mapped[str] = mapped_column(Text, deferred=True)
        scan: Mapped[str] = mapped_column(Text, deferred=True, deferred_raiseload=True)

    opened = await create(Base)
    opened.add(Page(id=1, body="b", scan="s"))
    await opened.flush()
    opened.expunge_all()
    found = (await opened.execute(select(Page))).scalar_one()
    with pytest.raises(MissingGreenlet):
        _ = found.body
    with pytest.raises(InvalidRequestError, match=r"Page\.scan"):
        _ = found.scan
    breaches = [one for one in check_conventions(Base) if one.rule == "no-lazy-columns"]
    assert [one.attribute for one in breaches] == ["body"]


@pytest.mark.parametrize(
    "index",
    [
        "CREATE INDEX ON notes (user_id)",
        "CREATE INDEX ON notes (user_id DESC NULLS LAST, kind)",
        "CREATE INDEX ON notes USING hash (user_id)",
        "CREATE INDEX ON notes (user_id) WHERE user_id IS NOT NULL",
        "ALTER TABLE notes ADD UNIQUE (user_id, kind)",
    ],
)
async def test_what_the_rule_takes_for_an_index_answers_the_foreign_keys_question(database, index):
    async with session(database, purpose="test") as connection:
        await connection.execute(
            "CREATE TABLE users (id int PRIMARY KEY);"
            "CREATE TABLE notes (user_id int REFERENCES users, kind text);"
            f"{index}; SET enable_seqscan = off"
        )
        # What a foreign key asks when a parent's row is deleted.
        plan = await connection.fetch(
            "EXPLAIN SELECT 1 FROM ONLY notes x WHERE 1 = user_id FOR KEY SHARE OF x"
        )
    assert any("Cond: " in row[0] and "user_id" in row[0] for row in plan), plan
