"""The repository's own Python files, as digests."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from db_workflow.settings import Settings

# Nobody's source: environments, caches, state.
_SKIPPED = {".git", ".venv", ".nox", ".db_workflow", "build", "dist", "node_modules"}


def sources(folder: Path) -> Iterator[Path]:
    """Yield every Python file of a repository that is its own."""
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or path.name in _SKIPPED:
            continue
        if path.is_dir():
            if not (path / "pyvenv.cfg").exists():  # an environment, whatever its name
                yield from sources(path)
        elif path.suffix == ".py":
            yield path


def file_digest(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sources_digest(settings: Settings) -> str:
    """Return one digest of all of the repository's Python: models, factories, rows, tests."""
    found = {settings.relative(path): file_digest(path) for path in sources(settings.root)}
    return hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()
