"""The account the embedded server runs under, and places that account can reach.

PostgreSQL refuses to run as root. As root the existing account `nobody` is used: no account is
made, and no folder that is not ours is opened to anyone.
"""

import contextlib
import hashlib
import os
import pwd
import shutil
import stat
import tempfile
from pathlib import Path

from db_workflow.binaries import Binaries
from db_workflow.errors import ServerError


def unprivileged_account() -> pwd.struct_passwd:
    """Return the account `nobody`.

    Raises:
        ServerError: the machine has none.

    """
    try:
        return pwd.getpwnam("nobody")
    except KeyError as error:
        raise ServerError(
            "PostgreSQL refuses to run as root, and this machine has no account `nobody`.",
            next="run as an ordinary user, or set TEST_DATABASE_URL",
        ) from error


def reachable(folder: Path) -> bool:
    """Tell whether any account may pass through to a folder."""
    resolved = folder.resolve()
    return all(path.stat().st_mode & 0o001 for path in (resolved, *resolved.parents))


def own_folder(parent: Path, name: str, *, mode: int) -> Path:
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


def copied(binaries: Binaries, outside: Path) -> Binaries:
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
