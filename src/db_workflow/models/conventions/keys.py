"""Conventions about foreign keys. See `rules.RULES` for the reasons."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from db_workflow.models.conventions.breach import Breach
from db_workflow.models.conventions.tables import attribute_of, foreign_keys, shown, tables

if TYPE_CHECKING:
    from sqlalchemy import Index, Table
    from sqlalchemy.orm import DeclarativeBase

_NAME = r'(?:\w+\.)*(?:"(?P<quoted>[^"]+)"|(?P<plain>\w+))'
# An element of an index as a text: a column, and perhaps its order.
_ELEMENT = re.compile(rf"\s*{_NAME}(\s+(ASC|DESC))?(\s+NULLS\s+(FIRST|LAST))?\s*", re.IGNORECASE)
_NOT_NULL = re.compile(rf"\(*\s*{_NAME}\s+IS\s+NOT\s+NULL\s*\)*", re.IGNORECASE)
_SET_NULL = re.compile(r"SET NULL\s*(?:\((?P<columns>.+)\))?", re.IGNORECASE)
# Others cannot answer «which rows have this value» for a plain column.
_METHODS = {"", "btree", "hash"}


@dataclass(frozen=True, slots=True)
class _Lead:
    """What looks rows up by its first columns; of a partial index, with its predicate."""

    columns: tuple[str, ...]
    unique: bool
    predicate: str = ""

    def serves(self, columns: list[str]) -> bool:
        # A partial index does not find the rows that it leaves out; rows without a value are
        # never looked for.
        if self.predicate and not _only_without_values(self.predicate, columns):
            return False
        first = set(self.columns[: len(columns)]) == set(columns)
        # One row at the most is found by some of the key's columns: the others need no index.
        return first or (self.unique and bool(self.columns) and set(self.columns) <= set(columns))


def foreign_keys_indexed(base: "type[DeclarativeBase]") -> Iterator[Breach]:
    """Want a foreign key's columns to lead an index, a unique constraint or the primary key."""
    for owner, table in tables(base):
        keys = foreign_keys(table)
        leads = list(_leads(table)) if keys else []
        for key in keys:
            columns = [column.name for column in key.columns]
            if any(lead.serves(columns) for lead in leads):
                continue
            listed = ", ".join(f'"{column.key}"' for column in key.columns)
            name = f"ix_{table.name}_{'_'.join(columns)}"
            yield Breach(
                owner,
                attribute_of(owner, key.columns[0]),
                f"foreign key {shown(table, columns)} has no index",
                f'Index("{name}", {listed}), with its migration',
            )


def set_null_is_nullable(base: "type[DeclarativeBase]") -> Iterator[Breach]:
    """Allow ON DELETE (or UPDATE) SET NULL only where every column it empties may be NULL."""
    for owner, table in tables(base):
        for key in foreign_keys(table):
            emptied = {
                name
                for action in (key.ondelete, key.onupdate)
                for name in _emptied(action or "", [column.name for column in key.columns])
            }
            fixed = [column for column in key.columns if column.name in emptied]
            fixed = [column for column in fixed if not column.nullable]
            if fixed:
                listed = ", ".join(column.name for column in fixed)
                name = shown(table, [column.name for column in key.columns])
                yield Breach(
                    owner,
                    attribute_of(owner, fixed[0]),
                    f"foreign key {name} says SET NULL, but {listed} is NOT NULL",
                    'ondelete="CASCADE" or "RESTRICT", with its migration',
                )


def _emptied(action: str, columns: list[str]) -> list[str]:
    """Return the columns that an action makes NULL: all, or those of `SET NULL (a, b)`."""
    found = _SET_NULL.fullmatch(action.strip())
    if found is None:
        return []
    listed = found["columns"]
    return [name.strip().strip('"') for name in listed.split(",")] if listed else columns


def _leads(table: "Table") -> Iterator[_Lead]:
    """Yield what finds rows by the values of columns."""
    from sqlalchemy import PrimaryKeyConstraint, UniqueConstraint

    for constraint in table.constraints:
        if isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint):
            yield _Lead(tuple(column.name for column in constraint.columns), unique=True)
    for index in table.indexes:
        options = index.dialect_options["postgresql"]
        where = options.get("where")
        if str(options.get("using") or "").lower() in _METHODS:
            predicate = "" if where is None else str(where)
            yield _Lead(tuple(_first_columns(index)), bool(index.unique), predicate)


def _only_without_values(predicate: str, columns: list[str]) -> bool:
    parts = re.split(r"\s+AND\s+", predicate, flags=re.IGNORECASE)
    found = [_NOT_NULL.fullmatch(part.strip()) for part in parts]
    return all(one and (one["quoted"] or one["plain"]) in columns for one in found)


def _first_columns(index: "Index") -> Iterator[str]:
    """Yield an index's columns up to the first expression."""
    for part in index.expressions:
        name = _column_name(part)
        if name is None:
            return
        yield name


def _column_name(part: Any) -> str | None:
    from sqlalchemy import Column, TextClause, UnaryExpression

    while isinstance(part, UnaryExpression) and part.modifier is not None:  # DESC, NULLS LAST
        part = part.element
    if isinstance(part, Column):
        column: Column[Any] = part
        return str(column.name)
    found = _ELEMENT.fullmatch(part.text) if isinstance(part, TextClause) else None
    return (found["quoted"] or found["plain"]) if found else None
