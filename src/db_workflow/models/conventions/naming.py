"""Conventions about names. See `rules.RULES` for the reasons."""

import keyword
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from db_workflow.models.conventions.breach import Breach
from db_workflow.models.conventions.tables import mappers, tables
from db_workflow.models.naming.names import pascal_case, snake_case
from db_workflow.nouns import may_be_plural, plural, singular

if TYPE_CHECKING:
    from sqlalchemy import Table
    from sqlalchemy.orm import DeclarativeBase

# PostgreSQL cuts a name off after so many bytes, and says nothing that fails.
_LONGEST = 63


def names_match(base: "type[DeclarativeBase]") -> Iterator[Breach]:
    """Want a class in singular PascalCase, its table the same noun in plural snake_case.

    The schema may stand before the class's noun; where the plain name is something else's already,
    anything may stand beside it.
    """
    taken = _Taken(base)
    for owner, table in tables(base):
        if owner is base:
            continue  # an association table without a class
        if not _keeps(owner, table, taken):
            what = f"class {owner.__name__} maps table {table.fullname}"
            yield Breach(owner, "", what, _advice(owner, table, taken))


class _Taken:
    """The names that neither a class nor a table can get any more."""

    def __init__(self, base: "type[DeclarativeBase]") -> None:
        from sqlalchemy import Enum

        self._classes = {(mapper.class_.__name__, mapper.class_) for mapper in mappers(base)}
        self._tables = {(table.schema, str(table.name)) for table in base.metadata.tables.values()}
        self._other = {base.__name__, *keyword.kwlist} | {
            kind.enum_class.__name__
            for table in base.metadata.tables.values()
            for column in table.columns
            if isinstance(kind := getattr(column.type, "item_type", column.type), Enum)
            and kind.enum_class is not None
        }

    def class_name(self, name: str, owner: type[Any]) -> bool:
        """Tell whether something other than a class has a name, or nothing can have it."""
        others = {found for found, one in self._classes if one is not owner}
        return not name.isidentifier() or name in others | self._other

    def table_name(self, name: str, table: "Table") -> bool:
        """Tell whether a table beside another one has a name, or none can have it."""
        return _too_long(name) or (table.schema, name) in self._tables


def _keeps(owner: type[Any], table: "Table", taken: _Taken) -> bool:
    name, plain = owner.__name__, str(table.name)
    if _is_pascal(name):
        schema = pascal_case(table.schema or "")
        if any(_belong_together(one, plain) for one in {name, name.removeprefix(schema)} - {""}):
            return True
    wanted = pascal_case(singular(plain))
    if name in {wanted, pascal_case(plain)}:  # a plural is still one
        return False
    beside = name.startswith(wanted) or name.endswith(wanted)
    return beside and taken.class_name(wanted, owner)


def _advice(owner: type[Any], table: "Table", taken: _Taken) -> str:
    """Return what to write: another class for its table, or another table for its class."""
    name, plain = owner.__name__, str(table.name)
    wanted = pascal_case(singular(plain))
    if wanted != name and _is_plural(plain, snake_case(wanted)):
        for one in (wanted, f"{pascal_case(table.schema or '')}{wanted}", f"{wanted}Row"):
            if one != name and not taken.class_name(one, owner):
                return f"class {one}"
    noun = plural(snake_case(pascal_case(name)))
    if not taken.table_name(noun, table):
        return f'__tablename__ = "{noun}", with the migration that renames the table'
    return "two names that belong together, or # db_workflow: allow class-names"


def _is_pascal(name: str) -> bool:
    """Tell whether a name is one word, with a large first letter if its script has such."""
    return "_" not in name and not name[:1].islower()


def _too_long(name: str) -> bool:
    return len(name.encode()) > _LONGEST


def _belong_together(class_name: str, table: str) -> bool:
    one = snake_case(class_name)
    # A first letter on its own is read with its word as well: OAuthToken, oauth_tokens.
    return any(
        _is_plural(table, noun) for noun in (one, re.sub(r"(^|_)([a-z])_(?=[a-z])", r"\1\2", one))
    )


def _is_plural(many: str, one: str) -> bool:
    if _too_long(plural(one)) and plural(one).encode().startswith(many.encode()):
        return len(many.encode()) == _LONGEST
    return may_be_plural(many, one)


def constraints_named(base: "type[DeclarativeBase]") -> Iterator[Breach]:
    """Want a name on every constraint, from a naming convention or its own.

    A primary key may go without: a table has one, and PostgreSQL always calls it the same.
    """
    from sqlalchemy import CheckConstraint, PrimaryKeyConstraint

    for owner, table in tables(base):
        unnamed = []
        for constraint in table.constraints:
            if isinstance(constraint, PrimaryKeyConstraint) or isinstance(constraint.name, str):
                continue
            said = ", ".join(column.name for column in getattr(constraint, "columns", ()))
            if isinstance(constraint, CheckConstraint):
                said = str(constraint.sqltext)
            unnamed.append(
                f"a {type(constraint).__name__} of {table.fullname} ({said}) has no name"
            )
        for what in sorted(unnamed):
            yield Breach(owner, "", what, "name=…, or a naming_convention on the metadata")
