"""The rehearsal: what the steps would do to production, found out on a restore of its backup."""

import json
import runpy
from dataclasses import replace
from pathlib import Path

import pytest

from db_workflow.connection import session
from db_workflow.databases import create_database, derived_name, exists
from db_workflow.errors import BackupError, WorkflowError
from db_workflow.release.rehearsal import Rehearsal, kept_rehearsal, rehearse, rehearsed
from db_workflow.release.rehearsal.archive import archive_rows
from db_workflow.release.rehearsal.measures import Measures
from db_workflow.release.rehearsal.rehearse import ROLE, missing_rows
from db_workflow.schema.backup.source import Source
from db_workflow.schema.backup.taking import take_backup

ListedRepository = runpy.run_path(str(Path(__file__).parent / "listed_repository.py"))[
    "ListedRepository"
]
CREATE = """
CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, kind varchar(9) DEFAULT 'a'
    CHECK (kind IN ('a', 'b')));
CREATE TABLE logs (at date NOT NULL, what text) PARTITION BY RANGE (at);
CREATE TABLE logs_2026 PARTITION OF logs FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE logs_2027 PARTITION OF logs FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
"""
ROWS = r"""
INSERT INTO customers SELECT n, 'Quackenbush ' || n || E'\n\\.' FROM generate_series(1, 5) n;
INSERT INTO logs VALUES ('2026-05-05', 'a'), ('2027-05-05', 'b'), ('2027-06-05', 'c')
"""


class House(ListedRepository):
    """A repository whose test database plays production, with a backup of it."""

    def __init__(self, server, settings):
        super().__init__(server, settings)
        self.backup = None

    async def back_up(self, *, stand_in=False):
        source = Source(self.address.database, stand_in=stand_in)
        self.backup = await take_backup(
            self.address, self.server.binaries, self.settings.backups, facts=source.facts
        )
        return self.backup

    async def rehearse(self, **options):
        found = await rehearse(
            self.server, self.backup, self.plan, version="1.1", settings=self.settings, **options
        )
        assert await self.restores() == []
        return found

    async def rehearsed(self, **options):
        return await rehearsed(
            self.server, self.backup, self.plan, version="1.1", settings=self.settings, **options
        )

    async def restores(self):
        """Return the databases that hold a restore of production."""
        stem = derived_name(self.settings.test_database, ROLE)
        async with session(self.server.address, purpose="test") as connection:
            rows = await connection.fetch("SELECT datname FROM pg_database")
        return [name for (name,) in rows if name.startswith(stem)]


@pytest.fixture
async def house(server, tiny_settings):
    """Return a repository at 1.0 with rows and a backup, and an empty list for 1.1."""
    found = House(server, tiny_settings)
    await found.create()
    found.write("1.0", create=CREATE)
    await found.migrate()
    await found.execute(ROWS)
    await found.back_up()
    return found


async def test_a_rehearsal_measures_every_step_and_leaves_production_alone(house):
    house.write(
        "1.1",
        add="ALTER TABLE customers ADD COLUMN email text; UPDATE customers SET email = id::text",
        fill="async def upgrade(step):\n"
        "    await step.connection.execute(\"INSERT INTO logs VALUES ('2026-01-01', 'd')\")\n",
    )
    found = await house.rehearse()
    assert found.ok
    assert found.problems == ()
    assert [(step.name, step.version, step.kind, step.rows) for step in found.steps] == [
        ("v1.1/add.sql", "1.1", "sql", 5),
        ("v1.1/fill.py", "1.1", "python", 1),
    ]
    assert found.steps[0].strongest_lock.startswith("ACCESS EXCLUSIVE public.customers")
    assert found.rows_before == {"customers": 5, "logs": 3}
    assert found.rows_after == {"customers": 5, "logs": 4}
    assert found.archived["public.logs_2027"] == 2
    assert found.second_run_steps == 0
    assert {one.name for one in found.after.objects} - {
        one.name for one in found.before.objects
    } == {"customers.email"}
    assert found.restore_seconds > 0 < found.migrate_seconds
    assert found.bytes_after >= found.bytes_before > 0
    assert await house.value("SELECT count(*) FROM db_workflow.migration") == 1
    assert Rehearsal.from_json(found.to_json()) == found
    assert "Quackenbush" not in found.to_json()


async def test_progress_is_told_while_it_restores_and_migrates(house):
    class Reporter:
        said, labels = [], set()

        def say(self, text):
            self.said.append(text)

        def progress(self, label, done, total=None):
            assert done > 0
            self.labels.add(label)

    house.write("1.1", nothing="SELECT 1")
    await house.rehearse(reporter=Reporter())
    assert {"restored bytes", "integrity", "migrate"} <= Reporter.labels
    assert [text.strip().split(" ")[1] for text in Reporter.said[:2]] == ["restoring", "migrating"]


async def test_a_step_that_fails_on_production_s_rows_is_a_problem_that_shows_no_row(house):
    house.write(
        "1.1",
        good="CREATE TABLE fine (id int)",
        bad="CREATE UNIQUE INDEX uq ON customers (left(name, 11))",
    )
    found = await house.rehearse()
    assert not found.ok
    assert [step.name for step in found.steps] == ["v1.1/good.sql"]
    assert "v1.1/bad.sql" in found.problems[0]
    assert "Quackenbush" not in found.to_json()


