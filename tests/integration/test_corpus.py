"""Nasty but legal SQL files: cut and applied here as psql cuts and applies them."""

import asyncio
import os
import random
import re
import runpy
import secrets
from dataclasses import dataclass, replace
from pathlib import Path

import asyncpg
import pytest

from db_workflow.address import Address
from db_workflow.catalog import read_snapshot
from db_workflow.connection import session
from db_workflow.databases import create_database
from db_workflow.errors import MigrationError
from db_workflow.schema.plan import load_plan
from db_workflow.schema.run.copied_rows import send_part
from db_workflow.schema.run.runner import migrate
from db_workflow.schema.script.script import read_script
from db_workflow.server import Server
from db_workflow.settings import Settings

CORPUS = Path(__file__).parents[1] / "corpus"
FILES = runpy.run_path(str(CORPUS / "corpus.py"))
corpus, beyond_psql = FILES["corpus"], FILES["beyond_psql"]
Recorder = runpy.run_path(str(CORPUS / "recorder.py"))["Recorder"]
# Printed by psql of the server's message under VERBOSITY=sqlstate.
SQLSTATE = re.compile(r"ERROR:\s+([0-9A-Z]{5})")
CUTS = 60


@dataclass(frozen=True)
class State:
    """All that files leave in a database: its schema, and every relation's rows as text."""

    schema: str
    rows: dict[str, list[str]]


