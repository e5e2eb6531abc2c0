"""What starting the embedded server costs, cold, beside PostgreSQL's own `pg_ctl`."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.measure import Contestant
from db_workflow.account import unprivileged_account
from db_workflow.binaries import find_binaries
from db_workflow.server import embedded_status, start_server, stop_server, wipe_server
from db_workflow.settings import load_settings

_ROOT = Path(__file__).parents[1]


def contestants() -> Iterable[Contestant]:
    """Return ours, started and laid anew, and the usual ways with the same programs."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    shutil.copy(_ROOT / "pyproject.toml", folder)
    settings = load_settings(folder, environment={})

    def ours(*, wipe: bool) -> float:
        stop_server(settings)
        if wipe:
            wipe_server(settings)
        started = time.perf_counter()
        start_server(settings)
        seconds = time.perf_counter() - started
        assert embedded_status(settings).running
        stop_server(settings)
        return seconds

    yield Contestant("ours: start", lambda: ours(wipe=False))
    yield Contestant("ours: lay a cluster and start", lambda: ours(wipe=True))
    yield Contestant("pg_ctl -w start", lambda: _pg_ctl(initdb=False))
    yield Contestant("initdb, pg_ctl -w start", lambda: _pg_ctl(initdb=True))


def _pg_ctl(*, initdb: bool) -> float:
    """Time `pg_ctl`; without `initdb` in the time, a cluster is laid before it is taken."""
    binaries = find_binaries()
    folder = Path(tempfile.mkdtemp())
    if os.geteuid() == 0:
        shutil.chown(folder, unprivileged_account().pw_uid)
    data = folder / "data"
    started = time.perf_counter()
    _run(binaries.program("initdb"), "-D", data, "--no-locale", "--auth=trust", "--no-sync")
    if not initdb:
        started = time.perf_counter()
    options = f"-c listen_addresses='' -c fsync=off -c unix_socket_directories={folder}"
    log = folder / "log"
    _run(binaries.program("pg_ctl"), "-w", "-D", data, "-o", options, "-l", log, "start")
    seconds = time.perf_counter() - started
    _run(binaries.program("pg_ctl"), "-w", "-D", data, "-m", "fast", "stop")
    shutil.rmtree(folder)
    return seconds


def _run(*command: str | Path) -> None:
    account = unprivileged_account() if os.geteuid() == 0 else None
    user: int | None = account.pw_uid if account else None
    group: int | None = account.pw_gid if account else None
    groups: Sequence[int] | None = () if account else None
    subprocess.run(
        command,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        user=user,
        group=group,
        extra_groups=groups,
    )
