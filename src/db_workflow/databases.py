"""Create, clone and drop databases; prove which ones may be touched.

The proof is a marker that the workflow writes as the database's comment when it creates it. The
comment is seen from outside (a closed template included), is not copied by `CREATE DATABASE …
TEMPLATE`, and it names the database's own oid and server, so that a dump restored elsewhere with
its comment proves nothing.
"""

import asyncio
import contextlib
import getpass
import hashlib
import json
import os
import secrets
import socket
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from db_workflow.address import Address
from db_workflow.errors import BusyError, DatabaseRefusedError, ServerError
from db_workflow.server import Server
from db_workflow.settings import Settings

# What a connection changes for everything that reads values as text: one spelling everywhere.
PINNED = {
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
    "TimeZone": "UTC",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "search_path": '"$user", public',
}
_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Identity:
    """Which database this really is, whatever the URL says."""

    system: int
    name: str
    oid: int


@dataclass(frozen=True, slots=True)
class Marker:
    """What the workflow wrote on a database it created.

    Attributes:
        role: "test", "template", "scratch", "worker" or "stand-in".
        project: the settings' project.
        oid: the database's own oid.
        system: the server's system identifier.
        facts: what the creator knew (hashes, sources); JSON values.

    """

    role: str
    project: str
    oid: int
    system: int
    facts: Mapping[str, Any] = field(default_factory=dict)


async def connect(
    address: Address, *, purpose: str, read_only: bool = False
) -> "asyncpg.Connection[Any]":
    """Connect, with pinned text formats and a name that other sessions can read.

    Args:
        address: the database.
        purpose: what for ("migrate"); becomes part of `application_name`.
        read_only: refuse every write in this session, on the server.

    Raises:
        ServerError: unreachable, refused, or no such database; says which and what to do.

    """
    settings = {**PINNED, "application_name": application_name(purpose)}
    if read_only:
        settings["default_transaction_read_only"] = "on"
    try:
        return await asyncpg.connect(address.url(), server_settings=settings, timeout=15)
    except (asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError) as error:
        raise ServerError(
            f"{address} refused the user or the password.",
            next="check the user and password in the URL",
        ) from error
    except asyncpg.InvalidCatalogNameError as error:
        raise ServerError(
            f"There is no database {address.database!r} at {address}.",
            next="invoke phase1",
            data={"missing": address.database},
        ) from error
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as error:
        reason = str(error) or type(error).__name__
        raise ServerError(
            f"{address} cannot be reached: {reason}",
            next="check that the server runs and that the URL's host and port are right",
        ) from error


@contextlib.asynccontextmanager
async def session(
    address: Address, *, purpose: str, read_only: bool = False
) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """Connect for the length of a block. See `connect`."""
    connection = await connect(address, purpose=purpose, read_only=read_only)
    try:
        yield connection
    finally:
        # Cancelled work (Ctrl-C) must not wait for a server that is busy with its last query.
        with contextlib.suppress(TimeoutError, OSError, asyncpg.PostgresError):
            await connection.close(timeout=2)


def application_name(purpose: str) -> str:
    """Return the name a session carries, cut to PostgreSQL's 63 bytes."""
    name = f"db_workflow {purpose} [{_user()}@{socket.gethostname()} {os.getpid()}]"
    return name.encode("ascii", "replace").decode()[:63]


async def identity(connection: "asyncpg.Connection[Any]") -> Identity:
    """Return which database a connection really leads to."""
    row = await connection.fetchrow(
        "SELECT (SELECT system_identifier FROM pg_control_system()), datname, oid"
        " FROM pg_database WHERE datname = current_database()"
    )
    assert row is not None  # noqa: S101 - the current database is in pg_database
    return Identity(row[0], row[1], row[2])


async def exists(server: Server, name: str) -> bool:
    """Tell whether the server has a database of that name."""
    async with session(server.address, purpose="look") as connection:
        return await _exists(connection, name)


async def read_marker(server: Server, name: str) -> Marker | None:
    """Return the marker of a database if it has a true one."""
    async with session(server.address, purpose="look") as connection:
        return await _read_marker(connection, name)


