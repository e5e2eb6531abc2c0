"""The plugin's flags, settings and markers, and what it wants of pytest-asyncio."""

from typing import Literal, cast, get_args

import pytest

from db_workflow.errors import SettingsError

Commit = Literal["own", "refuse", "flush"]

COMMITS = "db_commits"
_SESSION = "db_session"
_LOOP_SCOPES = ("asyncio_default_fixture_loop_scope", "asyncio_default_test_loop_scope")
_TO_PASTE = """\
write into pyproject.toml:
          [tool.pytest.ini_options]
          asyncio_mode = "auto"
          asyncio_default_fixture_loop_scope = "session"
          asyncio_default_test_loop_scope = "session\""""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the plugin's options."""
    group = parser.getgroup("db_workflow")
    group.addoption(
        "--record-db-tests",
        action="store_true",
        help="when every test passes, record it in the test database for the release checklist",
    )
    group.addoption(
        "--keep-db",
        action="store_true",
        help="keep the databases of the first tests that fail, and print how to open them",
    )
    group.addoption(
        "--drop-kept-db",
        action="store_true",
        help="drop every database that --keep-db has kept, and end",
    )
    parser.addini(
        "db_session_commit",
        "what `db_session.commit()` does: what the session's own class says (own, the default),"
        " raise (refuse), or only flush (flush)",
        default="own",
    )
    parser.addini(
        "db_shared_connections",
        "application names (patterns as in a shell) of connections that may outlive a test",
        type="linelist",
        default=[],
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers."""
    config.addinivalue_line(
        "markers",
        f"{_SESSION}(commit): what `db_session.commit()` does in this test: own, refuse or flush",
    )
    config.addinivalue_line(
        "markers",
        f"{COMMITS}: the test commits on purpose; its worker's database is made anew after it",
    )


def commit_choice(item: pytest.Item) -> Commit:
    """Return what `commit()` is to do in a test: as its marker says, else the setting.

    Raises:
        SettingsError: neither own, refuse nor flush.

    """
    mark = item.get_closest_marker(_SESSION)
    given = mark.kwargs.get("commit", *mark.args) if mark else None
    choice = given or item.config.getini("db_session_commit")
    if choice not in get_args(Commit):
        raise SettingsError(
            f"db_session's commit is to be {choice!r}.",
            why="it is one of " + ", ".join(get_args(Commit)),
            next="mend the marker db_session(commit=…), or pytest's setting `db_session_commit`",
        )
    return cast("Commit", choice)


def require_session_loop(config: pytest.Config) -> None:
    """Refuse loop settings with which the fixtures' connections would be on a foreign loop.

    Raises:
        SettingsError: names the settings and what to write.

    """
    found = {name: config.getini(name) for name in _LOOP_SCOPES}
    wrong = [
        f"{name} is {value or 'not set'}" for name, value in found.items() if value != "session"
    ]
    if wrong:
        raise SettingsError(
            f"pytest-asyncio's settings do not fit: {'; '.join(wrong)}.",
            why="a connection belongs to one event loop, so fixtures and tests have to share it",
            next=_TO_PASTE,
        )


def foreign_loop(item: pytest.Item) -> str | None:
    """Return the loop scope that a test's own marker asks for, if it is another than ours."""
    mark = item.get_closest_marker("asyncio")
    scope = mark.kwargs.get("loop_scope") if mark else None
    return scope if scope not in {None, "session"} else None
