"""Addresses, the one engine, and sessions that leave the commit to their opener."""

import asyncio
from operator import methodcaller

import pytest

from efficient_tutor_backend.database import engine as module
from efficient_tutor_backend.database.engine import (
    CommitRefusedError,
    DatabaseUrlError,
    GuardedSession,
    create_engine,
    dispose_engine,
    get_db_session,
    get_engine,
    get_session_factory,
)

URL = "postgresql://ada:secret@db.invalid:5433/tutoring"

# tests/unit/test_commit_rule.py forbids writing the call out, here as anywhere.
commit = methodcaller("commit")


@pytest.fixture
def ended(monkeypatch):
    """Record how units of work end; none of them reaches a database."""
    calls = []

    def note(name):
        async def ending(_session):
            calls.append(name)

        return ending

    monkeypatch.setattr(GuardedSession, "_commit_unit_of_work", note("commit"))
    monkeypatch.setattr(GuardedSession, "rollback", note("rollback"))
    return calls


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_any_spelling_of_a_postgresql_address_goes_through_asyncpg(scheme):
    address = create_engine(URL.replace("postgresql", scheme)).url
    assert address.drivername == "postgresql+asyncpg"
    assert (address.username, address.host, address.port) == ("ada", "db.invalid", 5433)


def test_a_socket_folder_stays_in_the_address():
    assert create_engine("postgresql:///tutoring?host=/run/pg").url.query["host"] == "/run/pg"


def test_sslmode_is_given_to_asyncpg_under_its_own_name():
    assert dict(create_engine(f"{URL}?sslmode=require").url.query) == {"ssl": "require"}


def test_another_kind_of_database_is_refused_without_showing_the_password():
    with pytest.raises(DatabaseUrlError, match="is not a PostgreSQL address") as refusal:
        create_engine("mysql://ada:secret@db.invalid/tutoring")
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("value", [None, ""])
async def test_a_missing_address_is_named_instead_of_guessed(monkeypatch, value):
    await dispose_engine()
    monkeypatch.delenv("DATABASE_URL", raising=False)
    if value is not None:
        monkeypatch.setenv("DATABASE_URL", value)
    with pytest.raises(DatabaseUrlError, match="DATABASE_URL is not set"):
        get_engine()


async def test_the_process_has_one_engine_until_it_is_disposed_of(monkeypatch):
    await dispose_engine()
    monkeypatch.setenv("DATABASE_URL", URL)
    first = get_engine()
    assert get_engine() is first
    await dispose_engine()
    assert get_engine() is not first
    await dispose_engine()


async def test_disposing_without_an_engine_does_nothing(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    await dispose_engine()
    await dispose_engine()


async def test_a_session_refuses_to_commit_and_says_what_to_do():
    async with get_session_factory(create_engine(URL))() as session:
        with pytest.raises(CommitRefusedError) as refusal:
            await commit(session)
    message = str(refusal.value)
    assert "session.commit() is refused" in message
    assert "half of the caller's unit of work" in message
    assert "await session.flush()" in message


async def test_a_session_refuses_a_block_that_would_commit_at_its_end():
    async with get_session_factory(create_engine(URL))() as session:
        with pytest.raises(CommitRefusedError, match=r"session\.begin\(\) is refused"):
            session.begin()


async def test_a_unit_of_work_that_ends_well_is_committed_once(ended):
    async with get_db_session(create_engine(URL)) as session:
        assert isinstance(session, GuardedSession)
        assert ended == []
    assert ended == ["commit"]


@pytest.mark.parametrize("error", [ValueError("bad"), asyncio.CancelledError(), SystemExit(1)])
async def test_a_unit_of_work_that_raises_is_rolled_back_and_raises_on(ended, error):
    with pytest.raises(type(error)) as raised:
        async with get_db_session(create_engine(URL)):
            raise error
    assert raised.value is error
    assert ended == ["rollback"]


async def test_a_unit_of_work_uses_the_process_engine_unless_given_one(ended, monkeypatch):
    own = create_engine(URL)
    monkeypatch.setattr(module, "get_engine", lambda: own)
    async with get_db_session() as session:
        assert session.bind is own
    assert ended == ["commit"]


async def test_objects_stay_usable_after_the_commit():
    assert get_session_factory(create_engine(URL)).kw["expire_on_commit"] is False
