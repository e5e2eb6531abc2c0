"""The catalog that the models alone give, from a scratch database or from memory."""

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from db_workflow.catalog import SchemaObject, Snapshot, read_snapshot
from db_workflow.connection import session
from db_workflow.models.created.beside import Beside, write_beside
from db_workflow.models.created.creation import create_models
from db_workflow.models.created.ddl import Definition, full, named
from db_workflow.models.created.ground import Ground, ground_statements
from db_workflow.models.created.remembered import key_of, recall, remember
from db_workflow.models.source.registry import Models
from db_workflow.scratch import scratch_database
from db_workflow.server import Server
from db_workflow.settings import Settings

if TYPE_CHECKING:
    import asyncpg


async def read_modelled(
    server: Server,
    connection: "asyncpg.Connection[Any]",
    models: Models,
    definition: Definition,
    *,
    migrated: Snapshot,
    ground: Ground,
    settings: Settings,
) -> Snapshot:
    """Return the catalog that the models give, on the ground that the migrated database gives.

    Args:
        server: where the scratch database is made; the same server as the connection's.
        connection: to the migrated database.
        models: what to create.
        definition: the same as SQL.
        migrated: the migrated schema, for what the models stand on.
        ground: the same, as far as a snapshot does not have it.
        settings: the repository.

    Raises:
        ModelsError: PostgreSQL refuses what the models say.

    """
    definition = _with_enums_of(migrated, definition, settings=settings)
    before = ground_statements(ground, migrated, definition, settings=settings)
    key = key_of(
        json.dumps([before, settings.schemas, ground.extensions, definition.parts()]),
        str(connection.get_server_version()),
        json.dumps([ground.beside, ground.server]),
    )
    if (known := recall(key, settings=settings)) is not None:
        return known
    beside = Beside()
    if ground.beside is not None:
        name = await connection.fetchval("SELECT current_database()")
        mine = _made_by(models, definition, first=settings.schemas[0])
        beside = await write_beside(server, name, mine=mine, settings=settings)
    async with (
        scratch_database(server, settings=settings) as address,
        session(address, purpose="compare models") as empty,
    ):
        await create_models(
            empty,
            models,
            definition,
            ground=[*before, *beside.statements],
            lack=beside.lack,
            settings=settings,
        )
        found = await read_snapshot(empty, schemas=settings.schemas)
    if not beside.lack:
        remember(key, found, settings=settings)
    return found


def _made_by(models: Models, definition: Definition, *, first: str) -> set[tuple[str, str]]:
    """Return schema and name of what the models create."""
    tables = ((table.schema, table.name) for table in models.base.metadata.tables.values())
    return {full(one, first) for one in (*tables, *definition.types)}


def _with_enums_of(migrated: Snapshot, definition: Definition, *, settings: Settings) -> Definition:
    """Return a definition that leaves creating the database's enum types to the ground."""
    first = settings.schemas[0]
    there = {full(named(found.name), first) for found in migrated.of_kind("enum")}
    return definition.without([name for name in definition.enums if full(name, first) in there])


def as_said(modelled: Snapshot, definition: Definition, *, settings: Settings) -> Snapshot:
    """Return the models' catalog with the labels that the models say, not those they stood on."""
    first = settings.schemas[0]
    said = {full(name, first): list(labels) for name, labels in definition.enums.items()}

    def relabelled(found: SchemaObject) -> SchemaObject:
        labels = said.get(full(named(found.name), first)) if found.kind == "enum" else None
        if labels is None:
            return found
        return replace(found, properties={**found.properties, "labels": labels})

    return Snapshot(tuple(relabelled(found) for found in modelled.objects))
