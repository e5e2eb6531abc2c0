"""Create, clone and drop databases; prove which ones may be touched."""

import secrets
from collections.abc import Mapping
from typing import Any

import asyncpg

from db_workflow import marker
from db_workflow.connection import identity, quoted, session
from db_workflow.errors import DatabaseRefusedError, ServerError
from db_workflow.marker import Marker
from db_workflow.server import Server
from db_workflow.settings import Settings


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
        names = await connection.fetch("SELECT datname FROM pg_database ORDER BY datname")
        found = {row[0]: await marker.read(connection, row[0]) for row in names}
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
        await marker.write(connection, passing, role=role, project=project, facts=facts or {})
        await connection.execute(f"ALTER DATABASE {quoted(passing)} RENAME TO {quoted(name)}")


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


async def rename_database(server: Server, old: str, new: str) -> None:
    """Give a database of ours its final name.

    Raises:
        DatabaseRefusedError: it is not ours.

    """
    async with session(server.address, purpose=f"rename {old}") as connection:
        await marker.require(connection, old)
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
        await marker.require(connection, name)
        await connection.execute(f"DROP DATABASE {quoted(name)} WITH (FORCE)")
        return True


async def require_ours(server: Server, name: str, *, settings: Settings) -> Marker:
    """Return the marker of a database that may be written, truncated or dropped.

    Raises:
        DatabaseRefusedError: no true marker, or it is production.

    """
    await refuse_production(server, name, settings=settings)
    async with session(server.address, purpose="look") as connection:
        return await marker.require(connection, name)


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


async def _exists(connection: "asyncpg.Connection[Any]", name: str) -> bool:
    return bool(
        await connection.fetchval("SELECT EXISTS (SELECT FROM pg_database WHERE datname=$1)", name)
    )
