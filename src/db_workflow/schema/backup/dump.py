"""PostgreSQL's dump and restore programs, run so that they leave nothing half done behind."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from db_workflow.address import Address
from db_workflow.binaries import Binaries
from db_workflow.console import Reporter, Silent
from db_workflow.errors import BackupError
from db_workflow.program import Ended, run_program
from db_workflow.schema.backup.queue import PURPOSE, watching
from db_workflow.schema.run.disclosure import without_last_value

_DUMPED_FROM = re.compile(r"^;\s+Dumped from database version: (\S+)", re.MULTILINE)
_DATABASE = re.compile(r"^;\s+dbname: (.+)$", re.MULTILINE)
# How the two formats of one file begin; in a tar, the table of contents is the first member.
_CUSTOM = b"PGDMP"
_FIRST_IN_TAR = b"toc.dat\0"
LOCK_WAIT_SECONDS = 60.0
# The test server has other accounts, and none of production's rights matter there.
_NOBODYS = ("--no-owner", "--no-privileges")
# A copy must neither feed production's subscribers nor listen to its publishers.
_ALONE = ("--no-publications", "--no-subscriptions")
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
    "too many clients": "set `backup_jobs` in [tool.db_workflow] to fewer sessions",
    "connection slots are": "set `backup_jobs` in [tool.db_workflow] to fewer sessions",
    # pg_dump waits for locks by this limit alone.
    "statement timeout": "another session holds a lock on a table: end it, or wait until it ends;"
    " then the same command again",
    "SIGXFSZ": "let this account write larger files (ulimit -f)",
    "SIGKILL": "find who ended it: the kernel does when memory is used up",
    "is not available": "install the extension on the test server, or use one that has it",
}
# pg_restore's words for an archive of a later pg_dump than it knows.
_NEWER = "unsupported version ("
_DEFAULT_ADVICE = "check that the server runs and that the URL's host, port and database are right"


async def dump(
    address: Address,
    binaries: Binaries,
    target: Path,
    *,
    jobs: int = 1,
    whole: bool = False,
    snapshot: str = "",
    lock_wait_seconds: float = LOCK_WAIT_SECONDS,
    reporter: Reporter = Silent(),
) -> None:
    """Write one database, as it is at one moment, into a file or a folder.

    Args:
        address: the database; it is only read.
        binaries: whose pg_dump.
        target: an empty file (custom format) or an empty folder (directory format), made by the
            caller with the rights it is to have.
        jobs: how many sessions read at once, all of one snapshot; only a folder takes several.
        whole: with owners and rights, to come back as the same database.
        snapshot: the name of the moment, while the transaction lasts that exported it.
        lock_wait_seconds: how long to wait for a lock on a table.
        reporter: where progress goes: the bytes written, and who holds a lock that is waited for.

    Raises:
        BackupError: pg_dump failed; carries its last line, or whom it waited for in vain.

    """
    arguments = (
        *_format(target, jobs),
        # Fast rather than small: the network or the disk is seldom the slower part.
        "--compress=1",
        *(() if whole else _NOBODYS),
        *([f"--snapshot={snapshot}"] if snapshot else ()),
        # Behind someone's DDL, give up rather than stand in production's lock queue.
        f"--lock-wait-timeout={lock_wait_seconds * 1000:.0f}",
        "--no-password",
        f"--file={target}",
    )
    command = [str(binaries.program("pg_dump")), *arguments]
    async with watching(address, reporter=reporter) as queue:
        ended = await run_program(
            command,
            address,
            purpose=PURPOSE,
            read_only=True,
            waiting=lambda: reporter.progress("backup", size_of(target)),
        )
    if ended.code != 0:
        error = failure(f"The dump of {address}", ended, address)
        if "statement timeout" in error.found and queue.last:
            waited = f"it waited {lock_wait_seconds:.0f} s for {queue.last}"
            raise error.but(found=f"The dump of {address} failed: {waited}")
        raise error


def _format(target: Path, jobs: int) -> tuple[str, ...]:
    if target.is_dir():
        return "--format=directory", f"--jobs={jobs}"
    return ("--format=custom",)


def size_of(path: Path) -> int:
    """Return the bytes of a file, or of a folder's files together."""
    if not path.is_dir():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.iterdir())


async def restore(
    source: Path, address: Address, binaries: Binaries, *, jobs: int = 1, whole: bool = False
) -> None:
    """Load a dump into an empty database.

    Args:
        source: the dump: a file in the custom or tar format, or a folder.
        address: the database.
        binaries: whose pg_restore.
        jobs: how many sessions load at once; a tar file cannot be read by more than one.
        whole: with owners, rights, publications and subscriptions, as far as they were dumped.

    Raises:
        BackupError: a newer pg_dump made it, or pg_restore failed; carries its last line.

    """
    arguments = (
        f"--jobs={1 if is_tar(source) else jobs}",
        "--exit-on-error",
        *(() if whole else (*_NOBODYS, *_ALONE)),
        "--no-password",
        f"--dbname={address.database}",
        str(source),
    )
    command = [str(binaries.program("pg_restore")), *arguments]
    ended = await run_program(command, address, purpose=PURPOSE)
    if ended.code != 0:
        if _NEWER in ended.reason:
            raise _newer(source, binaries, ended)
        raise failure(f"The restore of {source.name}", ended, address)


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
    command = [str(binaries.program("pg_restore")), "--list", str(source)]
    ended = await run_program(command, None, purpose=PURPOSE)
    version, database = _DUMPED_FROM.search(ended.output), _DATABASE.search(ended.output)
    if ended.code != 0 or version is None or database is None:
        raise _unreadable(source, binaries, ended)
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
    ended = await run_program(command, None, purpose=PURPOSE, waiting=waiting)
    if ended.code != 0:
        raise _unreadable(source, binaries, ended)


def _newer(source: Path, binaries: Binaries, ended: Ended) -> BackupError:
    return BackupError(
        f"{source.name} was made by a newer PostgreSQL than {binaries.version()}.",
        why="pg_restore reads only what pg_dump of its own version or an earlier one has written",
        next="invoke reset --download-recent, which brings another backup; or delete this one",
        data={"reason": ended.reason, "returncode": ended.code},
    )


def _unreadable(source: Path, binaries: Binaries, ended: Ended) -> BackupError:
    reason = without_last_value(ended.reason)
    if _NEWER in ended.reason:
        reason = f"it was made by a newer PostgreSQL than {binaries.version()}"
    return BackupError(
        f"{source.name} is not a readable dump: {reason}",
        next="invoke reset --download-recent",
        data={"reason": reason},
    )


def failure(what: str, ended: Ended, address: Address) -> BackupError:
    """Return the error of a program that failed: its last line, without secrets, and advice."""
    line = without_last_value(ended.reason)
    if address.password:
        line = line.replace(address.password, "***")
    advice = next((text for words, text in _ADVICE.items() if words in line), _DEFAULT_ADVICE)
    return BackupError(f"{what} failed: {line}", next=advice, data={"returncode": ended.code})
