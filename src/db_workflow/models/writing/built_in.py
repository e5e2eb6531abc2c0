"""PostgreSQL's own types, and those of extensions that SQLAlchemy knows: annotation and class."""

import re
from collections.abc import Mapping

# printed: (annotation, class, arguments)
_SIMPLE: Mapping[str, tuple[str, str, str]] = {
    "bigint": ("int", "BigInteger", ""),
    "boolean": ("bool", "Boolean", ""),
    "bytea": ("bytes", "LargeBinary", ""),
    "character varying": ("str", "String", ""),
    "cidr": ("Any", "CIDR", ""),
    "date": ("date", "Date", ""),
    "datemultirange": ("list[Range[date]]", "DATEMULTIRANGE", ""),
    "daterange": ("Range[date]", "DATERANGE", ""),
    "double precision": ("float", "Double", ""),
    "inet": ("Any", "INET", ""),
    "int4multirange": ("list[Range[int]]", "INT4MULTIRANGE", ""),
    "int4range": ("Range[int]", "INT4RANGE", ""),
    "int8multirange": ("list[Range[int]]", "INT8MULTIRANGE", ""),
    "int8range": ("Range[int]", "INT8RANGE", ""),
    "integer": ("int", "Integer", ""),
    "json": ("Any", "JSON", ""),
    "jsonb": ("Any", "JSONB", ""),
    "jsonpath": ("str", "JSONPATH", ""),
    "macaddr": ("str", "MACADDR", ""),
    "macaddr8": ("str", "MACADDR8", ""),
    "money": ("str", "MONEY", ""),
    "nummultirange": ("list[Range[Decimal]]", "NUMMULTIRANGE", ""),
    "numrange": ("Range[Decimal]", "NUMRANGE", ""),
    "numeric": ("Decimal", "Numeric", ""),
    "oid": ("int", "OID", ""),
    "real": ("float", "REAL", ""),
    "regclass": ("str", "REGCLASS", ""),
    "regconfig": ("str", "REGCONFIG", ""),
    "smallint": ("int", "SmallInteger", ""),
    "text": ("str", "Text", ""),
    "time with time zone": ("time", "Time", "timezone=True"),
    "time without time zone": ("time", "Time", ""),
    "timestamp with time zone": ("datetime", "DateTime", "timezone=True"),
    "timestamp without time zone": ("datetime", "DateTime", ""),
    "tsmultirange": ("list[Range[datetime]]", "TSMULTIRANGE", ""),
    "tsquery": ("str", "TSQUERY", ""),
    "tsrange": ("Range[datetime]", "TSRANGE", ""),
    "tstzmultirange": ("list[Range[datetime]]", "TSTZMULTIRANGE", ""),
    "tstzrange": ("Range[datetime]", "TSTZRANGE", ""),
    "tsvector": ("str", "TSVECTOR", ""),
    "interval": ("timedelta", "Interval", ""),
    "uuid": ("uuid.UUID", "UUID", "as_uuid=True"),
}
# Types of extensions, which may stand in any schema: by the name alone.
_EXTENSION: Mapping[str, tuple[str, str]] = {
    "citext": ("str", "CITEXT"),
    "hstore": ("dict[str, str | None]", "HSTORE"),
}
# Types whose length, precision or fields are part of them: pattern, annotation, class, arguments.
_SIZED = (
    (r"character varying\((\d+)\)", "str", "String", "{0}"),
    (r"character\((\d+)\)", "str", "CHAR", "{0}"),
    (r"numeric\((\d+),(-?\d+)\)", "Decimal", "Numeric", "{0}, {1}"),
    (r"timestamp\((\d)\) with time zone", "datetime", "TIMESTAMP", "timezone=True, precision={0}"),
    (r"timestamp\((\d)\) without time zone", "datetime", "TIMESTAMP", "precision={0}"),
    (r"time\((\d)\) with time zone", "time", "TIME", "timezone=True, precision={0}"),
    (r"time\((\d)\) without time zone", "time", "TIME", "precision={0}"),
    (r"interval\((\d)\)", "timedelta", "INTERVAL", "precision={0}"),
    (r"interval ([a-z ]+)\((\d)\)", "timedelta", "INTERVAL", 'fields="{0}", precision={1}'),
    (r"interval ([a-z ]+)", "timedelta", "INTERVAL", 'fields="{0}"'),
    (r"bit\((\d+)\)", "Any", "BIT", "{0}"),
    (r"bit varying\((\d+)\)", "Any", "BIT", "{0}, varying=True"),
    (r"bit varying", "Any", "BIT", "varying=True"),
)
# SQLAlchemy writes a type of one's own with such a name only if its schema is said.
BUILT_IN = {*_SIMPLE, *_EXTENSION, "array", "bit", "char", "character", "float", "name"} | {
    *("bit varying", "time", "timestamp", "interval year to month", "interval day to second")
}


def known(printed: str) -> tuple[str, str | None, str]:
    """Return a type's annotation, its class (None: SQLAlchemy has none) and the arguments."""
    if printed in _SIMPLE:
        return _SIMPLE[printed]
    for pattern, annotation, name, arguments in _SIZED:
        if match := re.fullmatch(pattern, printed):
            return annotation, name, arguments.format(*match.groups())
    if printed in _EXTENSION:
        return *_EXTENSION[printed], ""
    return "Any", None, ""
