"""The gates: `nox -s db_tests`, `unit`, `lint`, `types`, and `bench`."""

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_existing_virtualenvs = True
nox.options.error_on_external_run = True
_EXTRAS = nox.project.load_toml("pyproject.toml")["project"]["optional-dependencies"]
nox.options.sessions = ["lint", "types", "unit", "db_tests"]


@nox.session
def db_tests(session: nox.Session) -> None:
    """Test what needs PostgreSQL, on a seeded database that it provisions by itself."""
    session.install("-e", ".[dev,object-store,db-tests]")
    session.run("invoke", "provision")
    session.run(
        "pytest",
        "tests/integration",
        "tests/acceptance",
        "--numprocesses=2",
        "--record-db-tests",
        *session.posargs,
    )


@nox.session
def unit(session: nox.Session) -> None:
    """Run what needs no database."""
    session.install("-e", ".[dev,object-store]")
    session.run("pytest", "tests/unit", *session.posargs)


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
    session.install("-e", ".[dev]", "psycopg[binary]")
    session.run("python", "-m", "benchmarks", *session.posargs)
