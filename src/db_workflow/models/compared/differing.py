"""What differs between models and database; what to write about it, and where, comes later."""

import asyncio
from collections.abc import AsyncIterator, Callable, Set
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from db_workflow.catalog import Difference, Snapshot, differences, kinds_unread, read_snapshot
from db_workflow.models.compared.enum_columns import (
    LabelDifference,
    classes_of_lists,
    compare_columns,
    enum_columns,
)
from db_workflow.models.compared.enums import EnumDifference, compare_enums, unused
from db_workflow.models.compared.sayable import COMPARED, IGNORED
from db_workflow.models.compared.scope import Scope, scope_of
from db_workflow.models.conventions import Breach, judge_conventions
from db_workflow.models.created.ddl import define
from db_workflow.models.created.ground import lent, read_ground
from db_workflow.models.created.modelled import as_said, read_modelled
from db_workflow.models.source.places import Places
from db_workflow.models.source.registry import Models, load_models
from db_workflow.server import Server
from db_workflow.settings import Settings

if TYPE_CHECKING:
    import asyncpg

_Asked = ParamSpec("_Asked")
_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class Differing:
    """What differs, and what it was found in.

    Attributes:
        compared: how many objects were compared.
        differences: between models and database.
        enums: between enum classes, what columns send, and the database's types and CHECK lists.
        breaches: of the conventions.
        not_compared: as `Comparison` has it; so are `warnings` and `notes`.
        warnings: see there.
        notes: see there.
        database: the migrated schema.
        models: the models.
        places: where they stand; files are read when one is asked for.

    """

    compared: int
    differences: tuple[Difference, ...]
    enums: tuple[EnumDifference | LabelDifference, ...]
    breaches: tuple[Breach, ...]
    not_compared: tuple[str, ...]
    warnings: tuple[str, ...]
    notes: tuple[str, ...]
    database: Snapshot
    models: Models
    places: Places


async def find_differing(
    server: Server, connection: "asyncpg.Connection[Any]", *, settings: Settings
) -> Differing:
    """Look for all that differs between models, enums and conventions and a migrated database.

    Args:
        server: where the scratch database is made; the same server as the connection's.
        connection: to the migrated database; only read.
        settings: the repository.

    Raises:
        ModelsError: the models do not import, or PostgreSQL refuses them.

    """
    models = load_models(settings)
    first = settings.schemas[0]
    # While the server reads its catalog, the models are written as SQL.
    async with _in_a_thread(define, models) as writing:
        migrated = await read_snapshot(connection, schemas=settings.schemas)
        ground = await read_ground(connection, settings=settings)
        unread = await kinds_unread(connection, schemas=settings.schemas)
        definition = await writing
    places = Places(models, settings)
    # While the server creates tables, the models are looked at.
    async with _in_a_thread(
        judge_conventions, models.base, settings=settings, places=places
    ) as looking:
        modelled = await read_modelled(
            server,
            connection,
            models,
            definition,
            migrated=migrated,
            ground=ground,
            settings=settings,
        )
        scope = scope_of(
            migrated,
            as_said(modelled, definition, settings=settings),
            lent=lent(migrated, definition, settings=settings),
        )
        enums, notes = _compare_enums(models, migrated, first=first)
        judged = await looking
    return Differing(
        compared=len(scope.database.objects) + len(models.enums),
        differences=_differences(scope, told={one.type_name for one in enums}),
        enums=enums,
        breaches=judged.breaches,
        not_compared=(*scope.left_out, *_elsewhere(models, settings), *_never_read(unread)),
        warnings=models.warnings,
        notes=(*notes, *judged.remarks),
        database=migrated,
        models=models,
        places=places,
    )


@asynccontextmanager
async def _in_a_thread(
    work: Callable[_Asked, _Found], *asked: _Asked.args, **named: _Asked.kwargs
) -> "AsyncIterator[asyncio.Task[_Found]]":
    """Run a function in a thread during a block. If the block fails, what it found is not missed.

    A thread cannot be stopped: it ends before the block does, so that nobody works on.
    """
    task = asyncio.create_task(asyncio.to_thread(work, *asked, **named))
    try:
        yield task
    finally:
        await asyncio.wait([task])
        if not task.cancelled():
            task.exception()


def _differences(scope: Scope, *, told: Set[str]) -> tuple[Difference, ...]:
    """Return the differences of what is compared, each said once.

    Args:
        scope: what is compared.
        told: enum types that are told otherwise: the class or the column is where it is mended.

    """
    found = differences(
        scope.database, scope.modelled, kinds=COMPARED, ignore=IGNORED, renames=True
    )
    return tuple(
        one for one in found if not (one.kind == "enum" and one.name in told) and not _follows(one)
    )


def _compare_enums(
    models: Models, migrated: Snapshot, *, first: str
) -> tuple[tuple[EnumDifference | LabelDifference, ...], tuple[str, ...]]:
    """Return what is wrong with enums, and what of them nothing uses."""
    columns = enum_columns(models.base.metadata)
    listed = classes_of_lists(columns, models.enums, migrated)
    return (
        *compare_enums(
            models.enums, migrated, columns=columns, listed=listed.values(), first=first
        ),
        *compare_columns(columns, listed, migrated, first=first),
    ), unused(models.enums, migrated, columns, first=first)


def _follows(found: Difference) -> bool:
    """Tell whether an index or a constraint differs only by the collation of a column it is on."""
    expected, actual = found.expected or {}, found.actual or {}
    return (
        found.properties == ("elements",)
        and "definition" in expected
        and expected["definition"] == actual.get("definition")
    )


def _elsewhere(models: Models, settings: Settings) -> list[str]:
    """Return the models' tables in schemas that nobody looks after."""
    return [
        f"table {table.fullname} (schema {table.schema} is not in `schemas`)"
        for table in models.base.metadata.sorted_tables
        if table.schema and table.schema not in settings.schemas
    ]


def _never_read(unread: tuple[str, ...]) -> list[str]:
    return [f"what the comparison never reads: {', '.join(unread)}"] if unread else []


def said(difference: Difference) -> str:
    """Say the difference from the models' side."""
    name = f"{difference.kind} {difference.name}"
    if difference.change == "missing":
        return f"{name} is in the database, not in the models"
    if difference.change == "unexpected":
        return f"{name} is in the models, not in the database"
    if difference.change == "renamed":
        return f"{name} is called {difference.actual_name} in the models"
    parts = "; ".join(
        f"{one.what}: {one.actual} in the models, {one.expected} in the database"
        for one in difference.values
    )
    return f"{name} differs: {parts}"
