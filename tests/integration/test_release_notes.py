"""Release notes of everything: no property of any object is left out, whatever it is."""

import secrets
from dataclasses import replace

import pytest

from db_workflow.catalog import SchemaObject, Snapshot, differences, read_snapshot
from db_workflow.catalog.markdown import markdown
from db_workflow.catalog.report import grouped, tree
from db_workflow.connection import session
from db_workflow.databases import create_database
from tests.integration.mutations import MUTATIONS, SCHEMA, SCHEMAS

NOTHING = Snapshot(())
# Not told where it is so: who reads of a table expects nothing else.
USUAL = {
    "table": {"form": "plain", "persistence": "permanent"},
    "index": {"method": "btree"},
    "trigger": {"enabled": "yes"},
    "rule": {"enabled": "yes"},
}
# The words of an index say all that its definition does, and the definition of a constraint what
# its words do, in SQL's spelling.
IN_OTHER_WORDS = {
    "index": {"definition"},
    "constraint": {"type", "match", "deferrable", "elements"},
}
# Numbers that a sequence has by itself.
BY_ITSELF = {"1", "bigint", "integer", "9223372036854775807", "2147483647"}
# What stands for a truth; those of the others are told in the same words as a text of theirs.
TOLD = {
    ("column", "nullable", False): "not null",
    ("domain", "nullable", False): "not null",
    ("constraint", "validated", False): "not valid",
    ("constraint", "enforced", False): "not enforced",
    ("constraint", "inherited by none", True): "no inherit",
    ("constraint", "nulls not distinct", True): "nulls not distinct",
    ("constraint", "without overlaps", True): "without overlaps",
    ("index", "nulls not distinct", True): "nulls not distinct",
    ("index", "valid", False): "invalid",
    ("index", "unique", True): "unique",
    ("policy", "permissive", False): "restrictive",
    ("sequence", "cycles", True): "cycles",
}


@pytest.fixture
async def mutable(server, tiny_settings):
    """Return a connection to a database that holds the mutations' schema."""
    name = f"{tiny_settings.project}_{secrets.token_hex(3)}"
    await create_database(server, name, project=tiny_settings.project, role="test")
    async with session(server.address.at(name), purpose="test") as connection:
        await connection.execute(SCHEMA)
        yield connection


async def snapshots(connection):
    """Yield the schema as it is and after each change, by the change's name."""
    yield "", await read_snapshot(connection, schemas=SCHEMAS)
    for mutation in MUTATIONS:
        if mutation.needs > connection.get_server_version().major:
            continue
        transaction = connection.transaction()
        await transaction.start()
        try:
            await connection.execute(mutation.sql)
            yield mutation.name, await read_snapshot(connection, schemas=SCHEMAS)
        finally:
            await transaction.rollback()


def alone(groups):
    """Yield each object with the tree and the Markdown of it alone."""
    for group in groups:
        assert group.parts == []
        own = group.own.actual if group.own.expected is None else group.own.expected
        yield SchemaObject(group.kind, group.name, None, own), replace(group, contents=())
        for one in group.contents:
            yield one, replace(group, own=None, contents=(one,))


def leaves(value):
    """Yield every text, number and truth in a value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(key) if key == key.upper() else ()
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    else:
        yield value


def untold(one, text):
    """Return the values of an object's properties that a text about it does not tell."""
    flat = " ".join(text.lower().split())
    for name, value in one.properties.items():
        if name in IN_OTHER_WORDS.get(one.kind, ()) or USUAL.get(one.kind, {}).get(name) == value:
            continue
        if (one.kind, name) == ("column", "position"):
            continue  # the columns' order
        if name == "validated" and "enforced" in one.properties:
            continue  # what is not enforced never is
        for leaf in leaves(value):
            if isinstance(leaf, bool):
                told = TOLD.get((one.kind, name, leaf), "")
            elif (one.kind == "sequence" or name == "sequence") and leaf in BY_ITSELF:
                continue
            else:
                told = str(leaf)
            if " ".join(told.lower().split()) not in flat:
                yield f"{one.kind} {one.name}: {name} is {leaf!r}"


async def test_every_value_of_every_property_is_told_of_what_is_new_and_of_what_is_gone(mutable):
    missed = set()
    async for change, schema in snapshots(mutable):
        for before, after in ((NOTHING, schema), (schema, NOTHING)):
            found = differences(before, after)
            groups = grouped(found, before, after, schema="public")
            told = list(alone(groups))
            assert {one.key for one, _ in told} == {one.key for one in schema.objects}
            for one, group in told:
                for text in (tree([group]), markdown([group]).replace(r"\|", "|")):
                    missed |= {f"{change}: {lack}" for lack in untold(one, text)}
    assert missed == set()
