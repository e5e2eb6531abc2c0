"""Large tables: cut into jobs, done by several processes of which nothing is ever left."""

import asyncio
import contextlib
import dataclasses
import os
import runpy
import signal
import sys
from pathlib import Path

import asyncpg
import psutil
import pytest

from db_workflow.connection import session
from db_workflow.errors import ServerError, TestDataError, WorkflowError
from db_workflow.testdata.extraction.jobs import ROWS
from db_workflow.testdata.extraction.worker import _tellable
from db_workflow.testdata.files.reading import read_table

TinyRepository = runpy.run_path(str(Path(__file__).with_name("tiny_repository.py")))[
    "TinyRepository"
]

COUNT = 2 * ROWS + 10_001
PEOPLE = f"""
    CREATE TABLE people (id int PRIMARY KEY, email text NOT NULL UNIQUE, about text);
    INSERT INTO people
        SELECT n, 'person' || n || '@corp.invalid', CASE WHEN n % 3 > 0 THEN 'nothing' END
        FROM generate_series(1, {COUNT}) n;
"""
# A rule that takes its time, so that there is time to disturb.
SLOW = """
import os, time
def slow(value, by):
    if value.startswith('person100@'):
        time.sleep(SECONDS)
    return by.email(value)
"""


@pytest.fixture
async def repository(server, tiny_settings):
    return TinyRepository(server, dataclasses.replace(tiny_settings, extract_workers=2))


@pytest.fixture
async def people(repository):
    repository.columns = {"people": {"email": "rules.email()"}}
    await repository.create(PEOPLE)
    return repository


def with_function(repository, source, rule):
    """Let the e-mail addresses be treated by a function of the repository's own."""
    path = repository.settings.test_data / "generate_test_data.py"
    path.write_text(source + path.read_text().replace("rules.email()", rule))


def files(repository):
    return {path.name: path.read_bytes() for path in repository.settings.data.glob("auto_*")}


def workers():
    return [
        child
        for child in psutil.Process().children(recursive=True)
        if "db_workflow.testdata.extraction.worker" in child.cmdline()
    ]


async def sessions(repository):
    return await repository.rows(
        "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'db_workflow generate%'"
        " AND datname = current_database()"
    )


async def until(condition, seconds=20):
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 - other processes' ends
            await asyncio.sleep(0.02)


async def nothing_left(repository):
    """Wait until no worker and no session is left; nothing of the run may be on disk."""

    async def gone():
        return not workers() and not await sessions(repository)

    await until(gone)
    assert not (repository.settings.state / "generating").exists()


async def test_files_are_the_same_whoever_does_the_work(people):
    result = await people.extract()
    assert result.tables["people"].rows == COUNT
    lines = read_table(people.settings.data, "auto_people.py").rows.lines
    assert [int(line.split("\t")[0]) for line in lines] == list(range(1, COUNT + 1))
    by_two = files(people)
    for count in (1, 3):
        people.settings = dataclasses.replace(people.settings, extract_workers=count)
        assert (await people.extract()).changed == ()
    assert files(people) == by_two
    await nothing_left(people)


class Looking:
    """A reporter that does something once, as soon as there is progress."""

    def __init__(self, look):
        self._look = look

    def say(self, text): ...

    def progress(self, label, done, total=None):
        look, self._look = self._look, None
        if look is not None:
            look()


async def test_progress_is_told_of_a_large_table(people):
    told = []

    class Listening:
        def say(self, text): ...

        def progress(self, label, done, total=None):
            told.append((label, done, total))

    await people.extract(reporter=Listening())
    assert ("generated people", COUNT, COUNT) in told
    assert len([label for label, _, _ in told if label == "generated people"]) == 3


async def test_no_secret_is_in_a_command_line_or_in_the_environment(people):
    seen = []
    people.settings = dataclasses.replace(
        people.settings,
        test_address=dataclasses.replace(people.address, password="hush-hush"),
    )
    people.address = people.settings.test_address

    def look():
        seen.extend((worker.cmdline(), worker.environ()) for worker in workers())

    await people.extract(stand_in=False, reporter=Looking(look))
    key = (people.settings.state / "anonymisation.key").read_text().strip()
    assert len(seen) == 2
    for command, environment in seen:
        text = f"{command} {environment}"
        assert key not in text
        assert "hush-hush" not in text
    # Hashes agree among the processes, and nobody outside knows them.
    seeds = {environment["PYTHONHASHSEED"] for _, environment in seen}
    assert len(seeds) == 1
    assert seeds != {os.environ.get("PYTHONHASHSEED")}


