"""Conventions about tables and columns. See `conventions.RULES` for the reasons."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from db_workflow.models.breach import Breach
from db_workflow.models.names import pascal_case, plural, singular, snake_case

if TYPE_CHECKING:
    from sqlalchemy import Column, ForeignKeyConstraint, Table
    from sqlalchemy.orm import DeclarativeBase

_MONEY = re.compile(
    r"(^|_)(amount|balance|charge|cost|credit|debit|discount|fee|fine|money|paid|payment|payout"
    r"|price|rate_per_\w+|refund|revenue|salary|subtotal|tax|total_due|wage)s?($|_)"
)


def names_match(base: "type[DeclarativeBase]") -> Iterator[Breach]:
    """Want a class in singular PascalCase, its table the same noun in plural snake_case."""
    for owner, table in _tables(base):
        if owner is base:
            continue  # an association table without a class
        wanted = plural(snake_case(owner.__name__))
        if table.name == wanted:
            continue
        class_name = pascal_case(singular(table.name))
        if plural(snake_case(class_name)) == table.name:
            write = f"class {class_name}"
        else:
            write = f'__tablename__ = "{wanted}", with the migration that renames the table'
        yield Breach(owner, "", f"class {owner.__name__} maps table {table.name}", write)


def foreign_keys_indexed(base: "type[DeclarativeBase]") -> Iterator[Breach]:
    """Want a foreign key's columns to lead an index, a unique constraint or the primary key."""
    for owner, table in _tables(base):
        leads = _leading_columns(table)
        for key in _foreign_keys(table):
            columns = list(key.column_keys)
            if any(set(lead[: len(columns)]) == set(columns) for lead in leads):
                continue
            listed = ", ".join(f'"{name}"' for name in columns)
            name = f"ix_{table.name}_{'_'.join(columns)}"
            yield Breach(
                owner,
                columns[0],
                f"foreign key {table.name} ({', '.join(columns)}) has no index",
                f'Index("{name}", {listed}), with its migration',
            )


def set_null_is_nullable(base: "type[DeclarativeBase]") -> Iterator[Breach]:
    """Allow ON DELETE (or UPDATE) SET NULL only where every column may be NULL."""
    for owner, table in _tables(base):
        for key in _foreign_keys(table):
            actions = f"{key.ondelete or ''} {key.onupdate or ''}".upper()
            fixed = [column.name for column in key.columns if not column.nullable]
            if "SET NULL" in actions and fixed:
                listed = ", ".join(fixed)
                key_name = f"{table.name} ({', '.join(key.column_keys)})"
                yield Breach(
                    owner,
                    fixed[0],
                    f"foreign key {key_name} says SET NULL, but {listed} is NOT NULL",
                    'ondelete="CASCADE" or "RESTRICT", with its migration',
                )


def constraints_named(base: "type[DeclarativeBase]") -> Iterator[Breach]:
    """Want a name on every constraint, from a naming convention or its own.

    A primary key may go without: a table has one, and PostgreSQL always calls it the same.
    """
    from sqlalchemy import CheckConstraint, PrimaryKeyConstraint

    for owner, table in _tables(base):
        for constraint in table.constraints:
            if isinstance(constraint, PrimaryKeyConstraint) or isinstance(constraint.name, str):
                continue
            columns = ", ".join(column.name for column in getattr(constraint, "columns", ()))
            shown = str(constraint.sqltext) if isinstance(constraint, CheckConstraint) else columns
            yield Breach(
                owner,
                "",
                f"a {type(constraint).__name__} of {table.name} ({shown}) has no name",
                "name=…, or a naming_convention on the metadata",
            )


def uuids_are_objects(base: "type[DeclarativeBase]") -> Iterator[Breach]:
    """Want UUID columns to give uuid.UUID, not texts."""
    from sqlalchemy import Uuid

    for owner, table, column, kind in _typed_columns(base):
        if isinstance(kind, Uuid) and not kind.as_uuid:
            yield _column_breach(owner, table, column, "gives texts", "UUID(as_uuid=True)")


def instants_have_zones(base: "type[DeclarativeBase]") -> Iterator[Breach]:
    """Want columns that hold a date and a time to hold the zone as well."""
    from sqlalchemy import DateTime

    for owner, table, column, kind in _typed_columns(base):
        if isinstance(kind, DateTime) and not kind.timezone:
            yield _column_breach(
                owner, table, column, "has no time zone", "DateTime(timezone=True)"
            )


def money_is_exact(base: "type[DeclarativeBase]") -> Iterator[Breach]:
    """Want columns named like money to be NUMERIC."""
    from sqlalchemy import Float

    for owner, table, column, kind in _typed_columns(base):
        if isinstance(kind, Float) and _MONEY.search(column.name.lower()):
            yield _column_breach(
                owner, table, column, "holds money as binary fractions", "Numeric(10, 2)"
            )


def _column_breach(
    owner: type[Any], table: "Table", column: "Column[Any]", what: str, write: str
) -> Breach:
    return Breach(
        owner,
        column.key,
        f"column {table.name}.{column.name} {what}",
        f"{column.key}: mapped_column({write}, …), with its migration",
    )


def _tables(base: "type[DeclarativeBase]") -> "Iterator[tuple[type[Any], Table]]":
    """Yield every table with the class that maps it; the base stands in where there is none."""
    from sqlalchemy import Table

    owners = {
        table: mapper.class_
        for mapper in sorted(base.registry.mappers, key=lambda one: one.class_.__name__)
        if isinstance(table := vars(mapper.class_).get("__table__"), Table)
    }
    for table in sorted(base.metadata.tables.values(), key=lambda table: str(table.fullname)):
        yield owners.get(table, base), table


def _typed_columns(
    base: "type[DeclarativeBase]",
) -> "Iterator[tuple[type[Any], Table, Column[Any], Any]]":
    """Yield each column with its type; an array's is its elements'."""
    for owner, table in _tables(base):
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
