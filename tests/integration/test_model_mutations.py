"""Every single change of a schema that models are right for: reported, or listed by name."""

from dataclasses import replace

import pytest

from db_workflow.catalog import read_snapshot
from db_workflow.connection import session
from db_workflow.databases import create_database
from db_workflow.models import compare_models
from db_workflow.models.compared.sayable import SAID, UNSAYABLE, UNSAYABLE_KINDS
from db_workflow.models.writing import Writer
from tests.integration.mutations import MUTATIONS, SCHEMA, SCHEMAS

# Reported although the table of changes leaves them open: a model has a word for each.
SAYABLE = {"inherits no longer", "validated", "index broken", "operator class options"}
# Not reported: no column uses this domain, so no model says anything about it.
OF_NO_COLUMN = {"domain type", "domain collation"}
# What never was compared is not listed piece by piece, and so does not change what is listed.
NEVER_LISTED = {"partition's bound", "materialised view's index", "column moved", *OF_NO_COLUMN}


@pytest.fixture
async def right(server, tiny_settings):
    """Return a connection to a database, and the settings of models that are right for it."""
    settings = replace(tiny_settings, schemas=SCHEMAS, enums=f"{tiny_settings.project}_models")
    await create_database(server, settings.test_database, project=settings.project, role="test")
    async with session(settings.test_address, purpose="test") as connection:
        await connection.execute(SCHEMA)
        snapshot = await read_snapshot(connection, schemas=SCHEMAS)
        code = Writer(snapshot, schemas=SCHEMAS).module()
        (settings.root / f"{settings.project}_models.py").write_text(code)
        yield connection, settings


async def _compared(server, connection, settings, sql):
    """Return what is said after a change, and the schema then; the change is taken back."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute(sql)
        found = await compare_models(server, connection, settings=settings)
        return found, await read_snapshot(connection, schemas=SCHEMAS)
    finally:
        await transaction.rollback()


async def test_each_change_is_reported_or_cannot_be_said(server, right):
    connection, settings = right
    before, snapshot = await _compared(server, connection, settings, "SELECT 1")
    assert (before.differences, before.enums, before.warnings) == ((), (), ()), str(before)
    wrong, objects = {}, list(snapshot.objects)
    for mutation in MUTATIONS:
        if mutation.needs > connection.get_server_version().major:
            continue
        after, snapshot = await _compared(server, connection, settings, mutation.sql)
        objects += snapshot.objects
        reported = bool(after.differences or after.enums)
        sayable = mutation.name in SAYABLE or (
            mutation.sayable and mutation.name not in OF_NO_COLUMN
        )
        if reported != sayable or not (reported or _is_listed(mutation, before, after)):
            wrong[mutation.name] = str(after)
    assert not wrong, "\n\n".join(f"{name}:\n{said}" for name, said in wrong.items())
    _require_a_word_on_each_property(objects)


def _is_listed(mutation, before, after):
    """Tell whether what was changed is among what is not compared, now or all along."""
    return (
        after.not_compared != before.not_compared
        or mutation.name in NEVER_LISTED
        or mutation.kind in UNSAYABLE_KINDS
        or any(one.startswith(f"{mutation.change} of ") for one in before.not_compared)
    )


def _require_a_word_on_each_property(objects):
    """Nothing that a snapshot reads is left to chance: a model says it, or it is listed why not."""
    for found in objects:
        if found.kind in UNSAYABLE_KINDS:
            continue
        unknown = found.properties.keys() - SAID[found.kind] - UNSAYABLE[found.kind].keys()
        assert not unknown, f"{found.kind}: {unknown}"


def test_no_property_is_both_said_and_unsayable():
    for kind, names in UNSAYABLE.items():
        assert not SAID[kind] & names.keys()
    assert not SAID.keys() & UNSAYABLE_KINDS.keys()
