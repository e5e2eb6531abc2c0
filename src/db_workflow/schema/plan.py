"""The plan: every version's list, read from disk, with everything wrong about it at once."""

import ast
import glob
import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from db_workflow.errors import MigrationError, WorkflowError
from db_workflow.modules import load_file
from db_workflow.schema.declaration import Kind, Migration, Step
from db_workflow.schema.version import is_version, same_version, version_numbers
from db_workflow.settings import Settings


@dataclass(frozen=True, slots=True)
class Entry:
    """One step as it stands on disk now.

    Attributes:
        version: such as "0.4".
        position: in its version's list, from 1.
        name: its name in the ledger, such as "v0.4/devices/01_user_devices.sql".
        kind: "sql" or "python".
        path: the file, absolute.
        checksum: SHA-256 of the file's bytes, in hexadecimal.
        step: the declaration.

    """

    version: str
    position: int
    name: str
    kind: Kind
    path: Path
    checksum: str
    step: Step


@dataclass(frozen=True, slots=True)
class Plan:
    """Every version's list, oldest version first."""

    migrations: tuple[Migration, ...]
    entries: tuple[Entry, ...]

    @property
    def versions(self) -> tuple[str, ...]:
        """The versions, oldest first: sorted as numbers, 0.10 after 0.9."""
        return tuple(migration.version for migration in self.migrations)

    def version(self, text: str) -> str:
        """Return a version as the lists spell it, whichever way it was typed: `v0.4`, `0.04`.

        Raises:
            MigrationError: it is no version, or there is no such version.

        """
        wanted = version_numbers(text)
        for version in self.versions:
            if version_numbers(version) == wanted:
                return version
        raise MigrationError(
            f"There is no version {text.strip()!r}. Known: {', '.join(self.versions)}.",
            next="name one of these, or write the version's runner",
            data={"version": text, "known": list(self.versions)},
        )

    def up_to(self, version: str) -> "Plan":
        """Return the plan without the versions after this one.

        Raises:
            MigrationError: there is no such version.

        """
        kept = self.versions[: self.versions.index(self.version(version)) + 1]
        return Plan(
            tuple(entry for entry in self.migrations if entry.version in kept),
            tuple(entry for entry in self.entries if entry.version in kept),
        )


def load_plan(settings: Settings) -> Plan:
    """Read every runner's `MIGRATION` and the files that it names.

    Raises:
        MigrationError: carries all problems, not only the first: no runner, a runner that does not
            import or declares another version than its path, a file that is missing, listed twice
            or in no list, a Python step without `async def upgrade`.

    """
    problems: list[str] = []
    migrations: list[Migration] = []
    entries: list[Entry] = []
    runners = _find_runners(settings, problems)
    if not runners and not problems:
        problems.append(f"no runner matches {settings.runners}")
    for version, runner in runners:
        migration = _read_runner(runner, version, settings, problems)
        if migration is not None:
            migrations.append(migration)
            entries += _read_entries(migration, runner, settings, problems)
    problems += _folders_without_runner(settings, {version for version, _ in runners})
    if problems:
        raise MigrationError(
            "The migration lists are wrong:\n" + "\n".join(f"  - {line}" for line in problems),
            why="a step that is missing, doubled or forgotten would be noticed in production",
            next="mend the lists or the files; `invoke migrate --plan` reads them again",
            data={"problems": problems},
        )
    return Plan(tuple(migrations), tuple(entries))


def _pattern(settings: Settings) -> re.Pattern[str]:
    before, after = settings.runners.split("{version}")
    return re.compile(re.escape(before) + r"(?P<version>[^/]+)" + re.escape(after))


def _find_runners(settings: Settings, problems: list[str]) -> list[tuple[str, Path]]:
    """Return every runner with its version, sorted as numbers."""
    before, after = settings.runners.split("{version}")
    found: dict[tuple[int, ...], tuple[str, Path]] = {}
    for path in sorted(settings.root.glob(f"{glob.escape(before)}*{glob.escape(after)}")):
        shown = settings.relative(path)
        match = _pattern(settings).fullmatch(path.relative_to(settings.root).as_posix())
        version = match["version"] if match else ""
        if not is_version(version):
            problems.append(f"{shown}: {version!r} is not a version such as 0.4")
            continue
        other = found.setdefault(version_numbers(version), (version, path))
        if other[1] != path:
            problems.append(f"{shown} and {settings.relative(other[1])} are the same version")
    return [found[key] for key in sorted(found)]


