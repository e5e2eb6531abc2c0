"""The models against the migrated database: both as PostgreSQL sees them.

The models are created in a scratch database on the same server, and the two catalogs are
compared. The database is right by definition; each difference says what to write in the models.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import asyncpg

from db_workflow.catalog import Difference, SchemaObject, Snapshot, differences, read_snapshot
from db_workflow.connection import session
from db_workflow.models.conventions import Breach, check_conventions
from db_workflow.models.ddl import create_models
from db_workflow.models.definitions import parse_foreign_key
from db_workflow.models.enums import EnumDifference, compare_enums, type_name
from db_workflow.models.names import attribute, unquoted
from db_workflow.models.places import Places
from db_workflow.models.registry import Models, load_models
from db_workflow.models.scratch import scratch_database
from db_workflow.models.suggest import Suggestions
from db_workflow.server import Server
from db_workflow.settings import Settings

# What a model can say. The order of columns is not among it: a column added later stands last
# in the table and where it belongs in the class.
COMPARED = ("enum", "domain", "sequence", "table", "column", "constraint", "index")
_IGNORED = ("column.position", "table.row security")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend.

    Attributes:
        what: what is wrong, in a line.
        write: the line, or lines, to write.
        place: where, as `file:line`.

    """

    what: str
    write: str
    place: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the comparison found.

    Attributes:
        compared: how many objects were compared.
        differences: between models and database.
        enums: between enum classes and the database's enum types.
        breaches: of the conventions.
        findings: all of these, in the same order, with what to write and where.
        not_compared: objects that a model cannot express, by kind and name.
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
            lines.append(f"not compared, because models cannot express it: {listed}")
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
            *_model_findings(found, database, models, places),
            *(Finding(str(one), one.write, _enum_place(one, models, places)) for one in enums),
            *(
                Finding(str(one), one.write, places.of_class(one.owner, one.attribute))
                for one in breaches
            ),
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
        f"row security of {found.name}"
        for found in migrated.of_kind("table")
        if "row security" in found.properties
    ]
    return Snapshot.of(filter(expressible, migrated.objects)), tuple(rest)


def _model_findings(
    found: tuple[Difference, ...], database: Snapshot, models: Models, places: Places
) -> list[Finding]:
    classes = {type_name(one): one.__name__ for one in models.enums}
    suggestions = Suggestions(
        database,
        enums={
            one.name: classes[unquoted(one.name)[-1]]
            for one in database.of_kind("enum")
            if unquoted(one.name)[-1] in classes
        },
        naming=models.base.metadata.naming_convention,
    )
    return [Finding(_what(one), suggestions.line(one), places.of(*_owner(one))) for one in found]


def _owner(difference: Difference) -> tuple[str | None, str]:
    """Return the table, and the attribute if it is a column or a column's foreign key."""
    if difference.kind == "column":
        local = difference.name.removeprefix(f"{difference.table}.")
        return difference.table, attribute(unquoted(local)[-1])
    if difference.kind == "constraint":
        properties = difference.expected or difference.actual or {}
        key = parse_foreign_key(properties["definition"])
        if key is not None and len(key.columns) == 1:
            return difference.table, attribute(unquoted(key.columns[0])[-1])
    return (difference.name if difference.kind == "table" else difference.table), ""


def _what(difference: Difference) -> str:
    """Say the difference from the models' side."""
    name = f"{difference.kind} {difference.name}"
    if difference.change == "missing":
        return f"{name} is in the database, not in the models"
    if difference.change == "unexpected":
        return f"{name} is in the models, not in the database"
    parts = "; ".join(
        f"{one}: {_shown(difference.actual, one)} in the models,"
        f" {_shown(difference.expected, one)} in the database"
        for one in difference.properties
    )
    return f"{name} differs: {parts}"


def _shown(properties: Mapping[str, Any] | None, name: str) -> str:
    value = (properties or {}).get(name)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)


def _enum_place(found: EnumDifference, models: Models, places: Places) -> str:
    mine = {one.__name__: one for one in models.enums}
    if found.class_name in mine:
        return places.of_class(mine[found.class_name])
    return places.relative(models.enums_file)
