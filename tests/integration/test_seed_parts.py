"""Seeding tables whose rows stand in several files: all or a refusal, in flat memory."""

import runpy
import tracemalloc
from pathlib import Path

import pytest

from db_workflow.catalog import read_snapshot
from db_workflow.connection import session
from db_workflow.errors import TestDataError
from db_workflow.state import recall
from db_workflow.testdata.declared.classify import classify
from db_workflow.testdata.declared.declarations import load_tables
from db_workflow.testdata.facts import facts
from db_workflow.testdata.files.placing import put_in_place
from db_workflow.testdata.files.spool import MOST_BYTES, Spool
from db_workflow.testdata.files.writing import write_parts
from db_workflow.testdata.seeding.current import read_current, source_digests
from db_workflow.testdata.seeding.staging import stage_file
from db_workflow.testdata.structure import read_structure

TinyRepository = runpy.run_path(str(Path(__file__).with_name("tiny_repository.py")))[
    "TinyRepository"
]
PEOPLE = r"""
    CREATE TABLE people (id int PRIMARY KEY, note text, born date);
    INSERT INTO people SELECT i, CASE WHEN i % 7 = 0 THEN NULL
        ELSE E'it''''''s \\ zoë \u2028 \u202e\n ' || i END, date '1990-01-01' + i
        FROM generate_series(1, 1000) i;
    CREATE TABLE pets (id int PRIMARY KEY, owner int NOT NULL REFERENCES people);
    INSERT INTO pets VALUES (1, 1), (2, 1000);
"""


@pytest.fixture
async def repository(server, tiny_settings):
    return TinyRepository(server, tiny_settings)


async def generated(repository, *, most_bytes=MOST_BYTES):
    """Write the database's rows as they are into files of at most so many bytes of rows."""
    settings = repository.settings
    folder = settings.root / "made"
    folder.mkdir(exist_ok=True)
    tables = load_tables(settings)
    async with session(repository.address, purpose="look") as connection:
        fingerprint, entries = await declared(connection, settings)
        for entry in entries:
            name = entry.table.name
            lines = []

            async def take(data, lines=lines):
                lines.append(data)

            columns = ", ".join(entry.rules)
            await connection.copy_from_query(
                f"SELECT {columns} FROM {name} ORDER BY 1", output=take, format="text"
            )
            spool = Spool(folder, name, most_bytes=most_bytes)
            spool.add(b"".join(lines).decode().split("\n")[:-1])
            write_parts(
                folder,
                table=name,
                file=entry.table.file,
                variable=entry.table.variable,
                columns=tuple(entry.rules),
                spools=spool.close(),
                source=fingerprint,
                key="public",
                rules=entry.digest,
                most_bytes=most_bytes,
            )
    there, _ = put_in_place(folder, settings.data, [table.file for table in tables])
    return there


async def declared(connection, settings):
    snapshot = await read_snapshot(connection, schemas=settings.schemas)
    structure = await read_structure(connection, schemas=settings.schemas)
    return snapshot.fingerprint, classify(load_tables(settings), structure)


async def current(repository):
    async with session(repository.address, purpose="look") as connection:
        fingerprint, entries = await declared(connection, repository.settings)
    return read_current(repository.settings, entries, fingerprint=fingerprint)


async def test_rows_of_several_files_come_back_exactly(repository):
    await repository.create(PEOPLE)
    files = await generated(repository, most_bytes=20_000)
    assert [path.name for path in files] == [
        "auto_people.py",
        "auto_people__002.py",
        "auto_people__003.py",
        "auto_pets.py",
    ]
    before = await repository.texts("people")
    await repository.sql("UPDATE people SET note = 'changed'")
    report = await repository.seed()
    assert [(entry.table, entry.generated) for entry in report.tables] == [
        ("people", 1000),
        ("pets", 2),
    ]
    assert await repository.texts("people") == before
    async with session(repository.address, purpose="look") as connection:
        found = await facts(connection, settings=repository.settings)
    assert [fact.text for fact in found if not fact.ok] == []
    assert any("(1,002 rows) are intact" in fact.text for fact in found)


async def test_every_part_is_evidence(repository):
    await repository.create(PEOPLE)
    await generated(repository, most_bytes=20_000)
    await repository.seed()
    async with session(repository.address, purpose="look") as connection:
        recorded = await recall(connection, "seeded")
    assert {"data/auto_people.py", "data/auto_people__003.py"} <= recorded["files"].keys()
    path = repository.settings.data / "auto_people__002.py"
    path.write_text(path.read_text("utf-8").replace("zoë", "zoe", 1), "utf-8")
    async with session(repository.address, purpose="look") as connection:
        wrong = [
            fact for fact in await facts(connection, settings=repository.settings) if not fact.ok
        ]
    assert "auto_people__002.py was changed after it was written" in wrong[0].text
    assert "data/auto_people__002.py" in wrong[1].text
    with pytest.raises(TestDataError, match=r"auto_people__002\.py was changed"):
        await repository.seed()


async def test_the_files_of_a_table_are_one_proof(repository):
    await repository.create(PEOPLE)
    await generated(repository, most_bytes=20_000)
    digests = source_digests(repository.settings, load_tables(repository.settings))
    assert sorted(digests) == [
        "data/auto_people.py",
        "data/auto_people__002.py",
        "data/auto_people__003.py",
        "data/auto_pets.py",
        "data/people.py",
        "data/pets.py",
        "factories.py",
    ]
    (repository.settings.data / "auto_people__003.py").unlink()
    assert (await current(repository))[1] == ["auto_people__003.py is missing"]


async def test_files_of_two_runs_are_one_problem_not_one_a_table(repository):
    await repository.create(PEOPLE)
    await generated(repository)
    (repository.settings.data / ".placing").write_text("")
    (problem,) = (await current(repository))[1]
    assert "a generate was stopped while it replaced the files" in problem


async def test_a_file_that_changes_after_it_was_proven_is_not_loaded(repository):
    await repository.create(PEOPLE)
    await generated(repository, most_bytes=20_000)
    files, problems = await current(repository)
    assert problems == []
    last = files["people"].parts[-1].path
    last.write_text(last.read_text("utf-8").replace("zoë", "zoe", 1), "utf-8")
    async with session(repository.address, purpose="seed") as connection:
        structure = await read_structure(connection, schemas=repository.settings.schemas)
        with pytest.raises(TestDataError, match=r"auto_people__003\.py was changed"):
            async with connection.transaction():
                await stage_file(connection, structure["people"], files["people"], 0)
        # The COPY was given up in good order: the session goes on.
        assert await connection.fetchval("SELECT count(*) FROM people") == 1000


async def test_reading_and_staging_hold_a_few_blocks_whatever_the_table(repository):
    await repository.create(
        "CREATE TABLE wide (id int PRIMARY KEY, a text, b text);"
        "INSERT INTO wide SELECT i, repeat('a', 100), repeat('b', 100)"
        " FROM generate_series(1, 200000) i"
    )
    (first, *_) = files = await generated(repository, most_bytes=16_000_000)
    assert len(files) == 3
    assert first.stat().st_size > 15_000_000
    async with session(repository.address, purpose="seed") as connection:
        fingerprint, entries = await declared(connection, repository.settings)
        structure = await read_structure(connection, schemas=repository.settings.schemas)
        tracemalloc.start()
        try:
            found, problems = read_current(repository.settings, entries, fingerprint=fingerprint)
            async with connection.transaction():
                stage = await stage_file(connection, structure["wide"], found["wide"], 0)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert problems == []
    assert stage.count == 200_000
    assert peak < 6_000_000
