"""PostgreSQL's dump and restore programs, run so that they leave nothing half done behind."""

import asyncio
import contextlib
import os
import re
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from db_workflow.address import Address
from db_workflow.binaries import Binaries
from db_workflow.errors import BackupError
from db_workflow.schema.disclosure import without_last_value

_DUMPED_FROM = re.compile(r"^;\s+Dumped from database version: (\S+)", re.MULTILINE)
_DATABASE = re.compile(r"^;\s+dbname: (.+)$", re.MULTILINE)
# How the two formats of one file begin; in a tar, the table of contents is the first member.
_CUSTOM = b"PGDMP"
_FIRST_IN_TAR = b"toc.dat\0"
_LOCK_WAIT_MS = 60_000
_POLL_SECONDS = 0.2
# What would lead libpq to another database than the address.
_ELSEWHERE = {
    "PGHOST",
    "PGHOSTADDR",
    "PGPORT",
    "PGUSER",
    "PGDATABASE",
    "PGSERVICE",
    "PGSERVICEFILE",
    "PGOPTIONS",
}
# Words of libpq's and pg_dump's messages, and what to do about each.
_ADVICE = {
    "server version mismatch": "set `binaries` in [tool.db_workflow] to PostgreSQL programs at"
    " least as new as the server",
    "transaction_timeout": "set `binaries` in [tool.db_workflow] to PostgreSQL programs of the test"
    " server's own major version: newer ones write a setting that it does not know",
    "authentication failed": "check the user and password in the URL",
    "no password supplied": "put the password into the URL, or into a password file",
    "permission denied": "let the URL name a user that may read every table",
    "No space left": "make room where the backups are, or on the test server",
    "is not available": "install the extension on the test server, or use one that has it",
}
_DEFAULT_ADVICE = "check that the server runs and that the URL's host, port and database are right"


async def dump(
    address: Address,
    binaries: Binaries,
    target: Path,
    *,
    jobs: int = 1,
    growing: Callable[[int], None],
) -> None:
    """Write one database, as it is at one moment, into a file or a folder.

    Args:
        address: the database; it is only read.
        binaries: whose pg_dump.
        target: an empty file (custom format) or an empty folder (directory format), made by the
            caller with the rights it is to have.
        jobs: how many sessions read at once, all of one snapshot; only a folder takes several.
        growing: called now and then with the bytes written so far.

    Raises:
        BackupError: pg_dump failed; carries its last line.

    """
    arguments = (
        *_format(target, jobs),
        # Fast rather than small: the network or the disk is seldom the slower part.
        "--compress=1",
        # The test server has other accounts, and none of production's rights matter there.
        "--no-owner",
        "--no-privileges",
        # Behind someone's DDL, give up rather than stand in production's lock queue.
        f"--lock-wait-timeout={_LOCK_WAIT_MS}",
        "--no-password",
        f"--file={target}",
    )
    command = [str(binaries.program("pg_dump")), *arguments]
    ended = await _run(command, address, read_only=True, waiting=lambda: growing(size_of(target)))
    if ended.code != 0:
        raise _failure(f"The dump of {address}", ended, address)


def _format(target: Path, jobs: int) -> tuple[str, ...]:
    if target.is_dir():
        return "--format=directory", f"--jobs={jobs}"
    return ("--format=custom",)


def size_of(path: Path) -> int:
    """Return the bytes of a file, or of a folder's files together."""
    if not path.is_dir():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.iterdir())


async def restore(source: Path, address: Address, binaries: Binaries, *, jobs: int = 1) -> None:
    """Load a dump into an empty database.

    Args:
        source: the dump: a file in the custom or tar format, or a folder.
        address: the database.
        binaries: whose pg_restore.
        jobs: how many sessions load at once; a tar file cannot be read by more than one.

    Raises:
        BackupError: pg_restore failed; carries its last line.

    """
    arguments = (
        f"--jobs={1 if is_tar(source) else jobs}",
        "--exit-on-error",
        "--no-owner",
        "--no-privileges",
        # A copy must neither feed production's subscribers nor listen to its publishers.
        "--no-publications",
        "--no-subscriptions",
        "--no-password",
        f"--dbname={address.database}",
        str(source),
    )
    ended = await _run([str(binaries.program("pg_restore")), *arguments], address)
    if ended.code != 0:
        raise _failure(f"The restore of {source.name}", ended, address)


