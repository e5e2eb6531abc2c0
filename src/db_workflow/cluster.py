"""The embedded server's cluster: its folders, its process, its life.

Real PostgreSQL, run from `Binaries`. One cluster a checkout, found again by `postmaster.pid`, so
the server outlives the command that started it and survives that command's death. It listens on
a socket in a folder only its owner may enter, never on a network port.
"""

import atexit
import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from db_workflow.account import copied, own_folder, reachable, unprivileged_account
from db_workflow.address import Address
from db_workflow.binaries import Binaries
from db_workflow.errors import ServerError
from db_workflow.settings import Settings

_START_SECONDS = 30.0
_STOP_SECONDS = 20.0
_ATTEMPTS = 12
_CRASH_PAUSE = 0.3
_SUPERUSER = "postgres"
# Not where TMPDIR points: two terminals that disagree about it must find the same server. What
# lies there is checked before it is used.
_SOCKETS = Path("/tmp")  # noqa: S108
# Everything in this server can be rebuilt, so nothing in it waits for a disk. wal_level is left
# alone: lowering it makes CREATE DATABASE … STRATEGY wal_log cheaper but hides real behaviour.
_OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    # Errors name values of rows; they belong to whoever caused them, not into a file.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
# What makes two cached clusters differ, beside the version.
_INITDB = ("--encoding=UTF8", "--auth=trust", f"--username={_SUPERUSER}", "--no-sync")


# Servers started by this process: kept so that Popen does not warn about a child it forgot.
_STARTED: list[subprocess.Popen[bytes]] = []


@atexit.register
def _leave_running() -> None:
    """Keep Popen from warning at the interpreter's end of children that live on."""
    for child in _STARTED:
        child.returncode = child.poll() or 0


