"""PgBouncer in front of a server, where the program is installed."""

import asyncio
import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")


@contextlib.asynccontextmanager
async def pgbouncer(address, *, mode, ignored=""):
    """Start a pooler on the loopback; yield a function from a database's name to its address."""
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="dbw_pool_", dir="/tmp") as text:
        folder = Path(text)
        (folder / "users.txt").write_text(f'"{address.user}" ""\n')
        (folder / "pool.ini").write_text(
            f"[databases]\n* = host={address.host} port={address.port}\n"
            "[pgbouncer]\nlisten_addr = 127.0.0.1\n"
            f"listen_port = {port}\nunix_socket_dir =\nauth_type = trust\n"
            f"auth_file = {folder}/users.txt\npool_mode = {mode}\n"
            f"ignore_startup_parameters = {ignored}\nmax_client_conn = 50\n"
        )
        process = subprocess.Popen(  # noqa: ASYNC220 - it begins to run at once
            [PROGRAM, "--quiet", folder / "pool.ini"],
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            **_unprivileged(folder),
        )
        try:
            await _listens(process, port)
            yield lambda name: replace(address.at(name), host="127.0.0.1", port=port)
        finally:
            process.kill()
            process.wait()


def _unprivileged(folder):
    """Return under whom it runs: it refuses root, and the server's socket is its account's."""
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam("nobody")
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": ()}


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def _listens(process, port):
    async with asyncio.timeout(10):
        while True:
            assert process.poll() is None, "pgbouncer ended"
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.01)
                continue
            writer.close()
            await writer.wait_closed()
            return
