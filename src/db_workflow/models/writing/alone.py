"""A table's class as a file of its own, beside the models as they are."""

from db_workflow.models.writing.draft import Draft, Schema
from db_workflow.models.writing.naming import Names
from db_workflow.models.writing.relationships import Side
from db_workflow.models.writing.surroundings import Surroundings
from db_workflow.models.writing.tables import Table

_BASE = '''\
class {name}({base}):
    """What every table shares."""

    __mapper_args__ = {{"eager_defaults": True}}'''


def alone(schema: Schema, piece: Draft, table: Table, surroundings: Surroundings) -> str:
    """Return a file that adds a table's class to the models.

    A relationship has two sides, and SQLAlchemy wants both. Of a class that the models lack, each
    is written with the later one of the two classes; where the models have no class at all, each
    class is written as if all others were there.
    """
    sides, left_out = _sides(schema, table)
    written = piece.classes.written(table, sides=sides)
    below = others_below(schema, piece, table, sides)
    last = piece.classes.afterwards(table)
    if last:
        below += ["# below the classes:", *last]
    for name in _named(schema.names, sides, table):
        if name in surroundings.homes:
            piece.imports.add(surroundings.homes[name], name)
    blocks = [*piece.definitions.classes(), *_base(piece, schema.names.base, surroundings)]
    blocks += ["\n".join([*_waiting(schema, left_out), written])]
    if below:
        blocks.append("\n".join(below))
    return "\n\n\n".join(["\n".join(piece.imports.lines()), *blocks]) + "\n"


def others_below(schema: Schema, piece: Draft, table: Table, sides: list[Side]) -> list[str]:
    """Return the other sides of a new class's relationships, added to classes that there are."""
    lines = []
    for side in sides:
        both = schema.relationships.of_key(table, side.key) if side.holds_key else None
        if both and both[1].owner != table.printed and both[1].owner in schema.existing:
            lines += piece.classes.side_below(both[1])
    return lines


def _sides(schema: Schema, table: Table) -> tuple[list[Side], list[Side]]:
    """Return the relationships to write, and those that another class has to bring along."""
    sides = schema.relationships.of_table(table)
    if not schema.existing:
        return sides, []
    there = {schema.names.tables[name] for name in schema.existing}
    mine = schema.names.tables[table.printed]

    def has_both(side: Side) -> bool:
        if side.target == mine:
            return True
        # The models cannot have the key to a class that they lack.
        return side.target in there and (side.holds_key or table.printed in schema.existing)

    return [one for one in sides if has_both(one)], [one for one in sides if not has_both(one)]


def _waiting(schema: Schema, left_out: list[Side]) -> list[str]:
    """Return a comment about the relationships that are not written yet."""
    return [
        f"# Not here: the relationship {side.name} with {side.target};"
        " `invoke phase2` says both sides once both classes are there"
        for side in left_out
    ]


def _named(names: Names, sides: list[Side], table: Table) -> list[str]:
    """Return the classes that the code names outside of texts."""
    mine = names.tables[table.printed]
    return [names.base, *sorted({side.target for side in sides if side.holds_key} - {mine})]


def _base(piece: Draft, name: str, surroundings: Surroundings) -> list[str]:
    if name in surroundings.homes:
        return []
    return [_BASE.format(name=name, base=piece.imports("DeclarativeBase"))]
