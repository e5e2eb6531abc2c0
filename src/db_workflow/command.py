"""One command as a process: its work run to an end, its signals, its streams, its exit code.

`carry_out` is the one place where an error becomes an exit.
"""

import atexit
import contextlib
import functools
import gc
import io
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, NoReturn, ParamSpec, TypeVar

from db_workflow import show
from db_workflow.console import Console
from db_workflow.errors import TRACEBACK, ServerError, WorkflowError
from db_workflow.settings import Settings, load_settings

P = ParamSpec("P")
T = TypeVar("T")
Start = Path | None
# What ends a command from outside, beside Ctrl-C: a cancelled CI job, a closed terminal.
_ENDINGS = (signal.SIGTERM, signal.SIGHUP)
_NOT_WRITTEN = 74  # EX_IOERR


def door(function: Callable[P, None]) -> Callable[P, None]:
    """Let a command's result reach its reader, or say why it could not."""

    @functools.wraps(function)
    def through(*args: P.args, **kwargs: P.kwargs) -> None:
        _hasten()
        try:
            try:
                function(*args, **kwargs)
            finally:
                if sys.stdout is not None:
                    sys.stdout.flush()
        except OSError as error:
            with contextlib.suppress(OSError):
                print(f"The result could not be written: {error.strerror}", file=sys.stderr)
            # Not through the interpreter's end, which would try to write once more.
            os._exit(_NOT_WRITTEN)

    return through


def carry_out(
    work: Callable[[Settings, Console], Coroutine[Any, Any, T]],
    start: Start = None,
    *,
    as_json: bool = False,
) -> T:
    """Run one step to its end and return its result.

    A failure that a person can act on is printed to stderr and ends the process with the error's
    exit code (DB_WORKFLOW_TRACEBACK=1 shows the traceback as well); Ctrl-C ends it with 130, and
    SIGTERM and SIGHUP likewise, once the work has cleaned up after itself.

    Args:
        work: given the settings and a console.
        start: the folder whose repository is meant (default: the current one).
        as_json: whether the result is for a machine; then a failure is printed as JSON too, and
            whatever the repository's own code prints goes to stderr.

    """
    import asyncio

    import asyncpg

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal without ✓ gets a ?, and not a crash after the work is done.
            stream.reconfigure(errors="replace")
    ended: list[signal.Signals] = []
    try:
        with _stdout_for_results() if as_json else contextlib.nullcontext():
            return asyncio.run(_until_ended(work(load_settings(start), Console()), ended))
    except (WorkflowError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        if os.environ.get(TRACEBACK):
            raise
        _fail(error if isinstance(error, WorkflowError) else _unforeseen(error), as_json=as_json)
    except asyncio.CancelledError:
        if not ended:
            raise
        _fail(_EndedError(ended[0].name, ended[0]), as_json=as_json)
    except KeyboardInterrupt:
        _fail(_EndedError("Ctrl-C", signal.SIGINT), as_json=as_json)
    finally:
        # From here on only the result is written: a reader who leaves early is no error.
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)


class _EndedError(WorkflowError):
    """Somebody has ended the command; it exits as a shell says of a signal."""

    def __init__(self, by: str, number: signal.Signals) -> None:
        super().__init__(
            "Interrupted.",
            why=f"{by}; a step in a transaction has been undone, what had ended before it stays",
            next="the same command again, which goes on from there",
            data={"signal": number.name},
        )
        self.exit_code = 128 + number


def _fail(error: WorkflowError, *, as_json: bool) -> NoReturn:
    """End the process with an error: for people on stderr, for a machine on stdout as well."""
    if as_json:
        show.failure(error)
    leave(str(error), error.exit_code)


def leave(message: str, code: int) -> NoReturn:
    """Print a message to stderr and end the process."""
    with contextlib.suppress(OSError):
        print(message, file=sys.stderr)
    raise SystemExit(code)


async def _until_ended(work: Coroutine[Any, Any, T], ended: list[signal.Signals]) -> T:
    """Do work, and end it like Ctrl-C does when the process is told to end."""
    import asyncio

    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - a coroutine runs in a task

    def end(number: signal.Signals) -> None:
        if not ended:  # a second signal must not cut off the cleaning up
            ended.append(number)
            task.cancel()

    for number in _ENDINGS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            asyncio.get_running_loop().add_signal_handler(number, end, number)
    return await work


@contextlib.contextmanager
def _stdout_for_results() -> Iterator[None]:
    """Send to stderr what is printed meanwhile, by child processes too."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)


@functools.cache
def _hasten() -> None:
    """Spare a process that lives for seconds most of the collector's work.

    A fifth of a short command went into looking for garbage among modules that stay, and into
    taking them apart at the end, which the system does at once.
    """
    gc.set_threshold(50_000, 20, 20)
    atexit.register(gc.freeze)


def _unforeseen(error: Exception) -> WorkflowError:
    """Return the screen for what a server or the system said when nobody expected it."""
    return ServerError(
        f"{type(error).__name__}: {_message(error)}",
        why="the server, or the system, ended the step's work",
        next="invoke status, and the same command again; DB_WORKFLOW_TRACEBACK=1 shows where",
    )


def _message(error: Exception) -> str:
    """Return what an error says, as far as it can say nothing of rows: nobody knows whose."""
    from db_workflow.schema.run.disclosure import message_of

    return str(error) if isinstance(error, OSError) else message_of(error, rows_shown=False)
