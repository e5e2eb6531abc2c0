"""The models against the migrated database: both as PostgreSQL sees them.

The models are created in a scratch database on the same server, unless it is remembered what they
gave, and the two catalogs are compared. The database is right by definition; each difference says
what to write in the models.
"""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from db_workflow.catalog import Difference, differences, kinds_unread, read_snapshot
from db_workflow.models.conventions import Breach, breaches_of
from db_workflow.models.ddl import define
from db_workflow.models.enum_columns import (
    LabelDifference,
    classes_of_lists,
    compare_columns,
    enum_columns,
)
from db_workflow.models.enums import EnumDifference, compare_enums, unused
from db_workflow.models.findings import Finding, of_breaches, of_differences, of_enums
from db_workflow.models.ground import lent, read_ground
from db_workflow.models.modelled import as_said, read_modelled
from db_workflow.models.places import Places
from db_workflow.models.registry import Models, load_models
from db_workflow.models.sayable import COMPARED, IGNORED
from db_workflow.models.scope import scope_of
from db_workflow.server import Server
from db_workflow.settings import Settings

if TYPE_CHECKING:
    import asyncpg

    from db_workflow.catalog import Snapshot


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the comparison found.

    Attributes:
        compared: how many objects were compared.
        differences: between models and database.
        enums: between enum classes, what columns send, and the database's enum types and CHECK
            lists.
        breaches: of the conventions.
        findings: all of these, in the same order, with what to write and where.
        not_compared: objects that a model cannot express, by kind and name; last, if there are
            any, the kinds that no snapshot reads, in one entry.
        warnings: what SQLAlchemy said about the mappers, and joins that link nothing.
        notes: enum types and classes that nothing uses; nothing is to be mended.

    """

    compared: int
    differences: tuple[Difference, ...]
    enums: tuple[EnumDifference | LabelDifference, ...]
    breaches: tuple[Breach, ...]
    findings: tuple[Finding, ...]
    not_compared: tuple[str, ...]
    warnings: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether there is nothing to mend."""
        return not self.findings

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "agrees": self.agrees,
            "compared": self.compared,
            "findings": [
                {"what": found.what, "write": found.write, "place": found.place}
                for found in self.findings
            ],
            "not_compared": list(self.not_compared),
            "warnings": list(self.warnings),
            "notes": list(self.notes),
        }

    def __str__(self) -> str:
        """Return the screen a person sees."""
        lines = []
        for found in self.findings:
            lines.append(f"{found.place}: {found.what}")
            lines += [f"    {line}" for line in found.write.splitlines()]
        lines += [f"warning: {text}" for text in self.warnings]
        lines += [f"note: {text}" for text in self.notes]
        if self.not_compared:
            listed = ", ".join(self.not_compared)
            lines.append(f"not compared: {listed}")
        count = len(self.findings)
        lines.append(
            f"Models and enums agree with the database: {self.compared} objects compared."
            if self.agrees
            else f"{count} thing{'s' * (count != 1)} to mend; {self.compared} objects compared."
        )
        return "\n".join(lines)


async def compare_models(
    server: Server, connection: "asyncpg.Connection[Any]", *, settings: Settings
) -> Comparison:
    """Compare models, enums and conventions with a migrated database.

    Args:
        server: where the scratch database is made; the same server as the connection's.
        connection: to the migrated database; only read.
        settings: the repository.

    Raises:
        ModelsError: the models do not import, or PostgreSQL refuses them.

    """
    models = load_models(settings)
    # While the server reads its catalog, the models are written as SQL.
    writing = asyncio.create_task(asyncio.to_thread(define, models))
    try:
        migrated = await read_snapshot(connection, schemas=settings.schemas)
        ground = await read_ground(connection, settings=settings)
        unread = await kinds_unread(connection, schemas=settings.schemas)
    except BaseException:
        writing.cancel()
        raise
    definition = await writing
    places = Places(models, settings)
    # While the server creates tables, the models are looked at.
    looking = asyncio.create_task(
        asyncio.to_thread(breaches_of, models.base, settings=settings, places=places)
    )
    try:
        modelled = await read_modelled(
            server,
            connection,
            models,
            definition,
            migrated=migrated,
            ground=ground,
            settings=settings,
        )
    except BaseException:
        looking.cancel()
        raise
    scope = scope_of(
        migrated,
        as_said(modelled, definition, settings=settings),
        lent=lent(migrated, definition, settings=settings),
    )
    enums, notes = _compare_enums(models, migrated, first=settings.schemas[0])
    told = {one.type_name for one in enums}
    found = tuple(
        one
        for one in differences(
            scope.database, scope.modelled, kinds=COMPARED, ignore=IGNORED, renames=True
        )
        # Said once: the class or the column is where it is mended.
        if not (one.kind == "enum" and one.name in told) and not _follows(one)
    )
    breaches = await looking
    return Comparison(
        compared=len(scope.database.objects) + len(models.enums),
        differences=found,
        enums=enums,
        breaches=breaches,
        findings=(
            *of_differences(found, migrated, models=models, places=places, settings=settings),
            *of_enums(enums, models=models, places=places),
            *of_breaches(breaches, places=places),
        ),
        not_compared=(*scope.left_out, *_elsewhere(models, settings), *_never_read(unread)),
        warnings=models.warnings,
        notes=notes,
    )


def _compare_enums(
    models: Models, migrated: "Snapshot", *, first: str
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