async def list_marked(server: Server, *, project: str) -> dict[str, Marker]:
    """Return every database that this project's workflow created on the server, by name."""
    async with session(server.address, purpose="look") as connection:
        names = await connection.fetch("SELECT datname FROM pg_database ORDER BY datname")
        found = {row[0]: await _read_marker(connection, row[0]) for row in names}
    return {name: mark for name, mark in found.items() if mark and mark.project == project}


async def create_database(
    server: Server,
    name: str,
    *,
    project: str,
    role: str,
    template: str | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Create a database, empty or as a clone, and mark it as ours.

    It is made under a passing name and renamed once marked, so that a kill in between never
    leaves an unmarked database where a marked one is expected.

    Raises:
        DatabaseRefusedError: the name is taken.
        ServerError: the server refused.

    """
    passing = f"{project}__new_{secrets.token_hex(4)}"
    async with session(server.address, purpose=f"create {name}") as connection:
        if await _exists(connection, name):
            raise DatabaseRefusedError(
                f"The database {name!r} already exists.",
                why="the workflow never replaces a database in place",
                next="drop it by hand if it is yours to drop, or choose another name",
            )
        source = f"TEMPLATE {quoted(template)}" if template else "TEMPLATE template0"
        try:
            await connection.execute(f"CREATE DATABASE {quoted(passing)} {source}")
        except asyncpg.PostgresError as error:
            raise ServerError(
                f"The server refused to create the database {name!r}: {error}",
                next="the user of TEST_DATABASE_URL needs CREATEDB, and nobody may be connected"
                " to the template",
            ) from error
        await _write_marker(connection, passing, role=role, project=project, facts=facts or {})
        await connection.execute(f"ALTER DATABASE {quoted(passing)} RENAME TO {quoted(name)}")


async def mark_facts(server: Server, name: str, facts: Mapping[str, Any]) -> None:
    """Replace the facts on a database that is ours.

    Raises:
        DatabaseRefusedError: it is not ours.

    """
    async with session(server.address, purpose=f"mark {name}") as connection:
        marker = await _ours(connection, name)
        await _write_marker(connection, name, role=marker.role, project=marker.project, facts=facts)


async def close_template(server: Server, name: str) -> None:
    """Finish a template: nobody may connect any more, so that it can always be cloned."""
    async with session(server.address, purpose=f"close {name}") as connection:
        await _ours(connection, name)
        await connection.execute(f"ALTER DATABASE {quoted(name)} WITH ALLOW_CONNECTIONS false")


async def rename_database(server: Server, old: str, new: str) -> None:
    """Give a database of ours its final name.

    Raises:
        DatabaseRefusedError: it is not ours.

    """
    async with session(server.address, purpose=f"rename {old}") as connection:
        await _ours(connection, old)
        await connection.execute(f"ALTER DATABASE {quoted(old)} RENAME TO {quoted(new)}")


async def drop_database(server: Server, name: str, *, settings: Settings) -> bool:
    """Drop a database that the workflow created. Returns whether there was one.

    Raises:
        DatabaseRefusedError: no true marker, or it is production.

    """
    await refuse_production(server, name, settings=settings)
    async with session(server.address, purpose=f"drop {name}") as connection:
        if not await _exists(connection, name):
            return False
        await _ours(connection, name)
        await connection.execute(f"DROP DATABASE {quoted(name)} WITH (FORCE)")
        return True


async def require_ours(server: Server, name: str, *, settings: Settings) -> Marker:
    """Return the marker of a database that may be written, truncated or dropped.

    Raises:
        DatabaseRefusedError: no true marker, or it is production.

    """
    await refuse_production(server, name, settings=settings)
    async with session(server.address, purpose="look") as connection:
        return await _ours(connection, name)


async def refuse_production(server: Server, name: str, *, settings: Settings) -> None:
    """Refuse a database that is production by the server's own word.

    An unreachable production is no reason to refuse: the marker still has to be there, and it is
    never on a database that the workflow did not create.

    Raises:
        DatabaseRefusedError: same server system identifier and same database name.

    """
    production = settings.production_address
    if production is None or production.database != name:
        return
    try:
        async with session(production, purpose="compare", read_only=True) as connection:
            real = await identity(connection)
    except ServerError:
        return
    async with session(server.address, purpose="compare") as connection:
        here = await identity(connection)
    if here.system == real.system and real.name == name:
        raise DatabaseRefusedError(
            f"The test database {name!r} is the production database.",
            why="both URLs lead to the same server and the same database name;"
            " this step would destroy production's rows",
            next="let TEST_DATABASE_URL name another database",
        )


@contextlib.asynccontextmanager
async def exclusive(server: Server, *, settings: Settings, purpose: str) -> AsyncIterator[None]:
    """Hold the project's lock on this server: one run of the workflow at a time.

    The lock lives in the maintenance database, because the test database comes and goes. It is
    polled: a blocked `pg_advisory_lock` and a CREATE INDEX CONCURRENTLY elsewhere can deadlock.

    Raises:
        BusyError: still held by another session after `lock_wait_seconds`; says by whom.

    """
    digest = hashlib.sha256(f"db_workflow:{settings.test_database}".encode()).digest()
    key = int.from_bytes(digest[:8], "big", signed=True)
    async with session(server.address, purpose=purpose) as connection:
        deadline = time.monotonic() + settings.lock_wait_seconds
        while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", key):
            if time.monotonic() > deadline:
                raise BusyError(
                    f"Another run holds {settings.test_database!r}:"
                    f" {await _lock_holder(connection, key)}.",
                    why="two runs at once would undo each other's work",
                    next="wait for it to end, or end it, and try again",
                )
            await asyncio.sleep(_POLL_SECONDS)
        yield


def quoted(name: str) -> str:
    """Return an identifier in quotes."""
    return '"' + name.replace('"', '""') + '"'


async def _exists(connection: "asyncpg.Connection[Any]", name: str) -> bool:
    return bool(
        await connection.fetchval("SELECT EXISTS (SELECT FROM pg_database WHERE datname=$1)", name)
    )


async def _read_marker(connection: "asyncpg.Connection[Any]", name: str) -> Marker | None:
    row = await connection.fetchrow(
        "SELECT oid, shobj_description(oid, 'pg_database') AS comment,"
        " (SELECT system_identifier FROM pg_control_system()) AS system"
        " FROM pg_database WHERE datname = $1",
        name,
    )
    if row is None or not row["comment"]:
        return None
    try:
        written = json.loads(row["comment"])["db_workflow"]
        marker = Marker(**written)
    except (ValueError, KeyError, TypeError):
        return None
    return marker if (marker.oid, marker.system) == (row["oid"], row["system"]) else None


async def _ours(connection: "asyncpg.Connection[Any]", name: str) -> Marker:
    marker = await _read_marker(connection, name)
    if marker is None:
        raise DatabaseRefusedError(
            f"The database {name!r} was not created by the workflow.",
            why="its rows may be somebody's only copy; only a database that carries the"
            " workflow's own marker is ever changed or dropped",
            next="let TEST_DATABASE_URL name a database that does not exist yet,"
            " and the workflow creates it",
        )
    return marker


async def _write_marker(
    connection: "asyncpg.Connection[Any]",
    name: str,
    *,
    role: str,
    project: str,
    facts: Mapping[str, Any],
) -> None:
    row = await connection.fetchrow(
        "SELECT oid, (SELECT system_identifier FROM pg_control_system()) AS system"
        " FROM pg_database WHERE datname = $1",
        name,
    )
    assert row is not None  # noqa: S101 - created or read a moment ago
    written = {
        "role": role,
        "project": project,
        "oid": row["oid"],
        "system": row["system"],
        "facts": dict(facts),
    }
    comment = json.dumps({"db_workflow": written}, sort_keys=True)
    literal = await connection.fetchval("SELECT quote_literal($1::text)", comment)
    await connection.execute(f"COMMENT ON DATABASE {quoted(name)} IS {literal}")


async def _lock_holder(connection: "asyncpg.Connection[Any]", key: int) -> str:
    row = await connection.fetchrow(
        "SELECT a.application_name, a.backend_start FROM pg_locks l"
        " JOIN pg_stat_activity a USING (pid)"
        " WHERE l.locktype = 'advisory' AND l.granted"
        " AND (l.classid::bigint << 32) | l.objid::bigint = $1",
        key,
    )
    if row is None:
        return "a session that has just ended"
    return f"{row[0]}, since {row[1]:%H:%M:%S} UTC"


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
