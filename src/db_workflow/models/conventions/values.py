"""Conventions about what columns hold. See `rules.RULES` for the reasons."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from db_workflow.models.conventions.breach import Breach
from db_workflow.models.conventions.tables import attribute_of, tables

if TYPE_CHECKING:
    from sqlalchemy import Column, Table
    from sqlalchemy.orm import DeclarativeBase

_MONEY = re.compile(
    r"(^|_)(amount|balance|charge|cost|credit|debit|discount|fee|fine|money|paid|payment|payout"
    r"|price|rate_per_\w+|refund|revenue|salary|subtotal|tax|total_due|wage)s?($|_)"
)


def uuids_are_objects(base: "type[DeclarativeBase]") -> Iterator[Breach]:
    """Want UUID columns to give uuid.UUID, not texts.

    A TypeDecorator with its own `process_result_value` decides by itself what it gives.
    """
    from sqlalchemy import TypeDecorator, Uuid

    for owner, table, column, kinds in _typed_columns(base):
        converts = any(
            isinstance(kind, TypeDecorator)
            and type(kind).process_result_value is not TypeDecorator.process_result_value
            for kind in kinds
        )
        if isinstance(kinds[-1], Uuid) and not kinds[-1].as_uuid and not converts:
            yield _breach(owner, table, column, "gives texts", "UUID(as_uuid=True)")


def instants_have_zones(base: "type[DeclarativeBase]") -> Iterator[Breach]:
    """Want columns that hold a date and a time to hold the zone as well.

    A TypeDecorator that adds the zone in Python changes nothing for other readers.
    """
    from sqlalchemy import DateTime

    for owner, table, column, kinds in _typed_columns(base):
        if isinstance(kinds[-1], DateTime) and not kinds[-1].timezone:
            yield _breach(owner, table, column, "has no time zone", "DateTime(timezone=True)")


def money_is_exact(base: "type[DeclarativeBase]") -> Iterator[Breach]:
    """Want columns named like money to be NUMERIC, and Decimal in Python."""
    from sqlalchemy import Float, Numeric
    from sqlalchemy.dialects.postgresql import MONEY

    for owner, table, column, kinds in _typed_columns(base):
        kind = kinds[-1]
        if isinstance(kind, MONEY):
            yield _breach(
                owner, table, column, "is money, a text in the session's locale", "Numeric(10, 2)"
            )
        if not _MONEY.search(column.name.lower()):
            continue
        if isinstance(kind, Float):  # before Numeric: it is one in SQLAlchemy 2.0
            yield _breach(owner, table, column, "holds money as binary fractions", "Numeric(10, 2)")
        elif isinstance(kind, Numeric) and not kind.asdecimal:
            yield _breach(owner, table, column, "gives money as float", "Numeric(10, 2)")


def _breach(
    owner: type[Any], table: "Table", column: "Column[Any]", what: str, write: str
) -> Breach:
    attribute = attribute_of(owner, column)
    return Breach(
        owner,
        attribute,
        f"column {table.fullname}.{column.name} {what}",
        f"{attribute}: mapped_column({write}, …), with its migration",
    )


def _typed_columns(
    base: "type[DeclarativeBase]",
) -> "Iterator[tuple[type[Any], Table, Column[Any], list[Any]]]":
    """Yield each column with its type as PostgreSQL gets it, from outside in."""
    from sqlalchemy.dialects import postgresql

    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # its constructor has no types
    for owner, table in tables(base):
        for column in table.columns:
            yield owner, table, column, list(_layers(column.type, dialect))


def _layers(kind: Any, dialect: Any) -> Iterator[Any]:
    """Yield a type and what it is made of: elements of arrays, bases of domains, decorated ones."""
    from sqlalchemy import TypeDecorator

    while kind is not None:
        # SQLAlchemy tells the variants nowhere else, but in `dialect_impl`: 20 µs a column.
        kind = getattr(kind, "_variant_mapping", {}).get(dialect.name, kind)
        yield kind
        if isinstance(kind, TypeDecorator):
            kind = kind.load_dialect_impl(dialect)
        else:
            kind = getattr(kind, "item_type", None) or getattr(kind, "data_type", None)
