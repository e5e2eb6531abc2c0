"""Whether a factory fills its model: every column is declared, or something else gives it."""

from typing import Any

from factory.base import Factory
from sqlalchemy import Column

from db_workflow.testdata.factories.options import mapper_of


def undeclared_columns(kind: type[Factory[Any]]) -> list[str]:
    """Return the columns of a factory's model that it neither fills nor may leave to the database.

    A column may be left if it has a default, is computed or counted, is the discriminator, is the
    key to the row that joined inheritance shares, or follows from a relationship that the factory
    fills. One that may be NULL is declared as None on purpose: a column that a migration adds is
    noticed here.
    """
    mapper = mapper_of(kind)
    options: Any = kind._meta  # noqa: SLF001 - factory_boy's documented options
    declared = {options.rename.get(name, name) for name in options.declarations}
    for link in options.links:
        if link.name in declared:
            declared |= link.keys.keys()
    return [
        attribute.key
        for attribute in mapper.column_attrs
        if attribute.key not in declared
        and not any(
            fills_itself(column) or column is mapper.polymorphic_on for column in attribute.columns
        )
    ]


def fills_itself(column: Any) -> bool:
    """Tell whether a column has a value when nobody gives one; an expression of a mapper has."""
    return (
        not isinstance(column, Column)
        or column.default is not None
        or column.server_default is not None
        or column.computed is not None
        or column.identity is not None
        or column is column.table.autoincrement_column
    )
