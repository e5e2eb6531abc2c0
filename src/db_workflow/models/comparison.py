"""The models against the migrated database: both as PostgreSQL sees them.

The models are created in a scratch database on the same server, and the two catalogs are
compared. The database is right by definition; each difference says what to write in the models.
"""

from dataclasses import dataclass
from typing import Any

import asyncpg

from db_workflow.catalog import (
    Difference,
    SchemaObject,
    Snapshot,
    differences,
    kinds_unread,
    read_snapshot,
)
from db_workflow.connection import session
from db_workflow.models.conventions import Breach, check_conventions
from db_workflow.models.ddl import create_models
from db_workflow.models.enums import EnumDifference, compare_enums
from db_workflow.models.findings import Finding, of_breaches, of_differences, of_enums
from db_workflow.models.names import unquoted
from db_workflow.models.places import Places
from db_workflow.models.registry import Models, load_models
from db_workflow.scratch import scratch_database
from db_workflow.server import Server
from db_workflow.settings import Settings

# What a model can say. The order of columns is not among it: a column added later stands last
# in the table and where it belongs in the class.
COMPARED = ("enum", "domain", "sequence", "table", "column", "constraint", "index")
_UNSAYABLE = (
    ("table", "row security"),
    ("table", "replica identity"),
    ("column", "not null"),
    ("constraint", "disabled triggers"),
    ("constraint", "replica triggers"),
    ("constraint", "always triggers"),
)
_IGNORED = ("column.position", *(f"{kind}.{name}" for kind, name in _UNSAYABLE))


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the comparison found.

    Attributes:
        compared: how many objects were compared.
        differences: between models and database.
        enums: between enum classes and the database's enum types.
        breaches: of the conventions.
        findings: all of these, in the same order, with what to write and where.
        not_compared: objects that a model cannot express, by kind and name; last, if there are
            any, the kinds that no snapshot reads, in one entry.
        warnings: what SQLAlchemy said about the mappers.

    """

    compared: int
    differences: tuple[Difference, ...]
    enums: tuple[EnumDifference, ...]
    breaches: tuple[Breach, ...]
    findings: tuple[Finding, ...]
    not_compared: tuple[str, ...]
    warnings: tuple[str, ...]

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
        }

    def __str__(self) -> str:
        """Return the screen a person sees."""
        lines = []
        for found in self.findings:
            lines.append(f"{found.place}: {found.what}")
            lines += [f"    {line}" for line in found.write.splitlines()]
        lines += [f"warning: {text}" for text in self.warnings]
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
    migrated = await read_snapshot(connection, schemas=settings.schemas)
    modelled = await _modelled(server, connection, models, migrated, settings)
    database, left_out = _expressible(migrated, modelled)
    unread = await kinds_unread(connection, schemas=settings.schemas)
    if unread:
        left_out = (*left_out, f"what the comparison never reads: {', '.join(unread)}")
    enums = compare_enums(models.enums, migrated)
    wrong_enums = {one.type_name for one in enums}
    found = tuple(
        one
        for one in differences(database, modelled, kinds=COMPARED, ignore=_IGNORED)
        # Said once: the class is where it is mended.
        if not (one.kind == "enum" and unquoted(one.name)[-1] in wrong_enums)
    )
    breaches = check_conventions(models.base)
    places = Places(models, settings)
    return Comparison(
        compared=len(database.of_kind(*COMPARED)) + len(models.enums),
        differences=found,
        enums=enums,
        breaches=breaches,
        findings=(
            *of_differences(found, database, models=models, places=places),
            *of_enums(enums, models=models, places=places),
            *of_breaches(breaches, places=places),
        ),
        not_compared=left_out,
        warnings=models.warnings,
    )


async def _modelled(
    server: Server,
    connection: "asyncpg.Connection[Any]",
    models: Models,
    migrated: Snapshot,
    settings: Settings,
) -> Snapshot:
    """Return the catalog that the models alone give."""
    rows = await connection.fetch(
        "SELECT extname, nspname FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace"
        " WHERE extname <> 'plpgsql' ORDER BY extname"
    )
    async with (
        scratch_database(server, settings=settings) as address,
        session(address, purpose="compare models") as scratch,
    ):
        await create_models(
            scratch,
            models,
            database=migrated,
            extensions=[(row[0], row[1]) for row in rows],
            settings=settings,
        )
        return await read_snapshot(scratch, schemas=settings.schemas)


def _expressible(migrated: Snapshot, modelled: Snapshot) -> tuple[Snapshot, tuple[str, ...]]:
    """Return what of the database models can express, and the names of the rest."""
    outside = {
        found.name
        for found in migrated.of_kind("table")
        if "partition bound" in found.properties or found.properties["form"] == "foreign"
    }
    used = {found.properties["type"].removesuffix("[]") for found in migrated.of_kind("column")}
    tables = {found.name for found in migrated.of_kind("table")} - outside

    def expressible(found: SchemaObject) -> bool:
        if found.kind in {"enum", "domain"}:
            # Models have a type only through a column; enum classes answer for the other enums.
            return found.name in used or found.key in modelled.by_key
        if found.table is not None:
            return found.kind in COMPARED and found.table in tables
        return found.kind in COMPARED and found.name not in outside

    # What goes with a table that is left out is not listed beside it.
    rest = [
        f"{found.kind} {found.name}"
        for found in migrated.objects
        if not expressible(found) and found.table not in outside and found.kind != "enum"
    ]
    rest += [
        f"{name} of {found.name}"
        for kind, name in _UNSAYABLE
        for found in migrated.of_kind(kind)
        if name in found.properties
    ]
    return Snapshot.of(filter(expressible, migrated.objects)), tuple(rest)
