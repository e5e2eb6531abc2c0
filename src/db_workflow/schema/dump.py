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
    "is not available": "install the extension on the test server, or use one that has it",
}
_DEFAULT_ADVICE = "check that the server runs and that the URL's host, port and database are right"


async def dump(
    address: Address, binaries: Binaries, target: Path, *, growing: Callable[[int], None]
) -> None:
    """Write one database into a file in pg_dump's custom format.

    Args:
        address: the database; it is only read.
        binaries: whose pg_dump.
        target: the file; replaced if it is there.
        growing: called now and then with the bytes written so far.

    Raises:
        BackupError: pg_dump failed; carries its last line.

    """
    arguments = (
        "--format=custom",
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
    ended = await _run(
        command, address, read_only=True, waiting=lambda: growing(target.stat().st_size)
    )
    if ended.code != 0:
        raise _failure(f"The dump of {address}", ended, address)


async def restore(source: Path, address: Address, binaries: Binaries) -> None:
    """Load a dump into an empty database.

    Raises:
        BackupError: pg_restore failed; carries its last line.

    """
    arguments = (
        "--jobs=2",
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


async def dumped_from(source: Path, binaries: Binaries) -> str:
    """Read a dump's table of contents; return the version of the server that it came from.

    Raises:
        BackupError: it is not a dump, or its head is cut off.

    """
    ended = await _run([str(binaries.program("pg_restore")), "--list", str(source)], None)
    found = _DUMPED_FROM.search(ended.output)
    if ended.code != 0 or found is None:
        raise BackupError(
            f"{source.name} is not a readable dump: {ended.reason}",
            next="invoke reset --download-recent",
        )
    return found.group(1)


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
