"""What a database has outside itself, which no dump carries: owner, rights, settings."""

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from db_workflow.connection import quoted

if TYPE_CHECKING:
    import asyncpg

_DATABASE = """
SELECT d.oid, pg_catalog.pg_get_userbyid(d.datdba) AS owner,
    pg_catalog.pg_encoding_to_char(d.encoding) AS encoding,
    d.datcollate AS collate, d.datctype AS ctype, t.spcname AS tablespace,
    d.datconnlimit AS connection_limit, d.datallowconn AS open,
    pg_catalog.shobj_description(d.oid, 'pg_database') AS comment,
    to_jsonb(d) ->> 'datlocprovider' AS provider,
    coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale') AS locale,
    to_jsonb(d) ->> 'daticurules' AS rules, d.datacl IS NOT NULL AS granted
FROM pg_catalog.pg_database d JOIN pg_catalog.pg_tablespace t ON t.oid = d.dattablespace
WHERE d.datname = $1
"""
# To role 0, which is PUBLIC, and to roles.
_GRANTS = """
SELECT CASE WHEN a.grantee = 0 THEN '' ELSE pg_catalog.pg_get_userbyid(a.grantee) END,
    a.privilege_type, a.is_grantable
FROM pg_catalog.pg_database d, pg_catalog.aclexplode(d.datacl) a
WHERE d.datname = $1 ORDER BY 1, 2
"""
_SETTINGS = """
SELECT CASE WHEN s.setrole = 0 THEN '' ELSE pg_catalog.pg_get_userbyid(s.setrole) END,
    split_part(c, '=', 1), substr(c, strpos(c, '=') + 1)
FROM pg_catalog.pg_db_role_setting s
JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
CROSS JOIN unnest(s.setconfig) AS c
WHERE d.datname = $1 ORDER BY 1, 2
"""
_USUAL_TABLESPACE = """
SELECT t.spcname::text FROM pg_catalog.pg_database d
JOIN pg_catalog.pg_tablespace t ON t.oid = d.dattablespace WHERE d.datname = 'template0'
"""
_PROVIDERS = {"c": "libc", "i": "icu", "b": "builtin"}
# These hold lists of names; PostgreSQL keeps each quoted where it must be.
_LISTS = {
    "local_preload_libraries",
    "search_path",
    "session_preload_libraries",
    "shared_preload_libraries",
    "temp_tablespaces",
    "unix_socket_directories",
}
_NAME = re.compile(r'"((?:[^"]|"")*)"|([^",\s]+)')


@dataclass(frozen=True, slots=True)
class Properties:
    """What a database has outside itself.

    Attributes:
        oid: what no rename changes.
        owner: the role.
        made: encoding and locale, with which it is created; by the words of CREATE DATABASE.
        tablespace: where it lies.
        connection_limit: -1 for none.
        open: whether anybody may connect.
        comment: None if it has none.
        grants: (role or "" for PUBLIC, privilege, whether it may be passed on); None if nobody has
            granted or revoked anything.
        settings: (role or "" for all, name, value).

    """

    oid: int
    owner: str
    made: Mapping[str, str]
    tablespace: str
    connection_limit: int
    open: bool
    comment: str | None
    grants: frozenset[tuple[str, str, bool]] | None
    settings: tuple[tuple[str, str, str], ...]

    def like(self, other: "Properties") -> bool:
        """Tell whether two databases have the same of everything but the oid."""
        return replace(self, oid=0) == replace(other, oid=0)


async def read_properties(
    connection: "asyncpg.Connection[Any]", database: str
) -> Properties | None:
    """Return a database's properties, seen from any other; None if there is no such one."""
    row = await connection.fetchrow(_DATABASE, database)
    if row is None:
        return None
    grants = None
    if row["granted"]:
        rows = await connection.fetch(_GRANTS, database)
        grants = frozenset((one[0], one[1], one[2]) for one in rows)
    settings = await connection.fetch(_SETTINGS, database)
    return Properties(
        row["oid"],
        row["owner"],
        _made(row),
        row["tablespace"],
        row["connection_limit"],
        row["open"],
        row["comment"],
        grants,
        tuple((one[0], one[1], one[2]) for one in settings),
    )


def _made(row: "asyncpg.Record") -> dict[str, str]:
    made = {"ENCODING": row["encoding"], "LC_COLLATE": row["collate"], "LC_CTYPE": row["ctype"]}
    provider = row["provider"]
    if isinstance(provider, str):
        made["LOCALE_PROVIDER"] = _PROVIDERS[provider]
    if row["locale"]:
        made["ICU_LOCALE" if provider == "i" else "BUILTIN_LOCALE"] = row["locale"]
    if row["rules"]:
        made["ICU_RULES"] = row["rules"]
    return made


async def creation(connection: "asyncpg.Connection[Any]", name: str, like: Properties) -> str:
    """Return the statement that creates an empty database as another one was created."""
    options = [f"{word} {await literal(connection, text)}" for word, text in like.made.items()]
    usual = await connection.fetchval(_USUAL_TABLESPACE)
    if like.tablespace != usual:  # whoever names one needs rights on it, even on the usual one
        options.append(f"TABLESPACE {quoted(like.tablespace)}")
    return f"CREATE DATABASE {quoted(name)} TEMPLATE template0 {' '.join(options)}"


async def carrying_over(
    connection: "asyncpg.Connection[Any]", name: str, like: Properties
) -> list[str]:
    """Return the statements that give a database what another one has outside itself."""
    database = f"DATABASE {quoted(name)}"
    statements = [
        f"ALTER {database} CONNECTION LIMIT {like.connection_limit}",
        f"ALTER {database} OWNER TO {quoted(like.owner)}",
        f"COMMENT ON {database} IS {await literal(connection, like.comment)}",
    ]
    if like.grants is not None:
        owner = quoted(like.owner)
        statements += [f"REVOKE ALL ON {database} FROM PUBLIC, {owner}"]
        statements += [_grant(database, *one) for one in sorted(like.grants)]
    for role, setting, value in like.settings:
        whose = f"ROLE {quoted(role)} IN {database}" if role else database
        setting_name = ".".join(quoted(part) for part in setting.split("."))
        shown = ", ".join([part async for part in _values(connection, setting, value)])
        statements.append(f"ALTER {whose} SET {setting_name} TO {shown}")
    return statements


def _grant(database: str, role: str, privilege: str, passed_on: bool) -> str:
    to = quoted(role) if role else "PUBLIC"
    return f"GRANT {privilege} ON {database} TO {to}" + " WITH GRANT OPTION" * passed_on


async def _values(
    connection: "asyncpg.Connection[Any]", setting: str, value: str
) -> AsyncIterator[str]:
    """Yield the literals of a setting's value: one, or a list's."""
    if setting.lower() not in _LISTS:
        yield await literal(connection, value)
        return
    for name in names_of(value):
        yield await literal(connection, name)


def names_of(value: str) -> Iterator[str]:
    """Yield the names in a list as PostgreSQL keeps it; one empty name for an empty list."""
    found = False
    for within, plain in _NAME.findall(value):
        found = True
        yield plain or within.replace('""', '"')
    if not found:
        yield ""


async def literal(connection: "asyncpg.Connection[Any]", text: str | None) -> str:
    """Return a text as SQL has it; NULL for none."""
    if text is None:
        return "NULL"
    return str(await connection.fetchval("SELECT quote_literal($1::text)", text))
