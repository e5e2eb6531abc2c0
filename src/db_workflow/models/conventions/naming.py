"""Conventions about names. See `rules.RULES` for the reasons."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from db_workflow.models.breach import Breach
from db_workflow.models.conventions.tables import tables
from db_workflow.models.names import pascal_case, plural, singular, snake_case

if TYPE_CHECKING:
    from sqlalchemy.orm import DeclarativeBase

_PASCAL = re.compile(r"[A-Z][A-Za-z0-9]*")
# How English nouns end, one and many. A dictionary would know more; a rule that lets a rare
# plural pass does less harm than one that calls a right name wrong.
_ENDINGS = (
    ("", "s"),
    ("ch", "ches"),
    ("ex", "ices"),
    ("f", "ves"),
    ("fe", "ves"),
    ("is", "es"),
    ("ix", "ices"),
    ("man", "men"),
    ("o", "oes"),
    ("on", "a"),
    ("quy", "quies"),
    ("s", "ses"),
    ("sh", "shes"),
    ("um", "a"),
    ("us", "i"),
    ("x", "xes"),
    ("z", "zes"),
    ("z", "zzes"),
    ("foot", "feet"),
    ("goose", "geese"),
    ("mouse", "mice"),
    ("tooth", "teeth"),
)
_NO_PLURAL = {
    "advice", "bedding", "cash", "content", "deer", "feedback", "fish", "furniture", "history",
    "homework", "inventory", "knowledge", "luggage", "metadata", "money", "music", "progress",
    "research", "software", "species", "staff", "status", "stock", "storage", "traffic", "training",
}  # fmt: skip


def names_match(base: "type[DeclarativeBase]") -> Iterator[Breach]:
    """Want a class in singular PascalCase, its table the same noun in plural snake_case."""
    for owner, table in tables(base):
        if owner is base:
            continue  # an association table without a class
        class_name, name = owner.__name__, str(table.name)
        if _PASCAL.fullmatch(class_name) and _belong_together(class_name, name):
            continue
        wanted = pascal_case(singular(name))
        if wanted != class_name and plural(snake_case(wanted)) == name:
            write = f"class {wanted}"
        else:
            noun = plural(snake_case(pascal_case(class_name)))
            write = f'__tablename__ = "{noun}", with the migration that renames the table'
        yield Breach(owner, "", f"class {class_name} maps table {name}", write)


def _belong_together(class_name: str, table: str) -> bool:
    one = snake_case(class_name)
    # A first letter on its own is read with its word as well: OAuthToken, oauth_tokens.
    return any(
        _is_plural(table, noun) for noun in (one, re.sub(r"(^|_)([a-z])_(?=[a-z])", r"\1\2", one))
    )


def _is_plural(many: str, one: str) -> bool:
    if many == plural(one) or (many == one and one.rpartition("_")[2] in _NO_PLURAL):
        return True
    return any(
        one.endswith(ending) and many == one.removesuffix(ending) + plural_ending
        for ending, plural_ending in _ENDINGS
        # `boxs` and `companys` are no plurals.
        if ending or not re.search(r"([sxz]|[cs]h|[^aeiou]y)$", one)
    )


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
