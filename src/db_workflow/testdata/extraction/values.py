"""Distinct values of a column: out of COPY's fields, through a rule, and back, many at a time."""

import operator
from collections.abc import Sequence
from typing import cast

from db_workflow.testdata.files.copytext import decode, encode
from db_workflow.testdata.rules.pseudonyms import Pseudonyms, UnfitValueError
from db_workflow.testdata.rules.rule import Rule


def decoded(fields: list[str]) -> list[str]:
    """Return the values of fields, none of which is NULL's."""
    if "\\" not in "".join(fields):
        return fields
    return [decode(field) or "" for field in fields]


def applied(rule: Rule, values: Sequence[str], by: Pseudonyms) -> list[str | None]:
    """Return what a rule makes of values, as `Rule.apply` would of each."""
    transform = rule.transform
    assert transform is not None  # noqa: S101 - what it keeps does not come here
    made = [transform(value, by) for value in values]
    if any(map(operator.eq, values, made)):  # seldom, and then it has to be looked at
        return [rule.apply(value, by) for value in values]
    return made


def encoded(made: list[str | None]) -> list[str]:
    """Return values as fields.

    Raises:
        UnfitValueError: one of them is no text to PostgreSQL.

    """
    joined = "".join(value for value in made if value is not None)
    if "\0" in joined or not (joined.isascii() or _is_unicode(joined)):
        raise UnfitValueError("it gives what is no text to PostgreSQL")
    if None not in made and joined.isprintable() and "\\" not in joined:
        return cast("list[str]", made)  # nothing to escape
    return list(map(encode, made))


def _is_unicode(text: str) -> bool:
    """Tell whether a text has no halves of surrogate pairs."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