class Bench:
    """Two ways into databases of one server: psql, and the runner."""

    def __init__(self, server: Server, settings: Settings):
        self.server = server
        self.settings = settings

    async def database(self) -> Address:
        name = f"{self.settings.project}_{secrets.token_hex(3)}"
        await create_database(self.server, name, project=self.settings.project, role="scratch")
        return self.server.address.at(name)

    def write(self, files: dict[str, bytes]) -> None:
        """Make a list of the files, as version 1.0."""
        for name, content in files.items():
            self._file(self.settings.sql / "v1.0" / name, content)
        listed = "".join(f"sql_file({name!r}), " for name in files)
        self._file(
            self.settings.root / "scripts/v1.0_migration/run_migrations.py",
            "from db_workflow.schema import Migration, sql_file\n"
            f"MIGRATION = Migration('1.0', 'a corpus', ({listed}))\n".encode(),
        )

    @staticmethod
    def _file(path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def path(self, name: str) -> Path:
        return self.settings.sql / "v1.0" / name

    async def psql(self, address: Address, path: Path, *options: str, host: Path | None = None):
        """Run a file with psql, in one transaction. Returns its exit code and what it said."""
        environment = {**os.environ, **address.libpq_environment()}
        if host is not None:
            environment["PGHOST"] = str(host)
        process = await asyncio.create_subprocess_exec(
            self.server.binaries.program("psql"),
            *("-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", *options, "-f", path),
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        _, said = await process.communicate()
        return process.returncode, said.decode()

    async def migrate(self, address: Address) -> None:
        settings = self.settings
        await migrate(address, load_plan(settings), settings=settings)

    async def state(self, address: Address) -> State:
        async with session(address, purpose="test") as connection:
            schemas = await connection.fetchval(
                "SELECT array_agg(nspname::text ORDER BY nspname) FROM pg_namespace"
                " WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'db_workflow')"
            )
            relations = await connection.fetchval(
                "SELECT array_agg(oid::regclass::text ORDER BY oid) FROM pg_class"
                " WHERE relkind IN ('r', 'm', 'S') AND relnamespace::regnamespace::text = ANY ($1)",
                schemas,
            )
            snapshot = await read_snapshot(connection, schemas=schemas)
            rows: dict[str, list[str]] = {}
            for relation in relations:
                found = await connection.fetch(
                    f"SELECT row(t.*)::text FROM {relation} t ORDER BY 1"
                )
                rows[relation] = [row[0] for row in found]
            return State(snapshot.fingerprint, rows)


@pytest.fixture
async def bench(server: Server, tiny_settings: Settings) -> Bench:
    return Bench(server, replace(tiny_settings, step_time_limit_seconds=60))


def plain(text: str) -> str:
    """Return SQL without what psql leaves out of a query or adds to it: white space only."""
    return re.sub(r"\s+", " ", text).strip()


def stripped(query: str, statement: str) -> str:
    """Return what a query of psql holds beside one statement of ours."""
    before, found, after = plain(query).partition(plain(statement))
    assert found, f"{statement!r} is not in {query!r}"
    return re.sub(r"--[^\n]*|/\*.*\*/|;", "", f"{before}{after}", flags=re.DOTALL).strip()


async def test_statements_schema_and_rows_are_those_of_psql(bench: Bench):
    files = corpus()
    assert len(files) >= 200
    bench.write(files)
    theirs, ours = await bench.database(), await bench.database()
    sent: dict[str, list[str]] = {}
    async with Recorder(theirs) as recorder:
        for name in files:
            code, said = await bench.psql(theirs, bench.path(name), host=recorder.folder)
            assert code == 0, f"{name}: {said}"
            assert (recorder.queries[0], recorder.queries[-1]) == ("BEGIN", "COMMIT")
            sent[name] = recorder.queries[1:-1]
            recorder.queries = []
    for name, queries in sent.items():
        script = read_script(bench.path(name), shown=name)
        statements = [script.text[one.start : one.end] for one in script.statements]
        # Newer ones send what holds comments only as well; the server answers that it is empty.
        judged = [query for query in queries if not _is_comment(query)]
        assert len(judged) == len(statements), f"{name}: {judged} {statements}"
        for query, statement in zip(judged, statements, strict=True):
            assert stripped(query, statement) == "", name
    await bench.migrate(ours)
    assert await bench.state(ours) == await bench.state(theirs)


def _is_comment(query: str) -> bool:
    return not re.sub(r"--[^\n]*|/\*.*?\*/|[\s;]", "", query, flags=re.DOTALL)


async def test_what_deceives_psql_is_cut_as_the_server_reads_it(bench: Bench):
    files = beyond_psql()
    bench.write(files)
    one_by_one, whole = await bench.database(), await bench.database()
    async with session(one_by_one, purpose="test") as connection:
        for name in files:
            script = read_script(bench.path(name), shown=name)
            rows = {part.start: part.data for part in script.parts if part.data is not None}
            for statement in script.statements:
                text = script.text[statement.start : statement.end]
                if statement.start in rows:
                    await send_part(connection, text, rows[statement.start])
                else:  # the server prepares one statement only, so it proves that this is one
                    await (await connection.prepare(text)).fetch()
    await bench.migrate(whole)
    assert await bench.state(whole) == await bench.state(one_by_one)


async def test_files_cut_anywhere_end_as_they_do_in_psql(bench: Bench):
    """Never a hang, never a traceback: refused by name, or judged by the server as psql's are."""
    invented = random.Random(3)  # noqa: S311 - a test's choices
    files = corpus()
    theirs, ours = await bench.database(), await bench.database()
    for name in invented.sample(sorted(files), CUTS):
        cut = files[name][: invented.randrange(1, len(files[name]))]
        if cut.endswith(b"\\."):
            cut += b"\n"  # without it, not every version of psql takes the rows for ended
        bench.write({name: cut})
        verdict = await _verdict(bench, ours, bench.path(name))
        if verdict != "refused":
            _, said = await bench.psql(theirs, bench.path(name), "-v", "VERBOSITY=sqlstate")
            found = SQLSTATE.search(said)
            assert verdict == (found[1] if found else "applied"), (name, cut, said)


async def _verdict(bench: Bench, address: Address, path: Path) -> str:
    """Send one file as the runner does; return how that ended, in a word or a SQLSTATE."""
    try:
        script = read_script(path, shown=path.name)
    except MigrationError as error:
        assert error.data["problems"]
        return "refused"
    async with session(address, purpose="test") as connection:
        try:
            async with asyncio.timeout(20), connection.transaction():
                for part in script.parts:
                    await send_part(connection, part.text, part.data)
        except asyncpg.PostgresError as error:
            return str(error.sqlstate)
        return "applied"