async def test_a_workers_failure_is_the_runs_and_ends_the_others(people):
    with_function(
        people,
        "def odd(value, by):\n"
        f"    if value.startswith('person{ROWS + 7}@'):\n        raise ValueError(value)\n"
        "    return by.email(value)\n",
        "rules.custom(odd)",
    )
    with pytest.raises(TestDataError) as caught:
        await people.extract()
    assert f"people.email: ValueError (row {ROWS + 7})" in str(caught.value)
    assert "@corp" not in f"{caught.value} {caught.value.data} {caught.value.__cause__!r}"
    assert files(people) == {}
    await nothing_left(people)


async def test_a_declaration_that_a_worker_cannot_load_is_told(people):
    """A worker reads it anew, and what it says there is the run's error."""
    with_function(
        people,
        "import sys\n"
        "if any('extraction.worker' in word for word in sys.orig_argv):\n"
        "    raise LookupError\n",
        "rules.email()",
    )
    with pytest.raises(
        WorkflowError, match=r"generate_test_data\.py does not import: .*LookupError"
    ):
        await people.extract()
    await nothing_left(people)


@pytest.mark.parametrize("error", [ValueError("Philippa"), asyncpg.DataError("Philippa")])
def test_what_nobody_foresaw_in_a_worker_is_told_without_what_it_says(error):
    told = _tellable(error)
    assert type(error).__name__ in told.found
    assert "Philippa" not in f"{told} {told.data}"


async def test_a_worker_that_dies_ends_the_run(people):
    def kill():
        workers()[0].kill()

    with pytest.raises(ServerError, match=r"worker process ended .*signal 9") as caught:
        await people.extract(reporter=Looking(kill))
    assert "extract_workers = 1" in caught.value.next
    assert files(people) == {}
    await nothing_left(people)


async def test_an_interrupted_run_leaves_nothing(people):
    await people.extract()
    before = files(people)
    await people.sql("UPDATE people SET email = 'other-' || email WHERE id < 10")
    run = asyncio.current_task()
    with pytest.raises(asyncio.CancelledError):
        await people.extract(reporter=Looking(run.cancel))
    run.uncancel()
    await nothing_left(people)
    assert files(people) == before


RUN = """
import asyncio, signal, sys
from db_workflow.address import Address
from db_workflow.settings import load_settings
from db_workflow.testdata.extraction.extract import extract
from dataclasses import replace
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
settings = replace(load_settings(environment={}), extract_workers=2)
address = Address.parse(sys.argv[1], source="test")
asyncio.run(extract(address, settings=settings, stand_in=True))
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT], ids=lambda one: one.name)
async def test_nothing_outlives_a_run_that_is_ended_from_outside(people, number):
    """Neither worker nor session nor file, although the workers are in the middle of a value."""
    with_function(people, SLOW.replace("SECONDS", "60"), "rules.custom(slow)")
    run = await asyncio.create_subprocess_exec(
        sys.executable, "-c", RUN, people.address.url(),
        cwd=people.settings.root, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    found = []

    async def at_work():
        found[:] = workers()
        return len(found) == 2 and len(await sessions(people)) >= 2

    await until(at_work)
    await asyncio.sleep(0.5)  # they are in the middle of it
    run.send_signal(number)
    await run.wait()
    assert run.returncode != 0

    async def gone():
        return not any(map(alive, found)) and not await sessions(people)

    await until(gone, seconds=10)
    folder = people.settings.state / "generating"
    assert not list(folder.rglob("*"))
    assert files(people) == {}


def alive(process):
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


async def test_all_processes_read_one_snapshot(people):
    """Rows that arrive while others are being read belong to no file."""
    meddling = []

    def meddle():
        meddling.append(
            asyncio.ensure_future(
                people.sql(
                    "INSERT INTO people SELECT -n, 'late' || n, NULL FROM generate_series(1, 9) n;"
                    f"DELETE FROM people WHERE id > {COUNT - 5}"
                )
            )
        )

    result = await people.extract(reporter=Looking(meddle))
    await meddling[0]
    assert result.tables["people"].rows == COUNT
    assert "late" not in people.generated("people")


async def test_nobody_takes_a_table_away_while_it_is_read(people):
    refused = []

    async def truncate():
        async with session(people.address, purpose="by hand") as connection:
            await connection.execute("SET lock_timeout = '10ms'")
            try:
                await connection.execute("TRUNCATE people")
            except Exception as error:  # noqa: BLE001 - looked at below
                refused.append(type(error).__name__)

    tasks = []
    result = await people.extract(
        reporter=Looking(lambda: tasks.append(asyncio.ensure_future(truncate())))
    )
    await tasks[0]
    assert refused == ["LockNotAvailableError"]
    assert result.tables["people"].rows == COUNT


async def test_a_query_that_takes_too_long_is_told_with_the_way_out(people):
    people.options = {"people": {"where": "pg_sleep(5) IS NOT NULL"}}
    await people.declare()
    people.settings = dataclasses.replace(people.settings, statement_timeout_ms=300)
    with pytest.raises(TestDataError, match=r"longer than 0\.3 s") as caught:
        await people.extract()
    assert "statement_timeout_ms" in caught.value.next
    await nothing_left(people)


async def test_a_table_that_somebody_changes_is_not_waited_for_without_end(people):
    people.settings = dataclasses.replace(people.settings, lock_timeout_ms=200)
    async with session(people.address, purpose="by hand") as connection, connection.transaction():
        await connection.execute("LOCK TABLE people IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(ServerError, match=r"within 0\.2 s: it is locked"):
            await people.extract()


KEYS = f"""
    CREATE TABLE pairs (a int, b uuid, v text, PRIMARY KEY (a, b));
    INSERT INTO pairs SELECT n % 10, md5(n::text)::uuid, n FROM generate_series(1, {ROWS + 500}) n;
    CREATE TABLE words (word text PRIMARY KEY, v text);
    INSERT INTO words SELECT 'é''' || n || chr(92), n FROM generate_series(1, {ROWS + 500}) n;
    CREATE TABLE keyless (v text, w int);
    INSERT INTO keyless SELECT n % 7, n % 1000 FROM generate_series(1, {ROWS + 500}) n;
    CREATE TABLE parts (day date, n int, v text, PRIMARY KEY (n, day)) PARTITION BY RANGE (day);
    CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2020-01-01') TO ('2020-03-01');
    CREATE TABLE parts_2 PARTITION OF parts DEFAULT;
    INSERT INTO parts SELECT date '2020-01-01' + n % 365, n, n FROM generate_series(1, {ROWS}) n;
    INSERT INTO parts SELECT date '2021-01-01' + n, -n, n FROM generate_series(1, 500) n;
    CREATE TABLE moments (at timestamptz PRIMARY KEY, v text);
    INSERT INTO moments SELECT timestamptz '2020-01-01' + n * interval '1.000001 s', n
        FROM generate_series(1, {ROWS}) n;
