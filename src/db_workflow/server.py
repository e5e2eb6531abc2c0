"""The PostgreSQL server in use: the one a URL names, or an embedded one that this module owns.

The embedded server is real PostgreSQL, run from `Binaries`. One server a checkout: found again
by `postmaster.pid`, so it outlives the command that started it and survives that command's death.
It listens on a socket in a folder only its owner may enter, never on a network port.
"""

import contextlib
import fcntl
import hashlib
import os
import pwd
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

from db_workflow.address import Address
from db_workflow.binaries import Binaries, find_binaries
from db_workflow.errors import ServerError
from db_workflow.settings import Settings

_START_SECONDS = 30.0
_STOP_SECONDS = 20.0
_SUPERUSER = "postgres"
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
}
# A name the server is known by in `ps`, and what makes two cached clusters differ.
_INITDB = ("--encoding=UTF8", "--auth=trust", f"--username={_SUPERUSER}", "--no-sync")


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
    binaries = find_binaries(settings.binaries)
    if settings.test_address is not None:
        return Server(settings.test_address.at("postgres"), binaries, embedded=False)
    return start_server(settings, binaries)


def start_server(settings: Settings, binaries: Binaries | None = None) -> Server:
    """Start the embedded server, or find it running. Safe to call from many processes at once.

    Raises:
        ServerError: it did not become ready; carries the end of its log.

    """
    place = _Place.of(settings, binaries or find_binaries(settings.binaries))
    server = Server(place.address, place.binaries, embedded=True)
    if place.ready_pid() is not None:
        return server
    with place.locked():
        if place.ready_pid() is None:
            place.make_cluster()
            place.start()
    return server


def stop_server(settings: Settings) -> bool:
    """Stop the embedded server. Returns whether one was running.

    Raises:
        ServerError: it did not stop in time.

    """
    place = _Place.of(settings, find_binaries(settings.binaries))
    with place.locked():
        return place.stop()


def embedded_status(settings: Settings) -> EmbeddedStatus:
    """Tell whether the embedded server runs, without starting it."""
    place = _Place.of(settings, find_binaries(settings.binaries))
    pid = place.ready_pid()
    return EmbeddedStatus(pid is not None, pid, place.data, place.address)


