"""`[tool.db_workflow]` and the environment, read once into one frozen value."""

import os
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from db_workflow.address import Address
from db_workflow.errors import SettingsError

# Left out: room for the longest suffix the workflow appends, within PostgreSQL's 63 bytes.
_PROJECT = re.compile(r"[a-z][a-z0-9_]{0,23}")

# More readers than these are felt by production, and seldom make a dump faster.
_JOBS = 4
# Each is a process and a session at once: far beyond this, the machine stands still first.
_MOST_JOBS = 128


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the workflow knows about the repository it serves. Paths are absolute."""

    root: Path
    project: str
    sql: Path
    runners: str
    models: str
    enums: str
    test_data: Path
    codegen_reference: Path
    sample_production: Path | None = None
    session: str | None = None
    engine: Path | None = None
    import_paths: tuple[Path, ...] = ()
    schemas: tuple[str, ...] = ("public",)
    binaries: Path | None = None
    backups_kept: int = 5
    backup_jobs: int | None = None
    backups_url: str | None = field(default=None, repr=False)  # the environment's may hold a secret
    lock_wait_seconds: float = 5.0
    lock_timeout_ms: int = 4_000
    statement_timeout_ms: int = 600_000
    step_time_limit_seconds: float = 3_600.0
    lint_exclude: tuple[str, ...] = ()
    conventions_exclude: tuple[str, ...] = ()
    big_table_rows: int = 100_000
    extract_workers: int = 0
    release_checks: str | None = None
    boundary: tuple[str, ...] = ()
    boundary_base: str = ""
    test_address: Address | None = field(default=None)
    production_address: Address | None = field(default=None)

    @property
    def state(self) -> Path:
        """The git-ignored folder that holds the server, backups, keys and caches."""
        return self.root / ".db_workflow"

    def make_state(self) -> Path:
        """Make the state folder if it is missing, for its owner only, and unseen by git.

        It holds production's rows and the key to its pseudonyms, so it ignores itself: nobody has
        to remember a line in a `.gitignore`.
        """
        self.state.mkdir(mode=0o700, exist_ok=True)
        ignore = self.state / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", "utf-8")
        return self.state

    @property
    def backups(self) -> Path:
        """The owner-only folder of production's dumps."""
        return self.state / "backups"

    @property
    def jobs(self) -> int:
        """How many sessions dump or restore at once; each is a connection to production."""
        return self.backup_jobs or min(os.cpu_count() or 1, _JOBS)

    @property
    def data(self) -> Path:
        """The folder of test-data files, manual and generated."""
        return self.test_data / "data"

    @property
    def test_database(self) -> str:
        """The test database's name."""
        return self.test_address.database if self.test_address else f"{self.project}_test"

    @property
    def stand_in(self) -> str:
        """The local stand-in's name, used while no production is named."""
        return f"{self.project}_production"

    def relative(self, path: Path) -> str:
        """Return a path as a person types it from the root."""
        try:
            return str(path.relative_to(self.root))
        except ValueError:
            return str(path)

    def prepare_imports(self) -> None:
        """Make the repository's own packages importable, before anything installed."""
        for path in reversed(self.import_paths):
            if str(path) not in sys.path:
                sys.path.insert(0, str(path))


# Keys a repository may write, besides the fields that the environment fills.
_FROM_ENVIRONMENT = {"root", "test_address", "production_address"}
_REQUIRED = ("project", "sql", "runners", "models", "enums", "test_data")
_PATHS = {"sql", "test_data", "codegen_reference", "sample_production", "engine", "binaries"}
_TEXTS = {
    "project",
    "runners",
    "models",
    "enums",
    "session",
    "backups_url",
    "release_checks",
    "boundary_base",
}
_LISTS = {"import_paths", "schemas", "lint_exclude", "conventions_exclude", "boundary"}
_COUNTS = {
    "backup_jobs",
    "backups_kept",
    "lock_timeout_ms",
    "statement_timeout_ms",
    "big_table_rows",
}
# Here 0 means as many as there are cores.
_COUNTS_FROM_ZERO = {"extract_workers"}
_SECONDS = {"lock_wait_seconds", "step_time_limit_seconds"}
# PostgreSQL's own limits, and its programs' options, are read as integers of this size. None of
# them may be 0: to the server that means without a limit.
_MOST = 2**31 - 1


