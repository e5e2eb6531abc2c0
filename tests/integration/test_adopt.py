"""Adopt: a ledger is written for a schema that is proven to be a version's, and for no other."""

import asyncio
import runpy
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from db_workflow.connection import session
from db_workflow.errors import BusyError, MigrationError
from db_workflow.schema.judge.adopt import adopt
from db_workflow.schema.judge.adoption import AdoptResult
from db_workflow.schema.judge.verify import verify
from db_workflow.schema.ledger.ledger import read_ledger
from db_workflow.schema.run.lock import migration_lock
from db_workflow.server import Server
from db_workflow.settings import Settings
from db_workflow.state import recall

ListedRepository = runpy.run_path(str(Path(__file__).with_name("listed_repository.py")))[
    "ListedRepository"
]

PEOPLE = "CREATE TABLE people (id int PRIMARY KEY, email text NOT NULL)"
NOTES = "CREATE TABLE notes (id int, person_id int REFERENCES people)"
BY_HAND = f"{PEOPLE}; INSERT INTO people VALUES (1, 'one@example.test'); {NOTES}"


class Repository(ListedRepository):
    async def adopt(self, version: str = "0.2", **options: Any) -> AdoptResult:
        given = {"server": self.server, "settings": self.settings, **options}
        address = given.pop("address", self.address)
        return await adopt(address, self.plan, version=version, **given)

    async def refused(self, version: str = "0.2", **options: Any) -> MigrationError:
        with pytest.raises(MigrationError) as caught:
            await self.adopt(version, **options)
        assert await self.ledger() == []
        assert await self.scratch_databases() == []
        return caught.value

    async def ledger(self) -> list[tuple[str, str]]:
        async with session(self.address, purpose="test") as connection:
            return [(row.name, row.outcome) for row in await read_ledger(connection)]


@pytest.fixture
async def repository(server: Server, tiny_settings: Settings) -> AsyncIterator[Repository]:
    """Return a repository of three versions and a database that was made by hand at the second."""
    repository = Repository(server, tiny_settings)
    repository.write("0.1", people=PEOPLE)
    repository.write("0.2", notes=NOTES)
    repository.write("0.10", later="CREATE TABLE later (x int)")
    await repository.create(BY_HAND)
    yield repository


async def test_a_database_whose_schema_is_that_of_the_version_gets_its_ledger(
    repository: Repository,
):
    result = await repository.adopt()
    assert result.adopted == ("v0.1/people.sql", "v0.2/notes.sql")
    assert await repository.ledger() == [
        ("v0.1/people.sql", "adopted"),
        ("v0.2/notes.sql", "adopted"),
    ]
    assert "2 steps adopted, up to version 0.2" in str(result)
    assert result.to_json()["differences"] == []


async def test_what_was_adopted_is_verified_and_the_next_version_runs_on_it(
    repository: Repository,
):
    await repository.adopt("v0.02")
    found = await verify(
        repository.address,
        repository.plan,
        server=repository.server,
        settings=repository.settings,
    )
    assert (found.ok, found.adopted, found.versions) == (True, 2, ("0.1", "0.2"))
    done = await repository.migrate()
    assert [step.name for step in done.applied] == ["v0.10/later.sql"]
    assert await repository.value("SELECT count(*) FROM people") == 1


async def test_a_schema_that_differs_is_refused_with_every_difference(repository: Repository):
    await repository.execute(
        "ALTER TABLE people ALTER email DROP NOT NULL; CREATE INDEX ix_notes ON notes (id)"
    )
    error = await repository.refused()
    assert "is not that of version 0.2: 2 differences" in error.found
    assert "column people.email: nullable is yes, should be no" in error.found
    assert "index ix_notes is there, but none of these steps creates it" in error.found
    assert "--accept-differences" in error.next
    assert [one["name"] for one in error.data["differences"]] == ["people.email", "ix_notes"]
    assert await repository.value("SELECT to_regnamespace('db_workflow')") is None


@pytest.mark.parametrize("version", ["0.1", "0.10"])
async def test_the_version_that_fits_exactly_is_suggested(repository: Repository, version: str):
    error = await repository.refused(version)
    assert "It fits version 0.2 better: exactly." in error.found
    assert error.next == "invoke baseline --version 0.2"


async def test_the_version_that_fits_best_is_suggested_with_its_number_of_differences(
    repository: Repository,
):
    await repository.execute("CREATE INDEX ix_notes ON notes (id)")
    error = await repository.refused("0.1")
    assert "It fits version 0.2 better: with 1." in error.found


async def test_accepted_differences_are_adopted_and_told(repository: Repository):
    await repository.execute("CREATE INDEX ix_notes ON notes (id)")
    result = await repository.adopt(accept_differences=True)
    assert "index ix_notes is there, but none of these steps creates it" in str(result)
    assert len(await repository.ledger()) == 2
    found = await verify(
        repository.address,
        repository.plan,
        server=repository.server,
        settings=repository.settings,
    )
    assert [finding.kind for finding in found.findings] == ["drift"]


async def test_a_database_with_a_ledger_is_refused(repository: Repository):
    await repository.adopt()
    with pytest.raises(MigrationError, match="has a ledger already: 2 steps") as caught:
        await repository.adopt()
    assert caught.value.next == "invoke verify"
    assert len(await repository.ledger()) == 2


