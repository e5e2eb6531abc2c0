"""A whole models file."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from db_workflow.models.naming.names import attribute, unique
from db_workflow.models.writing.code import (
    Code,
    Group,
    assigned,
    call,
    entry,
    flat,
    lines,
    literal,
    option,
)
from db_workflow.models.writing.draft import Draft, Schema, draft
from db_workflow.models.writing.sequences import sequence_options
from db_workflow.models.writing.tables import place

# Annotations whose type in PostgreSQL is a choice: the most frequent one goes into the type map.
_CHOICES = ("uuid.UUID", "datetime", "Decimal", "float", "str", "timedelta")
_MAPPER_ARGS = '''\
def _mapper_args(**arguments: {any}) -> dict[str, {any}]:
    """Return mapper arguments with what every table needs.

    What the server fills in comes back with the INSERT or UPDATE itself: otherwise the first look
    at it after a flush would need a query.
    """
    return {{"eager_defaults": True, **arguments}}'''
_HELPERS = '''\
def _to_one(back_populates: str, **options: {any}) -> {relationship}[{any}]:
    """Return the side of a relationship that holds the foreign key."""
    return relationship(back_populates=back_populates, lazy="raise_on_sql", **options)


def _to_many(back_populates: str, **options: {any}) -> {relationship}[{any}]:
    """Return the other side, of a collection or of at most one.

    Deleting is left to the database (`passive_deletes="all"`): its actions are the rules, and
    the ORM would have to load every child to repeat them.
    """
    return relationship(
        back_populates=back_populates, lazy="raise_on_sql", passive_deletes="all", **options
    )'''


def module(
    schema: Schema,
    *,
    sequences: Mapping[str, Mapping[str, Any]],
    naming: Mapping[str, Any],
    enums_module: str | None,
) -> str:
    """Return a module that gives every table of a schema.

    Args:
        schema: the schema.
        sequences: those that belong to no column, by printed name.
        naming: the naming convention; tokens that are functions are left out.
        enums_module: where enum classes are imported from; None: they are written.

    """
    naming = {key: said for key, said in naming.items() if isinstance(said, str)}
    # Without a module of their own the classes have to be written, those that there are included.
    known = schema.names.enums if enums_module is not None else {}
    usual = _usual(schema, known, enums_module)
    piece = draft(schema, naming=naming, known_enums=known, enums_module=enums_module, usual=usual)
    tables = [piece.classes.written(table) for table in schema.tables.values()]
    last = [line for table in schema.tables.values() for line in piece.classes.afterwards(table)]
    base = _base(schema, piece, usual, naming)
    if enums_module is None:
        for printed, name in schema.names.enums.items():
            piece.definitions.enum(printed, name)
    helpers = (
        _helpers(piece) if any(map(schema.relationships.of_table, schema.tables.values())) else []
    )
    blocks = [
        *piece.definitions.classes(),
        _MAPPER_ARGS.format(any=piece.imports("Any")),
        base,
        *helpers,
        *_sequences(schema, piece, sequences),
        *tables,
        *(["\n".join(last)] if last else []),
    ]
    imports = "\n".join(piece.imports.lines())
    body = "\n\n\n".join(blocks)
    return f'"""The tables of the database."""\n\n{imports}\n\n\n{body}\n'


def _usual(
    schema: Schema, known_enums: Mapping[str, str], enums_module: str | None
) -> dict[str, str]:
    """Return the types that the module's annotations stand for: the most frequent ones."""
    piece = draft(schema, naming={}, known_enums=known_enums, enums_module=enums_module)
    enums = set(schema.names.enums.values())
    counts: dict[str, Counter[str]] = {}
    for table in schema.tables.values():
        for column in table.columns.values():
            written = piece.types.written(column["type"], collation=column.get("collation"))
            if written.annotation in enums or (written.annotation in _CHOICES and written.is_usual):
                found = counts.setdefault(written.annotation, Counter())
                found[flat(written.code)] += 1
    return {annotation: found.most_common(1)[0][0] for annotation, found in sorted(counts.items())}


def _base(schema: Schema, piece: Draft, usual: Mapping[str, str], naming: Mapping[str, str]) -> str:
    convention = Group(
        "naming_convention={",
        tuple(f"{literal(key)}: {literal(pattern)}" for key, pattern in naming.items()),
        "}",
    )
    any_type = piece.imports("Any")
    written = [
        f"class {schema.names.base}({piece.imports('DeclarativeBase')}):",
        '    """What every table shares: names by convention, types by annotation."""',
        "",
        *lines(assigned("metadata", call(piece.imports("MetaData"), convention)), indent=4),
    ]
    if usual:
        types = _type_map(schema, piece, usual)
        name = f"type_annotation_map: {piece.imports('ClassVar')}[dict[{any_type}, {any_type}]]"
        written += lines(assigned(name, types), indent=4)
    written.append("    __mapper_args__ = _mapper_args()")
    return "\n".join(written)


def _type_map(schema: Schema, piece: Draft, usual: Mapping[str, str]) -> Code:
    """Return the type map; writing the types once more imports what they need."""
    wanted = {flat(code): code for code in _codes(schema, piece, usual)}
    return Group("{", tuple(entry(name, wanted[code]) for name, code in usual.items()), "}")


def _codes(schema: Schema, piece: Draft, usual: Mapping[str, str]) -> list[Code]:
    codes = []
    for table in schema.tables.values():
        for column in table.columns.values():
            collation = column.get("collation")
            probe = piece.types.probe().written(column["type"], collation=collation)
            if usual.get(probe.annotation) == flat(probe.code):
                codes.append(piece.types.written(column["type"], collation=collation).code)
    return codes


def _helpers(piece: Draft) -> list[str]:
    piece.imports("relationship")
    names = {"any": piece.imports("Any"), "relationship": piece.imports("Relationship")}
    return [_HELPERS.format(**names)]


def _sequences(
    schema: Schema, piece: Draft, sequences: Mapping[str, Mapping[str, Any]]
) -> list[str]:
    """Return the sequences that belong to no column, as one block."""
    taken = set(schema.names.taken)
    written: list[str] = []
    for printed, found in sequences.items():
        name = unique(attribute(place(printed, schemas=schema.schemas)[1]), taken)
        taken.add(name)
        code = sequence(printed, found, schema=schema, piece=piece)
        written += lines(assigned(name, code))
    return ["\n".join(written)] if written else []


def sequence(printed: str, found: Mapping[str, Any], *, schema: Schema, piece: Draft) -> Code:
    """Return a sequence that belongs to no column."""
    inside, name = place(printed, schemas=schema.schemas)
    kind = found.get("type", "bigint")
    parts: list[Code] = [literal(name), *sequence_options(found, kind=kind)]
    if kind != "bigint":
        parts.append(option("data_type", piece.types.written(kind).code))
    if inside:
        parts.append(option("schema", literal(inside)))
    return call(piece.imports("Sequence"), *parts, f"metadata={schema.names.base}.metadata")
