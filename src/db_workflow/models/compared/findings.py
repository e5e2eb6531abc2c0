"""What phase 2 asks a person to mend: what is wrong, what to write, where."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from db_workflow.catalog import Difference
from db_workflow.models.compared.differing import Differing, said
from db_workflow.models.compared.enum_columns import LabelDifference
from db_workflow.models.compared.enums import EnumDifference
from db_workflow.models.compared.known import writer_for
from db_workflow.models.conventions.breach import Breach
from db_workflow.models.naming.names import unquoted
from db_workflow.models.source.places import Places
from db_workflow.models.source.registry import Models
from db_workflow.models.writing import Writer
from db_workflow.settings import Settings


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend.

    Attributes:
        what: what is wrong, in a line.
        write: the line, or lines, to write.
        place: where, as `file:line`.
        rule: the name of the convention that is broken; "" for anything else.

    """

    what: str
    write: str
    place: str
    rule: str = ""


def findings_of(found: Differing, *, settings: Settings) -> tuple[tuple[Finding, ...], str]:
    """Return what to mend, and the imports and definitions that the lines to write need."""
    imports = ""
    mended: list[Finding] = []
    if found.differences or found.enums:
        writer = writer_for(found.database, found.models, places=found.places, settings=settings)
        mended += _of_differences(found.differences, writer, found.places)
        mended += _of_enums(found.enums, writer, models=found.models, places=found.places)
        imports = writer.imports
    return (*mended, *_of_breaches(found.breaches, found.places)), imports


def _of_differences(found: Sequence[Difference], writer: Writer, places: Places) -> list[Finding]:
    return [Finding(said(one), writer.change(one), _place(one, places)) for one in found]


def _of_enums(
    found: Sequence[EnumDifference | LabelDifference],
    writer: Writer,
    *,
    models: Models,
    places: Places,
) -> list[Finding]:
    """Return what to write for enums that differ, and for columns that send other labels."""
    mine = {one.__name__: one for one in models.enums}
    elsewhere = places.relative(models.enums_file)

    def place(one: EnumDifference | LabelDifference) -> str:
        if isinstance(one, LabelDifference):
            return places.of(one.table, one.column)
        return places.of_class(mine[one.class_name]) if one.class_name in mine else elsewhere

    return [_of_enum(one, writer, place(one)) for one in found]


def _of_enum(one: EnumDifference | LabelDifference, writer: Writer, place: str) -> Finding:
    if isinstance(one, EnumDifference) and one.change == "missing":
        # Named as the columns' lines name it: two schemas may have a type of one name.
        named = replace(one, class_name=writer.enum_name(one.type_name))
        return Finding(str(named), writer.enum(one.type_name, base=one.base), place)
    return Finding(str(one), one.write, place)


def _of_breaches(found: Sequence[Breach], places: Places) -> list[Finding]:
    return [
        Finding(str(one), one.write, places.of_class(one.owner, one.attribute), one.rule)
        for one in found
    ]


def _place(difference: Difference, places: Places) -> str:
    """Return where the models say it: at a column, if it is one or stands at one."""
    name = difference.actual_name or difference.name
    if difference.kind == "table":
        return places.of(name)
    if difference.kind == "column":
        return places.of(difference.table, unquoted(name.removeprefix(f"{difference.table}."))[-1])
    properties = difference.expected or difference.actual or {}
    columns = properties.get("columns") or []
    if properties.get("type") == "foreign key" and len(columns) == 1:
        return places.of(difference.table, columns[0])
    return places.of(difference.table)
