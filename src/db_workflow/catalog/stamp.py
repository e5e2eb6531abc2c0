"""A stamp: what the catalogs' rows look like from outside, without printing a single definition.

Every change of a schema writes new rows into the catalogs, each with the number of the transaction
that wrote it. Equal stamps mean that no row of any catalog that a snapshot reads was written since,
so its fingerprint is the same. Unequal ones mean nothing: then the schema itself is read. A clone
of a database has its stamp, a restored dump has not.
"""

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from db_workflow.catalog.queries import QUERY

if TYPE_CHECKING:
    import asyncpg

# Objects that are not the server's own have numbers from here.
_FIRST = 16384
# Catalogs, by the columns that tell their rows apart, the first of them an object of ours. What no
# snapshot reads yet is looked at too: it costs little, and the next kind may read it.
_KEYS = {
    "attribute": ("attrelid", "attnum"),
    "depend": ("objid", "refobjid"),
    "description": ("objoid", "objsubid"),
    "enum": ("enumtypid", "oid"),
    "index": ("indexrelid", "indrelid"),
    "inherits": ("inhrelid", "inhparent"),
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
    "namespace",
    "opclass",
    "operator",
    "opfamily",
    "policy",
    "proc",
    "publication",
    "publication_rel",
    "rewrite",
    "statistic_ext",
    "trigger",
    "ts_config",
    "ts_dict",
    "type",
)
CATALOGS = frozenset(f"pg_{name}" for name in (*_KEYS, *_BY_OID))


def _part(name: str, first: str, second: str) -> str:
    # The sum does not depend on the order in which rows are met.
    hashed = (
        f"hashint8extended((xmin::text::bigint << 32) + {first}::oid::bigint,"
        f" {second}::bigint)::numeric"
    )
    return (
        f"SELECT '{name}' AS catalog, count(*) AS rows, sum({hashed}) AS hashed"  # noqa: S608 - constants
        f" FROM pg_catalog.pg_{name} WHERE {first} >= {_FIRST}"
    )


_QUERY = (
    "SELECT md5(string_agg(concat_ws(' ', catalog, rows, hashed), ',' ORDER BY catalog))"  # noqa: S608 - constants
    " || current_setting('server_version_num') FROM ("
    + " UNION ALL ".join(
        [_part(name, *columns) for name, columns in _KEYS.items()]
        + [_part(name, "oid", "0") for name in _BY_OID]
    )
    + ") AS parts"
)
_READER = hashlib.sha256(QUERY.encode()).hexdigest()


async def read_stamp(
    connection: "asyncpg.Connection[Any]", *, schemas: Sequence[str] = ("public",)
) -> str:
    """Return the stamp of a database's catalogs, as they are for one reader of these schemas."""
    found = await connection.fetchval(_QUERY)
    reader = hashlib.sha256(f"{_READER} {sorted(schemas)}".encode()).hexdigest()
    return f"{found} {reader[:12]}"