def is_archive(head: bytes) -> bool:
    """Tell whether a file that begins so may be one that pg_restore reads: custom or tar."""
    return head.startswith((_CUSTOM, _FIRST_IN_TAR))


def is_tar(source: Path) -> bool:
    """Tell whether a dump is in pg_dump's tar format."""
    if source.is_dir():
        return False
    with source.open("rb") as file:
        return file.read(len(_FIRST_IN_TAR)) == _FIRST_IN_TAR


@dataclass(frozen=True, slots=True)
class Contents:
    """What a dump's head says: which database it is of, and its server's version."""

    database: str
    server_version: str


async def read_contents(source: Path, binaries: Binaries) -> Contents:
    """Read a dump's table of contents.

    Raises:
        BackupError: it is not a dump, or its head is cut off.

    """
    ended = await _run([str(binaries.program("pg_restore")), "--list", str(source)], None)
    version, database = _DUMPED_FROM.search(ended.output), _DATABASE.search(ended.output)
    if ended.code != 0 or version is None or database is None:
        raise _unreadable(source, ended)
    return Contents(database.group(1), version.group(1))


async def read_whole(
    source: Path, binaries: Binaries, *, waiting: Callable[[], None] = lambda: None
) -> None:
    """Unpack every byte of a dump, keeping none: only so is one without a checksum proven whole.

    The table of contents stands at the beginning, and of a file cut off behind it says nothing.

    Raises:
        BackupError: it cannot be read to its end.

    """
    command = [str(binaries.program("pg_restore")), "--file=/dev/null", str(source)]
    ended = await _run(command, None, waiting=waiting)
    if ended.code != 0:
        raise _unreadable(source, ended)


def _unreadable(source: Path, ended: "_Ended") -> BackupError:
    return BackupError(
        f"{source.name} is not a readable dump: {without_last_value(ended.reason)}",
        next="invoke reset --download-recent",
        data={"reason": without_last_value(ended.reason)},
    )


@dataclass(frozen=True, slots=True)
class _Ended:
    """How a program ended."""

    code: int
    output: str
    complaints: str

    @property
    def reason(self) -> str:
        """The line that says why: the last error, without the details that follow it."""
        lines = [line.strip() for line in self.complaints.splitlines() if line.strip()]
        errors = [line for line in lines if "error:" in line]
        return (errors or lines or [f"it ended with {self.code} and said nothing"])[-1]


async def _run(
    command: Sequence[str],
    address: Address | None,
    *,
    read_only: bool = False,
    waiting: Callable[[], None] = lambda: None,
) -> _Ended:
    """Run a program to its end, calling `waiting` now and then; cancelled, it is killed."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=_environment(address, read_only=read_only),
        # A folder's files are made by pg_dump itself: for their owner only, from the first byte.
        umask=0o077,
        # A group of its own: Ctrl-C reaches it through us, once, with all that it has started.
        start_new_session=True,
    )
    reading = asyncio.ensure_future(process.communicate())
    try:
        while not (await asyncio.wait({reading}, timeout=_POLL_SECONDS))[0]:
            waiting()
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        output, complaints = await reading
    assert process.returncode is not None  # noqa: S101 - its pipes are at their end
    return _Ended(
        process.returncode,
        output.decode("utf-8", "replace"),
        complaints.decode("utf-8", "replace"),
    )


def _failure(what: str, ended: _Ended, address: Address) -> BackupError:
    line = without_last_value(ended.reason)
    if address.password:
        line = line.replace(address.password, "***")
    advice = next((text for words, text in _ADVICE.items() if words in line), _DEFAULT_ADVICE)
    return BackupError(f"{what} failed: {line}", next=advice, data={"returncode": ended.code})


def _environment(address: Address | None, *, read_only: bool) -> dict[str, str]:
    """Return this process's environment, with one address and no way to another.

    PGPASSWORD stays for a URL without a password: the driver's own connections use it too.
    """
    kept = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
    # Messages are matched by their words above.
    kept["LC_ALL"] = "C"
    if address is None:
        return kept
    told = {"PGCONNECT_TIMEOUT": "15", "PGAPPNAME": "db_workflow backup"}
    if read_only:
        told["PGOPTIONS"] = "-c default_transaction_read_only=on"
    return {**kept, **told, **address.libpq_environment()}
