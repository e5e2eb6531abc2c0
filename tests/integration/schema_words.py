"""The words that `schema_strategies` builds schemas of: names, types, values.

Loaded by path: `runpy.run_path(…)["NAMES"]`. Each one is here because it is easy to get wrong: it
needs quotes, it means something in SQL or Python, it looks like something else.
"""

from typing import NamedTuple

# Of schemas, tables, columns, types, constraints and indexes alike.
NAMES = (
    # plain; plural and singular pairs whose classes would want one name
    *("user", "users", "box", "boxes", "category", "categories", "news", "status", "address"),
    *("child", "children", "user_role", "user_roles", "data", "x", "a1", "teacher_2", "id"),
    # SQL's own
    *("order", "group", "select", "table", "default", "check", "end", "column", "primary"),
    # Python's own
    *("class", "def", "from", "import", "None", "True", "lambda", "async", "match", "self", "list"),
    *("int", "str", "property", "print", "super", "__init__", "__class__", "_", "_private"),
    # SQLAlchemy's, and what a models file imports
    *("metadata", "registry", "query", "base", "Base", "mapped_column", "relationship", "text"),
    *("uuid", "date", "datetime", "Decimal", "Any", "dates", "enums", "lists", "types", "type"),
    *("__tablename__", "__table__", "__mapper__", "__table_args__", "Mapped", "func", "Enum"),
    *("Index", "Table", "Column", "ForeignKey", "Text", "Optional", "Sequence", "DOMAIN", "time"),
    # only in quotes
    *("userId", "User", "UPPER", "two words", "semi;colon", "co:lon", "per%cent", "%(name)s"),
    *('quo"te', "apo'strophe", "back\\slash", "dot.ted", "1st", "dollar$x", "br[ack]ets", "a-b"),
    *("--", "/* */", "{curly}", "#hash", "at@sign", "comma,", "(paren)", " lead", "?", "%s"),
    # not ASCII; as long as a name may be
    *("größe", "straße", "表", "naïve", "имя", "🎈", "e\u0301", "ﬁ", "ª"),
    *("l" * 63, "é" * 31 + "x", "Long name with blanks " * 2 + "and an end of them.", "表" * 21),
)

# Inside a literal.
TEXTS = (
    *("", " ", "a", "it's", "''", '"', "a:b", ":name", "::text", "%", "%%", "%s", "%(x)s", "\\"),
    *(
        "\\n",
        "line\nbreak",
        "tab\t",
        "$$",
        "$1",
        "{}",
        "{0}",
        "--",
        "/*",
        ";",
        "?",
        "ünïcode",
        "表",
    ),
    *(
        "e'x'",
        "NULL",
        "null",
        "true",
        "1",
        "x" * 80,
        "'''",
        '"""',
        "\\'",
        "ends with \\",
        "#",
        "🎈",
    ),
)

LABELS = (
    *("a", "b", "A", "B", "two words", "two_words", "two-words", "it's", "", " ", "%", ":x", "a:b"),
    *("class", "None", "name", "value", "mro", "_x", "__x__", "1", "1st", "ünï", "表", '"', "\\"),
    *("a.b", "a,b", "{}", "self", "label", "x" * 63, "é" * 31, "NULL", "True", "_", "-", "+"),
)


class Type(NamedTuple):
    """A type of columns: as SQL, what may be said about it, and defaults."""

    sql: str
    family: str  # what checks, indexes and expressions go with it
    defaults: tuple[str, ...] = ()
    keyable: bool = True  # btree can order it


def _types(family: str, names: str, *defaults: str, keyable: bool = True) -> tuple[Type, ...]:
    return tuple(Type(name, family, defaults, keyable) for name in names.split("|"))


_COMMON = 6  # what most tables have is drawn more often
_SPANS = "int4{}|int8{}|num{}|ts{}|tstz{}|date{}"
TYPES = (
    *_types("whole", "integer|bigint", "0", "-1") * _COMMON,
    *_types("words", "text|varchar(20)", "''", "'a'", "upper('b')", "current_user") * _COMMON,
    *_types("document", "jsonb", "'{}'", """'{"a": ":b"}'""") * _COMMON,
    *_types("whole", "smallint|integer|bigint", "0", "-1", "(2 + 3)", "42"),
    *_types("number", "numeric|numeric(10,2)|numeric(5)|numeric(3,-2)|numeric(2,5)", "0", "-1.50"),
    *_types("number", "real|double precision|float(10)", "0", "'NaN'", "1e10", "'-Infinity'"),
    *_types("other", "money", "0"),
    *_types("words", "text|varchar|varchar(20)|char(3)|char", "''", "'a'", "upper('b')", "NULL"),
    *_types("name", "name", "'a'", "CURRENT_USER"),
    *_types("name", '"char"', "'a'", "''"),
    *_types("other", "bytea", "'\\x00ff'", "''"),
    *_types("other", "boolean", "true", "false", "(NOT true)"),
    *_types("other", "uuid", "gen_random_uuid()", "'00000000-0000-0000-0000-000000000000'"),
    *_types("day", "date", "CURRENT_DATE", "'2026-01-31'", "'infinity'", "now()"),
    *_types("other", "time|time(3)|timetz|timetz(0)", "'12:34:56'", "LOCALTIME"),
    *_types("day", "timestamp|timestamp(0)|timestamp(6)", "now()", "LOCALTIMESTAMP(3)"),
    *_types("day", "timestamptz|timestamptz(3)", "now()", "CURRENT_TIMESTAMP", "clock_timestamp()"),
    *_types(
        "other", "interval|interval(3)|interval year to month|interval hour", "'1 hour'", "'0'"
    ),
    *_types("other", "interval day to second(2)|interval second(0)", "'1 day 02:03:04'"),
    *_types("document", "jsonb", "'{}'", """'{"a": 1, "b": ":c", "d": "%s"}'""", "'[]'", "'null'"),
    *_types("other", "json", "'{}'", "'[1.10]'", keyable=False),
    *_types("other", "jsonpath", "'$.a'", keyable=False),
    *_types("other", "xml|point|line|lseg|path|xid|pg_snapshot|txid_snapshot", keyable=False),
    *_types("shape", "box|polygon|circle", keyable=False),
    *_types("other", "bit|bit(3)|varbit|varbit(7)", "'101'::bit(3)"),
    *_types("other", "inet|cidr", "'10.0.0.0/8'"),
    *_types("other", "macaddr", "'08:00:2b:01:02:03'"),
    *_types("other", "macaddr8|pg_lsn|oid|tid|xid8"),
    *_types("other", "regclass|regtype|regrole|oidvector|int2vector", keyable=False),
    *_types("search", "tsvector", "''", "to_tsvector('simple', 'a b')"),
    *_types("other", "tsquery"),
    *_types("span", _SPANS.replace("{}", "range"), "'empty'"),
    *_types("spans", _SPANS.replace("{}", "multirange"), "'{}'"),
    *_types("words", "citext", "''"),
    *_types("other", "extensions.hstore", "''"),
    *_types("other", "extensions.ltree", "'a.b'"),
    *_types("other", "extensions.vector|extensions.vector(3)"),
)

# Of words; "" is the type's own.
COLLATIONS = ("", "", "", "", '"C"', '"POSIX"', 'pg_catalog."default"', "ucs_basic")
