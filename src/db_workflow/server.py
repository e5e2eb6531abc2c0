"""The PostgreSQL server in use: the one a URL names, or the embedded one of this checkout."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from db_workflow.address import Address
from db_workflow.binaries import Binaries, find_binaries
from db_workflow.settings import Settings

if TYPE_CHECKING:
    from db_workflow.cluster import Cluster


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers (or should): where it is and which programs go with it."""

    address: Address
    binaries: Binaries
    embedded: bool


@dataclass(frozen=True, slots=True)
class EmbeddedStatus:
    """What is known about the embedded server without asking it."""

    running: bool
    pid: int | None
    folder: Path
    address: Address


def open_server(settings: Settings) -> Server:
    """Return the server that holds the test database, starting the embedded one if needed.

    Raises:
        ServerError: it could not be started.

    """
    settings.make_state()
    binaries = find_binaries(settings.binaries)
    if settings.test_address is not None:
        return Server(settings.test_address.at("postgres"), binaries, embedded=False)
    return start_server(settings, binaries)


def start_server(settings: Settings, binaries: Binaries | None = None) -> Server:
    """Start the embedded server, or find it running. Safe to call from many processes at once.

    Raises:
        ServerError: it did not become ready; carries the end of its log.

    """
    cluster = _cluster(settings, binaries)
    server = Server(cluster.address, cluster.binaries, embedded=True)
    if cluster.ready_pid() is not None:
        return server
    with cluster.locked():
        if cluster.ready_pid() is None:
            cluster.make_cluster()
            cluster.start()
    return server


def stop_server(settings: Settings) -> bool:
    """Stop the embedded server. Returns whether one was running.

    Raises:
        ServerError: it did not stop in time.

    """
    cluster = _cluster(settings)
    with cluster.locked():
        return cluster.stop()


def embedded_status(settings: Settings) -> EmbeddedStatus:
    """Tell whether the embedded server runs, without starting it."""
    cluster = _cluster(settings)
    pid = cluster.ready_pid()
    return EmbeddedStatus(pid is not None, pid, cluster.data, cluster.address)


def wipe_server(settings: Settings) -> None:
    """Stop the embedded server and remove its cluster; the next start lays a new one."""
    cluster = _cluster(settings)
    with cluster.locked():
        cluster.wipe()


def _cluster(settings: Settings, binaries: Binaries | None = None) -> "Cluster":
    # Imported when there is one: who names a server of his own does not pay for it.
    from db_workflow.cluster import Cluster

    return Cluster.of(settings, binaries or find_binaries(settings.binaries))
