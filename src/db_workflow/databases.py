"""Create, clone and drop databases; prove which ones may be touched."""

import asyncio
import contextlib
import hashlib
import secrets
from collections.abc import AsyncIterator, Mapping
from typing import Any

import asyncpg

from db_workflow import marker
from db_workflow.address import Address
from db_workflow.connection import DRIVER_ERRORS, Identity, identity, quoted, session
from db_workflow.errors import DatabaseRefusedError, ServerError
from db_workflow.marker import Marker
from db_workflow.server import Server
from db_workflow.settings import Settings

_NAME_BYTES = 63
_DIGEST = 12


def derived_name(test_database: str, what: str, digest: str = "") -> str:
    """Return the name of a database that belongs to a test database, within 63 bytes.

    `derived_name(name, what)` is the beginning that all of that kind share. A test database's name
    that is too long is cut, and its own digest keeps two such names apart.
    """
    end = f"__{what}_"
    room = _NAME_BYTES - len(end) - _DIGEST
    if len(test_database.encode()) > room:
        whole = hashlib.sha256(test_database.encode()).hexdigest()[:8]
        test_database = f"{test_database.encode()[: room - 9].decode('utf-8', 'ignore')}_{whole}"
    return f"{test_database}{end}{digest[:_DIGEST]}"


# Which database a production address led to: a command asks more than once.
_PRODUCTIONS: dict[Address, Identity] = {}


async def exists(server: Server, name: str) -> bool:
    """Tell whether the server has a database of that name."""
    async with session(server.address, purpose="look") as connection:
        return await _exists(connection, name)


async def read_marker(server: Server, name: str) -> Marker | None:
    """Return the marker of a database if it has a true one."""
    async with session(server.address, purpose="look") as connection:
        return await marker.read(connection, name)


async def list_marked(server: Server, *, project: str) -> dict[str, Marker]:
    """Return every database that this project's workflow created on the server, by name."""
    async with session(server.address, purpose="look") as connection:
        found = await marker.read_all(connection)
    return {name: mark for name, mark in found.items() if mark.project == project}


async def create_database(
    server: Server,
    name: str,
    *,
    project: str,
    role: str,
    template: str | None = None,
    facts: Mapping[str, Any] | None = None,
    connection: "asyncpg.Connection[Any] | None" = None,
) -> None:
    """Create a database, empty or as a clone, and mark it as ours.

    It is made under a passing name and renamed once marked, so that a kill in between never
    leaves an unmarked database where a marked one is expected.

    Args:
        server: where.
        name: the database.
        project: whose it is.
        role: what it is for.
        template: clone this one; nobody may be connected to it.
        facts: JSON values to keep in its marker.
        connection: a session in the maintenance database, to be used instead of a new one.

    Raises:
        DatabaseRefusedError: the name is taken.
        ServerError: the server refused.

    """
    async with (
        _asking(server, connection, purpose=f"create {name}") as asked,
        _passing(asked, project) as passing,
    ):
        if await _exists(asked, name):
            raise DatabaseRefusedError(
                f"The database {name!r} already exists.",
                why="the workflow never replaces a database in place",
                next="drop it by hand if it is yours to drop, or choose another name",
            )
        source = f"TEMPLATE {quoted(template)}" if template else "TEMPLATE template0"
        try:
            await asked.execute(f"CREATE DATABASE {quoted(passing)} {source}")
            await marker.write(asked, passing, role=role, project=project, facts=facts or {})
            await asked.execute(f"ALTER DATABASE {quoted(passing)} RENAME TO {quoted(name)}")
        except asyncpg.PostgresError as error:
            await _drop_passing(server, passing)
            raise ServerError(
                f"The server refused to create the database {name!r}: {error}",
                next="the user of TEST_DATABASE_URL needs CREATEDB, and nobody may be connected"
                " to the template",
            ) from error
        except asyncio.CancelledError:
            await asyncio.shield(_drop_passing(server, passing))
            raise


async def mark_facts(server: Server, name: str, facts: Mapping[str, Any]) -> None:
    """Replace the facts on a database that is ours.

    Raises:
        DatabaseRefusedError: it is not ours.

    """
    async with session(server.address, purpose=f"mark {name}") as connection:
        mark = await marker.require(connection, name)
        await marker.write(connection, name, role=mark.role, project=mark.project, facts=facts)


async def close_template(server: Server, name: str) -> None:
    """Finish a template: nobody may connect any more, so that it can always be cloned."""
    async with session(server.address, purpose=f"close {name}") as connection:
        await marker.require(connection, name)
        await connection.execute(f"ALTER DATABASE {quoted(name)} WITH ALLOW_CONNECTIONS false")