"""


async def test_every_row_is_there_once_and_in_order_whatever_the_key(repository):
    """Cut by ranges of a key, or by places where no index finds them: nobody can see it."""
    await repository.create(KEYS)
    result = await repository.extract()
    assert {name: table.rows for name, table in result.tables.items()} == {
        "keyless": ROWS + 500,
        "moments": ROWS,
        "pairs": ROWS + 500,
        "parts": ROWS + 500,
        "words": ROWS + 500,
    }
    for table, order in (
        ("pairs", "a, b"),
        ("words", 'word COLLATE "C"'),
        ("keyless", 'v COLLATE "C", w::text COLLATE "C"'),
        ("parts", "n, day"),
        ("moments", "at"),
    ):
        rows = bytearray()

        async def take(data, rows=rows):
            rows.extend(data)

        async with session(repository.address, purpose="look") as connection:
            query = f"SELECT * FROM {table} ORDER BY {order}"
            await connection.copy_from_query(query, output=take, format="text")
        found = read_table(repository.settings.data, f"auto_{table}.py").rows.lines
        assert found == rows.decode().splitlines()


async def test_a_large_choice_of_rows_is_cut_as_well(people):
    people.options = {"people": {"where": "id % 20 > 0"}}
    await people.declare()
    result = await people.extract()
    report = result.tables["people"]
    assert report.rows == report.asked == COUNT - COUNT // 20
    assert (report.total, report.parents, report.children) == (COUNT, 0, 0)
    lines = read_table(people.settings.data, "auto_people.py").rows.lines
    ids = [int(line.split("\t")[0]) for line in lines]
    assert ids == [number for number in range(1, COUNT + 1) if number % 20]


async def test_a_declaration_that_changes_meanwhile_is_refused(people):
    from db_workflow.testdata.extraction.orders import Order
    from db_workflow.testdata.extraction.snapshot import Source
    from db_workflow.testdata.extraction.work import Work
    from db_workflow.testdata.rules.key import load_key
    from db_workflow.testdata.structure import read_structure

    async with session(people.address, purpose="look") as connection:
        structure = await read_structure(connection, schemas=people.settings.schemas)
    key = load_key(people.settings, stand_in=True)
    order = Order(
        Source(people.address, 1000, 1000), people.settings, structure, {"people": "another"},
        key, "", people.settings.state,
    )  # fmt: skip
    with pytest.raises(TestDataError, match="TABLE_CONFIG was changed"):
        Work.taken_up(order)
