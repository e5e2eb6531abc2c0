"""Seeded and generated again, every value of every type is the same, and so is every file."""

import runpy
from pathlib import Path

import pytest

from db_workflow.connection import session
from db_workflow.testdata.digests import table_digests
from db_workflow.testdata.structure import read_structure

TinyRepository = runpy.run_path(str(Path(__file__).with_name("tiny_repository.py")))[
    "TinyRepository"
]

VALUES = runpy.run_path(str(Path(__file__).with_name("type_values.py")))
GROUPS, TYPES = VALUES["GROUPS"], VALUES["TYPES"]
# Types of which the server itself refuses any text, or writes none back; and xml, for which this
# server may be built or not.
WITHOUT_TEXT = {
    "gtsvector",
    "pg_brin_bloom_summary",
    "pg_brin_minmax_multi_summary",
    "pg_dependencies",
    "pg_mcv_list",
    "pg_ndistinct",
    "pg_node_tree",
    "xml",
}


@pytest.fixture
async def repository(server, tiny_settings):
    return TinyRepository(server, tiny_settings)


def tables(types):
    """Return the SQL of a table for each type, with all its values and NULL."""
    statements = []
    for place, (type_, values) in enumerate(types.items()):
        statements.append(f"CREATE TABLE t{place} (id serial PRIMARY KEY, v {type_})")
        rows = [*values, "NULL"]
        statements += [f"INSERT INTO t{place} (v) VALUES ({value})" for value in rows]
    return ";\n".join(statements)


async def digests(repository):
    async with session(repository.address, purpose="look") as connection:
        structure = await read_structure(connection, schemas=repository.settings.schemas)
        return await table_digests(connection, list(structure.values()))


def files(repository):
    return {path.name: path.read_bytes() for path in repository.settings.data.glob("auto_*")}


@pytest.mark.parametrize("group", GROUPS)
async def test_every_value_survives_seeding_and_generating(repository, group):
    await repository.create(TYPES + tables(GROUPS[group]))
    before = await digests(repository)
    await repository.extract()
    written = files(repository)
    await repository.sql(";".join(f"TRUNCATE t{place}" for place in range(len(GROUPS[group]))))
    await repository.seed()
    after = await digests(repository)
    names = {f"t{place}": type_ for place, type_ in enumerate(GROUPS[group])}
    assert [names[name] for name in names if after[name] != before[name]] == []
    assert all(before[f"t{place}"][0] > 1 for place in range(len(GROUPS[group])))
    result = await repository.extract()
    assert files(repository) == written
    assert result.changed == ()


async def test_every_type_of_the_server_is_among_them(repository):
    await repository.create(TYPES)
    every = [type_ for group in GROUPS.values() for type_ in group]
    tried = await repository.rows(
        "SELECT DISTINCT split_part(format_type(named::regtype, NULL), '(', 1)"
        f" FROM unnest(ARRAY[{', '.join(repr(name) for name in every)}]::text[]) named"
    )
    known = await repository.rows(
        "SELECT format_type(oid, NULL), typname::text FROM pg_type"
        " WHERE typnamespace = 'pg_catalog'::regnamespace AND typtype IN ('b', 'r', 'm')"
        " AND typcategory <> 'A'"
    )
    missing = [name for name, short in known if short not in WITHOUT_TEXT and (name,) not in tried]
    assert missing == []


@pytest.mark.parametrize("group", GROUPS)
async def test_no_value_is_refused_or_spoilt_by_a_rule_that_writes_it_again(repository, group):
    await repository.create(TYPES + tables(GROUPS[group]))
    await repository.extract()
    kept = {name: rows_of(text) for name, text in files(repository).items()}
    names = [f"t{place}" for place in range(len(GROUPS[group]))]
    repository.columns = {name: {"v": "rules.custom(same, secrets=nothing)"} for name in names}
    await repository.declare()
    config = repository.settings.test_data / "generate_test_data.py"
    functions = (
        "def same(value, pseudonyms):\n    return value\n\ndef nothing(value):\n    return ()\n"
    )
    config.write_text(functions + config.read_text())
    result = await repository.extract()
    assert len(result.changed) == len(names)  # at least the digest of the rules
    assert {name: rows_of(text) for name, text in files(repository).items()} == kept


def rows_of(text):
    """Return the part of a data file that holds its rows."""
    head, found, rows = text.partition(b"r'''\n")
    assert head
    assert found
    return rows