@dataclass(frozen=True, slots=True)
class Cluster:
    """The folders of one checkout's server and the account it runs under."""

    state: Path
    data: Path
    socket: Path
    binaries: Binaries
    account: tuple[int, int] | None

    @classmethod
    def of(cls, settings: Settings, binaries: Binaries) -> "Cluster":
        """Work out the folders; as root, ones that the unprivileged account can reach."""
        mark = hashlib.sha256(os.fsencode(settings.root)).hexdigest()[:12]
        state = settings.make_state()
        base = state
        account = None
        if os.geteuid() == 0:
            entry = unprivileged_account()
            account = (entry.pw_uid, entry.pw_gid)
            # Ours, so it may be opened for passing through; parents are never touched.
            state.chmod(stat.S_IMODE(state.stat().st_mode) | 0o011)
            outside = own_folder(Path("/var/tmp"), "db_workflow-0", mode=0o711)  # noqa: S108 - checked by own_folder
            if not reachable(state):
                base = outside / mark
                base.mkdir(mode=0o711, exist_ok=True)
            if not reachable(binaries.folder):
                binaries = copied(binaries, outside)
        # Short, because a socket's path may have 107 bytes and a checkout may lie deep.
        owner = account[0] if account else os.geteuid()
        socket_folder = _SOCKETS / f"dbw-{owner}-{mark}"
        return cls(state, base / "server", socket_folder, binaries, account)

    @property
    def address(self) -> Address:
        """The maintenance database."""
        return Address(str(self.socket), 5432, _SUPERUSER, "postgres")

    @property
    def _user(self) -> int | None:
        return self.account[0] if self.account else None

    @property
    def _group(self) -> int | None:
        return self.account[1] if self.account else None

    @property
    def _groups(self) -> tuple[int, ...] | None:
        return () if self.account else None

    @property
    def log(self) -> Path:
        """The file that holds what the server prints."""
        return self.data.parent / "server.log"

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold this checkout's server for starting and stopping, across processes."""
        with (self.state / "server.lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def ready_pid(self) -> int | None:
        """Return the server's process if it is ready for connections.

        A pid file outlives a crash, and its number may be another process by now, so the socket
        has to answer too.
        """
        pid, status = self._pid_file()
        return pid if status == "ready" and self._answers() else None

    def make_cluster(self) -> None:
        """Lay the data directory, by copy from a cached `initdb` where there is one."""
        if (self.data / "PG_VERSION").is_file():
            major = (self.data / "PG_VERSION").read_text().strip()
            if self.binaries.version().partition(".")[0] == major:
                return
            # Another major's cluster: nothing in it is worth more than the rebuild it costs.
            self._remove(self.data)
        self._remove(self.data)
        half_done = self.data.with_name("server.new")
        self._remove(half_done)
        cached = self._cached_cluster()
        if cached.is_dir():
            shutil.copytree(cached, half_done, symlinks=True)
            self._own(half_done)
        else:
            half_done.mkdir(mode=0o700)
            self._own(half_done)
            self._initdb(half_done)
            self._keep_cluster(half_done, cached)
        half_done.rename(self.data)

    def start(self) -> None:
        """Run `postgres` and wait until its own pid file says it is ready.

        Raises:
            ServerError: it did not become ready; carries the end of its log.

        """
        self._make_socket_folder()
        self.stop()  # one that lost its socket to a cleaner of /tmp cannot be reached any more
        for attempt in range(_ATTEMPTS):
            for child in _STARTED:
                child.poll()  # one that was killed still holds its process number until then
            crashed = self._pid_file()[0] is not None
            process = self._spawn()
            if self._becomes_ready(process):
                return
            if not crashed or attempt == _ATTEMPTS - 1:
                break
            # The crashed server's children are still leaving its shared memory.
            time.sleep(_CRASH_PAUSE)
        raise ServerError(
            f"The embedded PostgreSQL did not start (exit code {process.poll()}).\n"
            + _indented_tail(self.log),
            why="every phase needs a server",
            next=f"read {self.log}; `invoke server.stop --wipe` lays the cluster anew",
        )

    def _spawn(self) -> "subprocess.Popen[bytes]":
        options = {**_OPTIONS, "unix_socket_directories": str(self.socket)}
        self.log.touch(mode=0o600)
        self.log.chmod(0o600)
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [
                    self.binaries.program("postgres"),
                    "-D",
                    self.data,
                    *(f"--{name}={value}" for name, value in options.items()),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Its own session: Ctrl-C in the terminal is for the command, not the server.
                start_new_session=True,
                cwd="/",
                env=_bare_environment(),
                user=self._user,
                group=self._group,
                extra_groups=self._groups,
            )
        # The server outlives this object on purpose; Popen must not warn about it.
        _STARTED.append(process)
        return process

    def _becomes_ready(self, process: "subprocess.Popen[bytes]") -> bool:
        deadline = time.monotonic() + _START_SECONDS
        while process.poll() is None:
            if self.ready_pid() == process.pid:
                return True
            if time.monotonic() > deadline:
                process.terminate()
                return False
            time.sleep(0.002)
        return False

    def stop(self) -> bool:
        """End the server's sessions and stop it. Returns whether it was running."""
        pid, _ = self._pid_file()
        if pid is None or not (self._answers() or self._runs(pid)):
            return False
        # SIGINT is PostgreSQL's fast shutdown: sessions are ended, data is written.
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + _STOP_SECONDS
        while time.monotonic() < deadline:
            if self._pid_file()[0] is None:
                _reap(pid)
                return True
            time.sleep(0.005)
        raise ServerError(
            f"The embedded PostgreSQL (process {pid}) did not stop in {_STOP_SECONDS:.0f} s.",
            next=f"read {self.log}",
        )

    def wipe(self) -> None:
        """Stop the server and remove the cluster; the next start lays a new one."""
        self.stop()
        self._remove(self.data)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(f"{self.socket}/.s.PGSQL.{self.address.port}")
            except OSError:
                return False
        return True

    def _runs(self, pid: int) -> bool:
        """Tell whether a process is a server in this data directory, socket or not."""
        try:
            return Path(f"/proc/{pid}/cwd").readlink() == self.data.resolve()
        except OSError:
            return False  # ended, somebody else's, or a system without /proc

    def _pid_file(self) -> tuple[int | None, str]:
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            return int(lines[0]), lines[7].strip() if len(lines) > 7 else ""
        except (OSError, ValueError, IndexError):
            return None, ""

    def _initdb(self, folder: Path) -> None:
        version = self.binaries.version()
        locale = ["--no-locale"]
        if int(version.partition(".")[0]) >= 17:
            # Unicode case rules without depending on the machine's locales.
            locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        done = subprocess.run(
            [self.binaries.program("initdb"), *_INITDB, *locale, "-D", folder],
            capture_output=True,
            text=True,
            cwd="/",
            env=_bare_environment(),
            check=False,
            user=self._user,
            group=self._group,
            extra_groups=self._groups,
        )
        if done.returncode != 0:
            raise ServerError(f"initdb failed:\n{done.stderr.strip() or done.stdout.strip()}")

    def _cached_cluster(self) -> Path:
        key = hashlib.sha256(repr((self.binaries.version(), _INITDB)).encode()).hexdigest()[:12]
        home = os.environ.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
        return Path(home) / "db_workflow" / f"cluster-{key}"

    def _keep_cluster(self, made: Path, cached: Path) -> None:
        with contextlib.suppress(OSError):  # a read-only home only costs time
            cached.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=cached.parent) as folder:
                copy = shutil.copytree(made, Path(folder) / "cluster", symlinks=True)
                copy.rename(cached)

    def _make_socket_folder(self) -> None:
        with contextlib.suppress(FileExistsError):
            self.socket.mkdir(mode=0o700)
            self._own(self.socket)
        found = self.socket.lstat()
        owner = self.account[0] if self.account else os.geteuid()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
            raise ServerError(
                f"{self.socket} is not a folder that only this server's account may enter.",
                why="someone else could stand in for the server there",
                next=f"find out who made it, remove it, and try again: ls -ld {self.socket}",
            )

    def _own(self, folder: Path) -> None:
        if self.account is None:
            return
        os.chown(folder, *self.account)
        for parent, names, files in os.walk(folder):
            for name in (*names, *files):
                os.chown(os.path.join(parent, name), *self.account, follow_symlinks=False)  # noqa: PTH118 - a thousand files; strings are faster

    def _remove(self, folder: Path) -> None:
        if folder.exists():
            shutil.rmtree(folder)


def _reap(pid: int) -> None:
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, 0)


def _bare_environment() -> dict[str, str]:
    """Return what the server needs and nothing of the person's PG* or secrets."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _indented_tail(file: Path, lines: int = 12) -> str:
    try:
        text = file.read_text("utf-8", "replace").splitlines()[-lines:]
    except OSError:
        return ""
    return "\n".join(f"    {line}" for line in text)
