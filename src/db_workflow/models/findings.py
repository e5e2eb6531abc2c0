"""What phase 2 asks a person to mend: what is wrong, what to write, where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db_workflow.catalog import Difference, Snapshot
from db_workflow.models.breach import Breach
from db_workflow.models.definitions import parse_foreign_key
from db_workflow.models.enums import EnumDifference, type_name
from db_workflow.models.names import attribute, unquoted
from db_workflow.models.places import Places
from db_workflow.models.registry import Models
from db_workflow.models.suggest import Suggestions


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
    found: Sequence[Difference], database: Snapshot, *, models: Models, places: Places
) -> list[Finding]:
    """Return what to write for differences between models and database."""
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


def of_enums(found: Sequence[EnumDifference], *, models: Models, places: Places) -> list[Finding]:
    """Return what to write for enums that differ."""
    mine = {one.__name__: one for one in models.enums}
    elsewhere = places.relative(models.enums_file)
    return [
        Finding(
            str(one),
            one.write,
            places.of_class(mine[one.class_name]) if one.class_name in mine else elsewhere,
        )
        for one in found
    ]


def of_breaches(found: Sequence[Breach], *, places: Places) -> list[Finding]:
    """Return what to write where conventions are broken."""
    return [
        Finding(str(one), one.write, places.of_class(one.owner, one.attribute)) for one in found
    ]


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