async def drop_database(
    server: Server,
    name: str,
    *,
    settings: Settings,
    connection: "asyncpg.Connection[Any] | None" = None,
) -> bool:
    """Drop a database that the workflow created. Returns whether there was one.

    Args:
        server: where.
        name: the database.
        settings: names production.
        connection: a session in the maintenance database, to be used instead of a new one.

    Raises:
        DatabaseRefusedError: no true marker, or it is production.

    """
    async with _asking(server, connection, purpose=f"drop {name}") as asked:
        await refuse_production(server, name, settings=settings, connection=asked)
        if not await _exists(asked, name):
            return False
        await marker.require(asked, name)
        # Two may drop the same left-over: the second finds nothing, and that is no error.
        await asked.execute(f"DROP DATABASE IF EXISTS {quoted(name)} WITH (FORCE)")
        return True


async def refuse_production(
    server: Server,
    name: str,
    *,
    settings: Settings,
    connection: "asyncpg.Connection[Any] | None" = None,
) -> None:
    """Refuse a database that is production by the servers' own word, whatever the URLs say.

    A production that cannot be reached is no reason to refuse: the marker still has to be there,
    and it is never on a database that the workflow did not create.

    Raises:
        DatabaseRefusedError: same server system identifier and same database name.

    """
    production = settings.production_address
    if production is None:
        return
    real = await production_identity(production)
    if real is None or real.name != name:
        return
    async with _asking(server, connection, purpose="compare") as asked:
        here = await identity(asked)
    if here.system == real.system:
        raise DatabaseRefusedError(
            f"The test database {name!r} is the production database.",
            why="both URLs lead to the same server and the same database name;"
            " this step would destroy production's rows",
            next="let TEST_DATABASE_URL name another database",
        )


async def production_identity(address: Address) -> Identity | None:
    """Return which database an address really leads to; None if nobody can say now.

    It is asked once in a process: a step compares with it before everything that it drops.
    """
    if address not in _PRODUCTIONS:
        try:
            async with session(address, purpose="compare", read_only=True) as connection:
                _PRODUCTIONS[address] = await identity(connection)
        except (ServerError, asyncpg.PostgresError):
            # Not reachable, or its provider lets nobody read the server's identifier.
            return None
    return _PRODUCTIONS[address]


@contextlib.asynccontextmanager
async def _asking(
    server: Server, connection: "asyncpg.Connection[Any] | None", *, purpose: str
) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """Use a session that is there, or open one."""
    if connection is not None:
        yield connection
        return
    async with session(server.address, purpose=purpose) as opened:
        yield opened


@contextlib.asynccontextmanager
async def _passing(connection: "asyncpg.Connection[Any]", project: str) -> AsyncIterator[str]:
    """Hold a passing name: whoever finds it unlocked finds what it names abandoned."""
    name = await _passing_name(connection, project, secrets.token_hex(6))
    await _drop_abandoned(connection, project)
    await connection.execute("SELECT pg_advisory_lock(hashtextextended($1, 0))", name)
    try:
        yield name
    finally:
        with contextlib.suppress(*DRIVER_ERRORS):  # a session that is gone holds nothing
            await connection.execute("SELECT pg_advisory_unlock(hashtextextended($1, 0))", name)


async def _passing_name(connection: "asyncpg.Connection[Any]", project: str, nonce: str) -> str:
    """Return a name that proves by its arithmetic that this workflow gave it, on this server."""
    system = await connection.fetchval("SELECT system_identifier FROM pg_control_system()")
    proof = hashlib.sha256(f"db_workflow passing {system} {project} {nonce}".encode()).hexdigest()
    return f"{project}__new_{nonce}{proof[:12]}"


async def _drop_abandoned(connection: "asyncpg.Connection[Any]", project: str) -> None:
    """Drop what killed runs left under passing names."""
    names = await connection.fetch(
        "SELECT datname FROM pg_database WHERE starts_with(datname, $1)", f"{project}__new_"
    )
    for (name,) in names:
        nonce = name.removeprefix(f"{project}__new_")[:12]
        if name == await _passing_name(connection, project, nonce) and await connection.fetchval(
            "SELECT pg_try_advisory_lock(hashtextextended($1, 0))", name
        ):
            await connection.execute(f"DROP DATABASE IF EXISTS {quoted(name)} WITH (FORCE)")


async def _drop_passing(server: Server, name: str) -> None:
    """Drop a database under its passing name, which is random and so proves that it is ours."""
    async with session(server.address, purpose="clean up") as connection:
        await connection.execute(f"DROP DATABASE IF EXISTS {quoted(name)} WITH (FORCE)")


async def _exists(connection: "asyncpg.Connection[Any]", name: str) -> bool:
    return bool(
        await connection.fetchval("SELECT EXISTS (SELECT FROM pg_database WHERE datname=$1)", name)
    )
