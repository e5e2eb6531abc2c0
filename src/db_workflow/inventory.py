"""What is on the server: where it is, and which databases there are ours."""

from dataclasses import dataclass

from db_workflow.connection import session
from db_workflow.databases import list_marked
from db_workflow.server import embedded_status, open_server
from db_workflow.settings import Settings


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """A server and what the workflow made there; `databases` are (name, role, size)."""

    address: str
    embedded: bool
    version: str
    databases: tuple[tuple[str, str, str], ...]


async def server_status(settings: Settings) -> ServerStatus:
    """Tell where the server is and which databases there are ours, without starting one."""
    embedded = embedded_status(settings) if settings.test_address is None else None
    if embedded is not None and not embedded.running:
        return ServerStatus(str(embedded.address), embedded=True, version="", databases=())
    server = open_server(settings)
    marked = await list_marked(server, project=settings.project)
    async with session(server.address, purpose="status", read_only=True) as connection:
        version = await connection.fetchval("SHOW server_version")
        sizes = await connection.fetch(
            "SELECT datname, pg_size_pretty(pg_database_size(oid)) AS size FROM pg_database"
        )
    pretty = {row["datname"]: row["size"] for row in sizes}
    return ServerStatus(
        str(server.address),
        embedded=server.embedded,
        version=version,
        databases=tuple((name, mark.role, pretty[name]) for name, mark in marked.items()),
    )