@dataclass(frozen=True, slots=True)
class _Place:
    """The folders of one checkout's server and the account it runs under."""

    state: Path
    data: Path
    socket: Path
    binaries: Binaries
    account: tuple[int, int] | None

    @classmethod
    def of(cls, settings: Settings, binaries: Binaries) -> "_Place":
        """Work out the folders; as root, ones that the unprivileged account can reach."""
        mark = hashlib.sha256(os.fsencode(settings.root)).hexdigest()[:12]
        state = settings.state
        state.mkdir(exist_ok=True)
        base = state
        account = None
        if os.geteuid() == 0:
            entry = _unprivileged_account()
            account = (entry.pw_uid, entry.pw_gid)
            # Ours, so it may be opened for passing through; parents are never touched.
            state.chmod(stat.S_IMODE(state.stat().st_mode) | 0o011)
            outside = _own_folder(Path("/var/tmp"), "db_workflow-0", mode=0o711)  # noqa: S108 - checked by _own_folder
            if not _reachable(state):
                base = outside / mark
                base.mkdir(mode=0o711, exist_ok=True)
            if not _reachable(binaries.folder):
                binaries = _copied(binaries, outside)
        # Short, because a socket's path may have 107 bytes and a checkout may lie deep.
        owner = account[0] if account else os.geteuid()
        socket_folder = Path(tempfile.gettempdir()) / f"dbw-{owner}-{mark}"
        return cls(state, base / "server", socket_folder, binaries, account)

    @property
    def address(self) -> Address:
        return Address(str(self.socket), 5432, _SUPERUSER, "postgres")

    @property
    def log(self) -> Path:
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
        """Run `postgres` and wait until its own pid file says it is ready."""
        self._make_socket_folder()
        with self.log.open("ab") as log:
            options = {**_OPTIONS, "unix_socket_directories": str(self.socket)}
            process = subprocess.Popen(
                [
                    self.binaries.program("postgres"),
                    "-D",
                    self.data,
                    *(part for name, value in options.items() for part in ("-c", f"{name}={value}")),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Its own session: Ctrl-C in the terminal is for the command, not the server.
                start_new_session=True,
                cwd="/",
                env=_bare_environment(),
                **self._as_account(),
            )
        # The server outlives this object on purpose; keep the module from warning about it.
        _STARTED.append(process)
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                break
            if self.ready_pid() == process.pid:
                return
            time.sleep(0.002)
        else:
            process.terminate()
        raise ServerError(
            f"The embedded PostgreSQL did not start (exit code {process.poll()}).\n"
            + _indented_tail(self.log),
            why="every phase needs a server",
            next=f"read {self.log}; `invoke server.stop --wipe` lays the cluster anew",
        )

    def stop(self) -> bool:
        pid, _ = self._pid_file()
        if pid is None or not self._answers():
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
        """Remove the cluster; the next start lays a new one."""
        self._remove(self.data)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(f"{self.socket}/.s.PGSQL.{self.address.port}")
            except OSError:
                return False
        return True

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
            **self._as_account(),
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

    def _as_account(self) -> dict[str, object]:
        if self.account is None:
            return {}
        return {"user": self.account[0], "group": self.account[1], "extra_groups": []}

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


# Servers started by this process: kept so that Popen does not warn about a child it forgot.
_STARTED: list[subprocess.Popen[bytes]] = []


def wipe_server(settings: Settings) -> None:
    """Stop the embedded server and remove its cluster; the next start lays a new one."""
    place = _Place.of(settings, find_binaries(settings.binaries))
    with place.locked():
        place.stop()
        place.wipe()


def _unprivileged_account() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("nobody")
    except KeyError as error:
        raise ServerError(
            "PostgreSQL refuses to run as root, and this machine has no account `nobody`.",
            next="run as an ordinary user, or set TEST_DATABASE_URL",
        ) from error


def _reachable(folder: Path) -> bool:
    """Tell whether any account may pass through to a folder."""
    resolved = folder.resolve()
    return all(path.stat().st_mode & 0o001 for path in (resolved, *resolved.parents))


def _own_folder(parent: Path, name: str, *, mode: int) -> Path:
    """Make, or find, a folder of our own in a place where everyone may write."""
    folder = parent / name
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=mode)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise ServerError(
            f"{folder} belongs to someone else, or others may write to it.",
            why="programs and data of the server would be in their hands",
            next=f"find out who made it and remove it: ls -ld {folder}",
        )
    folder.chmod(mode)  # mkdir obeyed the umask
    return folder


def _copied(binaries: Binaries, outside: Path) -> Binaries:
    """Return a copy of the programs where the unprivileged account reaches them."""
    source = binaries.folder.parent
    key = hashlib.sha256(f"{source}:{source.stat().st_mtime_ns}".encode()).hexdigest()[:12]
    target = outside / f"programs-{key}"
    package = source.parent
    if not target.is_dir():
        with tempfile.TemporaryDirectory(dir=outside) as folder:
            half_done = Path(folder) / "copy"
            unused = shutil.ignore_patterns("include", "*.a", "doc", "man")
            inside = half_done / package.name / source.name
            shutil.copytree(source, inside, symlinks=True, ignore=unused)
            # The wheel's shared libraries lie beside the package, found relative to the programs.
            libraries = package.with_name(f"{package.name}.libs")
            if libraries.is_dir():
                shutil.copytree(libraries, half_done / libraries.name)
            half_done.chmod(0o755)
            with contextlib.suppress(OSError):  # another process was faster
                half_done.rename(target)
    return Binaries(target / package.name / source.name / binaries.folder.name, binaries.origin)


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