def _read_runner(
    runner: Path, version: str, settings: Settings, problems: list[str]
) -> Migration | None:
    shown = settings.relative(runner)
    try:
        migration = getattr(load_file(runner, settings=settings), "MIGRATION", None)
    except WorkflowError as error:
        problems.append(error.found)
        return None
    if not isinstance(migration, Migration):
        problems.append(f"{shown} has no MIGRATION = Migration(version=…, title=…, steps=(…))")
        return None
    if not same_version(str(migration.version), version):
        problems.append(f"{shown} declares version {migration.version!r}, its path {version!r}")
        return None
    if not isinstance(migration.steps, Sequence) or not all(
        isinstance(step, Step) for step in migration.steps
    ):
        problems.append(f"{shown}: steps=(…,) must hold sql_file(…) and python_step(…) only")
        return None
    # The path's spelling is the one that names the SQL folder and the steps in the ledger.
    return replace(migration, version=version)


def _read_entries(
    migration: Migration, runner: Path, settings: Settings, problems: list[str]
) -> list[Entry]:
    folders = {"sql": settings.sql / f"v{migration.version}", "python": runner.parent}
    shown = settings.relative(runner)
    entries: list[Entry] = []
    listed: set[str] = set()
    names: set[str] = set()
    for position, step in enumerate(migration.steps, start=1):
        relative = PurePosixPath(step.path)
        if relative.is_absolute() or ".." in relative.parts:
            problems.append(f"{shown} lists {step.path}: paths stay inside the version's folder")
            continue
        path = folders[step.kind] / relative
        name = f"v{migration.version}/{relative}"
        if name in names:
            problems.append(f"{shown} lists {step.path} twice")
            continue
        names.add(name)
        listed.add(str(path))
        try:
            content = path.read_bytes()
        except OSError as error:
            missing = isinstance(error, FileNotFoundError | NotADirectoryError)
            wrong = "is missing" if missing else f"cannot be read: {error.strerror}"
            problems.append(f"{shown} lists {step.path}, but {settings.relative(path)} {wrong}")
            continue
        if step.kind == "python":
            problems += _step_problems(content, settings.relative(path))
        checksum = hashlib.sha256(content).hexdigest()
        entries.append(Entry(migration.version, position, name, step.kind, path, checksum, step))
    for path in sorted(map(Path, _sql_below(folders["sql"]) - listed)):
        problems.append(f"{settings.relative(path)} is in no list; {shown} should name it")
    return entries


def _sql_below(folder: Path) -> set[str]:
    """Return every `.sql` in a folder and those below; as text, because there may be thousands."""
    return {
        os.path.join(above, name)  # noqa: PTH118 - as text
        for above, folders, files in os.walk(folder)
        for name in (*folders, *files)
        if name.endswith(".sql")
    }


def _step_problems(content: bytes, shown: str) -> list[str]:
    """Read a Python step without running it: its imports may be heavy, its body must be inert."""
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError) as error:
        return [f"{shown}:{getattr(error, 'lineno', None) or 1}: {error}"]
    for node in tree.body:
        if isinstance(node, ast.AsyncFunctionDef) and node.name == "upgrade":
            return []
        if isinstance(node, ast.FunctionDef) and node.name == "upgrade":
            return [f"{shown}:{node.lineno}: `upgrade` must be `async def`, or it never runs"]
    return [f"{shown} has no `async def upgrade(context: StepContext) -> None`"]


def _folders_without_runner(settings: Settings, known: set[str]) -> list[str]:
    """Find SQL that nothing would ever run."""
    return [
        f"{settings.relative(folder)} holds SQL, but there is no"
        f" {settings.runners.format(version=folder.name[1:])}"
        for folder in sorted(settings.sql.glob("v*"))
        if folder.name[1:] not in known and any(folder.rglob("*.sql"))
    ]
