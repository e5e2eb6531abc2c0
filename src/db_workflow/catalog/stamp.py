"""A stamp: what the catalogs' rows look like from outside, without printing a single definition.

Every change of a schema writes new rows into the catalogs, each with the number of the transaction
that wrote it; the few facts that PostgreSQL changes in place, and the names it keeps outside the
database, are looked at themselves. So equal stamps mean that what a snapshot reads was not written
since, and that its fingerprint is the same. Unequal ones mean nothing: then the schema itself is
read. A clone of a database has its stamp, a restored dump has not.

Out of sight stays what only a superuser can do to PostgreSQL's own objects, such as renaming a
built-in function or operator class, and what is written past the catalogs' transactions.
"""

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from db_workflow.catalog.own import FIRST_OWN
from db_workflow.catalog.queries import query

if TYPE_CHECKING:
    import asyncpg

# PostgreSQL 13 changes these in place, which leaves the row's transaction number as it was.
_INDEX_STATE = "indisvalid::int + 2 * indisready::int + 4 * indislive::int"
# Catalogs, by the columns that tell their rows apart, the first of them an object of ours. What no
# snapshot reads yet is looked at too: it costs little, and the next kind may read it.
_KEYS = {
    "attribute": ("attrelid", "attnum"),
    "depend": ("objid", "refobjid"),
    "description": ("objoid", "objsubid"),
    "enum": ("enumtypid", "oid"),
    "index": ("indexrelid", _INDEX_STATE),
    "inherits": ("inhrelid", "inhparent"),
    "init_privs": ("objoid", "classoid"),
    "partitioned_table": ("partrelid", "partdefid"),
    "range": ("rngtypid", "rngsubtype"),
    "sequence": ("seqrelid", "seqtypid"),
    "aggregate": ("aggfnoid", "aggtransfn"),
}
_BY_OID = (
    "attrdef",
    "class",
    "collation",
    "constraint",
    "conversion",
    "cast",
    "default_acl",
    "event_trigger",
    "extension",
    "foreign_data_wrapper",
    "foreign_server",
    "opclass",
    "operator",
    "opfamily",
    "policy",
    "proc",
    "publication",
    "publication_rel",
    "rewrite",
    "statistic_ext",
    "transform",
    "trigger",
    "ts_config",
    "ts_dict",
    "type",
)
# What initdb made counts here too: schema public, say, can be renamed. They have few rows.
_WHOLE = ("am", "language", "namespace")
# Of the roles only those that policies and grants name are printed; of the first one no note is
# taken, because it cannot go. Their catalog is the whole server's, and its rows are not everybody's
# to read: their names are.
_ROLES = (
    "SELECT 'authid', count(*),"
    " sum(hashtextextended(pg_get_userbyid(role)::text, role::bigint)::numeric) FROM ("
    " SELECT refobjid AS role FROM pg_catalog.pg_shdepend"
    " WHERE refclassid = 'pg_authid'::regclass AND deptype IN ('a', 'r') AND dbid ="
    " (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())"
    " UNION SELECT 10) AS named"
)
CATALOGS = frozenset(f"pg_{name}" for name in (*_KEYS, *_BY_OID, *_WHOLE, "authid"))


def _part(name: str, first: str, second: str, *, least: int = FIRST_OWN) -> str:
    # The sum does not depend on the order in which rows are met. One number is the seed for the
    # next: put together into one, the halves of a bigint would be hashed as `high XOR low`.
    hashed = (
        f"hashint8extended(xmin::text::bigint,"
        f" hashint8extended({first}::oid::bigint, ({second})::bigint))::numeric"
    )
    return (
        f"SELECT '{name}' AS catalog, count(*) AS rows, sum({hashed}) AS hashed"  # noqa: S608 - constants
        f" FROM pg_catalog.pg_{name} WHERE {first} >= {least}"
    )


_QUERY = (
    "SELECT md5(string_agg(concat_ws(' ', catalog, rows, hashed), ',' ORDER BY catalog))"  # noqa: S608 - constants
    " || current_setting('server_version_num') FROM ("
    + " UNION ALL ".join(
        [_part(name, *columns) for name, columns in _KEYS.items()]
        + [_part(name, "oid", "0") for name in _BY_OID]
        + [_part(name, "oid", "0", least=0) for name in _WHOLE]
        + [_ROLES]
    )
    + ") AS parts"
)
# What else makes one fingerprint of a schema: rises with `spelling`.
_SPELLING = 2
_READER = hashlib.sha256(f"{query(18)} {_SPELLING}".encode()).hexdigest()


async def read_stamp(
    connection: "asyncpg.Connection[Any]", *, schemas: Sequence[str] = ("public",)
) -> str:
    """Return the stamp of a database's catalogs, as they are for one reader of these schemas."""
    return f"{await connection.fetchval(_QUERY)} {reader_of(schemas)}"


def same_catalogs(one: str, other: str) -> bool:
    """Tell whether two stamps say that nothing was written in between, whoever took them."""
    return one.rpartition(" ")[0] == other.rpartition(" ")[0]


def is_of_this_reader(stamp: str, *, schemas: Sequence[str]) -> bool:
    """Tell whether a stamp was taken by this version of the reader, and of these schemas."""
    return stamp.endswith(f" {reader_of(schemas)}")


def reader_of(schemas: Sequence[str]) -> str:
    """Return what tells readers apart: this version of the one there is, and what it reads."""
    return hashlib.sha256(f"{_READER} {list(schemas)}".encode()).hexdigest()[:12]
