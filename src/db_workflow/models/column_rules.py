"""Conventions about tables and columns. Each yields class, attribute, what is wrong, what to write.

See `conventions.RULES` for the reasons.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from db_workflow.models.names import pascal_case, plural, singular, snake_case

if TYPE_CHECKING:
    from sqlalchemy import Column, ForeignKeyConstraint, Table
    from sqlalchemy.orm import DeclarativeBase

Broken = Iterator[tuple[type[Any], str, str, str]]
_MONEY = re.compile(
    r"(^|_)(amount|balance|charge|cost|credit|debit|discount|fee|fine|money|paid|payment|payout"
    r"|price|rate_per_\w+|refund|revenue|salary|subtotal|tax|total_due|wage)s?($|_)"
)


def names_match(base: "type[DeclarativeBase]") -> Broken:
    """A class in singular PascalCase, its table the same noun in plural snake_case."""
    for owner, table in _mapped(base):
        wanted = plural(snake_case(owner.__name__))
        if table.name == wanted:
            continue
        class_name = pascal_case(singular(table.name))
        if plural(snake_case(class_name)) == table.name:
            write = f"class {class_name}"
        else:
            write = f'__tablename__ = "{wanted}", with the migration that renames the table'
        yield (owner, "", f"class {owner.__name__} maps table {table.name}", write)


def foreign_keys_indexed(base: "type[DeclarativeBase]") -> Broken:
    """A foreign key's columns lead an index, a unique constraint or the primary key."""
    for owner, table in _mapped(base):
        leads = _leading_columns(table)
        for key in _foreign_keys(table):
            columns = list(key.column_keys)
            if any(set(lead[: len(columns)]) == set(columns) for lead in leads):
                continue
            listed = ", ".join(f'"{name}"' for name in columns)
            yield (
                owner,
                columns[0],
                f"foreign key {table.name} ({', '.join(columns)}) has no index",
                f'Index("ix_{table.name}_{"_".join(columns)}", {listed}), with its migration',
            )


def set_null_is_nullable(base: "type[DeclarativeBase]") -> Broken:
    """ON DELETE (or UPDATE) SET NULL only where every column may be NULL."""
    for owner, table in _mapped(base):
        for key in _foreign_keys(table):
            actions = f"{key.ondelete or ''} {key.onupdate or ''}".upper()
            fixed = [column.name for column in key.columns if not column.nullable]
            if "SET NULL" in actions and fixed:
                yield (
                    owner,
                    fixed[0],
                    f"foreign key {table.name} ({', '.join(key.column_keys)}) says SET NULL,"
                    f" but {', '.join(fixed)} is NOT NULL",
                    'ondelete="CASCADE" or "RESTRICT", or a column that may be NULL,'
                    " with its migration",
                )


def constraints_named(base: "type[DeclarativeBase]") -> Broken:
    """Every constraint has a name, from a naming convention or its own.

    A primary key may go without: a table has one, and PostgreSQL always calls it the same.
    """
    from sqlalchemy import CheckConstraint, PrimaryKeyConstraint

    for owner, table in _mapped(base):
        for constraint in table.constraints:
            if isinstance(constraint, PrimaryKeyConstraint) or isinstance(constraint.name, str):
                continue
            columns = ", ".join(column.name for column in getattr(constraint, "columns", ()))
            shown = str(constraint.sqltext) if isinstance(constraint, CheckConstraint) else columns
            yield (
                owner,
                "",
                f"a {type(constraint).__name__} of {table.name} ({shown}) has no name",
                "name=…, or a naming_convention on the metadata",
            )


def uuids_are_objects(base: "type[DeclarativeBase]") -> Broken:
    """UUID columns give uuid.UUID, not texts."""
    from sqlalchemy import Uuid

    for owner, table, column, kind in _typed_columns(base):
        if isinstance(kind, Uuid) and not kind.as_uuid:
            yield _column_breach(owner, table, column, "gives texts", "UUID(as_uuid=True)")


def instants_have_zones(base: "type[DeclarativeBase]") -> Broken:
    """Columns that hold a date and a time hold the zone as well."""
    from sqlalchemy import DateTime

    for owner, table, column, kind in _typed_columns(base):
        if isinstance(kind, DateTime) and not kind.timezone:
            yield _column_breach(
                owner, table, column, "has no time zone", "DateTime(timezone=True)"
            )


def money_is_exact(base: "type[DeclarativeBase]") -> Broken:
    """Columns named like money are NUMERIC."""
    from sqlalchemy import Float

    for owner, table, column, kind in _typed_columns(base):
        if isinstance(kind, Float) and _MONEY.search(column.name.lower()):
            yield _column_breach(
                owner, table, column, "holds money as binary fractions", "Numeric(10, 2)"
            )


def _column_breach(
    owner: type[Any], table: "Table", column: "Column[Any]", what: str, write: str
) -> tuple[type[Any], str, str, str]:
    return (
        owner,
        column.key,
        f"column {table.name}.{column.name} {what}",
        f"{column.key}: mapped_column({write}, …), with its migration",
    )


def _mapped(base: "type[DeclarativeBase]") -> "Iterator[tuple[type[Any], Table]]":
    """Yield each class with the table it maps itself, in the order of the tables' names."""
    from sqlalchemy import Table

    mapped = [
        (mapper.class_, table)
        for mapper in base.registry.mappers
        if isinstance(table := vars(mapper.class_).get("__table__"), Table)
    ]
    yield from sorted(mapped, key=lambda pair: (str(pair[1].fullname), pair[0].__name__))


def _typed_columns(
    base: "type[DeclarativeBase]",
) -> "Iterator[tuple[type[Any], Table, Column[Any], Any]]":
    """Yield each column with its type; an array's is its elements'."""
    for owner, table in _mapped(base):
        for column in table.columns:
            yield owner, table, column, getattr(column.type, "item_type", column.type)


def _foreign_keys(table: "Table") -> "list[ForeignKeyConstraint]":
    return sorted(table.foreign_key_constraints, key=lambda key: tuple(key.column_keys))


def _leading_columns(table: "Table") -> list[list[str]]:
    """Return the columns of everything that is an index over the whole table, in order."""
    from sqlalchemy import Column, PrimaryKeyConstraint, UniqueConstraint
    from sqlalchemy.dialects.postgresql import ExcludeConstraint

    leads = [
        [column.key for column in constraint.columns]
        for constraint in table.constraints
        if isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint)
        and not isinstance(constraint, ExcludeConstraint)
    ]
    for index in table.indexes:
        if index.dialect_options["postgresql"].get("where") is not None:
            continue  # a partial index does not find the rows it leaves out
        lead: list[str] = []
        for part in index.expressions:
            if not isinstance(part, Column):
                break
            lead.append(part.key)
        leads.append(lead)
    return leads
