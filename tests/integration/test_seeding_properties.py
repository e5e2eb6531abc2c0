"""Seeding what nobody thought of: any graph of foreign keys loads, any mix of rows merges.

15 examples a test by default, always the same ones. `SEEDING_FUZZ=300` tries as many others, each
time new ones, and shrinks what fails.
"""

import os
import runpy
import secrets
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, event, given, note
from hypothesis import settings as hypothesis_settings

from db_workflow.connection import session
from db_workflow.databases import drop_database, list_marked
from db_workflow.errors import TestDataError
from db_workflow.settings import load_settings
from db_workflow.testdata.seeding.order import check_order
from db_workflow.testdata.structure import read_structure

HERE = Path(__file__).parent
TinyRepository = runpy.run_path(str(HERE / "tiny_repository.py"))["TinyRepository"]
_DRAFTS = runpy.run_path(str(HERE / "seeding_drafts.py"))
graphs, mixes, merged = _DRAFTS["graphs"], _DRAFTS["mixes"], _DRAFTS["merged"]
Torn, SCHEMA = _DRAFTS["Torn"], _DRAFTS["SCHEMA"]
_MANY = int(os.environ.get("SEEDING_FUZZ", "0"))
few = hypothesis_settings(
    max_examples=_MANY or 15,
    derandomize=not _MANY,
    database=None,
    deadline=None,  # a busy machine is no failure
    phases=(Phase.generate, Phase.shrink) if _MANY else (Phase.generate,),
    print_blob=False,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return tmp_path_factory.mktemp("seeding")


@asynccontextmanager
async def repository(server, root):
    """Make a repository of its own, for one example."""
    project = f"seeding_{secrets.token_hex(4)}"
    folder = root / project
    folder.mkdir()
    (folder / "pyproject.toml").write_text(
        f'[tool.db_workflow]\nproject = "{project}"\nsql = "sql"\n'
        'runners = "scripts/v{version}_migration/run_migrations.py"\n'
        f'models = "{project}_models:Base"\nenums = "{project}_models"\n'
        'test_data = "tests/database"\nimport_paths = ["."]\n'
    )
    settings = load_settings(folder, environment={})
    settings = replace(settings, test_address=server.address.at(settings.test_database))
    try:
        yield TinyRepository(server, settings)
    finally:
        for name in await list_marked(server, project=project):
            await drop_database(server, name, settings=settings)


@few
@given(graph=graphs())
async def test_any_graph_of_foreign_keys_gets_an_order_that_loads(server, root, graph):
    async with repository(server, root) as found:
        note(";\n".join(graph.statements))
        await found.create(";".join(graph.statements))
        async with session(found.address, purpose="look") as connection:
            structure = await read_structure(connection, schemas=("public",))
        right = check_order(graph.order, structure).right
        assert check_order(right, structure).problems == ()
        found.order = right
        await found.declare()
        await found.extract()
        before = {name: await found.texts(name) for name in structure}
        report = await found.seed()
        event(f"circles: {len(check_order(right, structure).late)}")
        assert {name: await found.texts(name) for name in structure} == before
        assert all(entry.dropped == 0 for entry in report.tables)


@few
@given(mix=mixes())
async def test_any_mix_of_rows_merges_to_what_it_should(server, root, mix):
    generated, manual = mix
    note(f"generated: {generated}\nmanual: {manual}")
    async with repository(server, root) as found:
        async with session(server.address, purpose="look") as connection:
            if connection.get_server_version().major < 15:
                pytest.skip("NULLS NOT DISTINCT needs PostgreSQL 15")
        found.order = ("p", "q", "r")
        await found.create(SCHEMA + "".join(f";{text}" for text in inserts(generated)))
        await found.extract()
        write(found, manual)
        before = {name: await found.texts(name) for name in "pqr"}
        try:
            expected = merged(generated, manual)
        except Torn:
            event("torn")
            with pytest.raises(TestDataError, match="give way to two rows"):
                await found.seed()
            assert {name: await found.texts(name) for name in "pqr"} == before
            return
        report = await found.seed()
        dropped = sum(entry.dropped for entry in report.tables)
        event(f"rows that gave way: {dropped}")
        assert {name: await held(found, name) for name in "pqr"} == expected
        assert dropped == sum(each.rows for entry in report.tables for each in entry.gave_way)
        assert all(each.by != "a key that only the server knows" for entry in report.tables
                   for each in entry.gave_way)  # fmt: skip


def test_the_mixes_are_worth_their_name():
    """Count what the examples are about: most merge, some are torn, many rows give way."""
    outcomes = []

    @hypothesis_settings(few, max_examples=200, derandomize=True, phases=(Phase.generate,))
    @given(mix=mixes())
    def draw(mix):
        try:
            standing = merged(*mix)
        except Torn:
            outcomes.append(None)
            return
        rows = sum(len(rows) for part in mix for rows in part.values())
        outcomes.append(rows - sum(len(rows) for rows in standing.values()))

    draw()
    assert sum(outcome is None for outcome in outcomes) >= 5
    assert sum(bool(outcome) for outcome in outcomes) >= 50


def inserts(rows):
    """Return a statement for each table: rows of one may refer to each other."""
    for table, drawn in rows.items():
        for names in [list(row) for row in drawn.values()][:1]:
            texts = [
                f"({', '.join(literal(row[name]) for name in names)})" for row in drawn.values()
            ]
            yield f"INSERT INTO {table} ({', '.join(names)}) VALUES {', '.join(texts)}"


def literal(value):
    if isinstance(value, tuple):
        return f"'[{value[0]},{sum(value)})'::int4range"
    return "NULL" if value is None else repr(value)


def write(repository_, manual):
    """Write the manual rows as somebody would."""
    for table, rows in manual.items():
        listed = ", ".join(
            "{" + ", ".join(f"{name!r}: {written(value)}" for name, value in row.items()) + "}"
            for row in rows.values()
        )
        text = f"from asyncpg import Range\n{table.upper()}_DATA = [{listed}]\n"
        (repository_.settings.data / f"{table}.py").write_text(text, "utf-8")


def written(value):
    return f"Range({value[0]}, {sum(value)})" if isinstance(value, tuple) else repr(value)


async def held(repository_, table):
    async with session(repository_.address, purpose="look") as connection:
        rows = {row["id"]: dict(row) for row in await connection.fetch(f"SELECT * FROM {table}")}
    for row in rows.values():
        if row.get("span") is not None:
            row["span"] = (row["span"].lower, row["span"].upper - row["span"].lower)
    return rows
