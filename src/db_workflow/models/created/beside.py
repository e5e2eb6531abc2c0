"""What of the ground no snapshot reads: operators, casts, base types, what lies outside `schemas`.

Few databases have any. Where there is some, pg_dump writes it down: only it knows all the kinds.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from db_workflow.catalog.own import ELSEWHERE, FIRST_OWN, OWNED_SEQUENCE, by_itself
from db_workflow.connection import quoted
from db_workflow.errors import ServerError
from db_workflow.program import run_program
from db_workflow.server import Server
from db_workflow.settings import Settings
from db_workflow.state import HOME

_NO_ROW_TYPE = (
    "(o.typrelid = 0 OR EXISTS"
    " (SELECT FROM pg_catalog.pg_class c WHERE c.oid = o.typrelid AND c.relkind = 'c'))"
)


def _rows(catalog: str, *, key: str = "oid", of: str = "", only: str = "true") -> str:
    """Return the query of a catalog's rows, as text, that are somebody's own.

    Args:
        catalog: its rows are called `o`.
        key: the column that says which object a row is about.
        of: the catalog of that object, if it is another.
        only: which rows count.

    """
    return (
        f"SELECT '{catalog} ' || o::text AS found FROM pg_catalog.{catalog} o"  # noqa: S608 - constants
        f" WHERE o.{key} >= {FIRST_OWN} AND {only} AND {by_itself(of or catalog, key=key)}"
    )


_ROWS = (
    _rows("pg_am"),
    _rows("pg_cast"),
    _rows("pg_language"),
    _rows("pg_operator"),
    _rows("pg_opclass"),
    _rows("pg_opfamily"),
    _rows("pg_amop", key="amopfamily", of="pg_opfamily"),
    _rows("pg_amproc", key="amprocfamily", of="pg_opfamily"),
    _rows("pg_ts_config"),
    _rows("pg_ts_config_map", key="mapcfg", of="pg_ts_config"),
    _rows("pg_ts_dict"),
    _rows("pg_ts_parser"),
    _rows("pg_ts_template"),
    _rows("pg_collation", only=f"o.collnamespace {ELSEWHERE}"),
    _rows(
        "pg_class", only=f"o.relkind = 'S' AND NOT {OWNED_SEQUENCE} AND o.relnamespace {ELSEWHERE}"
    ),
    _rows("pg_proc", only=f"(o.prokind = 'a' OR o.pronamespace {ELSEWHERE})"),
    _rows(
        "pg_type",
        only="(o.typtype = 'b' AND o.typelem = 0"
        f" OR o.typtype <> 'b' AND {_NO_ROW_TYPE} AND o.typnamespace {ELSEWHERE})",
    ),
)
# One value: the digest of all these rows, null if there are none. $1 is `schemas`.
DIGEST = (
    "SELECT md5(string_agg(beside.found, E'\\n' ORDER BY beside.found COLLATE \"C\"))"  # noqa: S608 - constants
    f" FROM ({' UNION ALL '.join(_ROWS)}) AS beside"
)

_LOCK_WAIT_MILLISECONDS = 5000
_OPTIONS = (
    "--schema-only",
    "--section=pre-data",
    "--encoding=UTF8",
    "--no-owner",
    "--no-privileges",
    "--no-comments",
    "--no-publications",
    "--no-subscriptions",
    "--no-security-labels",
    "--no-password",
    f"--lock-wait-timeout={_LOCK_WAIT_MILLISECONDS}",
    f"--exclude-schema={quoted(HOME)}",
)
# What pg_dump writes above each object. A function whose body has the same lines is torn.
_HEADING = re.compile(
    r"^--\n-- Name: (.*); Type: (.*); Schema: (.*); Owner: .*\n--\n", re.MULTILINE
)
_END = "\n--\n-- PostgreSQL database dump complete\n--\n"
# Made with the rest of the ground; or leading to other servers, where no model goes.
_NOT_WANTED = {"EXTENSION", "FOREIGN DATA WRAPPER", "SERVER", "USER MAPPING", "FOREIGN TABLE"}


@dataclass(frozen=True, slots=True)
class Beside:
    """What creates the rest of the ground.

    Attributes:
        statements: roughly in an order that works.
        lack: why there are none, though there should be; else empty.

    """

    statements: tuple[str, ...] = ()
    lack: str = ""


async def write_beside(
    server: Server, database: str, *, mine: Collection[tuple[str, str]], settings: Settings
) -> Beside:
    """Return what creates the part of the ground that no snapshot reads.

    Tables in `schemas` are left out, the rest of what lies there is not: an operator may need any
    function. What is there twice is refused the second time, and nobody minds.

    Args:
        server: which has the database.
        database: the migrated one.
        mine: schema and name of what the models create themselves.
        settings: the repository.

    """
    excluded = [f"--exclude-table={quoted(one)}.*" for one in settings.schemas]
    try:
        program = server.binaries.program("pg_dump")
    except ServerError as error:
        return Beside(lack=error.found)
    ended = await run_program(
        [str(program), *_OPTIONS, *excluded],
        server.address.at(database),
        purpose="ground",
        read_only=True,
    )
    if ended.code != 0:
        return Beside(lack=f"pg_dump cannot read the migrated database: {ended.reason}")
    return Beside(tuple(_statements(ended.output, mine)))


def _statements(dump: str, mine: Collection[tuple[str, str]]) -> Iterator[str]:
    """Yield what the dump says of each object."""
    parts = iter(_HEADING.split(dump.partition(_END)[0])[1:])
    for name, kind, schema, text in zip(parts, parts, parts, parts, strict=True):
        if kind not in _NOT_WANTED and (schema, name) not in mine:
            yield text.strip()
