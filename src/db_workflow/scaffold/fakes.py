"""What a factory puts into a column, by the column's name and type."""

import re
from dataclasses import dataclass
from typing import Any

from db_workflow.scaffold.imports import Imports
from db_workflow.testdata.declared.suggestions import by_name, looks_secret
from db_workflow.testdata.structure import Column, TableStructure

# What only a factory asks of a column's name: a provider of Faker's, and its longest value.
_BY_NAME = (
    (re.compile(r"currency", re.IGNORECASE), "currency_code", 3),
    (re.compile(r"time_?zone|(?:^|_)tz$", re.IGNORECASE), "timezone", 32),
    (re.compile(r"country_?code", re.IGNORECASE), "country_code", 2),
    (re.compile(r"(?:^|_)city$", re.IGNORECASE), "city", 32),
    (re.compile(r"(?:^|_)(?:language|lang)(?:_code)?$", re.IGNORECASE), "language_code", 3),
)
# By the rule that the column's name suggests: one of Faker's providers, and what it is given.
_BY_RULE = {
    "digits": ('"numerify"', 'text="########"'),
    "file_name": ('"numerify"', 'text="file-####.pdf"'),
    "first_name": ('"first_name"',),
    "full_name": ('"name"',),
    "iban": ('"iban"',),
    "ip": ('"ipv4_private"',),
    "keep": ('"word"',),
    "last_name": ('"last_name"',),
    "mac": ('"mac_address"',),
    "phone": ('"numerify"', 'text="+1 555 ### ####"'),
    "postal_code": ('"postcode"',),
    "text": ('"sentence"',),
    "url": ('"numerify"', 'text="https://example.test/######"'),
}
_SECRET = ('"hexify"', 'text="^^^^^^^^^^^^^^^^"')
# The longest that those make which a limit is not asked of.
_LONGEST = 100
_BY_TYPE = {
    "bytea": ('"binary"', "length=16"),
    "inet": ('"ipv4_private"',),
    "macaddr": ('"mac_address"',),
}
_DECIMAL = re.compile(r"numeric\((\d+),(\d+)\)")
_LARGEST = 1_000


@dataclass(frozen=True, slots=True)
class Fake:
    """An expression: what is called, and with what; a constant calls nothing."""

    called: str
    arguments: tuple[str, ...]


NONE = Fake("", ("None",))


def fake(column: Column, kind: Any, *, table: TableStructure, imports: Imports) -> Fake | None:
    """Return what fills a column; None where nobody can know.

    The same seed gives the same values: nothing asks the clock or the system's random numbers.

    Args:
        column: the column of the database.
        kind: SQLAlchemy's type of it, which knows an enum's class.
        table: its table, to know whether its values have to be different.
        imports: what the factories' file calls things.

    """
    alone = any(unique.columns == (column.name,) for unique in table.uniques)
    if column.kind == "text":
        return _text(column, alone, imports)
    if column.kind == "number":
        return _number(column, alone, imports)
    if column.kind == "enum":
        return _enum(kind, imports)
    return _date(column, imports) if column.kind == "date" else _fixed(column, imports)


def _fixed(column: Column, imports: Imports) -> Fake | None:
    """Return what fills columns of a kind that has but one filling."""
    if column.kind == "boolean":
        return Fake("", ("False",))
    if column.kind == "interval":
        return Fake(imports.name("datetime", "timedelta"), ("hours=1",))
    if column.kind in {"json", "array"}:
        empty = "dict" if column.kind == "json" else "list"
        return Fake(imports.name("factory", "LazyFunction"), (empty,))
    found = ('"uuid4"', "cast_to=None") if column.kind == "uuid" else _BY_TYPE.get(column.type)
    return _faker(imports, *found) if found else None


def _faker(imports: Imports, *arguments: str) -> Fake:
    return Fake(imports.name("factory", "Faker"), arguments)


def _sequence(imports: Imports, value: str) -> Fake:
    return Fake(imports.name("factory", "Sequence"), (f"lambda number: {value}",))


def _text(column: Column, alone: bool, imports: Imports) -> Fake:
    rule = by_name(column.name)
    if rule == "email":
        return _sequence(imports, 'f"person{number}@example.test"')
    if alone or rule == "username":
        stem = re.sub(r"\W", "-", column.name)
        short = column.length is not None and column.length < len(stem) + 8
        return _sequence(imports, "str(number)" if short else f'f"{stem}-{{number}}"')
    for pattern, provider, longest in _BY_NAME:
        if pattern.search(column.name) and (column.length is None or column.length >= longest):
            return _faker(imports, f'"{provider}"')
    secret = looks_secret(column.name)
    if column.length is not None and column.length < _LONGEST and not (rule or secret):
        return _faker(imports, '"pystr"', f"max_chars={column.length}")
    made = _SECRET if secret else _BY_RULE.get(rule, ('"sentence"', "nb_words=3"))
    if column.length is not None and column.length < (_LONGEST if rule == "text" else 32):
        return _faker(imports, '"pystr"', f"max_chars={column.length}")
    return _faker(imports, *made)


def _number(column: Column, alone: bool, imports: Imports) -> Fake:
    if alone:
        return _sequence(imports, "number + 1")
    if found := _DECIMAL.fullmatch(column.type):
        digits, places = map(int, found.groups())
        most = min(_LARGEST, 10 ** max(digits - places, 0) - 1)
        if most:
            bounds = ("min_value=0", f"max_value={most}", f"right_digits={places}")
            return _faker(imports, '"pydecimal"', *bounds)
        return Fake(imports.name("decimal", "Decimal"), ('"0"',))
    # Small numbers are what most CHECKs let in: stars, weekdays, months, shares.
    return _faker(imports, '"random_int"', "min=1", "max=5")


def _enum(kind: Any, imports: Imports) -> Fake | None:
    if (found := getattr(kind, "enum_class", None)) is not None:
        return _faker(
            imports, '"enum"', f"enum_cls={imports.name(found.__module__, found.__name__)}"
        )
    if labels := getattr(kind, "enums", ()):
        return _faker(imports, '"random_element"', f"elements={tuple(labels)!r}".replace("'", '"'))
    return None


def _date(column: Column, imports: Imports) -> Fake:
    def zone() -> str:
        return f"tzinfo={imports.name('datetime', 'UTC')}"

    aware = "with time zone" in column.type
    if column.type.startswith("time "):
        return Fake(imports.name("datetime", "time"), ("9", *([zone()] if aware else ())))
    if column.type == "date":
        day = imports.name("datetime", "date")
        bounds = (f"date_start={day}(2024, 1, 1)", f"date_end={day}(2025, 1, 1)")
        return _faker(imports, '"date_between_dates"', *bounds)
    instant = imports.name("datetime", "datetime")
    at = f"1, 1, {zone()}" if aware else "1, 1"
    return _faker(
        imports,
        '"date_time_between_dates"',
        f"datetime_start={instant}(2024, {at})",
        f"datetime_end={instant}(2025, {at})",
        *([zone()] if aware else ()),
    )
