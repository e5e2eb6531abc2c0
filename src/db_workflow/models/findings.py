"""What phase 2 asks a person to mend: what is wrong, what to write, where."""

from collections.abc import Sequence
from dataclasses import dataclass

from db_workflow.catalog import Difference, Snapshot
from db_workflow.models.breach import Breach
from db_workflow.models.enum_columns import LabelDifference
from db_workflow.models.enums import EnumDifference, answers_for
from db_workflow.models.names import attribute, unquoted
from db_workflow.models.places import Places
from db_workflow.models.registry import Models
from db_workflow.models.writing import Writer
from db_workflow.settings import Settings


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


def of_differences(
    found: Sequence[Difference],
    database: Snapshot,
    *,
    models: Models,
    places: Places,
    settings: Settings,
) -> list[Finding]:
    """Return what to write for differences between models and database."""
    if not found:
        return []
    writer = Writer(
        database,
        enums={
            name: answering[0].__name__
            for name, answering in answers_for(
                models.enums, [one.name for one in database.of_kind("enum")]
            ).items()
        },
        classes={
            one.name: mapped.__name__
            for one in database.of_kind("table")
            if (mapped := places.class_of(one.name)) is not None
        },
        naming=models.base.metadata.naming_convention,
        schemas=settings.schemas,
        enums_module=settings.enums,
    )
    return [Finding(_what(one), writer.change(one), places.of(*_owner(one))) for one in found]


def of_enums(
    found: Sequence[EnumDifference | LabelDifference], *, models: Models, places: Places
) -> list[Finding]:
    """Return what to write for enums that differ, and for columns that send other labels."""
    mine = {one.__name__: one for one in models.enums}
    elsewhere = places.relative(models.enums_file)

    def place(one: EnumDifference | LabelDifference) -> str:
        if isinstance(one, LabelDifference):
            return places.of(one.table, attribute(one.column))
        return places.of_class(mine[one.class_name]) if one.class_name in mine else elsewhere

    return [Finding(str(one), one.write, place(one)) for one in found]


def of_breaches(found: Sequence[Breach], *, places: Places) -> list[Finding]:
    """Return what to write where conventions are broken."""
    return [
        Finding(str(one), one.write, places.of_class(one.owner, one.attribute)) for one in found
    ]


def _owner(difference: Difference) -> tuple[str | None, str]:
    """Return the models' table, and the attribute if it is a column or a column's foreign key."""
    table = difference.table
    name = difference.actual_name or difference.name
    if difference.kind == "table":
        return name, ""
    if difference.kind == "column":
        return table, attribute(unquoted(name.removeprefix(f"{table}."))[-1])
    if difference.kind == "constraint":
        properties = difference.expected or difference.actual or {}
        columns = list(properties.get("columns") or [])
        if properties["type"] == "foreign key" and len(columns) == 1:
            return table, attribute(columns[0])
    return table, ""


def _what(difference: Difference) -> str:
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
