"""A million rows of ten columns, three of them transformed, beside programs that transform nothing.

Ours reads, makes pseudonyms, writes the files, proves what is unique and searches every file for
what should have gone. `pg_dump` and asyncpg's COPY only write the rows; SQLAlchemy's loop only
reads them. Memory is the peak of a program with all the processes that it starts, as PSS: what
they share counts once. Of the server nothing is counted.
"""

import asyncio
import sys
from collections.abc import Iterable

from benchmarks.measure import Contestant
from benchmarks.runners.bench import PROJECT, ROOT, Bench, Runner
from benchmarks.runners.memory import Watched
from db_workflow.connection import session

_DATABASE = f"{PROJECT}_extract"
_TABLE = """
CREATE TABLE people (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    first_name text NOT NULL, email text NOT NULL UNIQUE, phone text NOT NULL,
    city text NOT NULL, subject text NOT NULL, amount numeric(10, 2) NOT NULL,
    grade int NOT NULL, active boolean NOT NULL, created_at timestamptz NOT NULL
);
INSERT INTO people (first_name, email, phone, city, subject, amount, grade, active, created_at)
SELECT initcap(name), name || '.' || substr(md5(n::text), 1, 7) || n || '@mail.invalid',
       '+20 1' || lpad((n * 7919::bigint % 1000000007)::text, 9, '0'),
       (ARRAY['Cairo', 'Giza', 'Luxor', 'Aswan', 'Tanta'])[1 + n % 5],
       (ARRAY['Math', 'Physics', 'Chemistry', 'Biology', 'Geography'])[1 + n % 5],
       (n % 50000) / 100.0, 1 + n % 12, n % 3 > 0,
       timestamptz '2024-01-01 00:00+00' + n * interval '7 seconds'
FROM (SELECT n, translate(substr(md5((n % 20000)::text), 1, 8), '0123456789', 'aeioulmnrs') AS name
      FROM generate_series(1, {rows}) AS n) AS made
ORDER BY n;
VACUUM ANALYZE people;
"""
_CONFIG = """\
from db_workflow.testdata import Table, rules

TABLE_CONFIG = (
    Table(
        "people",
        file="auto_people.py",
        variable="AUTO_PEOPLE_DATA",
        factory="PersonFactory",
        columns={
            "first_name": rules.first_name(),
            "email": rules.email(),
            "phone": rules.phone(),
            "city": rules.keep(),
            "subject": rules.keep(),
            "amount": rules.keep(),
            "grade": rules.keep(),
            "created_at": rules.keep(),
        },
    ),
)
"""


def contestants(rows: int = 1_000_000) -> Iterable[Contestant]:
    """Return ours, pg_dump, asyncpg's COPY and a loop over SQLAlchemy's rows."""
    bench = Bench.open()
    bench.fresh(_DATABASE)
    asyncio.run(fill(bench, _DATABASE, rows))
    settings = bench.settings
    settings.test_data.mkdir(parents=True)
    (settings.test_data / "generate_test_data.py").write_text(_CONFIG, "utf-8")
    address = bench.address(_DATABASE)
    environment = {**address.libpq_environment(), "TEST_DATABASE_URL": address.url()}
    environment["PYTHONPATH"] = str(ROOT)
    out = bench.folder("out")

    def contestant(name: str, *command: object) -> Contestant:
        words = [str(word) for word in command]
        runner = Watched(Runner(name, _DATABASE, words, settings.root, environment, lambda: None))
        return Contestant(name, runner.run, memory=runner.peak_megabytes)

    child = (sys.executable, "-m", "benchmarks.runners.extracting")
    yield contestant(f"ours: {rows:,} rows", *child, "ours")
    program = bench.server.binaries.program("pg_dump")
    yield contestant("pg_dump --data-only", program, "-Fp", "--data-only", "-f", out / "plain.sql")
    yield contestant("asyncpg: COPY into a file", *child, "copy", out / "rows.txt")
    yield contestant("SQLAlchemy: select, row by row", *child, "select")


async def fill(bench: Bench, database: str, rows: int) -> None:
    """Make the table, with so many rows in it."""
    async with session(bench.address(database), purpose="benchmark") as connection:
        for statement in _TABLE.format(rows=rows).split(";\n"):
            if statement.strip():
                await connection.execute(statement)
