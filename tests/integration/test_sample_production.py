"""The stand-in production: an invented business, the same everywhere, at v0.3."""

import asyncio
import hashlib
import os
import re
import secrets
import subprocess
import sys
import unicodedata
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import asyncpg
import pytest

from db_workflow.connection import quoted, session
from db_workflow.console import Silent
from db_workflow.databases import create_database, drop_database, list_marked, read_marker
from db_workflow.errors import DatabaseRefusedError, WorkflowError
from db_workflow.modules import load_file
from db_workflow.schema.judge.preview import preview
from db_workflow.schema.plan import load_plan
from db_workflow.server import Server
from db_workflow.settings import Settings, load_settings
from efficient_tutor_backend.passwords import normalise_legacy, verify_password

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "scripts"
RESERVED = re.compile(r"(.+\.)?(example\.(com|org)|test)", re.IGNORECASE)


class Heard(Silent):
    """Keeps what was said, and passes it on."""

    def __init__(self, tell: Callable[[str], object] = lambda text: None) -> None:
        self.lines: list[str] = []
        self._tell = tell

    def say(self, text: str) -> None:
        self.lines.append(text)
        self._tell(text)


@dataclass
class Workshop:
    """A project of its own, whose stand-in a test may build and break."""

    server: Server
    settings: Settings
    script: ModuleType

    async def build(self, students: int = 6, *, reporter: Silent | None = None) -> dict[str, int]:
        counts: dict[str, int] = await self.script.build(
            self.server, settings=self.settings, students=students, reporter=reporter or Silent()
        )
        return counts

    async def oid(self) -> int:
        marker = await read_marker(self.server, self.settings.stand_in)
        assert marker is not None
        return marker.oid

    def dump(self) -> str:
        """Every row of production, in the order in which pg_dump finds them."""
        address = self.server.address.at(self.settings.stand_in)
        text = subprocess.run(
            [
                self.server.binaries.program("pg_dump"),
                "--data-only",
                "--exclude-schema=db_workflow",
            ],
            env={**os.environ, **address.libpq_environment()},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        return "\n".join(line for line in text.splitlines() if "restrict " not in line)


async def _workshop(server: Server) -> AsyncIterator[Workshop]:
    project = f"sample_{secrets.token_hex(4)}"
    settings = replace(load_settings(ROOT, environment={}), project=project)
    assert settings.sample_production is not None
    yield Workshop(server, settings, load_file(settings.sample_production, settings=settings))
    for name in await list_marked(server, project=project):
        await drop_database(server, name, settings=settings)


@pytest.fixture
async def workshop(server: Server) -> AsyncIterator[Workshop]:
    async for one in _workshop(server):
        yield one


@pytest.fixture(scope="module")
async def built(server: Server) -> AsyncIterator[tuple[Workshop, dict[str, int]]]:
    """Build the business of 50 students once, for tests that only read."""
    async for one in _workshop(server):
        yield one, await one.build(50)


@pytest.fixture
async def production(
    built: tuple[Workshop, dict[str, int]],
) -> AsyncIterator["asyncpg.Connection[Any]"]:
    workshop, _ = built
    address = workshop.server.address.at(workshop.settings.stand_in)
    async with session(address, purpose="test", read_only=True) as connection:
        yield connection


async def test_two_builds_give_the_same_bytes(
    built: tuple[Workshop, dict[str, int]], workshop: Workshop
) -> None:
    first, counts = built
    assert await workshop.build(50) == counts
    assert workshop.dump() == first.dump()


def test_the_business_does_not_depend_on_the_order_of_sets() -> None:
    program = """if True:
        from sample_business import history, lessons, people, planning
        everyone = people.invent_people(40)
        plans = lessons.invent_lessons(everyone)
        for rows in (
            lessons.student_subject_rows(plans), lessons.tuition_rows(plans),
            lessons.interval_rows(everyone), history.log_rows(plans),
            history.charge_rows(plans, everyone), history.payment_rows(plans, everyone),
            history.note_rows(plans), history.meeting_rows(plans),
            planning.run_rows(everyone, plans), everyone.everyone(),
        ):
            for row in rows:
                print(row)
    """
    printed = {
        hashlib.sha256(
            subprocess.run(
                [sys.executable, "-c", program],
                env={
                    **os.environ,
                    "PYTHONPATH": f"{SCRIPTS}{os.pathsep}{ROOT / 'src'}",
                    "PYTHONHASHSEED": seed,
                },
                capture_output=True,
                check=True,
            ).stdout
        ).hexdigest()
        for seed in ("1", "2")
    }
    assert len(printed) == 1


async def test_the_counts_are_those_of_the_tables_and_of_a_small_business(
    built: tuple[Workshop, dict[str, int]], production: "asyncpg.Connection[Any]"
) -> None:
    _, counts = built
    for table, count in counts.items():
        assert await production.fetchval(f"SELECT count(*) FROM {quoted(table)}") == count > 0
    assert counts["students"] == 50
    assert counts["admins"] == 3
    assert 8 <= counts["teachers"] <= 10
    assert 25 <= counts["parents"] <= 35
    assert 100 <= counts["tuitions"] <= 140
    assert 400 <= counts["tuition_logs"] <= 600
    assert sum(counts.values()) < 5_000


async def test_production_stands_at_the_previous_version(
    built: tuple[Workshop, dict[str, int]],
) -> None:
    workshop, counts = built
    found = await preview(
        workshop.server.address.at(workshop.settings.stand_in),
        load_plan(workshop.settings),
        settings=workshop.settings,
    )
    assert {step.version for step in found.steps} == {"0.4"}
    assert "user_devices" not in counts
    marker = await read_marker(workshop.server, workshop.settings.stand_in)
    assert marker is not None
    assert (marker.role, marker.facts["complete"]) == ("stand-in", True)


async def test_rows_lie_in_the_order_of_their_keys_and_no_table_remembers_why(
    production: "asyncpg.Connection[Any]",
) -> None:
    ids = [row[0] for row in await production.fetch("SELECT id FROM timetable_solution_slots")]
    assert ids == sorted(ids)
    assert not await production.fetchval("SELECT count(*) FROM pg_index WHERE indisclustered")


async def test_old_password_formats_are_normalised_and_still_open(
    production: "asyncpg.Connection[Any]",
) -> None:
    hashes = [row[0] for row in await production.fetch("SELECT password_hash FROM users")]
    assert all(normalise_legacy(stored) == stored for stored in hashes)
    assert {stored.split("$")[1] for stored in hashes} == {"sha256", "pbkdf2-sha256"}
    assert any(stored.startswith("$sha256$$") for stored in hashes)
    given = await production.fetch(
        "SELECT password_hash, generated_password FROM students JOIN users USING (id)"
        " WHERE generated_password IS NOT NULL"
    )
    assert len(given) > 5
    for row in given:
        assert verify_password(row["password_hash"], row["generated_password"])


async def test_names_have_every_shape_that_breaks_things(
    production: "asyncpg.Connection[Any]",
) -> None:
    rows = await production.fetch("SELECT first_name, last_name FROM users")
    names = [f"{row['first_name']} {row['last_name']}" for row in rows]
    letters = {unicodedata.name(letter) for letter in set("".join(names))}
    assert {name.split()[0] for name in letters} >= {
        "ARABIC", "GREEK", "CJK", "CYRILLIC", "LATIN", "COMBINING", "APOSTROPHE", "HYPHEN-MINUS",
    }  # fmt: skip
    assert any(name.startswith("LATIN") and " WITH " in name for name in letters)
    assert any(row["last_name"] == "Null" for row in rows)
    assert any(row["last_name"] == "" for row in rows)
    assert max(map(len, names)) > 60


async def test_addresses_are_unique_reserved_and_awkward(
    production: "asyncpg.Connection[Any]",
) -> None:
    addresses = [row[0] for row in await production.fetch("SELECT email FROM users")]
    assert len({address.lower() for address in addresses}) == len(addresses)
    assert all(RESERVED.fullmatch(address.rpartition("@")[2]) for address in addresses)
    assert any(address != address.lower() for address in addresses)
    assert any("'" in address for address in addresses)
    assert any(not address.isascii() for address in addresses)
    shared = await production.fetchval(
        "SELECT count(*) FROM students s JOIN users child USING (id)"
        " JOIN users payer ON payer.id = s.parent_id"
        " WHERE child.email LIKE split_part(payer.email, '@', 1) || '+%'"
    )
    assert shared > 5


async def test_brothers_and_sisters_share_a_name_and_pay_less(
    production: "asyncpg.Connection[Any]",
) -> None:
    families = await production.fetch(
        "SELECT count(*) AS children, count(DISTINCT last_name) AS names"
        " FROM students JOIN users USING (id) GROUP BY parent_id"
    )
    assert {row["names"] for row in families} == {1}
    assert {1, 2, 3} <= {row["children"] for row in families} <= {1, 2, 3, 4}
    assert await production.fetchval(
        "SELECT count(*) FROM (SELECT FROM tuition_template_charges GROUP BY tuition_id"
        " HAVING count(DISTINCT cost) > 1) AS uneven"
    )


async def test_the_history_holds_corrections_of_corrections_and_lessons_without_a_plan(
    production: "asyncpg.Connection[Any]",
) -> None:
    for condition, what in {
        "status = 'VOID'": "voided",
        "corrected_from_id IS NOT NULL": "correction",
        "status = 'VOID' AND corrected_from_id IS NOT NULL": "corrected correction",
        "tuition_id IS NULL": "without its plan",
        "creation = 'CUSTOM' AND corrected_from_id IS NULL": "custom",
    }.items():
        found = await production.fetchval(f"SELECT count(*) FROM tuition_logs WHERE {condition}")
        assert found, f"no log is {what}"
    for condition in ("status = 'VOID'", "corrected_from_id IS NOT NULL", "notes = ''"):
        assert await production.fetchval(f"SELECT count(*) FROM payment_logs WHERE {condition}")


async def test_free_text_and_json_mention_people(production: "asyncpg.Connection[Any]") -> None:
    for query, what in {
        "SELECT count(*) FROM payment_logs WHERE notes ~ '@'": "an address",
        "SELECT count(*) FROM payment_logs WHERE notes ~ E'\\n'": "two lines",
        r"SELECT count(*) FROM payment_logs WHERE notes LIKE '%\\%'": "a backslash",
        "SELECT count(*) FROM payment_logs WHERE notes ~ '555 01|7700 9000|7946 00'": "a number",
        "SELECT count(*) FROM notes WHERE description ~ '🙂'": "an emoji",
        "SELECT count(*) FROM notes WHERE url ~ 'token='": "a token",
        "SELECT count(*) FROM calendar_events JOIN users ON title ~ first_name": "a name",
        "SELECT count(*) FROM timetable_runs r JOIN users u ON r.parameters->'busy' ?"
        " concat_ws(' ', first_name, last_name)": "a name as a key",
        "SELECT count(*) FROM timetable_runs WHERE parameters->>'error' ~ '@'": "an error",
        "SELECT count(*) FROM meeting_links WHERE password <> ''": "a pass code",
    }.items():
        assert await production.fetchval(query), f"nothing mentions {what}"


async def test_one_admin_is_the_master_the_owner_who_came_first(
    production: "asyncpg.Connection[Any]",
) -> None:
    rows = await production.fetch(
        "SELECT privilege::text FROM admins JOIN users USING (id) ORDER BY created_at"
    )
    assert [row[0] for row in rows] == ["Master", "Normal", "ReadOnly"]


async def test_the_backfills_had_arrays_to_repair(
    production: "asyncpg.Connection[Any]",
) -> None:
    empty = await production.fetchval(
        "SELECT count(*) FROM tuitions WHERE NOT EXISTS"
        " (SELECT FROM tuition_template_charges WHERE tuition_id = tuitions.id)"
    )
    assert empty == 2
    pairs = await production.fetch(
        "SELECT educational_system::text, count(*) FROM students GROUP BY 1"
    )
    assert {row[0] for row in pairs} == {"IGCSE", "SAT", "National-EG", "National-KW"}
    kinds = await production.fetch(
        "SELECT DISTINCT availability_type::text FROM availability_intervals"
    )
    assert {row[0] for row in kinds} == {"sleep", "school", "sports", "others", "work", "personal"}


async def test_no_instant_comes_from_a_clock(production: "asyncpg.Connection[Any]") -> None:
    columns = await production.fetch(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND data_type = 'timestamp with time zone'"
    )
    assert len(columns) > 10
    for table, column in columns:
        newest = await production.fetchval(f"SELECT max({column})::date::text FROM {table}")
        assert newest < "2025-07", f"{table}.{column}"


async def test_a_business_of_one_student_has_a_history_too(workshop: Workshop) -> None:
    counts = await workshop.build(1)
    assert counts["students"] == counts["parents"] == 1
    assert min(counts.values()) > 0 or counts["student_subject_sharings"] == 0


async def test_a_stand_in_is_kept_while_nothing_that_makes_it_changes(workshop: Workshop) -> None:
    counts, oid, heard = await workshop.build(), await workshop.oid(), Heard()
    assert await workshop.build(reporter=heard) == counts
    assert await workshop.oid() == oid
    assert len(heard.lines) == 1
    assert "kept" in heard.lines[0]


async def test_a_stand_in_of_another_size_is_built_anew(workshop: Workshop) -> None:
    await workshop.build(6)
    oid = await workshop.oid()
    assert (await workshop.build(7))["students"] == 7
    assert await workshop.oid() != oid


async def test_an_interrupted_build_is_repaired_by_the_next(workshop: Workshop) -> None:
    def interrupt(text: str) -> None:
        if "v0.2/charges/02" in text:
            task.cancel()

    task = asyncio.create_task(workshop.build(reporter=Heard(interrupt)))
    with pytest.raises(asyncio.CancelledError):
        await task
    marker = await read_marker(workshop.server, workshop.settings.stand_in)
    assert marker is not None
    assert marker.facts["complete"] is False

    assert (await workshop.build())["students"] == 6
    marker = await read_marker(workshop.server, workshop.settings.stand_in)
    assert marker is not None
    assert marker.facts["complete"] is True


@pytest.mark.parametrize("students", [0, -5])
async def test_a_business_without_students_is_refused(workshop: Workshop, students: int) -> None:
    with pytest.raises(WorkflowError, match="students") as refusal:
        await workshop.build(students)
    assert "--students" in refusal.value.next
    assert await read_marker(workshop.server, workshop.settings.stand_in) is None


async def test_a_database_that_somebody_else_made_is_refused(workshop: Workshop) -> None:
    name = quoted(workshop.settings.stand_in)
    async with session(workshop.server.address, purpose="test") as connection:
        await connection.execute(f"CREATE DATABASE {name}")
        try:
            with pytest.raises(DatabaseRefusedError):
                await workshop.build()
            assert await connection.fetchval(
                "SELECT count(*) FROM pg_database WHERE datname = $1", workshop.settings.stand_in
            )
        finally:
            await connection.execute(f"DROP DATABASE {name}")


async def test_a_database_with_another_part_to_play_is_refused(workshop: Workshop) -> None:
    await create_database(
        workshop.server,
        workshop.settings.stand_in,
        project=workshop.settings.project,
        role="test",
    )
    with pytest.raises(DatabaseRefusedError, match="not a stand-in"):
        await workshop.build()