async def test_rows_that_a_step_orphans_are_a_fault_that_was_not_there_before(house):
    house.write("1.1", orphan="ALTER TABLE customers ADD CONSTRAINT ck CHECK (id > 2) NOT VALID")
    found = await house.rehearse()
    assert not found.ok
    assert found.faults_before == ()
    assert len(found.faults) == 2
    assert any("2 rows break it" in fault for fault in found.faults)


async def test_a_list_that_would_run_twice_is_found_out(house):
    house.write(
        "1.1",
        one="CREATE TABLE IF NOT EXISTS one (id int)",
        two="DELETE FROM db_workflow.migration WHERE name = 'v1.1/one.sql'",
    )
    found = await house.rehearse()
    assert not found.ok
    assert found.problems == ("v1.1/two.sql changed the workflow's own schema.",)


async def test_what_a_restore_spells_otherwise_is_no_change_by_hand(house):
    """PostgreSQL prints `kind IN (…)` of a varchar otherwise once it was dumped and restored."""
    house.write("1.1", nothing="SELECT 1")
    assert (await house.rehearse()).ok


async def test_rows_that_did_not_come_out_of_the_backup_are_told(house):
    counted = await archive_rows(house.backup.path, house.server.binaries)
    parts = {"public.customers": 4, "public.logs_2026": 1, "public.forgotten": 0}
    assert missing_rows(Measures(0, {}, parts), counted) == (
        "public.customers: the backup holds 5 rows, and 4 rows came out of it",
        "public.forgotten: the backup holds no rows of it at all, and 0 rows came out of it",
    )


async def test_an_equal_rehearsal_is_not_run_twice_and_any_other_is(house):
    house.write("1.1", add="ALTER TABLE customers ADD COLUMN email text")
    assert kept_rehearsal(house.settings, "1.1") is None
    first = await house.rehearsed()
    assert await house.rehearsed() == first
    assert kept_rehearsal(house.settings, "1.1") == first
    again = await house.rehearsed(anew=True)
    assert again.digest == first.digest
    assert again != first
    file = house.settings.sql / "v1.1/add.sql"
    file.write_text(file.read_text() + " ")
    changed = await house.rehearsed()
    assert changed.digest != first.digest
    house.backup = replace(house.backup, sha256="0" * 64)
    assert (await house.rehearsed()).digest not in {first.digest, changed.digest}


async def test_what_a_python_step_imports_is_part_of_the_digest(house):
    name = house.settings.project
    (house.settings.root / f"{name}_pkg").mkdir()
    package = house.settings.root / f"{name}_pkg"
    (package / "__init__.py").write_text("from . import helper\n")
    (package / "helper.py").write_text("VALUE = 1\n")
    (package / "unrelated.py").write_text("VALUE = 1\n")
    house.write("1.1", work=f"import {name}_pkg\nasync def upgrade(step):\n    pass\n")
    first = await house.rehearsed()
    (package / "unrelated.py").write_text("VALUE = 2\n")
    assert await house.rehearsed() == first
    (package / "helper.py").write_text("VALUE = 2\n")
    assert (await house.rehearsed()).digest != first.digest


async def test_a_rehearsal_that_found_something_is_made_again(house):
    house.write("1.1", bad="SELECT 1 / 0")
    assert not (await house.rehearsed()).ok
    assert kept_rehearsal(house.settings, "1.1") is None


async def test_a_kept_rehearsal_that_somebody_damaged_is_made_again(house):
    house.write("1.1", nothing="SELECT 1")
    await house.rehearsed()
    path = house.settings.state / "release/rehearsal-v1.1.json"
    for text in ("", "[]", '{"rehearsal 0": {}}', json.dumps({"rehearsal 1": {"steps": 1}})):
        path.write_text(text)
        assert kept_rehearsal(house.settings, "1.1") is None
        with pytest.raises(WorkflowError, match="not a rehearsal"):
            Rehearsal.from_json(text)
    assert (await house.rehearsed()).ok


async def test_a_backup_that_cannot_be_restored_is_refused_and_leaves_nothing(house):
    house.write("1.1", nothing="SELECT 1")
    content = house.backup.path.read_bytes()
    house.backup.path.write_bytes(content[: len(content) // 2])
    with pytest.raises(BackupError):
        await house.rehearse()
    assert await house.restores() == []


async def test_what_a_killed_rehearsal_left_is_dropped_by_the_next(house):
    house.write("1.1", nothing="SELECT 1")
    left = derived_name(house.settings.test_database, ROLE, "0badcafe")
    await create_database(house.server, left, project=house.settings.project, role=ROLE)
    other = derived_name(house.settings.test_database, ROLE, "0badcaff")
    await create_database(house.server, other, project=house.settings.project, role="test")
    await rehearse(house.server, house.backup, house.plan, version="1.1", settings=house.settings)
    assert not await exists(house.server, left)
    assert await exists(house.server, other)


async def test_only_invented_rows_may_be_shown(house):
    house.write("1.1", bad="CREATE UNIQUE INDEX uq ON customers (left(name, 11))")
    await house.back_up(stand_in=True)
    assert "Quackenbush" in (await house.rehearse()).problems[0]