def load_settings(
    start: Path | None = None, *, environment: Mapping[str, str] | None = None
) -> Settings:
    """Find the nearest `pyproject.toml` with `[tool.db_workflow]` and read it.

    Args:
        start: the folder to start from (default: the current one); its parents are searched.
        environment: instead of `os.environ` (`TEST_DATABASE_URL`, `PRODUCTION_DATABASE_URL`,
            `PRODUCTION_BACKUPS_URL`).

    Raises:
        SettingsError: no such table, or wrong values; all of them at once.

    """
    environment = os.environ if environment is None else environment
    root, table = _find_table(Path(start or Path.cwd()).resolve())
    problems = _problems(table)
    addresses: dict[str, Any] = {}
    for name, variable in (
        ("test_address", "TEST_DATABASE_URL"),
        ("production_address", "PRODUCTION_DATABASE_URL"),
    ):
        if environment.get(variable):
            try:
                addresses[name] = Address.parse(environment[variable], source=variable)
            except SettingsError as error:
                problems.append(error.found)
    if problems:
        raise SettingsError(
            "The settings are wrong:\n" + "\n".join(f"  - {problem}" for problem in problems),
            next=f"mend [tool.db_workflow] in {root / 'pyproject.toml'} or the environment",
            data={"problems": problems},
        )
    values = dict(table)
    for key in _PATHS & table.keys():
        values[key] = root / table[key]
    values["import_paths"] = tuple(root / path for path in table.get("import_paths", ()))
    values["schemas"] = tuple(table.get("schemas", ("public",)))
    for key in ("lint_exclude", "conventions_exclude", "boundary"):
        values[key] = tuple(table.get(key, ()))
    if place := environment.get("PRODUCTION_BACKUPS_URL", "").strip():
        values["backups_url"] = place
    values.setdefault("codegen_reference", root / ".db_workflow" / "models_reference.py")
    return Settings(root=root, **addresses, **values)


def _find_table(start: Path) -> tuple[Path, dict[str, Any]]:
    for folder in (start, *start.parents):
        file = folder / "pyproject.toml"
        if not file.is_file():
            continue
        try:
            tools = tomllib.loads(file.read_text("utf-8")).get("tool", {})
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"{file} is not valid TOML: {error}") from error
        table = tools.get("db_workflow") if isinstance(tools, dict) else tools
        if table is None:
            continue
        if not isinstance(table, dict):
            raise SettingsError(
                f"[tool.db_workflow] in {file} must be a table.",
                next="write its settings as lines below that heading (README, «Adopt it»)",
            )
        return folder, table
    raise SettingsError(
        f"No pyproject.toml with a [tool.db_workflow] table in {start} or above it.",
        next="add the table (README, «Adopt it») or go into the repository",
    )


def _problems(table: Mapping[str, object]) -> list[str]:
    known = {entry.name for entry in fields(Settings)} - _FROM_ENVIRONMENT
    problems = [f"unknown key {key!r}" for key in sorted(table.keys() - known)]
    problems += [f"missing key {key!r}" for key in _REQUIRED if key not in table]
    for key in sorted((_PATHS | _TEXTS) & table.keys()):
        value = table[key]
        if not isinstance(value, str) or not value.strip():
            problems.append(f"{key!r} must be a text")
    for key in sorted(_LISTS & table.keys()):
        value = table[key]
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            problems.append(f"{key!r} must be a list of texts")
        elif key == "schemas" and not value:
            problems.append("'schemas' must name at least one")
    problems += _wrong_numbers(table)
    project = table.get("project")
    if isinstance(project, str) and project and not _PROJECT.fullmatch(project):
        problems.append("'project' must be lower-case letters, digits and _, 24 at the most")
    runners = table.get("runners")
    if isinstance(runners, str) and runners and _braces(runners) != ["{version}"]:
        problems.append("'runners' must hold {version} once, and no other braces")
    if isinstance(url := table.get("backups_url"), str) and _holds_secret(url):
        problems.append(
            "'backups_url' holds a password or a query: this file is read by everyone;"
            " set PRODUCTION_BACKUPS_URL instead"
        )
    models = table.get("models")
    if isinstance(models, str) and models and models.count(":") != 1:
        problems.append("'models' must have the form package.module:Base")
    return problems


def _wrong_numbers(table: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the numbers; nan and infinity are numbers to TOML."""
    counts = _COUNTS | _COUNTS_FROM_ZERO
    for key in sorted((counts | _SECONDS) & table.keys()):
        value, whole = table[key], key in counts
        least = 0 if key in _COUNTS_FROM_ZERO else 1
        most = _MOST_JOBS if key in {"backup_jobs", "extract_workers"} else _MOST
        number = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
        if not number or not (least <= value <= most if whole else 0 < value <= most):
            kind = f"whole number from {least} to" if whole else "number above 0, at the most"
            yield f"{key!r} must be a {kind} {most}"


def _braces(text: str) -> list[str]:
    return re.findall(r"\{.*?\}|[{}]", text)


def _holds_secret(url: str) -> bool:
    """Tell whether a URL may let its reader in: a password, or a signature in its query.

    One of a chain (`simplecache::s3://…`) is enough.
    """
    try:
        links = [urlsplit(link) for link in url.split("::") if "://" in link]
        return any(link.password is not None or link.query for link in links)
    except ValueError:
        return True
