"""PostgreSQL's types as SQLAlchemy 2 writes them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_SIMPLE = {
    "uuid": ("uuid.UUID", "UUID(as_uuid=True)"),
    "text": ("str", "Text"),
    "boolean": ("bool", "Boolean"),
    "smallint": ("int", "SmallInteger"),
    "integer": ("int", "Integer"),
    "bigint": ("int", "BigInteger"),
    "real": ("float", "REAL"),
    "double precision": ("float", "Double"),
    "numeric": ("Decimal", "Numeric"),
    "date": ("date", "Date"),
    "time without time zone": ("time", "Time"),
    "time with time zone": ("time", "Time(timezone=True)"),
    "timestamp without time zone": ("datetime", "DateTime"),
    "timestamp with time zone": ("datetime", "DateTime(timezone=True)"),
    "interval": ("timedelta", "Interval"),
    "bytea": ("bytes", "LargeBinary"),
    "json": ("Any", "JSON"),
    "jsonb": ("dict[str, Any]", "JSONB"),
    "character varying": ("str", "String"),
    "citext": ("str", "CITEXT"),
    "inet": ("Any", "INET"),
    "cidr": ("Any", "CIDR"),
    "macaddr": ("str", "MACADDR"),
    "tsvector": ("str", "TSVECTOR"),
    "hstore": ("dict[str, str | None]", "HSTORE"),
    "oid": ("int", "OID"),
    "int4range": ("Range[int]", "INT4RANGE"),
    "int8range": ("Range[int]", "INT8RANGE"),
    "numrange": ("Range[Decimal]", "NUMRANGE"),
    "daterange": ("Range[date]", "DATERANGE"),
    "tsrange": ("Range[datetime]", "TSRANGE"),
    "tstzrange": ("Range[datetime]", "TSTZRANGE"),
}
# Types whose length or precision stands in parentheses: annotation, and how it is written.
_SIZED = (
    (r"character varying\((\d+)\)", "str", "String({0})"),
    (r"character\((\d+)\)", "str", "CHAR({0})"),
    (r"numeric\((\d+),(\d+)\)", "Decimal", "Numeric({0}, {1})"),
    (r"timestamp\((\d)\) with time zone", "datetime", "TIMESTAMP(timezone=True, precision={0})"),
    (r"timestamp\((\d)\) without time zone", "datetime", "TIMESTAMP(precision={0})"),
    (r"time\((\d)\) without time zone", "time", "TIME(precision={0})"),
    (r"bit\((\d+)\)", "str", "BIT({0})"),
    (r"bit varying\((\d+)\)", "str", "BIT({0}, varying=True)"),
)


@dataclass(frozen=True, slots=True)
class PythonType:
    """A column's type in Python: for the annotation, and for `mapped_column`."""

    annotation: str
    written: str
    note: str = ""


def python_type(printed: str, *, enums: Mapping[str, str]) -> PythonType:
    """Return how a type is written.

    Args:
        printed: as `format_type` prints it.
        enums: the classes of enum types, by the types' printed names.

    """
    if printed.endswith("[]"):
        element = python_type(printed.removesuffix("[]"), enums=enums)
        return PythonType(f"list[{element.annotation}]", f"ARRAY({element.written})", element.note)
    if printed in enums:
        name = enums[printed]
        written = (
            f'ENUM({name}, name="{printed}",'
            " values_callable=lambda cls: [one.value for one in cls])"
        )
        return PythonType(name, written)
    if printed in _SIMPLE:
        return PythonType(*_SIMPLE[printed])
    for pattern, annotation, written in _SIZED:
        match = re.fullmatch(pattern, printed)
        if match:
            return PythonType(annotation, written.format(*match.groups()))
    return PythonType("Any", "NullType()", f"find the SQLAlchemy type for {printed}")