async def test_what_is_to_be_done_next_to_production_names_production(repository: Repository):
    production = replace(repository.settings, production_address=repository.address)
    error = await repository.refused("0.1", settings=production)
    assert error.next == "invoke baseline --version 0.2 --production"
    await repository.execute("CREATE INDEX ix_notes ON notes (id)")
    error = await repository.refused(settings=production)
    assert "--version 0.2 --accept-differences --production" in error.next
    result = await repository.adopt(settings=production, accept_differences=True)
    assert str(result).endswith("next: invoke verify --production")
    assert result.to_json()["next"] == "invoke verify --production"
    with pytest.raises(MigrationError, match="has a ledger already") as caught:
        await repository.adopt(settings=production)
    assert caught.value.next == "invoke verify --production"


async def test_a_version_with_the_same_schema_does_not_fit_better(repository: Repository):
    repository.write("0.3", rows="INSERT INTO people VALUES (2, 'two@example.test')")
    await repository.execute("CREATE INDEX ix_notes ON notes (id)")
    assert "better" not in (await repository.refused("0.3")).found


async def test_a_ledger_that_a_first_failed_run_left_empty_does_not_stand_in_the_way(
    repository: Repository,
):
    with pytest.raises(MigrationError, match="already exists"):
        await repository.migrate()
    await repository.adopt()
    assert len(await repository.ledger()) == 2


async def test_an_empty_database_is_refused(server: Server, tiny_settings: Settings):
    repository = Repository(server, tiny_settings)
    repository.write("0.1", people=PEOPLE)
    await repository.create()
    error = await repository.refused("0.1")
    assert ("is empty" in error.found, error.next) == (True, "invoke migrate")


async def test_a_version_that_does_not_exist_is_refused(repository: Repository):
    assert "no version '0.7'" in (await repository.refused("0.7")).found


async def test_lists_that_do_not_run_from_nothing_are_named_with_their_step(
    repository: Repository,
):
    repository.write("0.2", notes="ALTER TABLE from_before ADD x int")
    error = await repository.refused()
    assert "The lists do not run from nothing: v0.2/notes.sql failed" in error.found
    assert "nothing else was changed" in error.why


async def test_a_later_version_that_does_not_run_is_no_reason_against_an_earlier_one(
    repository: Repository,
):
    repository.write("0.10", later="SELECT no_such_column")
    assert "It fits version 0.2 better" in (await repository.refused("0.1")).found
    await repository.adopt("0.2")


async def test_python_steps_are_adopted_and_told_as_not_proven(repository: Repository):
    repository.write("0.2", notes=NOTES, fill="async def upgrade(context): ...\n")
    result = await repository.adopt()
    assert result.unproven == ("v0.2/fill.py",)
    assert "what v0.2/fill.py did to rows" in str(result)


async def test_a_test_databases_adopted_steps_count_as_productions(repository: Repository):
    await repository.record("baseline", {"backup": "x", "last_sequence": 0})
    await repository.adopt()
    async with session(repository.address, purpose="test") as connection:
        assert await recall(connection, "baseline") == {"backup": "x", "last_sequence": 2}


async def test_while_a_migration_is_under_way_nothing_is_adopted(repository: Repository):
    impatient = replace(repository.settings, lock_wait_seconds=0.2)
    async with migration_lock(repository.address, wait_seconds=1):
        with pytest.raises(BusyError, match="Another run is migrating"):
            await repository.adopt(settings=impatient)
    assert await repository.ledger() == []


async def test_a_change_made_while_the_proof_was_under_way_is_noticed(repository: Repository):
    """The fresh run sleeps in its last step until the test has seen it and wakes it."""
    sleep = "DO $$ BEGIN PERFORM pg_sleep(600); EXCEPTION WHEN query_canceled THEN NULL; END $$"
    repository.write("0.2", notes=f"{NOTES}; {sleep}")
    task = asyncio.create_task(repository.adopt())
    asleep = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
    asleep += f" AND datname LIKE '{repository.settings.test_database}%'"
    sleeper = await repository.until(asleep)
    await repository.execute("ALTER TABLE people ADD phone text")
    await repository.execute(f"SELECT pg_cancel_backend({sleeper})")
    with pytest.raises(MigrationError, match="changed while it was being proven"):
        await task
    assert await repository.ledger() == []


async def test_an_account_that_may_only_read_is_told_so(repository: Repository):
    role = f"{repository.settings.project}_reader"
    await repository.execute(
        f"CREATE ROLE {role} LOGIN PASSWORD 'reader';"
        f" ALTER ROLE {role} SET default_transaction_read_only = on"
    )
    try:
        address = replace(repository.address, user=role, password="reader")
        error = await repository.refused(address=address)
        assert "can only be read" in error.found
    finally:
        await repository.execute(f"DROP ROLE {role}")


async def test_an_account_that_may_not_create_a_schema_is_told_so(repository: Repository):
    role = f"{repository.settings.project}_writer"
    await repository.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'writer'")
    try:
        address = replace(repository.address, user=role, password="writer")
        error = await repository.refused(address=address)
        assert "may not write the ledger" in error.found
    finally:
        await repository.execute(f"DROP ROLE {role}")
