"""The lint beside a database: what production has had, what was measured, what the server ran."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from db_workflow.connection import session
from db_workflow.databases import create_database
from db_workflow.schema.keys import BASELINE
from db_workflow.schema.ledger.ledger import ensure_ledger, read_ledger, write_row
from db_workflow.schema.lint import LintResult, lint
from db_workflow.schema.plan import load_plan
from db_workflow.schema.run.runner import migrate
from db_workflow.server import Server
from db_workflow.settings import Settings
from db_workflow.state import record

PETS = "CREATE TABLE pets (id bigint PRIMARY KEY, name text);\n"
FILLED = f"{PETS}INSERT INTO pets SELECT n, n FROM generate_series(1, 500) n; ANALYZE pets;\n"
INDEX = "CREATE INDEX ix_pets_name ON pets (name);\n"
BIG = {
    "relation": "public.pets",
    "mode": "ShareLock",
    "held_ms": 812.5,
    "rows": 2_000_000,
    "bytes": 400 * 1024**2,
}


class Repository:
    """A tiny repository of SQL files, and a test database that a step may be written down in."""

    def __init__(self, server: Server, settings: Settings):
        self.settings = settings
        self.address = server.address.at(settings.test_database)

    def write(self, version: str, **files: str) -> None:
        """Declare a version; a step's name is its file's stem."""
        for stem, text in files.items():
            path = self.settings.sql / f"v{version}" / f"{stem}.sql"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        runner = Path(f"scripts/v{version}_migration/run_migrations.py")
        target = self.settings.root / runner
        target.parent.mkdir(parents=True, exist_ok=True)
        steps = "".join(f'sql_file("{stem}.sql"), ' for stem in files)
        target.write_text(
            "from db_workflow.schema import Migration, sql_file\n"
            f'MIGRATION = Migration("{version}", "a version", ({steps}))\n'
        )

    async def record(self, *, last: int | None = None, **locks: Any) -> None:
        """Write the lists' first steps down as run, with these locks; up to `last` elsewhere."""
        plan = load_plan(self.settings)
        async with session(self.address, purpose="test") as connection:
            await ensure_ledger(connection)
            for entry, measured in zip(plan.entries, locks.values(), strict=False):
                await write_row(connection, entry, locks=tuple(measured))
            if last is not None:
                await record(connection, BASELINE, {"last_sequence": last})

    async def lint(self, **options: Any) -> LintResult:
        settings = options.pop("settings", self.settings)
        async with session(self.address, purpose="lint", read_only=True) as connection:
            return await lint(connection, load_plan(settings), settings=settings, **options)


@pytest.fixture
async def repository(server: Server, tiny_settings: Settings) -> AsyncIterator[Repository]:
    await create_database(
        server, tiny_settings.test_database, project=tiny_settings.project, role="test"
    )
    yield Repository(server, tiny_settings)


async def test_what_production_has_had_is_not_linted(repository: Repository):
    repository.write("1", a=PETS, b=INDEX)
    await repository.record(a=[], b=[], last=1)
    assert [one.file for one in (await repository.lint()).findings] == ["sql/v1/b.sql"]
    repository.write("2", c=PETS)
    result = await repository.lint(version="2")
    assert (result.files, result.findings) == (1, ())


async def test_when_production_has_everything_there_is_nothing_to_mend(repository: Repository):
    repository.write("1", a=PETS, b=INDEX)
    await repository.record(a=[], b=[], last=2)
    result = await repository.lint()
    assert (result.files, result.ok) == (0, True)
    assert not (await repository.lint(everything=True)).ok


async def test_without_a_ledger_the_newest_version_is_linted(repository: Repository):
    repository.write("1", a=INDEX)
    repository.write("2", b=INDEX)
    result = await repository.lint()
    assert [one.file for one in result.findings] == ["sql/v2/b.sql"]
    assert result.not_measured == ("v2/b.sql",)


async def test_squawk_is_told_the_servers_major(repository: Repository):
    repository.write("1", a=PETS)
    async with session(repository.address, purpose="look") as connection:
        assert (await repository.lint()).server == connection.get_server_version().major


async def test_a_strong_lock_on_something_big_is_a_warning_with_its_measure(
    repository: Repository,
):
    repository.write("1", a=PETS, b="-- squawk-ignore-file\n" + INDEX)
    weak = {**BIG, "mode": "RowExclusiveLock"}
    small = {**BIG, "relation": "public.toys", "rows": 3, "bytes": 8192}
    await repository.record(a=[], b=[BIG, weak, small], last=0)
    result = await repository.lint()
    assert [(one.file, one.rule, one.message) for one in result.findings] == [
        (
            "sql/v1/b.sql",
            "strong-lock",
            "held SHARE on public.pets for at most 812.5 ms, at 2,000,000 rows and 400 MB",
        )
    ]
    assert result.ok
    assert "SHARE on public.toys" in str(result)


async def test_what_was_measured_of_another_text_says_nothing_of_this_one(
    repository: Repository,
):
    repository.write("1", a=PETS, b=INDEX)
    await repository.record(a=[], b=[BIG], last=0)
    repository.write("1", a=PETS, b=f"-- edited\n{INDEX}")
    result = await repository.lint()
    assert "strong-lock" not in {one.rule for one in result.findings}
    assert result.not_measured == ("v1/b.sql",)


async def test_a_text_that_the_server_ran_is_no_syntax_error(repository: Repository):
    # What squawk's parser does not know stands for what it does not know yet.
    repository.write("1", a="SELECT 1 +;\n")
    before = await repository.lint()
    assert [one.rule for one in before.findings][:1] == ["syntax-error"]
    assert not before.ok
    await repository.record(a=[])
    after = await repository.lint()
    assert {one.rule for one in after.findings} == {"not-read"}
    assert after.ok


async def test_the_runners_own_measure_reaches_the_lint(repository: Repository):
    repository.write("1", a=FILLED, b=INDEX)
    settings = replace(repository.settings, big_table_rows=500)
    await migrate(repository.address, load_plan(settings), settings=settings)
    async with session(repository.address, purpose="look") as connection:
        rows = await read_ledger(connection)
    result = await repository.lint(settings=settings)
    assert [one.step for one in result.measured] == ["v1/a.sql", "v1/b.sql"]
    assert result.measured[1].locks == rows[1].locks
    strong = [one for one in result.findings if one.rule == "strong-lock"]
    assert [one.file for one in strong] == ["sql/v1/b.sql"]
    assert "SHARE on public.pets" in strong[0].message
    assert "500 rows" in strong[0].message
