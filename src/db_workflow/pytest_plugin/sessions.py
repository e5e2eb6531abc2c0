"""The class of `db_session`: the application's own, or one whose `commit` does something else."""

import functools
import importlib
from typing import TYPE_CHECKING, Any, NoReturn

from db_workflow.errors import WorkflowError
from db_workflow.pytest_plugin.options import Commit
from db_workflow.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.ext.asyncio.session import AsyncSessionTransaction


class CommitRefusedError(WorkflowError):
    """A test, or what it tests, committed where that is refused."""

    def __init__(self, call: str) -> None:
        super().__init__(
            f"{call} is refused in this test.",
            why="`db_session_commit` (or the test's marker) is set to refuse: who calls this code"
            " decides when its work is complete",
            next="session.flush() sends changes now; `async with session.begin_nested()` is for a"
            " part that may fail alone",
        )


@functools.cache
def session_class(settings: Settings, commit: Commit) -> "type[AsyncSession]":
    """Return the application's own session class, or SQLAlchemy's, with the `commit` wanted."""
    own = _own_class(settings)
    if commit == "own":
        return own
    return _flushing(own) if commit == "flush" else _refusing(own)


def _own_class(settings: Settings) -> "type[AsyncSession]":
    from sqlalchemy.ext.asyncio import AsyncSession

    if settings.session is None:
        return AsyncSession
    settings.prepare_imports()
    module, _, name = settings.session.partition(":")
    found: type[AsyncSession] = getattr(importlib.import_module(module), name)
    return found


def _flushing(own: "type[AsyncSession]") -> "type[AsyncSession]":
    from sqlalchemy.ext.asyncio import AsyncSession

    class FlushingSync(own.sync_session_class):  # type: ignore[name-defined, misc] # a value
        def commit(self) -> None:
            self.flush()

    class Flushing(own):  # type: ignore[valid-type, misc] # known only now
        sync_session_class = FlushingSync

        async def commit(self) -> None:
            await self.flush()

        def begin(self) -> "AsyncSessionTransaction":
            return AsyncSession.begin(self)  # its end releases a savepoint, and saves nothing

    return Flushing


def _refusing(own: "type[AsyncSession]") -> "type[AsyncSession]":
    class RefusingSync(own.sync_session_class):  # type: ignore[name-defined, misc] # a value
        def commit(self) -> NoReturn:
            raise CommitRefusedError("session.commit()")

    class Refusing(own):  # type: ignore[valid-type, misc] # known only now
        sync_session_class = RefusingSync

        async def commit(self) -> NoReturn:
            raise CommitRefusedError("session.commit()")

        def begin(self) -> Any:
            raise CommitRefusedError("session.begin()")

    return Refusing
