"""What a rehearsal follows from, as one digest: equal inputs are not rehearsed twice."""

import ast
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from db_workflow import __version__
from db_workflow.catalog import reader_of
from db_workflow.schema.backup.kept import facts_of
from db_workflow.schema.backup.manifest import Backup
from db_workflow.schema.plan import Plan
from db_workflow.settings import Settings

# How a rehearsal is made; one made by another recipe is not used again.
_RECIPE = "1"


def rehearsal_digest(plan: Plan, backup: Backup, *, settings: Settings, server: str) -> str:
    """Return the digest of all that a rehearsal follows from.

    Args:
        plan: the lists, up to the version that is released.
        backup: what is restored.
        settings: the repository.
        server: the version of the server that it runs on.

    """
    parts = {
        "recipe": [_RECIPE, __version__, reader_of(settings.schemas), server],
        "backup": facts_of(backup),
        "steps": [[entry.name, entry.checksum] for entry in plan.entries],
        "sources": python_sources(plan, settings=settings),
        "limits": [settings.lock_timeout_ms, settings.statement_timeout_ms],
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def python_sources(plan: Plan, *, settings: Settings) -> dict[str, str]:
    """Return the checksum of every file that a Python step may run: beside it, and imported by it.

    Imports are followed through the repository's own packages; one whose name is put together
    when the step runs is not seen.
    """
    steps = [entry.path for entry in plan.entries if entry.kind == "python"]
    found: dict[Path, bytes] = {}
    waiting = [path for step in steps for path in sorted(step.parent.glob("*.py"))]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found[path] = path.read_bytes()
        waiting += _imported(path, found[path], settings)
    return {
        settings.relative(path): hashlib.sha256(found[path]).hexdigest() for path in sorted(found)
    }


def _imported(path: Path, source: bytes, settings: Settings) -> Iterator[Path]:
    """Yield the repository's files that a file imports, packages' own files among them."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level:
            yield from _relative(path, node)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        for name in names:
            if name.partition(".")[0] == "db_workflow":
                continue  # its version is in the digest
            for root in settings.import_paths:
                yield from _files_of(root, name)


def _relative(path: Path, node: ast.ImportFrom) -> Iterator[Path]:
    folder = path.parents[node.level - 1]
    base = [node.module] if node.module else []
    for alias in node.names:
        yield from _files_of(folder, ".".join([*base, alias.name]))
    yield from _files_of(folder, ".".join(base))


def _files_of(root: Path, name: str) -> Iterator[Path]:
    """Yield what importing a dotted name runs: every package on the way, and the module."""
    place = root
    for part in filter(None, name.split(".")):
        place /= part
        for file in (place / "__init__.py", place.with_suffix(".py")):
            if file.is_file():
                yield file
